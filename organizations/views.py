"""Home, the user's own pages, invitations, and an organization's settings."""

from smtplib import SMTPException

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from organizations import audit_wording, inviting, managing
from organizations.forms import (
    AcceptanceForm,
    AuditFilterForm,
    CompanyFields,
    InvitationForm,
    OrganizationForm,
    ProfileForm,
    RoleForm,
    ThemeForm,
)
from organizations.models import Invitation, InvitationQuerySet, Member, Organization, User
from organizations.pages import MemberRequest, member_required, memberships, render_page, signed_in
from organizations.tenancy import tenant

ENTRIES_PER_PAGE = 50
require_form = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the organization opened last, to the login, to founding one, or staff to theirs."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    found = memberships(request.user)
    if not found:
        return redirect("admin:index" if request.user.is_staff else "organizations:found")
    last = request.user.last_organization_id
    member = next((m for m in found if m.organization_id == last), found[0])
    return redirect("inbox:index", slug=member.organization.slug)


@require_form
@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    # A form that is not valid has changed its instance, which the page's frame also shows.
    form = ProfileForm(_posted(request), instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        form.instance.save(update_fields=form.Meta.fields)
        messages.success(request, _("Your profile is saved."))
        return redirect("organizations:profile")
    context = {
        "form": form,
        "has_second_factor": is_mfa_enabled(request.user),
        "is_owner": any(m.role == Member.Role.OWNER for m in memberships(request.user)),
    }
    status = 422 if form.is_bound else 200
    return render(request, "organizations/profile.html", context, status=status)


@require_POST
@signed_in
def theme(request: HttpRequest) -> HttpResponse:
    form = ThemeForm(request.POST, instance=request.user)
    if not form.is_valid():
        return HttpResponse(status=422)
    request.user.save(update_fields=["theme"])
    return HttpResponse(status=204) if request.htmx else redirect("organizations:profile")


@require_GET
@signed_in
def switch(request: HttpRequest) -> HttpResponse:
    """List the user's organizations: a page, or the menu's content."""
    current = request.GET.get("current", "")
    context = {"memberships": memberships(request.user), "current": current}
    page, piece = "organizations/switch.html", "organizations/_switcher.html"
    return render_page(request, page, piece, context)


@require_form
@signed_in
def found(request: HttpRequest) -> HttpResponse:
    form = CompanyFields(_posted(request))
    if request.method == "POST" and form.is_valid():
        form.found(request.user)
        return redirect("organizations:home")
    context = {"form": form, "has_organization": bool(memberships(request.user))}
    status = 422 if form.is_bound else 200
    return render(request, "organizations/found.html", context, status=status)


@sensitive_post_parameters("password")
@require_form
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation to whoever holds its link, and let the invited person accept it."""
    route = inviting.find_token(token)
    if route is None:
        return render(request, "organizations/invitation_closed.html", status=404)
    with tenant(route.organization_id):
        invited = Invitation.objects.select_related(
            "organization", "invited_by__user", "token"
        ).get(pk=route.invitation_id)
        if not invited.is_open or invited.organization.deletion_requested_at:
            return _closed(request, invited)
        try:
            return _answer(request, invited)
        except inviting.InvitationClosed:
            return _closed(request, invited)


@require_form
@member_required
def settings(request: MemberRequest) -> HttpResponse:
    # A form that is not valid has changed its instance, which the page's frame also shows.
    instance = Organization.objects.get(pk=request.organization.pk)
    if request.method == "POST" and not request.member.can_manage:
        return render(request, "403.html", status=403)
    form = OrganizationForm(_posted(request), instance=instance)
    if request.method == "POST" and form.is_valid():
        managing.change_settings(form.instance, form.changed_data, by=request.member)
        messages.success(request, _("The settings are saved."))
        return redirect("organizations:settings", slug=request.organization.slug)
    for field in form.fields.values():
        field.disabled = not request.member.can_manage
    status = 422 if form.is_bound else 200
    return _settings_page(request, "settings", {"form": form}, status)


@require_GET
@member_required
def members(request: MemberRequest) -> HttpResponse:
    return _members_page(request, InvitationForm(by=request.member))


@require_POST
@member_required(atomic=False, managers_only=True)
def invite(request: MemberRequest) -> HttpResponse:
    form = InvitationForm(request.POST, by=request.member)
    with tenant(request.organization):
        if not form.is_valid():
            return _members_page(request, form, status=422)
        try:
            invited, token = inviting.invite(
                request.organization, **form.cleaned_data, by=request.member
            )
        except inviting.AlreadyMember:
            form.add_error("email", _("This person is a member already."))
        except inviting.TooManyInvitations:
            form.add_error(None, _("Too many invitations wait for an answer. Withdraw some first."))
        except managing.NotAllowed:
            form.add_error("role", _("Only an owner may invite an owner."))
        if form.errors:
            return _members_page(request, form, status=422)
    return _send(request, invited, token)


@require_POST
@member_required(managers_only=True)
def change_role(request: MemberRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(request.organization.members, pk=pk)
    form = RoleForm(request.POST, by=request.member)
    if not form.is_valid():
        return _refuse(request, _("Only an owner may make somebody an owner."))
    try:
        managing.change_role(member, form.cleaned_data["role"], by=request.member)
    except (managing.NotAllowed, managing.LastOwner) as error:
        return _refuse(request, _reason(error))
    return _back_to_members(request)


@require_POST
@member_required(managers_only=True)
def deactivate(request: MemberRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(request.organization.members, pk=pk)
    try:
        managing.deactivate(member, by=request.member)
    except (managing.NotAllowed, managing.LastOwner) as error:
        return _refuse(request, _reason(error))
    if member == request.member:
        return redirect("organizations:home")
    return _back_to_members(request)


@require_POST
@member_required(managers_only=True)
def reactivate(request: MemberRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(request.organization.members, pk=pk)
    try:
        managing.reactivate(member, by=request.member)
    except managing.NotAllowed as error:
        return _refuse(request, _reason(error))
    return _back_to_members(request)


@require_POST
@member_required(atomic=False, managers_only=True)
def resend(request: MemberRequest, pk: int) -> HttpResponse:
    with tenant(request.organization):
        invited = get_object_or_404(_unanswered(request), pk=pk)
        try:
            token = inviting.resend(invited, by=request.member)
        except managing.NotAllowed as error:
            return _refuse(request, _reason(error))
    return _send(request, invited, token)


@require_POST
@member_required(managers_only=True)
def revoke(request: MemberRequest, pk: int) -> HttpResponse:
    invited = get_object_or_404(_unanswered(request), pk=pk)
    try:
        inviting.revoke(invited, by=request.member)
    except managing.NotAllowed as error:
        return _refuse(request, _reason(error))
    messages.success(request, _("The invitation is withdrawn."))
    return _back_to_members(request)


@require_GET
@member_required(managers_only=True)
def audit(request: MemberRequest) -> HttpResponse:
    """Who did what, in words; narrowed by the kind of deed, the person and the days."""
    form = AuditFilterForm(request.GET, organization=request.organization)
    entries = request.organization.audit_entries.select_related("user").order_by("-at", "-pk")
    page = Paginator(form.narrow(entries), ENTRIES_PER_PAGE).get_page(request.GET.get("page"))
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in request.GET.items() if name != "page" and value})
    context = {
        "page": page,
        "lines": audit_wording.lines(page),
        "form": form,
        "query": f"{query.urlencode()}&" if query else "",
    }
    return _settings_page(request, "audit", context)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _answer(request: HttpRequest, invited: Invitation) -> HttpResponse:
    """Let the right person accept; tell anybody else what to do first."""
    context = {"invitation": invited, "path": request.path}
    page = "organizations/invitation.html"
    if request.user.is_authenticated:
        if request.user.email.lower() != invited.email.lower():
            return render(request, page, context | {"is_other": True}, status=403)
        if request.method == "POST":
            inviting.accept(invited, request.user)
            return redirect("organizations:home")
        return render(request, page, context | {"is_invited": True})
    if User.objects.filter(email__iexact=invited.email).exists():
        return render(request, page, context | {"must_sign_in": True})
    return _answer_of_newcomer(request, invited, context)


def _answer_of_newcomer(
    request: HttpRequest, invited: Invitation, context: dict[str, object]
) -> HttpResponse:
    form = AcceptanceForm(_posted(request), email=invited.email)
    if request.method == "POST" and form.is_valid():
        try:
            user = inviting.accept_as_new_user(invited, **form.cleaned_data)
        except IntegrityError:
            # Somebody signed up with this address a moment ago.
            return redirect(request.path)
        login(request, user)
        return redirect("organizations:home")
    status = 422 if form.is_bound else 200
    page = "organizations/invitation.html"
    return render(request, page, context | {"form": form}, status=status)


def _closed(request: HttpRequest, invited: Invitation) -> HttpResponse:
    context = {"invitation": invited}
    return render(request, "organizations/invitation_closed.html", context, status=410)


def _send(request: MemberRequest, invited: Invitation, token: str) -> HttpResponse:
    """Mail the invitation, outside the transaction, and say how that went."""
    try:
        inviting.send(invited, token)
    except (OSError, SMTPException):
        messages.error(request, _("The mail could not be sent. Please send it again later."))
    else:
        text = _("The invitation is on its way to %(email)s.") % {"email": invited.email}
        messages.success(request, text)
    return _back_to_members(request)


def _unanswered(request: MemberRequest) -> InvitationQuerySet:
    related = ("organization", "invited_by__user")
    return request.organization.invitations.unanswered().select_related(*related)


def _members_page(request: MemberRequest, form: InvitationForm, status: int = 200) -> HttpResponse:
    by = request.member
    people = list(request.organization.members.with_people())
    invitations = list(_unanswered(request).order_by("-created_at"))
    for row in (*people, *invitations):
        row.is_mine_to_change = managing.may_grant(by, row.role)
    context = {
        "form": form,
        "people": people,
        "invitations": invitations,
        "roles": [(v, label) for v, label in Member.Role.choices if managing.may_grant(by, v)],
    }
    return _settings_page(request, "members", context, status)


def _settings_page(
    request: MemberRequest, name: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    context |= {"section": "settings", "tab": name}
    return render(request, f"organizations/{name}.html", context, status=status)


def _refuse(request: MemberRequest, reason: str) -> HttpResponse:
    messages.error(request, reason)
    return _back_to_members(request)


def _reason(error: Exception) -> str:
    if isinstance(error, managing.LastOwner):
        return _("An organization keeps at least one owner. Make somebody else an owner first.")
    return _("Only an owner may do that.")


def _back_to_members(request: MemberRequest) -> HttpResponse:
    return redirect("organizations:members", slug=request.organization.slug)
