"""The reply that a hand-over card suggests: when it is made, of what, and where there is none."""

from datetime import timedelta

import pytest
from django.utils.timezone import now
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from assistant import card_replies, configuring, tasks
from assistant.models import AssistantSettings, ClaudeCall, Run
from assistant.tests.claude_script import calls, says
from assistant.tests.talk import agency
from inbox import handover, sending
from inbox import suggesting as suggestions
from inbox.models import ConversationWork, HandOver, Message, Suggestion
from inbox.receiving import receive
from inbox.tests.factories import ChannelFactory, incoming_message
from organizations.models import Organization
from organizations.tenancy import tenant
from scheduling.models import Appointment, Offer

FREE = "Skoufa 28 (L-1042) is available. Would you like to see it?"
TASK = "assistant.tasks.draft_for_card"
ASKS = "Is Skoufa 28 still free? I would like to talk to a person please"


@pytest.fixture
def channel(db):
    return ChannelFactory(organization=agency())


def writes(channel, body, wamid="wamid.1", **fields) -> None:
    """The customer writes, and the assistant answers where it does."""
    with tenant(channel.organization):
        message = receive(channel, incoming_message(body=body, wamid=wamid, **fields))
        due = ConversationWork.objects.filter(pk=message.conversation_id, state="due")
        due.update(due_at=now() - timedelta(seconds=1))
    tasks.reply(channel.organization.pk, message.conversation_id)


def queued() -> list[tuple]:
    found = [SignedPackage.loads(task.payload) for task in OrmQ.objects.order_by("pk")]
    return [task["args"] for task in found if task["func"] == TASK]


def drafts_are_made() -> None:
    for arguments in queued():
        tasks.draft_for_card(*arguments)


def card_of(channel) -> HandOver:
    with tenant(channel.organization):
        return HandOver.objects.get(kind="hand_over")


def shown(channel) -> Suggestion | None:
    with tenant(channel.organization):
        return suggestions.current(channel.organization.conversations.get())


def sent(channel) -> list[str]:
    with tenant(channel.organization):
        out = Message.objects.filter(direction="out").order_by("pk")
        return list(out.values_list("body", flat=True))


def test_the_card_gets_a_reply_from_stored_rows_after_the_hand_over_and_nothing_is_sent(channel):
    writes(channel, ASKS)
    before, said = shown(channel), sent(channel)

    drafts_are_made()

    card, suggestion = card_of(channel), shown(channel)
    assert before is None
    assert (card.reply_state, suggestion.hand_over_id) == ("made", card.pk)
    assert suggestion.text == FREE
    assert [source["label"] for source in suggestion.sources] == ["Skoufa 28"]
    assert suggestion.asked == ASKS
    assert sent(channel) == said
    with tenant(channel.organization):
        run = Run.objects.get(code=suggestion.run_code)
    assert (run.outcome, run.backend, run.message) == ("suggested", "builtin", None)


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("I'd like to talk to a person please", "nothing"),
        ("You are awful, I want to complain about your agent. Is Skoufa 28 free?", "people"),
        ("There is a fire in Skoufa 28! Is it still free?", "people"),
        ("Is Skoufa 28 in a safe area without foreigners?", "people"),
        ("Would you take 300k for it?", "people"),
    ],
)
def test_where_nothing_may_or_can_be_said_the_card_tells_why(channel, words, state):
    writes(channel, words)

    drafts_are_made()

    assert (card_of(channel).reply_state, shown(channel)) == (state, None)


def test_a_price_is_left_to_people_and_the_rest_of_the_message_is_answered(channel):
    writes(channel, "Is Skoufa 28 still free, and would you take 10% less?")

    drafts_are_made()

    assert shown(channel).text == FREE


def test_times_of_the_draft_are_on_offer_only_after_it_was_sent(channel):
    writes(channel, "Can I view Skoufa 28? And let me speak to a human being please")
    drafts_are_made()
    suggestion = shown(channel)
    with tenant(channel.organization) as organization:
        before = Offer.objects.filter(state="open").count()
        sending.send_reply(
            organization.conversations.get(), suggestion.text, author=organization.owner
        )
        after = set(Offer.objects.filter(state="open").values_list("pk", flat=True))
        booked = Appointment.objects.exclude(status="expired").count()

    assert (before, booked) == (0, 0)
    assert after == set(suggestion.promise["offers"]) != set()


def test_the_next_message_brings_a_draft_that_answers_both(channel):
    writes(channel, ASKS)
    drafts_are_made()
    first = shown(channel)
    writes(channel, "How much is it?", wamid="wamid.2")
    between = shown(channel)
    with tenant(channel.organization) as organization:
        message = organization.messages.get(wamid="wamid.2")
    tasks.listen(channel.organization.pk, message.conversation_id, message.pk)

    drafts_are_made()

    assert first.text == FREE
    assert between is None
    assert "€385,000" in shown(channel).text
    assert shown(channel).asked == f"{ASKS}\nHow much is it?"


def test_a_graver_message_takes_the_draft_off_the_card(channel):
    writes(channel, ASKS)
    drafts_are_made()
    writes(channel, "There is a fire in the kitchen!", wamid="wamid.2")
    with tenant(channel.organization) as organization:
        message = organization.messages.get(wamid="wamid.2")
    tasks.listen(channel.organization.pk, message.conversation_id, message.pk)

    drafts_are_made()

    assert (card_of(channel).reply_state, shown(channel)) == ("people", None)
    with tenant(channel.organization):
        assert [it.state for it in Suggestion.objects.all()] == ["obsolete"]


def test_of_two_runs_one_makes_the_draft_and_a_killed_one_is_taken_up_later(channel, monkeypatch):
    writes(channel, ASKS)
    (arguments,) = queued()
    made = []
    respond = card_replies._respond
    monkeypatch.setattr(card_replies, "_respond", lambda turn: made.append(1) or respond(turn))
    begun = {"reply_state": "making", "reply_seq": arguments[2], "reply_began_at": now()}
    with tenant(channel.organization):
        HandOver.objects.update(**begun)

    tasks.draft_for_card(*arguments)
    while_made = len(made)
    with tenant(channel.organization):
        HandOver.objects.update(reply_began_at=now() - timedelta(minutes=3))
    tasks.draft_for_card(*arguments)
    tasks.draft_for_card(*arguments)

    assert (while_made, len(made)) == (0, 1)
    assert shown(channel) is not None


def test_what_is_answered_meanwhile_gets_no_draft(channel, monkeypatch):
    writes(channel, ASKS)
    respond = card_replies._respond

    def respond_while_a_person_answers(turn):
        reply = respond(turn)
        with tenant(channel.organization) as organization:
            sending.send_reply(turn.conversation, "Yes, it is.", author=organization.owner)
        return reply

    monkeypatch.setattr(card_replies, "_respond", respond_while_a_person_answers)

    drafts_are_made()

    with tenant(channel.organization):
        assert Suggestion.objects.count() == 0


@pytest.mark.parametrize(
    "switch",
    [
        lambda organization: Organization.objects.update(assistant_paused=True),
        lambda organization: configuring.set_mode(organization, "off", by=organization.owner),
        lambda organization: organization.channels.update(assistant_mode="off"),
    ],
)
def test_a_switched_off_assistant_drafts_nothing(channel, switch):
    writes(channel, ASKS)
    with tenant(channel.organization) as organization:
        switch(organization)

    drafts_are_made()

    assert (card_of(channel).reply_state, shown(channel)) == ("off", None)


def test_a_draft_that_fails_a_check_is_not_shown(channel, monkeypatch):
    verdict = {"guardrail": "figures", "passed": False, "detail": "999"}
    writes(channel, ASKS)
    monkeypatch.setattr(card_replies.guardrails, "check", lambda turn, reply: [verdict])

    drafts_are_made()

    assert (card_of(channel).reply_state, shown(channel)) == ("checks", None)


def test_a_draft_that_breaks_leaves_the_card_and_says_so(channel, monkeypatch):
    def fail(turn):
        raise ValueError("broken")

    writes(channel, ASKS)
    monkeypatch.setattr(card_replies, "_respond", fail)

    drafts_are_made()

    assert card_of(channel).reply_state == "failed"


def test_questions_passed_on_get_no_draft(channel):
    with tenant(channel.organization) as organization:
        receive(channel, incoming_message(body="Is there a wine cellar?", wamid="wamid.1"))
        handover.ask_colleague(organization.conversations.get(), "Is there a wine cellar?")

    assert queued() == []


def pays(channel, **fields):
    with tenant(channel.organization) as organization:
        AssistantSettings.objects.update_or_create(organization=organization, defaults=fields)


def calls_made(channel) -> int:
    with tenant(channel.organization):
        return ClaudeCall.objects.count()


def hands_over(channel):
    with tenant(channel.organization) as organization:
        receive(channel, incoming_message(body=ASKS, wamid="wamid.1"))
        handover.hand_over(organization.conversations.get(), "asked")


def test_claude_is_not_paid_for_a_draft_unless_an_owner_wants_it(channel, script):
    pays(channel, claude_enabled=True)
    hands_over(channel)

    drafts_are_made()

    assert (script.requests, calls_made(channel)) == ([], 0)
    assert shown(channel).text == FREE


def test_claude_writes_the_draft_where_an_owner_wants_it(channel, script):
    pays(channel, claude_enabled=True, claude_drafts_for_cards=True)
    hands_over(channel)
    script.then(
        calls(("describe_listing", {"reference": "L-1042"})),
        says("Skoufa 28 is available, for €385,000."),
    )

    drafts_are_made()

    assert shown(channel).text == "Skoufa 28 is available, for €385,000."
    assert "now one does" in str(script.requests[0]["messages"][-1])
    with tenant(channel.organization):
        run = Run.objects.get()
    assert (run.backend, run.outcome, calls_made(channel)) == ("claude", "suggested", 2)


def test_where_claude_knows_nothing_or_passes_it_on_the_built_in_assistant_drafts(channel, script):
    pays(channel, claude_enabled=True, claude_drafts_for_cards=True)
    hands_over(channel)
    script.then(says("NOTHING."))

    drafts_are_made()

    assert shown(channel).text == FREE


def page(client, channel) -> str:
    with tenant(channel.organization) as organization:
        conversation = organization.conversations.get()
    client.force_login(channel.organization.owner.user)
    return client.get(f"/{channel.organization.slug}/inbox/{conversation.code}/").content.decode()


def test_the_card_shows_it_with_sources_and_the_composer_does_not_repeat_it(channel, client):
    writes(channel, ASKS)
    drafts_are_made()

    shown_page = page(client, channel)

    card = shown_page[shown_page.index('id="hand-over-') : shown_page.index("<k-thread")]
    assert "Skoufa 28 (L-1042) is available." in card
    assert [words in card for words in ("Drew on", ">Use<", ">Edit<", ">Reject<")] == [True] * 4
    assert shown_page.count('id="suggestion-') == 1


def test_the_card_says_why_it_suggests_nothing(channel, client):
    writes(channel, "I'd like to talk to a person please")
    drafts_are_made()

    assert "No home, note or free time that is stored answers this." in page(client, channel)
