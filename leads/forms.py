"""What members change on a lead: each field of a fact with the input that suits it."""

import re
from typing import Any

from babel import Locale
from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from leads.models import Fact, Lead
from leads.words import FINANCING, INTENTS, PERIODS, PROPERTY_TYPES

BUDGET = ("budget_min", "budget_max", "currency", "budget_period")
# The date of a visit belongs to the calendar, and the four parts of a budget to one form.
EDITABLE = [field for field in Fact.Field.values if field != "viewing" and field not in BUDGET]
LARGEST = 10**12
AMOUNT = re.compile(r"\d+(?:\.\d+)?")
DOTTED_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")


class StageForm(forms.Form):
    stage = forms.ChoiceField(choices=Lead.Stage)


class Number(forms.CharField):
    """A number with or without thousands marks and currency sign; whole ones become int."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | float | None:
        text = re.sub(r"[\s,'’€$£]", "", super().to_python(value))
        if not text:
            return None
        if DOTTED_THOUSANDS.fullmatch(text):
            text = text.replace(".", "")
        if not AMOUNT.fullmatch(text) or float(text) >= LARGEST:
            raise forms.ValidationError(_("Enter a number, such as 450000."))
        return int(float(text)) if float(text).is_integer() else float(text)


class Names(forms.CharField):
    """Several names with commas between them; the value is a list without repetitions."""

    def to_python(self, value: Any) -> list[str]:
        text = super().to_python(value)
        if "\x00" in text:
            raise forms.ValidationError(_("Null characters are not allowed."))
        parts = [part.strip() for part in text.split(",")]
        return list(dict.fromkeys(part for part in parts if part))

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value


class YesOrNo(forms.TypedChoiceField):
    def __init__(self, **options: Any) -> None:
        choices = [("yes", _("Yes")), ("no", _("No"))]
        super().__init__(choices=choices, coerce=lambda value: value == "yes", **options)

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class FactForm(forms.Form):
    """The `value` of one field of a lead, cleaned to the shape that `Fact.value` stores."""

    def __init__(self, data: Any = None, *, field: str, value: Any = None) -> None:
        super().__init__(data, initial={"value": value})
        self.fields["value"] = value_field(field, value)
        _focus(self, "value")


class BudgetForm(forms.Form):
    """The four fields of a budget together; what is left empty is unknown."""

    budget_min = Number(label=_("From"), required=False)
    budget_max = Number(label=_("Up to"), required=False)
    currency = forms.RegexField(
        r"^[A-Za-z]{3}$",
        label=_("Currency"),
        required=False,
        error_messages={"invalid": _("Three letters, such as EUR.")},
    )
    budget_period = forms.ChoiceField(
        label=_("Period"), choices=[("", _("Unknown")), *PERIODS.items()], required=False
    )

    def __init__(self, data: Any = None, *, known: dict[str, Any], currency: str) -> None:
        super().__init__(data, initial={"currency": currency} | known)
        _focus(self, "budget_max")

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"].upper()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        low, high = data.get("budget_min"), data.get("budget_max")
        if not self.errors and low is None and high is None:
            self.add_error("budget_max", _("Enter an amount, or remove the budget."))
        if low is not None and high is not None and low > high:
            self.add_error("budget_max", _("This must not be less than the lower amount."))
        return data


def _focus(form: forms.Form, name: str) -> None:
    # A form that comes back with an error puts the caret into the wrong field by itself.
    if not form.is_bound:
        form.fields[name].widget.attrs["autofocus"] = True


def value_field(field: str, value: Any = None) -> forms.Field:
    """Return the input of one field of a lead; a stored `value` stays among the choices."""
    label = Fact.Field(field).label
    if field in ("furnished", "pets", "parking", "laundry"):
        return YesOrNo(label=label)
    if field in ("locations", "must_haves"):
        return Names(label=label, max_length=300, help_text=_("Put commas between them."))
    if field in ("bedrooms", "bathrooms", "area_m2_min"):
        return Number(label=label)
    if field == "timeline_days":
        return Number(label=label, help_text=_("0 means at once, 90 within three months."))
    if field == "email":
        return forms.EmailField(label=label, max_length=254)
    if field in CHOICES:
        choices = {"": "", **CHOICES[field]()}
        if isinstance(value, str):
            choices.setdefault(value, value.replace("_", " "))
        return forms.ChoiceField(label=label, choices=list(choices.items()))
    return forms.CharField(label=label, max_length=200)


def languages() -> dict[str, str]:
    """Codes of languages with their names in the reader's own, in the order of the names."""
    shown_in = Locale.parse(get_language() or "en", sep="-")
    codes = {code.split("-")[0] for code, _name in settings.LANGUAGES} | SPOKEN
    names = {code: shown_in.languages.get(code, code) for code in codes}
    return dict(sorted(names.items(), key=lambda item: item[1]))


# Languages that customers write in, besides those of the interface.
SPOKEN = {
    "ar", "bg", "de", "el", "es", "fr", "he", "it", "nl", "pl", "pt", "ro", "ru", "sq", "sr", "tr",
    "uk", "zh",
}  # fmt: skip
CHOICES = {
    "intent": lambda: INTENTS,
    "property_type": lambda: PROPERTY_TYPES,
    "financing": lambda: FINANCING,
    "language": languages,
}
