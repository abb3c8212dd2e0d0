"""The settings page of WhatsApp numbers. For owners and admins.

Views that ask Meta open `tenant()` for each short step and ask outside of it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inbox import connecting, events, handover
from inbox.connecting import Check, Report
from inbox.forms import ChannelForm, NewChannelForm, PinForm, TokenForm
from inbox.models import Channel, Message, WebhookItem
from inbox.whatsapp.account import Account
from inbox.whatsapp.client import Busy, Rejected, Unconfirmed
from inbox.whatsapp.errors import plain_words
from organizations import auditing
from organizations.pages import MemberRequest, member_required
from organizations.tenancy import tenant

require_form = require_http_methods(["GET", "HEAD", "POST"])
manager_required = member_required(managers_only=True)
manager_with_network = member_required(atomic=False, managers_only=True)


def page_on_get(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead to the number's page who loads the address of one of its forms again."""

    @manager_required
    def to_page(request: MemberRequest, pk: UUID) -> HttpResponse:
        return _to(request, _find(request, pk))

    @wraps(view)
    def either(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = to_page if request.method in ("GET", "HEAD") else view
        return answer(request, *args, **kwargs)

    return either


@require_GET
@manager_required
def channels(request: MemberRequest) -> HttpResponse:
    """All numbers with their state, and when something last came in and went out."""
    found = list(request.organization.channels.order_by("created_at"))
    for each in found:
        _add_activity(each)
    return _page(request, "inbox/channels.html", {"channels": found})


@sensitive_variables()
@sensitive_post_parameters("token")
@require_form
@manager_with_network
def channel_new(request: MemberRequest) -> HttpResponse:
    """Connect a number: it is tested first, and stored only if it can be used."""
    form = NewChannelForm(request.POST or None, initial={"subscribe": True})
    report = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        account = Account(data["token"], data["waba_id"], data["phone_number_id"])
        report = _examine(account)
        if report.is_usable:
            try:
                with tenant(request.organization) as organization:
                    found = connecting.connect(
                        organization,
                        name=data["name"],
                        account=account,
                        report=report,
                        by=request.member,
                    )
            except connecting.AlreadyConnected:
                form.add_error("phone_number_id", _("This number is connected already."))
            except connecting.NumberTaken:
                form.add_error(
                    "phone_number_id",
                    _("This number cannot be connected here. Ask whoever runs KΛTIKN for you."),
                )
            else:
                if data["subscribe"] and report.needs_subscription:
                    _subscribe(request, found, account)
                messages.success(request, _("The number is connected."))
                return _to(request, found)
    status = 422 if request.method == "POST" else 200
    with tenant(request.organization):
        context = {"form": form, "report": report}
        return _page(request, "inbox/channel_new.html", context, status)


@require_form
@manager_required
def channel(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One number: how it is, and its name and the assistant's mode to change."""
    found = _find(request, pk)
    form = ChannelForm(request.POST or None, instance=_find(request, pk))
    if request.method == "POST" and form.is_valid():
        form.instance.organization = request.organization
        connecting.change(form.instance, form.changed_data, request.member)
        if form.instance.assistant_mode == Channel.AssistantMode.ON:
            handover.give_back_recent(request.organization, form.instance, by=request.member)
        messages.success(request, _("The settings are saved."))
        return _to(request, found)
    status = 422 if request.method == "POST" else 200
    return _channel_page(request, found, status, form=form)


def _by_network(act: Callable[[MemberRequest, Channel, Account], dict[str, Any]]) -> Any:
    """Return a view that asks Meta about one number, and shows the page with what came of it."""

    @sensitive_variables()
    @sensitive_post_parameters("pin")
    @page_on_get
    @require_POST
    @manager_with_network
    def view(request: MemberRequest, pk: UUID) -> HttpResponse:
        with tenant(request.organization):
            found = _find(request, pk)
            account = connecting.account_of(found)
        if account is None:
            messages.error(request, _("This number has no usable token. Enter a new one first."))
            return _to(request, found)
        shown = act(request, found, account)
        with tenant(request.organization):
            return _channel_page(request, _find(request, pk), **shown)

    return view


def _test(request: MemberRequest, found: Channel, account: Account) -> dict[str, Any]:
    report = _examine(account)
    with tenant(request.organization):
        locked = request.organization.channels.select_for_update(of=("self",)).get(pk=found.pk)
        locked.organization = request.organization
        connecting.note_report(locked, report)
        _record(request, locked, "channel.tested", passed=report.is_usable)
    return {"report": report}


def _subscribe_again(request: MemberRequest, found: Channel, account: Account) -> dict[str, Any]:
    _subscribe(request, found, account)
    return _test(request, found, account)


def _register(request: MemberRequest, found: Channel, account: Account) -> dict[str, Any]:
    form = PinForm(request.POST)
    if not form.is_valid():
        return {"pin_form": form, "status": 422}
    events.give_connections_back()
    try:
        account.register(form.cleaned_data["pin"])
    except (Rejected, Busy, Unconfirmed) as error:
        form.add_error("pin", _in_words(error))
        return {"pin_form": form, "status": 422}
    with tenant(request.organization):
        _record(request, found, "channel.registered")
    messages.success(request, _("The number is registered. Keep the PIN: it is now its own."))
    return _test(request, found, account)


channel_test = _by_network(_test)
channel_subscribe = _by_network(_subscribe_again)
channel_register = _by_network(_register)


@sensitive_variables()
@sensitive_post_parameters("token")
@page_on_get
@require_POST
@manager_with_network
def channel_token(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Replace the token, or connect a disconnected number again; tested before it is stored."""
    with tenant(request.organization):
        found = _find(request, pk)
    form, report = TokenForm(request.POST), None
    if form.is_valid():
        token = form.cleaned_data["token"]
        account = Account(token, found.waba_id, found.phone_number_id, found.graph_url)
        report = _examine(account)
        if report.is_usable:
            try:
                _store_token(request, pk, account, report)
            except connecting.NumberTaken:
                form.add_error("token", _("This number cannot be connected here any more."))
            else:
                if report.needs_subscription:
                    _subscribe(request, found, account)
                messages.success(request, _("The number is connected with the new token."))
                return _to(request, found)
        else:
            form.add_error("token", _("The new token was not saved. The test above says why."))
    with tenant(request.organization):
        return _channel_page(request, _find(request, pk), 422, token_form=form, report=report)


@page_on_get
@require_POST
@manager_with_network
def channel_webhook(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Send ourselves, through the public address, what Meta would send."""
    with tenant(request.organization):
        found = _find(request, pk)
        _record(request, found, "channel.webhook_tested")
    events.give_connections_back()
    checks = connecting.test_webhook(found)
    with tenant(request.organization):
        return _channel_page(request, _find(request, pk), webhook_checks=checks)


@page_on_get
@require_POST
@manager_with_network
def channel_disconnect(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Forget the token at once, then tell Meta that its messages are not wanted."""
    with tenant(request.organization):
        found = _find(request, pk)
        account = connecting.account_of(found)
        may_end = found.status != Channel.Status.DISCONNECTED and connecting.disconnect(
            found, request.member
        )
    if account is not None and may_end:
        events.give_connections_back()
        try:
            account.unsubscribe()
        except (Rejected, Busy, Unconfirmed):
            messages.warning(
                request,
                _(
                    "WhatsApp was not told: it may go on sending messages, which we drop. Remove "
                    "KΛTIKN in Meta's Business settings to end that."
                ),
            )
    messages.success(request, _("The number is disconnected. Its conversations stay."))
    return _to(request, found)


def _find(request: MemberRequest, pk: UUID) -> Channel:
    found = get_object_or_404(request.organization.channels, pk=pk)
    found.organization = request.organization
    return found


def _examine(account: Account) -> Report:
    events.give_connections_back()
    return connecting.examine(account)


def _store_token(request: MemberRequest, pk: UUID, account: Account, report: Report) -> None:
    with tenant(request.organization) as organization:
        found = _find(request, pk)
        if found.status == Channel.Status.DISCONNECTED:
            connecting.connect(
                organization, name=found.name, account=account, report=report, by=request.member
            )
        else:
            connecting.replace_token(found, account.token, report, request.member)


def _subscribe(request: MemberRequest, found: Channel, account: Account) -> None:
    events.give_connections_back()
    try:
        account.subscribe()
    except (Rejected, Busy, Unconfirmed) as error:
        text = _("Messages do not reach KΛTIKN yet: %(reason)s") % {"reason": _in_words(error)}
        messages.warning(request, text)
        return
    with tenant(request.organization):
        _record(request, found, "channel.subscribed")


def _in_words(error: Exception) -> str:
    if isinstance(error, Rejected):
        return str(_(plain_words(error.code, error.text)))
    return _("WhatsApp could not be reached. Try again in a few minutes.")


def _record(request: MemberRequest, found: Channel, action: str, **details: Any) -> None:
    auditing.record(
        request.organization,
        action,
        user=request.user,
        subject=found,
        number=found.display_phone_number,
        **details,
    )


def _add_activity(found: Channel) -> None:
    """Note when the last message came in and the last one went out."""
    said = Message.objects.filter(organization_id=found.organization_id, channel=found)
    times = said.aggregate(
        received=Max("created_at", filter=Q(direction="in")),
        sent=Max("created_at", filter=Q(direction="out")),
    )
    found.last_received_at, found.last_sent_at = times["received"], times["sent"]


def _channel_page(
    request: MemberRequest,
    found: Channel,
    status: int = 200,
    *,
    form: ChannelForm | None = None,
    token_form: TokenForm | None = None,
    pin_form: PinForm | None = None,
    report: Report | None = None,
    webhook_checks: list[Check] | None = None,
) -> HttpResponse:
    _add_activity(found)
    items = WebhookItem.objects.filter(organization=request.organization)
    context = {
        "channel": found,
        "form": form or ChannelForm(instance=found),
        "token_form": token_form or TokenForm(),
        "pin_form": pin_form or PinForm(),
        "report": report,
        "webhook_checks": webhook_checks,
        "callback_url": connecting.callback_url(),
        "verify_token": settings.WHATSAPP_VERIFY_TOKEN,
        "last_event_at": items.aggregate(at=Max("at"))["at"],
    }
    return _page(request, "inbox/channel.html", context, status)


def _page(
    request: MemberRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    return render(
        request, template, {"section": "settings", "tab": "channels", **context}, status=status
    )


def _to(request: MemberRequest, found: Channel) -> HttpResponse:
    return redirect("inbox:channel", slug=request.organization.slug, pk=found.pk)
