"""Response headers that no library of ours sets, the user's language, and unreadable secrets."""

import logging
from collections.abc import Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

from organizations.secrets import SecretUnreadable

logger = logging.getLogger(__name__)

HEADERS = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecurityHeadersMiddleware:
    """Add `HEADERS`, and keep signed-in pages out of every cache."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.is_async:
            return self._answer_later(request)
        return self._finish(self.get_response(request))

    async def _answer_later(self, request: HttpRequest) -> HttpResponse:
        return self._finish(await self.get_response(request))

    def _finish(self, response: HttpResponse) -> HttpResponse:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not response.headers.get("Cache-Control"):
            response.headers["Cache-Control"] = "no-store"
        return response


class UserLanguageMiddleware(MiddlewareMixin):
    """Speak the language of the user's profile, which wins over that of the browser."""

    def process_request(self, request: HttpRequest) -> None:
        user = request.user
        if user.is_authenticated and user.language in dict(settings.LANGUAGES):
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()


class UnreadableSecretMiddleware(MiddlewareMixin):
    """Say that a stored secret does not open and that support can help, instead of breaking."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, SecretUnreadable):
            return None
        logger.error("Secret unreadable on %s: %s", request.path, exception)
        return render(request, "organizations/secret_unreadable.html", status=500)
