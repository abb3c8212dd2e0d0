"""The purge: what the registry promises, carried out.

Every step is counted first, so that a purge that would take far too much stops before it begins;
a dry run ends there. Then each batch of 500 rows is a transaction of its own, which also brings the
receipt up to date: a run that is killed leaves nothing half done, and the next one goes on.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connections, models, transaction
from django.utils.timezone import now

from organizations.models import Organization
from privacy.models import Hold, PurgeRun
from privacy.registry import (
    Category,
    Days,
    Rule,
    clean_up,
    policy_version,
    rules_of,
    rules_with,
)
from privacy.removing import due_organizations, removal_steps, shared_rows
from privacy.steps import ALIAS, Clear, Delete, Step, belongs_to_organization

# A table this small may lose any share of its rows.
GUARD_FROM = 100
GUARD_ORGANIZATIONS_FROM = 10
GUARD_SHARE = 0.2
# One purge at a time in the whole installation; the number means nothing.
LOCK = 7_204_811


class WouldDeleteTooMuch(RuntimeError):
    """More than a fifth of a table would go at once: `tables` is a list of (label, rows, all)."""

    def __init__(self, tables: list[tuple[str, int, int]]) -> None:
        self.tables = tables
        said = ", ".join(f"{label}: {rows} of {total} rows" for label, rows, total in tables)
        super().__init__(f"This would delete more than a fifth of a table. {said}.")


class HoldStands(RuntimeError):
    """A legal hold keeps the organization from being removed."""


class AlreadyRunning(RuntimeError):
    """Another purge is at work."""


@dataclass
class Line:
    """What one promise comes to: `counts` are the rows of each model, by label."""

    category: str
    label: str
    reason: str
    steps: list[Step]
    counts: Counter[str]
    rule: Rule | None = None

    @property
    def rows(self) -> int:
        return self.counts.total()


def purge(
    as_of: datetime | None = None,
    *,
    dry_run: bool = False,
    category: str = "",
    organization: Organization | None = None,
    force: bool = False,
) -> list[Line]:
    """Delete what is older at `as_of` (aware; now) than promised, and return what was deleted.

    `dry_run` changes nothing and returns the same lines. `organization` leaves out the tables that
    belong to nobody. Raises `WouldDeleteTooMuch` before anything is deleted, unless `force`, and
    `AlreadyRunning`.
    """
    as_of = as_of or now()
    lines = _plan(as_of, category, organization)
    for line in lines:
        line.counts = _count(line)
    if not force:
        _guard(lines)
    if not dry_run:
        with _alone():
            _carry_out(lines, as_of)
        clean_up(organization.pk if organization else None)
    return lines


def remove_organization(organization: Organization) -> Counter[str]:
    """Remove one organization at once, without waiting for 30 days.

    Returns the rows deleted by model label. Raises `HoldStands` and `AlreadyRunning`.
    """
    if Hold.objects.using(ALIAS).standing().filter(organization=organization).exists():
        raise HoldStands(organization.slug)
    line = Line(
        Category.ACCOUNT,
        Organization._meta.label,
        "",
        list(removal_steps(organization.pk)),
        Counter(),
    )
    with _alone():
        _carry_out([line], now())
    clean_up(organization.pk)
    return line.counts


def _plan(as_of: datetime, category: str, organization: Organization | None) -> list[Line]:
    removed = []
    lines = []
    if category in ("", Category.ACCOUNT):
        due = due_organizations(as_of)
        if organization:
            due = due.filter(pk=organization.pk)
        removed = list(due.values_list("pk", flat=True))
        steps = [s for i, pk in enumerate(removed) for s in removal_steps(pk, removed[:i])]
        reason = "30 days after an organization asked for deletion"
        lines.append(Line(Category.ACCOUNT, Organization._meta.label, reason, steps, Counter()))
    for rule in rules_with(Days, category):
        steps = list(_steps(rule, as_of, removed, organization))
        lines.append(Line(rule.category, rule.label, rule.period.text, steps, Counter(), rule=rule))
    return lines


def _steps(
    rule: Rule, as_of: datetime, removed: list[int], organization: Organization | None
) -> Iterator[Step]:
    """Yield the steps of one rule: one for each organization, where the rows have one."""
    rows = rule.expired(as_of)
    if rule.clears:
        # What another rule deletes is not cleared first.
        for other in rules_of(rule.model):
            if isinstance(other.period, Days) and not other.clears:
                rows = rows.exclude(pk__in=other.expired(as_of).values("pk"))
    if belongs_to_organization(rule.model):
        organizations = Organization._base_manager.using(ALIAS).exclude(pk__in=removed)
        if organization:
            organizations = organizations.filter(pk=organization.pk)
        for pk in organizations.order_by("pk").values_list("pk", flat=True):
            yield _step(rule, rows.filter(organization_id=pk), removed)
    elif organization is None:
        yield _step(rule, _without(rows, removed), removed)


def _step(rule: Rule, rows: models.QuerySet, removed: list[int]) -> Step:
    return Clear(rows, fields=rule.clears) if rule.clears else Delete(rows, gone=removed)


def _without(rows: models.QuerySet, removed: list[int]) -> models.QuerySet:
    shared = shared_rows(rows.model, removed) if removed else None
    return rows if shared is None else rows.exclude(pk__in=shared.values("pk"))


def _count(line: Line) -> Counter[str]:
    return sum((step.count() for step in line.steps), Counter())


def _guard(lines: list[Line]) -> None:
    too_much = []
    for line in lines:
        if line.rule and not line.rule.guarded:
            continue
        model = line.rule.model if line.rule else Organization
        least = GUARD_FROM if line.rule else GUARD_ORGANIZATIONS_FROM
        rows, total = line.counts[line.label], model._base_manager.using(ALIAS).count()
        if total > least and rows > GUARD_SHARE * total:
            too_much.append((line.label, rows, total))
    if too_much:
        raise WouldDeleteTooMuch(too_much)


def _carry_out(lines: list[Line], as_of: datetime) -> None:
    receipt = PurgeRun.objects.using(ALIAS).create(as_of=as_of, policy_version=policy_version())
    done: Counter[str] = Counter()
    for line in lines:
        line.counts = Counter()
        for step in line.steps:
            while (batch := _run_batch(step, receipt, done)) is not None:
                line.counts += batch
                done += batch
    receipt.finished_at = now()
    receipt.save(update_fields=["finished_at"])


def _run_batch(step: Step, receipt: PurgeRun, done: Counter[str]) -> Counter[str] | None:
    with transaction.atomic(using=ALIAS):
        batch = step.run_batch()
        if batch:
            receipt.counts = dict(sorted((done + batch).items()))
            receipt.save(update_fields=["counts"])
    return batch


@contextmanager
def _alone() -> Iterator[None]:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise AlreadyRunning("Another purge is at work.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
