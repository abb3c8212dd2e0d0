"""Support's view of what an agency knows. The text of notes is hidden."""

from django.contrib import admin

from knowledge.models import Import, ImportRow, Listing, Note, Reading
from organizations.admin_site import TenantAdmin, support_site


@admin.register(Listing, site=support_site)
class ListingAdmin(TenantAdmin):
    list_display = ("reference", "organization", "title", "deal", "status", "as_of")
    list_filter = ("deal", "status", "property_type")
    search_fields = ("=reference", "title")
    ordering = ("reference",)
    fields = (
        "organization",
        "reference",
        "title",
        "deal",
        "property_type",
        "status",
        "price",
        "currency",
        "area",
        "city",
        "url",
        "source",
        "as_of",
        "created_at",
    )


@admin.register(Note, site=support_site)
class NoteAdmin(TenantAdmin):
    list_display = ("pk", "organization", "author", "as_of", "created_at")
    list_select_related = ("organization", "author__user")
    search_fields = ("=pk",)
    hidden = ("title", "body")
    fields = ("organization", "title", "body", "author", "as_of", "created_at")


@admin.register(Import, site=support_site)
class ImportAdmin(TenantAdmin):
    list_display = ("pk", "organization", "state", "total", "done", "created_at", "finished_at")
    list_filter = ("state",)
    search_fields = ("=pk", "=code")
    fields = (
        "organization",
        "code",
        "file_name",
        "encoding",
        "delimiter",
        "default_deal",
        "withdraw_missing",
        "state",
        "total",
        "done",
        "member",
        "created_at",
        "finished_at",
    )


@admin.register(ImportRow, site=support_site)
class ImportRowAdmin(TenantAdmin):
    list_display = ("pk", "organization", "batch_id", "number", "outcome", "undone")
    list_filter = ("outcome",)
    search_fields = ("=batch__code", "=reference")
    hidden = ("problems", "before", "after")
    fields = (
        "organization",
        "batch",
        "number",
        "outcome",
        "listing",
        "reference",
        "problems",
        "before",
        "after",
        "undone",
    )


@admin.register(Reading, site=support_site)
class ReadingAdmin(TenantAdmin):
    list_display = ("pk", "organization", "state", "problem", "created_at", "fetched_at")
    list_filter = ("state",)
    search_fields = ("=code",)
    hidden = ("facts",)
    fields = (
        "organization",
        "code",
        "url",
        "found_at",
        "state",
        "problem",
        "facts",
        "listing",
        "member",
        "created_at",
        "fetched_at",
    )
