"""Deliveries in Meta's shapes, built from the documented keys, with invented ids."""

import hashlib
import hmac
import json
import time
from typing import Any

from django.test import Client

from inbox.models import Channel, WebhookEvent

URL = "/webhooks/whatsapp/"
SECRET = "app-secret"
PHONE = "35799123456"
USER_ID = "CY.48210937716650291"


def text(body: str = "Is the flat still free?", wamid: str = "wamid.IN1", **more: Any) -> dict:
    return message("text", {"body": body}, wamid, **more)


def message(type_: str, content: Any = None, wamid: str = "wamid.IN1", **more: Any) -> dict:
    shaped = {
        "from": PHONE,
        "from_user_id": USER_ID,
        "id": wamid,
        "timestamp": str(int(time.time())),
        "type": type_,
        **({type_: content} if content is not None else {}),
        **more,
    }
    return {key: value for key, value in shaped.items() if value is not None}


def status(wamid: str, status_: str, **more: Any) -> dict:
    return {
        "id": wamid,
        "status": status_,
        "timestamp": str(int(time.time())),
        "recipient_id": PHONE,
        **more,
    }


def failed(wamid: str, code: int, **more: Any) -> dict:
    error = {"code": code, "title": "Title", "error_data": {"details": "Details."}}
    return status(wamid, "failed", errors=[error], **more)


def value(channel: Channel | str, name: str = "Eleni", **content: Any) -> dict:
    """The value of a change; `channel` may be a bare phone_number_id."""
    number = getattr(channel, "phone_number_id", channel)
    metadata = {"display_phone_number": "35725000001", "phone_number_id": number}
    card = {"profile": {"name": name}, "wa_id": PHONE, "user_id": USER_ID}
    return {
        "messaging_product": "whatsapp",
        "metadata": metadata,
        **({"contacts": [card]} if "messages" in content else {}),
        **content,
    }


def delivery(*values: dict, field: str = "messages") -> bytes:
    changes = [{"field": field, "value": each} for each in values]
    event = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "204000000000001", "changes": changes}],
    }
    return json.dumps(event).encode()


def delivery_of(channel: Channel | str, *messages: dict) -> bytes:
    return delivery(value(channel, messages=list(messages)))


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post(client: Client, body: bytes, header: str | None = None) -> int:
    """Deliver a signed body and return the status of the answer."""
    given = signature(body) if header is None else header
    headers = {"X-Hub-Signature-256": given} if given else {}
    answer = client.post(URL, body, content_type="application/json", headers=headers)
    return answer.status_code


def event_of(body: bytes) -> WebhookEvent:
    return WebhookEvent.objects.create(body=body, body_hash=hashlib.sha256(body).hexdigest())
