"""Factories of leads and their facts."""

import factory

from inbox.tests.factories import ContactFactory
from leads.models import Fact, Lead
from organizations.tests.factories import OrganizationFactory, TenantFactory


class LeadFactory(TenantFactory):
    """The lead of a contact of its own, without conversation and facts."""

    class Meta:
        model = Lead

    organization = factory.SubFactory(OrganizationFactory)
    contact = factory.SubFactory(
        ContactFactory, organization=factory.SelfAttribute("..organization")
    )


class FactFactory(TenantFactory):
    """A current fact, by default that the customer wants two bedrooms."""

    class Meta:
        model = Fact

    lead = factory.SubFactory(LeadFactory)
    organization = factory.SelfAttribute("lead.organization")
    field = Fact.Field.BEDROOMS
    value = 2
