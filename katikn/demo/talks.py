"""The demonstration's conversations, with all that the product would have made of them.

Rows are written directly and in bulk, because they lie in the past: the verbs would stamp them with
the present, queue replies and send messages. Facts and scores alone go through their verb.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import OuterRef, Subquery

from assistant.models import Dialogue, Run
from inbox.models import (
    Channel,
    Contact,
    Conversation,
    ConversationSummary,
    ConversationWork,
    Identity,
    Message,
    MessageStatus,
    OutboundWork,
    Reaction,
)
from inbox.sending import preview_of
from inbox.whatsapp.errors import plain_words
from katikn.demo.content import JSON, Calendar
from katikn.demo.files import add_files
from knowledge.folding import fold
from knowledge.models import Listing
from leads.extraction import FoundFact
from leads.models import Fact, Lead
from leads.recording import ensure_lead, record_facts, rescore
from organizations.models import Member, Organization
from organizations.queue import enqueue
from scheduling.booking import describe
from scheduling.models import Appointment, AppointmentKind

Author, Direction, Status = Message.Author, Message.Direction, Message.Status
Reason = Conversation.HandOverReason

# Two lines of the same minute follow each other at least this closely.
PAUSE = timedelta(seconds=4)
OPENS_AT = "09:00"
KINDS = {"voice": Message.Kind.AUDIO}
REASONS = {
    "asked_for_person": Reason.ASKED,
    "complaint": Reason.COMPLAINT,
    "unsure": Reason.UNSURE,
    "legal": Reason.LEGAL,
    "price_negotiation": Reason.PRICE,
    "unreadable_message": Reason.MEDIA,
}
# The content says in words why the assistant handed over; what has no code stands there as text.
REASON_WORDS = {
    "asked for a person": Reason.ASKED,
    "complaint": Reason.COMPLAINT,
    "unsure": Reason.UNSURE,
    "legal": Reason.LEGAL,
    "price negotiation": Reason.PRICE,
    "voice notes": Reason.MEDIA,
}
FIGURE = re.compile(r"\d+(?:[.,\u00a0\u202f ]\d{3})*")


@dataclass
class Agency:
    """What a conversation refers to: members by e-mail, listings by reference, kinds by key."""

    organization: Organization
    channel: Channel
    members: dict[str, Member]
    listings: dict[str, Listing]
    kinds: dict[str, AppointmentKind]
    calendar: Calendar

    @property
    def owner(self) -> Member:
        return next(m for m in self.members.values() if m.role == Member.Role.OWNER)


@dataclass
class Talk:
    """One conversation on its way into the database. `lines` run in parallel to `times`."""

    agency: Agency
    data: JSON
    times: list[datetime]
    contact: Contact
    conversation: Conversation
    appointment: Appointment | None = None
    messages: dict[int, Message] = field(default_factory=dict)

    @property
    def lines(self) -> list[JSON]:
        return self.data["messages"]

    @property
    def listings(self) -> list[Listing]:
        return [self.agency.listings[reference] for reference in self.data["listings"]]

    @property
    def assignee(self) -> Member | None:
        return self.agency.members.get(self.data["assignee"] or "")

    def spoken(self) -> Iterator[tuple[int, JSON]]:
        """The lines that customer and agency said to each other, with their index."""
        for index, line in enumerate(self.lines):
            if line["from"] in ("customer", "assistant", "member") and line["kind"] != "reaction":
                yield index, line

    def row(self, model: type, **fields: Any) -> Any:
        return model(organization=self.agency.organization, **fields)


def seed_conversations(agency: Agency, items: Iterable[JSON]) -> None:
    """Store the conversations of one agency. Runs inside `tenant()`."""
    talks = [_talk(agency, item) for item in items]
    _add_contacts(talks)
    Conversation.objects.bulk_create(talk.conversation for talk in talks)
    _add_appointments(talks)
    ConversationSummary.objects.bulk_create(map(_summary, talks))
    ConversationWork.objects.bulk_create(map(_work, talks))
    _add_messages(talks)
    _add_leads(talks)
    _add_runs(talks)


def _talk(agency: Agency, data: JSON) -> Talk:
    organization = agency.organization
    times = _times(agency.calendar.now, data)
    person = data["contact"]
    contact = Contact(
        organization=organization,
        name=person["name"],
        username=person["username"] or "",
        language=person["language"] or "",
        search_text=" ".join(
            (fold(person["name"]), fold(person["username"] or ""), _digits(person["phone"]))
        ),
        created_at=times[0],
    )
    conversation = Conversation(
        organization=organization, channel=agency.channel, contact=contact, created_at=times[0]
    )
    talk = Talk(agency, data, times, contact, conversation)
    _set_state(talk)
    return talk


def _digits(phone: str | None) -> str:
    """Return the phone as Meta writes it: without the plus."""
    return (phone or "").lstrip("+")


def _times(at: datetime, data: JSON) -> list[datetime]:
    """Return when each line was written: in their order, and none in the future."""
    last = at - timedelta(minutes=data["minutes_ago"])
    times: list[datetime] = []
    for line in data["messages"]:
        wanted = last - timedelta(minutes=line["minutes_before_last"])
        times.append(max(wanted, times[-1] + PAUSE) if times else wanted)
    late = max(timedelta(), times[-1] - at)
    return [time - late for time in times]


def _set_state(talk: Talk) -> None:
    data, conversation = talk.data, talk.conversation
    spoken = list(talk.spoken())
    last, last_line = spoken[-1]
    from_customer = [index for index, line in spoken if line["from"] == "customer"]
    conversation.status = data["status"]
    conversation.in_charge = data["in_charge"]
    conversation.assignee = talk.assignee
    conversation.hand_over_reason = _hand_over_reason(talk)
    conversation.takeover_seq = sum(
        line["from"] == "event" and line["kind"] in ("handed_over", "taken_over")
        for line in talk.lines
    )
    conversation.last_message_at = talk.times[last]
    conversation.last_customer_message_at = talk.times[from_customer[-1]]
    conversation.preview = preview_of(_message(talk, last, last_line))
    conversation.preview_author = last_line["from"]
    _set_waiting(talk, spoken)
    if data["snoozed_until_days"] is not None:
        day = talk.agency.calendar.day(data["snoozed_until_days"])
        conversation.snoozed_until = talk.agency.calendar.at(day, OPENS_AT)
    if data["opted_out"]:
        talk.contact.opted_out_at = talk.times[-1]


def _hand_over_reason(talk: Talk) -> str:
    if talk.data["in_charge"] != "person":
        return Reason.NONE
    taken_over = any(line["kind"] == "taken_over" for line in talk.lines)
    return REASONS.get(talk.data["reason"]) or (Reason.TAKEN_OVER if taken_over else Reason.NONE)


def _set_waiting(talk: Talk, spoken: list[tuple[int, JSON]]) -> None:
    """A customer waits for a person since the first message that no member has answered."""
    unanswered: list[int] = []
    for index, line in spoken:
        if line["from"] == "member":
            unanswered = []
        elif line["from"] == "customer":
            unanswered.append(index)
    handed_over = [i for i, line in enumerate(talk.lines) if line["kind"] == "handed_over"]
    if talk.data["in_charge"] == "person" and talk.data["status"] == "open" and unanswered:
        asked = [i for i in unanswered if not handed_over or i >= handed_over[-1] - 2]
        since = (asked or unanswered[-1:])[0]
        talk.conversation.waiting_since = talk.times[since]
        talk.conversation.unread_count = sum(index >= since for index in unanswered)


def _add_contacts(talks: list[Talk]) -> None:
    Contact.objects.bulk_create(talk.contact for talk in talks)
    identities = []
    for talk in talks:
        person = talk.data["contact"]
        values = {"phone": _digits(person["phone"]), "user_id": person["user_id"]}
        identities += [
            talk.row(
                Identity, contact=talk.contact, kind=kind, value=value, created_at=talk.times[0]
            )
            for kind, value in values.items()
            if value
        ]
    Identity.objects.bulk_create(identities)


def _add_appointments(talks: list[Talk]) -> None:
    for talk in talks:
        if talk.data["appointment"]:
            talk.appointment = _appointment(talk, talk.data["appointment"])
    Appointment.objects.bulk_create(talk.appointment for talk in talks if talk.appointment)


def _appointment(talk: Talk, data: JSON) -> Appointment:
    agency = talk.agency
    kind = agency.kinds[data["kind"]]
    day = agency.calendar.weekday(data["weekday"], data["week_offset"])
    starts = agency.calendar.at(day, data["time"])
    ends = starts + timedelta(minutes=kind.minutes)
    booked_by = talk.lines[data["message_index"]].get("member")
    return talk.row(
        Appointment,
        member=agency.members[data["member"]],
        conversation=talk.conversation,
        listing=agency.listings.get(data["listing"] or ""),
        kind=kind.kind,
        status=data["status"],
        starts_at=starts,
        ends_at=ends,
        occupied=DateTimeTZRange(starts, ends + timedelta(minutes=kind.buffer_minutes), "[)"),
        timezone=agency.organization.timezone,
        created_by_kind="member" if booked_by else "assistant",
        created_by=agency.members.get(booked_by or ""),
        created_at=talk.times[data["message_index"]],
    )


def _summary(talk: Talk) -> ConversationSummary:
    appointment = talk.appointment
    is_ahead = (
        appointment
        and appointment.status == Appointment.Status.BOOKED
        and appointment.ends_at > talk.agency.calendar.now
    )
    return talk.row(
        ConversationSummary,
        conversation=talk.conversation,
        next_appointment_at=appointment.starts_at if is_ahead else None,
        next_appointment_kind=appointment.kind if is_ahead else "",
    )


def _work(talk: Talk) -> ConversationWork:
    # Everything counts as answered, or the assistant would answer old messages at once.
    count = sum(line["from"] == "customer" for _index, line in talk.spoken())
    return talk.row(ConversationWork, conversation=talk.conversation, seq_in=count, seq_done=count)


def _add_messages(talks: list[Talk]) -> None:
    for talk in talks:
        for index, line in enumerate(talk.lines):
            if line["kind"] != "reaction":
                talk.messages[index] = _message(talk, index, line)
        _number_replies(talk)
    Message.objects.bulk_create(m for talk in talks for m in talk.messages.values())
    add_files((m, talk.lines[index]) for talk in talks for index, m in talk.messages.items())
    Reaction.objects.bulk_create(row for talk in talks for row in _reactions(talk))
    MessageStatus.objects.bulk_create(row for talk in talks for row in _statuses(talk))
    OutboundWork.objects.bulk_create(row for talk in talks for row in _outbound_work(talk))
    for talk in talks:
        if talk.conversation.snoozed_until:
            pause = talk.conversation.snoozed_until - talk.agency.calendar.now
            pks = talk.agency.organization.pk, talk.conversation.pk
            enqueue("inbox.tasks.wake", *pks, delay=pause)


def _message(talk: Talk, index: int, line: JSON) -> Message:
    direction, author_kind = _sides(line)
    message = talk.row(
        Message,
        conversation=talk.conversation,
        channel=talk.agency.channel,
        direction=direction,
        author_kind=author_kind,
        author=talk.agency.members.get(line.get("member") or ""),
        sent_at=talk.times[index],
        created_at=talk.times[index],
    )
    if direction == Direction.EVENT:
        message.payload = _event(talk, line)
        return message
    message.body = line["text"]
    if direction == Direction.NOTE:
        return message
    message.kind = KINDS.get(line["kind"], line["kind"])
    message.payload = _payload(message, line)
    if line.get("state") != "uncertain":
        message.wamid = _wamid(talk, index)
    if direction == Direction.OUTBOUND:
        _set_ticks(message, line)
    return message


def _sides(line: JSON) -> tuple[str, str]:
    return {
        "customer": (Direction.INBOUND, Author.CUSTOMER),
        "assistant": (Direction.OUTBOUND, Author.ASSISTANT),
        "member": (Direction.OUTBOUND, Author.MEMBER),
        "note": (Direction.NOTE, Author.MEMBER),
        "event": (Direction.EVENT, Author.MEMBER if line.get("member") else Author.SYSTEM),
    }[line["from"]]


def _event(talk: Talk, line: JSON) -> JSON:
    """Return the payload that `inbox/_event.html` puts in words."""
    by = talk.agency.members.get(line.get("member") or "") or talk.assignee or talk.agency.owner
    event = {"event": line["kind"]}
    if line["kind"] == "handed_over":
        codes = [code for words, code in REASON_WORDS.items() if words in line["text"]]
        return event | {"reason": str(codes[0]) if codes else "", "text": line["text"]}
    if line["kind"] == "assigned":
        return event | {"by": str(talk.agency.owner), "to": str(by)}
    if line["kind"] in ("booked", "cancelled", "no_show") and talk.appointment:
        appointment = {
            "what": describe(talk.appointment),
            "appointment": str(talk.appointment.code),
        }
        return event | appointment | {"by": str(by) if line.get("member") else ""}
    if line["kind"] == "opted_out":
        return event
    return event | {"by": str(by)}


def _payload(message: Message, line: JSON) -> JSON:
    if line["kind"] == "location":
        place = {"latitude": line["latitude"], "longitude": line["longitude"], "name": line["text"]}
        return {"type": "location", "location": place}
    if line["kind"] == "voice":
        return {"type": "audio", "audio": {"mime_type": "audio/ogg; codecs=opus", "voice": True}}
    if line["kind"] == "document":
        named = {"mime_type": "application/pdf", "filename": line["file_name"]}
        return {"type": "document", "document": {**named, "caption": line["text"]}}
    if line["kind"] == "image":
        return {"type": "image", "image": {"mime_type": "image/jpeg", "caption": line["text"]}}
    return {}


def _set_ticks(message: Message, line: JSON) -> None:
    message.status = line["state"]
    if line["state"] in (Status.DELIVERED, Status.READ):
        message.delivered_at = message.sent_at + timedelta(seconds=1)
    if line["state"] == Status.READ:
        message.read_at = message.sent_at + timedelta(seconds=2)
    if line["state"] == Status.FAILED:
        message.failure_code = line["error_code"]
        message.failure_text = plain_words(line["error_code"], "")


def _wamid(talk: Talk, index: int) -> str:
    """Return an id that looks like Meta's and is the same in every demonstration."""
    person = talk.data["contact"]
    name = f"{talk.agency.channel.phone_number_id} {person['phone'] or person['user_id']} {index}"
    digest = hashlib.sha256(name.encode()).digest()[:24]
    return f"wamid.HBgM{base64.b64encode(digest).decode()}"


def _number_replies(talk: Talk) -> None:
    """Say of the assistant's first reply after a burst which burst it answers."""
    count, answered = 0, 0
    for message in talk.messages.values():
        if message.direction == Direction.INBOUND:
            count += 1
        elif message.author_kind == Author.ASSISTANT and count > answered:
            message.answers_seq = answered = count


def _reactions(talk: Talk) -> Iterator[Reaction]:
    for index, line in enumerate(talk.lines):
        if line["kind"] == "reaction":
            yield talk.row(
                Reaction,
                message=talk.messages[line["target_index"]],
                author_kind=_sides(line)[1],
                emoji=line["text"],
                wamid=_wamid(talk, index),
                sent_at=talk.times[index],
            )


def _statuses(talk: Talk) -> Iterator[MessageStatus]:
    for message in talk.messages.values():
        if message.direction != Direction.OUTBOUND or not message.wamid:
            continue
        reached = {"sent": message.sent_at}
        if message.status == Status.FAILED:
            reached = {"failed": message.sent_at}
        reached |= {"delivered": message.delivered_at, "read": message.read_at}
        for status, at in reached.items():
            if at:
                yield talk.row(
                    MessageStatus,
                    channel=talk.agency.channel,
                    message=message,
                    wamid=message.wamid,
                    status=status,
                    at=at,
                    error_code=message.failure_code,
                    error_text=message.failure_text,
                )


def _outbound_work(talk: Talk) -> Iterator[OutboundWork]:
    for message in talk.messages.values():
        if message.direction == Direction.OUTBOUND:
            yield talk.row(
                OutboundWork,
                message=message,
                state=OutboundWork.State.DONE,
                next_attempt_at=message.sent_at,
                attempts=1,
                posting_at=message.sent_at,
            )


def _add_leads(talks: list[Talk]) -> None:
    for talk in talks:
        lead = ensure_lead(talk.contact)
        lead.stage, lead.owner = talk.data["stage"], talk.assignee
        lead.created_at = talk.times[0]
        lead.save(update_fields=["stage", "owner", "created_at"])
        facts = list(_facts(talk))
        if not facts or not record_facts(lead, facts, list(_indexed(talk))):
            rescore(lead)
        Lead.objects.filter(pk=lead.pk).update(updated_at=talk.times[-1])
    organization = talks[0].agency.organization
    evidence = Message.objects.filter(pk=OuterRef("evidence_id")).values("sent_at")
    Fact.objects.filter(organization=organization).update(created_at=Subquery(evidence))


def _indexed(talk: Talk) -> Iterator[Message]:
    """The messages by the index of the content; in a reaction's place stands an empty one."""
    for index in range(len(talk.lines)):
        yield talk.messages.get(index) or Message(direction=Direction.EVENT)


def _facts(talk: Talk) -> Iterator[FoundFact]:
    for fact in talk.data["facts"]:
        value = fact["value"]
        if fact["field"] == "viewing":
            day = talk.agency.calendar.weekday(value["weekday"], value["week_offset"])
            value = {"date": day.isoformat()} | {
                name: value[name] for name in ("time", "listing") if value.get(name)
            }
        yield FoundFact(
            field=fact["field"],
            value=value,
            turn=fact["message_index"],
            quote=fact["quote"],
            confidence=0.9,
        )


def _add_runs(talks: list[Talk]) -> None:
    Dialogue.objects.bulk_create(map(_dialogue, talks))
    Run.objects.bulk_create(run for talk in talks for run in _runs(talk))


def _dialogue(talk: Talk) -> Dialogue:
    shown = [listing.pk for listing in talk.listings]
    written = [m for m in talk.messages.values() if m.author_kind == Author.ASSISTANT]
    return talk.row(
        Dialogue,
        conversation=talk.conversation,
        state={
            "shown": shown,
            "seen": sorted(shown),
            "focus": shown[0] if len(shown) == 1 else None,
        },
        turn_count=len(written),
        updated_at=talk.times[-1],
    )


def _runs(talk: Talk) -> Iterator[Run]:
    last_seq = 0
    for index, message in talk.messages.items():
        if message.author_kind != Author.ASSISTANT or message.kind != Message.Kind.TEXT:
            continue
        last_seq = message.answers_seq or last_seq
        following = talk.lines[index + 1]["kind"] if index + 1 < len(talk.lines) else ""
        yield talk.row(
            Run,
            conversation=talk.conversation,
            message=message,
            seq=last_seq,
            started_at=message.sent_at - timedelta(seconds=1),
            seconds=0.2,
            sources=[_source(listing) for listing in _named(talk, message.body)],
            draft=message.body,
            outcome=Run.Outcome.HANDED_OVER if following == "handed_over" else Run.Outcome.REPLIED,
        )


def _named(talk: Talk, text: str) -> list[Listing]:
    """Return the listings a reply draws on: those it names or prices, else the one talked about."""
    figures = {int(re.sub(r"\D", "", figure)) for figure in FIGURE.findall(text)}
    plain = fold(text)
    named = [
        listing
        for listing in talk.listings
        if fold(listing.title) in plain or (listing.price and int(listing.price) in figures)
    ]
    return named or (talk.listings if len(talk.listings) == 1 and figures else [])


def _source(listing: Listing) -> JSON:
    return {
        "kind": "listing",
        "id": listing.pk,
        "label": str(listing),
        "as_of": listing.as_of.isoformat(),
    }
