"""Flows that negotiate a time: offer, choose, counter-propose, confirm, move, cancel."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from assistant import tools
from assistant.builtin import changing, homes, wording
from assistant.builtin.commands import Command
from assistant.builtin.context import OFFER_PREFIX, open_offers
from assistant.builtin.draft import Draft
from assistant.builtin.speaking import catalogue, phrases, reading
from assistant.tools.calling import cite
from assistant.tools.slots import Booked
from inbox.models import Conversation
from knowledge.models import Listing
from leads.extraction import FoundFact
from leads.language.text import pattern, words_pattern
from scheduling.models import Appointment, AppointmentKind, Offer

MOST_ROUNDS = 3
MOST_TOLD = 3
OPEN_END = timedelta(days=21)
PURPOSE_COMMANDS = {
    "want_viewing": AppointmentKind.Kind.VIEWING,
    "want_call": AppointmentKind.Kind.CALL,
    "want_valuation": AppointmentKind.Kind.VALUATION,
}
Window = tuple[datetime, datetime]


def carry_out(draft: Draft, commands: list[Command]) -> None:
    by_kind = {command.kind: command for command in commands}
    if _asks_about_booking(draft, by_kind):
        return
    if draft.state.get("asked") == "valuation_address" and _notes_address(draft, by_kind):
        _negotiate(draft, by_kind)
        return
    chosen = by_kind.get("choose_slot") or _confirmed(draft, by_kind)
    cancels = changing.wish_of(draft, by_kind, reading.plain(draft.text_said)).startswith("cancel")
    if (cancels or not chosen) and changing.carry_out(draft, by_kind):
        return
    if draft.state.get("asked") == "confirm_booking" and "deny" in by_kind:
        _negotiate(draft, by_kind)
    elif chosen and "?" in draft.text_said and "propose_time" not in by_kind:
        _read_back(draft, str(chosen.value))
    elif chosen:
        _book(draft, str(chosen.value))
    elif _wants_times(draft, by_kind) or (
        draft.state.get("asked") == "confirm_booking" and "deny" in by_kind
    ):
        _negotiate(draft, by_kind)


def _asks_about_booking(draft: Draft, by_kind: dict[str, Command]) -> bool:
    """Answer when, where and with whom the appointments are, and pass on that somebody is late."""
    turn, text = draft.turn, reading.plain(draft.text_said)
    if by_kind.keys() & {"propose_time", "reject_time", "cancel_appointment", "choose_slot"}:
        return False
    is_late = words_pattern(phrases.RUNNING_LATE).search(text)
    if not is_late and not words_pattern(phrases.ABOUT_MY_APPOINTMENT).search(text):
        return False
    upcoming = turn.conversation.appointments.upcoming()
    standing = list(upcoming.select_related("member__user", "listing")[:MOST_TOLD])
    if not standing:
        return False
    if is_late:
        turn.evidence.append(str(standing[0].member))
        draft.add("late", member=str(standing[0].member))
        tools.ask_colleague(turn, question=text)
    else:
        for appointment in standing:
            _tell_of(draft, appointment)
    draft.closed = draft.is_settled = True
    return True


def _tell_of(draft: Draft, appointment: Appointment) -> None:
    turn, listing = draft.turn, appointment.listing
    member = str(appointment.member)
    turn.evidence += [_spell(draft, appointment.starts_at), member]
    draft.add(
        "your_appointment",
        yours=catalogue.YOUR_PURPOSES[appointment.kind],
        when=wording.moment(appointment.starts_at, turn.organization.zone),
        member=member,
    )
    if listing and listing.address:
        cite(turn, listing)
        turn.evidence += [listing.title, listing.address]
        draft.add("fact_address", title=listing.title, value=listing.address)


def _confirmed(draft: Draft, by_kind: dict[str, Command]) -> Command | None:
    """A yes, or an "ok thanks", to the one time that was read back."""
    code = draft.state.get("to_confirm")
    if draft.state.get("asked") != "confirm_booking" or not code:
        return None
    is_yes = "affirm" in by_kind or (
        "thank" in by_kind and pattern(phrases.AFFIRM).match(reading.plain(draft.text_said).strip())
    )
    if not is_yes or by_kind.keys() & {"propose_time", "reject_time"}:
        return None
    return Command(kind="choose_slot", value=code)


def _read_back(draft: Draft, offer_code: str) -> None:
    """ "Something after four?" fits one offered time: read it back before booking it."""
    offer = next((it for it in open_offers(draft.turn) if str(it.code) == offer_code), None)
    if offer is None:
        _book(draft, offer_code)
        return
    draft.turn.evidence.append(_spell(draft, offer.starts_at))
    _ask_to_confirm(draft, offer.kind, offer.listing, offer)


def _wants_times(draft: Draft, by_kind: dict[str, Command]) -> bool:
    """Whether the message is about when to meet, asked for by name or by answering us."""
    asked, kinds = draft.state.get("asked"), by_kind.keys()
    if kinds & {*PURPOSE_COMMANDS, "move_appointment"}:
        return True
    if asked == "timeline_days":
        return False
    if asked in ("want_viewing", "want_valuation", "which_listing_to_see"):
        return bool(kinds & {"affirm", "choose_listing", "propose_time", "reject_time"})
    if asked == "which_home_to_see":
        return bool(kinds & {"choose_listing", "ask_listing"})
    if "affirm" in kinds and asked is None:
        return homes.was_viewing_offered_lately(draft)
    return bool(kinds & {"propose_time", "reject_time"}) and _is_negotiating(draft)


def _is_negotiating(draft: Draft) -> bool:
    return bool(
        draft.state.get("asked") in ("viewing_time", "confirm_booking")
        or open_offers(draft.turn)
        or homes.focus(draft)
        or draft.known.get("intent") in ("sell", "let")
    )


def _negotiate(draft: Draft, by_kind: dict[str, Command]) -> None:
    """Offer times: those asked for, or the nearest others, never the refused ones."""
    kind = _purpose(draft, by_kind)
    listing = _listing(draft, by_kind)
    if kind == AppointmentKind.Kind.VIEWING and listing is None:
        draft.state["wanted_windows"] = [_iso(w) for w in _windows(by_kind.get("propose_time"))]
        draft.ask("which_home_to_see", "which_home_to_see")
        return
    if listing and listing.status != Listing.Status.AVAILABLE:
        draft.add("not_available", title=listing.title, status=catalogue.STATUSES[listing.status])
        homes.suggest(draft)
        return
    if by_kind.keys() & {"reject_time", "deny"}:
        draft.state["rounds"] = draft.state.get("rounds", 0) + 1
    if draft.state.get("rounds", 0) > MOST_ROUNDS:
        draft.add("persuade_person")
        tools.hand_over(
            draft.turn, reason=Conversation.HandOverReason.UNSURE, summary=draft.text_said
        )
        draft.handed_over = True
        return
    draft.state["purpose"] = kind
    moving = _being_moved(draft, kind, listing)
    draft.state["moving"] = str(moving.code) if moving else None
    if _asks_address(draft, by_kind, kind):
        return
    wanted = _windows(by_kind.get("propose_time")) or _later_or_earlier(draft)
    offer(draft, kind, listing, wanted, _refused(draft, by_kind))


def _asks_address(draft: Draft, by_kind: dict[str, Command], kind: str) -> bool:
    """A valuation needs to know where: ask once before proposing times."""
    is_known = "address" in draft.known or draft.state.get("address_asked")
    if kind != AppointmentKind.Kind.VALUATION or is_known or draft.state.get("moving"):
        return False
    draft.state["address_asked"] = True
    draft.state["wanted_windows"] = [_iso(w) for w in _windows(by_kind.get("propose_time"))]
    draft.ask("ask_address", "valuation_address")
    return True


def _notes_address(draft: Draft, by_kind: dict[str, Command]) -> bool:
    """Take the answer as the address, unless it is plainly something else."""
    text = draft.text_said.strip()
    draft.state["purpose"] = AppointmentKind.Kind.VALUATION
    if "address" in draft.known:
        return True
    if "?" in text or by_kind.keys() & {"deny", "cancel_appointment", "not_interested"}:
        return False
    if 5 <= len(text) <= 120 and "propose_time" not in by_kind:
        messages = draft.turn.messages
        fact = FoundFact(
            field="address", value=text, turn=len(messages) - 1, quote=text, confidence=0.7
        )
        tools.record_facts(draft.turn, facts=[fact])
        draft.known["address"] = text
    return True


def _later_or_earlier(draft: Draft) -> list[Window]:
    """ "No, later" means after what is on offer, on that day or the next."""
    offers, now = open_offers(draft.turn), draft.turn.now
    if not offers:
        return []
    if words_pattern(phrases.LATER_CHOICE).search(reading.plain(draft.text_said)):
        last = offers[-1].starts_at
        return [(last + timedelta(minutes=1), last + timedelta(days=2))]
    if words_pattern(phrases.EARLIER_CHOICE).search(reading.plain(draft.text_said)):
        return [(now, offers[0].starts_at)]
    return []


def _being_moved(draft: Draft, kind: str, listing: Listing | None) -> Appointment | None:
    """The appointment that a new time is for: the one being moved, or one of the same kind."""
    wanted = listing.pk if listing else None
    moving = changing.being_moved(draft)
    if moving and moving.kind == kind and moving.listing_id == wanted:
        return moving
    alike = [row for row in changing.upcoming(draft) if row.kind == kind]
    return next((row for row in alike if row.listing_id == wanted), None)


def offer(
    draft: Draft,
    kind: str,
    listing: Listing | None,
    wanted: Sequence[Window],
    avoid: Sequence[Window],
    near: datetime | None = None,
) -> None:
    """Propose times: the one that was asked for, or those nearest to it that are free."""
    zone = draft.turn.organization.zone
    wanted = wanted or [_from_iso(w) for w in draft.state.pop("wanted_windows", [])]
    moving = changing.being_moved(draft)
    is_exact = len(wanted) == 1 and wanted[0][1] - wanted[0][0] <= timedelta(minutes=1)
    if is_exact:
        offers = _offer_exactly(draft, kind, listing, wanted[0][0])
        if offers:
            _ask_to_confirm(draft, kind, listing, offers[0])
            return
        near = wanted[0][0]
        draft.turn.evidence.append(_spell(draft, near))
        draft.add("not_free", wanted=wording.moment(near, zone))
        wanted = _around(near, zone)
    offers = tools.offer_slots(
        draft.turn,
        kind,
        windows=wanted or None,
        listing=listing,
        avoid=avoid,
        near=near,
        moving=moving,
    )
    if not offers and wanted:
        if not is_exact:
            draft.add("not_free", wanted=_window_words(draft, wanted[0]))
        offers = tools.offer_slots(
            draft.turn, kind, listing=listing, avoid=avoid, near=near, moving=moving
        )
    if not offers:
        draft.add("no_times")
        tools.ask_colleague(draft.turn, question=draft.text_said)
        return
    _propose(draft, kind, listing, offers)


def _offer_exactly(
    draft: Draft, kind: str, listing: Listing | None, starts_at: datetime
) -> list[Offer]:
    window = (starts_at, starts_at + timedelta(hours=9))
    return tools.offer_slots(
        draft.turn,
        kind,
        windows=[window],
        listing=listing,
        limit=1,
        starting_at=starts_at,
        moving=changing.being_moved(draft),
    )


def _ask_to_confirm(draft: Draft, kind: str, listing: Listing | None, offer: Offer) -> None:
    zone, moving = draft.turn.organization.zone, changing.being_moved(draft)
    draft.ask(
        "confirm_move" if moving else "confirm_time",
        "confirm_booking",
        when=wording.moment(offer.starts_at, zone),
        purpose=(_your_purpose if moving else _purpose_words)(draft, kind, listing),
    )
    draft.buttons = [(f"{OFFER_PREFIX}{offer.code}", wording.button(offer.starts_at, zone))]
    draft.state["to_confirm"] = str(offer.code)


def _propose(draft: Draft, kind: str, listing: Listing | None, offers: list[Offer]) -> None:
    zone = draft.turn.organization.zone
    times = [wording.moment(offer.starts_at, zone) for offer in offers]
    key = "offer_one" if len(offers) == 1 else "offer_many"
    asked = "confirm_booking" if len(offers) == 1 else "viewing_time"
    draft.state["to_confirm"] = str(offers[0].code) if len(offers) == 1 else None
    draft.ask(
        key,
        asked,
        purpose=_purpose_words(draft, kind, listing),
        times=wording.listed(times, last=catalogue.OR),
    )
    draft.buttons = [
        (f"{OFFER_PREFIX}{offer.code}", wording.button(offer.starts_at, zone)) for offer in offers
    ]


def _book(draft: Draft, offer_code: str) -> None:
    """Book (or move to) an offered time, or offer others when it has gone."""
    turn = draft.turn
    chosen = (
        turn.conversation.offers.filter(code=_uuid(offer_code)).select_related("listing").first()
    )
    moving = changing.being_moved(draft)
    if moving:
        outcome = tools.move_appointment(turn, moving, offer_code=_uuid(offer_code))
        key = "moved"
    else:
        outcome = tools.book_slot(turn, offer_code=_uuid(offer_code))
        key = "booked_call" if chosen and chosen.kind == AppointmentKind.Kind.CALL else "booked"
    if outcome.refusal:
        draft.add("slot_gone")
        kind = chosen.kind if chosen else draft.state.get("purpose", AppointmentKind.Kind.VIEWING)
        near = chosen.starts_at if chosen else None
        offer(draft, kind, chosen.listing if chosen else homes.focus(draft), (), (), near=near)
        return
    for name in ("rounds", "moving", "refused", "wanted_windows", "to_confirm", "cancelled"):
        draft.state.pop(name, None)
    _say_booked(draft, key, chosen, outcome)
    draft.closed = True


def _say_booked(draft: Draft, key: str, offer: Offer, outcome: Booked) -> None:
    turn, listing, appointment = draft.turn, offer.listing, outcome.appointment
    turn.evidence += [_spell(draft, appointment.starts_at), str(appointment.member)]
    purpose = _purpose_words(draft, offer.kind, listing)
    draft.add(
        key,
        purpose=purpose,
        yours=catalogue.YOUR_PURPOSES[offer.kind],
        when=wording.moment(appointment.starts_at, turn.organization.zone),
        member=str(appointment.member),
    )
    is_told = key == "moved"
    if offer.kind == AppointmentKind.Kind.VIEWING and listing and listing.address and not is_told:
        tools.describe_listing(turn, listing_id=listing.pk)
        draft.add("where", address=listing.address)
    draft.add("calendar" if key != "moved" else "calendar_again", link=outcome.calendar)


def _purpose(draft: Draft, by_kind: dict[str, Command]) -> str:
    for command, kind in PURPOSE_COMMANDS.items():
        if command in by_kind:
            return kind
    if draft.state.get("asked") == "want_valuation" or (
        draft.known.get("intent") in ("sell", "let") and "purpose" not in draft.state
    ):
        return AppointmentKind.Kind.VALUATION
    return draft.state.get("purpose", AppointmentKind.Kind.VIEWING)


def _listing(draft: Draft, by_kind: dict[str, Command]) -> Listing | None:
    """The home to be seen: named now, being moved, or the one talked about."""
    named = None
    for kind in ("choose_listing", "ask_listing", "want_viewing"):
        value = by_kind[kind].value if kind in by_kind else None
        named = named or (value.get("listing") if isinstance(value, dict) else value)
    if named is not None:
        listing = draft.turn.organization.listings.filter(pk=named).first()
        if listing:
            homes.set_focus(draft, listing)
            return listing
    moving = changing.being_moved(draft)
    if moving and moving.listing:
        return moving.listing
    found = homes.focus(draft)
    shown = draft.state.get("shown") or []
    if found is None and len(shown) == 1:
        found = draft.turn.organization.listings.filter(pk=shown[0]).first()
    return found


def _windows(command: Command | None) -> list[Window]:
    """The stretches of time a command names; an exact time is a stretch of no length.

    "Afternoons next week" is one stretch for each day; an open end reaches `OPEN_END` ahead.
    """
    value = command.value if command else None
    if not isinstance(value, dict):
        return []
    start = datetime.fromisoformat(value["from"])
    end = datetime.fromisoformat(value["to"]) if value["to"] else start + OPEN_END
    if not (value["time_from"] or value["time_to"]) or start == end:
        return [(start, end)]
    opens = time.fromisoformat(value["time_from"] or "00:00")
    closes = time.fromisoformat(value["time_to"] or "23:59")
    days = [start.date() + timedelta(days=n) for n in range((end.date() - start.date()).days + 1)]
    stretches = [
        (
            max(start, datetime.combine(day, opens, start.tzinfo)),
            min(end, datetime.combine(day, closes, start.tzinfo)),
        )
        for day in days
    ]
    return [(first, last) for first, last in stretches if first < last]


def _refused(draft: Draft, by_kind: dict[str, Command]) -> list[Window]:
    """Times refused so far in this negotiation: named ones, or all that were on offer."""
    refused = [_from_iso(window) for window in draft.state.get("refused", [])]
    if "reject_time" in by_kind:
        named = _windows(by_kind["reject_time"])
        refused += named or [(o.starts_at, o.ends_at) for o in open_offers(draft.turn)]
    elif "deny" in by_kind:
        refused += [(o.starts_at, o.ends_at) for o in open_offers(draft.turn)]
    draft.state["refused"] = [_iso(window) for window in refused][-12:]
    return refused


def _around(moment: datetime, zone: Any) -> list[Window]:
    """The rest of that day and the next one, where the nearest other times are."""
    local = moment.astimezone(zone)
    start = local.replace(hour=0, minute=0)
    return [(start, start + timedelta(days=2))]


def _window_words(draft: Draft, window: Window) -> str:
    zone = draft.turn.organization.zone
    draft.turn.evidence.append(_spell(draft, window[0]))
    return wording.day(window[0], zone)


def _spell(draft: Draft, moment: datetime) -> str:
    """The numbers by which a moment may be named, as evidence for the guardrail."""
    draft.turn.moments.append(moment)
    return moment.astimezone(draft.turn.organization.zone).strftime("%d %H:%M %Y")


def _purpose_words(draft: Draft, kind: str, listing: Listing | None) -> str:
    if kind == AppointmentKind.Kind.VIEWING and listing:
        draft.turn.evidence.append(listing.title)
        return catalogue.PURPOSES["viewing_of"].format(title=listing.title)
    return catalogue.PURPOSES[kind]


def _your_purpose(draft: Draft, kind: str, listing: Listing | None) -> str:
    if kind == AppointmentKind.Kind.VIEWING and listing:
        draft.turn.evidence.append(listing.title)
        return catalogue.YOUR_VIEWING_OF.format(title=listing.title)
    return catalogue.YOUR_PURPOSES[kind]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _iso(window: Window) -> list[str]:
    return [window[0].isoformat(), window[1].isoformat()]


def _from_iso(window: list[str]) -> Window:
    return datetime.fromisoformat(window[0]), datetime.fromisoformat(window[1])
