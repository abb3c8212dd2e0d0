"""The listings as a file."""

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.models import Listing
from organizations.models import Organization
from privacy.exporting import Filters, Kind, register
from privacy.spreadsheets import Column, Value

FIELDS = (
    "reference", "title", "deal", "property_type", "status", "price", "currency", "price_period",
    "bedrooms", "bathrooms", "area_m2", "plot_m2", "floor", "year_built", "address", "area",
    "city", "country", "furnished", "pets_allowed", "parking", "laundry", "elevator", "pool",
    "balcony", "sea_view", "heating", "energy_class", "deposit_months", "common_expenses",
    "available_from", "url", "description", "source", "as_of",
)  # fmt: skip


def columns() -> list[Column]:
    fields = [(name, Listing._meta.get_field(name)) for name in FIELDS]
    return [
        *(Column(name, capfirst(str(field.verbose_name))) for name, field in fields),
        Column("agent", _("Agent")),
    ]


def rows(organization: Organization, filters: Filters) -> models.QuerySet:
    listings = organization.listings.select_related("agent__user")
    return listings.filter(status=filters["status"]) if filters.get("status") else listings


def line(listing: Listing) -> list[Value]:
    values = [_value(listing, name) for name in FIELDS]
    return [*values, listing.agent.user.name if listing.agent else None]


def about(organization: Organization, filters: Filters) -> str:
    return str(dict(Listing.Status.choices).get(filters.get("status", ""), ""))


def _value(listing: Listing, name: str) -> Value:
    if Listing._meta.get_field(name).choices:
        return str(getattr(listing, f"get_{name}_display")())
    return getattr(listing, name)


register(
    Kind(
        "listings",
        gettext_lazy("Listings"),
        columns,
        rows,
        line,
        filters=("status",),
        about=about,
    )
)
