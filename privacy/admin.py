"""Support's view of legal holds, which it places and releases, and of what was purged."""

from django.contrib import admin
from django.db import models, router, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.timezone import now

from organizations.admin_site import SupportAdmin, TenantAdmin, support_site
from privacy.models import Hold, PurgeRun


@admin.register(Hold, site=support_site)
class HoldAdmin(TenantAdmin):
    list_display = ("pk", "organization", "scope", "contact_id", "placed_at", "released_at")
    list_filter = ("scope",)
    fields = (
        "organization",
        "scope",
        "contact_id",
        "reason",
        "placed_by",
        "placed_at",
        "released_at",
    )
    placed_with = ("organization", "scope", "contact_id", "reason")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return True

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        return super().get_fields(request, obj) if obj else list(self.placed_with)

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> list[str]:
        return super().get_readonly_fields(request, obj) if obj else []

    def deeds(self, request: HttpRequest, obj: Hold) -> list[tuple[str, str]]:
        return [] if obj.released_at else [("../release/", "Release")]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.release)
        return [
            path("<path:object_id>/release/", view, name="privacy_hold_release"),
            *super().get_urls(),
        ]

    def release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        hold = self.find(request, object_id)
        if hold.released_at:
            raise Http404

        def do(reason: str) -> str:
            with transaction.atomic(using=router.db_for_write(Hold)):
                hold.released_at = now()
                hold.save(update_fields=["released_at"])
                self.note(request, hold, "released", reason=reason)
                self.log_change(request, hold, f"released: {reason}")
            return "The hold is released."

        return self.ask_reason(request, hold, "Release", do)


@admin.register(PurgeRun, site=support_site)
class PurgeRunAdmin(SupportAdmin):
    list_display = ("pk", "started_at", "finished_at", "as_of", "policy_version")
    ordering = ("-started_at",)
    fields = ("started_at", "finished_at", "as_of", "policy_version", "counts")
