"""The list of conversations: which ones, in which order, how many of each sort.

What is asked stands in the address, so that it can be shared, kept as a view, and gone back to.
A page is read from an index in the order of the list and begins after the last row of the page
before it: its cost does not grow with the organization. Everything runs inside `tenant()`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, SmallIntegerField, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from inbox import drafts, searching
from inbox.models import (
    CALM,
    UNASSIGNED,
    WAITS_FOR_A_PERSON,
    WITH_ASSISTANT,
    Conversation,
    ConversationSummary,
)
from organizations.models import Member, Organization

PAGE_LENGTH = 30
# So many rows one list grows to; what follows has a page of its own.
LONGEST_LIST = 210
# Beyond it a list says "999+".
MOST_COUNTED = 999

VIEWS = {
    "waiting": _("Waiting"),
    "mine": _("Mine"),
    "unassigned": _("Unassigned"),
    "assistant": _("AI"),
    "snoozed": _("Snoozed"),
    "closed": _("Closed"),
    "all": _("All"),
}
SORTS = {
    "latest": _("Last message"),
    "waiting": _("Waiting longest"),
    "score": _("Highest score"),
}
# Views with as many rows as people can look after: these are put in order as a whole.
OF_PEOPLE = ("waiting", "mine", "unassigned", "snoozed")
BANDS = {"hot": (70, 100), "warm": (40, 69), "cold": (0, 39)}
BAND_WORDS = {"hot": _("from 70"), "warm": _("40 to 69"), "cold": _("below 40")}

_stages: dict[str, Any] = {}


def register_stages(choices: Iterable[tuple[str, Any]]) -> None:
    """Say which stages a summary may name, with their words. Call it in `ready()`."""
    _stages.update(choices)


def stages() -> Mapping[str, Any]:
    return _stages


@dataclass(frozen=True)
class Asked:
    """What of the list is asked for, as it stands in the address."""

    view: str = "waiting"
    search: str = ""
    sort: str = "latest"
    stage: str = ""
    score: str = ""
    number: str = ""
    member: str = ""
    unread: str = ""

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "Asked":
        """Read it from an address; what makes no sense is left aside."""
        given = {each.name: str(values.get(each.name, "")) for each in fields(cls)}
        search = given["search"].replace("\x00", "").strip()[: searching.LONGEST_SEARCH]
        return cls(
            view=given["view"] if given["view"] in VIEWS else cls.view,
            search=search,
            sort=given["sort"] if given["sort"] in SORTS else cls.sort,
            stage=given["stage"] if given["stage"] in _stages else "",
            score=given["score"] if given["score"] in BANDS else "",
            number=given["number"] if _is_uuid(given["number"]) else "",
            member=given["member"] if _is_key(given["member"]) else "",
            unread="1" if given["unread"] == "1" else "",
        )

    @property
    def query(self) -> str:
        """It as a query of an address, without what holds anyway. The view comes first."""
        rest = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "view"}
        kept = {n: v for n, v in rest.items() if v and (n, v) != ("sort", type(self).sort)}
        return urlencode({"view": self.view} | kept)

    @property
    def after_view(self) -> str:
        """The query after `view=`, for the thread, which leads back to the same list."""
        return self.query.partition("=")[2]

    @property
    def is_narrowed(self) -> bool:
        return any((self.search, self.stage, self.score, self.number, self.member, self.unread))

    def but(self, **changes: str) -> "Asked":
        return replace(self, **changes)


@dataclass(frozen=True)
class Listed:
    """One page of the list; `next` is where the following one begins, or nothing."""

    rows: list[Conversation]
    next: str


def read(
    organization: Organization, member: Member, asked: Asked, after: str = "", length: int = 0
) -> Listed:
    """Return `length` rows (a page unless given) of what is asked, from `after` on."""
    length = min(length or PAGE_LENGTH, LONGEST_LIST)
    order = _order(asked)
    # The places first, from one table alone: each table joined brings a policy, by which
    # PostgreSQL expects fewer rows than there are, and then sorts all of them.
    names = [key.name for key in order.keys]
    found = order.sort(find(organization, member, asked), after).values_list(*names)
    places = list(found[: length + 1])
    following = order.place_in_words(places[length - 1]) if len(places) > length else ""
    keys = [place[-1] for place in places[:length]]
    rows = drafts.mark(organization.conversations.filter(pk__in=keys), member).for_list()
    by_key = {row.pk: row for row in rows.with_identities(organization)}
    return Listed([by_key[key] for key in keys if key in by_key], following)


def find(organization: Organization, member: Member, asked: Asked) -> QuerySet[Conversation]:
    """Return what is asked, in no order."""
    found = in_view(organization, member, asked.view)
    if asked.sort == "score" and asked.view not in OF_PEOPLE:
        # Every conversation has its row there; said so, its index gives the order.
        found = found.filter(summary__organization=organization)
    if asked.unread:
        found = found.filter(unread_count__gt=0)
    if asked.number:
        found = found.filter(channel_id=asked.number)
    if asked.member:
        found = found.filter(assignee_id=int(asked.member))
    summary = {"stage": asked.stage} if asked.stage else {}
    if asked.score:
        summary["score__range"] = BANDS[asked.score]
    if summary and asked.view in OF_PEOPLE:
        found = found.alias(summed=_of_summary("pk", **summary)).filter(summed__isnull=False)
    elif summary:
        conditions = {f"summary__{name}": value for name, value in summary.items()}
        found = found.filter(summary__organization=organization, **conditions)
    if asked.search:
        found = searching.matching(organization, found, asked.search)
    return found


def in_view(organization: Organization, member: Member, view: str) -> QuerySet[Conversation]:
    found = organization.conversations.all()
    conditions = {
        "waiting": WAITS_FOR_A_PERSON,
        "mine": Q(status="open", assignee=member),
        "unassigned": UNASSIGNED,
        "assistant": WITH_ASSISTANT,
        "snoozed": Q(status="snoozed"),
        "closed": Q(status="closed"),
    }
    return found.filter(conditions[view]) if view in conditions else found


def count(organization: Organization, member: Member) -> dict[str, str]:
    """How many conversations each view has, in one query, up to `MOST_COUNTED`."""
    views = [view for view in VIEWS if view != "all"]
    compiled = []
    for view in views:
        # In order, so that the index of the view is used whatever PostgreSQL expects.
        rows = _order(Asked(view=view)).sort(in_view(organization, member, view), "")
        compiled.append(rows.values("pk")[: MOST_COUNTED + 1].query.sql_with_params())
    counted = "(SELECT count(*) FROM ({}) AS counted)"
    counts = ", ".join(counted.format(sql) for sql, _params in compiled)
    parameters = [each for _sql, params in compiled for each in params]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", parameters)
        return dict(zip(views, map(in_words, cursor.fetchone()), strict=True))


def in_words(number: int) -> str:
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)


@dataclass(frozen=True)
class Key:
    """One column that the list is ordered by, and how its value stands in an address."""

    name: str
    kind: str  # time, number
    descending: bool = True
    expression: Any = None
    nullable: bool = False

    @property
    def ordered(self) -> Any:
        column = F(self.name)
        return column.desc() if self.descending else column.asc()

    def beyond(self, value: Any) -> Q:
        if value is None:
            return Q(pk__in=[])  # nothing follows the last ones but others of them
        further = Q(**{f"{self.name}__{'lt' if self.descending else 'gt'}": value})
        return further | Q(**{f"{self.name}__isnull": True}) if self.nullable else further

    def at(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def not_before(self, value: Any) -> Q:
        """What an index can begin with."""
        if value is None:
            return self.at(None)
        if self.nullable:
            return Q()
        return Q(**{f"{self.name}__{'lte' if self.descending else 'gte'}": value})


@dataclass(frozen=True)
class Order:
    """A sequence of keys that no two conversations share; the last one is the conversation's."""

    keys: Sequence[Key]

    def sort(self, found: QuerySet[Conversation], after: str) -> QuerySet[Conversation]:
        for key in self.keys:
            if key.expression is not None:
                found = found.annotate(**{key.name: key.expression})
        place = self._place(after)
        if place:
            found = found.filter(self._following(place))
        return found.order_by(*(key.ordered for key in self.keys))

    def place_in_words(self, place: Sequence[Any]) -> str:
        """Where the page after this place begins, for an address."""
        return "~".join(map(_as_text, place))

    def _following(self, place: Sequence[Any]) -> Q:
        condition = Q()
        for key, value in zip(reversed(self.keys), reversed(place), strict=True):
            same = key.at(value) & condition
            condition = (key.beyond(value) | same) if condition else key.beyond(value)
            condition = key.not_before(value) & condition
        return condition

    def _place(self, after: str) -> list[Any] | None:
        texts = after.split("~")
        if len(texts) != len(self.keys):
            return None
        try:
            return [_value(key, text) for key, text in zip(self.keys, texts, strict=True)]
        except ValueError:
            return None


def _of_summary(name: str, **conditions: Any) -> Subquery:
    """A value of the summary, looked up for each row: a join would read all summaries."""
    summaries = ConversationSummary.objects.filter(
        conversation=OuterRef("pk"), organization=OuterRef("organization"), **conditions
    )
    return Subquery(summaries.values(name)[:1])


LATEST = (Key("last_message_at", "time"), Key("pk", "number"))
ORDERS = {
    "latest": Order(LATEST),
    "urgent": Order((Key("calm", "number", descending=False, expression=CALM), *LATEST)),
    "waiting": Order(
        (
            Key("waiting_since", "time", descending=False, nullable=True),
            Key("pk", "number", descending=False),
        )
    ),
    "score": Order(
        (
            Key(
                "shown_score",
                "number",
                # Said so, because no score is below what the column itself can hold.
                expression=Coalesce(
                    F("summary__score"), Value(-1), output_field=SmallIntegerField()
                ),
            ),
            Key("summarized", "number", expression=F("summary__conversation_id")),
        )
    ),
    "score of few": Order(
        (
            Key(
                "shown_score",
                "number",
                expression=Coalesce(
                    _of_summary("score"), Value(-1), output_field=SmallIntegerField()
                ),
            ),
            Key("pk", "number"),
        )
    ),
}


def _order(asked: Asked) -> Order:
    # Emergencies stand on top of those who wait, unless somebody asks for another order.
    is_plain = asked.view == "waiting" and not asked.search
    if asked.sort == "score" and asked.view in OF_PEOPLE:
        return ORDERS["score of few"]
    return ORDERS["urgent" if asked.sort == "latest" and is_plain else asked.sort]


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _value(key: Key, text: str) -> Any:
    """Read a value of a place; raises `ValueError`."""
    if key.nullable and not text:
        return None
    if key.kind == "time":
        at = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign may come as a space
        if at.tzinfo is None:
            raise ValueError(text)
        return at
    if not re.fullmatch(r"-?\d{1,18}", text, re.ASCII):
        raise ValueError(text)
    return int(text)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
