"""Read a listing from its page: fetch, show what was found, save what a member confirms.

Nothing that a page says is on offer before a member has looked at it: not the first time, and not
when the page is read again.
"""

import logging
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from knowledge.fetching import NotFetched, Reason, SafeFetcher
from knowledge.importing import as_json
from knowledge.keeping import save_listing
from knowledge.models import Listing, Reading
from knowledge.pages import Fact, NotAListing, read_listing
from organizations import auditing
from organizations.models import Member, Organization
from organizations.queue import enqueue
from organizations.tenancy import tenant

logger = logging.getLogger(__name__)

SOURCE = "page"
MOST_AN_HOUR = 60
LEASE = timedelta(minutes=2)
NO_LISTING, NEEDS_LOGIN, FAILED = "not_listing", "login", "failed"
# What a page cannot tell of a listing that is stored.
NOT_FROM_PAGES = {"reference", "agent", "url", "status"}

PROBLEMS = {
    Reason.ADDRESS: _(
        "This address is not a page of the public web, so it is not opened: only http and https on "
        "their usual ports are, and no address inside a network."
    ),
    Reason.NOT_A_URL: _("This is not the address of a web page."),
    Reason.UNREACHABLE: _("The site does not answer. Is the address right?"),
    Reason.TIMEOUT: _("The site took longer than 20 seconds."),
    Reason.TOO_BIG: _("The page is larger than 3 MB."),
    Reason.KIND: _("This is no web page but a file, such as a picture or a PDF."),
    Reason.UNREADABLE: _("The site sends the page in a form that cannot be read."),
    Reason.REDIRECTS: _("The address leads on and on, and to no page."),
    Reason.LOGIN: _("The page is behind a login. Use the address that a customer would open."),
    Reason.MISSING: _("The site says that this page does not exist (any more)."),
    Reason.REFUSED: _("The site does not let programs read this page. Add the listing by hand."),
    Reason.BROKEN: _("The site has a fault of its own. Try again later."),
    NO_LISTING: _(
        "The page could be read, but no single home was found on it. Use the address of one "
        "listing, not of a list."
    ),
    FAILED: _("Reading the page failed on our side. Try again."),
}

auditing.register_words("listing.read_from_page", _("took a listing over from a page"))


class TooManyReadings(RuntimeError):
    """The organization has asked for `MOST_AN_HOUR` pages in the last hour."""


def start_reading(
    organization: Organization, url: str, member: Member | None, listing: Listing | None = None
) -> Reading:
    """Queue the reading of a page, inside `tenant()`. Raises `TooManyReadings`."""
    recent = organization.readings.filter(created_at__gt=now() - timedelta(hours=1))
    if recent.count() >= MOST_AN_HOUR:
        raise TooManyReadings
    with transaction.atomic():
        reading = organization.readings.create(url=url, member=member, listing=listing)
        _queue(reading)
    return reading


def read_again(reading: Reading) -> bool:
    """Queue a failed reading once more, or one whose worker died; inside `tenant()`."""
    stuck = Q(state=Reading.State.READING, started_at__lt=now() - LEASE)
    again = Q(state__in=(Reading.State.FAILED, Reading.State.QUEUED)) | stuck
    rows = reading.organization.readings.filter(again, pk=reading.pk)
    with transaction.atomic():
        if not rows.update(state=Reading.State.QUEUED, problem=""):
            return False
        _queue(reading)
    return True


def _queue(reading: Reading) -> None:
    enqueue("knowledge.tasks.read_page", reading.organization_id, reading.pk, cluster="bulk")


def read_page(organization_id: int, reading_id: int) -> None:
    """Fetch and read one page. Outside `tenant()`; of any number of runs one claims it."""
    with tenant(organization_id) as organization:
        waiting = Q(state=Reading.State.QUEUED) | Q(
            state=Reading.State.READING, started_at__lt=now() - LEASE
        )
        rows = organization.readings.filter(waiting, pk=reading_id)
        if not rows.update(state=Reading.State.READING, started_at=now()):
            return
        url = organization.readings.get(pk=reading_id).url
    outcome = _outcome(url)
    with tenant(organization_id) as organization:
        reading = organization.readings.select_for_update(of=("self",)).get(pk=reading_id)
        if reading.state != Reading.State.READING:
            return
        for name, value in outcome.items():
            setattr(reading, name, value)
        if reading.state == Reading.State.READY and reading.listing_id is None:
            reading.listing = _same_listing(reading)
        reading.save(update_fields=[*outcome, "listing"])


def _outcome(url: str) -> dict[str, Any]:
    """What the reading's row says afterwards."""
    try:
        page = SafeFetcher().fetch(url)
        facts = read_listing(page)
    except NotFetched as refusal:
        return {"state": Reading.State.FAILED, "problem": refusal.reason.value}
    except NotAListing as refusal:
        return {
            "state": Reading.State.FAILED,
            "problem": NEEDS_LOGIN if refusal.needs_login else NO_LISTING,
        }
    except Exception as error:
        # A page that breaks the reader is told to the member; the name of the error is for us.
        logger.error("A page could not be read: %s", type(error).__name__)
        return {"state": Reading.State.FAILED, "problem": FAILED}
    return {
        "state": Reading.State.READY,
        "found_at": page.url[:500],
        "fetched_at": page.fetched_at,
        "facts": {field: [_stored(fact) for fact in said] for field, said in facts.items()},
    }


def _stored(fact: Fact) -> dict[str, Any]:
    return {"value": as_json(fact.value), "from": fact.source, "snippet": fact.snippet}


def _same_listing(reading: Reading) -> Listing | None:
    """The stored listing that the page is about: of the same address, or the same reference."""
    listings = Listing.objects.filter(organization=reading.organization_id).order_by("pk")
    own = listings.filter(url__in=[reading.url, reading.found_at]).first()
    said = reading.facts.get("reference")
    if own or not said or said[0]["from"] == "url":
        return own
    same_site = Q(url="") | Q(url__icontains=urlsplit(reading.url).hostname or "")
    return listings.filter(same_site, reference__iexact=said[0]["value"]).first()


def differences(reading: Reading) -> list[dict[str, Any]]:
    """Where the page says something else than the stored listing, by field."""
    found = []
    for name, said in reading.facts.items():
        if name in NOT_FROM_PAGES:
            continue
        stored = getattr(reading.listing, name)
        value = _value(name, said[0]["value"])
        if stored != value:
            found.append({"field": name, "stored": stored, "value": value, "said": said})
    return found


def apply_differences(reading: Reading, taken: set[str], by: Member | None) -> list[str]:
    """Take the named differences over, and keep the rest; returns the fields that changed.

    The listing counts as known when the page was read. Inside `tenant()`; nothing happens twice.
    """
    with transaction.atomic():
        if not _claim(reading):
            return []
        listing = Listing.objects.select_for_update(of=("self",)).get(pk=reading.listing_id)
        reading.listing = listing
        changed = [row["field"] for row in differences(reading) if row["field"] in taken]
        for name in changed:
            setattr(listing, name, _value(name, reading.facts[name][0]["value"]))
        # The page confirms what it says as stored, too.
        left = {row["field"] for row in differences(reading)}
        confirmed = [name for name in reading.facts if name not in left | NOT_FROM_PAGES]
        _keep(reading, listing, confirmed, changed, by)
    return changed


def save_reading(reading: Reading, listing: Listing, by: Member | None) -> None:
    """Save the new listing that a member has confirmed, inside `tenant()`."""
    with transaction.atomic():
        if not _claim(reading):
            return
        listing.url = listing.url or reading.url
        same = [
            name
            for name, said in reading.facts.items()
            if name in _FIELDS and as_json(getattr(listing, name)) == said[0]["value"]
        ]
        _keep(reading, listing, same, list(reading.facts), by)
        reading.listing = listing
        reading.save(update_fields=["listing"])


def _claim(reading: Reading) -> bool:
    rows = reading.organization.readings.filter(pk=reading.pk, state=Reading.State.READY)
    return bool(rows.update(state=Reading.State.APPLIED))


def _keep(
    reading: Reading, listing: Listing, names: list[str], changed: list[str], by: Member | None
) -> None:
    origins = {
        name: {
            "from": SOURCE,
            "name": reading.found_at or reading.url,
            "source": reading.facts[name][0]["from"],
            "snippet": reading.facts[name][0]["snippet"],
            "at": reading.fetched_at.isoformat(),
        }
        for name in names
    }
    listing.source = SOURCE
    listing.fetched_at = reading.fetched_at
    save_listing(
        listing,
        by=by,
        changes=changed,
        as_of=reading.fetched_at,
        origins=origins,
        action="listing.read_from_page",
    )


def _value(name: str, stored: Any) -> Any:
    return Listing._meta.get_field(name).to_python(stored)


_FIELDS = {field.name for field in Listing._meta.concrete_fields}
