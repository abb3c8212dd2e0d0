"""Which note answers a question, and which questions no note answers."""

import pytest

from assistant.builtin.knowing import best_sentences, speaks_of
from assistant.tools.knowledge import Answer

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
