"""The public page that says what is kept, why and how long."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from privacy.registry import policy_version, promises


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    context = {
        "promises": list(promises()),
        "version": policy_version(),
        "operator": settings.OPERATOR_NAME,
        "operator_address": settings.OPERATOR_ADDRESS,
        "contact": settings.PRIVACY_EMAIL,
        "transcriber": settings.TRANSCRIBER and urlsplit(settings.TRANSCRIBER_URL).hostname,
    }
    return render(request, "privacy/policy.html", context)
