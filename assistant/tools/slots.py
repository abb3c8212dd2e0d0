"""Tools for appointments. The server proposes the times; only a proposed one can be booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from assistant.tools.calling import tool
from knowledge.models import Listing
from leads import stages
from leads.models import Lead
from scheduling import booking, links, slots
from scheduling.models import Appointment, Offer

if TYPE_CHECKING:
    from assistant.turn import Turn


HOUR = timedelta(hours=1)
PREFERRED_HOURS = (11, 16, 10)


@dataclass(frozen=True)
class Booked:
    """The outcome of booking, moving or cancelling. `refusal` is empty when it succeeded.

    `calendar` is the link by which the customer puts it into their own calendar.
    """

    appointment: Appointment | None = None
    refusal: str = ""
    calendar: str = ""

    def as_json(self) -> dict[str, Any]:
        if self.appointment is None:
            return {"refusal": self.refusal}
        return {
            "appointment": str(self.appointment.code),
            "starts_at": self.appointment.starts_at.isoformat(),
            "member": str(self.appointment.member),
            **({"calendar": self.calendar} if self.calendar else {}),
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
    near: datetime | None = None,
    moving: Appointment | None = None,
) -> list[Offer]:
    """Propose free times of the agency's members for a viewing, call or valuation.

    `windows` and `avoid` are stretches of aware times; `starting_at` wants one exact start, `near`
    the starts closest to a moment. Times for an appointment that is `moving` may overlap the one
    it has, and are never that one itself. Returns nothing, and leaves earlier offers open, when no
    time is free. An offer reserves nothing. The rows exist at once, because the customer may choose
    one the moment the message arrives.
    """
    free = slots.free_slots(
        turn.organization,
        kind,
        windows=windows,
        listing=listing,
        limit=200,
        now=turn.now,
        moving=moving,
    )
    if moving:
        free = [slot for slot in free if slot.starts_at != moving.starts_at]
    free = [
        s for s in free if not any(s.starts_at < end and s.ends_at > start for start, end in avoid)
    ]
    if starting_at:
        free = [slot for slot in free if slot.starts_at == starting_at]
    zone = turn.organization.zone
    chosen = nearest(free, limit, near) if near else spread(free, limit, zone)
    if not chosen:
        return []
    offers = booking.offer_slots(
        turn.conversation, kind, chosen, listing=listing, key=turn.call_key
    )
    for offer in offers:
        turn.evidence.append(f"{offer.starts_at.astimezone(zone):%d %H:%M %Y}")
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

    turn.effects.append(lambda: booking.book(offer))
    return Booked(appointment, calendar=links.address_of(appointment))


@tool
def move_appointment(turn: "Turn", appointment: Appointment, offer_code: UUID) -> Booked:
    """Move this customer's appointment to an offered time; both are checked again at commit."""
    offer = turn.conversation.offers.filter(code=offer_code).first()
    if offer is None or appointment.conversation_id != turn.conversation.pk:
        return Booked(refusal="That time was not offered here.")
    if not _is_standing(turn, appointment):
        return Booked(refusal="That appointment no longer stands.")
    try:
        held = booking.hold(offer, moving=appointment)
    except booking.SlotTaken:
        return Booked(refusal="That time is taken.")
    except booking.OfferExpired:
        return Booked(refusal="That offer has run out.")
    turn.effects.append(lambda: booking.move(appointment, offer))
    return Booked(held, calendar=links.address_of(appointment))


@tool
def cancel_appointment(turn: "Turn", appointment: Appointment, reason: str = "") -> Booked:
    """Cancel this customer's appointment."""
    if appointment.conversation_id != turn.conversation.pk:
        return Booked(refusal="There is no such appointment here.")
    if not _is_standing(turn, appointment):
        return Booked(refusal="That appointment no longer stands.")
    turn.effects.append(lambda: booking.cancel(appointment, reason or "customer"))
    return Booked(appointment)


def _is_standing(turn: "Turn", appointment: Appointment) -> bool:
    return turn.conversation.appointments.upcoming().filter(pk=appointment.pk).exists()


def spread(free: Sequence[slots.Slot], limit: int, zone: ZoneInfo) -> list[slots.Slot]:
    """Choose slots on different days and at different times of day, in order of time."""
    days: dict[date, list[slots.Slot]] = {}
    for slot in free:
        days.setdefault(slot.starts_at.astimezone(zone).date(), []).append(slot)
    chosen: list[slots.Slot] = []
    for of_day, hour in zip(list(days.values())[:limit], cycle(PREFERRED_HOURS), strict=False):
        chosen.append(min(of_day, key=lambda slot: abs(_hour(slot, zone) - hour)))
    for gap in (2, 1, 0):
        for slot in free:
            far = all(abs(slot.starts_at - other.starts_at) >= gap * HOUR for other in chosen)
            if len(chosen) < limit and slot not in chosen and far:
                chosen.append(slot)
    return sorted(chosen, key=lambda slot: slot.starts_at)


def nearest(free: Sequence[slots.Slot], limit: int, moment: datetime) -> list[slots.Slot]:
    """Choose the slots closest to a moment, in order of time."""
    closest = sorted(free, key=lambda slot: abs(slot.starts_at - moment))[:limit]
    return sorted(closest, key=lambda slot: slot.starts_at)


def _hour(slot: slots.Slot, zone: ZoneInfo) -> float:
    local = slot.starts_at.astimezone(zone)
    return local.hour + local.minute / 60
