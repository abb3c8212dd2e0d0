"""News of Meta about numbers, accounts and templates: kept as they came, and acted on.

`notice_words.py` tells them in words.

Runs inside `tenant()`. The same news delivered again is one notice; what is older than what is
known already is kept and changes nothing.
Source: https://developers.facebook.com/docs/whatsapp/business-management-api/webhooks/components
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db.models import Q
from django.utils.timezone import now

from inbox import events, handover, notice_words
from inbox.models import Channel, ChannelNotice, Conversation, MessageTemplate, Signal
from inbox.notice_values import (
    Json,
    dict_in,
    dicts_in,
    digits_of,
    error_in,
    limit_in,
    moment_of,
    reason_in,
    text_in,
)
from inbox.whatsapp.parsing import IncomingChange, clean_name
from organizations.models import Member, Organization

logger = logging.getLogger(__name__)

Level = ChannelNotice.Level
State = Channel.AccountState

HISTORY_DECLINED = 2593109
TEMPLATE_PROBLEMS = frozenset(("REJECTED", "PAUSED", "DISABLED"))
TEMPLATE_WARNINGS = frozenset(
    ("FLAGGED", "PENDING_DELETION", "DELETED", "LIMIT_EXCEEDED", "LOCKED", "ARCHIVED")
)
# What an event about the account makes of its numbers; others leave them as they are.
ACCOUNT_STATES = {
    "PARTNER_ADDED": State.OK,
    "PARTNER_APP_INSTALLED": State.OK,
    "ACCOUNT_RECONNECTED": State.OK,
    "PARTNER_REMOVED": State.OFFBOARDED,
    "PARTNER_APP_UNINSTALLED": State.OFFBOARDED,
    "ACCOUNT_OFFBOARDED": State.OFFBOARDED,
    "ACCOUNT_DELETED": State.DISABLED,
    "ACCOUNT_RESTRICTION": State.RESTRICTED,
}
BAN_STATES = {
    "DISABLE": State.DISABLED,
    "REINSTATE": State.OK,
    "SCHEDULE_FOR_DISABLE": State.RESTRICTED,
}
ACCOUNT_LEVELS = {
    State.OK: Level.INFO,
    State.RESTRICTED: Level.PROBLEM,
    State.DISABLED: Level.PROBLEM,
    State.OFFBOARDED: Level.PROBLEM,
}


def note(
    organization: Organization, channels: list[Channel], change: IncomingChange
) -> ChannelNotice:
    """Keep one piece of news and act on it. `channels` are the numbers that it may concern."""
    concerned = _concerned(channels, change.value)
    notice, is_new = ChannelNotice.objects.get_or_create(
        organization=organization,
        item_hash=change.item_hash,
        defaults={
            "channel": concerned[0] if len(concerned) == 1 else None,
            "waba_id": change.waba_id,
            "field": change.field,
            "code": _code(change),
            "level": _level(change),
            "payload": change.value,
            "at": change.at or now(),
        },
    )
    if not is_new:
        return notice
    act = ACTIONS.get(change.field)
    if act:
        act(organization, concerned, notice)
    elif change.field not in PLAIN_FIELDS:
        logger.info("WhatsApp sent the field %s, which is only kept", change.field)
    events.announce(organization, Signal.Kind.CHANNEL)
    return notice


def note_import(channel: Channel, change: IncomingChange) -> None:
    """Remember how far the import of old messages is, or that the business did not share them."""
    [chunk] = dicts_in(change.value, "history")[:1] or [{}]
    if any(error.get("code") == HISTORY_DECLINED for error in dicts_in(chunk, "errors")):
        channel.history_state = Channel.HistoryState.DECLINED
        channel.save(update_fields=["history_state"])
        note(channel.organization, [channel], change)
        return
    progress = dict_in(chunk, "metadata").get("progress")
    if not isinstance(progress, int) or isinstance(progress, bool):
        progress = channel.history_progress
    channel.history_progress = max(channel.history_progress, min(max(progress, 0), 100))
    is_done = channel.history_progress >= 100
    channel.history_state = Channel.HistoryState.DONE if is_done else Channel.HistoryState.IMPORTING
    channel.save(update_fields=["history_state", "history_progress"])
    events.announce(channel.organization_id, Signal.Kind.CHANNEL, channel.pk)
    # One word for the whole chunk; its messages came in silence.
    events.announce(channel.organization_id, Signal.Kind.CONVERSATION)


def mark_seen(organization: Organization, member: Member) -> None:
    """Take all news as read by the members."""
    unseen = ChannelNotice.objects.filter(organization=organization, seen_at=None)
    if unseen.update(seen_at=now(), seen_by=member):
        events.announce(organization, Signal.Kind.CHANNEL)


def unseen_problems(organization: Organization) -> list[ChannelNotice]:
    """Return up to three things that do not work and no member has seen yet, the latest first.

    A number that WhatsApp stopped or restricted has a mark of its own, which stays until it works.
    """
    notices = ChannelNotice.objects.filter(
        organization=organization, seen_at=None, level=Level.PROBLEM
    ).exclude(field="account_update", code__in=[*ACCOUNT_STATES, "DISABLED_UPDATE"])
    return list(notices.order_by("-at", "-pk")[:3])


# What happens


def _template_status(
    organization: Organization, channels: list[Channel], notice: ChannelNotice
) -> None:
    value = notice.payload
    template = _template(organization, notice)
    if template is None or _is_older(template.status_at, notice):
        return
    template.status, template.status_at = notice.code[:20], notice.at
    template.reason = reason_in(value)[:1000]
    category = text_in(value, "message_template_category")
    if category and not _is_older(template.category_at, notice):
        template.category, template.category_at = category[:40], notice.at
    template.save()


def _template_quality(
    organization: Organization, channels: list[Channel], notice: ChannelNotice
) -> None:
    template = _template(organization, notice)
    if template is not None and not _is_older(template.quality_at, notice):
        template.quality = text_in(notice.payload, "new_quality_score")[:20]
        template.quality_at = notice.at
        template.save()


def _template_components(
    organization: Organization, channels: list[Channel], notice: ChannelNotice
) -> None:
    template = _template(organization, notice)
    if template is not None and not _is_older(template.components_at, notice):
        prefix = "message_template_"
        told = {k: v for k, v in notice.payload.items() if k.startswith(prefix)}
        told = {key.removeprefix(prefix): value for key, value in told.items()}
        template.components = {k: v for k, v in told.items() if k not in ("id", "name", "language")}
        template.components_at = notice.at
        template.save()


def _template_category(
    organization: Organization, channels: list[Channel], notice: ChannelNotice
) -> None:
    template = _template(organization, notice)
    if template is None or _is_older(template.category_at, notice):
        return
    value = notice.payload
    correct = text_in(value, "correct_category")
    template.category_at = notice.at
    if correct:
        # The notice a day ahead: `new_category` is still the present one.
        template.category = text_in(value, "new_category")[:40] or template.category
        template.category_next = correct[:40]
        template.category_next_at = moment_of(value.get("category_update_timestamp"))
    else:
        template.category = text_in(value, "new_category")[:40]
        template.category_next, template.category_next_at = "", None
    template.save()


def _template(organization: Organization, notice: ChannelNotice) -> MessageTemplate | None:
    """Return the locked row of the template that the notice is about, made if new."""
    value = notice.payload
    template_id = text_in(value, "message_template_id")[:40]
    if not template_id:
        return None
    names = {
        "name": clean_name(text_in(value, "message_template_name"))[:512],
        "language": text_in(value, "message_template_language")[:20],
    }
    template, _is_new = MessageTemplate.objects.get_or_create(
        organization=organization,
        waba_id=notice.waba_id,
        template_id=template_id,
        defaults=names,
    )
    template = MessageTemplate.objects.select_for_update().get(pk=template.pk)
    for field, name in names.items():
        setattr(template, field, name or getattr(template, field))
    return template


def _account(organization: Organization, channels: list[Channel], notice: ChannelNotice) -> None:
    state = _account_state(notice.code, notice.payload)
    if state is None:
        return
    told = ChannelNotice.objects.filter(
        organization=organization,
        field="account_update",
        waba_id=notice.waba_id,
        code__in=[*ACCOUNT_STATES, "DISABLED_UPDATE"],
        at__gt=notice.at,
    )
    if told.exists():
        return
    for channel in channels:
        channel.account_state = state
        channel.account_note = "" if state == State.OK else notice_words.in_words(notice)
        channel.save(update_fields=["account_state", "account_note"])
        if channel.is_stopped:
            _give_to_people(channel)
        events.announce(organization, Signal.Kind.CHANNEL, channel.pk)


def _give_to_people(channel: Channel) -> None:
    """Whoever waits for the assistant on a stopped number waits for a person."""
    waiting = channel.conversations.filter(
        status=Conversation.Status.OPEN,
        in_charge=Conversation.InCharge.ASSISTANT,
        waiting_since__isnull=False,
    )
    for pk in waiting.order_by("contact_id", "pk").values_list("pk", flat=True):
        handover.hand_over(Conversation.objects.locked(pk), Conversation.HandOverReason.PAUSED)


def _number_quality(
    organization: Organization, channels: list[Channel], notice: ChannelNotice
) -> None:
    limit = text_in(notice.payload, "max_daily_conversations_per_business") or text_in(
        notice.payload, "current_limit"
    )
    quality = {"FLAGGED": Channel.Quality.RED, "UNFLAGGED": Channel.Quality.GREEN}.get(notice.code)
    for channel in channels:
        if limit and not _knows_newer(channel, notice, *LIMIT_FIELDS):
            channel.messaging_limit = limit[:40]
        if quality and not _knows_newer(channel, notice):
            channel.quality_rating = quality
        channel.save(update_fields=["messaging_limit", "quality_rating"])


def _number_name(
    organization: Organization, channels: list[Channel], notice: ChannelNotice
) -> None:
    name = clean_name(text_in(notice.payload, "requested_verified_name"))[:200]
    for channel in channels:
        if _knows_newer(channel, notice):
            continue
        channel.name_status = notice.code
        if notice.code == "APPROVED" and name:
            channel.verified_name = name
        channel.save(update_fields=["name_status", "verified_name"])


def _capability(organization: Organization, channels: list[Channel], notice: ChannelNotice) -> None:
    limit = limit_in(notice.payload)
    for channel in channels:
        if limit and not _knows_newer(channel, notice, *LIMIT_FIELDS):
            channel.messaging_limit = limit
            channel.save(update_fields=["messaging_limit"])


LIMIT_FIELDS = ("phone_number_quality_update", "business_capability_update")


def _knows_newer(channel: Channel, notice: ChannelNotice, *fields: str) -> bool:
    """Whether later news of the same fields was told about this number, or all of its account."""
    return ChannelNotice.objects.filter(
        Q(channel=channel) | Q(channel=None),
        organization_id=notice.organization_id,
        field__in=fields or (notice.field,),
        waba_id=notice.waba_id,
        at__gt=notice.at,
    ).exists()


ACTIONS: dict[str, Callable[[Organization, list[Channel], ChannelNotice], None]] = {
    "message_template_status_update": _template_status,
    "message_template_quality_update": _template_quality,
    "message_template_components_update": _template_components,
    "template_category_update": _template_category,
    "account_update": _account,
    "phone_number_quality_update": _number_quality,
    "phone_number_name_update": _number_name,
    "business_capability_update": _capability,
}
PLAIN_FIELDS = frozenset(("account_alerts", "account_review_update", "security", "errors"))


# How bad it is


def _code(change: IncomingChange) -> str:
    """Return the one word that says what happened, in Meta's spelling."""
    value = change.value
    if change.field == "account_alerts":
        return text_in(dict_in(value, "alert_info") or value, "alert_type")[:60]
    if change.field == "errors" or (change.field == "history" and "errors" not in value):
        return str(error_in(value).get("code", ""))[:60]
    for key in ("event", "decision", "new_quality_score", "new_category", "type"):
        if word := text_in(value, key):
            return word[:60]
    return ""


def _level(change: IncomingChange) -> str:
    value, code, field = change.value, _code(change), change.field
    if field == "message_template_status_update":
        if code in TEMPLATE_PROBLEMS:
            return Level.PROBLEM
        return Level.WARNING if code in TEMPLATE_WARNINGS else Level.INFO
    if field == "template_category_update":
        return Level.PROBLEM
    if field in ("message_template_quality_update", "phone_number_quality_update"):
        return Level.WARNING if code in ("RED", "FLAGGED", "DOWNGRADE") else Level.INFO
    if field == "account_update":
        if code == "ACCOUNT_VIOLATION":
            return Level.PROBLEM
        return ACCOUNT_LEVELS.get(_account_state(code, value), Level.INFO)
    if field in ("account_review_update", "phone_number_name_update"):
        return Level.PROBLEM if code == "REJECTED" else Level.INFO
    if field == "account_alerts":
        severity = text_in(dict_in(value, "alert_info") or value, "alert_severity")
        return {"CRITICAL": Level.PROBLEM, "WARNING": Level.WARNING}.get(severity, Level.INFO)
    if field in ("security", "history"):
        return Level.WARNING
    return Level.PROBLEM if field == "errors" else Level.INFO


def _account_state(code: str, value: Json) -> str | None:
    if code == "DISABLED_UPDATE":
        return BAN_STATES.get(text_in(dict_in(value, "ban_info"), "waba_ban_state"))
    return ACCOUNT_STATES.get(code)


def _concerned(channels: list[Channel], value: Json) -> list[Channel]:
    """Narrow the account's numbers down to the one that the news names, if it names one."""
    digits = digits_of(text_in(value, "display_phone_number"))
    if digits:
        return [each for each in channels if digits_of(each.display_phone_number) == digits]
    if text_in(value, "entity_type") == "PHONE_NUMBER":
        entity = text_in(value, "entity_id")
        return [each for each in channels if each.phone_number_id == entity]
    return channels


def _is_older(known: datetime | None, notice: ChannelNotice) -> bool:
    return known is not None and notice.at < known
