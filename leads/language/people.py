"""Who is writing: name, e-mail, telephone."""

import re
from functools import lru_cache
from types import ModuleType

import phonenumbers
from babel.core import get_global

from leads.language import en
from leads.language.sieve import Sieved
from leads.language.text import find, has, pattern, words_pattern
from leads.language.wishes import Said

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.UNICODE)
DIGIT = re.compile(r"\d")
NAME_WORD = r"[^\W\d_][\w'’-]*"
SHORT_NAME = re.compile(rf"\W*(?P<name>{NAME_WORD}(?:\s+{NAME_WORD})?)\W*")


def find_email(text: str) -> Said | None:
    match = EMAIL.search(text) if "@" in text else None
    return Said("email", match.group().rstrip(".").lower(), *match.span(), 0.98) if match else None


def find_phone(
    text: str, timezone: str, *, asked: bool = False, words: ModuleType = en
) -> Said | None:
    """A telephone number in E.164; without a country code, of the country of the time zone.

    After the question for it and after "my number is" its form is enough; else it must exist.
    """
    if not DIGIT.search(text):
        return None
    region = get_global("zone_territories").get(timezone)
    expected = asked or has(words.PHONE_CUE, text)
    leniency = phonenumbers.Leniency.POSSIBLE if expected else phonenumbers.Leniency.VALID
    for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=leniency):
        digits = re.sub(r"\D", "", match.raw_string)
        if len(digits) >= 9 or match.raw_string.lstrip().startswith("+") or asked:
            e164 = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
            return Said("phone", e164, match.start, match.end, 0.95)
    return None


def find_name(
    text: str, *, asked: bool = False, places: tuple[str, ...] = (), words: ModuleType = en
) -> Said | None:
    """The customer's own name after "my name is" and the like, or a short answer to the question.

    After "I'm" and "this is" only capitalised words count, and no word that describes a state.
    """
    sure, likely, before, alone = _name_patterns(words)
    tries = [(sure.search(text), 0.95), (likely.search(text), 0.8), (before.search(text), 0.7)]
    if asked:
        tries.append((alone.fullmatch(text), 0.7))
        tries.append((SHORT_NAME.fullmatch(text), 0.6))
    for match, sureness in tries:
        if match and _is_name(match["name"], places, words):
            name = match["name"].strip()
            spelled = name.title() if name.islower() else name
            return Said("name", spelled, *match.span("name"), sureness)
    return None


@lru_cache(maxsize=16)
def _name_patterns(words: ModuleType) -> tuple[Sieved, Sieved, Sieved, re.Pattern[str]]:
    """After words that only introduce a name; after "I'm"; "Nikos here"; the whole of an answer."""
    more = rf"(?:\s+(?!(?i:{words.NAME_ENDS})\b){NAME_WORD}){{0,2}}"
    capital = r"[A-ZÀ-ÞΑ-Ω][\w'’-]*"
    proper = rf"(?P<name>{capital}(?:\s+{capital}){{0,2}})"
    return (
        Sieved(re.compile(rf"(?<!\w)(?i:{words.NAME_ONLY_CUES})\s+(?P<name>{NAME_WORD}{more})")),
        Sieved(re.compile(rf"(?<!\w)(?i:{words.NAME}){proper}")),
        find(
            rf"^\W*(?:(?:{words.GREETING})\W+)?(?P<name>{NAME_WORD})\s+(?:{words.NAME_BEFORE_CUE})(?!\w)"
        ),
        re.compile(rf"\W*(?:(?i:{words.BEFORE_NAME})\W+)*{proper}\W*"),
    )


def _is_name(name: str, places: tuple[str, ...], words: ModuleType) -> bool:
    if words_pattern(words.NOT_A_NAME).match(name) or pattern(words.YES).fullmatch(name):
        return False
    name = name.casefold()
    return all(name != place.casefold() for place in places)
