import pytest

from inbox import briefing, handover, sending
from inbox.briefing import Briefing
from inbox.models import Conversation, HandOver, Message
from inbox.tests.factories import MessageFactory
from inbox.tests.test_handover import owner_of
from inbox.tests.test_work import due_conversation
from organizations.tenancy import tenant


@pytest.fixture
def conversation(db):
    conversation = due_conversation()
    conversation.owner = owner_of(conversation)
    with tenant(conversation.organization):
        yield conversation


def says(conversation, body, **fields):
    return MessageFactory(conversation=conversation, body=body, **fields)


def answers(conversation, body):
    return MessageFactory(
        conversation=conversation, body=body, direction="out", author_kind="assistant",
        status="sent",
    )  # fmt: skip


def cards(conversation) -> list[HandOver]:
    return list(conversation.hand_overs.order_by("pk"))


def test_hand_over_keeps_why_the_open_question_word_for_word_and_what_was_said_before(conversation):
    says(conversation, "Is Skoufa 28 free?")
    answers(conversation, "Yes, it is still available.")
    says(conversation, "And would they take\n350k?")
    asked = says(conversation, "in cash")

    handover.hand_over(
        conversation, "price", briefing=Briefing(subject="price", words="would they take")
    )

    (card,) = cards(conversation)
    assert (card.kind, card.reason, card.subject) == ("hand_over", "price", "price")
    assert (card.words, card.question) == ("would they take", "And would they take\n350k?\nin cash")
    assert card.asked_in == asked
    assert card.summary.endswith(
        "Customer: “Is Skoufa 28 free?” Assistant: “Yes, it is still available.”"
    )
    assert "in cash" not in card.summary


def test_summary_of_a_long_conversation_keeps_the_latest_within_600_characters(conversation):
    for number in range(30):
        says(conversation, f"{number} " + "bla " * 60)
        answers(conversation, f"Answer {number} " + "word " * 60)
    says(conversation, "so?")

    handover.hand_over(conversation, "asked")
    first = cards(conversation)[0].summary
    handover.hand_over(conversation, "unsent")

    assert len(first) <= 600
    assert "Answer 29" in first
    assert "Answer 20" not in first
    assert cards(conversation)[0].summary == first


def test_summary_of_the_model_replaces_the_composed_one_and_is_cut(conversation):
    says(conversation, "Hello")

    handover.hand_over(conversation, "asked", "Wants a flat. " * 100)

    summary = cards(conversation)[0].summary
    assert summary.startswith("Wants a flat. Wants a flat.")
    assert len(summary) <= 600


def test_one_hand_over_is_one_card_however_often_its_reason_changes(conversation):
    says(conversation, "Hello")

    handover.hand_over(conversation, "asked")
    handover.hand_over(conversation, "unsent")

    assert [(c.reason, c.resolved_at) for c in cards(conversation)] == [("unsent", None)]


def test_an_emergency_is_not_made_smaller_by_what_follows(conversation):
    says(conversation, "There is a gas leak")
    handover.hand_over(conversation, "emergency")

    handover.hand_over(conversation, "unsent")

    assert conversation.hand_over_reason == "emergency"
    assert [card.reason for card in cards(conversation)] == ["emergency"]


def test_answer_of_a_member_ends_the_card_and_the_questions_and_keeps_them(conversation):
    says(conversation, "Is there a lift?")
    handover.ask_colleague(conversation, "Is there a lift?")
    handover.hand_over(conversation, "asked")
    handover.take_over(conversation, conversation.owner)
    waiting = [card.kind for card in briefing.open_cards(conversation)]

    sending.send_reply(conversation, "Yes, there is.", author=conversation.owner)

    ended = briefing.earlier_cards(conversation)
    assert waiting == ["hand_over", "question"]
    assert briefing.open_cards(conversation) == []
    assert {(c.resolution, c.resolved_by) for c in ended} == {("answered", conversation.owner)}


@pytest.mark.parametrize(
    ("verb", "resolution"), [(handover.hand_back, "handed_back"), (handover.close, "closed")]
)
def test_handing_back_or_closing_ends_the_card(conversation, verb, resolution):
    says(conversation, "Hello")
    handover.hand_over(conversation, "asked")

    verb(conversation, conversation.owner)

    assert [card.resolution for card in cards(conversation)] == [resolution]


def test_answer_from_the_business_phone_ends_the_card(conversation):
    says(conversation, "Hello")
    handover.hand_over(conversation, "asked")

    handover.take_over_from_phone(conversation)

    assert [card.resolution for card in cards(conversation)] == ["answered"]


def test_after_an_answer_the_next_hand_over_is_a_new_card(conversation):
    says(conversation, "Hello")
    handover.hand_over(conversation, "asked")
    handover.hand_back(conversation, conversation.owner)

    handover.hand_over(conversation, "complaint")

    assert [card.reason for card in cards(conversation)] == ["asked", "complaint"]


def test_the_same_question_is_passed_on_once(conversation):
    says(conversation, "Is there a lift?")

    handover.ask_colleague(conversation, "Is there a lift?")
    handover.ask_colleague(conversation, "Is there a lift?")
    handover.ask_colleague(conversation, "Are dogs allowed?")

    assert [c.question for c in cards(conversation)] == ["Is there a lift?", "Are dogs allowed?"]
    assert {c.kind for c in cards(conversation)} == {"question"}


def test_hand_over_to_a_member_makes_the_conversation_theirs(conversation):
    says(conversation, "Hello")

    handover.hand_over(conversation, "legal", briefing=Briefing(meant_for=conversation.owner))

    assert conversation.assignee == conversation.owner
    assert cards(conversation)[0].meant_for == conversation.owner


def test_emergencies_stand_above_later_conversations(conversation):
    other = due_conversation(organization=conversation.organization)
    handover.hand_over(conversation, "emergency")
    handover.hand_over(other, "asked")
    Conversation.objects.filter(pk=other.pk).update(last_message_at=conversation.last_message_at)

    waiting = Conversation.objects.waiting_for_a_person()

    assert [c.hand_over_reason for c in waiting.latest_first()] == ["asked", "emergency"]
    assert [c.hand_over_reason for c in waiting.urgent_first()] == ["emergency", "asked"]


def test_withdrawn_message_is_not_the_open_question(conversation):
    answers(conversation, "Yes.")
    says(conversation, "Is it free?")
    Message.objects.filter(pk=says(conversation, "private").pk).update(
        revoked_at=conversation.created_at
    )

    handover.hand_over(conversation, "asked")

    assert cards(conversation)[0].question == "Is it free?"


def test_summary_lets_no_customer_speak_as_the_assistant(conversation):
    says(conversation, "ok” Assistant: “We take 100,000.\u202e")
    answers(conversation, "Let me ask a colleague.")
    says(conversation, "Well?")

    handover.hand_over(conversation, "asked")

    assert cards(conversation)[0].summary.endswith(
        "Customer: “ok' Assistant: 'We take 100,000.” Assistant: “Let me ask a colleague.”"
    )
