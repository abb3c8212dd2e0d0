"""Factories of calendars, and a conversation to book in."""

import itertools
from datetime import time
from typing import Any

import factory

from inbox.models import Channel, Contact, Conversation
from organizations.models import Member, Organization
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory, TenantFactory
from scheduling.models import Appointment, AppointmentKind, DayOff, WeeklyHours

_numbers = itertools.count(1)


class AppointmentKindFactory(TenantFactory):
    """A viewing of an hour without buffer and notice, so that sums in tests stay plain."""

    class Meta:
        model = AppointmentKind

    organization = factory.SubFactory(OrganizationFactory)
    kind = AppointmentKind.Kind.VIEWING
    minutes = 60
    buffer_minutes = 0
    notice_hours = 0
    window_days = 21


class WeeklyHoursFactory(TenantFactory):
    class Meta:
        model = WeeklyHours

    member = factory.SubFactory(MemberFactory)
    organization = factory.SelfAttribute("member.organization")
    weekday = 0
    starts = time(9)
    ends = time(17)


class DayOffFactory(TenantFactory):
    class Meta:
        model = DayOff

    member = factory.SubFactory(MemberFactory)
    organization = factory.SelfAttribute("member.organization")
    last = factory.SelfAttribute("first")


def working_member(organization: Organization, **fields: Any) -> Member:
    """A member who works every day from 9 to 17."""
    member = MemberFactory(organization=organization, **fields)
    for weekday in range(7):
        WeeklyHoursFactory(member=member, weekday=weekday)
    return member


def make_conversation(organization: Organization, name: str = "Eleni") -> Conversation:
    """A conversation on a channel of its own."""
    with tenant(organization):
        number = str(next(_numbers))
        channel = Channel.objects.create(
            organization=organization, name="WhatsApp", phone_number_id=number
        )
        contact = Contact.objects.create(organization=organization, name=name)
        return Conversation.objects.create(
            organization=organization, channel=channel, contact=contact
        )


def make_appointment(member: Member, starts_at: Any, ends_at: Any, **fields: Any) -> Appointment:
    """An appointment as it stands in the table, without any check but the database's."""
    with tenant(member.organization):
        return Appointment.objects.create(
            **{
                "organization": member.organization,
                "member": member,
                "kind": AppointmentKind.Kind.VIEWING,
                "starts_at": starts_at,
                "ends_at": ends_at,
                "occupied": (starts_at, ends_at),
                "timezone": member.organization.timezone,
                **fields,
            }
        )
