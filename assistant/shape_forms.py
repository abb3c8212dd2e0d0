"""The form in which an agency edits the draft of its assistant's manner."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from assistant import shape as shapes
from assistant.fairhousing import breaches
from assistant.fairhousing.packs import Pack
from assistant.shape import Question, Shape
from leads.models import Fact

LONGEST_SITUATION = 600
LONGEST_QUESTION = 200


@dataclass(frozen=True)
class QuestionRow:
    """The bound fields of one question of one kind of customer."""

    label: str
    needs_words: bool
    asked: BoundField
    order: BoundField
    required: BoundField
    text: BoundField


class ShapeForm(forms.Form):
    persona_name = forms.CharField(
        label=_("Name"),
        max_length=40,
        required=False,
        help_text=_("What it calls itself. It always says that it is automated."),
    )
    tone = forms.CharField(
        label=_("Tone"),
        max_length=200,
        required=False,
        help_text=_("Such as: warm and brief, formal address."),
    )
    instructions = forms.CharField(
        label=_("Instructions"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "What it should know and keep to, such as: Offer a call first to owners who want "
            "to sell. It cannot be told to leave its rules."
        ),
    )
    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text=_("Besides the pages of your listings the only site it may link to."),
    )
    public_email = forms.EmailField(
        label=_("E-mail for customers"),
        required=False,
        max_length=254,
        help_text=_("The only address it may give out."),
    )
    wording_language = forms.ChoiceField(
        label=_("Your own words are in"),
        choices=shapes.LANGUAGES.items(),
        help_text=_("In other languages the assistant uses its own sentences."),
    )
    always = forms.ChoiceField(
        label=_("When it answers"),
        choices=[("yes", _("Always")), ("no", _("Only in these hours"))],
        widget=forms.RadioSelect,
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=shapes.LANGUAGES.items(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none for every language it knows."),
    )
    based_on = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, shape: Shape, pack: Pack, based_on: str, disabled: bool = False
    ) -> None:
        super().__init__(data, initial=_initial(shape) | {"based_on": based_on})
        self.pack = pack
        for key, label in shapes.SITUATIONS.items():
            self.fields[f"situation_{key}"] = forms.CharField(
                label=label,
                max_length=LONGEST_SITUATION,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        for kind, askable in shapes.ASKABLE.items():
            for place, name in enumerate(askable, 1):
                self._add_question(kind, name, len(askable), place)
        for day, label in enumerate(shapes.WEEKDAYS):
            for end, word in (("from", _("from")), ("to", _("to"))):
                self.fields[f"{end}_{day}"] = forms.TimeField(
                    label=f"{label}, {word}",
                    required=False,
                    widget=forms.TimeInput(
                        attrs={"type": "time", "class": "input"}, format="%H:%M"
                    ),
                )
        for field in self.fields.values():
            field.disabled = disabled

    def _add_question(self, kind: str, name: str, count: int, place: int) -> None:
        key = f"{kind}_{name}"
        label = Fact.Field(name).label
        self.fields[f"ask_{key}"] = forms.BooleanField(label=label, required=False)
        self.fields[f"order_{key}"] = forms.IntegerField(
            label=_("Place of: %(question)s") % {"question": label},
            required=False,
            initial=place,
            validators=[MinValueValidator(1), MaxValueValidator(99)],
            widget=forms.NumberInput(attrs={"class": "input", "min": 1, "max": 99}),
        )
        self.fields[f"required_{key}"] = forms.BooleanField(
            label=_("Required: %(question)s") % {"question": label}, required=False
        )
        self.fields[f"text_{key}"] = forms.CharField(
            label=_("Your words for: %(question)s") % {"question": label},
            required=False,
            max_length=LONGEST_QUESTION,
            widget=forms.TextInput(attrs={"class": "input"}),
        )

    def situations(self) -> list[BoundField]:
        return [self[f"situation_{key}"] for key in shapes.SITUATIONS]

    def groups(self) -> Iterator[dict[str, Any]]:
        """The questions of each kind of customer, in the order that holds now."""
        for kind, label in shapes.KINDS.items():
            rows = [self._row(kind, name) for name in shapes.ASKABLE[kind]]
            rows.sort(key=lambda row: (not row.asked.value(), _number(row.order.value())))
            yield {
                "kind": kind,
                "label": label,
                "rows": rows,
                "count": sum(bool(row.asked.value()) for row in rows),
                "has_errors": any(row.text.errors or row.order.errors for row in rows),
            }

    def days(self) -> list[dict[str, Any]]:
        return [
            {"label": label, "first": self[f"from_{day}"], "last": self[f"to_{day}"]}
            for day, label in enumerate(shapes.WEEKDAYS)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name, value in list(data.items()):
            # What Claude is told to do is no sentence to a customer; our own words are.
            if name.startswith("text_") and (found := breaches(value, self.pack)):
                text = _("Fair-housing rules forbid “%(words)s”. %(reason)s")
                said = {"words": found[0].words, "reason": found[0].law.reason}
                self.add_error(name, text % said)
        for kind, askable in shapes.ASKABLE.items():
            for name in askable:
                self._check_question(data, kind, name)
        self._check_hours(data)
        return data

    def shape(self) -> Shape:
        """What the valid form says."""
        data = self.cleaned_data
        return Shape(
            **{name: data[name] for name in shapes.LABELS},
            situations={
                key: text for key in shapes.SITUATIONS if (text := data[f"situation_{key}"].strip())
            },
            questions={kind: self._asked(kind) for kind in shapes.KINDS},
            hours=_stretches(data) if data["always"] == "no" else {},
            # The language of their own words is the one that strangers to all of them read.
            languages=tuple(
                sorted(data["languages"], key=lambda code: code != data["wording_language"])
            ),
        )

    def _row(self, kind: str, name: str) -> QuestionRow:
        key = f"{kind}_{name}"
        return QuestionRow(
            str(Fact.Field(name).label),
            name not in shapes.WITH_SENTENCES[kind],
            *(self[f"{part}_{key}"] for part in ("ask", "order", "required", "text")),
        )

    def _check_question(self, data: dict[str, Any], kind: str, name: str) -> None:
        key = f"{kind}_{name}"
        text = (data.get(f"text_{key}") or "").strip()
        if not data.get(f"ask_{key}"):
            return
        if not text and name not in shapes.WITH_SENTENCES[kind]:
            self.add_error(f"text_{key}", _("Write this question in your own words."))
        if text and not re.search(r"[?;؟]$", text):
            self.add_error(f"text_{key}", _("End it with a question mark."))

    def _check_hours(self, data: dict[str, Any]) -> None:
        if data.get("always") != "no":
            return
        for day in range(len(shapes.WEEKDAYS)):
            first, last = data.get(f"from_{day}"), data.get(f"to_{day}")
            if (first is None) != (last is None):
                self.add_error(f"to_{day}", _("Give both times, or neither."))
        if not self.errors and not _stretches(data):
            raise ValidationError(_("Give at least one day with hours, or choose “Always”."))

    def _asked(self, kind: str) -> tuple[Question, ...]:
        data = self.cleaned_data
        found = [
            (data[f"order_{kind}_{name}"] or 99, place, name)
            for place, name in enumerate(shapes.ASKABLE[kind])
            if data[f"ask_{kind}_{name}"]
        ]
        return tuple(
            Question(name, data[f"required_{kind}_{name}"], data[f"text_{kind}_{name}"].strip())
            for _order, _place, name in sorted(found)
        )


def _initial(shape: Shape) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(shape, name) for name in shapes.LABELS}
    values |= {f"situation_{key}": text for key, text in shape.situations.items()}
    for kind, asked in shape.questions.items():
        for place, question in enumerate(asked, 1):
            key = f"{kind}_{question.field}"
            values |= {
                f"ask_{key}": True,
                f"order_{key}": place,
                f"required_{key}": question.required,
                f"text_{key}": question.text,
            }
        rest = (name for name in shapes.ASKABLE[kind] if f"ask_{kind}_{name}" not in values)
        values |= {f"order_{kind}_{name}": place for place, name in enumerate(rest, len(asked) + 1)}
    for day, (first, last) in shape.hours.items():
        values |= {f"from_{day}": time.fromisoformat(first), f"to_{day}": time.fromisoformat(last)}
    return values | {"always": "no" if shape.hours else "yes", "languages": list(shape.languages)}


def _stretches(data: dict[str, Any]) -> dict[int, tuple[str, str]]:
    return {
        day: (f"{data[f'from_{day}']:%H:%M}", f"{data[f'to_{day}']:%H:%M}")
        for day in range(len(shapes.WEEKDAYS))
        if data.get(f"from_{day}") is not None and data.get(f"to_{day}") is not None
    }


def _number(value: Any) -> int:
    return int(value) if str(value).isdigit() else 99
