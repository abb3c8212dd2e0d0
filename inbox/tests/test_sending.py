import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils.timezone import now
from django_q.models import OrmQ

from inbox import handover, sending, statuses
from inbox.models import Channel, Conversation, Message, OutboundWork
from inbox.receiving import receive
from inbox.tasks import deliver, reconcile, sweep
from inbox.tests.factories import (
    ELENI,
    ChannelFactory,
    ConversationFactory,
    MessageFactory,
    incoming_message,
    queued_message,
)
from inbox.tests.payloads import event_of
from inbox.whatsapp.parsing import IncomingStatus
from organizations.models import Organization
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory

ASSISTANT, MEMBER = Message.Author.ASSISTANT, Message.Author.MEMBER


@pytest.fixture
def conversation(channel) -> Conversation:
    """Eleni wrote, and nobody answered yet."""
    with tenant(channel.organization):
        message = receive(channel, incoming_message(sender=ELENI))
        found = Conversation.objects.get(pk=message.conversation_id)
        found.organization = channel.organization
    OrmQ.objects.all().delete()
    return found


def queue(conversation, body="Yes, it is.", author_kind=ASSISTANT, **fields) -> Message:
    with tenant(conversation.organization):
        return sending.queue_message(conversation, body, author_kind=author_kind, **fields)


def send(message) -> Message:
    deliver(message.organization_id, message.pk)
    return fresh(message)


def fresh(message) -> Message:
    with tenant(message.organization_id):
        return Message.objects.select_related("work", "conversation").get(pk=message.pk)


def state(message) -> tuple[str, str]:
    found = fresh(message)
    return found.status, found.work.state


def work_of(message):
    return OutboundWork.objects.filter(pk=message.pk)


def status_arrives(message, status: str, wamid="wamid.META", **fields) -> None:
    with tenant(message.organization_id):
        channel = Channel.objects.get(pk=message.channel_id)
        data = statuses.callback_data(message.pk)
        statuses.apply_status(
            channel,
            IncomingStatus(wamid=wamid, status=status, at=now(), callback_data=data, **fields),
        )


def take_over(conversation):
    with tenant(conversation.organization) as organization:
        handover.take_over(conversation, organization.members.get())


# Queueing


def test_queued_message_shows_in_the_thread_and_nobody_waits_any_more(conversation):
    message = queue(conversation, "When?", buttons=[("slot:1", "Tue 10:00")])

    with tenant(conversation.organization):
        conversation.refresh_from_db()
    assert (message.status, message.kind) == ("queued", "interactive")
    assert message.payload == {"buttons": [{"id": "slot:1", "title": "Tue 10:00"}]}
    assert (conversation.waiting_since, conversation.preview) == (None, "When?")
    assert OrmQ.objects.count() == 1


@pytest.mark.parametrize(
    "buttons",
    [
        [("1", "a"), ("2", "b"), ("3", "c"), ("4", "d")],
        [("1", "x" * 21)],
        [("1", "")],
        [("", "a")],
        [("1", "same"), ("2", "same")],
        [("x" * 257, "a")],
    ],
)
def test_buttons_that_whatsapp_does_not_take_are_refused(conversation, buttons):
    with pytest.raises(ValueError, match="buttons"):
        queue(conversation, buttons=buttons)


@pytest.mark.parametrize(("length", "buttons"), [(4097, []), (1025, [("1", "a")])])
def test_text_that_is_too_long_is_refused(conversation, length, buttons):
    with pytest.raises(sending.TooLong):
        queue(conversation, "x" * length, buttons=buttons)


def test_free_text_outside_the_window_is_refused(conversation):
    with tenant(conversation.organization):
        Conversation.objects.update(last_customer_message_at=now() - timedelta(hours=24))

    with pytest.raises(sending.WindowClosed):
        queue(conversation)


def test_member_replies_only_after_taking_over(conversation):
    with tenant(conversation.organization) as organization:
        member = organization.members.get()
        with pytest.raises(sending.AssistantInCharge):
            sending.send_reply(conversation, "Hello", author=member)
        handover.take_over(conversation, member)
        message = sending.send_reply(conversation, "Hello", author=member)

    assert (message.author_kind, message.author, message.status) == ("member", member, "queued")


# Delivering


def test_delivered_message_has_the_wamid_that_meta_gave(conversation, eleni):
    message = send(queue(conversation))

    [reply] = eleni.wait_for_replies()
    assert (message.wamid, message.status, message.work.state) == (reply.wamid, "sent", "done")
    assert message.work.posting_at is not None


def test_message_delivered_twice_is_posted_once(conversation, eleni, twin):
    message = queue(conversation)

    send(message)
    send(message)

    assert twin.counters()["accepted"][eleni.id] == 1


def test_buttons_are_posted_as_buttons(conversation, eleni):
    send(queue(conversation, "When?", buttons=[("slot:1", "Tue 10:00")]))

    eleni.wait_for_replies()
    assert eleni.press("slot:1")


def test_messages_of_a_conversation_leave_in_their_order(conversation, eleni, run_queue):
    first, second = queue(conversation, "First"), queue(conversation, "Second")

    send(second)
    waiting = state(second)
    run_queue()

    assert waiting == ("queued", "queued")
    assert [reply.text for reply in eleni.wait_for_replies(2)] == ["First", "Second"]
    assert (fresh(second).work.attempts, state(first)) == (1, ("sent", "done"))


def test_assistants_message_is_cancelled_when_a_person_took_over(conversation, twin, eleni):
    message = queue(conversation)
    with tenant(conversation.organization):
        Conversation.objects.update(in_charge="person", hand_over_reason="taken_over")

    send(message)

    with tenant(conversation.organization):
        conversation.refresh_from_db()
    assert state(message) == ("cancelled", "done")
    assert conversation.waiting_since == conversation.last_customer_message_at
    assert twin.counters()["accepted"][eleni.id] == 0


def test_assistants_message_is_cancelled_while_everything_is_paused(conversation, twin, eleni):
    message = queue(conversation)
    Organization.objects.update(assistant_paused=True)

    send(message)

    assert state(message) == ("cancelled", "done")


def test_last_words_after_handing_over_are_sent(conversation, eleni):
    message = queue(conversation, "A colleague will write to you.")
    with tenant(conversation.organization):
        handover.hand_over(conversation, "asked")

    assert send(message).status == "sent"


def test_message_queued_before_a_stop_is_not_sent(conversation):
    take_over(conversation)
    message = queue(conversation, author_kind=MEMBER)
    with tenant(conversation.organization):
        conversation.contact.opted_out_at = now()
        conversation.contact.save()

    sent = send(message)

    assert (sent.status, sent.failure_text) == (
        "failed",
        "The customer asked for no more messages.",
    )


def test_window_that_closed_meanwhile_fails_the_message_in_plain_words(conversation, twin, eleni):
    message = queue(conversation)
    with tenant(conversation.organization):
        Conversation.objects.update(last_customer_message_at=now() - timedelta(hours=24))

    sent = send(message)

    assert (sent.status, sent.failure_code) == ("failed", 131047)
    assert sent.failure_text.startswith("More than 24 hours")
    assert twin.counters()["accepted"][eleni.id] == 0
    assert (sent.conversation.in_charge, sent.conversation.hand_over_reason) == (
        "person",
        "unsent",
    )


def test_refusal_shows_its_reason_and_a_person_is_told(conversation, twin, eleni):
    twin.fault("error", code=131026)

    sent = send(queue(conversation))

    assert (sent.status, sent.failure_code, sent.work.state) == ("failed", 131026, "done")
    assert sent.failure_text.startswith("The message could not be delivered.")
    with tenant(conversation.organization):
        assert list(Conversation.objects.waiting_for_a_person()) == [conversation]


def test_revoked_token_breaks_the_channel(conversation, twin, eleni):
    twin.state.numbers["305000000000002"].token = "another"

    sent = send(queue(conversation))

    with tenant(conversation.organization):
        channel = Channel.objects.get()
    assert (sent.failure_text, channel.status) == (
        "The WhatsApp number has to be connected again.",
        "broken",
    )


@pytest.mark.parametrize("change", [{"status": "broken"}, {"sealed_access_token": None}])
def test_channel_that_cannot_send_fails_the_message(conversation, change):
    message = queue(conversation)
    with tenant(conversation.organization):
        Channel.objects.update(**change)

    sent = send(message)

    assert sent.failure_text == "The WhatsApp number has to be connected again."


def test_customer_without_any_address_fails_the_message(conversation):
    message = queue(conversation)
    with tenant(conversation.organization):
        conversation.contact.identities.all().delete()

    assert send(message).failure_text == "WhatsApp gave no address for this customer."


def test_busy_whatsapp_is_asked_again_later(conversation, twin, eleni, run_queue):
    twin.fault("429", times=2)
    message = send(queue(conversation))

    assert (message.status, message.work.state, message.work.posting_at) == (
        "queued",
        "queued",
        None,
    )
    assert message.work.next_attempt_at > now() + timedelta(seconds=1)
    for _attempt in range(2):
        work_of(message).update(next_attempt_at=now())
        message = send(message)
    assert (message.status, message.work.attempts) == ("sent", 3)
    assert twin.counters()["accepted"][eleni.id] == 1


def test_message_is_given_up_after_many_busy_answers(conversation, twin, eleni):
    twin.fault("429", times=99)
    message = queue(conversation)
    for _attempt in range(sending.MAX_ATTEMPTS):
        work_of(message).update(next_attempt_at=now())
        message = send(message)

    assert (message.status, message.work.state) == ("failed", "done")
    assert message.failure_text.startswith("WhatsApp was too busy")


@pytest.mark.parametrize(
    ("attempts", "error", "low", "high"),
    [
        (1, sending.Busy(), 2, 2.5),
        (3, sending.Busy(), 8, 10),
        (3, sending.Busy(code=131056), 64, 80),
        (1, sending.Busy(retry_after=30), 30, 37.5),
        (8, sending.Busy(code=131056), 900, 900),
    ],
)
def test_backoff_grows_and_honours_metas_own_time(attempts, error, low, high):
    assert low <= sending.backoff(attempts, error).total_seconds() <= high


# Not knowing


def test_lost_answer_leaves_the_message_uncertain_until_a_status_settles_it(
    conversation, twin, eleni
):
    twin.fault("lost_answer")
    message = send(queue(conversation))
    assert state(message) == ("uncertain", "uncertain")

    status_arrives(message, "delivered")

    settled = fresh(message)
    assert (settled.status, settled.wamid, settled.work.state) == (
        "delivered",
        "wamid.META",
        "done",
    )
    assert settled.conversation.in_charge == "assistant"


def test_uncertain_message_is_not_posted_again_by_a_second_run(conversation, twin, eleni):
    twin.fault("lost_answer")
    message = send(queue(conversation))

    send(message)
    reconcile(message.organization_id, message.pk)

    assert twin.counters()["accepted"][eleni.id] == 1


def uncertain(conversation, minutes=3.0, **fields) -> Message:
    """A message that was posted a while ago and of which nothing was heard."""
    since = now() - timedelta(minutes=minutes)
    work = {"state": "uncertain", "uncertain_since": since, "posting_at": since, "attempts": 1}
    with tenant(conversation.organization):
        return queued_message(
            conversation, status="uncertain", work={**work, **fields.pop("work", {})}, **fields
        )


def other_webhook(state="processed"):
    event = event_of(b"{}")
    event.state = state
    event.received_at = now() - timedelta(minutes=1)
    event.save()


def test_free_text_without_a_status_goes_once_more_and_says_so(conversation, eleni, run_queue):
    message = uncertain(conversation)
    other_webhook()

    reconcile(message.organization_id, message.pk)
    run_queue()

    sent = fresh(message)
    assert (sent.status, sent.possibly_sent_twice) == ("sent", True)
    assert sent.work.resent_at is not None
    assert [reply.text for reply in eleni.wait_for_replies()] == ["Yes, it is."]


def test_nothing_goes_again_before_two_minutes_are_over(conversation):
    message = uncertain(conversation, minutes=1.9)
    other_webhook()

    reconcile(message.organization_id, message.pk)

    assert state(message) == ("uncertain", "uncertain")


@pytest.mark.parametrize("webhooks", [[], ["processed", "received"]])
def test_nothing_goes_again_while_a_status_may_still_be_on_its_way(conversation, webhooks):
    message = uncertain(conversation)
    for each in webhooks:
        other_webhook(each)

    reconcile(message.organization_id, message.pk)

    assert state(message) == ("uncertain", "uncertain")


def test_without_any_webhook_for_long_a_person_decides(conversation):
    message = uncertain(conversation, minutes=16)

    reconcile(message.organization_id, message.pk)

    assert state(message) == ("uncertain", "done")
    assert fresh(message).conversation.hand_over_reason == "unsent"


def forbid(name, conversation, message):
    if name == "template":
        Message.objects.filter(pk=message.pk).update(kind="template")
    elif name == "window":
        Conversation.objects.update(last_customer_message_at=now() - timedelta(hours=24))
    elif name == "opted out":
        conversation.contact.opted_out_at = now()
        conversation.contact.save()
    elif name == "taken over":
        Conversation.objects.update(in_charge="person", hand_over_reason="taken_over")
    elif name == "newer answer":
        MessageFactory(conversation=conversation, direction="out")
    elif name == "sent twice already":
        work_of(message).update(resent_at=now())


@pytest.mark.parametrize(
    "name",
    ["template", "window", "opted out", "taken over", "newer answer", "sent twice already"],
)
def test_what_must_not_go_again_is_left_to_a_person(conversation, name):
    message = uncertain(conversation)
    other_webhook()
    with tenant(conversation.organization):
        forbid(name, conversation, message)

    reconcile(message.organization_id, message.pk)

    assert state(message) == ("uncertain", "done")
    assert fresh(message).conversation.hand_over_reason == "unsent"
    assert not fresh(message).possibly_sent_twice


def test_status_that_comes_before_the_second_post_prevents_it(conversation, twin, eleni):
    message = uncertain(conversation)
    other_webhook()
    reconcile(message.organization_id, message.pk)
    status_arrives(message, "sent")

    send(message)

    assert (fresh(message).status, fresh(message).wamid) == ("sent", "wamid.META")
    assert twin.counters()["accepted"][eleni.id] == 0


def test_second_copy_may_arrive_when_the_first_one_failed(conversation):
    message = uncertain(conversation, possibly_sent_twice=True)
    status_arrives(message, "failed", wamid="wamid.FIRST", error_code=131026)
    status_arrives(message, "delivered", wamid="wamid.SECOND")

    assert fresh(message).status == "delivered"


def test_failure_of_one_copy_does_not_hide_that_the_other_was_sent(conversation):
    message = uncertain(conversation, possibly_sent_twice=True)
    status_arrives(message, "sent", wamid="wamid.FIRST")
    status_arrives(message, "failed", wamid="wamid.SECOND", error_code=131026)

    assert fresh(message).status == "sent"


def test_claim_of_a_killed_process_is_queued_again(conversation, eleni, run_queue):
    with tenant(conversation.organization):
        message = queued_message(
            conversation,
            work={"state": "sending", "claimed_at": now() - timedelta(seconds=61), "attempts": 1},
        )

    reconcile(message.organization_id, message.pk)
    run_queue()

    assert state(message) == ("sent", "done")
    assert not fresh(message).possibly_sent_twice


def test_claim_of_a_living_process_is_left_alone(conversation):
    with tenant(conversation.organization):
        message = queued_message(conversation, work={"state": "sending", "claimed_at": now()})

    reconcile(message.organization_id, message.pk)

    assert fresh(message).work.state == "sending"


def test_process_killed_while_posting_leaves_the_message_uncertain(conversation):
    then = now() - timedelta(seconds=31)
    with tenant(conversation.organization):
        message = queued_message(
            conversation,
            status="sending",
            work={"state": "sending", "claimed_at": then, "posting_at": then},
        )

    reconcile(message.organization_id, message.pk)

    assert state(message) == ("uncertain", "uncertain")
    assert fresh(message).work.uncertain_since == then


def test_answer_that_comes_after_all_still_settles_the_message(conversation, monkeypatch):
    """The process was only slow; the message had been called uncertain meanwhile."""

    def answer_late(self, *args, **kwargs):
        work_of(message).update(posting_at=now() - timedelta(minutes=1))
        reconcile(message.organization_id, message.pk)
        assert state(message) == ("uncertain", "uncertain")
        return "wamid.LATE"

    message = queue(conversation)
    monkeypatch.setattr("inbox.sending.WhatsAppClient.send_text", answer_late)

    sent = send(message)

    assert (sent.status, sent.wamid, sent.work.state) == ("sent", "wamid.LATE", "done")


def test_reconcile_of_a_message_that_is_gone_is_nothing(channel):
    reconcile(channel.organization_id, 999_999)
    deliver(channel.organization_id, 999_999)


# Retry by a member


def test_failed_message_can_be_sent_again_by_a_member(conversation, twin, eleni, run_queue):
    twin.fault("error", code=131026)
    message = send(queue(conversation))
    with tenant(conversation.organization) as organization:
        sending.retry(message, organization.members.get())

    run_queue()

    assert (fresh(message).status, fresh(message).failure_text) == ("sent", "")


def test_late_status_of_the_failed_attempt_does_not_touch_the_retry(conversation):
    message = uncertain(conversation)
    status_arrives(message, "failed", wamid="wamid.FIRST", error_code=131026)
    with tenant(conversation.organization) as organization:
        sending.retry(fresh(message), organization.members.get())

    status_arrives(message, "sent", wamid="wamid.FIRST")
    status_arrives(message, "failed", wamid="wamid.FIRST", error_code=131026)

    assert (fresh(message).status, fresh(message).wamid) == ("queued", None)


@pytest.mark.parametrize("status", ["queued", "sending", "sent", "delivered", "cancelled"])
def test_message_on_its_way_cannot_be_sent_again(conversation, status):
    with tenant(conversation.organization) as organization:
        message = queued_message(conversation, status=status, wamid=None if "q" in status else "w")
        with pytest.raises(sending.NotRepeatable):
            sending.retry(message, organization.members.get())


def test_retry_outside_the_window_is_refused(conversation):
    message = uncertain(conversation, work={"state": "done"})
    with tenant(conversation.organization) as organization:
        Conversation.objects.update(last_customer_message_at=now() - timedelta(hours=24))
        with pytest.raises(sending.WindowClosed):
            sending.retry(message, organization.members.get())


# Sweep and threads


def test_sweep_wakes_what_stopped_and_does_not_wake_it_twice(conversation, eleni, run_queue):
    old = now() - timedelta(minutes=5)
    with tenant(conversation.organization):
        queued_message(conversation, "1", work={"next_attempt_at": old})
        queued_message(conversation, "2", work={"state": "sending", "claimed_at": old})
        queued_message(conversation, "3", work={"state": "done", "next_attempt_at": old})
    OrmQ.objects.all().delete()

    sweep()
    first = OrmQ.objects.count()
    sweep()

    assert (first, OrmQ.objects.count()) == (2, 2)
    run_queue()
    assert [reply.text for reply in eleni.wait_for_replies(2)] == ["1", "2"]


def test_message_of_another_organization_is_not_delivered(channel):
    theirs = ConversationFactory()
    with tenant(theirs.organization):
        message = queued_message(theirs)

    deliver(channel.organization_id, message.pk)
    reconcile(channel.organization_id, message.pk)

    assert state(message) == ("queued", "queued")


def test_ten_threads_post_one_message_once(transactional_db, twin, eleni):
    channel = ChannelFactory(phone_number_id="305000000000002", graph_url=twin.url)
    with tenant(channel.organization):
        incoming = receive(channel, incoming_message(sender=ELENI))
        conversation = Conversation.objects.get(pk=incoming.conversation_id)
        MemberFactory(organization=channel.organization)
        conversation.organization = channel.organization
    message = queue(conversation)
    ready = threading.Barrier(10)

    def run() -> None:
        ready.wait()
        deliver(message.organization_id, message.pk)
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(10)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert twin.counters()["accepted"][eleni.id] == 1
    assert state(message) == ("sent", "done")


def test_a_button_pressed_twice_sends_once(db):
    conversation = ConversationFactory(in_charge="person")
    with tenant(conversation.organization):
        owner = conversation.organization.members.get()
        first = sending.send_reply(conversation, "On my way.", author=owner)
        second = sending.send_reply(conversation, "On my way.", author=owner)
        other = sending.send_reply(conversation, "Now here.", author=owner)

    assert (first == second, first == other) == (True, False)
