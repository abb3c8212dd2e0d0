from datetime import timedelta

import pytest
from django.utils.timezone import now
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from inbox import sending
from inbox.models import Conversation, Message, Reaction
from inbox.receiving import receive, receive_message
from inbox.tests.factories import (
    ELENI,
    ChannelFactory,
    ConversationFactory,
    MessageFactory,
    incoming_message,
    queued_message,
)
from inbox.whatsapp.parsing import IncomingChange, Sender
from inbox.work import LONGEST_WAIT, QUIET
from organizations.models import Organization
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory


@pytest.fixture
def channel(db):
    return ChannelFactory()


@pytest.fixture
def inside(channel):
    with tenant(channel.organization):
        yield


def queued(name: str) -> list[tuple]:
    packages = [SignedPackage.loads(task.payload) for task in OrmQ.objects.order_by("id")]
    return [package["args"] for package in packages if package["func"] == name]


def conversation_of(message: Message) -> Conversation:
    return Conversation.objects.select_related("work").get(pk=message.conversation_id)


def eleni_wrote(channel, **fields) -> Message:
    return receive_message(channel, incoming_message(**fields))


def assistants_message(conversation, **fields) -> Message:
    return MessageFactory(conversation=conversation, direction="out", **fields)


def test_message_delivered_twice_is_stored_and_answered_once(channel, inside):
    incoming = incoming_message(body="Is the flat still free?")

    first, second = receive_message(channel, incoming), receive_message(channel, incoming)

    assert first == second
    assert [m.body for m in channel.organization.messages.all()] == ["Is the flat still free?"]
    assert conversation_of(first).work.seq_in == 1
    assert len(queued("assistant.tasks.reply")) == 1


def test_message_makes_the_conversation_due_after_the_quiet_period(channel, inside, time_machine):
    time_machine.move_to(now().replace(microsecond=0), tick=False)

    message = eleni_wrote(channel)

    work = conversation_of(message).work
    assert (work.state, work.due_at) == ("due", now() + QUIET)


def test_burst_is_due_at_most_twelve_seconds_after_its_first_message(channel, inside, time_machine):
    start = now().replace(microsecond=0)
    for seconds in (0, 2, 4, 6, 8, 10):
        time_machine.move_to(start + timedelta(seconds=seconds), tick=False)
        message = eleni_wrote(channel)

    work = conversation_of(message).work
    assert (work.seq_in, work.due_at) == (6, start + LONGEST_WAIT)


def test_first_message_of_a_contact_makes_a_lead_and_later_ones_do_not(channel, inside):
    first = eleni_wrote(channel)
    eleni_wrote(channel)

    contact_id = conversation_of(first).contact_id
    assert queued("leads.tasks.make_lead") == [(channel.organization_id, contact_id)]


def test_message_shows_in_the_list_as_waiting_and_unread(channel, inside):
    message = eleni_wrote(channel, body="Hello\n\x07there \u2066" + "x" * 300)

    conversation = conversation_of(message)
    assert conversation.preview == ("Hello there " + "x" * 300)[:160]
    assert (conversation.preview_author, conversation.unread_count) == ("customer", 1)
    assert conversation.waiting_since == message.sent_at
    assert conversation.last_customer_message_at == message.sent_at


def test_message_that_comes_late_but_was_written_early_does_not_move_the_window_back(
    channel, inside
):
    new = eleni_wrote(channel, body="new")
    eleni_wrote(channel, body="old", sent_at=now() - timedelta(minutes=5))

    conversation = conversation_of(new)
    assert conversation.last_customer_message_at == new.sent_at
    assert conversation.preview == "new"


@pytest.mark.parametrize("status", ["closed", "snoozed"])
def test_message_opens_a_closed_or_snoozed_conversation_again(channel, inside, status):
    message = eleni_wrote(channel)
    Conversation.objects.update(status=status, snoozed_until=now())

    eleni_wrote(channel)

    assert conversation_of(message).status == "open"
    events = message.conversation.messages.filter(direction="event")
    assert [event.payload for event in events] == [{"event": "reopened", "by": ""}]


def test_message_names_the_one_it_quotes_if_that_is_in_the_same_conversation(channel, inside):
    first = eleni_wrote(channel)
    stranger = Sender(phone="35799000009")

    quoting = eleni_wrote(channel, reply_to_wamid=first.wamid)
    elsewhere = eleni_wrote(channel, reply_to_wamid=first.wamid, sender=stranger)
    unknown = eleni_wrote(channel, reply_to_wamid="wamid.NEVER")

    assert [m.reply_to for m in (quoting, elsewhere, unknown)] == [first, None, None]


# Who answers


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (lambda channel: setattr(channel, "assistant_mode", "off"), "paused"),
        (lambda channel: Organization.objects.update(assistant_paused=True), "paused"),
    ],
)
def test_message_while_the_assistant_is_off_waits_for_a_person(channel, inside, how, reason):
    message = eleni_wrote(channel)
    how(channel)
    channel.save()
    channel.organization.refresh_from_db()
    OrmQ.objects.all().delete()

    eleni_wrote(channel)

    conversation = conversation_of(message)
    assert (conversation.in_charge, conversation.hand_over_reason) == ("person", reason)
    assert conversation.work.state == "idle"
    assert conversation.waiting_since is not None
    assert queued("assistant.tasks.reply") == []


def test_message_to_a_person_in_charge_makes_nothing_due(channel, inside):
    message = eleni_wrote(channel)
    Conversation.objects.update(in_charge="person", waiting_since=None)
    message.conversation.work.__class__.objects.update(state="idle", due_at=None)

    eleni_wrote(channel)

    conversation = conversation_of(message)
    assert (conversation.work.state, conversation.work.seq_in) == ("idle", 2)
    assert list(Conversation.objects.waiting_for_a_person()) == [conversation]


def test_stale_message_is_stored_and_left_to_a_person(channel, inside):
    message = eleni_wrote(channel, sent_at=now() - timedelta(minutes=16))

    conversation = conversation_of(message)
    assert message.is_stale
    assert (conversation.in_charge, conversation.hand_over_reason) == ("person", "stale")
    assert (conversation.work.state, queued("assistant.tasks.reply")) == ("idle", [])


def test_message_of_fourteen_minutes_ago_is_still_answered(channel, inside):
    message = eleni_wrote(channel, sent_at=now() - timedelta(minutes=14))

    assert conversation_of(message).work.state == "due"


def test_unsupported_message_is_not_answered_blindly(channel, inside):
    message = eleni_wrote(channel, type="unsupported", kind="unsupported", body="")

    conversation = conversation_of(message)
    assert (conversation.in_charge, conversation.hand_over_reason) == ("person", "media")
    assert conversation.work.state == "idle"


def test_history_is_imported_in_silence(channel, inside):
    past = now() - timedelta(days=40)
    message = eleni_wrote(channel, is_history=True, sent_at=past)

    conversation = conversation_of(message)
    assert message.is_stale
    assert (conversation.unread_count, conversation.waiting_since) == (0, None)
    assert (conversation.in_charge, conversation.last_message_at) == ("assistant", past)
    assert (conversation.last_customer_message_at, OrmQ.objects.count()) == (None, 0)


def test_picture_that_history_announced_takes_the_place_of_its_announcement(channel, inside):
    announced = incoming_message(type="media_placeholder", kind="unsupported", is_history=True)
    real = announced.model_copy(
        update={"type": "image", "kind": "image", "payload": {"type": "image"}}
    )

    receive(channel, announced)
    receive(channel, real)

    assert [m.kind for m in Message.objects.all()] == ["image"]


def test_what_metas_own_agent_handles_is_shown_and_not_answered(channel, inside):
    message = eleni_wrote(channel, is_standby=True)

    conversation = conversation_of(message)
    assert (conversation.work.state, conversation.unread_count) == ("idle", 1)
    assert conversation.window_is_open


def test_notice_of_whatsapp_is_shown_and_opens_no_window(channel, inside):
    message = eleni_wrote(channel, type="system", kind="system", body="Eleni changed number")

    conversation = conversation_of(message)
    assert (conversation.work.state, conversation.window_is_open) == ("idle", False)
    assert (message.kind, conversation.unread_count) == ("system", 0)


# The business phone


def test_answer_from_the_business_phone_pauses_the_assistant(channel, inside):
    message = eleni_wrote(channel)
    draft = queued_message(message.conversation)

    echo = receive(channel, incoming_message(is_echo=True, body="Maria here."))

    conversation = conversation_of(message)
    draft.refresh_from_db()
    assert (echo.direction, echo.author_kind, echo.status) == ("out", "phone", "sent")
    assert (conversation.in_charge, conversation.waiting_since) == ("person", None)
    assert (conversation.work.state, conversation.unread_count) == ("idle", 1)
    assert (conversation.takeover_seq, draft.status) == (1, "cancelled")


def test_staff_who_begin_a_conversation_on_the_phone_make_no_lead(channel, inside):
    echo = receive(channel, incoming_message(is_echo=True))

    assert conversation_of(echo).in_charge == "person"
    assert queued("leads.tasks.make_lead") == []


# Reactions, edits, withdrawals


def test_thumbs_up_on_the_assistants_message_makes_the_conversation_due(channel, inside):
    conversation = conversation_of(eleni_wrote(channel))
    offer = assistants_message(conversation)
    conversation.work.__class__.objects.update(state="idle", due_at=None)

    receive(channel, incoming_message(reaction=(offer.wamid, "👍")))

    assert [r.emoji for r in offer.reactions.all()] == ["👍"]
    assert conversation_of(offer).work.state == "due"


def test_reaction_on_another_message_is_only_shown(channel, inside):
    message = eleni_wrote(channel)
    message.conversation.work.__class__.objects.update(state="idle", due_at=None)

    receive(channel, incoming_message(reaction=(message.wamid, "❤️")))

    assert [r.emoji for r in message.reactions.all()] == ["❤️"]
    assert conversation_of(message).work.state == "idle"


def test_reaction_outside_the_window_is_not_answered(channel, inside):
    conversation = conversation_of(eleni_wrote(channel))
    offer = assistants_message(conversation)
    conversation.work.__class__.objects.update(state="idle", due_at=None)
    Conversation.objects.update(last_customer_message_at=now() - timedelta(hours=25))

    receive(channel, incoming_message(reaction=(offer.wamid, "👍")))

    assert conversation_of(offer).work.state == "idle"


def test_removed_reaction_stays_removed_when_the_old_one_comes_again(channel, inside):
    message = eleni_wrote(channel)
    put = incoming_message(reaction=(message.wamid, "👍"), sent_at=now() - timedelta(minutes=2))
    removed = incoming_message(reaction=(message.wamid, ""), sent_at=now() - timedelta(minutes=1))

    for incoming in (put, removed, put, removed):
        receive(channel, incoming)

    assert list(message.reactions.all()) == []
    assert Reaction.with_removed.count() == 1


def test_reaction_to_a_message_we_never_stored_is_shown_as_a_message(channel, inside):
    shown = receive(channel, incoming_message(reaction=("wamid.OTHER", "👍")))

    assert (shown.kind, shown.body, conversation_of(shown).work.state) == ("text", "👍", "idle")
    assert receive(channel, incoming_message(reaction=("wamid.OTHER", ""))) is None


def test_edit_replaces_the_text_and_keeps_the_earlier_one(channel, inside):
    message = eleni_wrote(channel, body="At five")
    edit = incoming_message(type="edit", original_wamid=message.wamid, body="At six")

    receive(channel, edit)
    receive(channel, edit)

    message.refresh_from_db()
    assert (message.body, message.edited_at) == ("At six", edit.sent_at)
    assert [each["body"] for each in message.payload["edits"]] == ["At five"]
    assert conversation_of(message).work.seq_in == 2
    assert conversation_of(message).preview == "At six"


def test_edit_of_an_answered_message_is_not_answered_again(channel, inside):
    message = eleni_wrote(channel)
    message.conversation.work.__class__.objects.update(state="idle", due_at=None)

    receive(channel, incoming_message(type="edit", original_wamid=message.wamid))

    assert conversation_of(message).work.state == "idle"


def test_edit_of_an_unknown_message_is_a_message(channel, inside):
    receive(channel, incoming_message(type="edit", original_wamid="wamid.NEVER", body="At six"))

    assert [m.body for m in Message.objects.all()] == ["At six"]


def test_withdrawn_message_is_marked(channel, inside):
    message = eleni_wrote(channel)

    receive(channel, incoming_message(type="revoke", original_wamid=message.wamid))

    message.refresh_from_db()
    assert message.revoked_at is not None
    assert conversation_of(message).preview == ""


def test_customer_cannot_withdraw_or_edit_what_the_agency_wrote(channel, inside):
    conversation = conversation_of(eleni_wrote(channel))
    ours = assistants_message(conversation, body="It costs 400.")

    receive(channel, incoming_message(type="edit", original_wamid=ours.wamid, body="Free"))
    receive(channel, incoming_message(type="revoke", original_wamid=ours.wamid))

    ours.refresh_from_db()
    assert (ours.body, ours.revoked_at) == ("It costs 400.", None)


# Other organizations


def test_ids_of_another_organization_touch_nothing_of_theirs(db):
    mine = ChannelFactory()
    theirs = ConversationFactory()
    target = MessageFactory(conversation=theirs, direction="out", body="Theirs")

    with tenant(mine.organization):
        quoting = receive(mine, incoming_message(reply_to_wamid=target.wamid))
        reaction = receive(mine, incoming_message(reaction=(target.wamid, "👍")))
        receive(mine, incoming_message(type="edit", original_wamid=target.wamid, body="Mine"))
        receive(mine, incoming_message(type="revoke", original_wamid=target.wamid))
        own_copy = receive(mine, incoming_message(wamid=target.wamid))

    assert quoting.reply_to is None
    assert reaction.organization_id == own_copy.organization_id == mine.organization_id
    with tenant(theirs.organization):
        target.refresh_from_db()
        assert (target.body, target.revoked_at, target.reactions.count()) == ("Theirs", None, 0)
        assert theirs.messages.count() == 1


def test_the_same_customer_is_another_contact_at_another_organization(db):
    for organization in (OrganizationFactory(), OrganizationFactory()):
        with tenant(organization):
            receive(ChannelFactory(organization=organization), incoming_message(sender=ELENI))
            assert organization.contacts.count() == 1


# Other fields


@pytest.mark.parametrize(("value", "is_out"), [("stop", True), ("resume", False)])
def test_marketing_choice_in_whatsapp_is_honoured(channel, inside, value, is_out):
    message = eleni_wrote(channel)
    contact = conversation_of(message).contact
    contact.marketing_opted_out_at = None if is_out else now()
    contact.save()
    item = {
        "wa_id": ELENI.phone,
        "user_id": ELENI.user_id,
        "category": "marketing_messages",
        "value": value,
        "timestamp": 1795420900,
    }

    receive(
        channel, IncomingChange(field="user_preferences", value={"user_preferences": [item, {}]})
    )

    contact.refresh_from_db()
    assert (contact.marketing_opted_out_at is not None) == is_out
    assert contact.opted_out_at is None


def test_what_the_customer_writes_in_the_second_of_our_reply_stands_after_it(db):
    channel, second = ChannelFactory(), now().replace(microsecond=0)
    with tenant(channel.organization):
        asked = receive(channel, incoming_message(wamid="wamid.1", sent_at=second))
        reply = sending.queue_message(asked.conversation, "Hello!", author_kind="assistant")
        reply.sent_at = second.replace(microsecond=reply.sent_at.microsecond)
        reply.save(update_fields=["sent_at"])
        said = receive(channel, incoming_message(wamid="wamid.2", sent_at=second))
        ordered = list(asked.conversation.messages.spoken().in_order())

    assert ordered == [asked, reply, said]


def test_a_withdrawal_that_overtakes_its_message_still_withdraws_it(db):
    channel = ChannelFactory()
    revoke = incoming_message(
        wamid="wamid.revoke",
        type="revoke",
        original_wamid="wamid.1",
        payload={"type": "revoke", "revoke": {"original_message_id": "wamid.1"}},
    )
    with tenant(channel.organization):
        receive(channel, revoke)
        message = receive(channel, incoming_message(wamid="wamid.1", body="Never mind"))
        stored = list(message.conversation.messages.spoken())
        work = message.conversation.work

    assert stored == [message]
    assert message.revoked_at is not None
    assert work.state == "idle"


def test_of_two_edits_in_one_second_the_later_one_stands(db):
    channel, second = ChannelFactory(), now().replace(microsecond=0)
    with tenant(channel.organization):
        message = receive(channel, incoming_message(wamid="wamid.1", body="Helo"))
        for number, body in enumerate(["Hello", "Hello!", "Hello!"]):
            edit = incoming_message(
                wamid=f"wamid.edit{min(number, 1)}",
                type="edit",
                original_wamid="wamid.1",
                body=body,
                sent_at=second,
            )
            receive(channel, edit)
        message.refresh_from_db()

    assert message.body == "Hello!"
    assert [edit["body"] for edit in message.payload["edits"]] == ["Helo", "Hello"]
