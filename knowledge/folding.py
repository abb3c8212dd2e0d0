"""One plain form of a text, so that «Γλυφάδα», "GLYFÁDA" and "glyfada" can be compared."""

import re
import unicodedata

# Letters that are not a plain letter with a mark, so that decomposing does not reach them.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_THOUSANDS = re.compile(r"(?<=\d)[.,\u2009\u202f' ](?=\d{3}(?!\d))")
_WORD = re.compile(r"\w+")
_LONGEST_WORD = 80


def fold(text: str) -> str:
    """Lower case without accents, in every script; the Greek final sigma becomes a plain one.

    The length may change, so offsets in the folded text are not offsets in the original.
    """
    # Folding case comes first and last: it turns ς into σ, and decomposing can bring capitals back.
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", plain).casefold().translate(_PLAIN)


def folded_words(text: str) -> list[str]:
    """The words of a text in order: folded, plurals cut, 1,950 read as 1950."""
    return [_singular(word) for word in plain_words(text)]


def plain_words(text: str) -> list[str]:
    """The words of a text in order: folded, 1,950 read as 1950."""
    joined = _THOUSANDS.sub("", text)
    return [word[:_LONGEST_WORD] for word in _WORD.findall(fold(joined))]


def _singular(word: str) -> str:
    # Only the plural: a real stemmer makes "viewing" and "sea view" the same word.
    if len(word) < 4 or not word.isascii():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
