"""One row of any tenant or routing table, for tests that go over all of them."""

import datetime as dt
import itertools
import uuid
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib.postgres.search import SearchVectorField
from django.db import IntegrityError, models, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.timezone import now

from organizations.models import Organization
from organizations.tenancy import RoutingModel, TenantModel, tenant
from organizations.tests.factories import UserFactory

_numbers = itertools.count(1000)


def models_of(kind: type[models.Model]) -> list[type[models.Model]]:
    """Return the concrete models that inherit a class of tables, in the order of their labels."""
    found = [m for m in apps.get_models(include_auto_created=True) if issubclass(m, kind)]
    return sorted(found, key=lambda model: model._meta.label)


def references() -> list[tuple[type[models.Model], models.ForeignKey]]:
    """Return every reference of a tenant or routing table to a tenant or routing table."""
    owned = (TenantModel, RoutingModel)
    return [
        (model, field)
        for kind in owned
        for model in models_of(kind)
        for field in model._meta.concrete_fields
        if field.is_relation and issubclass(field.related_model, owned)
    ]


def sample(
    model: type[models.Model] | str, organization: Organization, **fields: Any
) -> models.Model:
    """Return a row of the organization, with what the model asks for and `fields` besides.

    `model` may be a label, such as "inbox.Message". Where only one row can be (such as one kind
    of appointment), the one that is there.
    """
    if isinstance(model, str):
        model = apps.get_model(model)
    values = dict(fields)
    if extra := EXTRA.get(model._meta.label):
        values = extra(organization, fields) | fields
    for field in model._meta.concrete_fields:
        if field.name not in values and _is_needed(field):
            values[field.name] = _value(field, organization)
    with tenant(organization):
        try:
            with transaction.atomic():
                return model.objects.create(**values)
        except IntegrityError:
            if fields or (row := model.objects.filter(organization=organization).first()) is None:
                raise
            return row


def _is_needed(field: models.Field) -> bool:
    if field.primary_key and not field.is_relation and (field.has_default() or _is_auto(field)):
        return False
    return field.name == "organization" or not (field.null or field.has_default())


def _is_auto(field: models.Field) -> bool:
    return isinstance(field, models.AutoField)


def _value(field: models.Field, organization: Organization) -> Any:
    if field.is_relation:
        return _related(field.related_model, organization)
    if field.choices:
        return next(value for value, _ in field.flatchoices if value)
    return next(make(field) for kind, make in VALUES if isinstance(field, kind))


def _related(model: type[models.Model], organization: Organization) -> models.Model:
    if model is Organization:
        return organization
    if issubclass(model, TenantModel | RoutingModel):
        return sample(model, organization)
    if model._meta.label == "organizations.User":
        return UserFactory()
    return model.objects.create(
        **{f.name: _value(f, organization) for f in model._meta.concrete_fields if _is_needed(f)}
    )


def _text(field: models.Field) -> str:
    return uuid.uuid4().hex[: field.max_length]


# The first kind that fits counts.
VALUES: list[tuple[type[models.Field], Callable[[models.Field], Any]]] = [
    (SearchVectorField, lambda field: ""),
    (models.UUIDField, lambda field: uuid.uuid4()),
    (models.EmailField, lambda field: f"{uuid.uuid4().hex}@agency.example"),
    (models.CharField, _text),
    (models.TextField, lambda field: "text"),
    (models.JSONField, lambda field: {}),
    (models.BinaryField, lambda field: b"bytes"),
    (models.DateTimeField, lambda field: now()),
    (models.DateField, lambda field: now().date()),
    (models.IntegerField, lambda field: 0),
    (models.BooleanField, lambda field: False),
]


def _hours(organization: Organization, fields: dict[str, Any]) -> dict[str, Any]:
    return {"starts": dt.time(9), "ends": dt.time(17)}


def _passage(organization: Organization, fields: dict[str, Any]) -> dict[str, Any]:
    if "note" in fields or "listing" in fields:
        return {}
    return {"note": sample("knowledge.Note", organization)}


def _appointment(organization: Organization, fields: dict[str, Any]) -> dict[str, Any]:
    # Each sample a day of its own: a member's appointments may not overlap.
    start = now() + dt.timedelta(days=next(_numbers))
    end = start + dt.timedelta(hours=1)
    return {"starts_at": start, "ends_at": end, "occupied": DateTimeTZRange(start, end)}


def _subject_rule(organization: Organization, fields: dict[str, Any]) -> dict[str, Any]:
    return {"subject": "price", "action": "hand_over"}


# What a model's own constraints ask for beyond its fields.
EXTRA: dict[str, Callable[..., dict[str, Any]]] = {
    "organizations.OrganizationKey": lambda organization, fields: {"version": next(_numbers)},
    "scheduling.WeeklyHours": _hours,
    "scheduling.Appointment": _appointment,
    "knowledge.Passage": _passage,
    "assistant.SubjectRule": _subject_rule,
    "assistant.AssistantVersion": lambda organization, fields: {
        "number": next(_numbers),
        "published_at": now(),
    },
}
