"""Support's view of users, organizations and what belongs to them, and of the machinery."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.db import models, router, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from organizations import managing, queue_listing, supporting
from organizations.admin_site import SupportAdmin, TenantAdmin, opened, support_site
from organizations.models import (
    AuditEntry,
    Invitation,
    Member,
    Organization,
    SupportAccess,
    User,
    WorkerHeartbeat,
)


@admin.register(Organization, site=support_site)
class OrganizationAdmin(SupportAdmin):
    """Anybody of staff sees that an organization exists; the rest once it is open."""

    list_display = ("name", "slug", "created_at", "deletion_requested_at", "is_open")
    search_fields = ("name", "slug")
    ordering = ("name",)
    always = ("name", "slug", "created_at", "deletion_requested_at")
    editable = ("name", "phone", "agent_count", "timezone", "currency", "assistant_paused")
    fields = ("name", "slug", *editable[1:], "created_at", "deletion_requested_at")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        is_open = models.Q(pk__in=list(opened(request)))
        flag = models.ExpressionWrapper(is_open, output_field=models.BooleanField())
        return super().get_queryset(request).annotate(open_now=flag)

    @admin.display(boolean=True, description="open")
    def is_open(self, organization: Organization) -> bool:
        return organization.open_now

    def get_fields(self, request: HttpRequest, obj: Organization | None = None) -> list[Any]:
        shown = super().get_fields(request, obj)
        return shown if obj is None or obj.pk in opened(request) else list(self.always)

    def has_change_permission(self, request: HttpRequest, obj: Organization | None = None) -> bool:
        return obj is None or obj.pk in opened(request)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Organization | None = None
    ) -> list[Any]:
        is_open = obj is not None and obj.pk in opened(request)
        return super().get_readonly_fields(request, obj) if is_open else list(self.always)

    def deeds(self, request: HttpRequest, obj: Organization) -> list[tuple[str, str]]:
        # One reason holds for the hour; another is asked for when that is over.
        return [] if obj.pk in opened(request) else [("../open/", "Open with a reason")]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        name = "organizations_organization"
        return [
            path("<path:object_id>/open/", view(self.open), name=f"{name}_open"),
            path("<path:object_id>/close/", view(require_POST(self.close)), name=f"{name}_close"),
            *super().get_urls(),
        ]

    def open(self, request: HttpRequest, object_id: str) -> HttpResponse:
        organization = self.find(request, object_id)

        def do(reason: str) -> str:
            supporting.open_access(request.user, organization, reason)
            return f"{organization} is open for an hour. Its owners can see that."

        return self.ask_reason(request, organization, f"Open {organization}", do)

    def close(self, request: HttpRequest, object_id: str) -> HttpResponse:
        organization = self.find(request, object_id)
        supporting.close_access(request.user, organization)
        messages.success(request, f"{organization} is closed.")
        return redirect("admin:index")

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        organization = self.find(request, object_id)
        if request.method == "GET" and organization.pk in opened(request):
            self.note(request, organization, "viewed")
        return super().change_view(request, object_id, *args, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: Organization, form: forms.ModelForm, change: bool
    ) -> None:
        obj.save(update_fields=form.changed_data)
        self.note(request, obj, "changed", fields=", ".join(form.changed_data))

    def note(self, request: HttpRequest, obj: Organization, deed: str, **details: Any) -> None:
        supporting.note(request.user, obj, deed, subject=obj, **details)


@admin.register(User, site=support_site)
class UserAdmin(SupportAdmin):
    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")
    ordering = ("email",)
    fields = (
        "email",
        "name",
        "language",
        "is_active",
        "is_staff",
        "date_joined",
        "last_login",
        "addresses",
        "second_factor",
    )

    @admin.display(description="e-mail addresses")
    def addresses(self, user: User) -> str:
        found = EmailAddress.objects.filter(user=user).order_by("email")
        words = {True: "confirmed", False: "not confirmed"}
        return ", ".join(f"{address.email} ({words[address.verified]})" for address in found)

    @admin.display(boolean=True, description="two-factor sign-in")
    def second_factor(self, user: User) -> bool:
        return supporting.has_second_factor(user)

    def deeds(self, request: HttpRequest, obj: User) -> list[tuple[str, str]]:
        if obj.is_staff:
            return []
        deeds = [("../deactivate/", "Deactivate")]
        if not obj.is_active:
            deeds = [("../activate/", "Activate")]
        if EmailAddress.objects.filter(user=obj, verified=False).exists():
            deeds.append(("../confirm/", "Send the confirmation again"))
        if supporting.has_second_factor(obj):
            deeds.append(("../reset_second_factor/", "Reset two-factor sign-in"))
        return deeds

    def get_urls(self) -> list[URLPattern]:
        views = (self.deactivate, self.activate, self.confirm, self.reset_second_factor)
        return [
            path(
                f"<path:object_id>/{view.__name__}/",
                self.admin_site.admin_view(view),
                name=f"organizations_user_{view.__name__}",
            )
            for view in views
        ] + super().get_urls()

    def deactivate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._set_active(request, object_id, "Deactivate", is_active=False)

    def activate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._set_active(request, object_id, "Activate", is_active=True)

    def confirm(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user = self._find_other(request, object_id)

        def do(reason: str) -> str:
            self._keep(request, user, "confirmation_sent", reason)
            for address in EmailAddress.objects.filter(user=user, verified=False):
                address.send_confirmation(request)
            return "The confirmation is on its way."

        return self.ask_reason(request, user, "Send the confirmation again", do)

    def reset_second_factor(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user = self._find_other(request, object_id)

        def do(reason: str) -> str:
            with transaction.atomic(using=router.db_for_write(Authenticator)):
                Authenticator.objects.filter(user=user).delete()
                self._keep(request, user, "second_factor_reset", reason)
            text = render_to_string("organizations/email/second_factor_reset.txt", {"user": user})
            send_mail("Your two-factor sign-in was reset", text, None, [user.email])
            return "Two-factor sign-in is reset. The person was told by mail."

        return self.ask_reason(request, user, "Reset two-factor sign-in", do)

    def _set_active(
        self, request: HttpRequest, object_id: str, title: str, is_active: bool
    ) -> HttpResponse:
        user = self._find_other(request, object_id)

        def do(reason: str) -> str:
            with transaction.atomic(using=router.db_for_write(User)):
                user.is_active = is_active
                user.save(update_fields=["is_active"])
                deed = "user_activated" if is_active else "user_deactivated"
                self._keep(request, user, deed, reason)
            return f"{user.email} may sign in." if is_active else f"{user.email} is shut out."

        return self.ask_reason(request, user, title, do)

    def _find_other(self, request: HttpRequest, object_id: str) -> User:
        """Return a user who is not of staff: those are made and withdrawn by `create_staff`."""
        user = self.find(request, object_id)
        if user.is_staff:
            raise PermissionDenied
        return user

    def _keep(self, request: HttpRequest, user: User, deed: str, reason: str) -> None:
        supporting.note_for_user(request.user, user, deed, reason)
        self.log_change(request, user, f"{deed}: {reason}")


class MemberForm(forms.ModelForm):
    def clean_is_active(self) -> bool:
        is_active = self.cleaned_data["is_active"]
        if not is_active:
            try:
                # As stored: the form has changed nothing yet, but its instance is what it changes.
                managing.keep_an_owner(Member.objects.get(pk=self.instance.pk))
            except managing.LastOwner as error:
                raise ValidationError("An organization keeps at least one owner.") from error
        return is_active


@admin.register(Member, site=support_site)
class MemberAdmin(TenantAdmin):
    form = MemberForm
    list_display = ("user", "organization", "role", "is_active", "created_at")
    list_filter = ("role", "is_active")
    list_select_related = ("user", "organization")
    search_fields = ("user__email", "user__name")
    editable = ("title", "phone", "is_active")
    fields = ("organization", "user", "role", *editable, "created_at")


@admin.register(Invitation, site=support_site)
class InvitationAdmin(TenantAdmin):
    list_display = ("email", "organization", "role", "created_at", "expires_at", "accepted_at")
    list_filter = ("role",)
    search_fields = ("email",)
    fields = (
        "organization",
        "email",
        "role",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
        "revoked_at",
    )


@admin.register(AuditEntry, site=support_site)
class AuditEntryAdmin(TenantAdmin):
    list_display = ("at", "organization", "user", "action", "subject", "subject_id")
    list_select_related = ("user", "organization")
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    fields = ("organization", "at", "user", "action", "subject", "subject_id", "details")


@admin.register(SupportAccess, site=support_site)
class SupportAccessAdmin(TenantAdmin):
    list_display = ("organization", "user", "reason", "opened_at", "expires_at", "closed_at")
    list_select_related = ("user", "organization")
    ordering = ("-opened_at",)
    fields = ("organization", "user", "reason", "opened_at", "expires_at", "closed_at")


@admin.register(WorkerHeartbeat, site=support_site)
class WorkerHeartbeatAdmin(SupportAdmin):
    list_display = ("machine", "at", "restarts")
    fields = ("machine", "at", "restarts")


def queue(request: HttpRequest) -> HttpResponse:
    """List what waits in the queue and what failed, by name and time."""
    context = {
        **support_site.each_context(request),
        "title": "Queue",
        "waiting": queue_listing.waiting(),
        "failures": queue_listing.failures(),
    }
    return TemplateResponse(request, "admin/queue.html", context)


support_site.add_page("queue/", queue, "queue", "Queue", app_label="organizations")
