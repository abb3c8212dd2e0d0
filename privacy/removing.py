"""How a whole organization is removed: its rows from the leaves to the root, itself last.

Because the organization goes last, a removal that was cut short is found again and completed.
"""

from collections.abc import Iterator
from datetime import datetime
from graphlib import TopologicalSorter

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef

from organizations.models import Member, Organization, User
from privacy.holds import any_standing
from privacy.registry import GRACE, With, rules_of, rules_with
from privacy.steps import (
    ALIAS,
    CutReference,
    Delete,
    RemoveMembers,
    Step,
    belongs_to_organization,
)


def due_organizations(as_of: datetime) -> models.QuerySet:
    """Return the organizations whose owner asked for deletion at least 30 days before `as_of`.

    One with any standing hold stays as a whole: a held contact's rows need the others around them.
    """
    organizations = Organization._base_manager.using(ALIAS)
    return organizations.filter(
        ~any_standing("pk"), deletion_requested_at__lte=as_of - GRACE
    ).order_by("pk")


def removal_steps(organization_id: int, gone: list[int] | None = None) -> Iterator[Step]:
    """Yield the steps that remove an organization, its users who belong nowhere else included.

    `gone` are the organizations that the same run removes before this one.
    """
    gone = [*(gone or []), organization_id]
    for model, part, path in _shared_parents():
        rows = _wholly_of(model, part, path, gone).filter(
            Exists(part._base_manager.filter(organization_id=organization_id, **_to_row(path)))
        )
        yield Delete(_unless_held(rows, organization_id), gone=gone)
    for model in removal_order():
        rows = _unless_held(
            model._base_manager.using(ALIAS).filter(organization_id=organization_id),
            organization_id,
        )
        for name in _references_to_itself(model):
            yield CutReference(rows.filter(**{f"{name}__isnull": False}), name=name)
        if model is Member:
            yield RemoveMembers(rows, gone=gone)
        else:
            yield Delete(rows)
    users = User._base_manager.using(ALIAS).filter(last_organization_id=organization_id)
    yield CutReference(_unless_held(users, organization_id), name="last_organization")
    itself = Organization._base_manager.using(ALIAS).filter(pk=organization_id)
    yield Delete(_unless_held(itself, organization_id))


def removal_order() -> list[type[models.Model]]:
    """Return all models with an organization, each before those it refers to.

    A model that goes with another one of the same organization is left to it. Raises `CycleError`
    where two tables refer to each other.
    """
    owned = [model for model in apps.get_models() if belongs_to_organization(model)]
    sorter: TopologicalSorter[type[models.Model]] = TopologicalSorter()
    for model in owned:
        sorter.add(model)
        for parent in _parents(model):
            if parent in owned and parent is not model:
                sorter.add(parent, model)
    return [model for model in sorter.static_order() if not _goes_with_owned(model, owned)]


def shared_rows(model: type[models.Model], organizations: list[int]) -> models.QuerySet | None:
    """Return the rows of a table without organization that go with the given organizations.

    Such as raw deliveries, all of whose items belong to them. None for a table that has no parts.
    """
    for shared, part, path in _shared_parents():
        if shared is model:
            return _wholly_of(model, part, path, organizations)
    return None


def _shared_parents() -> list[tuple[type[models.Model], type[models.Model], str]]:
    """Return the tables without an organization whose parts name one: table, part, path."""
    return [
        (rule.period.parent, rule.model, rule.period.path)
        for rule in rules_with(With)
        if belongs_to_organization(rule.model) and not belongs_to_organization(rule.period.parent)
    ]


def _wholly_of(
    model: type[models.Model], part: type[models.Model], path: str, organizations: list[int]
) -> models.QuerySet:
    parts = part._base_manager.filter(**_to_row(path))
    others = parts.exclude(organization_id__in=organizations)
    return model._base_manager.using(ALIAS).filter(Exists(parts), ~Exists(others))


def _to_row(path: str) -> dict[str, OuterRef]:
    return {path: OuterRef("pk")}


def _goes_with_owned(model: type[models.Model], owned: list[type[models.Model]]) -> bool:
    return any(
        isinstance(rule.period, With) and rule.period.parent in owned for rule in rules_of(model)
    )


def _parents(model: type[models.Model]) -> list[type[models.Model]]:
    return [field.related_model for field in model._meta.concrete_fields if field.is_relation]


def _references_to_itself(model: type[models.Model]) -> list[str]:
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is model
    ]


def _unless_held(rows: models.QuerySet, organization_id: int) -> models.QuerySet:
    standing = Organization._base_manager.filter(any_standing("pk"), pk=organization_id)
    return rows.filter(~Exists(standing))
