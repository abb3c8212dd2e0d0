"""What happens to a send that the Graph API accepts: the message, and the statuses that follow."""

import re
from dataclasses import dataclass
from typing import Any

from . import graph, payloads
from .faults import Fault
from .state import Customer, Message, Number, State
from .webhooks import Update, Webhooks

UNDELIVERABLE = 131026
WINDOW_CLOSED = 131047


@dataclass(frozen=True)
class Delays:
    """Seconds from acceptance to each status; `read` none for never."""

    sent: float = 0.0
    delivered: float = 0.05
    read: float | None = 0.15


class Sending:
    """Accepts sends of the agency's numbers."""

    def __init__(self, state: State, webhooks: Webhooks, delays: Delays) -> None:
        self.state = state
        self.webhooks = webhooks
        self.delays = delays

    def accept(self, number: Number, payload: Any, fault: Fault | None) -> dict[str, Any]:
        """Check, store, schedule statuses and return Meta's answer. Raises `GraphError`.

        A free text outside the 24-hour window is accepted too: Meta refuses it by a failed status.
        """
        with self.state.changed:
            recipient = graph.check_send(self.state, number, payload)
            customer = self._customer(number, payload, recipient)
            error = self._error(number, customer, payload, fault)
            message = self._store(number, customer, payload, error)
        if fault is None or fault.kind != "silent":
            self._send_statuses(number, customer, message, recipient)
        shown = payload.get("to") or recipient
        address = {"wa_id": recipient} if recipient.isdigit() else {"user_id": recipient}
        return {
            "messaging_product": "whatsapp",
            "contacts": [{"input": shown, **address}],
            "messages": [{"id": message.wamid, "message_status": "accepted"}],
        }

    def _customer(self, number: Number, payload: dict[str, Any], recipient: str) -> Customer | None:
        """Who gets it; a phone never seen belongs to somebody new, a bare BSUID to nobody."""
        if not recipient.isdigit():
            return self.state.find_customer(number.waba_id, user_id=recipient)
        if re.search("[A-Za-z]", str(payload["to"])):
            return None
        found = self.state.find_customer(number.waba_id, phone=recipient)
        return found or self.state.add_customer(f"+{recipient}", phone=recipient)

    def _error(
        self,
        number: Number,
        customer: Customer | None,
        payload: dict[str, Any],
        fault: Fault | None,
    ) -> int | None:
        if fault is not None and fault.kind == "failed":
            return fault.code
        if customer is None:
            return UNDELIVERABLE
        if payload.get("type") != "template" and not self.state.window_open(number, customer):
            return WINDOW_CLOSED
        return None

    def _store(
        self,
        number: Number,
        customer: Customer | None,
        payload: dict[str, Any],
        error: int | None,
    ) -> Message:
        kind = payload.get("type", "text")
        body = {"cards": payload[kind]} if kind == "contacts" else dict(payload[kind])
        if kind == "template":
            body |= self._rendered(number, body)
        nobody = Customer("", "", None)
        message = self.state.add_message(
            number,
            customer or nobody,
            "out",
            kind,
            body,
            context_id=(payload.get("context") or {}).get("message_id"),
            callback=payload.get("biz_opaque_callback_data"),
        )
        if error:
            self.state.set_status(message, "failed", error)
        return message

    def _rendered(self, number: Number, body: dict[str, Any]) -> dict[str, Any]:
        template = graph.find_template(self.state, number, body)
        texts = {
            parameter.get("parameter_name") or name: parameter["text"]
            for name, parameter in zip(
                template.parameters, graph.body_parameters(body), strict=True
            )
        }
        rendered = re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda m: texts.get(m[1], ""), template.body)
        return {
            "rendered": rendered,
            "category": template.category.lower(),
            "buttons": _buttons(template.buttons, body),
        }

    def _send_statuses(
        self, number: Number, customer: Customer | None, message: Message, recipient: str
    ) -> None:
        category = message.body.get("category", "service")
        if message.error:
            self._send_status(number, customer, message, recipient, "failed", self.delays.sent)
            return
        self._send_status(
            number, customer, message, recipient, "sent", self.delays.sent, category=category
        )
        final = "sent"
        if message.type != "reaction" and customer is not None and customer.online:
            final = "delivered"
            delay = self.delays.delivered
            self._send_status(number, customer, message, recipient, final, delay, category=category)
            if customer.receipts and self.delays.read is not None:
                final = "read"
                self._send_status(number, customer, message, recipient, final, self.delays.read)
        self.state.set_status(message, final)

    def _send_status(
        self,
        number: Number,
        customer: Customer | None,
        message: Message,
        recipient: str,
        status: str,
        delay: float,
        category: str | None = None,
    ) -> None:
        if number.waba_id not in self.state.subscribed:
            return
        value = payloads.status_value(
            self.state,
            number,
            customer,
            message,
            status,
            timestamp=self.state.clock() + delay,
            recipient=recipient,
            error=message.error,
            category=category,
        )
        key = (number.phone_number_id, message.customer_id)
        self.webhooks.send(Update(number.waba_id, "messages", value, key), delay)


def _buttons(buttons: list[dict[str, Any]], body: dict[str, Any]) -> list[dict[str, Any]]:
    """The template's buttons as the phone shows them, with the payloads of this send."""
    given = {
        str(component.get("index")): (component.get("parameters") or [{}])[0]
        for component in body.get("components") or []
        if str(component.get("type", "")).lower() == "button"
    }
    return [
        {
            "kind": button.get("type", "QUICK_REPLY"),
            "text": button.get("text", ""),
            "url": button.get("url", "").replace("{{1}}", given.get(str(i), {}).get("text", "")),
            "payload": given.get(str(i), {}).get("payload", button.get("text", "")),
        }
        for i, button in enumerate(buttons)
    ]
