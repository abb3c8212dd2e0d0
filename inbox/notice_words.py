"""News of Meta in sentences for members; runs inside `tenant()`."""

from collections.abc import Callable
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox.models import Channel, ChannelNotice
from inbox.notice_values import (
    Json,
    dict_in,
    dicts_in,
    error_in,
    limit_in,
    moment_of,
    reason_in,
    text_in,
    words_of,
)
from inbox.whatsapp import errors
from inbox.whatsapp.parsing import clean_name


def in_words(notice: ChannelNotice) -> str:
    """Say what happened in the reader's language; what is not known is named by Meta's words."""
    say = WORDS.get(notice.field)
    return say(notice) if say else _unknown(notice)


def _say_template_status(notice: ChannelNotice) -> str:
    said = TEMPLATE_WORDS.get(notice.code)
    if said is None:
        return _unknown(notice)
    text = str(said) % {"name": _template_name(notice)}
    reason = reason_in(notice.payload)
    return (
        _("%(text)s Meta's reason: %(reason)s.") % {"text": text, "reason": reason.rstrip(". ")}
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
    quality = text_in(notice.payload, "new_quality_score")
    return _("Customers' opinion of the template %(name)s is now: %(quality)s.") % {
        "name": _template_name(notice),
        "quality": quality_in_words(quality),
    }


def _say_template_components(notice: ChannelNotice) -> str:
    return _("The text of the template %(name)s was changed.") % {"name": _template_name(notice)}


def _say_template_category(notice: ChannelNotice) -> str:
    value = notice.payload
    correct, new = text_in(value, "correct_category"), text_in(value, "new_category")
    facts = {"name": _template_name(notice), "new": category_in_words(correct or new)}
    if correct:
        at = moment_of(value.get("category_update_timestamp"))
        text = _("Meta will move the template %(name)s to the category %(new)s%(when)s.")
        facts["when"] = _(" on %(day)s") % {"day": _day(at)} if at else ""
    else:
        facts["old"] = category_in_words(text_in(value, "previous_category")) or _("unknown")
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
        ban = dict_in(value, "ban_info")
        said = BAN_WORDS.get(text_in(ban, "waba_ban_state"))
        date = words_of(text_in(ban, "waba_ban_date"))
        if said is None:
            return _unknown(notice)
        return f"{said} ({date})" if date else str(said)
    if code == "ACCOUNT_RESTRICTION":
        return _say_restriction(value)
    if code == "ACCOUNT_VIOLATION":
        kind = text_in(dict_in(value, "violation_info"), "violation_type")
        return _("Meta says that the account broke a rule: %(kind)s.") % {
            "kind": words_of(kind) or _("it does not say which")
        }
    said = ACCOUNT_WORDS.get(code)
    if said is None:
        return _unknown(notice)
    reason = text_in(dict_in(value, "disconnection_info"), "reason")
    return f"{said} ({words_of(reason)})" if reason else str(said)


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
    for item in dicts_in(value, "restriction_info"):
        kind = text_in(item, "restriction_type")
        said = str(RESTRICTION_WORDS.get(kind, words_of(kind)))
        until = moment_of(item.get("expiration"))
        parts.append(
            _("%(what)s until %(day)s") % {"what": said, "day": _day(until)} if until else said
        )
    what = "; ".join(filter(None, parts)) or _("it does not say how")
    return _("Meta has restricted the WhatsApp account: %(what)s.") % {"what": what}


def _say_number_quality(notice: ChannelNotice) -> str:
    limit = words_of(
        text_in(notice.payload, "max_daily_conversations_per_business")
        or text_in(notice.payload, "current_limit")
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
    name = clean_name(text_in(notice.payload, "requested_verified_name"))
    said = {
        "APPROVED": _("The name “%(name)s” was approved."),
        "REJECTED": _("The name “%(name)s” was rejected."),
        "DEFERRED": _("Meta has put off the decision about the name “%(name)s”."),
        "PENDING": _("The name “%(name)s” is being reviewed."),
    }.get(notice.code)
    if said is None:
        return _unknown(notice)
    reason = words_of(text_in(notice.payload, "rejection_reason"))
    text = said % {"name": name}
    return f"{text} ({reason})" if reason and notice.code == "REJECTED" else text


def _say_alert(notice: ChannelNotice) -> str:
    alert = dict_in(notice.payload, "alert_info") or notice.payload
    described = clean_name(text_in(alert, "alert_description"))
    return described or words_of(notice.code) or _unknown(notice)


def _say_review(notice: ChannelNotice) -> str:
    said = {
        "APPROVED": _("Meta has reviewed the WhatsApp account and approved it."),
        "REJECTED": _("Meta has reviewed the WhatsApp account and rejected it."),
        "PENDING": _("Meta is reviewing the WhatsApp account."),
        "DEFERRED": _("Meta has put off its review of the WhatsApp account."),
    }.get(notice.code)
    return said or _unknown(notice)


def _say_capability(notice: ChannelNotice) -> str:
    limit = words_of(limit_in(notice.payload))
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
    error = error_in(notice.payload)
    code = error.get("code")
    said = text_in(dict_in(error, "error_data"), "details") or text_in(error, "title")
    words = errors.plain_words(code if isinstance(code, int) else None, clean_name(said))
    return _("WhatsApp reports a problem: %(what)s") % {"what": _(words)}


def _say_history(notice: ChannelNotice) -> str:
    return _(
        "The business did not share its old messages when the number was connected, so the inbox "
        "begins with that day."
    )


def _unknown(notice: ChannelNotice) -> str:
    what = ": ".join(filter(None, (words_of(notice.field), words_of(notice.code))))
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


def _template_name(notice: ChannelNotice) -> str:
    value = notice.payload
    name = clean_name(text_in(value, "message_template_name")) or text_in(
        value, "message_template_id"
    )
    language = text_in(value, "message_template_language")
    return f"“{name}” ({language})" if language else f"“{name}”"


def _day(at: datetime | None) -> str:
    return date_format(localtime(at), "j F Y") if at else ""
