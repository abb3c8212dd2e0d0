"""Around each request: its id and log line, headers, the user's language, unreadable secrets."""

import logging
import time
from collections.abc import Callable
from uuid import uuid4

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

from organizations import correlation
from organizations.secrets import SecretUnreadable

logger = logging.getLogger(__name__)

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
HEADERS = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), payment=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class CorrelationMiddleware:
    """Give each request its correlation id, return it in `X-Request-ID`, and log the request.

    A UUID that a proxy sent in `X-Request-ID` is kept; anything else is replaced. The line names
    the route instead of the address, because addresses hold tokens, names and searches.
    """

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.is_async:
            return self._answer_later(request)
        begun = time.perf_counter()
        given = correlation.parse(request.headers.get(correlation.HEADER)) or uuid4()
        with correlation.bound(correlation_id=given):
            return self._finish(request, self.get_response(request), begun)

    async def _answer_later(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        given = correlation.parse(request.headers.get(correlation.HEADER)) or uuid4()
        with correlation.bound(correlation_id=given):
            return self._finish(request, await self.get_response(request), begun)

    def _finish(self, request: HttpRequest, response: HttpResponse, begun: float) -> HttpResponse:
        response.headers[correlation.HEADER] = str(correlation.current())
        match = request.resolver_match
        if match or response.status_code >= 400:  # static files are of no interest
            user = getattr(request, "_cached_user", None)  # asking for it may ask the database
            logger.info(
                "Request answered.",
                extra={
                    "method": request.method if request.method in METHODS else "other",
                    "route": match.route if match else None,
                    "status": response.status_code,
                    "milliseconds": round((time.perf_counter() - begun) * 1000, 1),
                    "user_id": user.pk if user else None,
                },
            )
        return response


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


class MethodNotAllowedMiddleware(MiddlewareMixin):
    """Show people a page, not an empty one, who load the address of a form; machines get 405."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        is_page = "text/html" in request.headers.get("Accept", "")
        if response.status_code != 405 or response.content or not is_page:
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page


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
        logger.error("A stored secret does not open.", exc_info=exception)
        return render(request, "organizations/secret_unreadable.html", status=500)
