"""Fair housing: what nobody of an agency may write to a customer, by the law of its country.

A pack is data: the protected classes of a jurisdiction, and its rules, each with a reason in plain
words and the law behind it (`packs.py`). How a rule is broken in words stands in one lexicon a
language (`words_en.py` and so on). Every text is read in all six languages, since customers and
agencies mix them. Not legal advice; see docs/how-to/fair-housing.md.
"""

from dataclasses import dataclass

from assistant.fairhousing import words_ar, words_de, words_el, words_en, words_es, words_fr
from assistant.fairhousing.packs import PACKS, Law, Pack
from knowledge.spelling import Lexicon, spelled

WORDS: dict[str, dict[str, Lexicon]] = {
    "en": words_en.WORDS,
    "el": words_el.WORDS,
    "es": words_es.WORDS,
    "de": words_de.WORDS,
    "fr": words_fr.WORDS,
    "ar": words_ar.WORDS,
}
# That a text speaks of letting and not of selling: only a rent may not be bid up.
RENT: dict[str, Lexicon] = {
    "en": words_en.RENT,
    "el": words_el.RENT,
    "es": words_es.RENT,
    "de": words_de.RENT,
    "fr": words_fr.RENT,
    "ar": words_ar.RENT,
}
ONLY_OF_RENTS = {"bidding"}
LONGEST_WORDS = 120

__all__ = ["PACKS", "Breach", "Law", "Pack", "breaches"]


@dataclass(frozen=True)
class Breach:
    """A rule that a text breaks, and the words that break it."""

    rule: str
    words: str
    law: Law


def breaches(text: str, pack: Pack, is_about_rent: bool | None = None) -> list[Breach]:
    """Return the rules of the pack that a text to a customer breaks, in the order of the pack.

    `is_about_rent` tells what is talked about; where nobody knows, the text's own words decide.
    """
    seen = spelled(text)
    if is_about_rent is None:
        is_about_rent = any(lexicon.find(seen.plain) for lexicon in RENT.values())
    found = []
    for rule, law in pack.rules.items():
        if rule in ONLY_OF_RENTS and not is_about_rent:
            continue
        for words in WORDS.values():
            match = words[rule].find(seen.plain) if rule in words else None
            if match:
                said = " ".join(seen.said(*match.span()).split())[:LONGEST_WORDS]
                found.append(Breach(rule, said, law))
                break
    return found
