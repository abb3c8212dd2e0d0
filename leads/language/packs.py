"""The language packs, and which of them a message is read with."""

import re
from functools import lru_cache
from types import ModuleType

from leads.language import ar, de, el, en, es, fr, greeklish, neutral
from leads.language.recognizing import recognize
from leads.language.text import tidy, without_accents

DEFAULT = "en"
GREEKLISH = "el-Latn"
JOINED_TO_A_NUMBER = re.compile(r"(?<!\w)[وبل](?=\d)")  # "and 3" is one word in Arabic

GREEK_QUESTION = {ord(";"): "?", 0x37E: "?"}


class Pack(ModuleType):
    """A language's words, laid over the neutral ones that stand for what it leaves unsaid."""

    def __init__(self, words: ModuleType) -> None:
        super().__init__(words.__name__)
        for source in (neutral, words):
            self.__dict__.update({k: v for k, v in vars(source).items() if k.isupper()})


@lru_cache(maxsize=1)
def packs() -> dict[str, ModuleType]:
    """Each pack by its code; `el-Latn` is Greek in Latin letters."""
    others = {words.CODE: Pack(words) for words in (el, es, de, fr, ar)}
    return {"en": en, **others, GREEKLISH: Pack(greeklish.derived_from(others["el"]))}


def language_of(text: str, before: str = DEFAULT) -> str:
    """The pack to read a message with; a short one stays in the language spoken `before`."""
    return recognize(text, before, tuple(packs()))


def readable(text: str, code: str) -> str:
    """The text as the pack's patterns expect it, letter for letter as long as the original."""
    if code == "en":
        return tidy(text)
    text = without_accents(tidy(text))
    if code.startswith("el"):
        text = text.translate(GREEK_QUESTION)
    return JOINED_TO_A_NUMBER.sub(" ", text) if code == "ar" else text
