"""What the command generator and the extraction need to know of the conversation."""

from typing import TYPE_CHECKING, Any

from assistant.builtin import wording
from assistant.builtin.commands import Context, ListingName, OfferedSlot
from assistant.builtin.spam import is_spam
from assistant.builtin.speaking import phrases, reading
from inbox.models import Message
from inbox.own_words import own_words
from leads.extraction import Turn as SpokenTurn
from scheduling.models import Offer

if TYPE_CHECKING:
    from assistant.turn import Turn

OFFER_PREFIX = "slot:"
TURNS_READ = 24
# What the customer's own words stand under; a contact card or a place is not said of themselves.
CAPTIONED = {Message.Kind.IMAGE, Message.Kind.VIDEO, Message.Kind.DOCUMENT}
SPOKEN = {Message.Kind.TEXT, Message.Kind.INTERACTIVE, Message.Kind.BUTTON, *CAPTIONED}
LISTING_PREFIX = "listing:"
# Our questions after which a bare "the second one" names a home.
ABOUT_A_HOME = {"which_listing", "which_listing_to_see", "which_home_to_see"}


def read_context(turn: "Turn", message: Message | None) -> Context:
    """Return the context in which `message` (or a reaction alone) is understood."""
    listings = [
        ListingName(
            id=row.pk, name=row.title, reference=row.reference, address=row.address, area=row.area
        )
        for row in turn.organization.listings.all()
    ]
    asked = turn.state.get("asked")
    return Context(
        now=turn.now,
        timezone=turn.organization.timezone,
        areas=tuple(sorted({listing.area for listing in listings if listing.area})),
        listings=tuple(listings),
        last_question="listing" if asked in ABOUT_A_HOME else asked,
        offered=tuple(
            OfferedSlot(
                id=str(offer.code),
                starts_at=offer.starts_at,
                label=wording.moment(offer.starts_at, turn.organization.zone),
            )
            for offer in open_offers(turn)
        ),
        shown=tuple(turn.state.get("shown") or filter(None, [turn.state.get("focus")])),
        has_appointment=turn.conversation.appointments.upcoming().exists(),
        button_payload=button_payload(message) if message else None,
        reaction=turn.reaction or None,
        words=phrases,
        pack=reading.pack,
    )


def open_offers(turn: "Turn") -> list[Offer]:
    return list(
        turn.conversation.offers.filter(
            state=Offer.State.OPEN, expires_at__gt=turn.now, starts_at__gt=turn.now
        ).order_by("position", "pk")
    )


def button_payload(message: Message) -> str | None:
    """Return the id of the button or row the customer tapped, such as `slot:…`."""
    interactive = _part(message.payload, "interactive")
    choice = _part(interactive, "button_reply") or _part(interactive, "list_reply")
    value = choice.get("id") or _part(message.payload, "button").get("payload")
    return str(value) if value else None


def _part(payload: Any, name: str) -> dict[str, Any]:
    """A part of what arrived, which need not have the documented shape."""
    part = payload.get(name) if isinstance(payload, dict) else None
    return part if isinstance(part, dict) else {}


def spoken_turns(turn: "Turn") -> list[SpokenTurn]:
    """Return the conversation for the extraction, one entry for each of `turn.messages`.

    What was said longer ago has become facts; it is not read again. A mass mailing tells nothing
    of a wish. "Tomorrow" is the day after the message was sent, not the day after today.
    """
    recent = len(turn.messages) - TURNS_READ
    return [
        SpokenTurn(
            role="customer" if message.is_inbound else "assistant",
            text=own_words(message) if position >= recent and _is_said(message) else "",
            id=message.pk,
            at=min(message.sent_at, turn.now),
        )
        for position, message in enumerate(turn.messages)
    ]


def _is_said(message: Message) -> bool:
    return not message.is_inbound or (message.kind in SPOKEN and not is_spam(message.body))
