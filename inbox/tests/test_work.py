import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils.timezone import now
from django_q.models import OrmQ

from inbox import handover, opting_out, sending, work
from inbox.models import Channel, Conversation, ConversationWork, Message, WebhookEvent
from inbox.receiving import receive
from inbox.tests.factories import ChannelFactory, ConversationFactory, incoming_message
from organizations.models import Organization
from organizations.tenancy import tenant


@pytest.fixture
def conversation(db):
    return due_conversation()


def due_conversation(**fields) -> Conversation:
    """A conversation whose customer wrote a while ago, so that it is due now."""
    channel = ChannelFactory(**fields)
    with tenant(channel.organization):
        message = receive(channel, incoming_message())
        conversation = Conversation.objects.get(pk=message.conversation_id)
        make_due_now(conversation)
        conversation.organization = channel.organization
    OrmQ.objects.all().delete()
    return conversation


def make_due_now(conversation):
    ConversationWork.objects.filter(pk=conversation.pk).update(due_at=now() - timedelta(seconds=1))


def claim(conversation):
    return work.claim(conversation.organization_id, conversation.pk)


def row(conversation) -> ConversationWork:
    return ConversationWork.objects.get(pk=conversation.pk)


def customer_writes(conversation, **fields):
    with tenant(conversation.organization):
        receive(Channel.objects.get(pk=conversation.channel_id), incoming_message(**fields))


def settle(lease, body="Yes, it is."):
    """Commit an answer as the assistant does, and return it."""
    with tenant(lease.organization_id), work.settle(lease) as conversation:
        return sending.queue_message(
            conversation, body, author_kind=Message.Author.ASSISTANT, answers_seq=lease.seq
        )


def test_due_conversation_is_claimed_once(conversation):
    first, second = claim(conversation), claim(conversation)

    assert (first.seq, first.attempts, first.takeover_seq) == (1, 1, 0)
    assert second is None


def test_conversation_that_is_not_due_yet_is_not_claimed(conversation):
    ConversationWork.objects.update(due_at=now() + timedelta(seconds=5))

    assert claim(conversation) is None


def test_claim_needs_the_right_organization(conversation):
    other = ChannelFactory().organization_id

    assert work.claim(other, conversation.pk) is None
    assert row(conversation).attempts == 0


def test_settled_answer_is_queued_and_nothing_is_due(conversation):
    message = settle(claim(conversation))

    state = row(conversation)
    assert (message.status, message.answers_seq) == ("queued", 1)
    assert (state.state, state.seq_done, state.lease_token, state.attempts) == ("idle", 1, None, 0)
    with tenant(conversation.organization):
        conversation.refresh_from_db()
        assert conversation.waiting_since is None


def test_lapsed_lease_is_claimed_by_another_worker_and_the_first_is_fenced(conversation):
    first = claim(conversation)
    ConversationWork.objects.update(lease_until=now() - timedelta(seconds=1))
    second = claim(conversation)

    with pytest.raises(work.LeaseLost):
        settle(first)
    assert second.attempts == 2
    assert settle(second).body == "Yes, it is."


def test_lease_that_ran_out_does_not_settle(conversation):
    lease = claim(conversation)
    ConversationWork.objects.update(lease_until=now() - timedelta(seconds=1))

    with pytest.raises(work.LeaseLost):
        settle(lease)


def test_newer_message_drops_the_draft_and_is_answered_instead(conversation):
    lease = claim(conversation)
    customer_writes(conversation, body="And the garden?")

    with pytest.raises(work.NewerMessage):
        settle(lease)
    work.release(lease)
    make_due_now(conversation)

    second = claim(conversation)
    assert second.seq == 2
    settle(second)
    with tenant(conversation.organization):
        assert conversation.messages.filter(direction="out").count() == 1


def test_person_who_takes_over_wins_over_a_draft(conversation):
    lease = claim(conversation)
    with tenant(conversation.organization) as organization:
        handover.take_over(conversation, organization.members.get())

    with pytest.raises(work.TakenOver):
        settle(lease)
    work.release(lease)
    assert (row(conversation).state, claim(conversation)) == ("idle", None)


def test_take_over_and_hand_back_meanwhile_drop_the_draft_too(conversation):
    lease = claim(conversation)
    with tenant(conversation.organization) as organization:
        handover.take_over(conversation, organization.members.get())
        handover.hand_back(conversation, organization.members.get())

    with pytest.raises(work.TakenOver):
        settle(lease)


def test_pause_of_the_organization_drops_the_draft(conversation):
    lease = claim(conversation)
    Organization.objects.update(assistant_paused=True)

    with pytest.raises(work.AssistantPaused):
        settle(lease)


def test_stop_drops_the_draft(conversation):
    lease = claim(conversation)
    customer_writes(conversation, body="STOP")

    with pytest.raises(work.OptedOut):
        settle(lease)


def test_due_conversation_of_a_paused_assistant_waits_for_a_person(conversation):
    Organization.objects.update(assistant_paused=True)

    claimed = claim(conversation)

    assert (claimed, row(conversation).state) == (None, "idle")
    with tenant(conversation.organization):
        found = Conversation.objects.get(pk=conversation.pk)
    assert (found.in_charge, found.hand_over_reason) == ("person", "paused")


def test_a_burst_is_not_answered_while_a_part_of_it_may_be_unread(conversation):
    event = WebhookEvent.objects.create(
        body=b"{}", body_hash="x", received_at=now() - timedelta(seconds=2)
    )

    before = claim(conversation)
    WebhookEvent.objects.filter(pk=event.pk).update(state="processed")
    after = claim(conversation)

    assert before is None
    assert after is not None


def test_a_delivery_that_keeps_failing_does_not_keep_customers_waiting(conversation):
    WebhookEvent.objects.create(
        body=b"{}", body_hash="x", received_at=now() - timedelta(seconds=2), attempts=2
    )

    assert claim(conversation) is not None


def test_released_work_is_due_again_at_once_and_after_failures_ever_later(conversation):
    work.release(claim(conversation))
    at_once = row(conversation)
    make_due_now(conversation)
    lease = claim(conversation)
    work.release(lease, failed=True)

    assert (at_once.state, at_once.lease_token) == ("due", None)
    assert at_once.due_at <= now()
    assert row(conversation).due_at > now() + timedelta(seconds=3)
    assert OrmQ.objects.count() == 2


def test_released_lease_of_another_worker_is_left_alone(conversation):
    first = claim(conversation)
    ConversationWork.objects.update(lease_until=now() - timedelta(seconds=1))
    second = claim(conversation)

    work.release(first)

    assert row(conversation).lease_token == second.token


def test_after_five_attempts_a_person_is_asked(conversation):
    for _attempt in range(work.MAX_ATTEMPTS):
        assert claim(conversation) is not None
        ConversationWork.objects.update(lease_until=now() - timedelta(seconds=1))

    assert claim(conversation) is None
    with tenant(conversation.organization):
        conversation.refresh_from_db()
        assert (conversation.in_charge, conversation.hand_over_reason) == ("person", "failed")
    assert row(conversation).state == "dead"


def test_dead_work_comes_to_life_when_a_member_hands_back(conversation):
    ConversationWork.objects.update(attempts=work.MAX_ATTEMPTS)
    claim(conversation)

    with tenant(conversation.organization) as organization:
        handover.hand_back(conversation, organization.members.get())

    assert claim(conversation).attempts == 1


def test_burst_is_answered_once_even_if_somebody_settles_it_twice(conversation):
    lease = claim(conversation)
    first = settle(lease)
    with tenant(conversation.organization):
        second = sending.queue_message(
            conversation, "Again", author_kind=Message.Author.ASSISTANT, answers_seq=lease.seq
        )

    assert first == second


def test_work_of_twenty_threads_is_claimed_by_one(transactional_db):
    conversation = due_conversation()
    claimed, ready = [], threading.Barrier(20)

    def run() -> None:
        ready.wait()
        claimed.append(claim(conversation))
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([lease for lease in claimed if lease]) == 1
    assert row(conversation).attempts == 1


def test_silence_has_a_reason(conversation):
    with tenant(conversation.organization) as organization:
        found = Conversation.objects.get(pk=conversation.pk)
        assert work.why_silent(found) == ""
        found.channel.assistant_mode = "off"
        assert work.why_silent(found) == "off"
        found.organization.assistant_paused = True
        assert work.why_silent(found) == "paused"
        found.in_charge = "person"
        assert work.why_silent(found) == "person"
        found.contact.opted_out_at = now()
        assert work.why_silent(found) == "opted_out"
        assert organization.conversations.count() == 1


def test_member_may_allow_messages_again_only_where_they_were_stopped(db):
    conversation = ConversationFactory()

    with tenant(conversation.organization):
        opting_out.allow_again(conversation, conversation.organization.owner)
        assert conversation.messages.count() == 0


def test_writing_to_the_contact_while_the_customer_writes_again_ends_in_no_circle(transactional_db):
    conversation = due_conversation()
    failures = []

    def receive_meanwhile() -> None:
        try:
            customer_writes(conversation, body="And the garden?")
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    other = threading.Thread(target=receive_meanwhile)
    with tenant(conversation.organization):
        locked = Conversation.objects.locked(conversation.pk)
        other.start()
        wait_until_somebody_waits_for_a_lock()
        locked.contact.language = "el"
        locked.contact.save(update_fields=["language"])
    other.join()

    assert failures == []
    assert row(conversation).seq_in == 2


def wait_until_somebody_waits_for_a_lock() -> None:
    with connections["support"].cursor() as cursor:
        for _look in range(2000):
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
            if cursor.fetchone():
                return
    raise AssertionError("Nobody waits.")
