"""The language of the turn at hand: what to read a message with, and what to answer in.

`catalogue` holds the sentences, `phrases` what customers say, `reading` the language pack; each
is that of the language set by `speaking`. Greek in Latin letters is answered in Greek.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from assistant.builtin import phrases_en
from leads.language import greeklish
from leads.language.packs import DEFAULT, GREEKLISH, language_of, packs, readable

if TYPE_CHECKING:
    from assistant.turn import Turn

SPOKEN = ("en", "el", "es", "de", "fr", "ar")
NEVER = r"(?!)"
_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Read and answer in `language`, the code of a pack."""
    known = (*SPOKEN, GREEKLISH)
    token = _language.set(language if language in known else DEFAULT)
    try:
        yield
    finally:
        _language.reset(token)


def speaking_of(turn: "Turn") -> Any:
    """Speak as the customer does; what says too little stays in the language of the talk."""
    language = DEFAULT
    for message in turn.messages:
        if message.is_inbound and message.body:
            language = language_of(message.body, language)
    return speaking(language)


def answer_language() -> str:
    """The code of the language of the reply."""
    return "el" if _language.get() == GREEKLISH else _language.get()


class _Spoken:
    """The attributes of the module that belongs to the language of the turn."""

    def __init__(self, module_of: Any) -> None:
        self._module_of = module_of

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module_of(), name)


class _Reading:
    @property
    def pack(self) -> ModuleType:
        return packs()[_language.get()]

    def plain(self, text: str) -> str:
        """The text as patterns expect it, as long as the original."""
        return readable(text, _language.get())


@lru_cache(maxsize=8)
def catalogue_of(language: str) -> ModuleType:
    return import_module(f"assistant.builtin.wording.{language}")


@lru_cache(maxsize=8)
def phrases_of(language: str) -> ModuleType:
    """The phrases of a language; what it leaves unsaid matches nothing."""
    if language == "en":
        return phrases_en
    if language == GREEKLISH:
        return greeklish.derived_from(phrases_of("el"))
    said = import_module(f"assistant.builtin.phrases_{language}")
    laid = ModuleType(said.__name__)
    for name, value in vars(phrases_en).items():
        if name.isupper():
            empty = dict.fromkeys(value, NEVER) if isinstance(value, dict) else NEVER
            setattr(laid, name, () if isinstance(value, tuple) else empty)
    for name, value in vars(said).items():
        if name.isupper():
            both = {**getattr(laid, name), **value} if isinstance(value, dict) else value
            setattr(laid, name, both)
    laid.MORE_SPECIFIC_THAN_PRICE = phrases_en.MORE_SPECIFIC_THAN_PRICE
    return laid


catalogue = _Spoken(lambda: catalogue_of(answer_language()))
phrases = _Spoken(lambda: phrases_of(_language.get()))
reading = _Reading()
