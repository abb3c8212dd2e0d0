import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ

from inbox.models import WebhookEvent
from inbox.tests.factories import ChannelFactory
from inbox.tests.payloads import URL, delivery_of, post, signature, text
from inbox.whatsapp.webhook import is_signed, queue_processing

VERIFY = {"hub.mode": "subscribe", "hub.verify_token": "verify-token", "hub.challenge": "1158<b>"}


@pytest.mark.parametrize(
    ("body", "digest"),
    [
        (
            b'{"object":"whatsapp_business_account","entry":[]}',
            "d3e4f9da0ce6c71ab3dba55929b8eeeee2455349e534924ead19f98d143e904f",
        ),
        (
            rb'{"t":"na\u00efve \ud83c\udfe0"}',
            "510358dacad2c2e96cc105ec115cf83bafdf8169fb4c483b616b244720320b5b",
        ),
    ],
)
def test_signature_is_the_hmac_of_the_raw_bytes(body, digest):
    assert is_signed(body, f"sha256={digest}")
    assert not is_signed(json.dumps(json.loads(body)).encode() + b" ", f"sha256={digest}")


def test_signed_delivery_is_stored_as_it_came_and_queued(db, client):
    body = delivery_of("305000000000002", text())

    status = post(client, body)

    assert status == 200
    [event] = WebhookEvent.objects.all()
    assert (bytes(event.body), event.state) == (body, "received")
    assert OrmQ.objects.count() == 1


@pytest.mark.parametrize("header", ["", "sha256=", "sha256=" + "0" * 64, "sha1=ü", "sha256=é"])
def test_missing_or_wrong_signature_is_refused_and_nothing_stored(db, client, header):
    assert post(client, delivery_of("1", text()), header) == 401
    assert WebhookEvent.objects.count() == 0


def test_any_secret_of_a_rotation_is_taken(db, client, settings):
    settings.WHATSAPP_APP_SECRETS = ["new-secret", "old-secret"]
    body = delivery_of("1", text())

    assert post(client, body, signature(body, "old-secret")) == 200
    assert post(client, body, signature(body, "new-secret")) == 200
    assert post(client, body, signature(body, "app-secret")) == 401


def test_without_a_secret_nothing_is_taken(db, client, settings):
    settings.WHATSAPP_APP_SECRETS = [""]
    body = delivery_of("1", text())

    assert post(client, body, signature(body, "")) == 401


def test_body_of_three_megabytes_is_taken_and_one_byte_more_is_not(db, client, settings):
    body = b"{" + b" " * (settings.WEBHOOK_BODY_LIMIT - 2) + b"}"

    assert post(client, body) == 200
    assert post(client, body + b" ") == 413
    assert WebhookEvent.objects.count() == 1


def test_delivery_needs_no_csrf_token_and_few_queries(db):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        status = post(strict, delivery_of("1", text()))

    assert status == 200
    kinds = [query["sql"].split()[0] for query in queries]
    assert [kind for kind in kinds if kind not in ("SAVEPOINT", "RELEASE")] == [
        "INSERT",  # the event
        "INSERT",  # its queue row
        "SELECT",  # which wakes the worker
    ]


def test_verification_gives_the_challenge_back_as_plain_text(db, client):
    answer = client.get(URL, VERIFY)

    assert (answer.status_code, answer.content) == (200, b"1158<b>")
    assert answer.headers["Content-Type"] == "text/plain"


@pytest.mark.parametrize(
    "wrong",
    [{"hub.verify_token": "other"}, {"hub.mode": "unsubscribe"}, {"hub.verify_token": "ü\ud800"}],
)
def test_verification_with_a_wrong_token_or_mode_is_refused(db, client, wrong):
    parameters = {**VERIFY, **wrong}
    parameters = {key: value.encode("utf-8", "replace") for key, value in parameters.items()}

    assert client.get(URL, parameters).status_code == 403


def test_verification_without_a_token_of_ours_is_refused(db, client, settings):
    settings.WHATSAPP_VERIFY_TOKEN = ""

    assert client.get(URL, {**VERIFY, "hub.verify_token": ""}).status_code == 403


def test_other_methods_are_not_allowed(db, client):
    assert client.put(URL).status_code == 405


def test_failure_to_store_is_no_200(db, client, monkeypatch):
    def lose(*args, **kwargs):
        raise OSError

    monkeypatch.setattr("inbox.whatsapp.webhook.enqueue", lose)
    client.raise_request_exception = False

    assert post(client, delivery_of(ChannelFactory(), text())) == 500
    assert WebhookEvent.objects.count() == 0


@pytest.mark.parametrize(("size", "cluster"), [(200_000, "live"), (200_001, "bulk")])
def test_months_of_history_are_read_beside_what_customers_write_now(db, size, cluster):
    queue_processing(1, size)

    assert OrmQ.objects.get().key == cluster
