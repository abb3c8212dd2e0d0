"""How notes and listings are cut into the passages that are searched."""

import re
from collections.abc import Iterable
from decimal import Decimal

from django.utils.formats import number_format

from knowledge.models import Listing, Note

WORDS_PER_PASSAGE = 60

_SENTENCE_END = re.compile(r"(?<=[.!?;;。؟])\s+|\n+")

_FEATURES = (
    ("furnished", "furnished", "unfurnished"),
    ("pets_allowed", "pets allowed", "pets not allowed"),
    ("parking", "parking", "no parking"),
    ("laundry", "laundry", "no laundry"),
    ("elevator", "elevator", "no elevator"),
    ("pool", "pool", "no pool"),
    ("balcony", "balcony", "no balcony"),
    ("sea_view", "sea view", "no sea view"),
    ("heating", "heating", "no heating"),
)


def note_passages(note: Note) -> list[str]:
    """The note in pieces of whole sentences, each about 60 words or fewer under the title."""
    return [f"{note.title}\n{piece}" for piece in _pieces(note.body)] or [note.title]


def listing_passages(listing: Listing) -> list[str]:
    """First the listing's facts as a sentence, then its description in pieces, under the title."""
    pieces = (listing_facts(listing), *_pieces(listing.description))
    return [f"{listing.title}\n{piece}" for piece in pieces]


def listing_facts(listing: Listing) -> str:
    """What is stored about a listing, in English; a gap in the data is a gap in the text."""
    kind = listing.property_type.replace("_", " ")
    place = ", ".join(part for part in (listing.address, listing.area, listing.city) if part)
    home = f"{kind} {'for sale' if listing.deal == Listing.Deal.SALE else 'to rent'}: {place}"
    facts = ", ".join((*_figures(listing), *_known_features(listing)))
    return f"{home[0].upper()}{home[1:]}. {facts[0].upper()}{facts[1:]}."


def _figures(listing: Listing) -> Iterable[str]:
    yield f"reference {listing.reference}"
    if listing.price is not None:
        period = " per month" if listing.price_period == Listing.PricePeriod.MONTH else ""
        yield f"price {_plain(listing.price)} {listing.currency}{period}"
    for number, word in ((listing.bedrooms, "bedroom"), (listing.bathrooms, "bathroom")):
        if number is not None:
            yield f"{number} {word}{'' if number == 1 else 's'}"
    for value, words in (
        (listing.area_m2, "{} m²"),
        (listing.plot_m2, "plot of {} m²"),
        (listing.floor, "floor {}"),
        (listing.year_built, "built in {}"),
        (listing.deposit_months, "deposit in months of rent: {}"),
    ):
        if value is not None:
            yield words.format(_plain(value))
    if listing.common_expenses is not None:
        yield f"common expenses {_plain(listing.common_expenses)} {listing.currency} per month"
    if listing.energy_class:
        yield f"energy class {listing.energy_class}"
    if listing.available_from:
        yield f"available from {listing.available_from.isoformat()}"


def _known_features(listing: Listing) -> Iterable[str]:
    for field, present, absent in _FEATURES:
        value = getattr(listing, field)
        if value is not None:
            yield present if value else absent


def _plain(value: Decimal | int) -> str:
    whole = value == int(value)
    return number_format(int(value) if whole else value, use_l10n=False)


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    held: list[str] = []
    for sentence in filter(None, map(str.strip, _SENTENCE_END.split(text))):
        if held and _length(held) + len(sentence.split()) > WORDS_PER_PASSAGE:
            pieces.append(" ".join(held))
            held = []
        held += _short_enough(sentence, pieces)
    return [*pieces, " ".join(held)] if held else pieces


def _short_enough(sentence: str, pieces: list[str]) -> list[str]:
    """A sentence longer than a passage is cut at words; what is left over is held."""
    words = sentence.split()
    while len(words) > WORDS_PER_PASSAGE:
        pieces.append(" ".join(words[:WORDS_PER_PASSAGE]))
        words = words[WORDS_PER_PASSAGE:]
    return [" ".join(words)]


def _length(sentences: list[str]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)
