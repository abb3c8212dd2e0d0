"""How the audit trail reads: whom and what a line is about, and what was before and is now.

Lines keep codes and ids, which stay true when names change. Here they become words, for members
who never saw the code. Runs inside `tenant()`; a row that is gone is told by what its line kept.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations import auditing
from organizations.models import AuditEntry, Member, Organization, User

LONGEST_VALUE = 300

# What members choose from: a kind of deeds is told by the first part of its action.
KINDS = {
    "people": (
        gettext_lazy("People and sign-in"),
        ("organization", "invitation", "member", "second_factor"),
    ),
    "numbers": (gettext_lazy("WhatsApp numbers"), ("channel",)),
    "customers": (gettext_lazy("Customers and leads"), ("contact", "lead", "message", "export")),
    "calendar": (
        gettext_lazy("Calendar"),
        ("appointment", "appointment_kind", "hours", "day_off"),
    ),
    "knowledge": (gettext_lazy("Listings and notes"), ("listing", "listings", "note")),
    "assistant": (gettext_lazy("Assistant"), ("assistant", "claude", "hand_over")),
    "support": (gettext_lazy("Support and keys"), ("support", "key")),
}

LABELS = {
    "about": gettext_lazy("Subject"),
    "action": gettext_lazy("What happens"),
    "after": gettext_lazy("Now"),
    "agent_count": gettext_lazy("Number of agents"),
    "assistant_mode": gettext_lazy("Assistant"),
    "assistant_paused": gettext_lazy("Assistant paused"),
    "before": gettext_lazy("Before"),
    "buffer_minutes": gettext_lazy("Minutes between two"),
    "changed": gettext_lazy("Changed"),
    "conversation_model": gettext_lazy("Model"),
    "currency": gettext_lazy("Currency"),
    "email": gettext_lazy("E-mail"),
    "field": gettext_lazy("Field"),
    "fields": gettext_lazy("Changed"),
    "file": gettext_lazy("File"),
    "first_day": gettext_lazy("From"),
    "format": gettext_lazy("Format"),
    "from": gettext_lazy("From"),
    "hours": gettext_lazy("Hours"),
    "is_active": gettext_lazy("In use"),
    "kind": gettext_lazy("Kind"),
    "last_day": gettext_lazy("Until"),
    "member": gettext_lazy("Member"),
    "minutes": gettext_lazy("Minutes"),
    "monthly_cap_usd": gettext_lazy("Monthly cap (USD)"),
    "name": gettext_lazy("Name"),
    "notice_hours": gettext_lazy("Hours of notice"),
    "number": gettext_lazy("Number"),
    "owner": gettext_lazy("Owner"),
    "passed": gettext_lazy("The test passed"),
    "phone": gettext_lazy("Phone"),
    "reason": gettext_lazy("Reason"),
    "reassures": gettext_lazy("Customers are told"),
    "reference": gettext_lazy("Reference"),
    "role": gettext_lazy("Role"),
    "send_to": gettext_lazy("Who gets it"),
    "status": gettext_lazy("Status"),
    "timezone": gettext_lazy("Time zone"),
    "title": gettext_lazy("Title"),
    "url": gettext_lazy("Page"),
    "version": gettext_lazy("Version"),
    "versions": gettext_lazy("Versions"),
    "window_days": gettext_lazy("Days ahead"),
}
# Keys of rows, which say nothing to people; the row they stand for is named.
# The database does not keep the order of details: these stand first.
FIRST = ("member", "email", "number", "file", "field", "before", "after")
NOT_SHOWN = {"record", "joined", "code", "appointment", "lead", "channel"}

Words = Callable[[str], str]
_values: dict[tuple[str, str], Words] = {
    ("member", "before"): lambda code: str(dict(Member.Role.choices).get(code, code)),
    ("member", "after"): lambda code: str(dict(Member.Role.choices).get(code, code)),
    ("invitation", "role"): lambda code: str(dict(Member.Role.choices).get(code, code)),
}


@dataclass(frozen=True)
class Line:
    """One line as members read it."""

    entry: AuditEntry
    who: str
    did: str
    about: str
    details: list[tuple[str, str]]


def register_values(prefix: str, name: str, words: Words) -> None:
    """Say how the values of a detail read, of all actions that begin with `prefix`."""
    _values[prefix, name] = words


def lines(entries: Iterable[AuditEntry]) -> list[Line]:
    """Put entries into words, with one query for each kind of row that they are about."""
    entries = list(entries)
    subjects = _subjects(entries)
    return [
        Line(
            entry=entry,
            who=_who(entry),
            did=auditing.in_words(entry.action),
            about=subjects.get((entry.subject, entry.subject_id), ""),
            details=_details(entry),
        )
        for entry in entries
    ]


def of_kind(kind: str) -> models.Q:
    """The filter for one of `KINDS`, or for everything."""
    prefixes = KINDS[kind][1] if kind in KINDS else ()
    found = models.Q()
    for prefix in prefixes:
        found |= models.Q(action__startswith=f"{prefix}.")
    return found


def name_of(row: models.Model) -> str:
    """Name a row by what people call it, or by whom it belongs to; nothing for one without."""
    if isinstance(getattr(row, "user", None), User):
        return row.user.name
    for attribute in ("display_name", "title", "name", "file_name", "email"):
        value = getattr(row, attribute, "")
        if isinstance(value, str) and value:
            return value
    for attribute in ("contact", "conversation", "member"):
        above = getattr(row, attribute, None)
        if isinstance(above, models.Model):
            return name_of(above)
    return ""


def _who(entry: AuditEntry) -> str:
    if entry.user_id is None:
        return "KΛTIKN"
    try:
        return entry.user.name or entry.user.email
    except (User.DoesNotExist, AttributeError):
        # The trail keeps the id of a person whose account is gone.
        return _("Somebody who left")


def _subjects(entries: list[AuditEntry]) -> dict[tuple[str, str], str]:
    wanted: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if entry.subject and entry.subject_id:
            wanted[entry.subject].add(entry.subject_id)
    found = {}
    for label, keys in wanted.items():
        for row in _rows(label, keys):
            kind = row._meta.verbose_name
            name = name_of(row)
            found[label, str(row.pk)] = f"{kind[:1].upper()}{kind[1:]}" + (
                f": {name}" if name else ""
            )
    return found


def _rows(label: str, keys: set[str]) -> models.QuerySet | list[models.Model]:
    try:
        model = apps.get_model(label)
        keys = {model._meta.pk.to_python(key) for key in keys}
    except (LookupError, ValueError):
        return []
    names = {field.name for field in model._meta.fields if field.is_relation}
    related = names & {"user", "contact", "conversation", "member"}
    # Rows before routing belong to nobody, and so have no name to tell.
    if "organization" not in names and model is not Organization:
        return []
    return model._base_manager.filter(pk__in=keys).select_related(*related)


def _details(entry: AuditEntry) -> list[tuple[str, str]]:
    prefix = entry.action.split(".")[0]
    details = entry.details if isinstance(entry.details, dict) else {}
    return [
        (str(LABELS.get(name, _spoken(name))), _shown(prefix, name, value))
        for name, value in sorted(details.items(), key=_place)
        if name not in NOT_SHOWN and value not in ("", None, [])
    ]


def _place(detail: tuple[str, Any]) -> int:
    return FIRST.index(detail[0]) if detail[0] in FIRST else len(FIRST)


def _shown(prefix: str, name: str, value: Any) -> str:
    is_change = isinstance(value, list) and len(value) == 2 and prefix == "organization"
    if is_change:
        before, after = (_shown("", name, each) for each in value)
        return f"{before} → {after}"
    if name in ("fields", "changed"):
        names = value.split(", ") if isinstance(value, str) else value
        return ", ".join(str(LABELS.get(each, _spoken(each))) for each in names)
    if isinstance(value, list):
        return ", ".join(_shown(prefix, name, each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{_spoken(key)} {_shown('', key, each)}" for key, each in value.items())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in ("", None):
        return _("nothing")
    if name == "hours":
        return _hours(str(value))
    words = _values.get((prefix, name))
    return (words(str(value)) if words else str(value))[:LONGEST_VALUE]


def _hours(row: str) -> str:
    """`0 09:00-17:00` as `Monday 09:00-17:00`."""
    day, _space, times = row.partition(" ")
    return f"{WEEKDAYS[int(day)]} {times}" if day.isdecimal() and int(day) < 7 else row


def _spoken(name: str) -> str:
    return str(name).replace("_", " ").capitalize()
