"""All addresses. Everything below a slug belongs to the organization with that slug."""

from django.urls import include, path

urlpatterns = [
    path("", include("organizations.urls")),
    path("accounts/", include("allauth.urls")),
]
