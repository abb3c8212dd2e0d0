"""Offer, hold, book, move and cancel. Every verb runs inside `tenant()`.

Whether a time is free is decided by PostgreSQL, by an exclusion constraint over each member's
occupied times. Everything else (hours, days off, notice, the listing) is checked again in the
transaction that books, and what cannot be confirmed is refused.

Rows are locked in one order everywhere: conversation, offer, member, appointments. Two bookings
of one member thus wait for each other instead of meeting in the constraint, where they could
deadlock.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from inbox.models import Conversation, ConversationSummary
from knowledge.models import Listing
from leads import stages
from leads.recording import ensure_lead
from organizations import auditing
from organizations.models import Member, Organization
from scheduling.links import ensure_link
from scheduling.models import Appointment, AppointmentKind, Offer
from scheduling.slots import Slot, bookable_span, busy_intervals, hours_of, kind_rules

OFFER_LASTS = timedelta(hours=24)
HOLD_LASTS = timedelta(minutes=10)
EXCLUSION_VIOLATION = "23P01"


class SlotTaken(Exception):
    """The time cannot be had: taken, outside the hours, too soon, or its member is gone."""


class ListingGone(SlotTaken):
    """The home to be viewed is no longer on offer."""


class OfferExpired(Exception):
    """The offer was withdrawn, has run out, was used up, or is not of this conversation."""


class AppointmentOver(Exception):
    """The appointment was cancelled or has ended, so that it cannot be changed."""


class NotOverYet(Exception):
    """What came of an appointment can be said only after its end."""


def offer_slots(
    conversation: Conversation,
    kind: AppointmentKind.Kind | str,
    slots: Sequence[Slot],
    listing: Listing | None = None,
    key: str = "",
) -> list[Offer]:
    """Store the times proposed to a customer, in this order, and withdraw earlier open ones.

    `position` counts from 1. An offer reserves nothing and lasts 24 hours, but not past its time.
    Offering the same time again under the same `key`, unique to the call, opens the same row.
    """
    with transaction.atomic():
        conversation = _lock_conversation(conversation)
        withdraw_offers(conversation)
        expires = timezone.now() + OFFER_LASTS
        offers = [
            Offer(
                code=_code_of(conversation, slot, key),
                organization_id=conversation.organization_id,
                conversation=conversation,
                kind=kind,
                listing=listing,
                member=slot.member,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                position=position,
                expires_at=min(expires, slot.starts_at),
            )
            for position, slot in enumerate(slots, start=1)
        ]
        made = {
            offer.code: offer
            for offer in conversation.offers.filter(code__in=[offer.code for offer in offers])
        }
        for offer in made.values():
            if offer.state != Offer.State.CHOSEN:
                offer.state, offer.expires_at = Offer.State.OPEN, min(expires, offer.starts_at)
                offer.save(update_fields=["state", "expires_at"])
        Offer.objects.bulk_create(offer for offer in offers if offer.code not in made)
        return [made.get(offer.code, offer) for offer in offers]


def _code_of(conversation: Conversation, slot: Slot, key: str) -> UUID:
    """A random code, or with a key always the same one for this time of this conversation."""
    if not key:
        return uuid4()
    return uuid5(conversation.code, f"{key}:{slot.member.pk}:{slot.starts_at.isoformat()}")


def why_gone(offer: Offer) -> str:
    """Say why a time that was to be offered cannot be had any more; empty while it can.

    Reads stored rows only, and decides nothing: booking checks all of it again.
    """
    moment, organization = timezone.now(), offer.organization
    rules = kind_rules(organization, offer.kind)
    if offer.starts_at <= moment:
        return _("this time has passed.")
    if offer.listing and offer.listing.status != Listing.Status.AVAILABLE:
        return _("the home is no longer on offer.")
    if not rules.is_active or offer.expires_at <= moment:
        return _("this time is no longer offered.")
    if offer.starts_at < bookable_span(rules, organization.zone, moment)[0]:
        return _("this time is too soon by now.")
    until = offer.ends_at + timedelta(minutes=rules.buffer_minutes)
    member = organization.members.active().filter(pk=offer.member_id).first()
    own = offer.conversation.appointments.standing()  # it may be moved
    if (
        member is None
        or busy_intervals([member], offer.starts_at, until, except_for=own)[member.pk]
    ):
        return _("this time is taken.")
    working = hours_of([member], offer.starts_at, offer.ends_at)[member.pk]
    return "" if working == [(offer.starts_at, offer.ends_at)] else _("this time is taken.")


def withdraw_offers(conversation: Conversation) -> None:
    """Take back what is still open of the times proposed in a conversation."""
    conversation.offers.filter(state=Offer.State.OPEN).update(state=Offer.State.WITHDRAWN)


def open_offers(conversation: Conversation) -> list[Offer]:
    """Return the offers a customer can still choose from, in the order they were proposed."""
    return list(
        conversation.offers.filter(state=Offer.State.OPEN, expires_at__gt=timezone.now())
        .select_related("member__user", "listing")
        .order_by("position", "pk")
    )


def hold(
    offer: Offer,
    *,
    conversation: Conversation | None = None,
    moving: Appointment | None = None,
) -> Appointment:
    """Reserve an offered time for 10 minutes; holding it again lengthens the hold.

    Other holds of the conversation are given up. An appointment that is `moving` there may overlap
    the new time: what it occupies already stays reserved by itself, and the hold reserves the
    rest. Raises `SlotTaken` or `OfferExpired`.
    """
    with transaction.atomic():
        offer, existing = _open(offer, conversation)
        if existing and existing.status == Appointment.Status.BOOKED:
            return existing
        appointment = existing or _appointment_from(offer)
        appointment.status = Appointment.Status.HOLD
        appointment.hold_expires_at = timezone.now() + HOLD_LASTS
        _place(appointment, offer, moving=moving)
        return appointment


def book(offer: Offer, *, conversation: Conversation | None = None) -> Appointment:
    """Book an offered time. Booking the same offer again returns the same appointment.

    With `conversation` given, an offer of another one is refused. Raises `SlotTaken` (also
    `ListingGone`) or `OfferExpired`; nothing is changed then.
    """
    with transaction.atomic():
        offer, existing = _open(offer, conversation)
        if existing and existing.status == Appointment.Status.BOOKED:
            return existing
        appointment = existing or _appointment_from(offer)
        was_held = bool(existing)
        appointment.status = Appointment.Status.BOOKED
        appointment.hold_expires_at = None
        _place(appointment, offer, notice=not was_held)
        _use_up(offer)
        ensure_link(appointment)
        _tell(appointment, "booked")
    return appointment


def book_by_hand(
    conversation: Conversation,
    kind: AppointmentKind.Kind | str,
    member: Member,
    starts_at: datetime,
    by: Member,
    listing: Listing | None = None,
) -> Appointment:
    """Book a time that a member chose. Hours and notice are theirs to overrule, an overlap is not.

    Raises `SlotTaken` for an overlap, a time that has passed, or a member who left.
    """
    organization = conversation.organization
    rules = kind_rules(organization, kind)
    with transaction.atomic():
        conversation = _lock_conversation(conversation)
        appointment = Appointment(
            organization=organization,
            conversation=conversation,
            member=member,
            listing=listing,
            kind=kind,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=rules.minutes),
            timezone=organization.timezone,
            created_by_kind="member",
            created_by=by,
        )
        if starts_at <= timezone.now():
            raise SlotTaken(_("That time has passed."))
        appointment.member = _lock_member(organization, member.pk)
        _save_where_free(appointment, rules)
        withdraw_offers(conversation)
        ensure_link(appointment)
        _tell(appointment, "booked", by=by)
    return appointment


def move(
    appointment: Appointment,
    offer: Offer,
    *,
    conversation: Conversation | None = None,
    by: Member | None = None,
) -> Appointment:
    """Move an appointment to an offered time; it keeps its code. Moving there again does nothing.

    Raises `SlotTaken`, `OfferExpired` or `AppointmentOver`; the old time then stands.
    """
    with transaction.atomic():
        offer, existing = _open(offer, conversation)
        # The lock on the conversation keeps others from changing it meanwhile.
        appointment = Appointment.objects.select_related("organization", "conversation").get(
            pk=appointment.pk
        )
        if appointment.conversation_id != offer.conversation_id:
            raise OfferExpired(_("That time was offered in another conversation."))
        if existing and existing.pk == appointment.pk and _is_standing(appointment):
            return appointment
        if existing and existing.status == Appointment.Status.BOOKED:
            raise OfferExpired(_("That time is already booked for another appointment."))
        _require_standing(appointment)
        appointment.offer = offer
        appointment.status = Appointment.Status.BOOKED
        appointment.hold_expires_at = None
        _count_change(appointment)
        _place(appointment, offer, notice=existing is None)
        _use_up(offer)
        ensure_link(appointment)
        _tell(appointment, "moved", by=by)
    return appointment


def cancel(appointment: Appointment, reason: str, by: Member | None = None) -> Appointment:
    """Cancel a booking or a hold. A cancelled one stays as it is.

    `reason` is at most 200 characters. Raises `AppointmentOver` for one that has ended.
    """
    with transaction.atomic():
        appointment = _lock_appointment(appointment)
        if appointment.status == Appointment.Status.CANCELLED:
            return appointment
        _require_standing(appointment)
        was_booked = appointment.status == Appointment.Status.BOOKED
        appointment.status = Appointment.Status.CANCELLED
        appointment.cancelled_reason = reason[:200]
        _count_change(appointment)
        appointment.save(update_fields=["status", "cancelled_reason", "sequence", "changed_at"])
        if was_booked:
            _tell(appointment, "cancelled", by=by, reason=appointment.cancelled_reason)
    return appointment


def set_outcome(
    appointment: Appointment, outcome: Appointment.Status | str, by: Member
) -> Appointment:
    """Say that an appointment took place (`done`) or that nobody came (`no_show`).

    Raises `NotOverYet` before its end and `AppointmentOver` if it was cancelled.
    """
    if outcome not in (Appointment.Status.DONE, Appointment.Status.NO_SHOW):
        raise ValueError(f"{outcome} is no outcome.")
    with transaction.atomic():
        appointment = _lock_appointment(appointment)
        if appointment.status not in ("booked", "done", "no_show"):
            raise AppointmentOver(_("This appointment was cancelled."))
        if appointment.ends_at > timezone.now():
            raise NotOverYet(_("This appointment has not ended yet."))
        if appointment.status != outcome:
            appointment.status = Appointment.Status(outcome).value
            appointment.save(update_fields=["status"])
            _tell(appointment, appointment.status, by=by)
    return appointment


def _open(offer: Offer, conversation: Conversation | None) -> tuple[Offer, Appointment | None]:
    """Lock an offer as it is stored now, with what was made of it, or raise `OfferExpired`."""
    if conversation is not None and conversation.pk != offer.conversation_id:
        raise OfferExpired(_("That time was offered in another conversation."))
    _lock_conversation(offer.conversation_id)
    stored = (
        Offer.objects.select_for_update(no_key=True, of=("self",))
        .select_related("organization", "listing")
        .filter(pk=offer.pk, conversation_id=offer.conversation_id)
        .first()
    )
    if stored is None:
        raise OfferExpired(_("That time was not offered here."))
    existing = stored.appointments.order_by("-pk").first()
    if existing and existing.status == Appointment.Status.BOOKED:
        return stored, existing
    if stored.state != Offer.State.OPEN or stored.expires_at <= timezone.now():
        raise OfferExpired(_("That time is no longer offered."))
    held = existing and existing.status == Appointment.Status.HOLD
    return stored, existing if held and existing.hold_expires_at > timezone.now() else None


def _place(
    appointment: Appointment,
    offer: Offer,
    *,
    notice: bool = True,
    moving: Appointment | None = None,
) -> None:
    """Put an appointment at an offered time, after checking all that made it offerable."""
    organization = offer.organization
    rules = kind_rules(organization, offer.kind)
    appointment.member = _lock_member(organization, offer.member_id)
    appointment.starts_at, appointment.ends_at = offer.starts_at, offer.ends_at
    if not rules.is_active:
        raise SlotTaken(_("This kind of appointment is no longer offered."))
    if offer.listing and offer.listing.status != Listing.Status.AVAILABLE:
        raise ListingGone(_("This home is no longer on offer."))
    earliest, latest = bookable_span(rules, organization.zone, timezone.now())
    if offer.starts_at <= timezone.now() or (notice and offer.starts_at < earliest):
        raise SlotTaken(_("That time is too soon."))
    if offer.starts_at >= latest:
        raise SlotTaken(_("That time is too far ahead."))
    working = hours_of([appointment.member], offer.starts_at, offer.ends_at)
    if working[appointment.member.pk] != [(offer.starts_at, offer.ends_at)]:
        raise SlotTaken(_("That time is outside the working hours."))
    _give_up_other_holds(appointment)
    _save_where_free(appointment, rules, moving)


def _save_where_free(
    appointment: Appointment, rules: AppointmentKind, moving: Appointment | None = None
) -> None:
    """Save unless the member is taken; the constraint has the last word. The member is locked."""
    until = appointment.ends_at + timedelta(minutes=rules.buffer_minutes)
    appointment.occupied = (appointment.starts_at, until)
    member = appointment.member
    _release_expired_holds(member)
    ours = [appointment, *([moving] if moving else [])]
    busy = busy_intervals([member], appointment.starts_at, until, except_for=ours)
    if busy[member.pk]:
        raise SlotTaken(_("That time is taken."))
    if moving:
        appointment.occupied = _beyond(moving, appointment)
    try:
        with transaction.atomic():
            appointment.save()
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", "") == EXCLUSION_VIOLATION:
            raise SlotTaken(_("That time is taken.")) from error
        raise


def _beyond(moving: Appointment, held: Appointment) -> tuple[datetime, datetime]:
    """The part of a held time that the appointment moving there does not occupy already.

    Two appointments never overlap in the database: so the hold takes no more than this.
    """
    start, until = held.occupied
    stored = Appointment.objects.filter(
        pk=moving.pk,
        conversation_id=held.conversation_id,
        member_id=held.member_id,
        status=Appointment.Status.BOOKED,
        occupied__overlap=(start, until),
    ).first()
    if stored is None:
        return start, until
    if stored.occupied.lower <= start:
        start = min(stored.occupied.upper, until)
    elif stored.occupied.upper >= until:
        until = stored.occupied.lower
    return start, until


def _release_expired_holds(member: Member) -> None:
    # The constraint knows no clock: a hold that ran out blocks until its status says so.
    member.appointments.filter(
        status=Appointment.Status.HOLD, hold_expires_at__lte=timezone.now()
    ).update(status=Appointment.Status.EXPIRED)


def _give_up_other_holds(appointment: Appointment) -> None:
    # After the member is locked: rows of appointments come last in the order of locks.
    Appointment.objects.filter(
        organization_id=appointment.organization_id,
        conversation_id=appointment.conversation_id,
        status=Appointment.Status.HOLD,
    ).exclude(pk=appointment.pk).update(status=Appointment.Status.EXPIRED)


def _appointment_from(offer: Offer) -> Appointment:
    return Appointment(
        organization=offer.organization,
        conversation_id=offer.conversation_id,
        listing=offer.listing,
        offer=offer,
        kind=offer.kind,
        timezone=offer.organization.timezone,
    )


def _count_change(appointment: Appointment) -> None:
    """Let the customer's calendar know that its copy is old."""
    appointment.sequence += 1
    appointment.changed_at = timezone.now()


def _use_up(offer: Offer) -> None:
    offer.state = Offer.State.CHOSEN
    offer.save(update_fields=["state"])
    withdraw_offers(offer.conversation)


def _lock_conversation(conversation: Conversation | int) -> Conversation:
    pk = getattr(conversation, "pk", conversation)
    return Conversation.objects.select_for_update(no_key=True).get(pk=pk)


def _lock_member(organization: Organization, member_id: int) -> Member:
    """Lock the member, so that their bookings queue up, or raise `SlotTaken` for one who left."""
    member = (
        organization.members.active()
        .select_for_update(no_key=True, of=("self",))
        .select_related("user", "organization")
        .filter(pk=member_id)
        .first()
    )
    if member is None:
        raise SlotTaken(_("This colleague takes no appointments any more."))
    return member


def _lock_appointment(appointment: Appointment) -> Appointment:
    if appointment.conversation_id:
        _lock_conversation(appointment.conversation_id)
    return (
        Appointment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("organization", "conversation", "listing", "member__user")
        .get(pk=appointment.pk)
    )


def _is_standing(appointment: Appointment) -> bool:
    if appointment.status == Appointment.Status.HOLD:
        return appointment.hold_expires_at > timezone.now()
    return appointment.status == Appointment.Status.BOOKED


def _require_standing(appointment: Appointment) -> None:
    if not _is_standing(appointment):
        raise AppointmentOver(_("This appointment no longer stands."))
    if appointment.ends_at <= timezone.now():
        raise AppointmentOver(_("This appointment has already ended."))


def _tell(appointment: Appointment, what: str, by: Member | None = None, **details: str) -> None:
    """Tell the conversation's summary, its thread, open browsers and the audit trail."""
    from inbox.events import announce
    from inbox.thread import add_event

    organization = appointment.organization
    if appointment.conversation_id:
        refresh_summary(appointment.conversation)
        _move_lead(appointment, what)
        add_event(
            appointment.conversation,
            what,
            what=describe(appointment),
            by=str(by) if by else "",
            appointment=str(appointment.code),
            **details,
        )
    announce(organization, "appointment", appointment.code)
    if by is not None:
        auditing.record(
            organization, f"appointment.{what}", user=by.user, subject=appointment, **details
        )


def _move_lead(appointment: Appointment, what: str) -> None:
    lead = ensure_lead(appointment.conversation.contact)
    if what in ("booked", "moved"):
        stages.book(lead)
    elif what == "cancelled" and not appointment.conversation.appointments.upcoming().exists():
        stages.unbook(lead)


def describe(appointment: Appointment) -> str:
    """Say in words what, where, when (in the organization's time) and with whom."""
    local = appointment.starts_at.astimezone(appointment.organization.zone)
    parts = {
        "kind": appointment.get_kind_display(),
        "listing": appointment.listing.title if appointment.listing else "",
        "when": f"{date_format(local, 'D j M')}, {local:%H:%M}",
        "member": str(appointment.member),
    }
    if appointment.listing:
        return _("%(kind)s of %(listing)s, %(when)s, with %(member)s") % parts
    return _("%(kind)s, %(when)s, with %(member)s") % parts


def refresh_summary(conversation: Conversation) -> None:
    """Write the conversation's next appointment to the row that lists read."""
    following = conversation.appointments.upcoming().first()
    ConversationSummary.objects.update_or_create(
        conversation=conversation,
        defaults={
            "organization_id": conversation.organization_id,
            "next_appointment_at": following.starts_at if following else None,
            "next_appointment_kind": following.kind if following else "",
        },
    )
