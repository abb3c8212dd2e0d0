"""Plain text from files and pages of others: what cannot be seen is not kept."""

import re
import unicodedata

# Letters that steer or hide text: zero-width, soft hyphen, directions, tags, variation selectors.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n ?(?:\n ?)+")


def plain_text(text: str, limit: int | None = None) -> str:
    """The visible text: composed, without control and invisible letters, spaces joined.

    Paragraphs stay apart by one empty line. `limit` cuts at so many characters.
    """
    text = _INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(
        c if c == "\n" or unicodedata.category(c) not in _UNWANTED else " " for c in text
    )
    text = _LINES.sub("\n\n", _SPACES.sub(" ", unicodedata.normalize("NFC", text)))
    text = re.sub(r" ?\n ?", "\n", text).strip()
    return text if limit is None else text[:limit].rstrip()


def one_line(text: str, limit: int | None = None) -> str:
    """As `plain_text`, in one line."""
    text = plain_text(text).replace("\n", " ")
    return _SPACES.sub(" ", text) if limit is None else _SPACES.sub(" ", text)[:limit].rstrip()


_UNWANTED = {"Cc", "Cf", "Cs", "Co", "Cn"}
