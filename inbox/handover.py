"""Who is in charge of a conversation, and whose it is.

Every verb runs inside `tenant()`, locks the conversation row, adds a thread event and tells the
open browsers. A change of who is in charge raises `takeover_seq`, which drops any draft in the
making, and cancels what the assistant queued but nobody posted yet.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox import briefing as briefings
from inbox import events, suggesting, thread, work
from inbox.briefing import Briefing
from inbox.models import Channel, Conversation, HandOver, Message, OutboundWork, Signal
from inbox.whatsapp import errors
from organizations.models import Member, Organization
from organizations.queue import enqueue

Reason = Conversation.HandOverReason

# The assistant decided these itself; its last words on the way out still go to the customer.
BY_THE_ASSISTANT = frozenset(
    (
        Reason.ASKED,
        Reason.UNSURE,
        Reason.COMPLAINT,
        Reason.SENSITIVE,
        Reason.EMERGENCY,
        Reason.FAIR_HOUSING,
        Reason.LEGAL,
        Reason.PRICE,
        Reason.LOOP,
        Reason.FLOOD,
        Reason.AUTO_REPLY,
        Reason.TURN_CAP,
        Reason.MEDIA,
    )
)

# A person is in charge because of how the assistant is set, not because of the conversation.
BY_THE_SWITCH = (Reason.PAUSED, Reason.SUGGESTED)

# A graver reason takes the place of the one that stands, never the other way round.
GRAVITY = {
    Reason.COMPLAINT: 1,
    Reason.LEGAL: 2,
    Reason.FAIR_HOUSING: 3,
    Reason.EMERGENCY: 4,
}
RECENT = timedelta(minutes=15)

UNAVAILABLE = {
    "opted_out": gettext_lazy("The customer asked for no more messages."),
    "paused": gettext_lazy("The assistant is paused for the whole agency."),
    "off": gettext_lazy("The assistant is switched off here, or at this hour."),
    "account": gettext_lazy("WhatsApp has stopped this number."),
    "meta_agent": gettext_lazy("Meta's own agent answers here."),
}


class CannotHandOver(Exception):
    """Nothing was changed; the text tells the member why."""


class AlreadyTakenOver(CannotHandOver):
    """Another member was faster; `member` is who."""

    def __init__(self, member: Member) -> None:
        self.member = member
        super().__init__(_("%(name)s has taken over already.") % {"name": member})


class AssistantUnavailable(CannotHandOver):
    """The assistant cannot answer here; `reason` is opted_out, paused or off."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(UNAVAILABLE[reason])


def lock(conversation: Conversation) -> None:
    """Lock the row until the transaction ends, and bring the caller's object up to date."""
    fresh = Conversation.objects.locked(conversation.pk)
    for field in conversation._meta.concrete_fields:
        setattr(conversation, field.attname, getattr(fresh, field.attname))
    for name in ("organization", "channel", "contact", "assignee"):
        setattr(conversation, name, getattr(fresh, name))


def take_over(conversation: Conversation, member: Member, instead_of: int | None = None) -> None:
    """Put a member in charge.

    Raises `AlreadyTakenOver` if another one did so before, unless `instead_of` is that one's key:
    then the member knows whom they relieve.
    """
    lock(conversation)
    relieved = None
    is_with_a_person = conversation.in_charge == Conversation.InCharge.PERSON
    if is_with_a_person and conversation.hand_over_reason == Reason.TAKEN_OVER:
        if conversation.assignee_id == member.pk:
            return
        if conversation.assignee_id and conversation.assignee_id != instead_of:
            raise AlreadyTakenOver(conversation.assignee)
        relieved = conversation.assignee
    work.rest(conversation)
    cancel_queued_replies(conversation)
    _change(
        conversation,
        in_charge=Conversation.InCharge.PERSON,
        waiting_since=conversation.waiting_since,
        hand_over_reason=Reason.TAKEN_OVER,
        assignee=member,
        takeover_seq=conversation.takeover_seq + 1,
    )
    instead = {"to": str(relieved)} if relieved else {}
    _tell(conversation, "taken_over", author=member, by=str(member), **instead)


def answering_since(conversation: Conversation) -> datetime | None:
    """Since when the assignee answers: their last taking over, if nobody was assigned since."""
    if conversation.in_charge != Conversation.InCharge.PERSON or not conversation.assignee_id:
        return None
    changes = ("taken_over", "handed_over", "assigned", "unassigned")
    lines = conversation.messages.filter(
        direction=Message.Direction.EVENT, payload__event__in=changes
    )
    last = lines.order_by("-sent_at", "-pk").first()
    is_theirs = last and last.payload["event"] == "taken_over"
    return last.sent_at if is_theirs and last.author_id == conversation.assignee_id else None


def take_over_from_phone(conversation: Conversation) -> None:
    """Note that somebody answered from the business phone: the assistant keeps silent."""
    lock(conversation)
    work.rest(conversation)
    cancel_queued_replies(conversation)
    suggesting.expire(conversation)
    briefings.resolve(conversation, HandOver.Resolution.ANSWERED)
    if conversation.in_charge == Conversation.InCharge.PERSON:
        return
    _change(
        conversation,
        in_charge=Conversation.InCharge.PERSON,
        hand_over_reason=Reason.TAKEN_OVER,
        takeover_seq=conversation.takeover_seq + 1,
    )
    _tell(conversation, "taken_over", by=str(Message.Author.PHONE.label))


def note_call(conversation: Conversation) -> None:
    """Tell people that the customer called; who is in charge of what is written stays so."""
    lock(conversation)
    if conversation.in_charge == Conversation.InCharge.ASSISTANT:
        _change(conversation, hand_over_reason=Reason.CALLED)
    else:
        _change(conversation, waiting_since=conversation.waiting_since or now())


def note_answered_call(conversation: Conversation) -> None:
    """Take back the request for a person: somebody answered the call."""
    lock(conversation)
    if conversation.hand_over_reason == Reason.CALLED:
        _change(conversation, hand_over_reason=Reason.NONE)


def hand_back(conversation: Conversation, member: Member) -> None:
    """Put the assistant in charge again; it answers what the customer waits for.

    Raises `AssistantUnavailable` where it may not answer.
    """
    lock(conversation)
    if conversation.in_charge == Conversation.InCharge.ASSISTANT:
        return
    conversation.in_charge = Conversation.InCharge.ASSISTANT
    if reason := work.why_idle(conversation):
        conversation.in_charge = Conversation.InCharge.PERSON
        raise AssistantUnavailable(reason)
    suggesting.expire(conversation)
    briefings.resolve(conversation, HandOver.Resolution.HANDED_BACK, member)
    _change(
        conversation,
        in_charge=Conversation.InCharge.ASSISTANT,
        hand_over_reason=Reason.NONE,
        assignee=None,
        takeover_seq=conversation.takeover_seq + 1,
    )
    work.rest(conversation)
    if conversation.waiting_since and not _last_message_is_stale(conversation):
        work.mark_due(conversation, now(), quiet=timedelta())
    _tell(conversation, "handed_back", author=member, by=str(member))


def hand_over(
    conversation: Conversation, reason: str, summary: str = "", briefing: Briefing | None = None
) -> None:
    """Give the conversation from the assistant to a person, who sees it as waiting.

    `reason` is one of `Conversation.HandOverReason`. The card that the person reads is made here;
    `summary`, at most 600 characters, replaces the one that it composes. With a person in charge
    already only the waiting, the reason and the card are noted, and an emergency stays one.
    """
    lock(conversation)
    briefing = briefing or Briefing()
    if conversation.in_charge == Conversation.InCharge.PERSON:
        standing = conversation.hand_over_reason if conversation.waiting_since else ""
        if standing == reason or GRAVITY.get(standing, 0) > GRAVITY.get(reason, 0):
            return
        _change(
            conversation,
            waiting_since=conversation.waiting_since or now(),
            hand_over_reason=reason,
        )
        briefings.open_hand_over(conversation, reason, briefing, summary)
        _announce(conversation)
        return
    work.rest(conversation)
    if reason not in BY_THE_ASSISTANT:
        cancel_queued_replies(conversation, errors.HANDED_OVER_TEXT)
    _change(
        conversation,
        in_charge=Conversation.InCharge.PERSON,
        hand_over_reason=reason,
        waiting_since=conversation.waiting_since or now(),
        assignee=briefing.meant_for or conversation.assignee,
        takeover_seq=conversation.takeover_seq + 1,
    )
    briefings.open_hand_over(conversation, reason, briefing, summary)
    to = {"to": str(briefing.meant_for)} if briefing.meant_for else {}
    _tell(conversation, "handed_over", reason=str(reason), text=summary, **to)


def wait_with_suggestion(conversation: Conversation) -> None:
    """Let the conversation wait for a person to send or change the reply that was suggested.

    What was handed over, or asked for a grave reason, keeps that.
    """
    lock(conversation)
    fields: dict[str, Any] = {"waiting_since": conversation.waiting_since or now()}
    if conversation.in_charge == Conversation.InCharge.ASSISTANT:
        fields["in_charge"] = Conversation.InCharge.PERSON
        if conversation.hand_over_reason not in GRAVITY:
            fields["hand_over_reason"] = Reason.SUGGESTED
    _change(conversation, **fields)
    _announce(conversation)


def add_to_hand_over(
    conversation: Conversation,
    message: Message,
    additions: briefings.Facts,
    reason: str = "",
    briefing: Briefing | None = None,
) -> None:
    """Bring the open hand-over up to date with what the customer wrote to a person since.

    `additions` are `{"kind", "text"}`. A graver `reason` is raised on the card and told again; only
    an emergency also takes a conversation that a member has taken over, and opens a card where
    none is. Doing it again for the same message changes nothing.
    """
    lock(conversation)
    card = _open_card(conversation)
    is_emergency = reason == Reason.EMERGENCY
    if is_emergency and conversation.in_charge == Conversation.InCharge.ASSISTANT:
        hand_over(conversation, reason, briefing=briefing)
    elif is_graver(reason, card.reason) if card else is_emergency:
        _raise(conversation, card, reason, briefing or Briefing())
    if card := _open_card(conversation):
        briefings.add(card, message, additions)
        briefings.ask_for_reply(card, delay=work.QUIET)
    _announce(conversation)


def is_graver(reason: str, standing: str) -> bool:
    return GRAVITY.get(reason, 0) > GRAVITY.get(standing, 0)


def _raise(
    conversation: Conversation, card: HandOver | None, reason: str, briefing: Briefing
) -> None:
    """Give the card and the list the graver reason; who took over keeps it, save an emergency."""
    is_taken = conversation.hand_over_reason == Reason.TAKEN_OVER and reason != Reason.EMERGENCY
    _change(
        conversation,
        waiting_since=conversation.waiting_since or now(),
        hand_over_reason=conversation.hand_over_reason if is_taken else reason,
        assignee=conversation.assignee or briefing.meant_for,
    )
    if card:
        briefings.raise_reason(card, reason, briefing)
    else:
        briefings.open_hand_over(conversation, reason, briefing)
    _tell(conversation, "raised", reason=str(reason), text=briefing.words)


def _open_card(conversation: Conversation) -> HandOver | None:
    cards = HandOver.objects.filter(conversation=conversation, resolved_at=None)
    return cards.filter(kind=HandOver.Kind.HAND_OVER).first()


def give_back_recent(
    organization: Organization, channel: Channel | None = None, by: Member | None = None
) -> int:
    """Let the assistant, switched on again, answer who has waited for less than 15 minutes.

    Only what the switch itself took from it, or waits with a suggested reply, and nobody has taken
    or answered since; whoever waits longer stays with people. Returns how
    many. Runs inside `tenant()`.
    """
    waiting = Conversation.objects.filter(
        organization=organization,
        status=Conversation.Status.OPEN,
        in_charge=Conversation.InCharge.PERSON,
        hand_over_reason__in=BY_THE_SWITCH,
        assignee=None,
        waiting_since__gt=now() - RECENT,
    )
    if channel is not None:
        waiting = waiting.filter(channel=channel)
    given = 0
    for pk in waiting.order_by("contact_id", "pk").values_list("pk", flat=True):
        given += _give_back(Conversation.objects.locked(pk), by)
    return given


def end_suggesting(organization: Organization, by: Member | None = None) -> None:
    """Put the assistant, which answers by itself now, in charge of who waits for nobody.

    Runs inside `tenant()`. Who waits with a suggestion stays with people, save the recent ones.
    """
    give_back_recent(organization, by=by)
    served = Conversation.objects.filter(
        organization=organization,
        in_charge=Conversation.InCharge.PERSON,
        hand_over_reason=Reason.SUGGESTED,
        assignee=None,
        waiting_since=None,
    )
    for pk in served.order_by("contact_id", "pk").values_list("pk", flat=True):
        conversation = Conversation.objects.locked(pk)
        if conversation.hand_over_reason == Reason.SUGGESTED and not conversation.waiting_since:
            _change(
                conversation,
                in_charge=Conversation.InCharge.ASSISTANT,
                hand_over_reason=Reason.NONE,
                takeover_seq=conversation.takeover_seq + 1,
            )
            _announce(conversation)


def _give_back(conversation: Conversation, by: Member | None) -> bool:
    waits = conversation.waiting_since and conversation.waiting_since > now() - RECENT
    if conversation.hand_over_reason not in BY_THE_SWITCH or conversation.assignee_id or not waits:
        return False
    conversation.in_charge = Conversation.InCharge.ASSISTANT
    if work.why_idle(conversation) or _last_message_is_stale(conversation):
        return False
    suggesting.expire(conversation)
    briefings.resolve(conversation, HandOver.Resolution.HANDED_BACK, by)
    _change(
        conversation,
        in_charge=Conversation.InCharge.ASSISTANT,
        hand_over_reason=Reason.NONE,
        takeover_seq=conversation.takeover_seq + 1,
    )
    work.rest(conversation)
    work.mark_due(conversation, now(), quiet=timedelta())
    _tell(conversation, "assistant_resumed")
    return True


def ask_colleague(
    conversation: Conversation,
    question: str,
    reason: str = Reason.UNSURE,
    briefing: Briefing | None = None,
) -> None:
    """Tell people what the assistant could not answer; it stays in charge.

    The reason puts the conversation among those that wait for a person.
    """
    lock(conversation)
    briefing = briefing or Briefing()
    standing = conversation.hand_over_reason
    _change(
        conversation,
        hand_over_reason=standing if is_graver(standing, reason) else reason,
        assignee=briefing.meant_for or conversation.assignee,
    )
    briefings.open_question(conversation, question, reason, briefing)
    _tell(conversation, "asked_colleague", text=question)


def assign(conversation: Conversation, member: Member | None, by: Member) -> None:
    """Make the conversation a member's, or nobody's."""
    lock(conversation)
    if conversation.assignee_id == (member.pk if member else None):
        return
    _change(conversation, assignee=member)
    if member:
        _tell(conversation, "assigned", author=by, by=str(by), to=str(member))
    else:
        _tell(conversation, "unassigned", author=by, by=str(by))


def close(conversation: Conversation, member: Member) -> None:
    """Close the conversation. The customer's next message opens it again."""
    lock(conversation)
    if conversation.status == Conversation.Status.CLOSED:
        return
    work.rest(conversation)
    cancel_queued_replies(conversation, errors.CLOSED_TEXT)
    suggesting.expire(conversation)
    briefings.resolve(conversation, HandOver.Resolution.CLOSED, member)
    _change(
        conversation,
        status=Conversation.Status.CLOSED,
        waiting_since=None,
        snoozed_until=None,
        unread_count=0,
        takeover_seq=conversation.takeover_seq + 1,
    )
    _tell(conversation, "closed", author=member, by=str(member))


def state_before_closing(conversation: Conversation) -> dict[str, Any]:
    """What `take_back_closing` has to know, as JSON."""
    snoozed, waiting = conversation.snoozed_until, conversation.waiting_since
    return {
        "status": str(conversation.status),
        "snoozed_until": snoozed.isoformat() if snoozed else None,
        "waiting_since": waiting.isoformat() if waiting else None,
        "unread": conversation.unread_count,
        "seq": conversation.takeover_seq,
        "at": now().isoformat(),
    }


def take_back_closing(conversation: Conversation, member: Member, before: dict[str, Any]) -> bool:
    """Open again what was closed by mistake, as it was; returns False if it changed since.

    The customer waits on, the hand-over's card stands again, and the assistant, if it is in charge,
    answers. What it had queued and closing cancelled is not sent.
    """
    lock(conversation)
    is_the_same = conversation.takeover_seq == before["seq"] + 1
    if conversation.status != Conversation.Status.CLOSED or not is_the_same:
        return False
    waiting, snoozed = (
        datetime.fromisoformat(before[name]) if before[name] else None
        for name in ("waiting_since", "snoozed_until")
    )
    _change(
        conversation,
        status=before["status"],
        snoozed_until=snoozed,
        waiting_since=waiting,
        unread_count=before["unread"],
    )
    briefings.stand_again(conversation, since=datetime.fromisoformat(before["at"]))
    is_assistants = conversation.in_charge == Conversation.InCharge.ASSISTANT
    if waiting and is_assistants and not work.why_idle(conversation):
        work.mark_due(conversation, now(), quiet=timedelta())
    _tell(conversation, "reopened", author=member, by=str(member))
    return True


def reopen(conversation: Conversation, member: Member | None = None) -> None:
    """Open a closed or snoozed conversation; without a member, the customer wrote again."""
    lock(conversation)
    if conversation.status == Conversation.Status.OPEN:
        return
    _change(conversation, status=Conversation.Status.OPEN, snoozed_until=None)
    _tell(conversation, "reopened", author=member, by=str(member) if member else "")


def snooze(conversation: Conversation, member: Member, until: datetime) -> None:
    """Put the conversation off until a UTC time; a message of the customer brings it back."""
    lock(conversation)
    _change(conversation, status=Conversation.Status.SNOOZED, snoozed_until=until)
    enqueue(
        "inbox.tasks.wake",
        conversation.organization_id,
        conversation.pk,
        delay=max(until - now(), timedelta()),
    )
    _tell(conversation, "snoozed", author=member, by=str(member), until=until.isoformat())


def wake(conversation: Conversation) -> None:
    """Open a snoozed conversation whose time has come."""
    lock(conversation)
    is_asleep = conversation.status == Conversation.Status.SNOOZED
    if is_asleep and conversation.snoozed_until and conversation.snoozed_until <= now():
        _change(conversation, status=Conversation.Status.OPEN, snoozed_until=None)
        _announce(conversation)


def _change(conversation: Conversation, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(conversation, name, value)
    conversation.save(update_fields=list(fields))


def _tell(conversation: Conversation, kind: str, **details: Any) -> None:
    thread.add_event(conversation, kind, **details)
    _announce(conversation)


def _announce(conversation: Conversation) -> None:
    events.announce(conversation.organization_id, Signal.Kind.CONVERSATION, conversation.code)


def cancel_queued_replies(conversation: Conversation, why: str = errors.TAKEN_OVER_TEXT) -> None:
    """Cancel what the assistant wrote and nobody has begun to post; then the customer waits on.

    `why` is an English sentence of the catalogues, for the thread.
    """
    queued = Message.objects.filter(
        conversation=conversation,
        author_kind=Message.Author.ASSISTANT,
        status__in=(Message.Status.QUEUED, Message.Status.SENDING),
    )
    work_rows = OutboundWork.objects.select_for_update().filter(
        message__in=queued, posting_at=None, state__in=("queued", "sending")
    )
    ids = [row.pk for row in work_rows.order_by("pk")]
    OutboundWork.objects.filter(pk__in=ids).update(state=OutboundWork.State.DONE, claim_token=None)
    Message.objects.filter(pk__in=ids).update(status=Message.Status.CANCELLED, failure_text=why)
    if ids and conversation.waiting_since is None:
        conversation.waiting_since = conversation.last_customer_message_at


def _last_message_is_stale(conversation: Conversation) -> bool:
    last = conversation.messages.filter(direction=Message.Direction.INBOUND).in_order().last()
    return last is None or last.is_stale
