"""Leaves Claude alone for a while after it failed; one row, shared by all processes.

After the pause one process at a time may try again. Only its success closes the breaker, so that
an answer to a call made before the failure does not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.timezone import now

from assistant.models import ClaudeBreaker, Fallback

NAME = "claude"
PAUSE = timedelta(seconds=60)
LONGEST_RETRY_AFTER = timedelta(minutes=5)
# What only whoever pays for the account can mend: asked again now and then, as it costs nothing.
LONG_PAUSE = timedelta(minutes=30)
NEEDS_SOMEBODY = (Fallback.UNAUTHORIZED, Fallback.PAYMENT, Fallback.SPEND_LIMIT)
# How long the one that tries again may take before another one may.
PROBE = timedelta(seconds=45)


@dataclass(frozen=True)
class Permit:
    """The right to call Claude. A probe decides whether the breaker closes."""

    is_probe: bool = False


@dataclass(frozen=True)
class Rest:
    """Claude is left alone until a UTC time, because of a code of `Fallback`."""

    until: datetime
    reason: str

    @property
    def needs_somebody(self) -> bool:
        return self.reason in NEEDS_SOMEBODY

    @property
    def in_words(self) -> str:
        return str(Fallback(self.reason).label)


def enter() -> Permit | None:
    """Return the permit to call Claude now, or nothing while it is left alone."""
    row = ClaudeBreaker.objects.filter(pk=NAME).first()
    if row is None or not row.reason:
        return Permit()
    claimed = (
        ClaudeBreaker.objects.filter(pk=NAME, open_until__lte=Now())
        .exclude(reason="")
        .filter(Q(probe_until=None) | Q(probe_until__lte=Now()))
        .update(probe_until=Now() + PROBE)
    )
    return Permit(is_probe=True) if claimed else None


def open_for(reason: str, retry_after: float | None = None) -> None:
    """Leave Claude alone: for `retry_after` seconds, at most five minutes, or the usual time."""
    pause = LONG_PAUSE if reason in NEEDS_SOMEBODY else PAUSE
    if retry_after is not None and reason not in NEEDS_SOMEBODY:
        pause = min(timedelta(seconds=max(retry_after, 1)), LONGEST_RETRY_AFTER)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO assistant_claudebreaker AS b (name, reason, open_until, probe_until) "
            "VALUES (%(name)s, %(reason)s, clock_timestamp() + %(pause)s, NULL) "
            "ON CONFLICT (name) DO UPDATE SET probe_until = NULL, "
            # Several calls fail at once: the longest pause stands, with its reason.
            "reason = CASE WHEN b.reason <> '' AND b.open_until > EXCLUDED.open_until "
            "THEN b.reason ELSE EXCLUDED.reason END, "
            "open_until = GREATEST(b.open_until, EXCLUDED.open_until)",
            {"name": NAME, "reason": reason, "pause": pause},
        )


def close() -> None:
    """Claude answered again."""
    ClaudeBreaker.objects.filter(pk=NAME).update(reason="", open_until=None, probe_until=None)


def resting() -> Rest | None:
    """Return why and until when Claude is left alone, or nothing."""
    row = ClaudeBreaker.objects.filter(pk=NAME).exclude(reason="").first()
    return Rest(row.open_until or now(), row.reason) if row else None
