"""Webhook values in Meta's shapes, as the phone number's account would receive them.

Source: developers.facebook.com/docs/whatsapp/cloud-api/webhooks (messages, statuses,
smb_message_echoes) and business-messaging/whatsapp/business-scoped-user-ids.
"""

from typing import Any

from .state import Customer, Message, Number, State

TITLES = {
    131000: "Something went wrong",
    131026: "Message undeliverable",
    131047: "Re-engagement message",
    131049: "This message was not delivered to maintain healthy ecosystem engagement.",
    131050: "User has stopped marketing messages",
    131051: "Unsupported message type",
    131053: "Media upload error",
}
DETAILS = {
    131026: "Message undeliverable.",
    131047: "Message failed to send because more than 24 hours have passed since the customer "
    "last replied to this number.",
    131051: "Message type is currently not supported.",
}


def inbound_value(
    state: State, number: Number, customer: Customer, message: dict[str, Any]
) -> dict[str, Any]:
    """The value of field `messages` that carries one message of this customer."""
    return {
        **_envelope(number),
        "contacts": [_contact(state, number, customer)],
        "messages": [message],
    }


def inbound_message(
    state: State, number: Number, customer: Customer, message: Message, **extra: Any
) -> dict[str, Any]:
    """One element of `messages[]`; without a shared phone there is no key `from`."""
    sender = {"from": customer.phone} if customer.shares_phone else {}
    shaped: dict[str, Any] = {
        **sender,
        "from_user_id": state.user_id(customer, number.waba_id),
        "id": message.wamid,
        "timestamp": str(message.timestamp),
        "type": message.type,
    }
    if message.context_id:
        shaped["context"] = _context(state, number, customer, message.context_id)
    if message.body:
        shaped[message.type] = message.body["cards"] if message.type == "contacts" else message.body
    return {**shaped, **extra}


def status_value(
    state: State,
    number: Number,
    customer: Customer | None,
    message: Message,
    status: str,
    *,
    timestamp: float,
    recipient: str,
    error: int | None = None,
    category: str | None = None,
) -> dict[str, Any]:
    """The value of field `messages` that carries one status; `recipient` is phone or BSUID."""
    by_phone = recipient.isdigit()
    shaped: dict[str, Any] = {
        "id": message.wamid,
        "status": status,
        "timestamp": str(int(timestamp)),
    }
    if by_phone:
        shaped["recipient_id"] = recipient
    if customer is not None and not (error and by_phone):
        shaped["recipient_user_id"] = state.user_id(customer, number.waba_id)
    elif not by_phone:
        shaped["recipient_user_id"] = recipient
    if message.callback is not None:
        shaped["biz_opaque_callback_data"] = message.callback
    if category:
        shaped["pricing"] = {
            "billable": True,
            "pricing_model": "PMP",
            "type": "regular",
            "category": category,
        }
    value = {**_envelope(number), "statuses": [shaped]}
    if error:
        shaped["errors"] = [error_object(error)]
    elif customer is not None:
        value["contacts"] = [_contact(state, number, customer)]
    return value


def echo_value(
    state: State, number: Number, customer: Customer, wamid: str, text: str, timestamp: int
) -> dict[str, Any]:
    """The value of field `smb_message_echoes`: staff wrote this in the WhatsApp Business app."""
    user_id = state.user_id(customer, number.waba_id)
    receiver = {"to": customer.phone} if customer.shares_phone else {}
    echo = {
        "from": number.display,
        **receiver,
        "to_user_id": user_id,
        "id": wamid,
        "timestamp": str(timestamp),
        "type": "text",
        "text": {"body": text},
    }
    return {**_envelope(number), "contacts": [{"user_id": user_id}], "message_echoes": [echo]}


def call_value(
    state: State, number: Number, customer: Customer, call_id: str, step: dict[str, Any]
) -> dict[str, Any]:
    """The value of field `calls`: one step of a call that the customer makes."""
    sender = {"from": customer.phone} if customer.shares_phone else {}
    call = {
        "id": call_id,
        **sender,
        "from_user_id": state.user_id(customer, number.waba_id),
        "to": number.display,
        "timestamp": str(int(state.clock())),
        "direction": "USER_INITIATED",
        **step,
    }
    return {**_envelope(number), "contacts": [_contact(state, number, customer)], "calls": [call]}


def error_object(code: int) -> dict[str, Any]:
    """An error as webhooks carry it."""
    title = TITLES.get(code, f"Error {code}")
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": DETAILS.get(code, title)},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    }


def _envelope(number: Number) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": number.display,
            "phone_number_id": number.phone_number_id,
        },
    }


def _contact(state: State, number: Number, customer: Customer) -> dict[str, Any]:
    profile = {"name": customer.name}
    if customer.username:
        profile["username"] = customer.username
    phone = {"wa_id": customer.phone} if customer.shares_phone else {}
    return {"profile": profile, **phone, "user_id": state.user_id(customer, number.waba_id)}


def _context(state: State, number: Number, customer: Customer, wamid: str) -> dict[str, Any]:
    quoted = state.messages.get(wamid)
    own = quoted is not None and quoted.direction == "in"
    author = customer.phone if own and customer.shares_phone else None
    return {"from": author or number.display, "id": wamid} if not own or author else {"id": wamid}
