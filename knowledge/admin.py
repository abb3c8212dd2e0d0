"""Support's view of what an agency knows. The text of notes is hidden."""

from django.contrib import admin

from knowledge.models import Listing, Note
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
