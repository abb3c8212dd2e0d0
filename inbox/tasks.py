"""The inbox's work in the background. Every task may run twice, and late."""

import logging
import random
import time
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.timezone import now

from inbox import (
    connecting,
    fetching,
    handover,
    hearing,
    importing,
    receiving,
    sending,
    transcribing,
    work,
)
from inbox.models import Channel, ChannelRoute, Conversation, WebhookEvent, WebhookItem
from inbox.whatsapp.parsing import IncomingChange, Item, NotAWebhook, split_event
from inbox.whatsapp.webhook import queue_processing
from organizations import correlation
from organizations.queue import enqueue
from organizations.tenancy import tenant

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
FIRST_BACKOFF = timedelta(seconds=10)
LONGEST_BACKOFF = timedelta(minutes=15)
EVENT_LEASE = timedelta(seconds=30)
RENEW_SECONDS = 10.0
LONGEST_RUN_SECONDS = 60.0
SWEEP_LOCK = 0x6B61_7469_6B6E
SWEEP_BATCH = 200
SWEEP_PATIENCE = timedelta(seconds=5)
NUDGE_AGAIN = timedelta(seconds=30)
HEALTH_SPREAD = timedelta(minutes=10)
CLOCK_SLACK = timedelta(milliseconds=250)

State = WebhookItem.State
Reason = WebhookItem.Reason


def process_event(event_id: int) -> None:
    """Store what one delivery of Meta brings, item by item.

    Of any number of runs one at a time claims the event; the claim is committed before the work,
    so an event that kills its worker is counted too. Items that are done are not done again.
    """
    event = _claim(event_id)
    if event is None:
        return
    correlation.adopt(event.correlation_id)
    try:
        items = split_event(bytes(event.body))
    except NotAWebhook as error:
        _end(event, WebhookEvent.State.DEAD, str(error))
        return
    except Exception as error:
        # A shape that nobody thought of: the delivery is kept, and can be replayed once it is read.
        logger.exception("Event %s cannot be read", event.pk)
        _end(event, WebhookEvent.State.DEAD, f"The body cannot be read ({type(error).__name__}).")
        return
    if _process(event, items):
        _conclude(event)
    else:
        # A delivery of thousands goes on in another run, which starts where this one stopped.
        WebhookEvent.objects.filter(pk=event.pk).update(
            next_attempt_at=Now(), attempts=F("attempts") - 1
        )
        queue_processing(event.pk, len(event.body))


def deliver(organization_id: int, message_id: int) -> None:
    """Post one queued message to WhatsApp."""
    sending.deliver(organization_id, message_id)


def reconcile(organization_id: int, message_id: int) -> None:
    """Decide about a message whose delivery did not come to its end."""
    sending.reconcile(organization_id, message_id)


def fetch_attachment(organization_id: int, attachment_id: int) -> None:
    """Fetch, check and store the file of one message."""
    fetching.fetch(organization_id, attachment_id)


def transcribe_attachment(organization_id: int, attachment_id: int) -> None:
    """Write one voice message down."""
    transcribing.transcribe(organization_id, attachment_id)


def hear_attachment(organization_id: int, attachment_id: int) -> None:
    """Act on what a voice message says, once it is written down. May run twice."""
    with tenant(organization_id) as organization:
        found = organization.attachments.filter(pk=attachment_id)
        attachment = found.select_related("message__conversation__contact").first()
        if attachment:
            hearing.hear(attachment)


def check_channels() -> None:
    """Queue a look at every number's health, spread over some minutes. Queued once an hour."""
    for organization_id, channel_id in ChannelRoute.objects.values_list(
        "organization_id", "channel_id"
    ):
        spread = timedelta(seconds=random.uniform(0, HEALTH_SPREAD.total_seconds()))  # noqa: S311
        enqueue(connecting.CHECK_TASK, organization_id, channel_id, cluster="bulk", delay=spread)


def check_channel(organization_id: int, channel_id: UUID) -> None:
    """Ask Meta how one number is. What cannot be asked now is asked in an hour."""
    with tenant(organization_id) as organization:
        channel = organization.channels.filter(pk=channel_id).first()
        account = channel and connecting.account_of(channel)
    if account is None:
        return
    report = connecting.ask_health(account)
    with tenant(organization_id) as organization:
        channel = organization.channels.select_for_update(of=("self",)).get(pk=channel_id)
        # A token that was replaced meanwhile was not the one that was asked about.
        if channel.status != Channel.Status.DISCONNECTED and (
            channel.access_token() == account.token
        ):
            connecting.note_report(channel, report)


def wake(organization_id: int, conversation_id: int) -> None:
    """Open a snoozed conversation whose time has come."""
    with tenant(organization_id):
        found = Conversation.objects.filter(pk=conversation_id).first()
        if found:
            handover.wake(found)


def sweep() -> None:
    """Nudge whatever a killed process left behind. Queued every ten seconds; one runs at a time.

    Reads routing tables only; what has to be decided about a row is decided by its own task.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SWEEP_LOCK])
            (is_ours,) = cursor.fetchone()
        if not is_ours:
            return
        _nudge_events()
        work.nudge_overdue(SWEEP_BATCH, SWEEP_PATIENCE, NUDGE_AGAIN)
        sending.nudge_overdue(SWEEP_BATCH, SWEEP_PATIENCE, NUDGE_AGAIN)
        fetching.nudge_overdue(SWEEP_BATCH, SWEEP_PATIENCE, NUDGE_AGAIN)


def _claim(event_id: int) -> WebhookEvent | None:
    claimed = WebhookEvent.objects.filter(
        pk=event_id,
        state=WebhookEvent.State.RECEIVED,
        next_attempt_at__lte=Now() + CLOCK_SLACK,
    ).update(attempts=F("attempts") + 1, next_attempt_at=Now() + EVENT_LEASE, nudged_at=None)
    if not claimed:
        return None
    event = WebhookEvent.objects.get(pk=event_id)
    if event.attempts > MAX_ATTEMPTS:
        _end(event, WebhookEvent.State.DEAD, "Every attempt ended before it was done.")
        return None
    return event


def _process(event: WebhookEvent, items: Iterable[Item]) -> bool:
    """Process the items that are not done. Returns False if time ran out before the end."""
    done = set(event.items.filter(state=State.PROCESSED).values_list("position", flat=True))
    started = renewed = time.monotonic()
    open_items = [item for item in items if item.position not in done]
    for batch in importing.batches(open_items):
        if time.monotonic() - started > LONGEST_RUN_SECONDS:
            return False
        if time.monotonic() - renewed > RENEW_SECONDS:
            renewed = time.monotonic()
            WebhookEvent.objects.filter(pk=event.pk).update(next_attempt_at=Now() + EVENT_LEASE)
        if len(batch) == 1 or not _import_batch(event, batch):
            # Of several where one cannot be stored, the others are.
            for item in batch:
                _process_item(event, item)
    return True


def _import_batch(event: WebhookEvent, batch: list[Item]) -> bool:
    """Store old messages of one customer together. Returns False if that cannot be done."""
    route = ChannelRoute.objects.filter(pk=batch[0].phone_number_id).first()
    if route is None:
        return False
    try:
        with tenant(route.organization_id) as organization:
            channel = organization.channels.get(pk=route.channel_id)
            channel.organization = organization
            messages = importing.store(channel, [item.content for item in batch])
            ends = [
                WebhookItem(
                    event=event,
                    position=item.position,
                    kind=item.kind,
                    state=State.PROCESSED,
                    organization=organization,
                    conversation_id=message.conversation_id,
                    message_id=message.pk,
                )
                for item, message in zip(batch, messages, strict=True)
            ]
            fields = ["state", "reason", "organization", "conversation_id", "message_id", "at"]
            WebhookItem.objects.bulk_create(
                ends,
                update_conflicts=True,
                unique_fields=["event", "position"],
                update_fields=fields,
            )
    except Exception:
        logger.exception("%s old messages of event %s go one by one", len(batch), event.pk)
        return False
    logger.info("Old messages stored.", extra={"event_id": event.pk, "count": len(batch)})
    return True


def _process_item(event: WebhookEvent, item: Item) -> None:
    """Store one item and its end in one transaction of its organization."""
    route = ChannelRoute.objects.filter(pk=item.phone_number_id).first()
    if item.problem:
        _record(event, item, State.DEAD, item.problem, route and route.organization_id)
        return
    if route is None and isinstance(item.content, IncomingChange) and not item.phone_number_id:
        _process_account_news(event, item, item.content)
        return
    if route is None:
        _record(event, item, State.DEAD, Reason.UNKNOWN_NUMBER, None)
        return
    try:
        with tenant(route.organization_id) as organization:
            channel = organization.channels.get(pk=route.channel_id)
            channel.organization = organization
            message = receiving.receive(channel, item.content)
            _record(
                event,
                item,
                State.PROCESSED,
                Reason.NONE,
                organization.pk,
                conversation_id=message and message.conversation_id,
                message_id=message and message.pk,
            )
            ids = {
                "event_id": event.pk,
                "conversation_id": message and message.conversation_id,
                "message_id": message and message.pk,
            }
            logger.info("Item processed.", extra={"kind": item.kind, **ids})
    except Exception:
        # One bad item must not lose the others; this one comes again with the event.
        logger.exception("Item %s of event %s failed", item.position, event.pk)
        _record(event, item, State.RETRY, Reason.FAILED, route.organization_id)


def _process_account_news(event: WebhookEvent, item: Item, change: IncomingChange) -> None:
    """Tell every organization with a number of this account what Meta says about it."""
    routes = ChannelRoute.objects.filter(waba_id=item.waba_id).exclude(waba_id="")
    by_organization: dict[int, list[UUID]] = {}
    for organization_id, channel_id in routes.values_list("organization_id", "channel_id"):
        by_organization.setdefault(organization_id, []).append(channel_id)
    # Of an account that nobody has here the delivery is kept, and nobody misses it.
    state, reason = State.PROCESSED, Reason.NONE
    for organization_id, channel_ids in sorted(by_organization.items()):
        try:
            with tenant(organization_id) as organization:
                channels = list(organization.channels.filter(pk__in=channel_ids).order_by("pk"))
                for channel in channels:
                    channel.organization = organization
                receiving.receive_change(organization, channels, change)
        except Exception:
            logger.exception("Item %s of event %s failed", item.position, event.pk)
            state, reason = State.RETRY, Reason.FAILED
    only = next(iter(by_organization)) if len(by_organization) == 1 else None
    _record(event, item, state, reason, only)


def _record(
    event: WebhookEvent,
    item: Item,
    state: str,
    reason: str,
    organization_id: int | None,
    **found: int | None,
) -> None:
    WebhookItem.objects.update_or_create(
        event=event,
        position=item.position,
        defaults={
            "kind": item.kind,
            "state": state,
            "reason": reason,
            "organization_id": organization_id,
            "at": now(),
            **found,
        },
    )


def _conclude(event: WebhookEvent) -> None:
    ends = list(event.items.exclude(state=State.PROCESSED).values_list("state", "reason"))
    failing = [reason for state, reason in ends if state == State.RETRY]
    if failing and event.attempts < MAX_ATTEMPTS:
        pause = backoff(event.attempts)
        WebhookEvent.objects.filter(pk=event.pk).update(next_attempt_at=Now() + pause)
        queue_processing(event.pk, len(event.body), delay=pause)
        return
    if failing:
        event.items.filter(state=State.RETRY).update(state=State.DEAD)
    if not ends:
        _end(event, WebhookEvent.State.PROCESSED, "")
        return
    reasons = ", ".join(sorted({reason for _state, reason in ends}))
    _end(event, WebhookEvent.State.DEAD, f"{len(ends)} of {event.items.count()}: {reasons}")


def backoff(attempts: int) -> timedelta:
    """10 s, 20 s, 40 s and so on, at most 15 minutes, spread by up to a quarter."""
    pause = min(FIRST_BACKOFF * 2 ** max(attempts - 1, 0), LONGEST_BACKOFF)
    return pause * random.uniform(0.75, 1.0)  # noqa: S311 (only spreads the load)


def _end(event: WebhookEvent, state: str, reason: str) -> None:
    WebhookEvent.objects.filter(pk=event.pk).update(
        state=state, reason=reason[:300], processed_at=Now()
    )
    if state == WebhookEvent.State.DEAD:
        logger.error("Event %s is dead: %s", event.pk, reason)


def _nudge_events() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inbox_webhookevent SET nudged_at = clock_timestamp() WHERE id IN ("
            "SELECT id FROM inbox_webhookevent WHERE state = 'received' "
            "AND next_attempt_at < clock_timestamp() - %(patience)s "
            "AND (nudged_at IS NULL OR nudged_at < clock_timestamp() - %(again)s) "
            "ORDER BY next_attempt_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED) "
            "RETURNING id, octet_length(body)",
            {"patience": SWEEP_PATIENCE, "again": NUDGE_AGAIN, "limit": SWEEP_BATCH},
        )
        rows = cursor.fetchall()
    for event_id, size in rows:
        queue_processing(event_id, size)
