"""Exports: a list of the agency as a file, made in the background and kept for seven days.

An app says in its `exports.py` which lists it has:

    register(Kind("leads", _("Leads"), columns, rows, line))

The file lies in the database in parts, behind the same wall as the rows that it was made of, and
goes with the export's row.
"""

import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils import formats, translation
from django.utils.functional import Promise as LazyText
from django.utils.timezone import now
from django.utils.translation import gettext as _

from organizations import auditing
from organizations.models import Member, Organization
from organizations.queue import enqueue
from organizations.tenancy import tenant
from privacy.models import Export, ExportPart
from privacy.spreadsheets import TABLES, Column, Value

logger = logging.getLogger(__name__)

TASK = "privacy.tasks.export"
MOST_ROWS = 250_000
MOST_AT_ONCE = 3
BATCH = 500
# Days before and after say nothing, and the last of all has no day after it.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
PART = 1024 * 1024  # bytes
# A worker that has told nothing for so long is taken for dead.
SILENCE = timedelta(minutes=3)


class TooManyRows(Exception):
    """The list is longer than one export may be; `args[0]` is its length."""


class TooManyExports(Exception):
    """The organization has as many exports under way as it may."""


class Stopped(Exception):
    """The export was cancelled, deleted, or is being made by another worker."""


Filters = Mapping[str, str]


@dataclass(frozen=True)
class Kind:
    """One list. `rows` narrows by the filters and is read by key; `line` makes a row's values.

    `about` puts the filters into words. Where `for_members` says so of the filters, an agent too
    may export; otherwise only owners and admins.
    """

    code: str
    label: str | LazyText
    columns: Callable[[], list[Column]]
    rows: Callable[[Organization, Filters], models.QuerySet]
    line: Callable[[Any], list[Value]]
    filters: tuple[str, ...] = ()
    about: Callable[[Organization, Filters], str] = lambda organization, filters: ""
    for_members: Callable[[Filters], bool] = lambda filters: False

    def may(self, member: Member, filters: Filters) -> bool:
        return member.can_manage or self.for_members(filters)

    def chosen(self, given: Mapping[str, Any]) -> dict[str, str]:
        """Return those of the given values that are filters of this list."""
        chosen = {name: str(given.get(name, "")).replace("\x00", "")[:200] for name in self.filters}
        return {name: value for name, value in chosen.items() if value}


_kinds: dict[str, Kind] = {}


def during(
    rows: models.QuerySet, field: str, organization: Organization, filters: Filters
) -> models.QuerySet:
    """Narrow to the days `from` and `until`, both included, in the organization's zone."""
    first, last = _day(filters.get("from")), _day(filters.get("until"))
    zone = ZoneInfo(organization.timezone)
    if first:
        rows = rows.filter(**{f"{field}__gte": datetime.combine(first, time.min, zone)})
    if last:
        after = datetime.combine(last + timedelta(days=1), time.min, zone)
        rows = rows.filter(**{f"{field}__lt": after})
    return rows


def said_period(organization: Organization, filters: Filters) -> str:
    first, last = _day(filters.get("from")), _day(filters.get("until"))
    if first and last:
        return f"{formats.date_format(first)} – {formats.date_format(last)}"
    if first:
        return _("from %(day)s") % {"day": formats.date_format(first)}
    return _("until %(day)s") % {"day": formats.date_format(last)} if last else ""


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def register(kind: Kind) -> None:
    _kinds[kind.code] = kind


def kinds() -> dict[str, Kind]:
    return dict(_kinds)


def start(
    organization: Organization, member: Member, kind: Kind, format: str, filters: Filters
) -> Export:
    """Queue an export. Inside `tenant()`. Raises `TooManyRows` and `TooManyExports`."""
    # The organization's row is the lock: two clicks at once must not pass the limit together.
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    under_way = organization.exports.filter(state__in=Export.UNDER_WAY)
    if under_way.count() >= MOST_AT_ONCE:
        raise TooManyExports
    total = kind.rows(organization, filters)[: MOST_ROWS + 1].count()
    if total > MOST_ROWS:
        raise TooManyRows(total)
    export = Export.objects.create(
        organization=organization,
        member=member,
        kind=kind.code,
        format=format,
        filters=dict(filters),
        about=kind.about(organization, filters)[:200],
        language=translation.get_language() or "en",
        total=total,
    )
    auditing.record(organization, "export.made", user=member.user, kind=kind.code, format=format)
    enqueue(TASK, organization.pk, export.pk, cluster="bulk")
    return export


def run(organization_id: int, export_id: int) -> None:
    """Make the file. May run twice: who finds the export in other hands leaves it."""
    with tenant(organization_id):
        export = _claim(export_id)
    if export is None:
        return
    try:
        with tempfile.TemporaryDirectory() as folder, translation.override(export.language):
            path = Path(folder) / "export"
            _write(export, path)
            _store(export, path)
    except Stopped:
        logger.info("Export %s was stopped.", export_id)
    except Exception:
        logger.exception("Export %s failed.", export_id)
        with tenant(organization_id):
            _mine(export).update(state=Export.State.FAILED, finished_at=now())


def again(export: Export) -> None:
    """Queue an export that has failed or was cancelled. Inside `tenant()`."""
    over = (Export.State.FAILED, Export.State.CANCELLED)
    ended = Export.objects.filter(pk=export.pk, state__in=over)
    if ended.update(state=Export.State.WAITING, done=0, finished_at=None):
        enqueue(TASK, export.organization_id, export.pk, cluster="bulk")


def cancel(export: Export) -> None:
    Export.objects.filter(pk=export.pk, state__in=Export.UNDER_WAY).update(
        state=Export.State.CANCELLED, finished_at=now()
    )


def parts(export: Export) -> Iterator[bytes]:
    """Yield the file. Outside `tenant()`: each part is read in a transaction of its own."""
    number = 0
    while True:
        with tenant(export.organization_id):
            part = ExportPart.objects.filter(export_id=export.pk, number=number).first()
        if part is None:
            return
        yield bytes(part.content)
        number += 1


def _claim(export_id: int) -> Export | None:
    free = Q(state=Export.State.WAITING) | Q(
        state=Export.State.RUNNING, touched_at__lt=now() - SILENCE
    )
    moment = now()
    found = Export.objects.filter(free, pk=export_id)
    if not found.update(state=Export.State.RUNNING, touched_at=moment, done=0):
        return None
    return Export.objects.select_related("organization", "member__user").get(pk=export_id)


def _mine(export: Export) -> models.QuerySet[Export]:
    """The row, while nobody has cancelled it or taken it over since we last touched it."""
    return Export.objects.filter(
        pk=export.pk, state=Export.State.RUNNING, touched_at=export.touched_at
    )


def _write(export: Export, path: Path) -> None:
    kind, organization = _kinds[export.kind], export.organization
    columns, zone = kind.columns(), ZoneInfo(organization.timezone)
    with TABLES[export.format](path, columns, zone, str(kind.label)) as table:
        last, done = 0, 0
        while done < MOST_ROWS:
            with tenant(organization):
                rows = kind.rows(organization, export.filters).filter(pk__gt=last)
                batch = list(rows.order_by("pk")[:BATCH])
                for row in batch:
                    table.write(kind.line(row))
                done += len(batch)
                _tell(export, done)
            if len(batch) < BATCH:
                return
            last = batch[-1].pk


def _tell(export: Export, done: int) -> None:
    moment = now()
    if not _mine(export).update(done=done, touched_at=moment):
        raise Stopped
    export.done, export.touched_at = done, moment


def _store(export: Export, path: Path) -> None:
    """Store the file in parts, all or none of them."""
    with tenant(export.organization_id), path.open("rb") as file:
        ExportPart.objects.filter(export_id=export.pk).delete()
        for number, content in enumerate(iter(lambda: file.read(PART), b"")):
            ExportPart.objects.create(
                organization_id=export.organization_id,
                export_id=export.pk,
                number=number,
                content=content,
            )
        moment = now()
        if not _mine(export).update(
            state=Export.State.DONE,
            size=path.stat().st_size,
            total=export.done,
            touched_at=moment,
            finished_at=moment,
        ):
            raise Stopped
