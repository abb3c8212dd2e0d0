"""Import listings from a file: look at it, apply it in pieces, undo it.

Valid rows are imported, the others come back with the reason. Rows are matched by reference, so
the same file twice changes nothing; an empty cell leaves what is stored. A piece of rows is one
transaction under the lock of its `Import`, which counts how many are done: of any number of runs,
each row is applied by one.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.folding import fold
from knowledge.models import Import, ImportRow, Listing
from knowledge.retrieval import index_listings
from knowledge.tables import Table, read_table, without_guard
from knowledge.values import NotReadable, read_currency, read_value
from knowledge.wordbook import guess_fields
from organizations import auditing
from organizations.models import Member, Organization
from organizations.tenancy import tenant

PIECE = 200
# So many rows are imported while the browser waits; more are a task.
AT_ONCE = 200
LONGEST_CELL = 20_000
SOURCE = "file"
Outcome = ImportRow.Outcome

auditing.register_words("listings.imported", gettext_lazy("imported listings from a file"))
auditing.register_words("listings.import_undone", gettext_lazy("undid an import of listings"))


@dataclass
class Row:
    """One row of a file, read: `values` by field, `problems` as (column, what is wrong)."""

    number: int
    cells: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    outcome: str = ""
    listing: Listing | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    agent_column: str = ""
    origin: dict[str, Any] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        return str(self.values.get("reference") or "")


@dataclass(frozen=True)
class Plan:
    """What an import would do. `withdrawn` are the listings that the file no longer has."""

    table: Table
    rows: list[Row]
    withdrawn: list[Listing]

    @property
    def counts(self) -> dict[str, int]:
        counts = Counter(row.outcome for row in self.rows)
        return {**{name: counts[name] for name in Outcome.values}, "withdrawn": len(self.withdrawn)}


def start_import(
    organization: Organization, file_name: str, content: bytes, member: Member | None
) -> Import:
    """Keep an uploaded file with the columns guessed; nothing is imported yet. In `tenant()`.

    Raises `NotATable`.
    """
    table = read_table(content)
    return organization.imports.create(
        file_name=file_name[-120:],
        content=content,
        encoding=table.encoding,
        delimiter=table.delimiter,
        mapping=guess_fields(table.header),
        total=len(table.rows),
        member=member,
    )


def plan_import(batch: Import) -> Plan:
    """Return what the import would do now. Inside `tenant()`; raises `NotATable`."""
    table = _table(batch)
    rows = read_rows(table, batch.mapping, batch.default_deal)
    _match(batch, rows, lock=False)
    return Plan(table, rows, list(_missing(batch, rows)))


def read_rows(table: Table, mapping: dict[str, int], default_deal: str = "") -> list[Row]:
    """Read the values of every row; a reference that stands twice is a problem of the second."""
    rows = [_read_row(table, mapping, default_deal, *row) for row in table.rows]
    first: dict[str, int] = {}
    for row in rows:
        key = row.reference.casefold()
        if not key:
            continue
        if key in first:
            column = _column(table, mapping, "reference")
            text = _("The reference stands already in row %(number)d.") % {"number": first[key]}
            row.problems.append((column, text))
        first.setdefault(key, row.number)
    return rows


def run_import(organization_id: int, import_id: int) -> None:
    """Apply all rows that are not done yet, piece by piece. Outside `tenant()`; may run twice."""
    with tenant(organization_id) as organization:
        batch = organization.imports.filter(pk=import_id, state=Import.State.RUNNING).first()
        if batch is None:
            return
        table = _table(batch)
        rows = read_rows(table, batch.mapping, batch.default_deal)
    while _apply_piece(organization_id, import_id, rows):
        pass


def undo_import(organization_id: int, import_id: int) -> None:
    """Put back what an import changed, unless it was changed since. Outside `tenant()`."""
    while _undo_piece(organization_id, import_id):
        pass


def problem_rows(batch: Import) -> tuple[list[str], Iterator[list[str]]]:
    """The header and the rows that were not imported, each with what is wrong. In `tenant()`."""
    table = _table(batch)
    cells = dict(table.rows)
    bad = batch.rows.filter(outcome=Outcome.BAD).order_by("number")
    rows = (_with_problem(table, cells[row.number], row.problems) for row in bad)
    return [*table.header, "problem"], rows


def planned_problem_rows(plan: Plan) -> Iterator[list[str]]:
    """As `problem_rows`, before anything is imported."""
    bad = (row for row in plan.rows if row.outcome == Outcome.BAD)
    return (_with_problem(plan.table, row.cells, row.problems) for row in bad)


def _table(batch: Import) -> Table:
    return read_table(bytes(batch.content), batch.encoding, batch.delimiter)


def _with_problem(table: Table, cells: list[str], problems: Sequence[Any]) -> list[str]:
    width = len(table.header)
    padded = (cells + [""] * width)[: max(width, len(cells))]
    text = " ".join(f"{column}: {text}" if column else text for column, text in problems)
    return [*padded, text]


# Reading one row


def _read_row(
    table: Table, mapping: dict[str, int], default_deal: str, number: int, cells: list[str]
) -> Row:
    row = Row(number, cells)
    if any(cells[len(table.header) :]):
        row.problems.append(
            (
                "",
                _(
                    "The row has more cells than there are names of columns. Is a quotation mark "
                    "missing?"
                ),
            )
        )
        return row
    for name, position in sorted(mapping.items(), key=lambda pair: pair[1]):
        cell = without_guard(cells[position]) if position < len(cells) else ""
        if problem := _unfit(cell):
            row.problems.append((table.header[position], problem))
            continue
        try:
            value = read_value(name, cell)
        except NotReadable as error:
            row.problems.append((table.header[position], str(error)))
            continue
        if value is not None:
            row.values[name] = value
        if name == "agent":
            row.agent_column = table.header[position]
    _complete(table, mapping, row, default_deal)
    return row


def _unfit(cell: str) -> str:
    if "\0" in cell:
        return _("The cell holds a letter that cannot be stored.")
    if len(cell) > LONGEST_CELL:
        return _("The cell is longer than %(most)d letters. Is a quotation mark missing?") % {
            "most": LONGEST_CELL
        }
    return ""


def _complete(table: Table, mapping: dict[str, int], row: Row, default_deal: str) -> None:
    """Fill in what follows from the other cells, and check that they agree."""
    values = row.values
    if not row.reference and not any(
        c == _column(table, mapping, "reference") for c, _t in row.problems
    ):
        text = _("The reference is missing: it tells which listing the row is.")
        row.problems.append((_column(table, mapping, "reference"), text))
    if "deal" not in mapping and default_deal:
        values["deal"] = default_deal
    if "price" in values and "currency" not in mapping:
        cell = row.cells[mapping["price"]]
        if code := read_currency(cell) or read_currency(table.header[mapping["price"]]):
            values["currency"] = code
    deal, period = values.get("deal"), values.get("price_period")
    expected = {Listing.Deal.RENT: "month", Listing.Deal.SALE: "total"}.get(deal)
    if period and expected and period != expected:
        text = _("A rent is per month.") if deal == "rent" else _("A sale price is in total.")
        row.problems.append((_column(table, mapping, "price_period"), text))
    elif expected:
        values["price_period"] = expected


def _column(table: Table, mapping: dict[str, int], name: str) -> str:
    return table.header[mapping[name]] if name in mapping else ""


# Matching rows with what is stored


def _match(batch: Import, rows: Sequence[Row], lock: bool) -> None:
    """Say of each row whether it is new, changes something, changes nothing or is bad."""
    stored = _stored(batch, rows, lock)
    people = _people(batch) if "agent" in batch.mapping else {}
    for row in rows:
        if row.outcome:
            continue
        row.listing = stored.get(row.reference.casefold())
        _find_agent(batch, row, people)
        if row.listing is None:
            _require_enough(row)
        if row.problems:
            row.outcome = Outcome.BAD
        elif row.listing is None:
            row.outcome = Outcome.CREATED
        else:
            row.changes = dict(_changes(row))
            row.outcome = Outcome.CHANGED if row.changes else Outcome.UNCHANGED


def _stored(batch: Import, rows: Sequence[Row], lock: bool) -> dict[str, Listing]:
    listings = Listing.objects.filter(organization=batch.organization_id).order_by("pk")
    wanted = {row.reference.casefold() for row in rows}
    keys = listings.values_list("pk", "reference")
    found = [pk for pk, reference in keys if reference.casefold() in wanted]
    listings = listings.filter(pk__in=found)
    if lock:
        listings = listings.select_for_update()
    return {listing.reference.casefold(): listing for listing in listings}


def _people(batch: Import) -> dict[str, int]:
    members = batch.organization.members.with_people().filter(is_active=True)
    return {
        fold(name): member.pk
        for member in members
        for name in (member.user.name, member.user.email)
    }


def _find_agent(batch: Import, row: Row, people: dict[str, int]) -> None:
    if "agent" not in row.values:
        return
    agent = people.get(fold(row.values.pop("agent")))
    if agent is None:
        text = _("No member has this name or e-mail address.")
        row.problems.append((row.agent_column, text))
    else:
        row.values["agent_id"] = agent


def _require_enough(row: Row) -> None:
    values = row.values
    have = {**values, "place": values.get("area") or values.get("city")}
    missing = [
        str(name)
        for key, name in (
            ("deal", _("whether it is for sale or to let")),
            ("property_type", _("the type of property")),
            ("place", _("the area or the city")),
        )
        if not have.get(key)
    ]
    if missing and not row.problems:
        text = _("A new listing needs: %(what)s.") % {"what": ", ".join(missing)}
        row.problems.append(("", text))


def _changes(row: Row) -> Iterator[tuple[str, tuple[Any, Any]]]:
    for name, value in row.values.items():
        before = getattr(row.listing, name)
        if name == "reference" and before.casefold() == value.casefold():
            continue
        if before != value:
            yield name, (before, value)


def _missing(batch: Import, rows: Sequence[Row]) -> QuerySet[Listing]:
    """Listings that came from a file and stand in no row any more, also in no bad one."""
    if not batch.withdraw_missing:
        return Listing.objects.none()
    listings = Listing.objects.filter(
        organization=batch.organization_id,
        source=SOURCE,
        status__in=(Listing.Status.AVAILABLE, Listing.Status.RESERVED),
    )
    named = {row.reference.casefold() for row in rows if row.reference}
    gone = [
        pk for pk, ref in listings.values_list("pk", "reference") if ref.casefold() not in named
    ]
    return listings.filter(pk__in=gone).order_by("pk")


# Applying


def _apply_piece(organization_id: int, import_id: int, rows: list[Row]) -> bool:
    """Apply the next rows; false when all is done."""
    with tenant(organization_id) as organization:
        batch = _locked(organization, import_id, Import.State.RUNNING)
        if batch is None:
            return False
        piece = rows[batch.done : batch.done + PIECE]
        _match(batch, piece, lock=True)
        _store(batch, piece)
        batch.done += len(piece)
        batch.save(update_fields=["done"])
        if batch.done < len(rows):
            return True
        _withdraw(batch, rows)
        _finish(batch, "listings.imported", Import.State.DONE)
        return False


def _locked(organization: Organization, import_id: int, state: str) -> Import | None:
    rows = organization.imports.select_for_update(of=("self",)).defer("content")
    return rows.filter(pk=import_id, state=state).first()


def _store(batch: Import, piece: Sequence[Row]) -> None:
    touched = []
    for row in piece:
        if row.outcome == Outcome.CREATED:
            row.listing = _new_listing(batch, row)
            row.listing.save()
            touched.append(row.listing)
        elif row.outcome == Outcome.CHANGED:
            for name, (_before, after) in row.changes.items():
                setattr(row.listing, name, after)
            row.origin = {"source": row.listing.source, "as_of": row.listing.as_of}
            _mark(row.listing, batch, row.number, row.changes)
            row.listing.save()
            touched.append(row.listing)
    # The file says again what is stored: it is right as of now.
    same = [row.listing.pk for row in piece if row.outcome == Outcome.UNCHANGED]
    Listing.objects.filter(pk__in=same, as_of__lt=batch.created_at).update(as_of=batch.created_at)
    index_listings(touched)
    ImportRow.objects.bulk_create(_record(batch, row) for row in piece)


def _new_listing(batch: Import, row: Row) -> Listing:
    values = dict(row.values)
    values["area"] = values.get("area") or values["city"]
    values["city"] = values.get("city") or values["area"]
    values.setdefault("currency", batch.organization.currency)
    if not values.get("title"):
        kind = Listing.PropertyType(values["property_type"]).label
        values["title"] = values.get("address", "")[:120] or f"{kind}, {values['area']}"[:120]
    listing = Listing(organization=batch.organization, **values)
    _mark(listing, batch, row.number, values)
    row.changes = {name: (None, value) for name, value in values.items()}
    return listing


def _mark(listing: Listing, batch: Import, number: int, names: Any) -> None:
    """Say where the values come from, and that they were right when the file was uploaded."""
    origin = {
        "from": SOURCE,
        "name": batch.file_name,
        "row": number,
        "at": batch.created_at.isoformat(),
    }
    listing.provenance = {**listing.provenance, **dict.fromkeys(names, origin)}
    listing.source = SOURCE
    listing.as_of = batch.created_at


def _record(batch: Import, row: Row) -> ImportRow:
    return ImportRow(
        organization_id=batch.organization_id,
        batch=batch,
        number=row.number,
        outcome=row.outcome,
        listing=row.listing,
        reference=row.reference[:40],
        problems=[list(problem) for problem in row.problems],
        before={name: as_json(before) for name, (before, _after) in row.changes.items()}
        | {name: as_json(value) for name, value in row.origin.items()},
        after={name: as_json(after) for name, (_before, after) in row.changes.items()},
    )


def _withdraw(batch: Import, rows: Sequence[Row]) -> None:
    last = max((row.number for row in rows), default=1)
    gone = list(_missing(batch, rows).select_for_update())
    records = []
    for number, listing in enumerate(gone, last + 1):
        before, listing.status = listing.status, Listing.Status.WITHDRAWN
        _mark(listing, batch, 0, ["status"])
        listing.save(update_fields=["status", "as_of", "provenance"])
        records.append(
            ImportRow(
                organization_id=batch.organization_id,
                batch=batch,
                number=number,
                outcome=Outcome.WITHDRAWN,
                listing=listing,
                reference=listing.reference,
                before={"status": before},
                after={"status": Listing.Status.WITHDRAWN},
            )
        )
    ImportRow.objects.bulk_create(records)


def _finish(batch: Import, action: str, state: str, **more: int) -> None:
    outcomes = batch.rows.values("outcome").annotate(number=Count("pk")).order_by()
    batch.counts = {row["outcome"]: row["number"] for row in outcomes} | more
    batch.state = state
    batch.finished_at = now()
    batch.save(update_fields=["counts", "state", "finished_at"])
    auditing.record(
        batch.organization,
        action,
        user=batch.member.user if batch.member else None,
        subject=batch,
        file=batch.file_name,
        **batch.counts,
    )


def as_json(value: Any) -> Any:
    """As JSON keeps it; `Field.to_python` reads it back."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if hasattr(value, "isoformat") else value


# Undoing


def _undo_piece(organization_id: int, import_id: int) -> bool:
    with tenant(organization_id) as organization:
        batch = _locked(organization, import_id, Import.State.UNDOING)
        if batch is None:
            return False
        rows = list(
            batch.rows.filter(undone="")
            .exclude(outcome__in=(Outcome.BAD, Outcome.UNCHANGED))
            .order_by("-number")[:PIECE]
        )
        if not rows:
            done = dict(
                batch.rows.exclude(undone="").values_list("undone").annotate(Count("pk")).order_by()
            )
            _finish(batch, "listings.import_undone", Import.State.UNDONE, **done)
            return False
        listings = Listing.objects.select_for_update().order_by("pk")
        stored = listings.in_bulk([row.listing_id for row in rows if row.listing_id])
        touched = [_undo_row(row, stored.get(row.listing_id), batch.created_at) for row in rows]
        ImportRow.objects.bulk_update(rows, ["undone"])
        index_listings([listing for listing in touched if listing])
        return True


def _undo_row(row: ImportRow, listing: Listing | None, uploaded_at: datetime) -> Listing | None:
    """Put one listing back; return it if its search must follow."""
    row.undone = "kept"
    if listing is None:
        return None
    if row.outcome == Outcome.CREATED:
        same = (as_json(getattr(listing, name)) == after for name, after in row.after.items())
        if listing.as_of != uploaded_at or not all(same):
            return None
        row.undone = "restored"
        if _is_referred_to(listing):
            listing.status = Listing.Status.WITHDRAWN
            listing.save(update_fields=["status"])
        else:
            row.listing = None
            listing.delete()
        return None
    names = [name for name, after in row.after.items() if as_json(getattr(listing, name)) == after]
    for name in names:
        model_field = Listing._meta.get_field(name.removesuffix("_id"))
        setattr(listing, name, model_field.to_python(row.before[name]))
        listing.provenance.pop(name, None)
    if names == list(row.after):
        row.undone = "restored"
        if "as_of" in row.before and listing.as_of == uploaded_at:
            listing.source = row.before["source"]
            listing.as_of = datetime.fromisoformat(row.before["as_of"])
    listing.save()
    return listing


def _is_referred_to(listing: Listing) -> bool:
    """Whether something else than search and imports names the listing, such as a viewing."""
    own = {"passages", "import_rows"}
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: listing}).exists()
        for relation in Listing._meta.related_objects
        if relation.get_accessor_name() not in own
    )
