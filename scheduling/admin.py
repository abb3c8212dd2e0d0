"""Support's view of appointments."""

from django.contrib import admin

from organizations.admin_site import TenantAdmin, support_site
from scheduling.models import Appointment, AppointmentKind, DayOff, Offer, WeeklyHours


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


@admin.register(AppointmentKind, site=support_site)
class AppointmentKindAdmin(TenantAdmin):
    list_display = ("pk", "organization", "kind", "minutes", "is_active")
    list_filter = ("kind", "is_active")
    fields = (
        "organization",
        "kind",
        "minutes",
        "buffer_minutes",
        "notice_hours",
        "window_days",
        "is_active",
    )


@admin.register(WeeklyHours, site=support_site)
class WeeklyHoursAdmin(TenantAdmin):
    list_display = ("pk", "organization", "weekday", "starts", "ends")
    list_filter = ("weekday",)
    fields = ("organization", "member", "weekday", "starts", "ends")


@admin.register(DayOff, site=support_site)
class DayOffAdmin(TenantAdmin):
    list_display = ("pk", "organization", "first", "last")
    hidden = ("reason",)
    fields = ("organization", "member", "first", "last", "reason")


@admin.register(Offer, site=support_site)
class OfferAdmin(TenantAdmin):
    list_display = ("pk", "organization", "kind", "state", "starts_at", "expires_at")
    list_filter = ("kind", "state")
    search_fields = ("=pk", "=code")
    fields = (
        "organization",
        "code",
        "conversation",
        "kind",
        "listing",
        "member",
        "starts_at",
        "ends_at",
        "position",
        "state",
        "created_at",
        "expires_at",
    )
