"""Which note answers a question, and which questions no note answers."""

import pytest

from assistant.builtin.audience import named_in, of_note
from assistant.builtin.knowing import best_sentences, speaks_of
from assistant.tests.talk import Talk
from assistant.tools.knowledge import Answer
from knowledge.tests.factories import NoteFactory
from organizations.tenancy import tenant

DEPOSIT = Answer(
    "The deposit is two months' rent. It comes back within 30 days.", "Deposit", 0.4, "note"
)
PETS = Answer("Small dogs are allowed in most homes we let.", "Pets in rented homes", 0.86, "note")
SELLING = Answer("Our commission is 4 % when you sell.", "Commission when you sell", 1.0, "note")


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        (DEPOSIT, "How much deposit do I need to pay?"),
        (PETS, "can I bring my dog?"),
        (SELLING, "what is your commission?"),
    ],
)
def test_a_note_about_the_subject_answers(answer, question):
    assert speaks_of(answer, question)


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        (PETS, "what's the weather like?"),
        (SELLING, "do you sell cars?"),
        (SELLING, "What's 2+2?"),
        (DEPOSIT, "do you accept bitcoin?"),
    ],
)
def test_a_note_that_merely_scores_does_not(answer, question):
    assert not speaks_of(answer, question)


def test_the_sentences_around_the_best_one_are_quoted():
    passage = "One. Two here. The office opens at nine. It closes at five. Sundays are free."

    assert best_sentences(passage, "when does the office open", limit=2) == (
        "The office opens at nine. It closes at five."
    )


@pytest.fixture
def talk(db):
    talk = Talk()
    for title, body in (
        ("Commission for sellers", "Our commission is 2% of the price, paid by the seller."),
        ("Commission for buyers", "Our commission is 1% of the price, paid by the buyer."),
    ):
        NoteFactory(organization=talk.organization, title=title, body=body)
    return talk


@pytest.mark.parametrize(
    ("first", "question", "answer"),
    [
        ("I want to sell my flat", "How much commission do you take?", "2%"),
        ("I want to buy a flat", "How much commission do you take?", "1%"),
        ("I want to buy a flat", "What is the commission if I sell?", "2%"),
        ("I want to rent a flat", "Do I pay a commission?", "Tenants pay no agency commission"),
        ("Is Skoufa 28 available?", "How much commission do you take?", "1%"),
    ],
)
def test_the_note_is_the_one_for_whoever_asks(talk, first, question, answer):
    talk.say(first)

    said = talk.say(question)

    assert [it for it in ("2%", "1%", "Tenants pay no agency commission") if it in said] == [answer]
    assert [verdict for verdict in talk.verdicts if not verdict["passed"]] == []


def test_where_notes_differ_by_who_asks_that_is_asked_first(talk):
    question = talk.say("How much commission do you take?")
    answer = talk.say("as a seller")

    assert "are you asking as a buyer, a tenant or a seller?" in question
    assert "%" not in question
    assert "2%" in answer


def test_who_does_not_say_it_is_told_neither(talk):
    talk.say("How much commission do you take?")

    answer = talk.say("How much commission do you take??")

    assert "%" not in answer
    with tenant(talk.organization):
        assert talk.conversation.hand_overs.count() == 1


def test_a_note_about_another_city_is_no_answer_and_one_about_this_home_comes_first(talk):
    for title, body in (
        ("Keys in Neapoli", "The keys are with the concierge in Neapoli."),
        ("Keys", "The keys are in our office."),
        ("Keys of Skoufa 28", "The keys are with the owner."),
    ):
        NoteFactory(organization=talk.organization, title=title, body=body)
    talk.say("Is Skoufa 28 available?")
    home = talk.say("Where are the keys?")
    talk.say("Is Amathountos 71 available?")

    other = talk.say("Who has the keys?")

    assert "with the owner" in home
    assert ("concierge" in other, "in our office" in other) == (False, True)


@pytest.mark.parametrize(
    ("text", "audiences"),
    [
        ("Fees for tenants", {"rent"}), ("renting out your flat", {"let"}),
        ("for landlords and tenants", {"rent", "let"}), ("if I sell", {"sell"}), ("hello", set()),
        ("do you sell villas?", set()), ("how much rent is it?", set()),
    ],
)  # fmt: skip
def test_for_whom_a_text_is(text, audiences):
    assert named_in(text) == audiences


def test_in_a_note_you_is_the_customer_and_the_title_decides():
    assert of_note("Commission when you sell", "Buyers pay nothing.") == {"sell"}
    assert of_note("Commission", "Sellers and buyers pay 2% each.") == {"buy", "sell"}
