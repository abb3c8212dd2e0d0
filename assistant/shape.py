"""What an agency decided of its assistant's manner: name, tone, questions, hours, languages.

One document, kept whole in each version. Reading never fails: what is unknown or of another form
is left out, because old versions outlive the code that wrote them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from leads.models import Fact

# Kinds of customers, by what they want.
KINDS = {
    "buy": _("Buyers"),
    "rent": _("Tenants"),
    "sell": _("Sellers"),
    "let": _("Landlords"),
}
# What may be asked of each kind; the first ones have sentences of our own in every language.
HOME = ("area_m2_min", "parking", "furnished", "pets", "bathrooms", "must_haves")
ASKABLE = {
    "buy": ("locations", "budget_max", "bedrooms", "property_type", "timeline_days", "financing",
            *HOME, "email"),
    "rent": ("locations", "budget_max", "bedrooms", "property_type", "timeline_days", *HOME,
             "email"),
    "sell": ("address", "property_type", "timeline_days", "bedrooms", "email"),
    "let": ("address", "property_type", "timeline_days", "bedrooms", "furnished", "pets", "email"),
}  # fmt: skip
WITH_SENTENCES = {
    "buy": {
        "locations",
        "budget_max",
        "bedrooms",
        "property_type",
        "timeline_days",
        "financing",
    },
    "rent": {"locations", "budget_max", "bedrooms", "property_type", "timeline_days"},
    "sell": {"address", "property_type", "timeline_days"},
    "let": {"address", "property_type", "timeline_days"},
}
SITUATIONS = {
    "first_contact": _("The first message of a customer"),
    "nothing_fits": _("No home fits the wish"),
    "viewing": _("A viewing is being arranged"),
    "owner": _("An owner wants to sell or let"),
    "unknown": _("Nothing stored answers the question"),
    "returning": _("A customer comes back after a while"),
}
LANGUAGES = {
    "en": _("English"),
    "el": _("Greek"),
    "es": _("Spanish"),
    "de": _("German"),
    "fr": _("French"),
    "ar": _("Arabic"),
    "it": _("Italian"),
    "pt": _("Portuguese"),
    "nl": _("Dutch"),
    "ru": _("Russian"),
    "tr": _("Turkish"),
    "pl": _("Polish"),
    "ro": _("Romanian"),
}
WEEKDAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
    _("Sunday"),
)  # fmt: skip
LABELS = {
    "persona_name": _("Name"),
    "tone": _("Tone"),
    "instructions": _("Instructions"),
    "website": _("Website"),
    "public_email": _("E-mail for customers"),
    "wording_language": _("Language of your own words"),
}


@dataclass(frozen=True)
class Question:
    """Something to learn of a customer: a field of the lead, with the agency's own words or ours.

    A `required` one is asked a second time when the customer passed over it.
    """

    field: str
    required: bool = False
    text: str = ""

    @property
    def label(self) -> str:
        return str(Fact.Field(self.field).label)


USUAL_QUESTIONS = {
    "buy": (
        Question("locations", required=True),
        Question("budget_max", required=True),
        Question("bedrooms", required=True),
        Question("timeline_days", required=True),
        Question("financing", required=True),
    ),
    "rent": (
        Question("locations", required=True),
        Question("budget_max", required=True),
        Question("bedrooms", required=True),
        Question("timeline_days", required=True),
    ),
    "sell": (
        Question("address", required=True),
        Question("property_type", required=True),
        Question("timeline_days", required=True),
    ),
    "let": (
        Question("address", required=True),
        Question("property_type", required=True),
        Question("timeline_days", required=True),
    ),
}


@dataclass(frozen=True)
class Shape:
    """`hours` maps a weekday (0 is Monday) to its start and end as `HH:MM` wall times; an end that
    is not after its start means the next day. No hours at all: always. No languages: all."""

    persona_name: str = ""
    tone: str = ""
    instructions: str = ""
    website: str = ""
    public_email: str = ""
    wording_language: str = "en"
    situations: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, tuple[Question, ...]] = field(
        default_factory=lambda: dict(USUAL_QUESTIONS)
    )
    hours: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    languages: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            **{name: getattr(self, name) for name in LABELS},
            "situations": {k: v for k, v in self.situations.items() if v},
            "questions": {k: [asdict(q) for q in asked] for k, asked in self.questions.items()},
            "hours": {str(day): list(stretch) for day, stretch in self.hours.items()},
            "languages": list(self.languages),
        }

    def changed(self, **values: Any) -> "Shape":
        return replace(self, **values)

    def answers_at(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether the assistant answers at an aware moment."""
        if not self.hours:
            return True
        local = at.astimezone(zone)
        today = self.hours.get(local.weekday())
        if today and _is_within(local.time(), *map(time.fromisoformat, today)):
            return True
        before = self.hours.get((local - timedelta(days=1)).weekday())
        return bool(before) and _runs_into(local.time(), *map(time.fromisoformat, before))

    def allows(self, language: str) -> bool:
        return not self.languages or language in self.languages


def read(content: Any) -> Shape:
    """Return the shape of a stored document."""
    data = content if isinstance(content, dict) else {}
    usual = Shape()
    texts = {
        name: data[name] if isinstance(data.get(name), str) else getattr(usual, name)
        for name in LABELS
    }
    said = _mapping(data.get("situations"))
    languages = data.get("languages")
    return Shape(
        **texts,
        situations={key: said[key] for key in SITUATIONS if isinstance(said.get(key), str)},
        questions=_questions(data.get("questions")),
        hours=_hours(data.get("hours")),
        languages=tuple(code for code in languages if code in LANGUAGES)
        if isinstance(languages, list)
        else (),
    )


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _questions(value: Any) -> dict[str, tuple[Question, ...]]:
    given = _mapping(value)
    return {
        kind: _asked(kind, given[kind])
        if isinstance(given.get(kind), list)
        else USUAL_QUESTIONS[kind]
        for kind in KINDS
    }


def _asked(kind: str, rows: list[Any]) -> tuple[Question, ...]:
    found = {
        row["field"]: Question(row["field"], bool(row.get("required")), str(row.get("text") or ""))
        for row in rows
        if isinstance(row, dict) and row.get("field") in ASKABLE[kind]
    }
    return tuple(found.values())


def _hours(value: Any) -> dict[int, tuple[str, str]]:
    found = {}
    for day, stretch in _mapping(value).items():
        try:
            first, last = stretch
            time.fromisoformat(first), time.fromisoformat(last)
            number = int(day)
        except (TypeError, ValueError):
            continue
        if 0 <= number < len(WEEKDAYS):
            found[number] = (first, last)
    return dict(sorted(found.items()))


def _is_within(at: time, first: time, last: time) -> bool:
    return first <= at < last if first < last else at >= first


def _runs_into(at: time, first: time, last: time) -> bool:
    """Whether a stretch of the day before, which passes midnight, still lasts."""
    return last <= first and at < last
