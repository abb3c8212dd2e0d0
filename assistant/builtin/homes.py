"""Flows about listings: answer what is asked of one, and suggest those that fit a wish."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from assistant import tools
from assistant.builtin import wording
from assistant.builtin.commands import Command
from assistant.builtin.draft import Draft
from assistant.builtin.knowing import answer_from_description, answer_or_ask_colleague
from assistant.builtin.speaking import catalogue
from assistant.tools.knowledge import is_dated
from knowledge.folding import fold
from knowledge.listings import Match, Wish
from knowledge.models import Listing
from leads.language.text import words_pattern

if TYPE_CHECKING:
    from assistant.turn import Turn

WISH_FIELDS = {
    "intent",
    "property_type",
    "locations",
    "bedrooms",
    "bathrooms",
    "budget_min",
    "budget_max",
    "furnished",
    "pets",
    "parking",
    "laundry",
}
FEATURE_WORDS = {
    "pool": r"(?:swimming )?pools?",
    "balcony": r"balcon(?:y|ies)|terrace|veranda",
    "sea_view": r"sea[ -]?views?|view of the sea",
    "elevator": r"elevator|lift",
    "parking": r"parking|garage",
    "furnished": r"furnished",
    "pets_allowed": r"pets?|dogs?|cats?",
}
# "Skoufa 28", "14 Banana Street": a street with a number, but no date.
HOME_NAME = re.compile(
    r"\b(?!(?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Is|At|The|About|By|On)\b)"
    r"[A-Z][\w']{2,}(?: [A-Z][\w']+)? \d{1,3}\b(?! ?(?:bed|k\b|m2|€|:))|"
    r"\b\d{1,3} [A-Z][\w']+ (?:Street|St|Road|Rd|Avenue|Ave)\b"
)
# What agencies settle for all homes alike; anything else is a fact of the one asked about.
SETTLED_BY_NOTES = {"deposit", "contract", "negotiable", "phone", "photos", "link"}
TURNS_BETWEEN_OFFERS = 4
MOST_SHOWN, MOST_COMPARED, MOST_AREAS = 3, 30, 6
# Without one of these the whole stock would match, and a question helps more than a list.
NARROWING_FIELDS = {"locations", "budget_max", "bedrooms"}
# Homes "fit" only a wish of which these are known.
FITTING_FIELDS = {"locations", "budget_max", "bedrooms"}
# What customers ask for, by the column that answers it.
ATTRIBUTE_COLUMNS = {"bills": "common_expenses", "view": "sea_view", "photos": "link"}
# A wish that says less than this would match half the stock.
ENOUGH_TO_MATCH = 2
# What changes with time; said with its date when it is long ago that it was known to be right.
CHANGING = {"overview", "details", "availability", "price", "common_expenses", "available_from"}
FEATURE_COLUMNS = {
    "pets": "pets_allowed",
    "parking": "parking",
    "furnished": "furnished",
    "laundry": "laundry",
}


def carry_out(draft: Draft, commands: list[Command]) -> None:
    asked = [c for c in commands if c.kind in ("ask_listing", "choose_listing")]
    for command in asked:
        _answer(draft, command)
    compared = next((c for c in commands if c.kind == "compare_listings"), None)
    if compared and not (asked or draft.question or draft.handed_over):
        _compare(draft, str(compared.value))
        return
    wants_list = any(c.kind in ("find_listings", "more_listings") for c in commands)
    more = any(c.kind == "more_listings" for c in commands)
    if wants_list:
        draft.features = features_named(draft.text_said)
    if asked or draft.question or draft.handed_over:
        return
    if wants_list or _wish_has_changed(draft):
        suggest(draft, more=more, is_asked=wants_list)


def suggest(draft: Draft, more: bool = False, is_asked: bool = False) -> None:
    """Show up to three listings that fit the wish, or say that none does."""
    turn, state = draft.turn, draft.state
    if draft.known.get("intent") in ("sell", "let") or not draft.known.keys() & NARROWING_FIELDS:
        return
    seen = tuple(state.get("seen", ())) if more else ()
    wish = wish_of(draft.known, draft.features)
    wish = replace(wish, areas=_narrowest(turn, wish.areas))
    matches = tools.find_listings(turn, wish=wish, exclude=seen)
    exact = [match for match in matches if not match.misses]
    if not matches:
        if more:
            draft.add("no_more")
        elif is_asked or len(draft.known.keys() & WISH_FIELDS) > ENOUGH_TO_MATCH:
            draft.add("no_matches")
        return
    shown = exact or matches
    if _were_shown(state, shown) and not draft.features:
        state["matched"] = _wish_key(draft.known)
        if is_asked:
            draft.add("no_more")
        ask_to_view(draft)
        return
    _show(draft, _introduction(draft.known, is_exact=bool(exact), count=len(shown)), shown)
    if is_complete_enough(draft.known):
        ask_to_view(draft)


def _show(draft: Draft, intro: str, shown: Sequence[Match]) -> None:
    """List homes under the sentence `intro`, and remember them in their order."""
    turn, state = draft.turn, draft.state
    lines = [_match_line(turn, position, match) for position, match in enumerate(shown, 1)]
    draft.add_text("\n".join([wording.say(state, intro), *lines]))
    state["shown"] = [match.listing.pk for match in shown]
    draft.has_suggested = True
    state["seen"] = sorted({*state.get("seen", ()), *state["shown"]})
    state["focus"] = None
    state["matched"] = _wish_key(draft.known)


def _compare(draft: Draft, how: str) -> None:
    """Show homes that differ from those shown last as was asked: cheaper, bigger, elsewhere.

    The rest of the wish stays, and the area too unless another one is asked for. Distances are not
    stored, so "closer" is answered with the areas there are.
    """
    last = _shown_last(draft)
    if how == "closer" or not last:
        _name_areas(draft)
        return
    matches = tools.find_listings(
        draft.turn,
        wish=_compared_wish(draft, how, last),
        limit=MOST_COMPARED,
        exclude=tuple(row.pk for row in last),
    )
    fits = [match for match in matches if _differs(match.listing, how, last)]
    if not fits:
        draft.add(f"{how}_none")
        return
    shown = ([match for match in fits if "area" not in match.misses] or fits)[:MOST_SHOWN]
    _show(draft, f"{how}_one" if len(shown) == 1 else f"{how}_many", shown)
    ask_to_view(draft)


def _shown_last(draft: Draft) -> list[Listing]:
    ids = draft.state.get("shown") or [draft.state.get("focus")]
    return list(draft.turn.organization.listings.filter(pk__in=[pk for pk in ids if pk]))


def _compared_wish(draft: Draft, how: str, last: Sequence[Listing]) -> Wish:
    wish = wish_of(draft.known, draft.features)
    areas = _narrowest(draft.turn, wish.areas) or sorted({row.area for row in last if row.area})
    wish = replace(wish, areas=areas, deal=wish.deal or last[0].deal)
    if how == "cheaper":
        prices = [row.price for row in last if row.price is not None]
        return replace(wish, budget_min=None, budget_max=min(prices, default=None))
    if how == "elsewhere":
        return replace(wish, areas=())
    return replace(wish, bedrooms=None, area_m2_min=None)


def _differs(listing: Listing, how: str, last: Sequence[Listing]) -> bool:
    """Whether the home is, by its stored facts, what was asked for against all shown before."""
    if how == "cheaper":
        prices = [row.price for row in last if row.price is not None]
        return listing.price is not None and bool(prices) and listing.price < min(prices)
    if how == "elsewhere":
        return bool(listing.area) and listing.area not in {row.area for row in last}
    for field in ("area_m2", "bedrooms"):
        own, others = getattr(listing, field), [getattr(row, field) for row in last]
        if own is not None and all(other is not None for other in others):
            return own > max(others) if how == "bigger" else own < min(others)
    return False


def _name_areas(draft: Draft) -> None:
    """Say honestly that distances are unknown, and ask which of our areas it shall be."""
    deal = wish_of(draft.known).deal
    rows = draft.turn.organization.listings.on_offer()
    rows = rows.filter(deal=deal) if deal else rows
    counted = rows.exclude(area="").values_list("area").annotate(count=Count("pk"))
    areas = [area for area, _ in counted.order_by("-count", "area")[:MOST_AREAS]]
    draft.turn.evidence += areas
    if len(areas) == 1:
        draft.add("distances_unknown_one", areas=areas[0])
        tools.ask_colleague(draft.turn, question=draft.text_said)
    elif areas:
        draft.ask("distances_unknown", "locations", areas=wording.listed(areas))
    else:
        draft.ask_colleague(draft.text_said)


def _introduction(known: dict[str, Any], *, is_exact: bool, count: int) -> str:
    """What may be said of the homes: that they fit, only where all that matters is known."""
    if not is_exact:
        return "matches_near_one" if count == 1 else "matches_near"
    fits = known.keys() >= FITTING_FIELDS
    return ("matches" if fits else "matches_first") + ("_one" if count == 1 else "_many")


def ask_to_view(draft: Draft) -> None:
    """Ask whether a viewing is wanted, but not in every message and not when one is booked."""
    state, turn = draft.state, draft.turn
    if was_viewing_offered_lately(draft) or turn.conversation.appointments.upcoming().exists():
        return
    if state.get("focus") or len(state.get("shown") or ()) == 1:
        draft.ask("want_viewing", "want_viewing")
    elif state.get("shown"):
        draft.ask("which_to_see", "which_listing_to_see")
    if draft.asked in ("want_viewing", "which_listing_to_see"):
        state["viewing_offered_at"] = turn.dialogue.turn_count


def was_viewing_offered_lately(draft: Draft) -> bool:
    offered = draft.state.get("viewing_offered_at")
    return offered is not None and draft.turn.dialogue.turn_count - offered < TURNS_BETWEEN_OFFERS


def features_named(text: str) -> tuple[str, ...]:
    """The features of a home that a search names: "anything with a pool?"."""
    named = (column for column, words in FEATURE_WORDS.items() if words_pattern(words).search(text))
    return tuple(named)


def _narrowest(turn: "Turn", areas: Sequence[str]) -> list[str]:
    """ "Kolonaki or Koukaki, Athens" means the two, not all of Athens."""
    rows = turn.organization.listings.filter(area__in=areas).values_list("area", "city")
    named_more_closely = {city for area, city in rows if area != city}
    return [area for area in areas if area not in named_more_closely]


def _were_shown(state: dict[str, Any], matches: list[Match]) -> bool:
    return [match.listing.pk for match in matches] == (state.get("shown") or [])


def wish_of(known: dict[str, Any], features: Sequence[str] = ()) -> Wish:
    """Turn the lead's facts into what the stock is searched for."""
    property_type = known.get("property_type")
    return Wish(
        deal={"buy": "sale", "rent": "rent"}.get(known.get("intent", "")),
        property_types=(property_type,) if property_type else (),
        areas=tuple(known.get("locations") or ()),
        bedrooms=known.get("bedrooms"),
        bathrooms=known.get("bathrooms"),
        budget_min=known.get("budget_min"),
        budget_max=known.get("budget_max"),
        features={
            column: True for field, column in FEATURE_COLUMNS.items() if known.get(field) is True
        }
        | dict.fromkeys([*features, *_required(known.get("must_haves") or ())], True),
    )


def _required(must_haves: Sequence[str]) -> list[str]:
    said = {str(item).replace(" ", "_") for item in must_haves}
    return [column for column in FEATURE_WORDS if column in said]


def focus(draft: Draft) -> Listing | None:
    """Return the listing that the conversation is about, if it is about one."""
    listing_id = draft.state.get("focus")
    return draft.turn.organization.listings.filter(pk=listing_id).first() if listing_id else None


def set_focus(draft: Draft, listing: Listing) -> None:
    draft.state["focus"] = listing.pk


def _answer(draft: Draft, command: Command) -> None:
    value = command.value if isinstance(command.value, dict) else {"listing": command.value}
    listing = _listing_meant(draft, value.get("listing"))
    unknown = unknown_home(draft) if value.get("listing") is None else ""
    if unknown:
        draft.add_text(wording.say(draft.state, "no_such_home", name=unknown))
        return
    if listing is None:
        if value.get("attribute") in SETTLED_BY_NOTES:
            answer_or_ask_colleague(draft, draft.text_said)
        else:
            draft.ask("which_listing", "which_listing")
        return
    set_focus(draft, listing)
    facts = tools.describe_listing(draft.turn, listing_id=listing.pk)
    if listing.status != Listing.Status.AVAILABLE:
        draft.add("not_available", title=listing.title, status=catalogue.STATUSES[listing.status])
        suggest(draft)
        return
    attribute = value.get("attribute") or "overview"
    answer_attribute(draft, listing, facts, attribute)
    if attribute in CHANGING and "as_of" in facts:
        draft.add("as_of", day=wording.date_in_full(facts["as_of"]))
    ask_to_view(draft)


def unknown_home(draft: Draft) -> str:
    """The name of a home that the customer names and that is none of ours, or nothing."""
    match = HOME_NAME.search(draft.text_said)
    if match is None:
        return ""
    name = match.group().strip()
    rows = draft.turn.organization.listings.values_list("title", "address", "reference")
    ours = any(fold(name) in fold(text) for row in rows for text in row)
    return "" if ours else name


def _listing_meant(draft: Draft, listing_id: Any) -> Listing | None:
    if listing_id is None:
        shown = draft.state.get("shown") or []
        listing_id = draft.state.get("focus") or (shown[0] if len(shown) == 1 else None)
    if listing_id is None:
        return None
    return draft.turn.organization.listings.filter(pk=listing_id).first()


def answer_attribute(draft: Draft, listing: Listing, facts: dict[str, Any], attribute: str) -> None:
    """Say one stored fact of a listing; what is not stored goes to a colleague."""
    title, attribute = listing.title, ATTRIBUTE_COLUMNS.get(attribute, attribute)
    if attribute in ("overview", "description", "details"):
        draft.add_text(_overview(draft, listing))
        if attribute != "overview" and listing.description:
            draft.quote(listing.description)
        return
    if attribute == "availability":
        draft.add("available", title=title, reference=listing.reference)
        return
    if attribute == "price" and listing.price is not None:
        key = "fact_rent" if listing.price_period == "month" else "fact_price"
        draft.add(key, title=title, value=price_of(listing))
        return
    if attribute in ("pets", "furnished"):
        stored = listing.pets_allowed if attribute == "pets" else listing.furnished
        if stored is not None:
            suffix = (
                "_sale"
                if attribute == "furnished" and listing.deal == "sale" and not stored
                else ""
            )
            draft.add(f"{'yes' if stored else 'no'}_{attribute}{suffix}", title=title)
            return
    if attribute in catalogue.FEATURES and getattr(listing, attribute) is not None:
        said, bare = catalogue.FEATURES[attribute]
        if getattr(listing, attribute):
            draft.add("yes_feature", title=title, feature=said)
        else:
            draft.add("no_feature", title=title, feature_plain=bare)
        return
    value = _plain_value(draft, listing, attribute)
    if value is None:
        if attribute in SETTLED_BY_NOTES:
            answer_or_ask_colleague(draft, draft.text_said, about=title)
        elif not answer_from_description(draft, draft.text_said):
            draft.ask_colleague(f"{title}: {draft.text_said}")
    elif attribute == "floor" and listing.floor == 0:
        draft.add("fact_ground_floor", title=title)
    else:
        key = {"link": "fact_link", "deposit": "fact_deposit"}.get(attribute, f"fact_{attribute}")
        draft.add(key, title=title, value=value)


def _plain_value(draft: Draft, listing: Listing, attribute: str) -> str | None:
    zone = draft.turn.organization.zone
    if attribute in ("bedrooms", "bathrooms"):
        value = getattr(listing, attribute)
        return None if value is None else catalogue.rooms(attribute, value)
    if attribute in ("area_m2", "plot_m2"):
        value = getattr(listing, attribute)
        return None if value is None else wording.number(value)
    if attribute == "common_expenses" and listing.common_expenses is not None:
        return wording.money(listing.common_expenses, listing.currency, "month")
    if attribute == "deposit" and listing.deposit_months is not None:
        months = listing.deposit_months.normalize()
        return catalogue.months_of_rent(int(months)) if months == int(months) else None
    if attribute == "available_from" and listing.available_from:
        return wording.day(listing.available_from, zone)
    if attribute == "link":
        return listing.url or None
    if attribute in ("address", "energy_class", "year_built", "floor"):
        value = getattr(listing, attribute)
        return None if value in (None, "") else str(value)
    return None


def _overview(draft: Draft, listing: Listing) -> str:
    key = "listing_intro" if listing.price is not None else "listing_intro_no_price"
    fields = {"title": listing.title, "summary": summary_of(listing), "price": price_of(listing)}
    return wording.say(draft.state, key, **fields)


def summary_of(listing: Listing) -> str:
    """`2-bedroom apartment of 92 m² in Kolonaki`"""
    kind = catalogue.PROPERTY_TYPES[listing.property_type]
    size = listing.area_m2 or listing.plot_m2
    shown = wording.number(size) if size else ""
    return catalogue.summary(kind, listing.bedrooms, shown, listing.area)


def price_of(listing: Listing) -> str:
    if listing.price is None:
        return ""
    return wording.money(Decimal(listing.price), listing.currency, listing.price_period)


def _match_line(turn: "Turn", position: int, match: Match) -> str:
    misses = wording.listed([_miss_in_words(miss) for miss in match.misses])
    turn.evidence.append(str(position))
    return wording.say(
        turn.state,
        "match_line",
        position=position,
        title=match.listing.title,
        reference=match.listing.reference,
        summary=summary_of(match.listing),
        price=price_of(match.listing),
        misses=(f" ({misses})" if misses else "") + _as_of(turn, match.listing),
    )


def _as_of(turn: "Turn", listing: Listing) -> str:
    if not is_dated(listing, turn.now):
        return ""
    return f" {catalogue.AS_OF.format(day=wording.date_in_full(listing.as_of.date()))}"


def _miss_in_words(miss: str) -> str:
    field = miss.removeprefix("unknown:")
    if field != miss:
        return catalogue.UNKNOWN.format(
            field=catalogue.FIELD_WORDS.get(field, field.replace("_", " "))
        )
    return catalogue.MISSES.get(field) or catalogue.WITHOUT.format(
        field=catalogue.FIELD_WORDS.get(field, field)
    )


def _wish_has_changed(draft: Draft) -> bool:
    """Whether this message told something that leads to other listings."""
    if not set(draft.new_facts) & WISH_FIELDS or draft.state.get("focus"):
        return False
    enough = len(draft.known.keys() & (WISH_FIELDS - {"budget_min"})) > ENOUGH_TO_MATCH
    return enough and draft.state.get("matched") != _wish_key(draft.known)


def _wish_key(known: dict[str, Any]) -> str:
    return repr(sorted((field, str(known[field])) for field in known.keys() & WISH_FIELDS))


def is_complete_enough(known: dict[str, Any]) -> bool:
    return "intent" in known and "budget_max" in known and "locations" in known
