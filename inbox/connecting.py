"""Numbers of WhatsApp: tested, connected, kept in health, disconnected.

What asks Meta (`examine`, `ask_health`, `test_webhook`) runs outside any transaction and writes
nothing; what writes runs inside `tenant()` and asks nobody. So nothing is saved half: a number is
stored with the token, the route and the state that were just seen, or not at all.
"""

import hashlib
import hmac
import json
import logging
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime

import requests
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.timezone import now
from django.utils.translation import gettext as _

from inbox import events, fetching
from inbox.channel_states import mark_broken
from inbox.models import Channel, ChannelRoute, Signal
from inbox.whatsapp import account as whatsapp
from inbox.whatsapp import errors
from inbox.whatsapp.account import MANAGEMENT, MESSAGING, Account, NumberInfo
from inbox.whatsapp.client import (
    TIMEOUT,
    Busy,
    Rejected,
    Unconfirmed,
    refuse_inside_transaction,
    session_for,
)
from inbox.whatsapp.parsing import SELF_TEST
from organizations import auditing
from organizations.models import Member, Organization
from organizations.secrets import SecretUnreadable

logger = logging.getLogger(__name__)

CHECK_TASK = "inbox.tasks.check_channel"
WEBHOOK_PATH = "/webhooks/whatsapp/"

OK, PROBLEM, WARNING, SKIPPED = "ok", "problem", "warning", "skipped"
NOT_FOUND = 100


class AlreadyConnected(Exception):
    """This organization has the number connected already."""


class NumberTaken(Exception):
    """The number cannot be connected here. Says nothing about where it is."""


@dataclass(frozen=True)
class Check:
    """One line of a test: what was looked at, how it is, and what to do if it is not well."""

    name: str
    state: str
    text: str
    advice: str = ""


@dataclass(frozen=True)
class Report:
    """What a test of a number found. With any `PROBLEM` the number cannot be used."""

    checks: list[Check] = field(default_factory=list)
    number: NumberInfo | None = None

    @property
    def is_usable(self) -> bool:
        return self.number is not None and all(each.state != PROBLEM for each in self.checks)

    @property
    def needs_subscription(self) -> bool:
        return any(each.name == "webhooks" and each.state == WARNING for each in self.checks)

    @property
    def token_is_refused(self) -> bool:
        return any(each.name == "token" and each.state == PROBLEM for each in self.checks)


def account_of(channel: Channel) -> Account | None:
    """Return what talks to Meta for a channel, or None without a readable token.

    Runs inside `tenant()`; the account is used outside.
    """
    try:
        token = channel.access_token()
    except SecretUnreadable:
        return None
    return Account(token, channel.waba_id, channel.phone_number_id, channel.graph_url)


def examine(account: Account) -> Report:
    """Ask Meta about token, number, account, permissions, registration and webhooks."""
    refuse_inside_transaction()
    try:
        number = account.number()
    except (Rejected, Busy, Unconfirmed) as error:
        return Report([_refused(error)])
    checks = [Check("token", OK, _("WhatsApp accepts the token."))]
    for look in (_check_account, _check_permissions):
        checks += look(account)
    if any(each.state == PROBLEM for each in checks):
        return Report(checks, number)
    checks += [_check_registration(number), *_check_health(number), _check_webhooks(account)]
    return Report(checks, number)


def connect(
    organization: Organization,
    *,
    name: str,
    account: Account,
    report: Report,
    by: Member,
) -> Channel:
    """Store a number that was examined, or connect again one that was disconnected.

    Runs inside `tenant()`. Raises `AlreadyConnected` or `NumberTaken`.
    """
    channel = organization.channels.filter(phone_number_id=account.phone_number_id).first()
    if channel is not None and channel.status != Channel.Status.DISCONNECTED:
        raise AlreadyConnected
    is_back = channel is not None
    if channel is None:
        channel = Channel(organization=organization, phone_number_id=account.phone_number_id)
    channel.organization = organization
    channel.name, channel.waba_id = name, account.waba_id
    channel.status, channel.status_reason = Channel.Status.CONNECTED, ""
    channel.account_state, channel.account_note = Channel.AccountState.OK, ""
    _set_health(channel, report.number)
    channel.set_access_token(account.token)
    try:
        with transaction.atomic():
            channel.save()
            ChannelRoute.objects.create(
                phone_number_id=channel.phone_number_id,
                waba_id=channel.waba_id,
                organization=organization,
                channel=channel,
            )
    except IntegrityError as error:
        raise NumberTaken from error
    _record(channel, "channel.reconnected" if is_back else "channel.connected", by)
    fetching.retry_unconnected(channel)
    _announce(channel)
    return channel


def replace_token(channel: Channel, token: str, report: Report, by: Member) -> None:
    """Use another token for a channel from now on. Runs inside `tenant()`."""
    channel.set_access_token(token)
    _set_health(channel, report.number)
    channel.status, channel.status_reason = Channel.Status.CONNECTED, ""
    channel.save()
    _record(channel, "channel.token_replaced", by)
    fetching.retry_unconnected(channel)
    _announce(channel)


def change(channel: Channel, changed: list[str], by: Member) -> None:
    """Save a new name or mode of the assistant. Runs inside `tenant()`."""
    if not changed:
        return
    channel.save(update_fields=changed)
    details = {each: str(getattr(channel, each)) for each in changed}
    _record(channel, "channel.changed", by, **details)
    _announce(channel)


def disconnect(channel: Channel, by: Member) -> bool:
    """Forget the token and the route at once; conversations stay. Runs inside `tenant()`.

    Returns whether the account's webhooks can be ended, as no other number needs them.
    """
    ChannelRoute.objects.filter(channel=channel).delete()
    channel.sealed_access_token = None
    channel.status = Channel.Status.DISCONNECTED
    channel.status_reason = ""
    channel.save(update_fields=["sealed_access_token", "status", "status_reason"])
    _record(channel, "channel.disconnected", by)
    _announce(channel)
    return not ChannelRoute.objects.filter(waba_id=channel.waba_id).exists()


def note_report(channel: Channel, report: Report) -> None:
    """Write what a test of a connected number found. Runs inside `tenant()`."""
    if channel.status == Channel.Status.DISCONNECTED:
        return
    if report.token_is_refused:
        mark_broken(channel)
    elif report.number is not None:
        _set_health(channel, report.number)
        if channel.status == Channel.Status.BROKEN:
            channel.status, channel.status_reason = Channel.Status.CONNECTED, ""
            fetching.retry_unconnected(channel)
        channel.save(update_fields=[*HEALTH, "status", "status_reason"])
        _announce(channel)


def ask_health(account: Account) -> Report:
    """Ask Meta for what changes by itself: quality, limit, names. For the hourly look."""
    try:
        return Report(number=account.number())
    except (Rejected, Busy, Unconfirmed) as error:
        return Report([_refused(error)])


def callback_url() -> str:
    return f"{settings.BASE_URL}{WEBHOOK_PATH}"


def test_webhook(channel: Channel) -> list[Check]:
    """Do what Meta does: the handshake, then a signed event, both through the public address."""
    refuse_inside_transaction()
    if not settings.WHATSAPP_VERIFY_TOKEN or not settings.WHATSAPP_APP_SECRETS:
        text = _("This installation has no verify token or no app secret.")
        advice = _(
            "Whoever runs KΛTIKN for you sets them: WHATSAPP_VERIFY_TOKEN, WHATSAPP_APP_SECRET."
        )
        return [Check("handshake", PROBLEM, text, advice)]
    handshake = _try_handshake()
    return [handshake] if handshake.state == PROBLEM else [handshake, _try_event(channel)]


HEALTH = (
    "verified_name",
    "display_phone_number",
    "quality_rating",
    "messaging_limit",
    "platform_type",
    "is_on_biz_app",
    "name_status",
    "account_state",
    "account_note",
    "checked_at",
)


def _set_health(channel: Channel, number: NumberInfo) -> None:
    known = Channel.Quality.values
    channel.quality_rating = number.quality if number.quality in known else Channel.Quality.UNKNOWN
    channel.verified_name = number.verified_name or channel.verified_name
    channel.display_phone_number = _digits(number.display) or channel.display_phone_number
    channel.messaging_limit = number.limit or channel.messaging_limit
    channel.platform_type = number.platform
    channel.is_on_biz_app = number.is_on_biz_app
    channel.name_status = number.name_status
    channel.checked_at = now()
    states = Channel.AccountState
    if number.can_send == "AVAILABLE":
        channel.account_state, channel.account_note = states.OK, ""
    elif number.can_send and channel.account_state in (states.OK, states.RESTRICTED):
        channel.account_state, channel.account_note = states.RESTRICTED, number.advice


def _digits(text: str) -> str:
    return "".join(each for each in text if each.isascii() and each.isdigit())[:32]


def _refused(error: Exception) -> Check:
    if not isinstance(error, Rejected):
        return Check(
            "reach",
            PROBLEM,
            _("WhatsApp could not be reached."),
            _("Try again in a few minutes. Nothing was changed."),
        )
    if error.code in errors.TOKEN:
        return Check(
            "token",
            PROBLEM,
            _("WhatsApp does not accept the token."),
            _(
                "It has expired, was revoked, or was not copied whole. Make a new one for a system "
                "user in Meta's Business settings, with both WhatsApp permissions."
            ),
        )
    if error.code == NOT_FOUND or error.code in errors.PERMISSION:
        return Check(
            "number",
            PROBLEM,
            _("With this token WhatsApp shows no number of this ID."),
            _(
                "Compare the phone number ID with WhatsApp Manager, API setup. If it is right, "
                "give the token's system user access to the WhatsApp account."
            ),
        )
    return Check("number", PROBLEM, str(_(errors.plain_words(error.code, error.text))))


def _check_account(account: Account) -> list[Check]:
    other = _("The number does not belong to this WhatsApp account.")
    advice = _("Compare the WhatsApp Business account ID with WhatsApp Manager, API setup.")
    try:
        if account.phone_number_id in account.numbers():
            return [Check("account", OK, _("The number belongs to the WhatsApp account."))]
    except Rejected as error:
        if error.code in (NOT_FOUND, *errors.PERMISSION):
            text = _("The token does not reach this WhatsApp account.")
            return [Check("account", PROBLEM, text, advice)]
        return [_refused(error)]
    except (Busy, Unconfirmed) as error:
        return [_refused(error)]
    return [Check("account", PROBLEM, other, advice)]


def _check_permissions(account: Account) -> list[Check]:
    if not whatsapp.can_inspect():
        text = _("The token's permissions were not checked: this installation has no Meta app set.")
        return [Check("permissions", SKIPPED, text)]
    try:
        token = account.inspect_token()
    except Rejected:
        text = _("The token's permissions could not be checked with this installation's Meta app.")
        return [Check("permissions", SKIPPED, text)]
    except (Busy, Unconfirmed) as error:
        return [_refused(error)]
    if not token.is_valid:
        return [_refused(Rejected(190, ""))]
    if token.app_id and token.app_id != settings.WHATSAPP_APP_ID:
        text = _("The token belongs to another Meta app, so messages would go there.")
        advice = _("Make the token for the app of this installation.")
        return [Check("permissions", PROBLEM, text, advice)]
    missing = [each for each in (MESSAGING, MANAGEMENT) if not token.allows(each, account.waba_id)]
    if missing:
        text = _("The token lacks a permission: %(names)s.") % {"names": ", ".join(missing)}
        advice = _("Make a new token with both permissions, for this WhatsApp account.")
        return [Check("permissions", PROBLEM, text, advice)]
    checks = [Check("permissions", OK, _("The token has both WhatsApp permissions."))]
    if token.expires_at:
        day = date_format(datetime.fromtimestamp(token.expires_at, UTC), "j F Y")
        text = _("The token expires on %(day)s.") % {"day": day}
        advice = _("A system user's token without expiry saves you from doing this again.")
        checks.append(Check("expiry", WARNING, text, advice))
    return checks


def _check_registration(number: NumberInfo) -> Check:
    if number.verification not in ("", "VERIFIED"):
        text = _("Meta has not verified this number yet.")
        advice = _("Verify it in WhatsApp Manager by SMS or call, then test again.")
        return Check("registration", WARNING, text, advice)
    if not number.is_registered:
        text = _("The number is not registered for sending yet.")
        advice = _("Register it below with a PIN of six digits.")
        return Check("registration", WARNING, text, advice)
    return Check("registration", OK, _("The number is verified and registered."))


def _check_health(number: NumberInfo) -> list[Check]:
    if number.can_send in ("", "AVAILABLE"):
        return []
    blocked = number.can_send == "BLOCKED"
    text = (
        _("Meta does not let this number send at present.")
        if blocked
        else _("Meta limits what this number may send.")
    )
    return [Check("health", WARNING, text, number.advice)]


def _check_webhooks(account: Account) -> Check:
    try:
        if account.is_subscribed():
            return Check("webhooks", OK, _("Messages to this account reach KΛTIKN."))
    except (Rejected, Busy, Unconfirmed):
        text = _("Whether messages reach KΛTIKN could not be checked.")
        return Check("webhooks", SKIPPED, text, _("Test again in a few minutes."))
    text = _("Messages to this account do not reach KΛTIKN yet.")
    return Check("webhooks", WARNING, text, _("Subscribe to them."))


def _try_handshake() -> Check:
    challenge = secrets.token_hex(8)
    query = {
        "hub.mode": "subscribe",
        "hub.verify_token": settings.WHATSAPP_VERIFY_TOKEN,
        "hub.challenge": challenge,
    }
    answer = _ask("GET", params=query)
    if isinstance(answer, Check):
        return answer
    if answer.status_code == 200 and answer.text == challenge:
        return Check("handshake", OK, _("The address answers Meta's handshake."))
    return _wrong_answer("handshake", answer)


def _try_event(channel: Channel) -> Check:
    metadata = {"phone_number_id": channel.phone_number_id}
    change = {"field": SELF_TEST, "value": {"metadata": metadata}}
    entry = {"id": channel.waba_id, "changes": [change]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    secret = settings.WHATSAPP_APP_SECRETS[0].encode()
    signature = hmac.new(secret, body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"}
    answer = _ask("POST", data=body, headers=headers)
    if isinstance(answer, Check):
        return answer
    if answer.status_code == 200:
        return Check("event", OK, _("A signed test event was taken."))
    return _wrong_answer("event", answer)


def _ask(method: str, **content: object) -> requests.Response | Check:
    url = callback_url()
    name = "handshake" if method == "GET" else "event"
    try:
        return session_for(url).request(
            method, url, timeout=TIMEOUT, allow_redirects=False, **content
        )
    except requests.exceptions.SSLError:
        text = _("The address has no certificate that others trust.")
        advice = _("Meta asks for one of a public authority. Tell whoever runs KΛTIKN for you.")
    except requests.exceptions.RequestException:
        text = _("The address could not be reached from here.")
        advice = _("Check BASE_URL, the name's DNS entry and the firewall, then test again.")
    return Check(name, PROBLEM, text, advice)


def _wrong_answer(name: str, answer: requests.Response) -> Check:
    text = _("The address answered with %(status)s.") % {"status": answer.status_code}
    advice = _("Something else answers there, or the proxy changes what it passes on.")
    return Check(name, PROBLEM, text, advice)


def _record(channel: Channel, action: str, by: Member, **details: str) -> None:
    auditing.record(
        channel.organization,
        action,
        user=by.user,
        subject=channel,
        number=channel.display_phone_number,
        **details,
    )


def _announce(channel: Channel) -> None:
    events.announce(channel.organization_id, Signal.Kind.CHANNEL, channel.pk)
