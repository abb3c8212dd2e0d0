"""The tools as a model calls them: strict schemas, and answers in text.

No schema names organization, conversation or contact. Homes, times and appointments are named by
references that are looked up among this agency's and this conversation's own; an unknown one is
answered with a sentence the model can act on. What was written by customers, in listings or in
notes is fenced with where it comes from, and is data.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.builtin.wording import money
from assistant.tools import followups, knowledge, leads, people, slots
from inbox.models import Conversation
from knowledge.listings import Wish
from knowledge.models import Listing
from leads.extraction import FoundFact
from leads.traits import without_traits
from organizations.tenancy import tenant
from scheduling.models import Appointment, Offer

if TYPE_CHECKING:
    from assistant.turn import Turn

MOST_HOMES = 5
LONGEST_PASSAGE = 600
LONGEST_QUESTION = 300
ID_LENGTH = 8
Day = Literal["any", "morning", "afternoon", "evening"]
PARTS: dict[str, tuple[time, time]] = {
    "any": (time(0), time(23, 59)),
    "morning": (time(0), time(12)),
    "afternoon": (time(12), time(17)),
    "evening": (time(17), time(23, 59)),
}
Feature = Literal[
    "furnished", "pets", "parking", "laundry", "elevator", "pool", "balcony", "sea_view", "heating"
]
Kind = Literal["viewing", "call", "valuation"]
PropertyType = Literal[
    "apartment", "studio", "penthouse", "maisonette", "house", "villa", "land", "office", "shop"
]
FactField = Literal[
    "name", "email", "phone", "intent", "property_type", "locations", "bedrooms", "bathrooms",
    "budget_min", "budget_max", "currency", "budget_period", "area_m2_min", "furnished", "pets",
    "parking", "laundry", "timeline_days", "financing", "address", "must_haves",
]  # fmt: skip


class Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SearchKnowledge(Arguments):
    """Search the agency's notes and listings for a general question: fees, documents, opening
    hours, how things work. Not for finding homes by wish (find_listings) and not for the facts of
    one home (describe_listing). Returns passages with their source."""

    query: str = Field(description="The question in a few words, in the language of the agency.")


class FindListings(Arguments):
    """Find homes on offer that fit a wish, best first; near misses say what does not fit. Use it
    before naming any home. Returns references, which other tools take."""

    deal: Literal["sale", "rent", "any"]
    property_types: list[PropertyType] = Field(description="Empty: any.")
    areas: list[str] = Field(description="Districts or cities as the customer names them.")
    bedrooms: int = Field(description="At least so many; 0: any.")
    budget_max: int = Field(description="Whole sum in the agency's currency; 0: none stated.")
    features: list[Feature] = Field(description="Only what the customer asks for.")


class DescribeListing(Arguments):
    """Read all stored facts of one home. Use it before stating any fact of a home. What it does
    not return is unknown: then ask a colleague."""

    reference: str = Field(description="A reference from find_listings or the conversation.")


class FactSaid(Arguments):
    field: FactField
    value: str = Field(
        description="Whole numbers as digits; true or false; lists separated by semicolons; "
        "intent: buy, rent, sell or let; budget_period: total or month."
    )
    quote: str = Field(description="The customer's own words that say so, letter by letter.")


class RecordFacts(Arguments):
    """Note what the customer stated about their wish, each fact with the words that prove it. A
    question is not a wish. Never note origin, religion, family, health or the like."""

    facts: list[FactSaid]


class OfferSlots(Arguments):
    """Look for free times and offer up to three. Only times offered here can be booked later. The
    customer gets them as buttons; name them in your message as well."""

    kind: Kind
    reference: str = Field(description="The home to be viewed, or empty.")
    first_day: str = Field(description="YYYY-MM-DD, or empty: from today.")
    last_day: str = Field(description="YYYY-MM-DD, or empty: as first_day, or any.")
    part_of_day: Day
    exact_time: str = Field(description="HH:MM on first_day where one time is wanted, or empty.")
    moving: str = Field(
        description="The id of this customer's appointment that gets a new time, or empty. Its "
        "home and kind are kept."
    )


class BookSlot(Arguments):
    """Book a time that was offered in an earlier message and that the customer has now chosen."""

    slot: str = Field(description="The id of an open offer.")


class MoveAppointment(Arguments):
    """Move an appointment of this customer to a time that offer_slots offered for `moving` it and
    that they have now chosen."""

    appointment: str = Field(description="The id of the appointment.")
    slot: str = Field(description="The id of an open offer.")


class CancelAppointment(Arguments):
    """Cancel an appointment of this customer, because they ask for it."""

    appointment: str = Field(description="The id of the appointment.")
    reason: str = Field(description="A few words, or empty.")


class ScheduleFollowUp(Arguments):
    """Write to this customer again later, because they ask for it. Beyond 24 hours after their
    last message WhatsApp does not let us write freely: then a colleague is reminded."""

    when: str = Field(description="Local date and time, YYYY-MM-DDTHH:MM.")
    about: str = Field(description="For colleagues: what it is about, in a few words.")
    message: str = Field(
        description="What will be sent, in the customer's language. No figures, dates, names of "
        "homes or links: they may have changed by then."
    )


class HandOver(Arguments):
    """Give the conversation to a person for good. Use it when the customer asks for a person,
    complains, speaks of law, discrimination, benefits or an emergency, bargains over a price, or
    when you cannot help. Tell the customer in the same turn that a colleague will answer."""

    reason: Literal["asked", "complaint", "legal", "price", "fair_housing", "emergency", "unsure"]
    summary: str = Field(description="One sentence for the colleague.")


class AskColleague(Arguments):
    """Ask a colleague something that is not on record, while you stay in the conversation. Tell
    the customer that you have asked."""

    question: str


class UnknownTool(LookupError):
    """There is no such tool."""


class MalformedCall(ValueError):
    """The arguments do not have the shape of the schema."""


@dataclass(frozen=True)
class TypedTool:
    """One tool: its arguments, and the function that carries it out and answers in text.

    One that `binds` changes an appointment. It must not follow one that `reads_texts` in the same
    turn: what stands in a listing or a note is nobody's wish.
    """

    name: str
    arguments: type[Arguments]
    carry_out: Callable[["Turn", Any], str]
    changes: bool = False
    reads_texts: bool = False
    binds: bool = False

    def as_schema(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "description": " ".join((self.arguments.__doc__ or "").split()),
            "strict": True,
            "input_schema": _schema(self.arguments),
        }


def schemas() -> list[dict[str, Any]]:
    """Return all tools as Anthropic takes them: the same bytes for every organization."""
    return [each.as_schema() for each in TOOLS]


def call(turn: "Turn", name: str, given: Any) -> str:
    """Carry a call out and return what the model may read. Raises `UnknownTool`, `MalformedCall`.

    A refusal is a return value.
    """
    chosen = BY_NAME.get(name)
    if chosen is None:
        raise UnknownTool(f"There is no tool {name[:60]!r}.")
    try:
        arguments = chosen.arguments.model_validate(given)
    except ValidationError as error:
        places = {".".join(map(str, each["loc"])) or "input" for each in error.errors()}
        raise MalformedCall(f"These arguments do not fit: {', '.join(sorted(places))}.") from error
    if turn.handed_over and chosen.changes:
        return "Not done: the conversation is with a colleague now."
    if chosen.binds and any(each["tool"] in READING for each in turn.calls):
        return "Not done: listings or notes were read in this turn. Ask the customer to confirm."
    with tenant(turn.organization):
        return chosen.carry_out(turn, arguments)


def changes_something(name: str) -> bool:
    """Whether only one call of it is allowed in a step; facts may be noted beside another one."""
    return name in BY_NAME and BY_NAME[name].changes


def seen_offers(turn: "Turn") -> list[Offer]:
    """The open offers that the customer was told of: those older than our last message."""
    written = [m.created_at for m in turn.messages if not m.is_inbound]
    offers = turn.conversation.offers.filter(
        state=Offer.State.OPEN, expires_at__gt=turn.now, starts_at__gt=turn.now
    ).select_related("listing", "member__user", "organization")
    last = max(written, default=None)
    return [it for it in offers.order_by("position", "pk") if last and it.created_at <= last]


def upcoming(turn: "Turn") -> list[Appointment]:
    """This customer's appointments that are still to come."""
    return list(turn.conversation.appointments.upcoming().select_related("listing", "member__user"))


def id_of(row: Offer | Appointment) -> str:
    return row.code.hex[:ID_LENGTH]


def describe_time(turn: "Turn", row: Offer | Appointment) -> str:
    """`1f3a9c20: Saturday 2026-11-28 11:00 with Anna Riga`, in the agency's time."""
    local = row.starts_at.astimezone(turn.organization.zone)
    return f"{id_of(row)}: {local:%A %Y-%m-%d %H:%M} with {row.member}"


def fenced(tag: str, text: str, **attributes: Any) -> str:
    """Return the text between marks that it cannot close itself."""
    said = "".join(
        f' {name}="{plain_line(str(value))}"' for name, value in attributes.items() if value
    )
    return f"<{tag}{said}>{without_marks(text)}</{tag}>"


def plain_line(text: str) -> str:
    """Return the text in one line that holds no marks."""
    return without_marks(" ".join(text.split())).replace('"', "'")


def without_marks(text: str) -> str:
    return text.replace("<", "‹").replace(">", "›")


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a model, closed, without titles and references."""
    whole = model.model_json_schema()
    definitions = whole.pop("$defs", {})

    def clean(node: Any, is_properties: bool = False) -> Any:
        if isinstance(node, list):
            return [clean(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            node = definitions[node["$ref"].rsplit("/", 1)[1]]
        return {
            name: clean(value, is_properties=name == "properties" and not is_properties)
            for name, value in node.items()
            if is_properties or name not in ("title", "description") or _is_of_a_field(name, node)
        }

    return clean(whole)


def _is_of_a_field(name: str, node: dict[str, Any]) -> bool:
    # The docstring of the model itself is the description of the tool.
    return name == "description" and "properties" not in node


def _search_knowledge(turn: "Turn", given: SearchKnowledge) -> str:
    found = knowledge.search_knowledge(turn, query=given.query[:LONGEST_QUESTION])[:4]
    passages = [
        fenced("passage", it.text[:LONGEST_PASSAGE], source=it.kind, title=it.title) for it in found
    ]
    return "\n".join(passages) or "Nothing is on record about this. Ask a colleague."


def _find_listings(turn: "Turn", given: FindListings) -> str:
    wish = Wish(
        deal="" if given.deal == "any" else given.deal,
        property_types=tuple(given.property_types),
        areas=tuple(given.areas[:8]),
        bedrooms=given.bedrooms if given.bedrooms > 0 else None,
        budget_max=Decimal(given.budget_max) if given.budget_max > 0 else None,
        features=dict.fromkeys(given.features, True),
        currency=turn.organization.currency if given.budget_max > 0 else "",
    )
    matches = knowledge.find_listings(turn, wish, limit=MOST_HOMES)
    homes = []
    for match in matches:
        facts = _brief(turn, match.listing)
        if match.misses:
            facts["differs_in"] = ", ".join(match.misses)
        homes.append(as_facts("home", facts))
    turn.state["shown"] = [match.listing.pk for match in matches]
    return "\n".join(homes) or "No home on offer fits. Say so, and ask what may be different."


def _describe_listing(turn: "Turn", given: DescribeListing) -> str:
    listing = _listing(turn, given.reference)
    if listing is None:
        return _no_such_home(given.reference)
    facts = knowledge.describe_listing(turn, listing_id=listing.pk) or {}
    turn.state["focus"] = listing.pk
    return as_facts("home", with_sums_as_written(facts))


def _record_facts(turn: "Turn", given: RecordFacts) -> str:
    found, refused = [], []
    for said in given.facts[:20]:
        place = _place_of(turn, said.quote)
        value = None if place is None else leads.value_of(said.field, said.value, said.quote)
        if value is None:
            why = "the customer did not write this" if place is None else "the value does not fit"
            refused.append(f"{said.field}: {why}")
            continue
        found.append(FoundFact(said.field, value, place, said.quote, 0.9))
    if found:
        leads.record_facts(turn, facts=found)
        turn.noted.update((fact.field, fact.value) for fact in found)
    noted = f"Noted: {', '.join(fact.field for fact in found)}." if found else "Nothing noted."
    return " ".join([noted, *(f"Not noted, {each}." for each in refused)])


def _place_of(turn: "Turn", quote: str) -> int | None:
    """Where the customer said so, the latest place first."""
    for place in range(len(turn.messages) - 1, -1, -1):
        if leads.proves(turn.messages[place], quote):
            return place
    return None


def _offer_slots(turn: "Turn", given: OfferSlots) -> str:
    moving = _appointment(turn, given.moving) if given.moving.strip() else None
    if given.moving.strip() and moving is None:
        return _no_such_appointment(turn)
    listing = _listing(turn, given.reference) if given.reference else None
    if given.reference and listing is None:
        return _no_such_home(given.reference)
    kind, listing = (moving.kind, moving.listing) if moving else (given.kind, listing)
    if listing and listing.status != Listing.Status.AVAILABLE:
        return "That home is not on offer any more."
    zone = turn.organization.zone
    try:
        first = date.fromisoformat(given.first_day) if given.first_day else None
        last = date.fromisoformat(given.last_day) if given.last_day else None
        exact = time.fromisoformat(given.exact_time) if given.exact_time else None
    except ValueError:
        return "Not done: days are YYYY-MM-DD, times HH:MM."
    today = turn.now.astimezone(zone).date()
    windows, starting_at = None, None
    if first or last or given.part_of_day != "any":
        start = max(first or today, today)
        end = last or first or start + timedelta(days=21)
        days = [start + timedelta(days=n) for n in range(min((end - start).days, 60) + 1)]
        begins, ends = PARTS[given.part_of_day]
        windows = [
            (datetime.combine(d, begins, zone), datetime.combine(d, ends, zone)) for d in days
        ]
        if not windows:
            return "Not done: last_day lies before first_day, or both have passed."
    if exact and first:
        starting_at = datetime.combine(first, exact, zone)
        windows = None
    # A later "the second one", also when the built-in assistant reads it, means this appointment.
    turn.state["moving"] = str(moving.code) if moving else None
    offers = slots.offer_slots(
        turn, kind, windows=windows, listing=listing, starting_at=starting_at, moving=moving
    )
    if not offers and starting_at:
        offers = slots.offer_slots(turn, kind, listing=listing, near=starting_at, moving=moving)
        if offers:
            return "That time is not free. Offered instead, the nearest:\n" + _times(turn, offers)
    if not offers:
        return "No time is free then. Ask for other days, or ask a colleague."
    if moving:
        return "Offered as new times; the old one stands until they choose:\n" + _times(
            turn, offers
        )
    return "Offered, not yet booked; the customer has to choose:\n" + _times(turn, offers)


def _times(turn: "Turn", offers: list[Offer]) -> str:
    turn.offered = offers
    turn.state["purpose"] = offers[0].kind
    return "\n".join(describe_time(turn, offer) for offer in offers)


def _book_slot(turn: "Turn", given: BookSlot) -> str:
    offer = next((it for it in seen_offers(turn) if id_of(it) == given.slot.strip()), None)
    if offer is None:
        return _no_such_offer(turn)
    booked = slots.book_slot(turn, offer_code=offer.code)
    if booked.refusal:
        return f"Not booked: {booked.refusal} Offer other times."
    when = describe_time(turn, booked.appointment)
    return f"Booked: {when}. Confirm it with weekday, date and time."


def _move_appointment(turn: "Turn", given: MoveAppointment) -> str:
    appointment = _appointment(turn, given.appointment)
    if appointment is None:
        return _no_such_appointment(turn)
    offer = next((it for it in seen_offers(turn) if id_of(it) == given.slot.strip()), None)
    if offer is None:
        return _no_such_offer(turn)
    moved = slots.move_appointment(turn, appointment, offer_code=offer.code)
    if moved.refusal:
        return f"Not moved, the old time stands: {moved.refusal} Offer other times."
    return (
        f"Moved: {describe_time(turn, moved.appointment)}. Confirm it with weekday, date and time."
    )


def _cancel_appointment(turn: "Turn", given: CancelAppointment) -> str:
    appointment = _appointment(turn, given.appointment)
    if appointment is None:
        return _no_such_appointment(turn)
    done = slots.cancel_appointment(turn, appointment, reason=given.reason[:200])
    if done.refusal:
        return f"Not cancelled: {done.refusal}"
    return f"Cancelled: {describe_time(turn, appointment)}."


def _schedule_follow_up(turn: "Turn", given: ScheduleFollowUp) -> str:
    try:
        when = datetime.fromisoformat(given.when)
    except ValueError:
        return "Not planned: the time is YYYY-MM-DDTHH:MM."
    when = when.replace(tzinfo=turn.organization.zone) if when.tzinfo is None else when
    return followups.schedule_follow_up(
        turn, when, message=given.message, about=without_traits(given.about)
    )


def _hand_over(turn: "Turn", given: HandOver) -> str:
    people.hand_over(
        turn,
        reason=Conversation.HandOverReason(given.reason),
        summary=without_traits(given.summary),
    )
    return "A colleague will take over after your message. Tell the customer so."


def _ask_colleague(turn: "Turn", given: AskColleague) -> str:
    people.ask_colleague(turn, question=without_traits(given.question)[:LONGEST_QUESTION])
    return "A colleague has been asked. Tell the customer that you will let them know."


def _listing(turn: "Turn", reference: str) -> Listing | None:
    return turn.organization.listings.filter(reference__iexact=reference.strip()[:40]).first()


def _appointment(turn: "Turn", sought: str) -> Appointment | None:
    return next((it for it in upcoming(turn) if id_of(it) == sought.strip()), None)


def _no_such_home(reference: str) -> str:
    return f"No home has the reference {reference[:40]!r}. Use find_listings."


def _no_such_offer(turn: "Turn") -> str:
    if turn.offered:
        return "Not booked: the customer has not seen these times yet. Name them and ask."
    return "That is no open offer of this conversation. Use offer_slots and let them choose."


def _no_such_appointment(turn: "Turn") -> str:
    return "This customer has no such appointment."


def _brief(turn: "Turn", listing: Listing) -> dict[str, Any]:
    facts = knowledge.listing_facts(listing, turn.now)
    names = (
        "reference", "title", "deal", "property_type", "price", "currency", "price_period",
        "bedrooms", "area_m2", "area", "city",
    )  # fmt: skip
    return with_sums_as_written({name: facts[name] for name in names if name in facts})


def with_sums_as_written(facts: dict[str, Any]) -> dict[str, Any]:
    """Sums as people write them: `€1,450 per month`, which the model copies."""
    said = {
        name: value for name, value in facts.items() if name not in ("currency", "price_period")
    }
    if "price" in facts:
        said["price"] = money(facts["price"], facts["currency"], facts.get("price_period", ""))
    if "common_expenses" in facts:
        said["common_expenses"] = money(facts["common_expenses"], facts["currency"], "month")
    return said


def as_facts(tag: str, facts: dict[str, Any]) -> str:
    return fenced(tag, lines_of(facts), source="listing")


def lines_of(facts: dict[str, Any]) -> str:
    """Return facts as the model reads them, one on each line."""
    return "\n".join(f"{name}: {_value(value)}" for name, value in facts.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)[:LONGEST_PASSAGE]


TOOLS = (
    TypedTool("search_knowledge", SearchKnowledge, _search_knowledge, reads_texts=True),
    TypedTool("find_listings", FindListings, _find_listings, reads_texts=True),
    TypedTool("describe_listing", DescribeListing, _describe_listing, reads_texts=True),
    TypedTool("record_facts", RecordFacts, _record_facts),
    TypedTool("offer_slots", OfferSlots, _offer_slots, changes=True),
    TypedTool("book_slot", BookSlot, _book_slot, changes=True, binds=True),
    TypedTool("move_appointment", MoveAppointment, _move_appointment, changes=True, binds=True),
    TypedTool(
        "cancel_appointment", CancelAppointment, _cancel_appointment, changes=True, binds=True
    ),
    TypedTool("schedule_follow_up", ScheduleFollowUp, _schedule_follow_up, changes=True),
    TypedTool("ask_colleague", AskColleague, _ask_colleague, changes=True),
    TypedTool("hand_over", HandOver, _hand_over, changes=True),
)
BY_NAME = {each.name: each for each in TOOLS}
READING = {each.name for each in TOOLS if each.reads_texts}
