# ruff: noqa: E501  (letters of several alphabets)
"""Areas and listings by name, typing errors included, and street addresses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from leads.language import ar, de, el, en, es, fr
from leads.language.place_names import other_names
from leads.language.sieve import Sieved
from leads.language.text import fold, is_declined, pattern, words_pattern

CLOSE_ENOUGH = 0.82
SOUNDED = ("el", "el-Latn")
SOUNDS = (
    ("ου", "u"), ("ou", "u"), ("αι", "e"), ("ai", "e"), ("ae", "e"), ("ει", "i"), ("ei", "i"), ("οι", "i"), ("oi", "i"),
    ("αυ", "av"), ("au", "av"), ("ευ", "ev"), ("μπ", "b"), ("mp", "b"), ("ντ", "d"), ("nt", "d"), ("γκ", "g"), ("γγ", "g"),
    ("θ", "th"), ("ξ", "x"), ("ks", "x"), ("ψ", "ps"), ("φ", "f"), ("ph", "f"), ("χ", "h"), ("ch", "h"), ("kh", "h"), ("α", "a"),
    ("β", "v"), ("γ", "g"), ("δ", "d"), ("ε", "e"), ("ζ", "z"), ("η", "i"), ("ι", "i"), ("κ", "k"), ("λ", "l"), ("μ", "m"),
    ("ν", "n"), ("ο", "o"), ("π", "p"), ("ρ", "r"), ("σ", "s"), ("ς", "s"), ("τ", "t"), ("υ", "i"), ("ω", "o"), ("y", "i"), ("w", "o"),
)  # fmt: skip
NAME = r"[A-ZΑ-ΩÀ-Þ][\w'’-]+(?:\s+[A-ZΑ-ΩÀ-Þ][\w'’-]+){0,2}"
SHORT_ANSWER = re.compile(rf"\s*(?P<name>{NAME}|[\w'’-]{{4,}})\s*(?:,?\s*please)?[\s.!]*")
DIGIT = re.compile(r"\d")
TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?", re.UNICODE)

# A name: its rank, itself, and what to look for as (number of words, least likeness, words).
_Sought = tuple[int, str, tuple[tuple[int, int, str], ...]]


@dataclass(frozen=True)
class Place:
    """`name` as the organization spells it; `wished` is False for "not Glyfada"."""

    name: str
    start: int
    end: int
    wished: bool
    sureness: float


def find_areas(
    text: str,
    areas: Sequence[str],
    *,
    asked: bool = False,
    hidden: Sequence[tuple[int, int]] = (),
    words: ModuleType = en,
) -> list[Place]:
    """Areas named in one clause, in order.

    `asked`: the assistant has just asked where, so a short answer may be a name nobody knows.
    `hidden`: spans that belong to something else, such as the name of a listing.
    """
    taken = [*hidden]
    found = []
    for name, start, end, sureness in _known(text, tuple(areas), words):
        if _overlaps(start, end, taken) or _is_street(text, end, words):
            continue
        if pattern(rf"\s+(?:{words.SUCH_A_HOME})(?!\w)").match(text[end:]):
            continue
        taken.append((start, end))
        if not _is_background(text, start, words):
            found.append(Place(name, start, end, _wished(text, start, end, words), sureness))
    if not found:
        found = _unknown(text, asked, taken, words)
    return sorted(found, key=lambda place: place.start)


def find_listings(text: str, names: Sequence[str]) -> list[Place]:
    """Listings named in the text, also by the distinctive part of the name."""
    return [*_named_listings(text, tuple(names))] if names else []


@lru_cache(maxsize=64)  # a message of one clause is asked for several times
def _named_listings(text: str, names: tuple[str, ...]) -> tuple[Place, ...]:
    found: list[Place] = []
    by_letter = _names_by_letter(names)
    phrases = _Phrases(_tokens(text))
    # The longest name first, whatever its letter: a shorter one may be a part of it.
    letters = phrases.starts.keys() & by_letter.keys()
    for _rank, name, sought in sorted(row for letter in letters for row in by_letter[letter]):
        span = _find_name(phrases, sought)
        if span and not _overlaps(span[0], span[1], [(p.start, p.end) for p in found]):
            found.append(Place(name, span[0], span[1], True, span[2]))
    return tuple(sorted(found, key=lambda place: place.start))


def forget_places() -> None:
    """Drop the places found in the texts at hand; those are messages of customers."""
    for remembering in (_named_listings, _known_areas, _tokens):
        remembering.cache_clear()


def find_address(text: str, words: ModuleType = en) -> tuple[str, int, int] | None:
    """A street address ("12 Ermou Street", "Ermou 12") after an address word, or None."""
    if not DIGIT.search(text):
        return None
    for fragment in _address_patterns(words):
        match = fragment.search(text)
        if match and not _is_a_date(match.group(), words):
            lead_in = re.match(rf"(?i)(?:{words.ADDRESS_CUE}):?\s+", match.group())
            start = match.start() + (lead_in.end() if lead_in else 0)
            return text[start : match.end()].strip(), start, match.end()
    return None


def _is_a_date(text: str, words: ModuleType) -> bool:
    """ "On July 31" is no house of the street July."""
    return any(word.lower() in words.MONTHS for word in re.findall(r"\w+", text))


@lru_cache(maxsize=16)
def _address_patterns(words: ModuleType) -> list[re.Pattern[str]]:
    capital = r"[A-ZΑ-Ω][\w'.]"
    numbered = rf"\d{{1,5}}[a-z]?\s+(?:[A-ZΑ-Ω][\w'.]*\s+){{1,4}}(?i:{words.STREET})\b"
    cue = rf"(?i:(?<!\w)(?:{words.ADDRESS_CUE})):?\s+"
    cued = rf"{cue}(?:{capital}+\s+){{1,3}}\d{{1,4}}\b(?!\s*(?i:am|pm|:))"
    # "Georgiou A street 45", as it is written where the number follows.
    followed = (
        rf"(?:{capital}*\s+){{1,4}}(?i:{words.STREET})\s+\d{{1,4}}[a-z]?\b(?!\s*(?i:am|pm|:))"
    )
    cue = rf"(?i:(?<!\w)(?:{words.SURE_ADDRESS_CUE})):?\s+"
    plain = rf"{cue}\d{{1,5}}[a-z]?\s+(?:{capital}*\s*){{1,4}}"
    return [re.compile(fragment) for fragment in (numbered, cued, followed, plain)]


def _known(
    text: str, areas: tuple[str, ...], words: ModuleType
) -> tuple[tuple[str, int, int, float], ...]:
    return _known_areas(text, areas, words.CODE in SOUNDED) if areas else ()


@lru_cache(maxsize=64)  # a clause is asked for its areas several times
def _known_areas(
    text: str, areas: tuple[str, ...], by_sound: bool
) -> tuple[tuple[str, int, int, float], ...]:
    index = _index(areas, by_sound)
    tokens = _tokens(text)
    if by_sound:
        tokens = tuple((sound(token), start, end) for token, start, end in tokens)
    found, at = [], 0
    while at < len(tokens):
        hit = _longest_at(text, tokens, at, index) if tokens[at][0][:1] in index.letters else None
        if hit:
            name, size, sureness = hit
            found.append((name, tokens[at][1], tokens[at + size - 1][2], sureness))
            at += size
        else:
            at += 1
    return tuple(found)


@dataclass(frozen=True)
class _Key:
    """A name as it is compared: folded or sounded, its words joined by one space."""

    text: str
    joined: str
    gaps: int
    initials: str


@dataclass(frozen=True)
class _Index:
    """Areas by their key, and the keys by their first letter, which a typing error leaves alone."""

    names: dict[str, str]
    letters: dict[str, list[_Key]]
    longest: int


@lru_cache(maxsize=64)
def _index(areas: tuple[str, ...], by_sound: bool) -> _Index:
    names = {" ".join(t for t, _, _ in _tokens(area)): area for area in areas}
    for area in areas:
        for other in other_names(area):
            names.setdefault(" ".join(t for t, _, _ in _tokens(other)), area)
    if by_sound:
        names = {sound(key): area for key, area in names.items()}
    letters: dict[str, list[_Key]] = {}
    for key in filter(None, names):
        initials = "".join(word[0] for word in key.split())
        row = _Key(key, key.replace(" ", ""), key.count(" "), initials)
        letters.setdefault(key[0], []).append(row)
    return _Index(names, letters, max((len(key.split()) for key in names), default=0))


def _longest_at(
    text: str, tokens: tuple[tuple[str, int, int], ...], at: int, index: _Index
) -> tuple[str, int, float] | None:
    left = len(tokens) - at
    phrases = [tokens[at][0]]
    for token, _, _ in tokens[at + 1 : at + 1 + min(index.longest, left - 1)]:
        phrases.append(f"{phrases[-1]} {token}")
    for size in range(min(index.longest, left), 0, -1):
        name = index.names.get(phrases[size - 1])
        if name is not None:
            return name, size, 0.98
    keys = index.letters[phrases[0][0]]
    start, end = tokens[at][1:]
    initials = _initials(phrases[0], keys, index) if text[start:end].isupper() else None
    if initials:
        return initials, 1, 0.8
    for size in range(len(phrases), 0, -1):
        key = _nearest(phrases[size - 1], keys)
        if key:
            return index.names[key], size, 0.85
    return None


def _initials(written: str, keys: list[_Key], index: _Index) -> str | None:
    """ "SF" for San Francisco, where only one area has these initials."""
    if not 2 <= len(written) <= 4:
        return None
    fits = [key.text for key in keys if key.initials == written]
    return index.names[fits[0]] if len(fits) == 1 else None


def _nearest(phrase: str, keys: list[_Key]) -> str | None:
    """The key that the phrase stands for: written in one, cut short, or with a typing error."""
    joined = phrase.replace(" ", "")
    if len(joined) < 5 or phrase in common_words():
        return None
    best, best_score = None, CLOSE_ENOUGH
    gaps, size = phrase.count(" "), len(phrase)
    for key in keys:
        if key.joined == joined:
            return key.text
        if gaps and size >= 7 and key.text.startswith(phrase):
            return key.text
        length = len(key.text)
        if gaps > key.gaps + 1 or length < 5:
            continue
        if min(size, length) < best_score * max(size, length):
            continue  # the difference in length alone is too much
        score = OSA.normalized_similarity(phrase, key.text)
        if score > best_score:
            best, best_score = key.text, score
    return best


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Everyday words, of any language, that lie one letter from some place name."""
    told = [words.COMMON_WORDS for words in (en, el, es, de, fr, ar)]
    return frozenset(" ".join([*told, sound(el.COMMON_WORDS)]).split())


def sound(text: str) -> str:
    """Greek and its spellings in Latin letters brought together: Γλυφάδα and Glyfada are one."""
    text = fold(text)
    for written, heard in SOUNDS:
        text = text.replace(written, heard)
    return re.sub(r"([^\W\d_])\1", r"\1", text)


@lru_cache(maxsize=256)  # names, and the few texts at hand
def _tokens(text: str) -> tuple[tuple[str, int, int], ...]:
    if text.isascii():
        folded = text.lower()
        return tuple((folded[m.start() : m.end()], *m.span()) for m in TOKEN.finditer(text))
    return tuple((fold(m.group()), *m.span()) for m in TOKEN.finditer(text))


def _overlaps(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in spans)


def _is_street(text: str, end: int, words: ModuleType) -> bool:
    return bool(pattern(rf"\s+(?:{words.STREET})(?!\w)").match(text[end:]))


def _is_background(text: str, start: int, words: ModuleType) -> bool:
    """Where they live, work or come from is not where they want to live."""
    before = text[:start]
    if pattern(rf"(?<!\w)(?:{words.WISHED_PLACE})\b[^.]*$").search(before):
        return False
    return bool(pattern(rf"(?<!\w)(?:{words.NOT_WISHED_PLACE})\s*(?:the\s+)?$").search(before))


def _wished(text: str, start: int, end: int, words: ModuleType) -> bool:
    refused = pattern(rf"(?:{words.NOT_WISHED_AFTER})(?!\w)").match(text, end)
    return not refused and not is_declined(text[:start], words)


@lru_cache(maxsize=16)
def _cued_name(words: ModuleType) -> Sieved:
    return Sieved(re.compile(rf"(?<!\w)(?i:{words.PLACE_CUE})\s+(?P<name>{NAME})"))


def _unknown(
    text: str, asked: bool, taken: Sequence[tuple[int, int]], words: ModuleType
) -> list[Place]:
    """A capitalised name after "in" or "near", or the whole of a short answer to "where?"."""
    found = []
    for match in _cued_name(words).finditer(text):
        start, end = match.span("name")
        usual = pattern(rf"(?:{words.NOT_A_PLACE})(?!\w)").match(match["name"])
        if usual or _overlaps(start, end, taken) or _is_street(text, end, words):
            continue
        if not _is_background(text, start, words):
            found.append(
                Place(match["name"], start, end, _wished(text, match.start(), end, words), 0.6)
            )
    if found or not asked:
        return found
    short = SHORT_ANSWER.fullmatch(text)
    if short is None or short["name"][0].isdigit() or fold(short["name"]) in common_words():
        return []
    usual = f"{words.NOT_A_PLACE}|{words.YES}|{words.NO}"
    if words_pattern(usual).match(short["name"]):
        return []
    return [Place(short["name"], *short.span("name"), True, 0.5)]


@lru_cache(maxsize=64)
def _names_by_letter(names: tuple[str, ...]) -> dict[str, list[_Sought]]:
    """The names by their first letter; each with its rank, the longest name first."""
    by_letter: dict[str, list[_Sought]] = {}
    for rank, name in enumerate(sorted(names, key=len, reverse=True)):
        wanted = [token for token, _, _ in _tokens(name)]
        size = len(wanted)
        sought = []
        for length, least in ((size, 90), (max(size - 1, 2), 94)):
            target = " ".join(wanted[:length])
            if len(target) >= 5 and (length == size or size >= 3):
                sought.append((length, least, target))
        if sought:
            by_letter.setdefault(wanted[0][0], []).append((rank, name, tuple(sought)))
    return by_letter


class _Phrases(dict[tuple[int, str], list[tuple[int, str]]]):
    """The phrases of a text by number of words and first letter, each with its place; as asked."""

    def __init__(self, tokens: tuple[tuple[str, int, int], ...]) -> None:
        super().__init__()
        self.tokens = tokens
        self.starts: dict[str, list[int]] = {}
        for at, (token, _, _) in enumerate(tokens):
            self.starts.setdefault(token[:1], []).append(at)

    def __missing__(self, key: tuple[int, str]) -> list[tuple[int, str]]:
        length, letter = key
        last = len(self.tokens) - length
        found = self[key] = [
            (at, " ".join(token for token, _, _ in self.tokens[at : at + length]))
            for at in self.starts.get(letter, ())
            if at <= last
        ]
        return found


def _find_name(
    phrases: _Phrases, sought: tuple[tuple[int, int, str], ...]
) -> tuple[int, int, float] | None:
    for length, least, target in sought:
        for at, phrase in phrases[length, target[0]]:
            if phrase == target or (
                length > 1 and fuzz.ratio(phrase, target, score_cutoff=least) >= least
            ):
                return phrases.tokens[at][1], phrases.tokens[at + length - 1][2], 0.95
    return None
