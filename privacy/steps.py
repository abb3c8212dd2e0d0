"""The steps a purge is made of. Each can be counted, and run in small batches of its own.

All of them work on the support alias, whose policy lets it see every organization; which one is
meant stands in the query. Deletes are plain SQL: Django's collector would load the rows, and would
write to the audit trail, which nobody may. What goes with a row is deleted in the same transaction.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db import models
from django.db.models import Exists, OuterRef

from organizations.models import AuditEntry, Member, Organization, User
from privacy.registry import parts_of

ALIAS = "support"
BATCH = 500
# PostgreSQL asks for the right to update before it lets a row be locked, and these have none.
# Their rows never change, so nobody needs the lock.
NEVER_UPDATED = {AuditEntry, LogEntry}


@dataclass
class Step:
    """Some rows of one table and what becomes of them. `rows` is on the support alias."""

    rows: models.QuerySet

    def count(self) -> Counter[str]:
        """Return how many rows of which model (by label) the step would touch."""
        raise NotImplementedError

    def run_batch(self) -> Counter[str] | None:
        """Do up to `BATCH` rows inside the caller's transaction; None when nothing is left."""
        keys = self._claim()
        return self._do(keys) if keys else None

    def _claim(self) -> list[Any]:
        rows = self.rows.order_by("pk")
        if rows.model not in NEVER_UPDATED:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        return list(rows.values_list("pk", flat=True)[:BATCH])

    def _do(self, keys: list[Any]) -> Counter[str]:
        raise NotImplementedError


@dataclass
class Delete(Step):
    """Delete the rows, each with what the registry says goes with it.

    `gone` are the organizations that the same run removes: their parts are counted there.
    """

    gone: list[int] = field(default_factory=list)

    def count(self) -> Counter[str]:
        counts = Counter({self.rows.model._meta.label: self.rows.count()})
        for model, path in parts_of(self.rows.model):
            parts = _rows(model, path, self.rows.values("pk"))
            if self.gone and belongs_to_organization(model):
                parts = parts.exclude(organization_id__in=self.gone)
            counts[model._meta.label] += parts.count()
        return counts

    def _do(self, keys: list[Any]) -> Counter[str]:
        return delete_with_parts(self.rows.model, self.rows.filter(pk__in=keys), keys)


@dataclass
class Clear(Step):
    """Set fields to their defaults and keep the rows."""

    fields: tuple[str, ...] = ()

    def count(self) -> Counter[str]:
        return Counter({self.rows.model._meta.label: self.rows.count()})

    def _do(self, keys: list[Any]) -> Counter[str]:
        meta = self.rows.model._meta
        empty = {name: meta.get_field(name).get_default() for name in self.fields}
        return Counter({meta.label: self.rows.filter(pk__in=keys).update(**empty)})


@dataclass
class CutReference(Step):
    """Empty a reference that would keep another row from being deleted; counts as nothing."""

    name: str = ""

    def count(self) -> Counter[str]:
        return Counter()

    def _do(self, keys: list[Any]) -> Counter[str]:
        self.rows.filter(pk__in=keys).update(**{self.name: None})
        return Counter()


@dataclass
class RemoveMembers(Step):
    """Delete members, and with them the users who are then members nowhere.

    `gone` are the organizations that were removed before: a dry run still sees their members.
    Staff keep their accounts.
    """

    gone: list[int] = field(default_factory=list)

    def count(self) -> Counter[str]:
        counts = Counter({Member._meta.label: self.rows.count()})
        users = self._without_home(self.rows.values("user_id"))
        counts[User._meta.label] = users.count()
        for model, path in parts_of(User):
            counts[model._meta.label] += _rows(model, path, users.values("pk")).count()
        return counts

    def _do(self, keys: list[Any]) -> Counter[str]:
        members = self.rows.filter(pk__in=keys)
        user_ids = list(members.values_list("user_id", flat=True))
        counts = Counter({Member._meta.label: _delete(members)})
        homeless = list(self._without_home(user_ids).values_list("pk", flat=True))
        rows = User._base_manager.using(ALIAS).filter(pk__in=homeless)
        return counts + delete_with_parts(User, rows, homeless)

    def _without_home(self, user_ids: Any) -> models.QuerySet:
        elsewhere = Member._base_manager.filter(user_id=OuterRef("pk"))
        return User._base_manager.using(ALIAS).filter(
            ~Exists(elsewhere.exclude(organization_id__in=self.gone)),
            pk__in=user_ids,
            is_staff=False,
            is_superuser=False,
        )


def delete_with_parts(
    model: type[models.Model], rows: models.QuerySet, keys: list[Any]
) -> Counter[str]:
    """Delete `rows`, which are among the locked `keys`, and what goes with those that went.

    The rows go first, because which ones may go can depend on their parts; PostgreSQL looks at the
    references when the transaction ends.
    """
    counts = Counter({model._meta.label: _delete(rows)})
    left = _rows(model, "pk", keys).values_list("pk", flat=True) if keys else []
    gone = set(keys) - set(left)
    for part, path in parts_of(model):
        counts[part._meta.label] += _delete(_rows(part, path, gone))
    return counts


def belongs_to_organization(model: type[models.Model]) -> bool:
    """Whether each row of the model names its organization."""
    return any(
        field.name == "organization" and field.related_model is Organization
        for field in model._meta.concrete_fields
    )


def _delete(rows: models.QuerySet) -> int:
    # None is Django's answer for a condition that no row can meet.
    return rows._raw_delete(ALIAS) or 0


def _rows(model: type[models.Model], path: str, keys: Any) -> models.QuerySet:
    return model._base_manager.using(ALIAS).filter(**{f"{path}__in": keys})
