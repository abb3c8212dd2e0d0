"""All addresses. Everything below a slug belongs to the organization with that slug."""

from django.urls import include, path

from inbox.whatsapp.webhook import webhook
from organizations.admin_site import support_site
from organizations.health import healthz, readyz
from scheduling.views import calendar_file

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("webhooks/whatsapp/", webhook),
    path("calendar/<str:token>.ics", calendar_file, name="calendar_file"),
    path("admin/", support_site.urls),
    path("", include("organizations.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("inbox.urls")),
    path("<slug:slug>/leads/", include("leads.urls")),
    path("<slug:slug>/assistant/", include("assistant.urls")),
    path("<slug:slug>/knowledge/", include("knowledge.urls")),
    path("<slug:slug>/scheduling/", include("scheduling.urls")),
    path("<slug:slug>/exports/", include("privacy.export_urls")),
    path("privacy/", include("privacy.urls")),
]
