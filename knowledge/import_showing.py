"""What the pages of imports and readings show of a plan, an outcome, a page's words."""

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.importing import Plan, Row
from knowledge.models import Import, ImportRow, Listing, Reading
from knowledge.readings import differences

Outcome = ImportRow.Outcome
SAMPLES = 3
LONGEST = 80
SOURCES = {
    "json-ld": gettext_lazy("The page's data for search engines"),
    "state": gettext_lazy("The page's own data"),
    "text": gettext_lazy("The text of the page"),
    "og": gettext_lazy("The page's preview for social media"),
    "url": gettext_lazy("The address of the page"),
}


def label(field: str) -> str:
    """The name of a field of Listing, as forms and tables write it."""
    text = str(Listing._meta.get_field(field.removesuffix("_id")).verbose_name)
    return text[:1].upper() + text[1:]


def in_words(field: str, value: Any) -> str:
    """A value as a person reads it; an unknown one is a dash."""
    if value is None or value == "":
        return "–"
    model_field = Listing._meta.get_field(field.removesuffix("_id"))
    if field == "agent_id":
        return str(_("another member"))
    value = model_field.to_python(value)
    if isinstance(model_field, BooleanField):
        return str(_("Yes") if value else _("No"))
    if model_field.choices:
        return str(dict(model_field.flatchoices).get(value, value))
    if hasattr(value, "isoformat"):
        return date_format(value, "j M Y")
    if field in ("price", "common_expenses", "deposit_months"):
        value = int(value) if value == int(value) else value
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"
    return number_format(value, force_grouping=field not in ("year_built", "floor"))


def column_rows(plan: Plan, form: Any) -> list[dict[str, Any]]:
    """Each column of the file with a few of its values and the field that chooses what it is."""
    rows = []
    for position, header in enumerate(plan.table.header):
        cells = (cells[position] for _n, cells in plan.table.rows if position < len(cells))
        samples = list(dict.fromkeys(" ".join(cell.split()) for cell in cells if cell.strip()))
        rows.append(
            {
                "header": header or _("Column %(number)d") % {"number": position + 1},
                "samples": " · ".join(sample[:40] for sample in samples[:SAMPLES]),
                "field": form[f"column_{position}"],
            }
        )
    return rows


def plan_rows(plan: Plan, limit: int, currency: str) -> dict[str, Any]:
    """What an import would do: how many of each, and the first rows of each.

    `currency` is that of prices without one.
    """
    counts = plan.counts
    by_outcome = {
        name: [row for row in plan.rows if row.outcome == name] for name in Outcome.values
    }
    return {
        "counts": _counted(counts),
        "counted": counts,
        "importable": counts["created"] + counts["changed"] + counts["unchanged"],
        "bad": [_bad(row.number, row.reference, row.problems) for row in by_outcome["bad"][:limit]],
        "more_bad": max(counts["bad"] - limit, 0),
        "changed": [_changed(row) for row in by_outcome["changed"][:limit]],
        "more_changed": max(counts["changed"] - limit, 0),
        "created": [_new(row, currency) for row in by_outcome["created"][:limit]],
        "more_created": max(counts["created"] - limit, 0),
        "withdrawn": plan.withdrawn[:limit],
    }


def outcome_rows(batch: Import, limit: int) -> dict[str, Any]:
    """What an import did, or how far it is."""
    rows = batch.rows.select_related("listing").order_by("number")
    bad = rows.filter(outcome=Outcome.BAD)
    changed = rows.filter(outcome=Outcome.CHANGED)
    number = batch.counts.get("bad", 0)
    return {
        "is_busy": batch.state in (Import.State.RUNNING, Import.State.UNDOING),
        "percent": round(100 * batch.done / max(batch.total, 1)),
        "counts": _counted(batch.counts),
        "bad": [_bad(row.number, row.reference, row.problems) for row in bad[:limit]],
        "more_bad": max(number - limit, 0),
        "changed": [_changed_before(row) for row in changed[:limit]],
        "more_changed": max(batch.counts.get("changed", 0) - limit, 0),
        "restored": batch.counts.get("restored", 0),
        "kept": rows.filter(undone="kept")[:limit],
        "can_undo": any(batch.counts.get(name) for name in ("created", "changed", "withdrawn")),
    }


def difference_rows(reading: Reading) -> list[dict[str, Any]]:
    """Where a page differs from the stored listing, in words."""
    return [
        {
            "field": row["field"],
            "label": label(row["field"]),
            "stored": in_words(row["field"], row["stored"]),
            "value": in_words(row["field"], row["value"]),
            "evidence": evidence_of(reading, row["field"]),
        }
        for row in differences(reading)
    ]


def evidence_of(reading: Reading, field: str) -> dict[str, Any] | None:
    """Who said a value, in which words, and what other parts of the page say instead."""
    said = reading.facts.get(field)
    if not said:
        return None
    return {
        "source": SOURCES[said[0]["from"]],
        "snippet": said[0]["snippet"],
        "others": [
            {
                "source": SOURCES[other["from"]],
                "value": in_words(field, other["value"]),
                "snippet": other["snippet"],
            }
            for other in said[1:]
            if other["value"] != said[0]["value"] and field not in ("title", "description")
        ],
    }


def origins_of(listing: Listing) -> list[dict[str, Any]]:
    """Where each value of a listing comes from, for its page."""
    rows = []
    for field in Listing._meta.concrete_fields:
        origin = listing.provenance.get(field.attname)
        if origin:
            name = field.attname
            rows.append({"label": label(name), **_origin(origin), "at": _time(origin.get("at"))})
    return rows


def _origin(origin: dict[str, Any]) -> dict[str, Any]:
    if origin["from"] == "file":
        text = _("%(file)s, row %(row)s") % {"file": origin["name"], "row": origin["row"]}
        return {"text": text, "snippet": ""}
    if origin["from"] == "page":
        return {"text": SOURCES[origin["source"]], "snippet": origin["snippet"]}
    return {"text": _("By hand"), "snippet": ""}


def _time(text: str | None) -> Any:
    return parse_datetime(text) if text else None


def _counted(counts: dict[str, int]) -> list[dict[str, Any]]:
    notes = {
        "created": _("listings that are not stored yet"),
        "changed": _("listings that the file knows better"),
        "unchanged": _("listings that stay as they are"),
        "withdrawn": _("listings that the file no longer has"),
        "bad": _("rows with something to mend"),
    }
    return [
        {"name": name, "label": text, "number": counts.get(name, 0), "note": notes[name]}
        for name, text in Outcome.choices
    ]


def _bad(number: int, reference: str, problems: Sequence[Any]) -> dict[str, Any]:
    shown = [{"column": column, "text": text} for column, text in problems]
    return {"number": number, "reference": reference, "problems": shown}


def _new(row: Row, currency: str) -> dict[str, Any]:
    values = row.values
    place = values.get("area") or values.get("city") or ""
    kind = in_words("property_type", values.get("property_type"))
    title = values.get("title") or values.get("address") or f"{kind}, {place}"
    price = (
        f"{in_words('price', values['price'])} {values.get('currency', currency)}"
        if "price" in values
        else ""
    )
    return {"number": row.number, "reference": row.reference, "title": title, "kind": kind,
            "place": place, "price": price}  # fmt: skip


def _changed(row: Row) -> dict[str, Any]:
    changes = [_change(name, before, after) for name, (before, after) in row.changes.items()]
    return {
        "number": row.number,
        "reference": row.reference,
        "title": str(row.listing),
        "changes": changes,
    }


def _changed_before(row: ImportRow) -> dict[str, Any]:
    changes = [_change(name, row.before.get(name), after) for name, after in row.after.items()]
    return {
        "number": row.number,
        "reference": row.reference,
        "title": str(row.listing or row.reference),
        "changes": changes,
    }


def _change(name: str, before: Any, after: Any) -> dict[str, str]:
    return {"label": label(name), "before": in_words(name, before), "after": in_words(name, after)}
