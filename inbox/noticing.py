"""News of Meta about numbers, accounts and templates: kept as they came, acted on, told in words.

Runs inside `tenant()`. The same news delivered again is one notice; what is older than what is
known already is kept and changes nothing.
Source: https://developers.facebook.com/docs/whatsapp/business-management-api/webhooks/components
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox import events, handover
from inbox.models import Channel, ChannelNotice, Conversation, MessageTemplate, Signal
from inbox.whatsapp import errors
from inbox.whatsapp.parsing import IncomingChange, clean_name
from organizations.models import Member, Organization

logger = logging.getLogger(__name__)

Level = ChannelNotice.Level
State = Channel.AccountState
Json = dict[str, Any]

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
    [chunk] = _list(change.value, "history")[:1] or [{}]
    if any(error.get("code") == HISTORY_DECLINED for error in _list(chunk, "errors")):
        channel.history_state = Channel.HistoryState.DECLINED
        channel.save(update_fields=["history_state"])
        note(channel.organization, [channel], change)
        return
    progress = _dict(chunk, "metadata").get("progress")
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
    template.reason = _reason(value)[:1000]
    category = _text(value, "message_template_category")
    if category and not _is_older(template.category_at, notice):
        template.category, template.category_at = category[:40], notice.at
    template.save()


def _template_quality(
    organization: Organization, channels: list[Channel], notice: ChannelNotice
) -> None:
    template = _template(organization, notice)
    if template is not None and not _is_older(template.quality_at, notice):
        template.quality = _text(notice.payload, "new_quality_score")[:20]
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
    correct = _text(value, "correct_category")
    template.category_at = notice.at
    if correct:
        # The notice a day ahead: `new_category` is still the present one.
        template.category = _text(value, "new_category")[:40] or template.category
        template.category_next = correct[:40]
        template.category_next_at = _moment(value.get("category_update_timestamp"))
    else:
        template.category = _text(value, "new_category")[:40]
        template.category_next, template.category_next_at = "", None
    template.save()


def _template(organization: Organization, notice: ChannelNotice) -> MessageTemplate | None:
    """Return the locked row of the template that the notice is about, made if new."""
    value = notice.payload
    template_id = _text(value, "message_template_id")[:40]
    if not template_id:
        return None
    names = {
        "name": clean_name(_text(value, "message_template_name"))[:512],
        "language": _text(value, "message_template_language")[:20],
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
        channel.account_note = "" if state == State.OK else in_words(notice)
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
    limit = _text(notice.payload, "max_daily_conversations_per_business") or _text(
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
    name = clean_name(_text(notice.payload, "requested_verified_name"))[:200]
    for channel in channels:
        if _knows_newer(channel, notice):
            continue
        channel.name_status = notice.code
        if notice.code == "APPROVED" and name:
            channel.verified_name = name
        channel.save(update_fields=["name_status", "verified_name"])


def _capability(organization: Organization, channels: list[Channel], notice: ChannelNotice) -> None:
    limit = _limit(notice.payload)
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
        return _text(_dict(value, "alert_info") or value, "alert_type")[:60]
    if change.field == "errors" or (change.field == "history" and "errors" not in value):
        return str(_error(value).get("code", ""))[:60]
    for key in ("event", "decision", "new_quality_score", "new_category", "type"):
        if word := _text(value, key):
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
        severity = _text(_dict(value, "alert_info") or value, "alert_severity")
        return {"CRITICAL": Level.PROBLEM, "WARNING": Level.WARNING}.get(severity, Level.INFO)
    if field in ("security", "history"):
        return Level.WARNING
    return Level.PROBLEM if field == "errors" else Level.INFO


def _account_state(code: str, value: Json) -> str | None:
    if code == "DISABLED_UPDATE":
        return BAN_STATES.get(_text(_dict(value, "ban_info"), "waba_ban_state"))
    return ACCOUNT_STATES.get(code)


# In words


def in_words(notice: ChannelNotice) -> str:
    """Say what happened in the reader's language; what is not known is named by Meta's words."""
    say = WORDS.get(notice.field)
    return say(notice) if say else _unknown(notice)


def _say_template_status(notice: ChannelNotice) -> str:
    said = TEMPLATE_WORDS.get(notice.code)
    if said is None:
        return _unknown(notice)
    text = str(said) % {"name": _template_name(notice)}
    reason = _reason(notice.payload)
    return (
        _("%(text)s Meta's reason: %(reason)s") % {"text": text, "reason": reason}
        if (reason and notice.code not in ("APPROVED", "REINSTATED", "UNARCHIVED"))
        else text
    )


TEMPLATE_WORDS = {
    "APPROVED": gettext_lazy("The template %(name)s was approved and can be sent."),
    "REJECTED": gettext_lazy("The template %(name)s was rejected and cannot be sent."),
    "PENDING": gettext_lazy("The template %(name)s is being reviewed."),
    "PAUSED": gettext_lazy(
        "The template %(name)s is paused because customers did not like it, and cannot be sent "
        "for now."
    ),
    "DISABLED": gettext_lazy("The template %(name)s was switched off and cannot be sent any more."),
    "FLAGGED": gettext_lazy(
        "The template %(name)s has low quality. If that stays so, Meta pauses it."
    ),
    "IN_APPEAL": gettext_lazy("The decision about the template %(name)s is being appealed."),
    "REINSTATED": gettext_lazy("The template %(name)s can be sent again."),
    "PENDING_DELETION": gettext_lazy("The template %(name)s is being deleted."),
    "DELETED": gettext_lazy("The template %(name)s was deleted."),
    "LIMIT_EXCEEDED": gettext_lazy(
        "The template %(name)s was not taken: the account has too many templates."
    ),
    "LOCKED": gettext_lazy("The template %(name)s is locked and cannot be changed."),
    "ARCHIVED": gettext_lazy("The template %(name)s was archived, because it was not used."),
    "UNARCHIVED": gettext_lazy("The template %(name)s was taken out of the archive."),
}


def _say_template_quality(notice: ChannelNotice) -> str:
    quality = _text(notice.payload, "new_quality_score")
    return _("Customers' opinion of the template %(name)s is now: %(quality)s.") % {
        "name": _template_name(notice),
        "quality": quality_in_words(quality),
    }


def _say_template_components(notice: ChannelNotice) -> str:
    return _("The text of the template %(name)s was changed.") % {"name": _template_name(notice)}


def _say_template_category(notice: ChannelNotice) -> str:
    value = notice.payload
    correct, new = _text(value, "correct_category"), _text(value, "new_category")
    facts = {"name": _template_name(notice), "new": category_in_words(correct or new)}
    if correct:
        at = _moment(value.get("category_update_timestamp"))
        text = _("Meta will move the template %(name)s to the category %(new)s%(when)s.")
        facts["when"] = _(" on %(day)s") % {"day": _day(at)} if at else ""
    else:
        facts["old"] = category_in_words(_text(value, "previous_category")) or _("unknown")
        text = _("Meta moved the template %(name)s from the category %(old)s to %(new)s.")
    said = text % facts
    if (correct or new) == "MARKETING":
        return _("%(text)s It costs more then, and customers can refuse it.") % {"text": said}
    return said


def category_in_words(code: str) -> str:
    """Say what kind of template it is; nothing for an unknown one."""
    words = {
        "MARKETING": _("marketing"),
        "UTILITY": _("utility"),
        "AUTHENTICATION": _("authentication"),
    }
    return words.get(code, code)


def quality_in_words(code: str) -> str:
    """Say what customers think of a template."""
    return str(dict(Channel.Quality.choices).get(code, code))


def _say_account(notice: ChannelNotice) -> str:
    value, code = notice.payload, notice.code
    if code == "DISABLED_UPDATE":
        ban = _dict(value, "ban_info")
        said = BAN_WORDS.get(_text(ban, "waba_ban_state"))
        date = _words_of(_text(ban, "waba_ban_date"))
        if said is None:
            return _unknown(notice)
        return f"{said} ({date})" if date else str(said)
    if code == "ACCOUNT_RESTRICTION":
        return _say_restriction(value)
    if code == "ACCOUNT_VIOLATION":
        kind = _text(_dict(value, "violation_info"), "violation_type")
        return _("Meta says that the account broke a rule: %(kind)s.") % {
            "kind": _words_of(kind) or _("it does not say which")
        }
    said = ACCOUNT_WORDS.get(code)
    if said is None:
        return _unknown(notice)
    reason = _text(_dict(value, "disconnection_info"), "reason")
    return f"{said} ({_words_of(reason)})" if reason else str(said)


ACCOUNT_WORDS = {
    "PARTNER_ADDED": gettext_lazy("The WhatsApp account was connected to KΛTIKN."),
    "PARTNER_APP_INSTALLED": gettext_lazy("The WhatsApp account was connected to KΛTIKN."),
    "PARTNER_REMOVED": gettext_lazy(
        "The WhatsApp account was disconnected from KΛTIKN. Nothing can be sent and nothing "
        "arrives until it is connected again; everything received so far stays here."
    ),
    "PARTNER_APP_UNINSTALLED": gettext_lazy(
        "The WhatsApp account was disconnected from KΛTIKN. Nothing can be sent and nothing "
        "arrives until it is connected again; everything received so far stays here."
    ),
    "ACCOUNT_OFFBOARDED": gettext_lazy(
        "The number was disconnected in the WhatsApp Business app. Nothing can be sent and nothing "
        "arrives until it is connected again; everything received so far stays here."
    ),
    "ACCOUNT_RECONNECTED": gettext_lazy("The number is connected again."),
    "ACCOUNT_DELETED": gettext_lazy("The WhatsApp account was deleted. Nothing can be sent."),
    "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE": gettext_lazy(
        "Meta changed the country of the business."
    ),
    "VOLUME_BASED_PRICING_TIER_UPDATE": gettext_lazy(
        "Because of the number of messages, Meta's prices for this account changed."
    ),
}
BAN_WORDS = {
    "DISABLE": gettext_lazy("Meta has disabled the WhatsApp account. Nothing can be sent."),
    "REINSTATE": gettext_lazy("Meta has enabled the WhatsApp account again."),
    "SCHEDULE_FOR_DISABLE": gettext_lazy("Meta is going to disable the WhatsApp account."),
}
RESTRICTION_WORDS = {
    "RESTRICTED_ADD_PHONE_NUMBER_ACTION": gettext_lazy("no number can be added"),
    "RESTRICTED_BIZ_INITIATED_MESSAGING": gettext_lazy("templates cannot be sent"),
    "RESTRICTED_BUSINESS_INITIATED_MESSAGING": gettext_lazy("templates cannot be sent"),
    "RESTRICTED_CUSTOMER_INITIATED_MESSAGING": gettext_lazy("customers cannot be answered"),
    "RESTRICTED_USER_INITIATED_MESSAGING": gettext_lazy("customers cannot be answered"),
}


def _say_restriction(value: Json) -> str:
    parts = []
    for item in _list(value, "restriction_info"):
        kind = _text(item, "restriction_type")
        said = str(RESTRICTION_WORDS.get(kind, _words_of(kind)))
        until = _moment(item.get("expiration"))
        parts.append(
            _("%(what)s until %(day)s") % {"what": said, "day": _day(until)} if until else said
        )
    what = "; ".join(filter(None, parts)) or _("it does not say how")
    return _("Meta has restricted the WhatsApp account: %(what)s.") % {"what": what}


def _say_number_quality(notice: ChannelNotice) -> str:
    limit = _words_of(
        _text(notice.payload, "max_daily_conversations_per_business")
        or _text(notice.payload, "current_limit")
    )
    said = {
        "ONBOARDING": _("The number was set up."),
        "THROUGHPUT_UPGRADE": _("The number may send more messages at once now."),
        "FLAGGED": _("Customers reported messages of this number: its quality is low."),
        "UNFLAGGED": _("The quality of the number is good again."),
        "UPGRADE": _("The number may write to more customers now."),
        "DOWNGRADE": _("The number may write to fewer customers now."),
    }.get(notice.code)
    if said is None:
        return _unknown(notice)
    return _("%(text)s Limit: %(limit)s.") % {"text": said, "limit": limit} if limit else said


def _say_number_name(notice: ChannelNotice) -> str:
    name = clean_name(_text(notice.payload, "requested_verified_name"))
    said = {
        "APPROVED": _("The name “%(name)s” was approved."),
        "REJECTED": _("The name “%(name)s” was rejected."),
        "DEFERRED": _("Meta has put off the decision about the name “%(name)s”."),
        "PENDING": _("The name “%(name)s” is being reviewed."),
    }.get(notice.code)
    if said is None:
        return _unknown(notice)
    reason = _words_of(_text(notice.payload, "rejection_reason"))
    text = said % {"name": name}
    return f"{text} ({reason})" if reason and notice.code == "REJECTED" else text


def _say_alert(notice: ChannelNotice) -> str:
    alert = _dict(notice.payload, "alert_info") or notice.payload
    described = clean_name(_text(alert, "alert_description"))
    return described or _words_of(notice.code) or _unknown(notice)


def _say_review(notice: ChannelNotice) -> str:
    said = {
        "APPROVED": _("Meta has reviewed the WhatsApp account and approved it."),
        "REJECTED": _("Meta has reviewed the WhatsApp account and rejected it."),
        "PENDING": _("Meta is reviewing the WhatsApp account."),
        "DEFERRED": _("Meta has put off its review of the WhatsApp account."),
    }.get(notice.code)
    return said or _unknown(notice)


def _say_capability(notice: ChannelNotice) -> str:
    limit = _words_of(_limit(notice.payload))
    if not limit:
        return _("What the account may do has changed.")
    return _("The account may now write to this many customers a day first: %(limit)s.") % {
        "limit": limit
    }


def _say_security(notice: ChannelNotice) -> str:
    return {
        "PIN_CHANGED": _("The PIN of the number was changed."),
        "PIN_RESET_REQUEST": _("Somebody asked to reset the PIN of the number."),
        "PIN_RESET_SUCCESS": _("The PIN of the number was removed."),
    }.get(notice.code) or _unknown(notice)


def _say_settings(notice: ChannelNotice) -> str:
    return _("A setting of the account was changed in WhatsApp Manager.")


def _say_errors(notice: ChannelNotice) -> str:
    error = _error(notice.payload)
    code = error.get("code")
    said = _text(_dict(error, "error_data"), "details") or _text(error, "title")
    words = errors.plain_words(code if isinstance(code, int) else None, clean_name(said))
    return _("WhatsApp reports a problem: %(what)s") % {"what": _(words)}


def _say_history(notice: ChannelNotice) -> str:
    return _(
        "The business did not share its old messages when the number was connected, so the inbox "
        "begins with that day."
    )


def _unknown(notice: ChannelNotice) -> str:
    what = ": ".join(filter(None, (_words_of(notice.field), _words_of(notice.code))))
    return _("WhatsApp sent news that KΛTIKN does not know yet (%(what)s). It is kept.") % {
        "what": what
    }


WORDS: dict[str, Callable[[ChannelNotice], str]] = {
    "message_template_status_update": _say_template_status,
    "message_template_quality_update": _say_template_quality,
    "message_template_components_update": _say_template_components,
    "template_category_update": _say_template_category,
    "account_update": _say_account,
    "phone_number_quality_update": _say_number_quality,
    "phone_number_name_update": _say_number_name,
    "account_alerts": _say_alert,
    "account_review_update": _say_review,
    "business_capability_update": _say_capability,
    "security": _say_security,
    "account_settings_update": _say_settings,
    "errors": _say_errors,
    "history": _say_history,
}


# Small readers that take any shape


def _concerned(channels: list[Channel], value: Json) -> list[Channel]:
    """Narrow the account's numbers down to the one that the news names, if it names one."""
    digits = _digits(_text(value, "display_phone_number"))
    if digits:
        return [each for each in channels if _digits(each.display_phone_number) == digits]
    if _text(value, "entity_type") == "PHONE_NUMBER":
        entity = _text(value, "entity_id")
        return [each for each in channels if each.phone_number_id == entity]
    return channels


def _template_name(notice: ChannelNotice) -> str:
    value = notice.payload
    name = clean_name(_text(value, "message_template_name")) or _text(value, "message_template_id")
    language = _text(value, "message_template_language")
    return f"“{name}” ({language})" if language else f"“{name}”"


def _reason(value: Json) -> str:
    """Return Meta's reason: its own sentences if there are any, else its code in small letters."""
    rejection, other = _dict(value, "rejection_info"), _dict(value, "other_info")
    sentences = [
        _text(rejection, "reason"),
        _text(rejection, "recommendation"),
        _text(other, "title"),
        _text(other, "description"),
        _text(_dict(value, "disable_info"), "disable_date"),
    ]
    said = " ".join(filter(None, map(clean_name, sentences)))
    code = _text(value, "reason")
    return said or ("" if code in ("", "NONE") else _words_of(code))


def _limit(value: Json) -> str:
    keys = (
        "max_daily_conversations_per_business",
        "max_daily_conversation_per_phone",
        "whatsapp_business_manager_messaging_limit",
    )
    return next((text[:40] for key in keys if (text := _text(value, key))), "")


def _is_older(known: datetime | None, notice: ChannelNotice) -> bool:
    return known is not None and notice.at < known


def _words_of(code: str) -> str:
    """Make a code readable: "TAG_CONTENT_MISMATCH" becomes "tag content mismatch"."""
    plain = clean_name(code)
    return plain.replace("_", " ").lower() if "_" in plain or plain.isupper() else plain


def _day(at: datetime | None) -> str:
    return date_format(localtime(at), "j F Y") if at else ""


def _moment(value: object) -> datetime | None:
    text = str(value) if isinstance(value, (str, int)) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 11):
        return None
    return datetime.fromtimestamp(int(text), UTC)


def _error(value: Json) -> Json:
    chunk = (_list(value, "history") or [value])[0]
    return (_list(chunk, "errors") or [{}])[0]


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isascii() and letter.isdigit())


def _text(value: Json, key: str) -> str:
    found = value.get(key)
    if isinstance(found, str):
        return found
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else ""


def _dict(value: Json, key: str) -> Json:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _list(value: Json, key: str) -> list[Json]:
    found = value.get(key)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
