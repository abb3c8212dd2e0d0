"""The twin as tests and the demonstration hold it: start, stop, and customers to play."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from .. import require_demonstration
from . import payloads, samples
from .faults import Fault, Faults
from .film import film
from .sending import Delays, Sending
from .server import Server
from .state import Customer, Message, Number, State, Unknown, new_wamid
from .webhooks import BACKOFF_SECONDS, Update, Webhooks


class NoReply(AssertionError):
    """The agency did not answer in time; the message holds the transcript."""


class MetaTwin:
    """A WhatsApp Cloud API on 127.0.0.1.

    `webhook_url` gets signed webhooks, again and again until it answers 200. `port` 0 takes a free
    one. `clock` gives unix seconds for windows, timestamps and download addresses. Use it as a
    context manager, or call `start` and `stop`.
    """

    def __init__(
        self,
        webhook_url: str,
        app_secret: str,
        verify_token: str = "",
        *,
        app_id: str = "demo",
        numbers: Iterable[Number] = (),
        port: int = 0,
        delays: Delays | None = None,
        clock: Callable[[], float] = time.time,
        backoff: tuple[float, ...] = BACKOFF_SECONDS,
        retry_for: float = 7 * 24 * 3600.0,
        seed: int = 0,
        inbox_url: str = "",
        mail_dir: Path | None = None,
        allowed_hosts: Iterable[str] = (),
    ) -> None:
        require_demonstration()
        self.app_id = app_id
        self.verify_token = verify_token
        self.inbox_url = inbox_url
        self.mail_dir = mail_dir
        self.allowed_hosts = {"127.0.0.1", "localhost", *allowed_hosts}
        self.state = State(clock)
        self.faults = Faults()
        self.webhooks = Webhooks(
            webhook_url, app_secret, self.faults, backoff=backoff, retry_for=retry_for, seed=seed
        )
        self.sending = Sending(self.state, self.webhooks, delays or Delays())
        self.server = Server(self, port)
        for number in numbers:
            self.state.add_number(number)

    @property
    def url(self) -> str:
        """Where the Graph API is, without version and without a closing slash."""
        return f"http://127.0.0.1:{self.server.server_port}"

    def start(self) -> "MetaTwin":
        self.webhooks.start()
        self.server.start()
        return self

    def stop(self) -> None:
        self.server.stop()
        self.webhooks.stop()

    __enter__ = start

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def add_number(
        self, phone_number_id: str, waba_id: str, display: str, token: str, name: str = "Agency"
    ) -> Number:
        return self.state.add_number(Number(phone_number_id, waba_id, display, token, name))

    def customer(
        self,
        phone: str | None = None,
        name: str | None = None,
        user_id: str | None = None,
        username: str | None = None,
        number: str | None = None,
        shares_phone: bool | None = None,
    ) -> "CustomerPhone":
        """The phone of a customer, new or known, in the chat with `number`.

        `number` is a phone_number_id, the first by default. A new customer is called Eleni.

        Without `phone`, or with `shares_phone` false, webhooks name only the business-scoped id.
        """
        at = self.state.number(number or next(iter(self.state.numbers), ""))
        customer = self.state.add_customer(name, phone, user_id, username, shares_phone, at.waba_id)
        return CustomerPhone(self, customer, at)

    def phone_of(self, customer: Customer, number: str | None = None) -> "CustomerPhone":
        """The phone of a customer known already, in the chat with `number`."""
        at = self.state.number(number or next(iter(self.state.numbers), ""))
        return CustomerPhone(self, customer, at)

    def fault(self, kind: str, times: int = 1, **how: Any) -> None:
        """Script a fault for the next `times` calls; see `Fault` for kinds and keys."""
        self.faults.script(Fault(kind, times, **how))

    def disturb_webhooks(self, **changes: Any) -> None:
        """Duplicate, reorder, batch, hold or drop webhooks from now on; see `WebhookFaults`."""
        self.faults.disturb_webhooks(**changes)
        self.webhooks.wake()

    def clear_faults(self) -> None:
        self.faults.clear()
        self.webhooks.wake()

    def send_change(self, number: Number, field: str, value: dict[str, Any]) -> None:
        """Send any webhook field of this number's account, such as `account_update`."""
        self.webhooks.send(Update(number.waba_id, field, value, (field, number.waba_id)))

    def verify_webhook(self) -> bool:
        """Do Meta's handshake; true if the target gave the challenge back."""
        return self.webhooks.verify(self.verify_token)

    def counters(self) -> dict[str, Any]:
        """What was accepted, by customer and by callback data, and how webhooks fared.

        `accepted` and `failed` count messages to each customer id, reactions not; `repeated` holds
        the callback data that more than one accepted send carried, with how many.
        """
        with self.state.changed:
            accepted = dict.fromkeys(self.state.customers, 0)
            failed = dict.fromkeys(self.state.customers, 0)
            for message in self.state.messages.values():
                if message.direction == "out" and not (message.echo or message.type == "reaction"):
                    count = failed if message.status == "failed" else accepted
                    count[message.customer_id] = count.get(message.customer_id, 0) + 1
            repeated = {data: n for data, n in self.state.callbacks.items() if n > 1}
        webhooks = dict(self.webhooks.counters) | {"pending": self.webhooks.pending()}
        return {
            "accepted": accepted,
            "failed": failed,
            "repeated": repeated,
            "webhooks": webhooks,
        }


class CustomerPhone:
    """A customer in one chat with one number. Sends return the message's `wamid`.

    `at` is the message's time in unix seconds (now by default), `reply_to` the wamid it quotes.
    """

    def __init__(self, twin: MetaTwin, customer: Customer, number: Number) -> None:
        self.twin = twin
        self.customer = customer
        self.number = number

    @property
    def id(self) -> str:
        return self.customer.id

    @property
    def user_id(self) -> str:
        """The business-scoped id under which this number's account knows the customer."""
        return self.twin.state.user_id(self.customer, self.number.waba_id)

    def send_text(
        self, text: str, *, reply_to: str | None = None, at: float | None = None, **extra: Any
    ) -> str:
        return self.send("text", {"body": text}, reply_to=reply_to, at=at, **extra)

    def send_image(
        self,
        caption: str = "",
        content: bytes | None = None,
        mime_type: str = "image/png",
        **how: Any,
    ) -> str:
        """Send a picture, a small drawn house by default."""
        media = self._media(content or samples.picture(), mime_type)
        return self.send("image", {**media, **({"caption": caption} if caption else {})}, **how)

    def send_document(
        self,
        content: bytes | None = None,
        filename: str = "Floor plan.pdf",
        mime_type: str = "application/pdf",
        **how: Any,
    ) -> str:
        """Send a document, a page of PDF by default."""
        media = self._media(content or samples.document(), mime_type, filename)
        return self.send("document", {**media, "filename": filename}, **how)

    def send_video(
        self, content: bytes | None = None, mime_type: str = "video/mp4", **how: Any
    ) -> str:
        """Send a video, two seconds of a sunrise by default."""
        return self.send("video", self._media(content or film(), mime_type), **how)

    def send_sticker(self, content: bytes | None = None, **how: Any) -> str:
        """Send a sticker, a smiling house by default."""
        media = self._media(content or samples.sticker(), "image/webp")
        return self.send("sticker", {**media, "animated": False}, **how)

    def send_voice(self, content: bytes | None = None, **how: Any) -> str:
        """Send a voice note, three seconds of silence by default."""
        content = content or samples.voice_note()
        media = self._media(content, "audio/ogg; codecs=opus", voice=True)
        return self.send("audio", {**media, "voice": True}, **how)

    def send_location(
        self,
        latitude: float = 34.7071,
        longitude: float = 33.0226,
        name: str = "",
        address: str = "",
        **how: Any,
    ) -> str:
        place = {"latitude": latitude, "longitude": longitude}
        place |= {key: text for key, text in (("name", name), ("address", address)) if text}
        return self.send("location", place, **how)

    def send_card(self, **how: Any) -> str:
        """Share somebody else's number."""
        card = {
            "name": {"formatted_name": "Maria Ioannou", "first_name": "Maria"},
            "phones": [{"phone": "+357 99 765432", "wa_id": "35799765432", "type": "CELL"}],
            "origin": "other",
        }
        return self.send("contacts", {"cards": [card]}, **how)

    def send_order(self, **how: Any) -> str:
        """Order from the catalogue of the agency."""
        return self.send("order", samples.ORDER, **how)

    def send_poll(self, **how: Any) -> str:
        """Send what WhatsApp keeps from businesses."""
        error = payloads.error_object(131051)
        return self.send("unsupported", {"type": "poll"}, errors=[error], **how)

    def come_by_ad(self, text: str = "Hello, I saw your advertisement.", **how: Any) -> str:
        return self.send_text(text, referral=dict(samples.ADVERTISEMENT), **how)

    def forward(self, text: str, **how: Any) -> str:
        return self.send_text(text, context={"forwarded": True}, **how)

    def call(self, seconds: int = 0) -> str:
        """Call the agency, which takes it for `seconds` or not at all. Returns the call's id."""
        state = self.twin.state
        call_id = new_wamid(self.id).replace("wamid.", "wacid.")
        begun = {"event": "connect"}
        over = {"event": "terminate", "status": "COMPLETED" if seconds else "FAILED"}
        if seconds:
            over["duration"] = seconds
        for step in (begun, over):
            value = payloads.call_value(state, self.number, self.customer, call_id, step)
            self._send_update("calls", value)
        return call_id

    def write_to_metas_agent(self, text: str) -> str:
        """Write while Meta's own agent answers: the agency may read along."""
        state = self.twin.state
        with state.changed:
            message = state.add_message(self.number, self.customer, "in", "text", {"body": text})
            shaped = payloads.inbound_message(state, self.number, self.customer, message)
            value = payloads.inbound_value(state, self.number, self.customer, shaped)
        inside = {"messages": value.pop("messages")}
        taken = message.wamid
        self._send_update("standby", {**value, "standby": inside}, lambda: state.set_taken(taken))
        return taken

    def react(self, wamid: str, emoji: str = "👍", **how: Any) -> str:
        """React to a message; an empty `emoji` takes the reaction back."""
        body = {"message_id": wamid, **({"emoji": emoji} if emoji else {})}
        return self.send("reaction", body, **how)

    def edit(self, wamid: str, text: str) -> str:
        """Write other words into an own text message."""
        original = self._own(wamid)
        changed = {"type": "text", "text": {"body": text}}
        body = {"original_message_id": wamid, "message": changed}
        with self.twin.state.changed:
            original.body = {**original.body, "body": text, "edited": True}
            self.twin.state.set_status(original, original.status)  # the page draws it anew
        return self.send("edit", body)

    def revoke(self, wamid: str) -> str:
        """Delete an own message for everybody."""
        original = self._own(wamid)
        with self.twin.state.changed:
            original.body = {**original.body, "revoked": True}
            self.twin.state.set_status(original, original.status)
        return self.send("revoke", {"original_message_id": wamid})

    def _own(self, wamid: str) -> Message:
        found = self.twin.state.messages.get(wamid)
        if found is None or (found.direction, found.customer_id) != ("in", self.id):
            raise Unknown(f"no message {wamid} of this customer")
        return found

    def press(self, choice: str, wamid: str | None = None, **how: Any) -> str:
        """Tap a button or list row by its id, payload or title; raises `Unknown` if none fits.

        Looks at message `wamid`, or at the newest one that offers this choice.
        """
        for message in reversed(self.twin.state.conversation(self.number.phone_number_id, self.id)):
            if message.direction == "out" and wamid in (None, message.wamid):
                answer = _answer(message, choice)
                if answer is not None:
                    return self.send(*answer, reply_to=message.wamid, **how)
        raise Unknown(f"no message offers {choice!r}")

    def share_phone(self, **how: Any) -> str:
        """Answer a contact request with the own card; from then on webhooks name the phone."""
        if not self.customer.phone:
            raise Unknown("this customer has no phone number to share")
        phone = self.customer.phone
        card = {
            "name": {"formatted_name": self.customer.name, "first_name": self.customer.name},
            "phones": [{"phone": f"+{phone}", "wa_id": phone, "type": "CELL"}],
            "origin": "contact_request",
        }
        wamid = self.send("contacts", {"cards": [card]}, **how)
        self.customer.shares_phone = True
        return wamid

    def send(
        self,
        type_: str,
        body: dict[str, Any],
        *,
        reply_to: str | None = None,
        at: float | None = None,
        wamid: str | None = None,
        **extra: Any,
    ) -> str:
        """Send a message of any type; `extra` keys, such as `referral`, go beside the payload."""
        state = self.twin.state
        with state.changed:
            message = state.add_message(
                self.number,
                self.customer,
                "in",
                type_,
                body,
                timestamp=at,
                context_id=reply_to,
                wamid=wamid,
            )
            shaped = payloads.inbound_message(state, self.number, self.customer, message, **extra)
            value = payloads.inbound_value(state, self.number, self.customer, shaped)
        self._send_update("messages", value, lambda: state.set_taken(message.wamid))
        return message.wamid

    def echo_text(self, text: str) -> str:
        """The agency's staff answer this customer from the WhatsApp Business app on their phone."""
        state = self.twin.state
        wamid = new_wamid(self.customer.phone or self.id)
        with state.changed:
            message = state.add_message(
                self.number, self.customer, "out", "text", {"body": text}, wamid=wamid
            )
            message.echo = True
            state.set_status(message, "read")
            value = payloads.echo_value(
                state, self.number, self.customer, wamid, text, message.timestamp
            )
        self._send_update("smb_message_echoes", value)
        return wamid

    def wait_for_replies(
        self, count: int = 1, timeout: float = 10.0, after: str | None = None
    ) -> list[Message]:
        """Wait for `count` messages of the agency and return all; raises `NoReply`.

        Counts from the beginning, or only what came later than message `after`.
        """
        state = self.twin.state
        pnid = self.number.phone_number_id
        if not state.wait_for(lambda: len(state.replies(pnid, self.id, after)) >= count, timeout):
            lines = "\n".join(self.transcript())
            raise NoReply(f"fewer than {count} replies after {timeout} s:\n{lines}")
        return state.replies(pnid, self.id, after)

    def messages(self) -> list[Message]:
        """Both sides of the chat as the customer sees it, oldest first."""
        messages = self.twin.state.conversation(self.number.phone_number_id, self.id)
        return [message for message in messages if message.status != "failed"]

    def transcript(self) -> list[str]:
        """The chat as lines `name: text`."""
        names = {"in": self.customer.name, "out": self.number.name}
        return [f"{names[message.direction]}: {message.text}" for message in self.messages()]

    def _media(
        self, content: bytes, mime_type: str, filename: str = "", voice: bool = False
    ) -> dict[str, str]:
        state = self.twin.state
        medium = state.add_medium(self.number.waba_id, mime_type, content, filename, voice)
        return {
            "id": medium.id,
            "mime_type": mime_type,
            "sha256": medium.sha256_base64,
            "url": f"{self.twin.url}/downloads/{state.new_download(medium)}",
        }

    def _send_update(
        self, field: str, value: dict[str, Any], taken: Callable[[], None] | None = None
    ) -> None:
        if self.number.waba_id in self.twin.state.subscribed:
            key = (self.number.phone_number_id, self.id)
            self.twin.webhooks.send(Update(self.number.waba_id, field, value, key, taken))


def _answer(message: Message, choice: str) -> tuple[str, dict[str, Any]] | None:
    """Type and payload of a tap on `choice` in this message, or none if it does not offer it."""
    if message.type == "template":
        for button in message.body["buttons"]:
            if button["kind"] == "QUICK_REPLY" and choice in (button["payload"], button["text"]):
                return "button", {"payload": button["payload"], "text": button["text"]}
    if message.type != "interactive":
        return None
    action = message.body["action"]
    for button in action.get("buttons", []):
        reply = button["reply"]
        if choice in (reply["id"], reply["title"]):
            shaped = {"id": reply["id"], "title": reply["title"]}
            return "interactive", {"type": "button_reply", "button_reply": shaped}
    for section in action.get("sections", []):
        for row in section["rows"]:
            if choice in (row["id"], row["title"]):
                kept = {k: row[k] for k in ("id", "title", "description") if row.get(k)}
                return "interactive", {"type": "list_reply", "list_reply": kept}
    return None
