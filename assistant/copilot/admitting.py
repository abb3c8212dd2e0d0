"""How often a member may ask the copilot: one thing at a time, and not without end.

A member's clicks spend the agency's money, and two clicks at once would pay twice for the same. The
counts stand in the cache for rate limits, under the member's key, and hold nothing else.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache
from django.utils.timezone import now
from django.utils.translation import gettext as _

from organizations.models import Member

A_MINUTE, A_DAY = 10, 200
MINUTE, DAY = 60, 86_400  # seconds
# Longer than any request lasts: what a killed process left ends by itself.
LONGEST = 60


class NotNow(Exception):
    """The member has to wait; the message says for what."""


@contextmanager
def admitted(member: Member) -> Iterator[None]:
    """Let one request of the member through. Raises `NotNow`. Outside transactions."""
    busy = f"copilot-busy:{member.pk}"
    if not cache.add(busy, 1, LONGEST):
        raise NotNow(_("Your last request is still being worked on. Nothing was asked twice."))
    try:
        _count(member)
        yield
    finally:
        cache.delete(busy)


def _count(member: Member) -> None:
    if _counted(f"copilot-minute:{member.pk}", MINUTE) > A_MINUTE:
        raise NotNow(_("That was a lot in one minute. Wait a moment, then try again."))
    today = f"copilot-day:{member.pk}:{now():%Y-%m-%d}"
    if _counted(today, DAY) > A_DAY:
        said = _("You have asked the copilot %(count)s times today, which is the most in a day.")
        raise NotNow(said % {"count": A_DAY})


def _counted(key: str, seconds: int) -> int:
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key)
    except ValueError:
        return 1  # the period ended in between
