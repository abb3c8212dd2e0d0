"""Tools that read what the agency knows. Every row they return is cited."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from assistant.tools.calling import cite, tool
from knowledge import listings, retrieval
from knowledge.models import Listing, Note

if TYPE_CHECKING:
    from assistant.turn import Turn

LISTING_FACTS = (
    "reference", "title", "deal", "property_type", "status", "price", "currency", "price_period",
    "bedrooms", "bathrooms", "area_m2", "plot_m2", "floor", "year_built", "address", "area",
    "city", "furnished", "pets_allowed", "parking", "laundry", "elevator", "pool", "balcony",
    "sea_view", "heating", "energy_class", "deposit_months", "common_expenses", "available_from",
    "url", "description",
)  # fmt: skip

# Facts that nobody has confirmed for longer are said with their date.
DATED_AFTER = timedelta(days=60)


@dataclass(frozen=True)
class Answer:
    """A passage of a note or a listing, told by `kind`. `score` runs from 0 to 1."""

    text: str
    title: str
    score: float
    kind: str


@tool
def search_knowledge(turn: "Turn", query: str) -> list[Answer]:
    """Look up the agency's notes and listings for a customer's question, best first."""
    answers = []
    for finding in retrieval.search_knowledge(turn.organization, query, limit=8):
        source = finding.note or finding.listing
        if isinstance(source, Listing) and source.status != Listing.Status.AVAILABLE:
            continue
        answers.append(_answer(finding, source))
        cite(turn, source)
    return answers


def _answer(finding: retrieval.Finding, source: Note | Listing) -> Answer:
    # A passage begins with its title in a line of its own, which only the search needs.
    text = finding.text.removeprefix(str(source)).strip()
    return Answer(text, str(source), finding.score, source._meta.model_name)


@tool
def find_listings(
    turn: "Turn", wish: listings.Wish, limit: int = 3, exclude: tuple[int, ...] = ()
) -> list[listings.Match]:
    """Return listings on offer that fit a wish, best first; near misses say what does not fit."""
    matches = listings.find_listings(turn.organization, wish, limit=limit, exclude=exclude)
    for match in matches:
        cite(turn, match.listing)
        turn.evidence.append(str(listing_facts(match.listing, turn.now)))
    return matches


@tool
def describe_listing(turn: "Turn", listing_id: int) -> dict[str, Any] | None:
    """Return the stored facts of one listing of this agency; a missing fact is unknown.

    With `as_of` the facts are old: say price and availability with that date.
    """
    listing = turn.organization.listings.filter(pk=listing_id).first()
    if listing is None:
        return None
    cite(turn, listing)
    return listing_facts(listing, turn.now)


def listing_facts(listing: Listing, now: datetime) -> dict[str, Any]:
    """What is stored, and the day it was last known to be right if that is long ago."""
    facts = {name: getattr(listing, name) for name in LISTING_FACTS}
    if is_dated(listing, now):
        facts["as_of"] = listing.as_of.date()
    return {name: value for name, value in facts.items() if value not in (None, "")}


def is_dated(listing: Listing, now: datetime) -> bool:
    return listing.as_of < now - DATED_AFTER
