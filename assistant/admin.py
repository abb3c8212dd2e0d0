"""Support's view of the assistant's turns. What was said and found in them is hidden."""

from django.contrib import admin

from assistant.models import Run
from organizations.admin_site import TenantAdmin, support_site


@admin.register(Run, site=support_site)
class RunAdmin(TenantAdmin):
    list_display = ("pk", "organization", "backend", "outcome", "drop_reason", "started_at")
    list_filter = ("backend", "outcome", "drop_reason", "fallback_reason")
    search_fields = ("=pk", "=code", "=conversation__code")
    date_hierarchy = "started_at"
    ordering = ("-started_at",)
    hidden = ("commands", "tools", "sources", "verdicts", "draft")
    fields = (
        "organization",
        "code",
        "conversation",
        "message",
        "seq",
        "backend",
        "model",
        "prompt_version",
        "started_at",
        "seconds",
        "fallback_reason",
        "input_tokens",
        "cache_write_tokens",
        "cache_read_tokens",
        "output_tokens",
        "cost_usd",
        "request_ids",
        "outcome",
        "drop_reason",
        "feedback",
        "commands",
        "tools",
        "sources",
        "verdicts",
        "draft",
    )
