from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from inbox.tests.factories import ConversationFactory
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory
from scheduling.models import Offer
from scheduling.tests.factories import make_appointment, make_conversation


@pytest.fixture
def conversation(db):
    return make_conversation(OrganizationFactory(timezone="Europe/London"))


@pytest.fixture
def panel(client, conversation):
    organization = conversation.organization
    client.force_login(organization.owner.user)
    address = reverse("scheduling:panel", args=[organization.slug, conversation.code])
    return lambda: client.get(address)


def booked(conversation, in_days, **fields):
    starts_at = (now() + timedelta(days=in_days)).replace(hour=11, minute=0, microsecond=0)
    member, ends_at = conversation.organization.owner, starts_at + timedelta(hours=1)
    return make_appointment(member, starts_at, ends_at, conversation=conversation, **fields)


def test_the_coming_appointment_comes_before_the_earlier_ones(panel, conversation):
    past, coming = booked(conversation, -3, status="done"), booked(conversation, 3)

    context = panel().context

    assert [slot["appointment"] for slot in context["coming"]] == [coming]
    assert [slot["appointment"] for slot in context["earlier"]] == [past]


def test_a_cancelled_appointment_is_said_to_be_cancelled(panel, conversation):
    booked(conversation, 3, status="cancelled")

    assert "Viewing, Cancelled" in panel().text


def test_without_any_appointment_a_time_can_be_booked(panel, conversation):
    page = panel().text

    assert "Nothing is booked." in page
    assert f"?conversation={conversation.code}" in page


def test_times_that_were_offered_and_not_chosen_are_named(panel, conversation):
    organization = conversation.organization
    with tenant(organization):
        Offer.objects.create(
            organization=organization, conversation=conversation, kind="viewing",
            member=organization.owner, starts_at=now() + timedelta(days=2),
            ends_at=now() + timedelta(days=2, hours=1), expires_at=now() + timedelta(days=1),
        )  # fmt: skip

    assert "Offered:" in panel().text


def test_appointments_of_another_conversation_stay_out(panel, conversation):
    booked(ConversationFactory(channel=conversation.channel), 3)

    assert panel().context["coming"] == []
