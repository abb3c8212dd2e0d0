"""Support's view of appointments."""

from django.contrib import admin

from organizations.admin_site import TenantAdmin, support_site
from scheduling.models import Appointment


@admin.register(Appointment, site=support_site)
class AppointmentAdmin(TenantAdmin):
    list_display = ("pk", "organization", "member", "kind", "status", "starts_at")
    list_filter = ("kind", "status")
    list_select_related = ("organization", "member__user")
    search_fields = ("=pk", "=code", "=conversation__code")
    date_hierarchy = "starts_at"
    ordering = ("-starts_at",)
    hidden = ("cancelled_reason",)
    fields = (
        "organization",
        "code",
        "member",
        "conversation",
        "listing",
        "kind",
        "status",
        "starts_at",
        "ends_at",
        "hold_expires_at",
        "timezone",
        "created_by_kind",
        "created_by",
        "cancelled_reason",
        "created_at",
    )
