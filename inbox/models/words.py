"""Columns of words that the search of the inbox goes through.

Each word is folded to plain letters and stands under its organization, as `42:viewing`: so the one
index of all organizations begins with the organization, and a search reads its own words only.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db import models

from knowledge.folding import plain_words

MOST_WORDS = 600  # of one row; the longest message of WhatsApp has about as many
LONGEST_WORD = 40
SHORTEST_PART = 2


class WordsField(SearchVectorField):
    """The words of the field `of`, written whenever that one is.

    With `parts`, each word also stands without its first letters, so that `lefk` finds Halefka and
    the last digits a number.
    """

    def __init__(self, of: str = "", parts: bool = False, **options: Any) -> None:
        self.of, self.parts = of, parts
        super().__init__(**({"null": True, "editable": False} | options))

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"of": self.of, "parts": self.parts}

    def pre_save(self, instance: models.Model, add: bool) -> str:
        return vector(instance.organization_id, getattr(instance, self.of), self.parts)

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "%s::tsvector"


class Searchable(models.Model):
    """Saves the words of a field together with the field, also where `update_fields` names it."""

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        if update_fields is not None:
            fields = set(update_fields)
            for field in self._meta.concrete_fields:
                if isinstance(field, WordsField) and field.of in fields:
                    fields.add(field.name)
            update_fields = fields
        super().save(*args, update_fields=update_fields, **options)


def vector(organization_id: int, text: str, parts: bool = False) -> str:
    """Return the text of a `tsvector`: the words of `text` under the organization."""
    words = dict.fromkeys(word[:LONGEST_WORD] for word in plain_words(text))
    if parts:
        words = dict.fromkeys(part for word in words for part in _parts(word))
    # Words hold letters, digits and underscores only, so quoting them is enough.
    return " ".join(f"'{organization_id}:{word}'" for word in list(words)[:MOST_WORDS])


def _parts(word: str) -> Iterable[str]:
    last = max(len(word) - SHORTEST_PART, 0)
    return (word[start:] for start in range(last + 1))
