"""Whether a text gives away what the model was told.

Compares letters alone, so that spacing, punctuation, case and accents hide nothing, and looks at
the text backwards as well. A long run without a space, as in base64, is no sentence and goes
nowhere. A translation of the rules is not recognized.
"""

import re
from functools import lru_cache

from knowledge.folding import fold

LEAK_LETTERS = 32  # in a row, about six words
# What an agency tells its assistant may hold phrases meant for customers.
SENTENCE_LETTERS = 60
LONGEST_WORD = 45


def gives_away(text: str, secret: str, length: int = LEAK_LETTERS) -> bool:
    """Whether the text repeats so many letters of the secret, forwards or backwards."""
    letters = _letters(text)
    parts = _stretches(secret, length)
    return any(
        said[at : at + length] in parts
        for said in (letters, letters[::-1])
        for at in range(len(said) - length + 1)
    )


def is_coded(text: str) -> bool:
    """Whether a word is too long for any language, such as base64."""
    return any(len(word) > LONGEST_WORD for word in re.findall(r"[\w+/=-]+", text))


@lru_cache(maxsize=64)
def _stretches(secret: str, length: int) -> frozenset[str]:
    letters = _letters(secret)
    return frozenset(letters[at : at + length] for at in range(len(letters) - length + 1))


def _letters(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalnum())
