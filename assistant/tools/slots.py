"""Tools for appointments. The server proposes the times; only a proposed one can be booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from assistant.tools.calling import tool
from knowledge.models import Listing
from leads import stages
from leads.models import Lead
from scheduling import booking, slots
from scheduling.models import Appointment, Offer

if TYPE_CHECKING:
    from assistant.turn import Turn


@dataclass(frozen=True)
class Booked:
    """The outcome of booking, moving or cancelling. `refusal` is empty when it succeeded."""

    appointment: Appointment | None = None
    refusal: str = ""

    def as_json(self) -> dict[str, Any]:
        if self.appointment is None:
            return {"refusal": self.refusal}
        return {
            "appointment": str(self.appointment.code),
            "starts_at": self.appointment.starts_at.isoformat(),
            "member": str(self.appointment.member),
        }


@tool
def offer_slots(
    turn: "Turn",
    kind: str,
    windows: Sequence[tuple[datetime, datetime]] | None = None,
    listing: Listing | None = None,
    limit: int = 3,
    avoid: Sequence[tuple[datetime, datetime]] = (),
    starting_at: datetime | None = None,
) -> list[Offer]:
    """Propose free times of the agency's members for a viewing, call or valuation.

    `windows` and `avoid` are stretches of aware times; `starting_at` wants one exact start. Returns
    nothing, and leaves earlier offers open, when no time is free. An offer reserves nothing. The
    rows exist at once, because the customer may choose one the moment the message arrives.
    """
    free = slots.free_slots(
        turn.organization, kind, windows=windows, listing=listing, limit=200, now=turn.now
    )
    free = [
        s for s in free if not any(s.starts_at < end and s.ends_at > start for start, end in avoid)
    ]
    if starting_at:
        free = [slot for slot in free if slot.starts_at == starting_at]
    chosen = spread(free, limit, turn.organization.zone)
    if not chosen:
        return []
    offers = booking.offer_slots(turn.conversation, kind, chosen, listing=listing)
    for offer in offers:
        turn.evidence.append(f"{offer.starts_at.astimezone(turn.organization.zone):%d %H:%M %Y}")
    turn.effects.append(lambda: stages.advance(turn.lead, Lead.Stage.VIEWING_PROPOSED))
    return offers


@tool
def book_slot(turn: "Turn", offer_code: UUID) -> Booked:
    """Book a time that was offered in this conversation. Holds it now, books it with the reply."""
    offer = turn.conversation.offers.filter(code=offer_code).first()
    if offer is None:
        return Booked(refusal="That time was not offered here.")
    try:
        appointment = booking.hold(offer)
    except booking.SlotTaken:
        return Booked(refusal="That time is taken.")
    except booking.OfferExpired:
        return Booked(refusal="That offer has run out.")

    def book() -> None:
        booking.book(offer)
        stages.advance(turn.lead, Lead.Stage.VIEWING_BOOKED)

    turn.effects.append(book)
    return Booked(appointment)


@tool
def move_appointment(turn: "Turn", appointment: Appointment, offer_code: UUID) -> Booked:
    """Move this customer's appointment to an offered time."""
    offer = turn.conversation.offers.filter(code=offer_code).first()
    if offer is None or appointment.conversation_id != turn.conversation.pk:
        return Booked(refusal="That time was not offered here.")
    try:
        held = booking.hold(offer)
    except booking.SlotTaken:
        return Booked(refusal="That time is taken.")
    except booking.OfferExpired:
        return Booked(refusal="That offer has run out.")
    turn.effects.append(lambda: booking.move(appointment, offer))
    return Booked(held)


@tool
def cancel_appointment(turn: "Turn", appointment: Appointment, reason: str = "") -> Booked:
    """Cancel this customer's appointment."""
    if appointment.conversation_id != turn.conversation.pk:
        return Booked(refusal="There is no such appointment here.")
    turn.effects.append(lambda: booking.cancel(appointment, reason or "customer"))
    return Booked(appointment)


def spread(free: Sequence[slots.Slot], limit: int, zone: Any) -> list[slots.Slot]:
    """Choose slots on different days, then at different parts of a day, in order of time."""
    chosen: list[slots.Slot] = []
    for same in (_same_day, _same_half_day, _same_hour):
        for slot in free:
            if len(chosen) == limit:
                break
            if slot not in chosen and not any(same(slot, other, zone) for other in chosen):
                chosen.append(slot)
    return sorted(chosen, key=lambda slot: slot.starts_at)


def _same_day(one: slots.Slot, other: slots.Slot, zone: Any) -> bool:
    return one.starts_at.astimezone(zone).date() == other.starts_at.astimezone(zone).date()


def _same_half_day(one: slots.Slot, other: slots.Slot, zone: Any) -> bool:
    halves = {
        (s.starts_at.astimezone(zone).date(), s.starts_at.astimezone(zone).hour >= 13)
        for s in (one, other)
    }
    return len(halves) == 1


def _same_hour(one: slots.Slot, other: slots.Slot, zone: Any) -> bool:
    return abs((one.starts_at - other.starts_at).total_seconds()) < 3600
