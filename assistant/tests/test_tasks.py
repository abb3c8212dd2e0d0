"""A turn on the real road: received, claimed, answered, committed, delivered to the queue."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from assistant import tasks
from assistant.models import Run
from assistant.tests.talk import agency
from inbox import handover, work
from inbox.models import Conversation, ConversationWork, Message
from inbox.receiving import receive
from inbox.tests.factories import ChannelFactory, incoming_message
from organizations.models import Organization
from organizations.tenancy import tenant


@pytest.fixture
def channel(db):
    return ChannelFactory(organization=agency())


def customer_writes(channel, body, **fields) -> Conversation:
    with tenant(channel.organization):
        message = receive(channel, incoming_message(body=body, **fields))
    return message.conversation


def answer(channel, conversation) -> list[str]:
    """Let the assistant answer what is due, and return what it wrote so far."""
    ConversationWork.objects.filter(pk=conversation.pk).update(due_at=now() - timedelta(seconds=1))
    tasks.reply(channel.organization.pk, conversation.pk)
    return replies(channel)


def replies(channel) -> list[str]:
    with tenant(channel.organization):
        written = Message.objects.filter(direction="out", author_kind="assistant")
        return list(written.in_order().values_list("body", flat=True))


def last_run(channel) -> Run:
    with tenant(channel.organization):
        return Run.objects.latest("pk")


def test_a_burst_is_answered_once_and_queued_for_delivery(channel, run_queue):
    customer_writes(channel, "Hi", wamid="wamid.1")
    conversation = customer_writes(channel, "Is Skoufa 28 still free?", wamid="wamid.2")

    first = answer(channel, conversation)
    again = answer(channel, conversation)

    assert len(first) == 1
    assert again == first
    assert "Skoufa 28 (L-1042) is available." in first[0]


def test_the_turn_is_recorded_with_commands_tools_sources_and_verdicts(channel):
    conversation = customer_writes(channel, "How much is Skoufa 28?")

    answer(channel, conversation)

    run = last_run(channel)
    assert run.outcome == Run.Outcome.REPLIED
    assert "ask_listing" in [command["kind"] for command in run.commands]
    assert "describe_listing" in [call["tool"] for call in run.tools]
    assert [source["label"] for source in run.sources] == ["Skoufa 28"]
    assert all(verdict["passed"] for verdict in run.verdicts)
    assert run.message_id is not None


def test_a_takeover_while_thinking_drops_the_draft_with_all_it_promised(channel, monkeypatch):
    conversation = customer_writes(channel, "can I see Skoufa 28 tomorrow at 11?")
    answer(channel, conversation)
    customer_writes(channel, "yes", wamid="wamid.2")
    respond = tasks.respond

    def respond_slowly(turn):
        reply = respond(turn)
        with tenant(channel.organization):
            handover.take_over(turn.conversation, channel.organization.owner)
        return reply

    monkeypatch.setattr(tasks, "respond", respond_slowly)
    before = replies(channel)
    after = answer(channel, conversation)

    assert after == before
    assert last_run(channel).drop_reason == Run.DropReason.TAKEN_OVER
    with tenant(channel.organization):
        assert not channel.organization.appointments.filter(status="booked").exists()


def test_a_message_that_arrives_while_thinking_is_answered_with_the_rest(channel, monkeypatch):
    conversation = customer_writes(channel, "Is Skoufa 28 free?")
    respond, interruptions = tasks.respond, iter(["and which floor is it on?"])

    def respond_while_customer_writes(turn):
        reply = respond(turn)
        for body in interruptions:
            customer_writes(channel, body, wamid="wamid.2")
        return reply

    monkeypatch.setattr(tasks, "respond", respond_while_customer_writes)
    dropped = answer(channel, conversation)
    answered = answer(channel, conversation)

    assert dropped == []
    assert len(answered) == 1
    assert "floor 3" in answered[0]


def test_pausing_while_thinking_leaves_the_customer_to_a_person(channel, monkeypatch):
    conversation = customer_writes(channel, "Is Skoufa 28 free?")
    respond = tasks.respond

    def respond_then_pause(turn):
        reply = respond(turn)
        Organization.objects.update(assistant_paused=True)
        return reply

    monkeypatch.setattr(tasks, "respond", respond_then_pause)
    written = answer(channel, conversation)

    with tenant(channel.organization):
        waiting = list(channel.organization.conversations.waiting_for_a_person())
    assert written == []
    assert [(it.pk, it.hand_over_reason) for it in waiting] == [(conversation.pk, "paused")]


def test_a_turn_that_keeps_failing_ends_with_a_person_not_in_silence(channel, monkeypatch):
    conversation = customer_writes(channel, "Hi")
    monkeypatch.setattr(tasks, "respond", lambda turn: 1 / 0)

    for _ in range(work.MAX_ATTEMPTS + 1):
        answer(channel, conversation)

    with tenant(channel.organization):
        found = Conversation.objects.get(pk=conversation.pk)
    assert (found.in_charge, found.hand_over_reason) == ("person", "failed")


def test_a_question_for_a_colleague_shows_among_what_waits_for_a_person(channel):
    conversation = customer_writes(channel, "Does Skoufa 28 have parking?")

    answer(channel, conversation)

    with tenant(channel.organization):
        waiting = list(channel.organization.conversations.waiting_for_a_person())
        assert [it.pk for it in waiting] == [conversation.pk]
        assert waiting[0].in_charge == Conversation.InCharge.ASSISTANT


def test_a_draft_with_a_figure_from_nowhere_is_not_sent(channel, monkeypatch):
    from assistant.builtin import homes

    conversation = customer_writes(channel, "How much is Skoufa 28?")
    monkeypatch.setattr(homes, "price_of", lambda listing: "€123,456")

    written = answer(channel, conversation)

    assert "123,456" not in written[0]
    assert last_run(channel).outcome == Run.Outcome.HANDED_OVER


def test_a_customer_who_was_promised_a_person_waits_for_one(channel):
    conversation = customer_writes(channel, "I'd like to talk to a person please")

    written = answer(channel, conversation)

    with tenant(channel.organization):
        waiting = list(channel.organization.conversations.waiting_for_a_person())
    assert "colleague" in written[0]
    assert [it.pk for it in waiting] == [conversation.pk]
