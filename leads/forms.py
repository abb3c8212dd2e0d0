"""What members change on a lead."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from leads.models import Fact, Lead

NUMBERS = {"bedrooms", "bathrooms", "budget_min", "budget_max", "area_m2_min", "timeline_days"}
YES_OR_NO = {"furnished", "pets", "parking", "laundry"}
LISTS = {"locations", "must_haves"}
CHOICES = {
    "intent": ("buy", "rent", "sell", "let"),
    "budget_period": ("total", "month"),
}
EDITABLE = [choice for choice in Fact.Field.choices if choice[0] != "viewing"]


class StageForm(forms.Form):
    stage = forms.ChoiceField(choices=Lead.Stage)


class FactForm(forms.Form):
    """One field and its value as typed; `clean` turns it into the stored shape."""

    field = forms.ChoiceField(label=_("Field"), choices=EDITABLE)
    value = forms.CharField(label=_("Value"), max_length=300)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "field" in data and "value" in data:
            try:
                data["value"] = parse_value(data["field"], data["value"].strip())
            except forms.ValidationError as error:
                self.add_error("value", error)
        return data


def parse_value(field: str, text: str) -> Any:
    """Return the stored value of what a member typed, or raise `ValidationError`."""
    if field in NUMBERS:
        return _number(text)
    if field in YES_OR_NO:
        return _yes_or_no(text)
    if field in LISTS:
        return [part.strip() for part in text.split(",") if part.strip()]
    if field in CHOICES and text.lower() not in CHOICES[field]:
        raise forms.ValidationError(
            _("Use one of: %(choices)s."), params={"choices": ", ".join(CHOICES[field])}
        )
    if field == "currency":
        return text.upper()[:3]
    return text.lower() if field in CHOICES else text


def _number(text: str) -> int | float:
    try:
        value = json.loads(text.replace(" ", "").replace(",", ""))
    except ValueError:
        value = None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < 10**12:
        raise forms.ValidationError(_("Enter a number, such as 450000."))
    return value


def _yes_or_no(text: str) -> bool:
    if text.lower() in ("yes", "true", "1"):
        return True
    if text.lower() in ("no", "false", "0"):
        return False
    raise forms.ValidationError(_("Enter yes or no."))
