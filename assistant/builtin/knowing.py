"""Answers from the agency's own notes; what they do not hold goes to a colleague."""

import re

from assistant import tools
from assistant.builtin.draft import Draft
from knowledge.folding import fold

THRESHOLD = 0.55
LONGEST_ANSWER = 3  # sentences


def answer_or_ask_colleague(draft: Draft, question: str, about: str = "") -> None:
    """Quote the passage that answers the question, or say that a person will find out."""
    # What a listing says of itself answers no general question, and none about another one.
    answers = [
        answer
        for answer in tools.search_knowledge(draft.turn, query=question)
        if answer.kind == "note"
    ]
    if answers and answers[0].score >= THRESHOLD:
        draft.add_text(best_sentences(answers[0].text, question))
    else:
        draft.ask_colleague(f"{about}: {question}" if about else question)


def best_sentences(passage: str, question: str, limit: int = LONGEST_ANSWER) -> str:
    """Return the stretch of sentences around the one that shares most words with the question."""
    sentences = re.split(r"(?<=[.!?])\s+", passage.strip())
    if len(sentences) <= limit:
        return passage.strip()
    wanted = _words(question)

    def overlap(position: int) -> int:
        said = _words(sentences[position])
        return sum(any(w.startswith(q[:5]) or q.startswith(w[:5]) for w in said) for q in wanted)

    best = max(range(len(sentences)), key=lambda position: (overlap(position), -position))
    start = max(0, min(best, len(sentences) - limit))
    return " ".join(sentences[start : start + limit])


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{3,}", fold(text)))
