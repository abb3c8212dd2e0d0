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
from leads.language.text import fold, pattern, words_pattern

CLOSE_ENOUGH = 0.82
SOUNDED = ("el", "el-Latn")
SOUNDS = (
    ("ου", "u"), ("ou", "u"), ("αι", "e"), ("ai", "e"), ("ae", "e"), ("ει", "i"), ("ei", "i"), ("οι", "i"), ("oi", "i"),
    ("αυ", "av"), ("au", "av"), ("ευ", "ev"), ("μπ", "b"), ("mp", "b"), ("ντ", "d"), ("nt", "d"), ("γκ", "g"), ("γγ", "g"),
    ("θ", "th"), ("ξ", "x"), ("ks", "x"), ("ψ", "ps"), ("φ", "f"), ("ph", "f"), ("χ", "h"), ("ch", "h"), ("kh", "h"), ("α", "a"),
    ("β", "v"), ("γ", "g"), ("δ", "d"), ("ε", "e"), ("ζ", "z"), ("η", "i"), ("ι", "i"), ("κ", "k"), ("λ", "l"), ("μ", "m"),
    ("ν", "n"), ("ο", "o"), ("π", "p"), ("ρ", "r"), ("σ", "s"), ("ς", "s"), ("τ", "t"), ("υ", "i"), ("ω", "o"), ("y", "i"), ("w", "o"),
)  # fmt: skip
TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?", re.UNICODE)


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
            found.append(Place(name, start, end, _wished(text, start, words), sureness))
    if not found:
        found = _unknown(text, asked, taken, words)
    return sorted(found, key=lambda place: place.start)


def find_listings(text: str, names: Sequence[str]) -> list[Place]:
    """Listings named in the text, also by the distinctive part of the name."""
    found: list[Place] = []
    tokens = _tokens(text)
    for name in sorted(names, key=len, reverse=True):
        span = _find_name(tokens, name)
        if span and not _overlaps(span[0], span[1], [(p.start, p.end) for p in found]):
            found.append(Place(name, span[0], span[1], True, span[2]))
    return sorted(found, key=lambda place: place.start)


def find_address(text: str, words: ModuleType = en) -> tuple[str, int, int] | None:
    """A street address ("12 Ermou Street", "Ermou 12") after an address word, or None."""
    capital = r"[A-ZΑ-Ω][\w'.]"
    numbered = rf"\d{{1,5}}[a-z]?\s+(?:[A-ZΑ-Ω][\w'.]*\s+){{1,4}}(?i:{words.STREET})\b"
    cue = rf"(?i:(?<!\w)(?:{words.ADDRESS_CUE})):?\s+"
    cued = rf"{cue}(?:{capital}+\s+){{1,3}}\d{{1,4}}\b(?!\s*(?i:am|pm|:))"
    cue = rf"(?i:(?<!\w)(?:{words.SURE_ADDRESS_CUE})):?\s+"
    plain = rf"{cue}\d{{1,5}}[a-z]?\s+(?:{capital}*\s*){{1,4}}"
    for fragment in (numbered, cued, plain):
        match = re.search(fragment, text)
        if match:
            lead_in = re.match(rf"(?i)(?:{words.ADDRESS_CUE}):?\s+", match.group())
            start = match.start() + (lead_in.end() if lead_in else 0)
            return text[start : match.end()].strip(), start, match.end()
    return None


def _known(
    text: str, areas: tuple[str, ...], words: ModuleType
) -> list[tuple[str, int, int, float]]:
    by_sound = words.CODE in SOUNDED
    index, longest = _index(areas, by_sound)
    tokens = _tokens(text)
    if by_sound:
        tokens = [(sound(token), start, end) for token, start, end in tokens]
    found, at = [], 0
    while at < len(tokens):
        hit = _longest_at(text, tokens, at, index, longest)
        if hit:
            name, size, sureness = hit
            found.append((name, tokens[at][1], tokens[at + size - 1][2], sureness))
            at += size
        else:
            at += 1
    return found


@lru_cache(maxsize=64)
def _index(areas: tuple[str, ...], by_sound: bool) -> tuple[dict[str, str], int]:
    index = {" ".join(t for t, _, _ in _tokens(area)): area for area in areas}
    if by_sound:
        index = {sound(key): area for key, area in index.items()}
    return index, max((len(key.split()) for key in index), default=0)


def _longest_at(
    text: str, tokens: list[tuple[str, int, int]], at: int, index: dict[str, str], longest: int
) -> tuple[str, int, float] | None:
    for size in range(min(longest, len(tokens) - at), 0, -1):
        phrase = " ".join(token for token, _, _ in tokens[at : at + size])
        if phrase in index:
            return index[phrase], size, 0.98
    start, end = tokens[at][1:]
    initials = _initials(tokens[at], index) if text[start:end].isupper() else None
    if initials:
        return initials, 1, 0.8
    for size in range(min(longest + 1, len(tokens) - at), 0, -1):
        phrase = " ".join(token for token, _, _ in tokens[at : at + size])
        name = _nearest(phrase, index)
        if name:
            return name, size, 0.85
    return None


def _initials(token: tuple[str, int, int], index: dict[str, str]) -> str | None:
    """ "SF" for San Francisco, where only one area has these initials."""
    written = token[0]
    if not 2 <= len(written) <= 4:
        return None
    fits = [n for k, n in index.items() if "".join(w[0] for w in k.split()) == written]
    return fits[0] if len(fits) == 1 else None


@lru_cache(maxsize=4096)
def _nearest_cached(phrase: str, keys: tuple[str, ...]) -> str | None:
    joined = phrase.replace(" ", "")
    if len(joined) < 5 or phrase in common_words():
        return None
    best, best_score = None, CLOSE_ENOUGH
    for key in keys:
        if key.replace(" ", "") == joined:
            return key
        if len(phrase) >= 7 and key.startswith(phrase) and " " in phrase:
            return key
        if phrase[0] != key[0] or phrase.count(" ") > key.count(" ") + 1 or len(key) < 5:
            continue
        score = OSA.normalized_similarity(phrase, key)
        if score > best_score:
            best, best_score = key, score
    return best


def _nearest(phrase: str, index: dict[str, str]) -> str | None:
    key = _nearest_cached(phrase, tuple(index))
    return index[key] if key else None


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


def _tokens(text: str) -> list[tuple[str, int, int]]:
    return [(fold(m.group()), m.start(), m.end()) for m in TOKEN.finditer(text)]


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


def _wished(text: str, start: int, words: ModuleType) -> bool:
    return not pattern(rf"(?<!\w){words.NEGATION_BEFORE}$").search(text[:start])


def _unknown(
    text: str, asked: bool, taken: Sequence[tuple[int, int]], words: ModuleType
) -> list[Place]:
    """A capitalised name after "in" or "near", or the whole of a short answer to "where?"."""
    name = r"[A-ZΑ-ΩÀ-Þ][\w'’-]+(?:\s+[A-ZΑ-ΩÀ-Þ][\w'’-]+){0,2}"
    found = []
    for match in re.finditer(rf"(?<!\w)(?i:{words.PLACE_CUE})\s+(?P<name>{name})", text):
        start, end = match.span("name")
        usual = pattern(rf"(?:{words.NOT_A_PLACE})(?!\w)").match(match["name"])
        if usual or _overlaps(start, end, taken) or _is_street(text, end, words):
            continue
        if not _is_background(text, start, words):
            found.append(Place(match["name"], start, end, _wished(text, match.start(), words), 0.6))
    if found or not asked:
        return found
    short = re.fullmatch(rf"\s*(?P<name>{name}|[\w'’-]{{4,}})\s*(?:,?\s*please)?[\s.!]*", text)
    if short is None or short["name"][0].isdigit() or fold(short["name"]) in common_words():
        return []
    usual = f"{words.NOT_A_PLACE}|{words.YES}|{words.NO}"
    if words_pattern(usual).match(short["name"]):
        return []
    return [Place(short["name"], *short.span("name"), True, 0.5)]


@lru_cache(maxsize=4096)
def _words_of(name: str) -> tuple[str, ...]:
    return tuple(token for token, _, _ in _tokens(name))


def _find_name(tokens: list[tuple[str, int, int]], name: str) -> tuple[int, int, float] | None:
    wanted = _words_of(name)
    size = len(wanted)
    if not size:
        return None
    for length, least in ((size, 90), (max(size - 1, 2), 94)):
        if length < size and size < 3:
            continue
        target = " ".join(wanted[:length])
        if len(target) < 5:
            continue
        for at in range(len(tokens) - length + 1):
            if tokens[at][0][0] != target[0]:
                continue
            phrase = " ".join(token for token, _, _ in tokens[at : at + length])
            if phrase == target or (phrase[0] == target[0] and fuzz.ratio(phrase, target) >= least):
                if length == 1 and phrase != target:
                    continue
                return tokens[at][1], tokens[at + length - 1][2], 0.95
    return None
