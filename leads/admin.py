"""Support's view of leads. What a customer said is hidden."""

from django.contrib import admin

from leads.models import Fact, FollowUp, Lead
from organizations.admin_site import TenantAdmin, support_site


@admin.register(Lead, site=support_site)
class LeadAdmin(TenantAdmin):
    list_display = ("pk", "organization", "contact", "stage", "score", "updated_at")
    list_filter = ("stage",)
    list_select_related = ("organization", "contact")
    search_fields = ("=pk", "=code", "contact__name")
    ordering = ("-updated_at",)
    hidden = ("score_reasons",)
    fields = (
        "organization",
        "code",
        "contact",
        "stage",
        "score",
        "score_reasons",
        "owner",
        "created_at",
        "updated_at",
    )


@admin.register(Fact, site=support_site)
class FactAdmin(TenantAdmin):
    list_display = ("pk", "organization", "lead", "field", "created_at", "superseded_at")
    list_filter = ("field",)
    list_select_related = ("organization", "lead")
    search_fields = ("=lead__pk",)
    hidden = ("value", "quote")
    fields = (
        "organization",
        "lead",
        "field",
        "value",
        "quote",
        "evidence",
        "confidence",
        "locked_by",
        "created_at",
        "superseded_at",
    )


@admin.register(FollowUp, site=support_site)
class FollowUpAdmin(TenantAdmin):
    list_display = ("pk", "organization", "state", "due_at", "ended_at")
    list_filter = ("state",)
    search_fields = ("=pk",)
    hidden = ("about", "text")
    fields = (
        "organization",
        "conversation",
        "due_at",
        "about",
        "text",
        "state",
        "reason",
        "created_at",
        "ended_at",
    )
