"""Answers from the agency's own notes; what they do not hold goes to a colleague.

The search always finds something nearest. Whether that answers the question is decided here, by
how much of what the question asks about the passage speaks of.
"""

import re

from assistant import tools
from assistant.builtin.draft import Draft
from assistant.links import without_foreign_links
from assistant.tools.knowledge import Answer
from knowledge.folding import folded_words
from knowledge.language import alike
from knowledge.retrieval import question_words
from organizations.tenancy import tenant

LEAST_SCORE = 0.3
LEAST_SHARE = 0.5  # of the question's telling words, exceeded
LONGEST_ANSWER = 3  # sentences
SAME_STEM = 5  # letters
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
# Words that questions of all kinds hold, and that tell nothing of their subject.
WEAK_WORDS = {
    "pay", "need", "cost", "long", "much", "give", "tell", "know", "work", "possible", "want",
}  # fmt: skip


def answer_or_ask_colleague(draft: Draft, question: str, about: str = "") -> None:
    """Quote what answers the question, or say that a person will find out."""
    if answer_from_description(draft, question) or answer_from_notes(draft, question):
        return
    draft.ask_colleague(f"{about}: {question}" if about else question)


def answer_from_notes(draft: Draft, question: str) -> bool:
    """Quote the note that answers the question; returns whether one does."""
    found = tools.search_knowledge(draft.turn, query=question)
    answer = next((it for it in found if it.kind == "note" and speaks_of(it, question)), None)
    text = _own_words(draft, best_sentences(answer.text, question)) if answer else ""
    draft.add_text(text)
    return bool(text)


def answer_from_description(draft: Draft, question: str) -> bool:
    """Quote the sentence of the home talked about that answers the question, if one does."""
    listing_id = draft.state.get("focus")
    facts = tools.describe_listing(draft.turn, listing_id=listing_id) if listing_id else None
    title = facts["title"] if facts else ""
    for sentence in SENTENCE_END.split((facts or {}).get("description", "")):
        if not sentence or not speaks_of(Answer(sentence, "", 1.0, "listing"), question):
            continue
        if text := _own_words(draft, sentence):
            draft.add_text(f"{title}: {text}")
            return True
    return False


def _own_words(draft: Draft, text: str) -> str:
    """The text without the sentences whose link leads away from the agency."""
    with tenant(draft.turn.organization):
        return without_foreign_links(draft.turn, text)


def speaks_of(answer: Answer, question: str) -> bool:
    """Whether the passage is about what the question asks; figures alone tell nothing."""
    words = [word for word in question_words(question) if not word.isdigit()]
    telling = [word for word in words if word not in WEAK_WORDS] or words
    said = set(folded_words(f"{answer.title} {answer.text}"))
    met = sum(_is_said(word, said) for word in telling)
    return answer.score >= LEAST_SCORE and bool(telling) and met / len(telling) > LEAST_SHARE


def best_sentences(passage: str, question: str, limit: int = LONGEST_ANSWER) -> str:
    """Return the stretch of sentences around the one that shares most words with the question."""
    sentences = SENTENCE_END.split(passage.strip())
    if len(sentences) <= limit:
        return passage.strip()
    words = question_words(question)

    def overlap(position: int) -> int:
        said = set(folded_words(sentences[position]))
        return sum(_is_said(word, said) for word in words)

    best = max(range(len(sentences)), key=lambda position: (overlap(position), -position))
    start = max(0, min(best, len(sentences) - limit))
    return " ".join(sentences[start : start + limit])


def _is_said(word: str, said: set[str]) -> bool:
    if word in said or alike(word) & said:
        return True
    return len(word) > SAME_STEM and any(other.startswith(word[:SAME_STEM]) for other in said)
