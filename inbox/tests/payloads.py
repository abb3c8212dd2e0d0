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


# One delivery of every type and field, for the tests that go over all of them.

WABA = "204000000000001"
BUSINESS = "35725000001"
AT = 1_795_420_800


def _media(**more: Any) -> dict:
    return {"id": "781000000000009", "mime_type": "image/jpeg", "sha256": "q83v", **more}


def _choice(type_: str, **content: Any) -> dict:
    return message("interactive", {"type": type_, **({type_: content} if content else {})})


AD = {
    "source_url": "https://fb.me/x1",
    "source_id": "120200000000001",
    "source_type": "ad",
    "headline": "New homes in Paphos",
    "body": "Book a viewing today",
    "media_type": "image",
    "image_url": "https://scontent.example/1.jpg",
    "ctwa_clid": "ARAkClick",
    "welcome_message": {"text": "Hi, which area?"},
}

MESSAGES: dict[str, dict] = {
    "text": text("Hello"),
    "image": message("image", _media(caption="The kitchen")),
    "video": message("video", _media()),
    "audio": message("audio", _media(voice=True)),
    "document": message("document", _media(filename="../id.pdf")),
    "sticker": message("sticker", _media(animated=False)),
    "location": message("location", {"latitude": 34.7, "longitude": 33.1, "name": "Home"}),
    "contacts": message(
        "contacts",
        [{"name": {"formatted_name": "Maria"}, "phones": [{"phone": "+357 99 1"}, {}]}, {}],
    ),
    "contact_request": message(
        "contacts",
        [
            {
                "name": {"formatted_name": "Eleni"},
                "phones": [{"phone": f"+{PHONE}", "wa_id": PHONE, "type": "CELL"}],
                "origin": "contact_request",
            }
        ],
    ),
    "button_reply": _choice("button_reply", id="slot:1", title="Tue 10:00"),
    "list_reply": _choice("list_reply", id="l1", title="2-bed", description="EUR 1,450"),
    "nfm_reply": _choice("nfm_reply", name="flow", body="Sent", response_json='{"budget":"1500"}'),
    "hostile_nfm_reply": _choice("nfm_reply", response_json='[{"a":'),
    "call_permission_reply": _choice(
        "call_permission_reply",
        response="accept",
        is_permanent=False,
        expiration_timestamp="1796025600",
    ),
    "missing_choice": message("interactive", {"type": "button_reply"}),
    "button": message("button", {"payload": "VIEW_YES", "text": "Yes, confirm"}),
    "reaction": message("reaction", {"message_id": "wamid.UNKNOWN", "emoji": "👍"}),
    "order": message(
        "order",
        {
            "catalog_id": "c1",
            "text": "These two",
            "product_items": [
                {
                    "product_retailer_id": "AH-1",
                    "quantity": 1,
                    "item_price": 9.5,
                    "currency": "EUR",
                }
            ],
        },
    ),
    "user_changed_number": message(
        "system",
        {"body": "Eleni changed number", "type": "user_changed_number", "wa_id": "35799777777"},
    ),
    "user_changed_user_id": message(
        "system", {"body": "", "type": "user_changed_user_id", "user_id": "CY.90551200347781122"}
    ),
    "customer_identity_changed": message(
        "system",
        {
            "body": "Identity changed",
            "type": "customer_identity_changed",
            "identity": {"acknowledged": False, "created_timestamp": AT, "hash": "h4sh"},
        },
    ),
    "edit": message(
        "edit",
        {
            "original_message_id": "wamid.UNKNOWN",
            "message": {"type": "text", "text": {"body": "The flat at the sea"}},
        },
    ),
    "revoke": message("revoke", {"original_message_id": "wamid.UNKNOWN"}),
    "request_welcome": message("request_welcome"),
    "unsupported": message(
        "unsupported", {"type": "poll"}, errors=[{"code": 131051, "title": "Unsupported"}]
    ),
    "unsupported_alone": message("unsupported", errors=[{"code": 131051}]),
    "ephemeral": message("ephemeral"),
    "unknown": message("hologram", {"depth": 3}),
    "too_big": message("video", _media(), errors=[{"code": 131052, "title": "Too big"}]),
    "ad": text("Is it free?", referral=AD),
    "forwarded": text("Look", context={"forwarded": True}),
    "frequently_forwarded": text("Look", context={"frequently_forwarded": True}),
    "quote_of_unknown": text("This one", context={"from": BUSINESS, "id": "wamid.UNKNOWN"}),
    "product": text(
        "Is it free?",
        context={
            "from": BUSINESS,
            "id": "wamid.UNKNOWN",
            "referred_product": {"catalog_id": "c1", "product_retailer_id": "AH-1"},
        },
    ),
    "group": text("Hello all", group_id="120363000000000000"),
}

ECHO = {
    "from": BUSINESS,
    "to": PHONE,
    "to_user_id": USER_ID,
    "id": "wamid.ECHO1",
    "timestamp": str(AT),
    "type": "text",
    "text": {"body": "Maria here, I will call you at 5."},
}


def _echo(**more: Any) -> dict:
    return {"contacts": [{"user_id": USER_ID}], "message_echoes": [{**ECHO, **more}]}


HISTORY = {
    "history": [
        {
            "metadata": {"phase": 1, "chunk_order": 2, "progress": 55},
            "threads": [
                {
                    "id": PHONE,
                    "messages": [
                        text("Good morning", "wamid.H1", history_context={"status": "READ"}),
                        {
                            "from": BUSINESS,
                            "id": "wamid.H2",
                            "timestamp": str(AT),
                            "type": "text",
                            "text": {"body": "Good morning!"},
                            "history_context": {"status": "DELIVERED"},
                        },
                        message("media_placeholder", wamid="wamid.H3"),
                    ],
                }
            ],
        }
    ]
}


def _template(**more: Any) -> dict:
    return {
        "message_template_id": 1_234_567_890,
        "message_template_name": "viewing_reminder",
        "message_template_language": "en",
        **more,
    }


CALL = {
    "id": "wacid.CALL1",
    "from": PHONE,
    "from_user_id": USER_ID,
    "to": BUSINESS,
    "timestamp": str(AT),
    "direction": "USER_INITIATED",
    "session": {"sdp_type": "offer", "sdp": "v=0"},
}

# Name: field, and the value without metadata. Those of `ACCOUNT_FIELDS` have none.
FIELDS: dict[str, tuple[str, dict]] = {
    "sent": ("messages", {"statuses": [status("wamid.OUT", "sent")]}),
    "delivered": (
        "messages",
        {
            "statuses": [
                status(
                    "wamid.OUT",
                    "delivered",
                    recipient_user_id=USER_ID,
                    biz_opaque_callback_data="msg:0",
                    pricing={"pricing_model": "PMP", "type": "regular", "category": "service"},
                    conversation={
                        "id": "c1",
                        "expiration_timestamp": str(AT + 259_200),
                        "origin": {"type": "referral_conversion"},
                    },
                )
            ]
        },
    ),
    "played": ("messages", {"statuses": [status("wamid.OUT", "played")]}),
    "failed": ("messages", {"statuses": [failed("wamid.OUT", 131047)]}),
    "unknown_status": ("messages", {"statuses": [status("wamid.OUT", "warning")]}),
    "call_status": ("messages", {"statuses": [status("wacid.CALL2", "RINGING", type="call")]}),
    "errors": ("messages", {"errors": [{"code": 131042, "title": "Payment issue"}]}),
    "smb_message_echoes": ("smb_message_echoes", _echo()),
    "message_echoes": ("message_echoes", _echo()),
    "echo_of_a_revoke": (
        "smb_message_echoes",
        _echo(type="revoke", revoke={"original_message_id": "wamid.UNKNOWN"}),
    ),
    "echo_of_an_edit": (
        "smb_message_echoes",
        _echo(
            type="edit",
            edit={
                "original_message_id": "wamid.UNKNOWN",
                "message": {"type": "text", "text": {"body": "At six"}},
            },
        ),
    ),
    "history": ("history", HISTORY),
    "history_media": ("history", {"messages": [message("image", _media(), "wamid.H3")]}),
    "history_declined": ("history", {"history": [{"errors": [{"code": 2593109}]}]}),
    "state_sync": (
        "smb_app_state_sync",
        {
            "state_sync": [
                {
                    "type": "contact",
                    "contact": {
                        "full_name": "Eleni K. buyer",
                        "first_name": "Eleni",
                        "phone_number": f"+{PHONE}",
                    },
                    "action": "add",
                    "metadata": {"timestamp": str(AT)},
                }
            ]
        },
    ),
    "user_preferences": (
        "user_preferences",
        {
            "user_preferences": [
                {
                    "user_id": USER_ID,
                    "category": "marketing_messages",
                    "value": "stop",
                    "detail": "User requested to stop marketing messages",
                    "timestamp": AT,
                }
            ]
        },
    ),
    "user_id_update": (
        "user_id_update",
        {
            "user_id_update": [
                {
                    "wa_id": PHONE,
                    "user_id": {"previous": USER_ID, "current": "CY.90551200347781122"},
                    "timestamp": str(AT),
                }
            ]
        },
    ),
    "call": ("calls", {"calls": [{**CALL, "event": "connect"}]}),
    "call_over": (
        "calls",
        {"calls": [{**CALL, "event": "terminate", "status": "COMPLETED", "duration": 33}]},
    ),
    "standby": ("standby", {"standby": {"messages": [text("Hi", "wamid.SB1")]}}),
    "standby_echo": ("standby", {"standby": {**_echo(id="wamid.SB2")}}),
    "handover": (
        "messaging_handovers",
        {
            "sender": {"phone_number": PHONE},
            "recipient": {"phone_number_id": "305000000000002"},
            "type": "control_passed",
            "timestamp": str(AT),
            "control_passed": {
                "previous_owner_role": "meta_business_agent",
                "new_owner_role": "app",
            },
        },
    ),
}

ACCOUNT_FIELDS: dict[str, tuple[str, dict]] = {
    "template_rejected": (
        "message_template_status_update",
        _template(
            event="REJECTED",
            reason="TAG_CONTENT_MISMATCH",
            message_template_category="UTILITY",
            rejection_info={"reason": "It advertises.", "recommendation": "Make it marketing."},
        ),
    ),
    "template_approved": (
        "message_template_status_update",
        _template(event="APPROVED", reason=None),
    ),
    "template_quality": (
        "message_template_quality_update",
        _template(previous_quality_score="GREEN", new_quality_score="RED"),
    ),
    "template_components": (
        "message_template_components_update",
        _template(message_template_element="Hello {{1}}", message_template_footer="Bye"),
    ),
    "template_category": (
        "template_category_update",
        _template(previous_category="UTILITY", new_category="MARKETING"),
    ),
    "template_category_ahead": (
        "template_category_update",
        _template(
            new_category="UTILITY",
            correct_category="MARKETING",
            category_update_timestamp=AT + 86_400,
        ),
    ),
    "partner_removed": (
        "account_update",
        {"event": "PARTNER_REMOVED", "waba_info": {"waba_id": WABA, "owner_business_id": "9"}},
    ),
    "offboarded": (
        "account_update",
        {
            "event": "ACCOUNT_OFFBOARDED",
            "disconnection_info": {"reason": "INACTIVITY", "initiated_by": "META"},
        },
    ),
    "reconnected": ("account_update", {"event": "ACCOUNT_RECONNECTED"}),
    "violation": (
        "account_update",
        {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SPAM"}},
    ),
    "restriction": (
        "account_update",
        {
            "event": "ACCOUNT_RESTRICTION",
            "restriction_info": [
                {
                    "restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING",
                    "expiration": AT + 86_400,
                }
            ],
        },
    ),
    "disabled": (
        "account_update",
        {
            "event": "DISABLED_UPDATE",
            "ban_info": {"waba_ban_state": "DISABLE", "waba_ban_date": "May 1, 2026"},
        },
    ),
    "account_deleted": ("account_update", {"event": "ACCOUNT_DELETED"}),
    "account_unknown": ("account_update", {"event": "SOMETHING_NEW"}),
    "number_quality": (
        "phone_number_quality_update",
        {
            "display_phone_number": BUSINESS,
            "event": "FLAGGED",
            "max_daily_conversations_per_business": "TIER_2K",
        },
    ),
    "number_name": (
        "phone_number_name_update",
        {
            "display_phone_number": BUSINESS,
            "decision": "REJECTED",
            "requested_verified_name": "Aphrodite",
            "rejection_reason": "NAME_NOT_CONSISTENT",
        },
    ),
    "alert": (
        "account_alerts",
        {
            "entity_type": "BUSINESS",
            "entity_id": "9",
            "alert_info": {
                "alert_severity": "CRITICAL",
                "alert_status": "ACTIVE",
                "alert_type": "PROFILE_PICTURE_LOST",
                "alert_description": "The picture was removed.",
            },
        },
    ),
    "review": ("account_review_update", {"decision": "REJECTED"}),
    "capability": (
        "business_capability_update",
        {"max_daily_conversations_per_business": "TIER_10K", "max_phone_numbers_per_waba": 25},
    ),
    "security": ("security", {"event": "PIN_CHANGED", "requester": "5"}),
    "settings": ("account_settings_update", {"type": "phone_number_settings"}),
    "flows": ("flows", {"event": "FLOW_STATUS_CHANGE"}),
    "payment": ("payment_configuration_update", {"status": "Needs_Testing"}),
    "partner_solutions": ("partner_solutions", {"event": "SOLUTION_CREATED"}),
    "unheard_of": ("never_heard_of", {"what": ["ever"]}),
}


def sample_deliveries(channel: Channel) -> dict[str, bytes]:
    """A delivery of each of `MESSAGES`, `FIELDS` and `ACCOUNT_FIELDS` to this channel."""
    found = {name: delivery_of(channel, item) for name, item in MESSAGES.items()}
    for name, (field, content) in FIELDS.items():
        found[name] = delivery(value(channel, **content), field=field)
    for name in ACCOUNT_FIELDS:
        found[name] = account_delivery(channel, name)
    return found


def account_delivery(channel: Channel, name: str, at: int = AT, **changes: Any) -> bytes:
    """News about the channel's account at `at` (unix seconds), with `changes` to the sample."""
    field, content = ACCOUNT_FIELDS[name]
    content = json.loads(json.dumps({**content, **changes}).replace(WABA, channel.waba_id))
    entry = {
        "id": "900000000000009" if name == "partner_removed" else channel.waba_id,
        "time": at,
        "changes": [{"field": field, "value": content}],
    }
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
