"""Which listings fit a wish; which ones a message names stands in `naming.py`."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import BooleanField, Q, QuerySet
from rapidfuzz import fuzz

from knowledge.folding import fold, folded_words
from knowledge.models import Listing
from knowledge.naming import find_named
from knowledge.retrieval import question_words
from organizations.models import Organization

# Homes far outside the budget are no near miss; they are not even read.
BUDGET_STRETCH = Decimal("1.25")
MOST_MISSES = 2
LEAST_PLACE_LIKENESS = 85

__all__ = ["Match", "Wish", "find_listings", "find_named"]

# Words of customers that name several of our property types.
TYPES = {
    "apartment": {"apartment", "penthouse"},
    "flat": {"apartment", "penthouse"},
    "condo": {"apartment", "penthouse"},
    "loft": {"apartment", "studio", "penthouse"},
    "house": {"house", "villa", "maisonette"},
    "townhouse": {"house", "maisonette"},
    "duplex": {"maisonette"},
}

# Names of the lead's facts for our fields.
FEATURES = {"pets": "pets_allowed"}
FEATURE_FIELDS = {f.name for f in Listing._meta.fields if isinstance(f, BooleanField)}

# What a difference costs, against 1 for a plain miss, when the nearest homes are put in order.
UNKNOWN_COST = 0.3
UNKNOWN = "unknown:"


@dataclass(frozen=True)
class Wish:
    """What somebody looks for; empty means that it does not matter.

    `deal` is a `Listing.Deal` or empty. Budgets are whole sums in `currency` (empty: the
    listing's own) for the listing's price period. `features` maps a yes/no field of Listing (or
    `pets`) to what is wished. `text` only sorts listings that fit equally well.
    """

    deal: str = ""
    property_types: Sequence[str] = ()
    areas: Sequence[str] = ()
    bedrooms: int | None = None
    bathrooms: int | None = None
    budget_min: Decimal | None = None
    budget_max: Decimal | None = None
    features: dict[str, bool] = field(default_factory=dict)
    text: str = ""
    currency: str = ""
    area_m2_min: int | None = None


@dataclass(frozen=True)
class Match:
    """A listing on offer and the fields in which it differs from the wish.

    A miss is a field of Listing (`price`, `bedrooms`, `bathrooms`, `area_m2`, `property_type`,
    `area`, or a feature), as `unknown:` + field when nothing is stored, so that the assistant
    neither promises nor denies it. No misses: an exact match.
    """

    listing: Listing
    misses: list[str]


def find_listings(
    organization: Organization, wish: Wish, limit: int = 3, exclude: Collection[int] = ()
) -> list[Match]:
    """Return listings on offer that fit the wish, exact ones first, then the nearest misses.

    `exclude` holds ids of listings already shown. The deal is never missed: who wants to rent is
    not shown a sale. Homes that differ in more than two known things are left out.
    """
    listings = _candidates(organization, wish).exclude(pk__in=list(exclude))
    fits = [_fit(listing, wish) for listing in listings]
    near = [fit for fit in fits if _known_misses(fit.misses) <= MOST_MISSES]
    near.sort(key=lambda fit: (bool(fit.misses), fit.cost, fit.distance, fit.listing.pk))
    return [Match(fit.listing, fit.misses) for fit in near[:limit]]


@dataclass(frozen=True)
class _Fit:
    listing: Listing
    misses: list[str]
    cost: float
    distance: tuple[float, ...]


def _candidates(organization: Organization, wish: Wish) -> QuerySet[Listing]:
    listings = organization.listings.on_offer().select_related("agent__user")
    if wish.deal:
        listings = listings.filter(deal=wish.deal)
    if wish.budget_max is not None:
        listings = listings.filter(
            Q(price=None) | Q(price__lte=wish.budget_max * BUDGET_STRETCH) | _other_currency(wish)
        )
    return listings


def _other_currency(wish: Wish) -> Q:
    return ~Q(currency=wish.currency) if wish.currency else Q(pk=None)


def _fit(listing: Listing, wish: Wish) -> _Fit:
    differences = dict(_differences(listing, wish))
    surplus = max((listing.bedrooms or 0) - (wish.bedrooms or 0), 0) if wish.bedrooms else 0
    price = float("inf") if listing.price is None else float(listing.price)
    distance = (surplus, -_shared_words(listing, wish.text), price)
    return _Fit(listing, list(differences), sum(differences.values()), distance)


def _differences(listing: Listing, wish: Wish) -> Iterable[tuple[str, float]]:
    """Each field that differs, with what it costs."""
    if wish.property_types and listing.property_type not in _wished_types(wish):
        yield "property_type", 1.5
    if wish.areas and not _is_in(listing, wish.areas):
        yield "area", 1.0
    yield from _price_difference(listing, wish)
    yield from _number_difference("bedrooms", listing.bedrooms, wish.bedrooms)
    yield from _number_difference("bathrooms", listing.bathrooms, wish.bathrooms)
    yield from _number_difference("area_m2", listing.area_m2, wish.area_m2_min)
    for name, wanted in wish.features.items():
        yield from _feature_difference(listing, FEATURES.get(name, name), wanted)


def _wished_types(wish: Wish) -> set[str]:
    return set().union(*(TYPES.get(name, {name}) for name in wish.property_types))


def _is_in(listing: Listing, areas: Sequence[str]) -> bool:
    own = [fold(place) for place in (listing.area, listing.city) if place]
    return any(_is_one_of(fold(area), own) for area in areas)


def _is_one_of(wished: str, places: list[str]) -> bool:
    # "Old Town Limassol" names the district with its city.
    if wished and set(wished.split()) <= set(" ".join(places).split()) and len(wished.split()) > 1:
        return True
    return any(fuzz.ratio(wished, place) >= LEAST_PLACE_LIKENESS for place in places)


def _price_difference(listing: Listing, wish: Wish) -> Iterable[tuple[str, float]]:
    if wish.budget_min is None and wish.budget_max is None:
        return
    if listing.price is None or (wish.currency and listing.currency != wish.currency):
        yield UNKNOWN + "price", UNKNOWN_COST
    elif wish.budget_max is not None and listing.price > wish.budget_max:
        yield "price", 0.5 + 2 * float(listing.price / wish.budget_max - 1)
    elif wish.budget_min is not None and listing.price < wish.budget_min:
        yield "price", 0.5 + float(1 - listing.price / wish.budget_min)


def _number_difference(
    name: str, stored: int | None, wished: int | None
) -> Iterable[tuple[str, float]]:
    if wished is None:
        return
    if stored is None:
        yield UNKNOWN + name, UNKNOWN_COST
    elif stored < wished:
        yield name, 0.7 + (wished - stored) / max(wished, 1)


def _feature_difference(listing: Listing, name: str, wanted: bool) -> Iterable[tuple[str, float]]:
    stored = getattr(listing, name) if name in FEATURE_FIELDS else None
    if stored is None:
        yield UNKNOWN + name, UNKNOWN_COST
    elif stored is not wanted:
        yield name, 1.0


def _shared_words(listing: Listing, text: str) -> int:
    if not text:
        return 0
    own = set(folded_words(f"{listing.title} {listing.area} {listing.city} {listing.description}"))
    return len(own.intersection(question_words(text)))


def _known_misses(misses: Iterable[str]) -> int:
    return sum(not miss.startswith(UNKNOWN) for miss in misses)
