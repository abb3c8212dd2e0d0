"""The door: check the signature, store the raw delivery, answer 200. Nothing else happens here."""

import hashlib
import hmac
import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from inbox.models import WebhookEvent
from organizations.queue import enqueue

logger = logging.getLogger(__name__)

PROCESS_TASK = "inbox.tasks.process_event"
# Months of history come as thousands of messages in one body; customers must not wait for them.
LONG_BODY = 200_000  # bytes


@csrf_exempt
@require_http_methods(["GET", "POST"])
def webhook(request: HttpRequest) -> HttpResponse:
    """Take one delivery of Meta (POST), or prove that this address is ours (GET).

    401 for a missing or wrong signature, 413 over `WEBHOOK_BODY_LIMIT` bytes; Meta comes again for
    up to seven days after anything but 200. What cannot be read later is kept and marked dead.
    Source: https://developers.facebook.com/docs/graph-api/webhooks/getting-started
    """
    return _verify(request) if request.method == "GET" else _take(request)


def is_signed(body: bytes, header: str) -> bool:
    """Whether `header` is `sha256=` and the HMAC-SHA256 of the raw body under a secret of ours."""
    given = header.encode("utf-8", "replace")
    matches = [
        hmac.compare_digest(given, b"sha256=" + _digest(secret, body))
        for secret in settings.WHATSAPP_APP_SECRETS
        if secret
    ]
    return any(matches)


def _digest(secret: str, body: bytes) -> bytes:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()


def _verify(request: HttpRequest) -> HttpResponse:
    ours = settings.WHATSAPP_VERIFY_TOKEN.encode()
    given = request.GET.get("hub.verify_token", "").encode("utf-8", "replace")
    is_right = bool(ours) and hmac.compare_digest(given, ours)
    if not is_right or request.GET.get("hub.mode") != "subscribe":
        return HttpResponse(status=403)
    return HttpResponse(request.GET.get("hub.challenge", ""), content_type="text/plain")


def _take(request: HttpRequest) -> HttpResponse:
    limit = settings.WEBHOOK_BODY_LIMIT
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > limit:
        return HttpResponse(status=413)
    body = request.read(limit + 1)
    if len(body) > limit:
        return HttpResponse(status=413)
    if not is_signed(body, request.headers.get("X-Hub-Signature-256", "")):
        return HttpResponse(status=401)
    with transaction.atomic():
        event = WebhookEvent.objects.create(body=body, body_hash=hashlib.sha256(body).hexdigest())
        queue_processing(event.pk, len(body))
    logger.info("Delivery stored.", extra={"event_id": event.pk})
    return HttpResponse(status=200)


def queue_processing(event_id: int, size: int, delay: timedelta = timedelta()) -> None:
    """Queue the processing of a stored delivery of `size` bytes, long ones beside the others."""
    cluster = "bulk" if size > LONG_BODY else "live"
    enqueue(PROCESS_TASK, event_id, cluster=cluster, delay=delay)
