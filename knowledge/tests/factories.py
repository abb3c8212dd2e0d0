"""Factories of listings and notes. They save as members do, so that search finds them."""

from decimal import Decimal
from typing import Any

import factory

from knowledge.keeping import save_listing, save_note
from knowledge.models import Listing, Note
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory


class ListingFactory(factory.django.DjangoModelFactory):
    """An apartment for sale of which little is known: every yes/no field is empty."""

    class Meta:
        model = Listing

    organization = factory.SubFactory(OrganizationFactory)
    reference = factory.Sequence(lambda n: f"L-{5000 + n}")
    title = factory.Sequence(lambda n: f"Makariou {n + 1}")
    deal = Listing.Deal.SALE
    property_type = Listing.PropertyType.APARTMENT
    price = Decimal(200_000)
    bedrooms = 2
    area = "Neapoli"
    city = "Limassol"

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **fields: Any) -> Listing:
        with tenant(fields["organization"]):
            return save_listing(Listing(**fields))


class NoteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Note

    organization = factory.SubFactory(OrganizationFactory)
    title = factory.Sequence(lambda n: f"Note {n + 1}")
    body = "Ask at the desk."

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **fields: Any) -> Note:
        with tenant(fields["organization"]):
            return save_note(Note(**fields))
