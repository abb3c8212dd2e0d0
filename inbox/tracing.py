"""Follows one message through every table, so that support can say what became of it.

Shows ids, times, states and reasons, never what was written. `correlation` is the id that all log
lines about the step carry.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

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
from organizations.models import Organization
from organizations.tenancy import tenant

# How much after a customer's message still belongs to its answer.
AFTERMATH = timedelta(minutes=10)
MOST_MESSAGES = 50

WHY_SILENT = {
    "person": "a person is in charge",
    "opted_out": "the customer asked for no more messages",
    "paused": "the assistant is paused for the whole organization",
    "off": "the assistant is switched off here, or at this hour",
    "account": "WhatsApp has stopped this number",
    "meta_agent": "Meta's own agent answers this customer",
}


WHAT_IT_MEANS = {
    Message.Status.QUEUED: "it waits to be posted",
    Message.Status.SENDING: "it is being posted",
    Message.Status.UNCERTAIN: "WhatsApp has not confirmed it",
    Message.Status.CANCELLED: "it was withdrawn before it was posted",
}


class NotFound(LookupError):
    """No message, conversation or delivery has this id."""


def trace(sought: str) -> list[str]:
    """Return the story of a message (by its wamid) or of a conversation (by its code), as lines.

    Finds the organization on the support alias, and leaves a line in its audit trail. Raises
    `NotFound`.
    """
    organization_id, conversation_id, message_id = _find(sought)
    if organization_id is None:
        return list(_unrouted(sought))
    with tenant(organization_id) as organization:
        conversation = Conversation.objects.select_related(
            "organization", "channel", "contact"
        ).get(pk=conversation_id)
        auditing.record(organization, "support.traced", subject=conversation)
        return story(conversation, message_id)


def story(conversation: Conversation, message_id: int | None = None) -> list[str]:
    """Return what became of a message, or of the latest ones. Runs inside `tenant()`."""
    messages = _messages(conversation, message_id)
    steps = [step for message in messages for step in _steps_of_message(message)]
    steps += _steps_of_runs(conversation, messages)
    steps += _steps_of_hand_overs(conversation, messages)
    lines = [_head(conversation.organization, conversation), _work(conversation)]
    lines += [f"{at:%Y-%m-%d %H:%M:%S.%f} {text}" for at, text in sorted(steps)]
    return [*lines, _conclusion(conversation, messages)]


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


def _unrouted(wamid: str) -> Iterator[str]:
    """Look for an id that no message has inside the raw deliveries."""
    # Meta writes a slash with a backslash before it.
    spellings = {wamid.encode(), wamid.replace("/", "\\/").encode()}
    found = [
        event
        for event in WebhookEvent.objects.order_by("-received_at").iterator(chunk_size=200)
        if any(spelling in bytes(event.body) for spelling in spellings)
    ]
    if not found:
        raise NotFound(f"No message, status or delivery has the id {wamid}.")
    yield f"{wamid} is in no conversation, but in {len(found)} deliveries:"
    for event in found:
        yield f"{event.received_at:%Y-%m-%d %H:%M:%S.%f} {_event(event)}"
        for item in event.items.order_by("position"):
            yield f"  {_item(item)}"


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


Step = tuple[datetime, str]


def _steps_of_message(message: Message) -> Iterator[Step]:
    items = WebhookItem.objects.filter(message_id=message.pk).select_related("event")
    for item in items.order_by("event_id", "position"):
        yield item.event.received_at, _event(item.event)
        yield item.at, _item(item)
    way = "from the customer" if message.is_inbound else f"by {message.author_kind}"
    if message.direction == Message.Direction.EVENT:
        way = f"line ({message.payload.get('event', '')})"
    yield (
        message.created_at,
        _facts(
            f"message {message.pk} {way}",
            kind=message.kind,
            wamid=message.wamid,
            sent_at=f"{message.sent_at:%H:%M:%S}",
            answers_seq=message.answers_seq,
            status=message.status,
            stale=message.is_stale and not message.is_history,
            history=message.is_history,
            from_group=bool(message.payload.get("group_id")),
            possibly_sent_twice=message.possibly_sent_twice,
        ),
    )
    yield from _steps_of_outbound(message)
    for status in message.statuses.order_by("at", "pk"):
        failure = f" ({status.error_code} {status.error_text})" if status.error_code else ""
        yield status.at, f"status of {message.pk}: {status.status}{failure}"


def _steps_of_outbound(message: Message) -> Iterator[Step]:
    outbound = OutboundWork.objects.filter(pk=message.pk).first()
    if outbound is None:
        return
    times = {
        "claimed": outbound.claimed_at,
        "posting began": outbound.posting_at,
        "uncertain": outbound.uncertain_since,
        "goes once more": outbound.resent_at,
    }
    for text, at in times.items():
        if at:
            yield at, f"outbound {message.pk} {text}"
    yield (
        outbound.next_attempt_at,
        _facts(
            f"outbound {message.pk}",
            state=outbound.state,
            attempts=outbound.attempts,
            failure=message.failure_text,
            code=message.failure_code,
            correlation=outbound.correlation_id,
        ),
    )


def _steps_of_runs(conversation: Conversation, messages: list[Message]) -> list[Step]:
    # The app above keeps the runs; the relation is all that we know of it.
    if not messages or not hasattr(conversation, "runs"):
        return []
    runs = conversation.runs.filter(
        started_at__gte=messages[0].created_at - AFTERMATH,
        started_at__lte=messages[-1].created_at + AFTERMATH,
    )
    return [
        (
            run.started_at,
            _facts(
                f"run {run.code}",
                backend=run.backend,
                model=run.model,
                prompt=run.prompt_version,
                fallback=run.fallback_reason,
                tokens=_tokens(run),
                usd=run.cost_usd or None,
                requests=",".join(run.request_ids),
                seq=run.seq,
                seconds=round(run.seconds, 2),
                outcome=run.outcome,
                dropped=run.drop_reason,
                message=run.message_id,
            ),
        )
        for run in runs.order_by("started_at")
    ]


def _steps_of_hand_overs(conversation: Conversation, messages: list[Message]) -> Iterator[Step]:
    """When people were asked, by which rule, and how it ended; never what about."""
    if not messages:
        return
    first, last = messages[0].created_at, messages[-1].created_at + AFTERMATH
    cards = conversation.hand_overs.filter(opened_at__gte=first, opened_at__lte=last)
    for card in cards.order_by("opened_at", "pk"):
        yield (
            card.opened_at,
            _facts(
                f"{card.kind} {card.pk}",
                reason=card.reason,
                rule=card.subject,
                meant_for=card.meant_for_id,
                asked_in=card.asked_in_id,
            ),
        )
        if card.resolved_at:
            end = _facts(
                f"{card.kind} {card.pk} ended",
                how=card.resolution,
                by=card.resolved_by_id,
            )
            yield card.resolved_at, end


def _tokens(run: Any) -> str:
    """What a model read and wrote: plain, written to its cache, read from it, answered."""
    counts = (
        run.input_tokens, run.cache_write_tokens, run.cache_read_tokens, run.output_tokens
    )  # fmt: skip
    return "/".join(map(str, counts)) if any(counts) else ""


def _head(organization: Organization, conversation: Conversation) -> str:
    return _facts(
        f"conversation {conversation.code}",
        organization=organization.slug,
        status=conversation.status,
        in_charge=conversation.in_charge,
        reason=conversation.hand_over_reason,
        takeover_seq=conversation.takeover_seq,
        opted_out=_time(conversation.contact.opted_out_at),
        marketing_opted_out=_time(conversation.contact.marketing_opted_out_at),
        window_closes=_time(conversation.window_closes_at),
        meta_agent_since=_time(conversation.meta_agent_since),
        account=conversation.channel.account_state if conversation.channel.is_stopped else "",
    )


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else ""


def _work(conversation: Conversation) -> str:
    row = ConversationWork.objects.filter(pk=conversation.pk).first()
    if row is None:
        return "work: none"
    return _facts(
        "work",
        state=row.state,
        seq_in=row.seq_in,
        seq_done=row.seq_done,
        due_at=row.due_at and f"{row.due_at:%Y-%m-%d %H:%M:%S}",
        lease_until=row.lease_until and f"{row.lease_until:%Y-%m-%d %H:%M:%S}",
        attempts=row.attempts,
        correlation=row.correlation_id,
    )


def _conclusion(conversation: Conversation, messages: list[Message]) -> str:
    """Say in one sentence what became of the last message, or why nothing was sent."""
    sent = [message for message in messages if message.direction == Message.Direction.OUTBOUND]
    if sent:
        last = sent[-1]
        why = last.failure_text.rstrip(".") or WHAT_IT_MEANS.get(last.status, "")
        twice = ", possibly sent twice" if last.possibly_sent_twice else ""
        said = f"{last.status or 'stored'}{twice}" + (f": {why}" if why else "")
        return f"=> The last answer, message {last.pk}, is {said}."
    return f"=> Nothing was sent: {_why_unanswered(conversation, messages)}."


def _why_unanswered(conversation: Conversation, messages: list[Message]) -> str:
    spoken = [message for message in messages if message.is_inbound]
    if messages and not spoken:
        return "the customer wrote nothing that could be answered"
    last = spoken[-1] if spoken else None
    if last and last.is_history:
        return "the message is from the time before the number was connected"
    if last and last.payload.get("group_id"):
        return "the message was written in a group"
    if last and last.is_stale:
        return "the message arrived too late to be answered by the assistant"
    if silent := work.why_silent(conversation):
        reason = conversation.hand_over_reason
        return WHY_SILENT[silent] + (f" ({reason})" if reason and silent == "person" else "")
    row = ConversationWork.objects.filter(pk=conversation.pk).first()
    if row is None or row.state == ConversationWork.State.IDLE:
        return "the assistant found nothing to answer"
    if row.state == ConversationWork.State.DEAD:
        return "the assistant failed on every attempt"
    if row.lease_until:
        return f"an answer is being made until {row.lease_until:%H:%M:%S} at most"
    return f"an answer is due at {row.due_at:%H:%M:%S}"


def _event(event: WebhookEvent) -> str:
    return _facts(
        f"event {event.pk}",
        state=event.state,
        attempts=event.attempts,
        reason=event.reason,
        correlation=event.correlation_id,
    )


def _item(item: WebhookItem) -> str:
    return _facts(
        f"item {item.event_id}/{item.position} {item.kind}", state=item.state, reason=item.reason
    )


def _facts(subject: str, **facts: Any) -> str:
    said = [f"{name}={value}" for name, value in facts.items() if value not in (None, "", False)]
    return " ".join([f"{subject}:" if said else subject, *said])
