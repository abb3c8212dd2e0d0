"""All addresses. Everything below a slug belongs to the organization with that slug."""

from django.urls import include, path

from organizations.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("", include("organizations.urls")),
    path("accounts/", include("allauth.urls")),
]
