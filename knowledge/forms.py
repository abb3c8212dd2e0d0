"""Forms of listings, notes and the filters above a list."""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from babel.numbers import list_currencies
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from knowledge.models import Import, Listing, Note
from knowledge.tables import DELIMITERS, ENCODINGS, MOST_BYTES, NotATable, read_table
from knowledge.wordbook import FIELDS, guess_fields
from organizations.models import Organization

YES_NO = (("unknown", _("Unknown")), ("true", _("Yes")), ("false", _("No")))
FEATURES = (
    "furnished",
    "pets_allowed",
    "parking",
    "laundry",
    "elevator",
    "pool",
    "balcony",
    "sea_view",
    "heating",
)
GROUPS = (
    ("", ("title", "reference", "deal", "property_type", "status", "agent")),
    (_("Price"), ("price", "currency", "price_period", "deposit_months", "common_expenses")),
    (_("Place"), ("address", "area", "city", "country")),
    (
        _("Size"),
        ("bedrooms", "bathrooms", "area_m2", "plot_m2", "floor", "year_built", "energy_class"),
    ),
    (_("Features"), FEATURES),
    (_("More"), ("available_from", "url", "description")),
)


capitalized = lazy(capfirst, str)
COLUMN_CHOICES = [
    (
        name,
        _("Agent") if name == "agent" else capitalized(Listing._meta.get_field(name).verbose_name),
    )
    for name in FIELDS
]


class ListingForm(forms.ModelForm):
    """All that is stored about a listing; `groups` gives its fields under headings."""

    url = forms.URLField(label=_("Page"), required=False, max_length=500, assume_scheme="https")

    class Meta:
        model = Listing
        fields = [name for _title, names in GROUPS for name in names]
        widgets = {
            "available_from": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "description": forms.Textarea(attrs={"rows": 6}),
            "currency": forms.TextInput(attrs={"autocapitalize": "characters"}),
            "country": forms.TextInput(attrs={"autocapitalize": "characters"}),
            **{name: forms.NullBooleanSelect() for name in FEATURES},
        }
        help_texts = {
            "reference": _("Your own number for this home; customers may name it."),
            "title": _("What you call it when you speak to a customer."),
            "price": _("Leave it empty if it is on request."),
            "country": _("Two letters, such as CY."),
        }

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.organization = organization
        people = organization.members.with_people()
        self.fields["agent"].queryset = people.filter(is_active=True) | people.filter(
            pk=self.instance.agent_id
        )
        self.fields["agent"].label = _("Agent")
        self.fields["agent"].empty_label = _("Nobody in particular")
        if not self.instance.pk:
            self.initial.setdefault("currency", organization.currency)
        for name in FEATURES:
            self.fields[name].widget.choices = YES_NO
        for name in ("price", "deposit_months", "common_expenses"):
            stored = self.initial.get(name)
            if stored is not None and stored == int(stored):
                self.initial[name] = int(stored)

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in GROUPS]

    def clean_reference(self) -> str:
        reference = self.cleaned_data["reference"]
        same = self.instance.organization.listings.filter(reference__iexact=reference)
        if same.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another listing has this reference."))
        return reference

    def clean_currency(self) -> str:
        currency = self.cleaned_data["currency"].upper()
        if currency not in list_currencies():
            raise ValidationError(_("%(code)s is not a currency."), params={"code": currency})
        return currency

    def clean_country(self) -> str:
        country = self.cleaned_data["country"].upper()
        if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
            raise ValidationError(_("Write the two letters of the country, such as CY."))
        return country

    def clean_year_built(self) -> int | None:
        year = self.cleaned_data["year_built"]
        if year is not None and not 1000 <= year <= now().year + 10:
            raise ValidationError(_("Write the year with four digits, such as 1998."))
        return year

    def clean_available_from(self) -> dt.date | None:
        day = self.cleaned_data["available_from"]
        if day is not None and not 2000 <= day.year <= 2200:
            raise ValidationError(_("Write a day of this century."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        deal, period = data.get("deal"), data.get("price_period")
        if deal == Listing.Deal.RENT and period == Listing.PricePeriod.TOTAL:
            self.add_error("price_period", _("A rent is per month."))
        if deal == Listing.Deal.SALE and period == Listing.PricePeriod.MONTH:
            self.add_error("price_period", _("A sale price is in total."))
        return data


class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ("title", "body")
        widgets = {"body": forms.Textarea(attrs={"rows": 12})}
        help_texts = {
            "title": _("A subject, such as “Deposit for a rental”."),
            "body": _("Whole sentences, as you would say them to a customer."),
        }


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("CSV, at most 5 MB and 5,000 rows. The first row names the columns."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("The file is larger than 5 MB. Split it in two."))
        return file


class PageForm(forms.Form):
    url = forms.CharField(
        label=_("Address of the page"),
        max_length=500,
        widget=forms.TextInput(
            attrs={"inputmode": "url", "placeholder": "https://", "autocomplete": "off"}
        ),
    )

    def clean_url(self) -> str:
        """Only what is no address at all is refused here; the fetcher decides about the rest."""
        url = self.cleaned_data["url"].strip()
        url = url if "://" in url else f"https://{url}"
        try:
            host = urlsplit(url).hostname
        except ValueError:
            host = None
        if not host or any(letter.isspace() for letter in url):
            raise ValidationError(_("Write the address of a page, such as https://example.com/12."))
        return url


class MappingForm(forms.Form):
    """How the columns of a file are read: one choice for each, and what holds for all rows."""

    encoding = forms.ChoiceField(label=_("Letters"), choices=ENCODINGS)
    delimiter = forms.ChoiceField(label=_("Separator"), choices=DELIMITERS)
    default_deal = forms.ChoiceField(
        label=_("All rows are"),
        required=False,
        choices=[("", _("said in a column")), *Listing.Deal.choices],
    )
    withdraw_missing = forms.BooleanField(
        label=_("Withdraw listings that this file no longer has"),
        required=False,
        help_text=_("Only those that came from a file before; what was added by hand stays."),
    )

    def __init__(self, *args: Any, batch: Import, **kwargs: Any) -> None:
        options = ("encoding", "delimiter", "default_deal", "withdraw_missing")
        initial = {name: getattr(batch, name) for name in options}
        super().__init__(*args, initial=initial, **kwargs)
        self.batch = batch
        try:
            table = read_table(bytes(batch.content), batch.encoding, batch.delimiter)
            self.header = table.header
        except NotATable:
            self.header = []
        chosen = {position: name for name, position in batch.mapping.items()}
        for position, header in enumerate(self.header):
            self.fields[f"column_{position}"] = forms.ChoiceField(
                label=header,
                required=False,
                choices=[("", _("Not used")), *COLUMN_CHOICES],
                initial=chosen.get(position, ""),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.mapping: dict[str, int] = {}
        for position in range(len(self.header)):
            name = data.get(f"column_{position}")
            if not name:
                continue
            if name in self.mapping:
                text = _("“%(other)s” is chosen for this already.")
                params = {"other": self.header[self.mapping[name]]}
                self.add_error(f"column_{position}", ValidationError(text, params=params))
            self.mapping.setdefault(name, position)
        return data

    def save(self) -> None:
        """Keep the choices. Columns are guessed anew when the file is read in another way."""
        batch, data = self.batch, self.cleaned_data
        reread = (data["encoding"], data["delimiter"]) != (batch.encoding, batch.delimiter)
        batch.mapping = self.mapping
        for name in ("encoding", "delimiter", "default_deal", "withdraw_missing"):
            setattr(batch, name, data[name])
        if reread or not self.header:
            try:
                table = read_table(bytes(batch.content), batch.encoding, batch.delimiter)
                batch.mapping, batch.total = guess_fields(table.header), len(table.rows)
            except NotATable:
                batch.mapping = {}
        batch.save(
            update_fields=[
                "mapping", "encoding", "delimiter", "default_deal", "withdraw_missing", "total",
            ]
        )  # fmt: skip


class ListingFilter(forms.Form):
    """What the list shows. A value that makes no sense filters nothing."""

    text = forms.CharField(required=False, max_length=100)
    status = forms.ChoiceField(
        required=False, choices=[("", _("Any status")), *Listing.Status.choices]
    )
    deal = forms.ChoiceField(
        required=False, choices=[("", _("Sale and rent")), *Listing.Deal.choices]
    )
    area = forms.CharField(required=False, max_length=80)

    def wanted(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
