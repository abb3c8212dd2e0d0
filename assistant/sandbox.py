"""Rows that exist only while the assistant is tried out.

While `imagined(sandbox)` lasts, each `tenant()` of its organization begins by writing the sandbox's
rows and ends by reading them back and rolling back all that was done. So the real code runs, on
real listings, notes and calendars, and nothing of it is ever committed: no message, offer, hold,
appointment, lead, fact, event, queued task or audit line. Between two of these transactions a
network may be called. What must be kept all the same, such as the cost of a call, is written
inside `tenancy.for_real()`.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.deletion import Collector
from django.utils.timezone import now

from inbox.models import Channel
from organizations import tenancy
from organizations.models import Organization
from organizations.tenancy import RoutingModel, TenantModel
from scheduling.models import Appointment

Rows = dict[type[models.Model], list[models.Model]]
OWNED = (TenantModel, RoutingModel)


class Sandbox:
    """The rows of one imagined number: its customer, their conversation, and all that hangs on it.

    Keys come from the real sequences, which a rollback does not put back, so they meet no other.
    """

    def __init__(
        self, organization: Organization, stored: list[dict[str, Any]] | None = None
    ) -> None:
        self.organization = organization
        self.rows = _loaded(stored) if stored else _empty(organization)

    @property
    def channel(self) -> Channel:
        channel = self.rows[Channel][0]
        channel.organization = self.organization
        return channel

    def begin(self) -> None:
        """Write the rows. Runs inside a transaction that is rolled back."""
        # A paused assistant can be tried out all the same.
        Organization.objects.filter(pk=self.organization.pk, assistant_paused=True).update(
            assistant_paused=False
        )
        _make_way(self.rows.get(Appointment, []))
        for model, rows in self.rows.items():
            model._base_manager.bulk_create(rows)

    def end(self) -> None:
        """Read the rows back before they go."""
        self.rows = _belonging_to(self.channel)

    def as_json(self) -> list[dict[str, Any]]:
        """The rows as JSON, for the next message of the same imagined customer."""
        every = [row for rows in self.rows.values() for row in rows]
        data = serializers.serialize("python", every)
        return json.loads(json.dumps(data, cls=DjangoJSONEncoder))


@contextmanager
def imagined(sandbox: Sandbox) -> Iterator[Sandbox]:
    """Let nothing that is done to the sandbox's organization in this block be kept."""
    with tenancy.rolled_back(sandbox.organization.pk, sandbox.begin, sandbox.end):
        yield sandbox


def _make_way(imagined_ones: list[Appointment]) -> None:
    """Let an imagined booking go whose time a real one has taken since, or whose hold ran out."""
    reserves = (Appointment.Status.HOLD, Appointment.Status.BOOKED)
    for row in imagined_ones:
        if row.status not in reserves:
            continue
        real = Appointment.objects.filter(member_id=row.member_id, status__in=reserves)
        ran_out = row.status == Appointment.Status.HOLD and row.hold_expires_at <= now()
        if ran_out or real.filter(occupied__overlap=row.occupied).exists():
            row.status = Appointment.Status.EXPIRED


def _empty(organization: Organization) -> Rows:
    channel = Channel(
        organization=organization,
        name="Playground",
        phone_number_id=f"playground-{uuid4().hex[:24]}",
        display_phone_number="",
        created_at=now(),
    )
    return {Channel: [channel]}


def _loaded(stored: list[dict[str, Any]]) -> Rows:
    rows: Rows = {}
    for found in serializers.deserialize("python", stored, ignorenonexistent=True):
        rows.setdefault(type(found.object), []).append(found.object)
    return rows


class _Finder(Collector):
    """Finds what would go with a row, without a shortcut that names no rows."""

    def can_fast_delete(self, *args: Any, **kwargs: Any) -> bool:
        return False


def _belonging_to(channel: Channel) -> Rows:
    keys: dict[type[models.Model], set[Any]] = {}
    roots: list[models.Model] = [channel]
    while roots:
        finder = _Finder(using="default")
        for root in roots:
            finder.collect([root])
        for model, found in finder.data.items():
            if issubclass(model, OWNED):
                keys.setdefault(model, set()).update(row.pk for row in found)
        roots = _contacts(keys) + _loose(finder, keys)
    return {
        model: list(model._base_manager.filter(pk__in=found).order_by("pk"))
        for model, found in keys.items()
    }


def _contacts(keys: dict[type[models.Model], set[Any]]) -> list[models.Model]:
    """The imagined customers: a conversation goes with its contact, not the other way round."""
    from inbox.models import Contact, Conversation

    conversations = Conversation.objects.filter(pk__in=keys.get(Conversation, ()))
    wanted = set(conversations.values_list("contact_id", flat=True)) - keys.get(Contact, set())
    return list(Contact.objects.filter(pk__in=wanted))


def _loose(finder: Collector, keys: dict[type[models.Model], set[Any]]) -> list[models.Model]:
    """Rows that would only lose their reference, such as an appointment its conversation."""
    found = []
    for updates in finder.field_updates.values():
        for rows in updates:
            for row in rows:
                model = type(row)
                if issubclass(model, OWNED) and row.pk not in keys.get(model, ()):
                    found.append(model._base_manager.get(pk=row.pk))
                    keys.setdefault(model, set()).add(row.pk)
    return found
