"""Support's view of the assistant's turns. What was said and found in them is hidden."""

from django.contrib import admin

from assistant.models import (
    AssistantSettings,
    AssistantVersion,
    ClaudeBreaker,
    ClaudeCall,
    Dialogue,
    Evaluation,
    HandOverSettings,
    Rehearsal,
    Run,
    SubjectRule,
)
from organizations.admin_site import SupportAdmin, TenantAdmin, support_site


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


@admin.register(AssistantSettings, site=support_site)
class AssistantSettingsAdmin(TenantAdmin):
    list_display = ("pk", "organization", "claude_enabled", "mode", "monthly_cap_usd", "updated_at")
    list_filter = ("claude_enabled", "mode")
    fields = (
        "organization",
        "claude_enabled",
        "claude_drafts_for_cards",
        "mode",
        "jurisdiction",
        "monthly_cap_usd",
        "conversation_model",
        "updated_at",
    )


@admin.register(AssistantVersion, site=support_site)
class AssistantVersionAdmin(TenantAdmin):
    list_display = ("pk", "organization", "number", "created_at", "published_at")
    search_fields = ("=code",)
    hidden = ("content", "note")
    fields = (
        "organization",
        "code",
        "number",
        "content",
        "note",
        "author",
        "restored_from",
        "created_at",
        "changed_at",
        "published_at",
    )


@admin.register(SubjectRule, site=support_site)
class SubjectRuleAdmin(TenantAdmin):
    list_display = ("pk", "organization", "subject", "action", "send_to")
    list_filter = ("subject", "action")
    hidden = ("sentences", "extra_words")
    fields = ("organization", "subject", "action", "send_to", "member", "sentences", "extra_words")


@admin.register(HandOverSettings, site=support_site)
class HandOverSettingsAdmin(TenantAdmin):
    list_display = ("pk", "organization", "reassures", "reassure_minutes")
    fields = ("organization", "reassures", "reassure_minutes")


@admin.register(Dialogue, site=support_site)
class DialogueAdmin(TenantAdmin):
    list_display = ("pk", "organization", "turn_count", "unsure_count", "updated_at")
    search_fields = ("=conversation__code",)
    hidden = ("state",)
    fields = ("organization", "conversation", "state", "turn_count", "unsure_count", "updated_at")


@admin.register(ClaudeCall, site=support_site)
class ClaudeCallAdmin(TenantAdmin):
    list_display = ("pk", "organization", "at", "model", "state", "failure", "cost_usd")
    list_filter = ("state", "failure")
    search_fields = ("=request_id",)
    ordering = ("-at", "-pk")
    fields = (
        "organization",
        "conversation",
        "run",
        "at",
        "model",
        "state",
        "reserved_usd",
        "cost_usd",
        "input_tokens",
        "cache_write_5m_tokens",
        "cache_write_1h_tokens",
        "cache_read_tokens",
        "output_tokens",
        "seconds",
        "request_id",
        "failure",
    )


@admin.register(ClaudeBreaker, site=support_site)
class ClaudeBreakerAdmin(SupportAdmin):
    list_display = ("name", "reason", "open_until", "probe_until")
    fields = ("name", "reason", "open_until", "probe_until")


@admin.register(Rehearsal, site=support_site)
class RehearsalAdmin(TenantAdmin):
    list_display = ("pk", "organization", "state", "done", "total", "cost_usd", "started_at")
    list_filter = ("state", "backend")
    search_fields = ("=code",)
    ordering = ("-started_at",)
    hidden = ("name", "content")
    fields = (
        "organization",
        "code",
        "name",
        "version",
        "content",
        "backend",
        "state",
        "member",
        "total",
        "done",
        "cost_usd",
        "started_at",
        "finished_at",
        "lease_until",
    )


@admin.register(Evaluation, site=support_site)
class EvaluationAdmin(SupportAdmin):
    list_display = ("at", "label", "backend", "version", "f1")
    ordering = ("-at",)
    fields = (
        "at",
        "label",
        "fingerprint",
        "backend",
        "version",
        "conversations",
        "turns",
        "precision",
        "recall",
        "f1",
        "fields",
        "seconds",
        "tokens",
        "cost_usd",
    )
