"""How good the assistant is, over time: measurements of the installation, and the agency's own."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncWeek
from django.utils.timezone import now

from assistant import prompts
from assistant.evaluation import Evaluation as Measured
from assistant.models import Evaluation, Run
from organizations.models import Organization

WEEKS = 12
# The chart, in its own units.
WIDTH, HEIGHT, MARGIN = 600, 160, 12


@dataclass(frozen=True)
class Point:
    """One measurement on the chart."""

    x: float
    y: float
    at: datetime
    value: float


def store(measured: Measured, label: str, content: bytes, backend: str = "builtin") -> Evaluation:
    """Keep what was measured over a file, with the version of the code that was measured."""
    total = measured.total
    return Evaluation.objects.create(
        label=label[:80],
        fingerprint=hashlib.sha256(content).hexdigest()[:12],
        backend=backend,
        version=prompts.version(),
        conversations=measured.conversations,
        turns=measured.turns,
        precision=total.precision,
        recall=total.recall,
        f1=total.f1,
        fields={
            name: [score.right, score.wrong, score.missed]
            for name, score in sorted(measured.fields.items())
        },
        seconds=measured.seconds,
        tokens=measured.tokens,
        cost_usd=measured.cost_usd,
    )


def shown(organization: Organization) -> dict[str, Any]:
    """What the page shows. Runs inside `tenant()`."""
    found = list(Evaluation.objects.order_by("-at")[:60])
    latest = found[0] if found else None
    # Only measurements over the same file can be put on one line.
    same = [
        row
        for row in found
        if latest and (row.fingerprint, row.backend) == (latest.fingerprint, latest.backend)
    ]
    return {
        "evaluations": found[:20],
        "latest": latest,
        "fields": fields_of(latest) if latest else [],
        "points": points([(row.at, row.f1) for row in reversed(same)]),
        "width": WIDTH,
        "height": HEIGHT,
        "weeks": _weeks(organization),
        "rehearsals": organization.rehearsals.filter(state="done").order_by("-started_at")[:10],
    }


def points(values: Sequence[tuple[datetime, float]]) -> list[Point]:
    """Place values of 0 to 1 on the chart, in order of time and evenly apart."""
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    return [
        Point(
            round(MARGIN + place * step if len(values) > 1 else WIDTH / 2, 1),
            round(MARGIN + (HEIGHT - 2 * MARGIN) * (1 - value), 1),
            at,
            value,
        )
        for place, (at, value) in enumerate(values)
    ]


def fields_of(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Each field with its F1, the weakest first."""
    rows = []
    for name, (right, wrong, missed) in evaluation.fields.items():
        doubled = 2 * right + wrong + missed
        f1 = 2 * right / doubled if doubled else 1.0
        rows.append(
            {
                "name": name.replace("_", " "),
                "f1": f1,
                "right": right,
                "wrong": wrong,
                "missed": missed,
                "percent": round(100 * f1),
            }
        )
    return sorted(rows, key=lambda row: (row["f1"], row["name"]))


def _weeks(organization: Organization) -> list[dict[str, Any]]:
    """What happened with real customers, week by week, the latest first."""
    since = now() - timedelta(weeks=WEEKS)
    counted = (
        organization.runs.filter(started_at__gte=since)
        .annotate(week=TruncWeek("started_at", tzinfo=organization.zone))
        .values("week")
        .annotate(
            turns=Count("pk"),
            replied=Count("pk", filter=Q(outcome=Run.Outcome.REPLIED)),
            handed_over=Count("pk", filter=Q(outcome=Run.Outcome.HANDED_OVER)),
            liked=Count("pk", filter=Q(feedback=1)),
            disliked=Count("pk", filter=Q(feedback=-1)),
        )
        .order_by("-week")
    )
    return [row | {"percent": round(100 * row["replied"] / row["turns"])} for row in counted]
