"""What is kept, why, for how long: one entry for every table of the product and its libraries.

The purge, the public policy page and the tests read it. Each app says in its `privacy.py` what it
holds; those of `organizations` and of the libraries are in `privacy/privacy.py`, because imports
run one way.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, override

Text = str | LazyText
DAYS_PER_YEAR = 365


class AlreadyRegistered(RuntimeError):
    """Two entries say something about the same rows of a table."""


class Category(StrEnum):
    """What sort of data a table holds, as the policy page tells it."""

    ACCOUNT = "account"
    CONVERSATIONS = "conversations"
    LEADS = "leads"
    KNOWLEDGE = "knowledge"
    USAGE = "usage"
    WEBHOOKS = "webhooks"
    TECHNICAL = "technical"
    AUDIT = "audit"
    NOT_PERSONAL = "not_personal"


@dataclass(frozen=True)
class Description:
    """How the policy page presents a category."""

    title: Text
    contents: Text
    purpose: Text
    basis: Text


@dataclass(frozen=True)
class WhileActive:
    """Kept while the organization is active; removed with it, `GRACE` after it asks for that."""

    @property
    def text(self) -> str:
        return str(_("While the agency uses KΛTIKN, and 30 days after its owner asks for deletion"))


@dataclass(frozen=True)
class Days:
    """Removed `days` after the moment in the clock, which `since` says in words. 0 is at once."""

    days: int
    since: Text

    @property
    def text(self) -> str:
        if not self.days:
            return str(_("Until %(moment)s") % {"moment": self.since})
        years, rest = divmod(self.days, DAYS_PER_YEAR)
        if rest:
            length = ngettext("%(days)d day", "%(days)d days", self.days) % {"days": self.days}
        else:
            length = ngettext("%(years)d year", "%(years)d years", years) % {"years": years}
        return str(_("%(length)s after %(moment)s") % {"length": length, "moment": self.since})


@dataclass(frozen=True)
class With:
    """Removed together with the row of `parent` that the lookup `path` leads to."""

    parent: type[models.Model]
    path: str

    @property
    def text(self) -> str:
        return ""


@dataclass(frozen=True)
class UntilDone:
    """Removed by the product itself as soon as the work it stands for is done."""

    @property
    def text(self) -> str:
        return str(_("Until the work is done, usually seconds"))


@dataclass(frozen=True)
class Kept:
    """Says nothing about a person and stays."""

    @property
    def text(self) -> str:
        return ""


Period = WhileActive | Days | With | UntilDone | Kept

GRACE = timedelta(days=30)


@dataclass(frozen=True)
class Rule:
    """The retention of one table, or of its rows that meet `where`.

    `clock` is a lookup or an expression of a time. `clears` names the fields that are emptied
    instead of deleting the row. `held` matches the rows that a standing hold covers; without it
    no hold can: such rows hold no content. A `guarded` table is not purged by more than a fifth
    at once, unless somebody insists.
    """

    model: type[models.Model]
    category: Category
    period: Period
    clock: Any = ""
    where: Q = field(default_factory=Q)
    clears: tuple[str, ...] = ()
    held: Any = None
    guarded: bool = True

    @property
    def label(self) -> str:
        return self.model._meta.label

    def expired(self, as_of: Any) -> models.QuerySet:
        """Return the rows whose period has run out at `as_of` and that no hold covers."""
        if not isinstance(self.period, Days):
            raise TypeError(f"{self.label} is not kept for a number of days.")
        clock = F(self.clock) if isinstance(self.clock, str) else self.clock
        rows = self.model._base_manager.using("support").alias(retention_clock=clock)
        rows = rows.filter(self.where, retention_clock__lte=as_of - timedelta(self.period.days))
        if self.clears:
            rows = rows.exclude(**{name: _empty(self.model, name) for name in self.clears})
        return rows if self.held is None else rows.filter(~self.held)


@dataclass(frozen=True)
class Promise:
    """One line of the retention table on the policy page."""

    category: Category
    description: Description
    periods: tuple[str, ...]


_rules: list[Rule] = []
_cleanups: list[Callable[[int | None], object]] = []


def register(
    model: type[models.Model],
    *,
    category: Category,
    period: Period,
    clock: Any = "",
    where: Q | None = None,
    clears: tuple[str, ...] = (),
    held: Any = None,
    guarded: bool = True,
) -> None:
    """Say how long the rows of `model` are kept; see `Rule`. Raises `AlreadyRegistered`.

    A model may be registered again for other rows (`where`) or for other fields (`clears`).
    """
    rule = Rule(model, category, period, clock, where or Q(), clears, held, guarded)
    if any((r.where, r.clears) == (rule.where, rule.clears) for r in rules_of(model)):
        raise AlreadyRegistered(rule.label)
    _rules.append(rule)


def after_purge(cleanup: Callable[[int | None], object]) -> None:
    """Call `cleanup` when a purge has deleted rows, to remove what they kept outside the database.

    It gets the id of the one organization concerned, which may be gone, or None for any.
    """
    if cleanup not in _cleanups:
        _cleanups.append(cleanup)


def clean_up(organization_id: int | None = None) -> None:
    """Remove what deleted rows kept outside the database. May run at any time and again."""
    for cleanup in _cleanups:
        cleanup(organization_id)


def rules() -> list[Rule]:
    """Return all entries, in the order of registration."""
    return list(_rules)


def rules_of(model: type[models.Model]) -> list[Rule]:
    return [rule for rule in _rules if rule.model is model._meta.concrete_model]


def rules_with(period: type, category: str = "") -> list[Rule]:
    """Return the entries whose period is of the given sort."""
    return [
        rule
        for rule in _rules
        if isinstance(rule.period, period) and category in ("", rule.category)
    ]


def parts_of(model: type[models.Model]) -> list[tuple[type[models.Model], str]]:
    """Return (model, path to the row of `model`) of what goes with a row, the furthest first."""
    parts = [(r.model, r.period.path) for r in rules_with(With) if r.period.parent is model]
    return sorted(parts, key=lambda part: -part[1].count("__"))


def promises() -> Iterator[Promise]:
    """Yield the lines of the retention table, one for each category about people."""
    for category, description in DESCRIPTIONS.items():
        texts = [rule.period.text for rule in _rules if rule.category == category]
        yield Promise(category, description, tuple(dict.fromkeys(filter(None, texts))))


def policy_version() -> str:
    """Return a short name of what is promised now; it changes when a period does."""
    with override("en"):
        lines = [f"{rule.label} {rule.where} {rule.clears} {rule.period.text}" for rule in _rules]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:12]


def _empty(model: type[models.Model], name: str) -> Any:
    default: Callable[[], Any] = model._meta.get_field(name).get_default
    return default()


DESCRIPTIONS = {
    Category.ACCOUNT: Description(
        _("Account information"),
        _(
            "Name, e-mail address, phone number, role and language of each member; the encrypted "
            "secret of their two-factor sign-in; the agency's name and settings; its WhatsApp "
            "numbers with their encrypted access keys; working hours; invitations."
        ),
        _("To let members sign in and to run the service for the agency."),
        _("The contract with the agency."),
    ),
    Category.CONVERSATIONS: Description(
        _("Conversations"),
        _(
            "The customer's WhatsApp profile name, phone number or WhatsApp id; all messages in "
            "both directions with their times and ticks; notes of members; what the assistant "
            "drafted."
        ),
        _("To answer the customer, and to let the agency see what was said."),
        _("On behalf of the agency, which decides why and how."),
    ),
    Category.LEADS: Description(
        _("Leads and appointments"),
        _(
            "What a customer said about the home they look for or offer, each with the message "
            "that says so; a score with its reasons; offered times and appointments."
        ),
        _("To find a fitting home and to arrange viewings, calls and valuations."),
        _("On behalf of the agency, which decides why and how."),
    ),
    Category.KNOWLEDGE: Description(
        _("Listings and notes"),
        _("What the agency tells its customers about its homes and its services."),
        _("To answer questions with facts that the agency has stored."),
        _("The contract with the agency."),
    ),
    Category.USAGE: Description(
        _("Usage data"),
        _(
            "One record for each turn of the assistant: when, how long, which tools and sources "
            "it used, what the checks said, and the draft."
        ),
        _("To show where an answer came from, to find faults, and to see what the service costs."),
        _("The contract with the agency, and our interest in a service that works."),
    ),
    Category.WEBHOOKS: Description(
        _("Raw deliveries from WhatsApp"),
        _("Each delivery exactly as Meta sent it, with the messages it carries."),
        _("To lose no message when something fails: a delivery can be processed again."),
        _("On behalf of the agency, and our interest in a service that works."),
    ),
    Category.TECHNICAL: Description(
        _("Technical records"),
        _(
            "Sign-in sessions, counters against abuse, queued and failed background work, signs "
            "of life of our servers. They hold ids and times, and no message text."
        ),
        _("To keep members signed in, to keep attackers out, and to find faults."),
        _("Our interest in a service that is safe and works."),
    ),
    Category.AUDIT: Description(
        _("Audit trail"),
        _("Which member or staff did what and when, and receipts of what was deleted."),
        _("To show afterwards that everybody kept to the rules."),
        _("Our interest in accountability, and legal duties."),
    ),
}
