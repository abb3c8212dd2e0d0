"""Follows one message through every table, so that support can say what became of it.

Tells in plain words what happened, and beside it ids, times and states for whoever looks further;
never what was written, nor names or numbers of customers. `correlation` is the id that all log
lines about the step carry.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from inbox import trace_wording as words
from inbox import work
from inbox.models import (
    Conversation,
    ConversationWork,
    Message,
    MessageStatus,
    OutboundWork,
    WebhookEvent,
    WebhookItem,
)
from organizations import auditing
from organizations.tenancy import tenant

# How much after a customer's message still belongs to its answer.
AFTERMATH = timedelta(minutes=10)
MOST_MESSAGES = 50

Facts = dict[str, Any]


class NotFound(LookupError):
    """No message, conversation or delivery has this id."""


@dataclass(frozen=True)
class Step:
    """One thing that happened: when, in words, and the names and values behind it."""

    at: datetime
    text: str
    subject: str
    facts: Facts = field(default_factory=dict)
    is_problem: bool = False

    @property
    def technical(self) -> str:
        """Such as `event 7: state=processed attempts=1`."""
        return _facts(self.subject, self.facts)


@dataclass(frozen=True)
class Story:
    """What became of a message or a conversation. Times are told in `zone`."""

    conclusion: str
    zone: tzinfo
    steps: list[Step]
    standing: list[str] = field(default_factory=list)
    technical: list[str] = field(default_factory=list)

    @property
    def days(self) -> list[tuple[datetime, list[Step]]]:
        """The steps by the day of the zone on which they happened."""
        days = groupby(self.steps, key=lambda step: step.at.astimezone(self.zone).date())
        return [(steps[0].at, steps) for _day, found in days if (steps := list(found))]

    def lines(self) -> Iterator[str]:
        """The story as text for a terminal: what holds now, the steps, what it comes to."""
        yield from self.technical
        yield from self.standing
        for step in self.steps:
            at = step.at.astimezone(self.zone)
            yield f"{at:%Y-%m-%d %H:%M:%S} {at:%Z} {step.text} [{step.technical}]"
        yield f"=> {self.conclusion}"


def trace(sought: str) -> Story:
    """Return the story of a message (by its wamid) or of a conversation (by its code).

    Finds the organization on the support alias, and leaves a line in its audit trail. Raises
    `NotFound`.
    """
    organization_id, conversation_id, message_id = _find(sought)
    if organization_id is None:
        return _unrouted(sought)
    with tenant(organization_id) as organization:
        conversation = Conversation.objects.select_related(
            "organization", "channel", "contact"
        ).get(pk=conversation_id)
        auditing.record(organization, "support.traced", subject=conversation)
        return story(conversation, message_id)


def story(conversation: Conversation, message_id: int | None = None) -> Story:
    """Return what became of a message, or of the latest ones. Runs inside `tenant()`."""
    messages = _messages(conversation, message_id)
    steps = [step for message in messages for step in _steps_of_message(message)]
    steps += _steps_of_runs(conversation, messages)
    steps += _steps_of_hand_overs(conversation, messages)
    zone = conversation.organization.zone
    return Story(
        conclusion=_conclusion(conversation, messages, message_id is not None),
        zone=zone,
        steps=sorted(steps, key=lambda step: step.at),
        standing=list(_standing(conversation)),
        technical=[_head(conversation), _work(conversation)],
    )


def _find(sought: str) -> tuple[int | None, int | None, int | None]:
    try:
        code = UUID(sought)
    except ValueError:
        message = Message.objects.using("support").filter(wamid=sought).first()
        if message is None:
            status = (
                MessageStatus.objects.using("support").filter(wamid=sought).exclude(message=None)
            )
            message = getattr(status.select_related("message").first(), "message", None)
        if message is None:
            return None, None, None
        return message.organization_id, message.conversation_id, message.pk
    conversation = Conversation.objects.using("support").filter(code=code).first()
    if conversation is None:
        raise NotFound(f"No conversation has the code {code}.")
    return conversation.organization_id, conversation.pk, None


def _unrouted(wamid: str) -> Story:
    """Look for an id that no message has inside the raw deliveries."""
    # Meta writes a slash with a backslash before it.
    spellings = {wamid.encode(), wamid.replace("/", "\\/").encode()}
    found = [
        event
        for event in WebhookEvent.objects.order_by("received_at").iterator(chunk_size=200)
        if any(spelling in bytes(event.body) for spelling in spellings)
    ]
    if not found:
        raise NotFound(f"No message, status or delivery has the id {wamid}.")
    steps = []
    for event in found:
        steps.append(_event(event))
        steps += [_item(item) for item in event.items.order_by("position")]
    text = _("%(wamid)s is in no conversation. Deliveries that hold it: %(count)d.")
    return Story(text % {"wamid": wamid, "count": len(found)}, UTC, steps)


def _messages(conversation: Conversation, message_id: int | None) -> list[Message]:
    # Calls and notices of WhatsApp are lines with an id of their own.
    messages = conversation.messages.filter(
        Q(direction__in=("in", "out")) | Q(wamid__isnull=False)
    ).order_by("created_at", "pk")
    if message_id is None:
        return list(messages.reverse()[:MOST_MESSAGES])[::-1]
    sought = conversation.messages.get(pk=message_id)
    until = sought.created_at + (AFTERMATH if sought.is_inbound else timedelta())
    return list(
        messages.filter(
            created_at__gte=sought.created_at, created_at__lte=until, pk__gte=sought.pk
        )[:MOST_MESSAGES]
    )


def _steps_of_message(message: Message) -> Iterator[Step]:
    items = WebhookItem.objects.filter(message_id=message.pk).select_related("event")
    for item in items.order_by("event_id", "position"):
        yield _event(item.event)
        yield _item(item)
    way = "from the customer" if message.is_inbound else f"by {message.author_kind}"
    if message.direction == Message.Direction.EVENT:
        way = "of WhatsApp"
    facts = {
        "kind": message.kind,
        "wamid": message.wamid,
        "sent_at": _utc(message.sent_at),
        "answers_seq": message.answers_seq,
        "status": message.status,
        "stale": message.is_stale and not message.is_history,
        "history": message.is_history,
        "from_group": words.is_of_group(message),
        "possibly_sent_twice": message.possibly_sent_twice,
    }
    text = words.of_message(message)
    yield Step(message.created_at, text, f"message {message.pk} {way}", facts)
    yield from _steps_of_outbound(message)
    for status in message.statuses.order_by("at", "pk"):
        text = words.of_status(status.status, status.error_code, status.error_text)
        facts = {"status": status.status, "code": status.error_code}
        yield Step(
            status.at, text, f"status of {message.pk}", facts, is_problem=status.status == "failed"
        )


def _steps_of_outbound(message: Message) -> Iterator[Step]:
    outbound = OutboundWork.objects.filter(pk=message.pk).first()
    if outbound is None:
        return
    subject = f"outbound {message.pk}"
    facts = {
        "state": outbound.state,
        "attempts": outbound.attempts,
        "code": message.failure_code,
        "correlation": outbound.correlation_id,
    }
    if outbound.posting_at:
        yield Step(outbound.posting_at, _("It was handed to WhatsApp."), subject, facts)
    elif outbound.claimed_at:
        text = _("A worker took it up, and it was not handed to WhatsApp.")
        yield Step(outbound.claimed_at, text, subject, facts)
    if outbound.uncertain_since:
        text = _("WhatsApp's answer was lost, so nobody knows whether the customer has it.")
        yield Step(outbound.uncertain_since, text, subject, facts, is_problem=True)
    if outbound.resent_at:
        text = _("No word came from WhatsApp, so it goes once more: perhaps the second time.")
        yield Step(outbound.resent_at, text, subject, facts, is_problem=True)
    is_untouched = not (outbound.posting_at or outbound.claimed_at)
    if outbound.state == OutboundWork.State.QUEUED or is_untouched:
        text = str(words.OUTBOUND[outbound.state])
        yield Step(outbound.next_attempt_at, text, subject, facts)
    if message.status in (Message.Status.FAILED, Message.Status.CANCELLED):
        at = outbound.posting_at or outbound.claimed_at or outbound.next_attempt_at
        yield Step(at, words.of_end(message), subject, facts, is_problem=True)


def _steps_of_runs(conversation: Conversation, messages: list[Message]) -> Iterator[Step]:
    if not messages:
        return
    runs = _runs(conversation).filter(
        started_at__gte=messages[0].created_at - AFTERMATH,
        started_at__lte=messages[-1].created_at + AFTERMATH,
    )
    for run in runs.order_by("started_at"):
        facts = {
            "backend": run.backend,
            "model": run.model,
            "prompt": run.prompt_version,
            "fallback": run.fallback_reason,
            "tokens": _tokens(run),
            "usd": run.cost_usd or None,
            "requests": ",".join(run.request_ids),
            "seq": run.seq,
            "seconds": round(run.seconds, 2),
            "outcome": run.outcome,
            "dropped": run.drop_reason,
            "message": run.message_id,
        }
        said = [words.of_run(run.outcome, run.drop_reason)]
        if run.fallback_reason:
            said.append(f"{run.get_fallback_reason_display()}.")
        by = _("Made by %(who)s.") % {"who": words.BACKENDS.get(run.backend, run.backend)}
        yield Step(
            run.started_at,
            " ".join([*said, by]),
            f"run {run.code}",
            facts,
            is_problem=run.outcome in ("dropped", "failed"),
        )


def _runs(conversation: Conversation) -> Any:
    # The app above keeps the runs; the relation is all that we know of it.
    return conversation.runs


def _steps_of_hand_overs(conversation: Conversation, messages: list[Message]) -> Iterator[Step]:
    """When people were asked, by which rule, and how it ended; never what about."""
    if not messages:
        return
    first, last = messages[0].created_at, messages[-1].created_at + AFTERMATH
    cards = conversation.hand_overs.filter(opened_at__gte=first, opened_at__lte=last)
    for card in cards.order_by("opened_at", "pk"):
        facts = {
            "reason": card.reason,
            "rule": card.subject,
            "meant_for": card.meant_for_id,
            "asked_in": card.asked_in_id,
        }
        text = _("People were asked: %(why)s") % {"why": words.REASONS[card.reason]}
        yield Step(card.opened_at, text, f"{card.kind} {card.pk}", facts)
        if card.resolved_at:
            facts = {"how": card.resolution, "by": card.resolved_by_id}
            text = str(words.RESOLUTIONS[card.resolution])
            yield Step(card.resolved_at, text, f"{card.kind} {card.pk} ended", facts)


def _tokens(run: Any) -> str:
    """What a model read and wrote: plain, written to its cache, read from it, answered."""
    counts = (
        run.input_tokens, run.cache_write_tokens, run.cache_read_tokens, run.output_tokens
    )  # fmt: skip
    return "/".join(map(str, counts)) if any(counts) else ""


def _standing(conversation: Conversation) -> Iterator[str]:
    """How the conversation stands now, as far as it decides whether somebody answers."""
    contact, channel = conversation.contact, conversation.channel
    zone = conversation.organization.zone
    in_charge = {
        Conversation.InCharge.ASSISTANT: _("The assistant is in charge."),
        Conversation.InCharge.PERSON: _("A person is in charge."),
    }[conversation.in_charge]
    if conversation.hand_over_reason:
        in_charge += f" {words.REASONS[conversation.hand_over_reason]}"
    yield in_charge
    for text, at in (
        (_("The customer asked for no more messages on %(when)s."), contact.opted_out_at),
        (
            _("The customer refused marketing messages on %(when)s."),
            contact.marketing_opted_out_at,
        ),
        (_("Meta's own agent answers since %(when)s."), conversation.meta_agent_since),
    ):
        if at:
            yield text % {"when": _local(at, zone)}
    if conversation.organization.assistant_paused:
        yield str(work.Silence.PAUSED.label)
    if channel.assistant_mode == channel.AssistantMode.OFF:
        yield str(work.Silence.OFF.label)
    if channel.account_state != channel.AccountState.OK:
        yield _("The number: %(state)s.") % {"state": channel.get_account_state_display()}
    if channel.status != channel.Status.CONNECTED:
        yield _("The number: %(state)s.") % {"state": channel.get_status_display()}
    if closes := conversation.window_closes_at:
        text = (
            _("Free text may be sent until %(when)s.")
            if conversation.window_is_open
            else _("The 24 hours after the customer's last message ended on %(when)s.")
        )
        yield text % {"when": _local(closes, zone)}


def _head(conversation: Conversation) -> str:
    channel, contact = conversation.channel, conversation.contact
    facts = {
        "organization": conversation.organization.slug,
        "status": conversation.status,
        "in_charge": conversation.in_charge,
        "reason": conversation.hand_over_reason,
        "takeover_seq": conversation.takeover_seq,
        "opted_out": _utc(contact.opted_out_at),
        "marketing_opted_out": _utc(contact.marketing_opted_out_at),
        "window_closes": _utc(conversation.window_closes_at),
        "meta_agent_since": _utc(conversation.meta_agent_since),
        "account": channel.account_state if channel.is_stopped else "",
    }
    return _facts(f"conversation {conversation.code}", facts)


def _work(conversation: Conversation) -> str:
    row = ConversationWork.objects.filter(pk=conversation.pk).first()
    if row is None:
        return "work: none"
    facts = {
        "state": row.state,
        "seq_in": row.seq_in,
        "seq_done": row.seq_done,
        "due_at": _utc(row.due_at),
        "lease_until": _utc(row.lease_until),
        "attempts": row.attempts,
        "correlation": row.correlation_id,
    }
    return _facts("work", facts)


def _utc(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else ""


def _local(at: datetime, zone: tzinfo) -> str:
    """Such as `24 Nov 2026, 09:15:02 EET`."""
    local = at.astimezone(zone)
    return f"{date_format(local, 'j M Y, H:i:s')} {local:%Z}"


def _conclusion(conversation: Conversation, messages: list[Message], is_sought: bool) -> str:
    """Say in one sentence what became of the last message, or why nothing was sent.

    Of a message that is sought, the answer counts, also if the customer wrote again after it.
    """
    spoken = [message for message in messages if message.direction != Message.Direction.EVENT]
    sent = [message for message in spoken if not message.is_inbound]
    if sent and (is_sought or not spoken[-1].is_inbound):
        return words.of_end(sent[-1])
    said = _("Nothing was sent since the last message.") if sent else _("Nothing was sent.")
    return f"{said} {_why_unanswered(conversation, messages)}"


def _why_unanswered(conversation: Conversation, messages: list[Message]) -> str:
    spoken = [message for message in messages if message.is_inbound]
    if messages and not spoken:
        return _("The customer wrote nothing that could be answered.")
    last = spoken[-1] if spoken else None
    if last and last.is_history:
        return _("The message is from the time before the number was connected.")
    if last and words.is_of_group(last):
        return _("The message was written in a WhatsApp group, where the assistant keeps out.")
    if last and last.is_stale:
        return _("The message arrived too late to be answered by the assistant.")
    if silent := work.why_silent(conversation):
        said = str(work.Silence(silent).label)
        reason = conversation.hand_over_reason
        is_told = silent == work.Silence.PERSON and reason
        return f"{said} {words.REASONS[reason]}" if is_told else said
    zone = conversation.organization.zone
    row = ConversationWork.objects.filter(pk=conversation.pk).first()
    if row is None or row.state == ConversationWork.State.IDLE:
        return _last_turn(conversation, last)
    if row.state == ConversationWork.State.DEAD:
        return str(words.WORK[row.state])
    if row.lease_until:
        text = _("The assistant makes an answer, until %(when)s at most.")
        return text % {"when": _local(row.lease_until, zone)}
    return _("The assistant's answer is due at %(when)s.") % {"when": _local(row.due_at, zone)}


def _last_turn(conversation: Conversation, last: Message | None) -> str:
    """Say how the turn ended that should have answered, or that there was none."""
    runs = _runs(conversation).filter(started_at__gte=last.created_at) if last else None
    run = runs.order_by("-started_at").first() if runs is not None else None
    if run is None:
        return _("The assistant found nothing to answer.")
    return words.of_run(run.outcome, run.drop_reason)


def _event(event: WebhookEvent) -> Step:
    facts = {
        "state": event.state,
        "attempts": event.attempts,
        "reason": event.reason,
        "correlation": event.correlation_id,
    }
    return Step(
        event.received_at,
        words.of_delivery(event),
        f"event {event.pk}",
        facts,
        is_problem=event.state == WebhookEvent.State.DEAD,
    )


def _item(item: WebhookItem) -> Step:
    return Step(
        item.at,
        words.of_item(item),
        f"item {item.event_id}/{item.position} {item.kind}",
        {"state": item.state, "reason": item.reason},
        is_problem=item.state == WebhookItem.State.DEAD,
    )


def _facts(subject: str, facts: Facts) -> str:
    said = [f"{name}={value}" for name, value in facts.items() if value not in (None, "", False)]
    return " ".join([f"{subject}:" if said else subject, *said])
