# ruff: noqa: E501  (word lists read better unbroken)
"""Answers from the agency's own notes; what they do not hold goes to a colleague.

The search always finds something nearest. Whether that answers the question is decided here, by
how much of what the question asks about the passage speaks of.
"""

import re
from collections.abc import Sequence
from functools import cache

from assistant import tools
from assistant.builtin import wording
from assistant.builtin.audience import (
    is_for,
    named_in,
    of_customer,
    of_note,
    sentences_for,
    without_audience,
)
from assistant.builtin.draft import Draft
from assistant.builtin.speaking import answer_language, catalogue
from assistant.figures import NO_GERMAN_MONTH
from assistant.links import without_foreign_links
from assistant.tools.knowledge import Answer
from knowledge.folding import fold, folded_words
from knowledge.language import ALIKE, STOP_WORDS, alike
from knowledge.models import Listing
from knowledge.retrieval import question_words
from leads.language.places import sound
from organizations.tenancy import tenant

LEAST_SCORE = 0.3
LEAST_SHARE = 0.5  # of the question's telling words, exceeded
LONGEST_ANSWER = 3  # sentences
SAME_STEM = 5  # letters
# Not behind the day of a German date, nor in the middle of what a semicolon joins.
SENTENCE_END = re.compile(rf"(?<=[!?؟])\s+|(?<=\.)(?<!\d\.)\s+|(?<=\d\.)\s+{NO_GERMAN_MONTH}")
WORD = re.compile(r"[^\W\d_]+")
GREEK = re.compile(r"[\u0370-\u03ff]")
# A sentence that says more of the one before, or takes something back from it.
CONTINUES = re.compile(
    r"\W*(?:it|its|this|that|these|those|they|he|she|but|however|except|unless|only|otherwise|also|and|or|then|if|in that case|for example|"
    r"αυτο|αυτη|αυτα|αλλα|ομωσ|εκτοσ|μονο|διαφορετικα|επισησ|και|αν|"
    r"esto|esta|este|pero|sin embargo|salvo|excepto|solo|tambien|ademas|si|"
    r"das|dies\w*|er|sie|es|aber|jedoch|ausser|nur|sonst|auch|ausserdem|wenn|falls|"
    r"cela|ceci|ce|il|elle|mais|toutefois|cependant|sauf|seulement|sinon|aussi|de plus|si|"
    r"هذا|هذه|وهو|وهي|لكن|ولكن|الا|فقط|والا|ايضا|كما|اذا)(?!\w)"
)
# Words that questions of all kinds hold, and that tell nothing of their subject.
WEAK_WORDS = {
    "pay", "need", "cost", "long", "much", "give", "tell", "know", "work", "possible", "want",
    "sell", "buy",
}  # fmt: skip


def answer_or_ask_colleague(draft: Draft, question: str, about: str = "") -> None:
    """Quote what answers the question, or say that a person will find out."""
    if answer_from_description(draft, question) or answer_from_notes(draft, question):
        return
    draft.ask_colleague(f"{about}: {question}" if about else question)


def answer_from_notes(draft: Draft, question: str) -> bool:
    """Quote the note that answers the question, or ask for whom; returns whether either was done.

    A note for others than the customer is no answer, nor is one about another place. Where it is
    open as whom they ask, and the notes differ by that, they are asked once.
    """
    home, question = _home(draft), _in_greek_letters(question)
    audience = of_customer(question, draft.known, home.deal if home else "")
    found = tools.search_knowledge(draft.turn, query=question)
    notes = [it for it in found if it.kind == "note" and speaks_of(it, question)]
    notes = [it for it in notes if is_for(audience, of_note(it.title, it.text))]
    notes = _for_this_place(draft, notes, home, question)
    if not audience and (differing := _audiences_that_differ(notes)):
        return _ask_for_whom(draft, question, differing)
    answer = notes[0] if notes else None
    text = _own_words(draft, best_sentences(answer.text, question, audience)) if answer else ""
    draft.quote(text)
    return bool(text)


def answer_for_whom(draft: Draft) -> bool:
    """Take "as a tenant" as the answer to our question, and answer what was asked before it."""
    question = draft.state.pop("question_for_whom", "")
    if draft.state.get("asked") != "for_whom" or not question:
        return False
    said = named_in(draft.text_said)
    if len(said) != 1:
        return False
    (audience,) = said
    answer_or_ask_colleague(draft, f"{question} ({catalogue.AS_WHOM[audience]})")
    return True


def _ask_for_whom(draft: Draft, question: str, differing: Sequence[str]) -> bool:
    if draft.question or draft.state.get("asked") == "for_whom":
        return False  # asked already: a colleague answers
    draft.state["question_for_whom"] = question
    people = wording.listed(
        [catalogue.AS_WHOM[audience] for audience in differing], last=catalogue.OR
    )
    draft.ask("ask_for_whom", "for_whom", people=people)
    return True


def _audiences_that_differ(notes: Sequence[Answer]) -> list[str]:
    """For whom the notes are, if two of them are for different people; one may be for several."""
    meant = [of_note(note.title, note.text) for note in notes]
    pairs = [(one, other) for one in meant for other in meant if one and other]
    if not any(one.isdisjoint(other) for one, other in pairs):
        return []
    return [audience for audience in catalogue.AS_WHOM if any(audience in each for each in meant)]


def _for_this_place(
    draft: Draft, notes: Sequence[Answer], home: Listing | None, question: str
) -> list[Answer]:
    """Notes that name the home or place talked about first; those about other places are out."""
    places = _places(draft)
    asked = {name for name in places if _names(question, name)}
    wished = set(draft.known.get("locations") or ())
    here = asked or ({home.title, home.area, home.city} if home else wished) - {""}
    ranked = []
    for note in notes:
        text = f"{note.title} {note.text}"
        if here and any(_names(text, name) for name in here):
            ranked.append((0, note))
        elif not any(_names(text, name) for name in places):
            ranked.append((1, note))
        elif not here:
            ranked.append((2, note))
    return [note for _, note in sorted(ranked, key=lambda pair: pair[0])]


def _places(draft: Draft) -> set[str]:
    """The places and homes of this agency by which a note may be told apart."""
    rows = draft.turn.organization.listings.values_list("title", "area", "city")
    return {name for row in rows for name in row if name}


def _names(text: str, name: str) -> bool:
    return f" {' '.join(folded_words(name))} " in f" {' '.join(folded_words(text))} "


def _home(draft: Draft) -> Listing | None:
    listing_id = draft.state.get("focus")
    return draft.turn.organization.listings.filter(pk=listing_id).first() if listing_id else None


def answer_from_description(draft: Draft, question: str) -> bool:
    """Quote the sentence of the home talked about that answers the question, if one does."""
    listing_id = draft.state.get("focus")
    facts = tools.describe_listing(draft.turn, listing_id=listing_id) if listing_id else None
    title = facts["title"] if facts else ""
    for sentence in SENTENCE_END.split((facts or {}).get("description", "")):
        if not sentence or not speaks_of(Answer(sentence, "", 1.0, "listing"), question):
            continue
        if text := _own_words(draft, sentence):
            draft.quote(text, about=title)
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


def best_sentences(
    passage: str, question: str, audience: str = "", limit: int = LONGEST_ANSWER
) -> str:
    """Return the sentences that share most words with the question, and what continues them.

    Without those that are for others than the `audience`. Where the words of the question stand in
    the title alone, the passage's first sentences.
    """
    sentences = sentences_for(audience, SENTENCE_END.split(passage.strip()))
    words = without_audience(question_words(question))

    def overlap(sentence: str) -> int:
        said = set(folded_words(sentence))
        return sum(_is_said(word, said) for word in words)

    shared = [overlap(sentence) for sentence in sentences]
    best = max(shared, default=0)
    if not best:
        return " ".join(sentences[:limit])
    chosen: list[str] = []
    is_continued = False
    for sentence, count in zip(sentences, shared, strict=True):
        is_continued = count == best or (is_continued and CONTINUES.match(fold(sentence)))
        if is_continued:
            chosen.append(sentence)
    return " ".join(chosen[:limit])


def _in_greek_letters(question: str) -> str:
    """The question with the Greek words that its Latin letters sound like: "promithia"."""
    if answer_language() != "el":
        return question
    known = _greek_words()
    return WORD.sub(lambda word: known.get(sound(word[0]), word[0]), question)


@cache
def _greek_words() -> dict[str, str]:
    ideas = [*STOP_WORDS["el"], *(word for group in ALIKE["all"] for word in group)]
    return {sound(word): word for word in ideas if GREEK.match(word)}


def _is_said(word: str, said: set[str]) -> bool:
    if word in said or alike(word) & said:
        return True
    return len(word) > SAME_STEM and any(other.startswith(word[:SAME_STEM]) for other in said)
