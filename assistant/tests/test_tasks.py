"""A turn on the real road: received, claimed, answered, committed, delivered to the queue."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from assistant import tasks
from assistant.models import Run
from assistant.tests.talk import agency
from inbox import handover, work
from inbox.models import Conversation, ConversationWork, Message
from inbox.receiving import receive
from inbox.tests.factories import ChannelFactory, incoming_message
from leads.recording import known
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


def test_the_wish_stands_over_stop_and_start(db):
    channel = ChannelFactory(organization=agency())
    conversation = customer_writes(channel, "I want to buy 2 bedrooms in Kolonaki up to 400k")
    customer_writes(channel, "STOP", wamid="wamid.2")
    customer_writes(channel, "START", wamid="wamid.3")
    customer_writes(channel, "show me flats please", wamid="wamid.4")

    written = answer(channel, conversation)

    assert "This one fits what you told me:\n1. Skoufa 28" in written[-1]
    with tenant(channel.organization):
        facts = known(conversation.contact.lead)
    assert (facts["bedrooms"], facts["budget_max"], facts["locations"]) == (2, 400000, ["Kolonaki"])


def pause(channel, client, paused="yes"):
    client.force_login(channel.organization.owner.user)
    client.post(
        reverse("assistant:pause", kwargs={"slug": channel.organization.slug}), {"paused": paused}
    )
    channel.organization.refresh_from_db()


def conversation_of(channel) -> Conversation:
    with tenant(channel.organization):
        return channel.organization.conversations.select_related("work").get()


def test_what_came_while_paused_waits_visibly_and_is_answered_when_switched_on_again(
    channel, client
):
    pause(channel, client)
    conversation = customer_writes(channel, "Is Skoufa 28 available?")
    waiting = conversation_of(channel)
    with tenant(channel.organization):
        listed = channel.organization.conversations.waiting_for_a_person().count()

    pause(channel, client, "no")
    written = answer(channel, conversation)

    assert (waiting.in_charge, waiting.hand_over_reason) == ("person", "paused")
    assert (waiting.waiting_since is not None, listed) == (True, 1)
    assert "Skoufa 28 (L-1042) is available." in written[-1]
    assert conversation_of(channel).in_charge == "assistant"
    with tenant(channel.organization):
        assert [card.resolution for card in conversation.hand_overs.all()] == ["handed_back"]


def long_ago(channel):
    Conversation.objects.update(waiting_since=now() - timedelta(minutes=16))


def taken_over(channel):
    handover.take_over(Conversation.objects.get(), channel.organization.owner)


def graver(channel):
    handover.hand_over(Conversation.objects.get(), "emergency")


@pytest.mark.parametrize("happens", [long_ago, taken_over, graver])
def test_who_waited_longer_or_is_with_a_person_stays_with_people(channel, client, happens):
    pause(channel, client)
    customer_writes(channel, "Is Skoufa 28 available?")
    with tenant(channel.organization):
        happens(channel)

    pause(channel, client, "no")

    assert conversation_of(channel).in_charge == "person"
    assert conversation_of(channel).work.state == "idle"


def test_a_new_customer_of_a_number_where_people_answer_waits_with_the_reason(channel, client):
    with tenant(channel.organization):
        channel.assistant_mode = "off"
        channel.save(update_fields=["assistant_mode"])
    customer_writes(channel, "Is Skoufa 28 available?")
    waiting = conversation_of(channel)
    client.force_login(channel.organization.owner.user)
    kwargs = {"slug": channel.organization.slug, "pk": channel.pk}

    client.post(reverse("assistant:set_mode", kwargs=kwargs), {"mode": "on"})

    assert (waiting.hand_over_reason, waiting.waiting_since is not None) == ("paused", True)
    assert conversation_of(channel).work.state == "due"
