"""The yardstick of `bench/webhook.py`: the product's addresses with one bare view beside them."""

import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

TABLE = "CREATE TABLE bench_bare (id bigserial PRIMARY KEY, body bytea NOT NULL)"


@csrf_exempt
def bare(request: HttpRequest) -> HttpResponse:
    """Verify the signature and insert one row: the least that a durable webhook can do."""
    body = request.body
    secret = settings.WHATSAPP_APP_SECRETS[0].encode()
    expected = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers.get("X-Hub-Signature-256", "")):
        return HttpResponse(status=401)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_bare (body) VALUES (%s)", [body])
    return HttpResponse(status=200)


urlpatterns: list[Any] = [path("bare/", bare), path("", include("katikn.urls"))]
