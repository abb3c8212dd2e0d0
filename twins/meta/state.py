"""Everything the twin remembers, in memory, behind one lock.

Ids are strings, as Meta's are. Times are unix seconds. Each change of something the phone page
shows takes the next `version`, so a reader asks for what changed after the version it has seen.
"""

import base64
import hashlib
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

WINDOW_SECONDS = 24 * 3600
TYPING_SECONDS = 25
DOWNLOAD_SECONDS = 300
OPENS_NO_WINDOW = {"reaction", "system", "unsupported", "edit", "revoke"}


class Unknown(LookupError):
    """No number, customer, message or medium has this id."""


@dataclass
class Number:
    """One WhatsApp number of an agency, reached with its own token."""

    phone_number_id: str
    waba_id: str
    display: str
    token: str
    name: str = "Agency"
    quality: str = "GREEN"
    limit: str = "TIER_2K"
    status: str = "CONNECTED"
    can_send: str = "AVAILABLE"
    scopes: str = "whatsapp_business_management,whatsapp_business_messaging"

    def public(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if key != "token"}


@dataclass
class Customer:
    """A person with WhatsApp. Without `shares_phone`, webhooks name only the business-scoped id."""

    id: str
    name: str
    phone: str | None
    username: str | None = None
    shares_phone: bool = True
    receipts: bool = True
    online: bool = True
    user_ids: dict[str, str] = field(default_factory=dict)


@dataclass
class Message:
    """One message of a conversation; `direction` is "in" from the customer, "out" to them.

    An `echo` was written in the WhatsApp Business app, not sent through the Graph API.
    """

    wamid: str
    phone_number_id: str
    customer_id: str
    direction: str
    type: str
    body: dict[str, Any]
    timestamp: int
    context_id: str | None = None
    callback: str | None = None
    status: str = "accepted"
    error: int | None = None
    echo: bool = False
    reactions: dict[str, str] = field(default_factory=dict)
    sequence: int = 0
    version: int = 0

    @property
    def text(self) -> str:
        """What a reader sees of it, in one string."""
        return _reading(self.type, self.body)


@dataclass
class Medium:
    """An uploaded file or one that a customer sent."""

    id: str
    waba_id: str
    mime_type: str
    content: bytes
    filename: str = ""
    voice: bool = False

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def sha256_base64(self) -> str:
        return base64.b64encode(hashlib.sha256(self.content).digest()).decode()


@dataclass
class Template:
    """An approved message template; `parameters` are the names or positions in its texts."""

    id: str
    name: str
    language: str
    category: str
    components: list[dict[str, Any]]

    @property
    def body(self) -> str:
        return next((c.get("text", "") for c in self.components if c["type"] == "BODY"), "")

    @property
    def parameters(self) -> list[str]:
        return list(dict.fromkeys(re.findall(r"\{\{\s*(\w+)\s*\}\}", self.body)))

    @property
    def buttons(self) -> list[dict[str, Any]]:
        groups = (c.get("buttons", []) for c in self.components if c["type"] == "BUTTONS")
        return [button for group in groups for button in group]


class State:
    """The twin's memory. Methods are safe to call from any thread."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.boot = secrets.token_hex(4)
        self.changed = threading.Condition(threading.RLock())
        self.version = 0
        self.numbers: dict[str, Number] = {}
        self.customers: dict[str, Customer] = {}
        self.messages: dict[str, Message] = {}
        self.media: dict[str, Medium] = {}
        self.templates: dict[tuple[str, str, str], Template] = {}
        self.subscribed: set[str] = set()
        self.typing: dict[tuple[str, str], float] = {}
        self.callbacks: Counter[str] = Counter()
        self._downloads: dict[str, tuple[str, float]] = {}

    # Numbers

    def add_number(self, number: Number) -> Number:
        """Add or replace a number; its account starts with Meta's own `hello_world` template."""
        with self.changed:
            self.numbers[number.phone_number_id] = number
            self.subscribed.add(number.waba_id)
            if ("hello_world", "en_US") not in {
                (name, language)
                for waba, name, language in self.templates
                if waba == number.waba_id
            }:
                body = {"type": "BODY", "text": "Welcome and congratulations!"}
                self.add_template(number.waba_id, "hello_world", "en_US", [body])
            self._touch()
            return number

    def number(self, phone_number_id: str) -> Number:
        with self.changed:
            try:
                return self.numbers[phone_number_id]
            except KeyError:
                raise Unknown(f"no number {phone_number_id}") from None

    def add_template(
        self,
        waba_id: str,
        name: str,
        language: str,
        components: list[dict[str, Any]],
        category: str = "UTILITY",
    ) -> Template:
        """Store an approved template; the same name and language replaces the older one."""
        with self.changed:
            template = Template(_digits(16), name, language, category, components)
            self.templates[waba_id, name, language] = template
            return template

    # Customers

    def add_customer(
        self,
        name: str | None = None,
        phone: str | None = None,
        user_id: str | None = None,
        username: str | None = None,
        shares_phone: bool | None = None,
        waba_id: str | None = None,
    ) -> Customer:
        """Add a customer, or update the one with this phone or business-scoped id.

        `user_id` holds for `waba_id` (the first number's by default): another agency sees another.
        """
        with self.changed:
            phone = _only_digits(phone) or None
            waba_id = waba_id or next((n.waba_id for n in self.numbers.values()), "")
            found = self.find_customer(waba_id, phone=phone, user_id=user_id)
            if found is None:
                found = Customer(f"c{len(self.customers) + 1}", "Eleni", phone)
                found.shares_phone = bool(phone)
                self.customers[found.id] = found
            found.name, found.username = name or found.name, username or found.username
            found.phone = found.phone or phone
            if shares_phone is not None:
                found.shares_phone = shares_phone and bool(found.phone)
            if user_id:
                found.user_ids[waba_id] = user_id
            self._touch()
            return found

    def customer(self, customer_id: str) -> Customer:
        with self.changed:
            try:
                return self.customers[customer_id]
            except KeyError:
                raise Unknown(f"no customer {customer_id}") from None

    def find_customer(
        self, waba_id: str, phone: str | None = None, user_id: str | None = None
    ) -> Customer | None:
        with self.changed:
            for customer in self.customers.values():
                if phone and customer.phone == phone:
                    return customer
                if user_id and self.user_id(customer, waba_id) == user_id:
                    return customer
            return None

    def user_id(self, customer: Customer, waba_id: str) -> str:
        """The customer's business-scoped id at this account, the same each time it is asked."""
        with self.changed:
            if waba_id not in customer.user_ids:
                seed = f"{customer.phone or customer.id}|{waba_id}".encode()
                digits = int(hashlib.sha256(seed).hexdigest(), 16) % 10**17
                customer.user_ids[waba_id] = f"{_country(customer.phone)}.{digits:017d}"
            return customer.user_ids[waba_id]

    # Messages

    def add_message(
        self,
        number: Number,
        customer: Customer,
        direction: str,
        type_: str,
        body: dict[str, Any],
        *,
        timestamp: float | None = None,
        context_id: str | None = None,
        callback: str | None = None,
        wamid: str | None = None,
    ) -> Message:
        """Append a message and count its callback data; a reaction also marks its target."""
        with self.changed:
            message = Message(
                wamid or new_wamid(customer.phone or customer.id),
                number.phone_number_id,
                customer.id,
                direction,
                type_,
                body,
                int(self.clock() if timestamp is None else timestamp),
                context_id,
                callback,
                sequence=len(self.messages) + 1,
            )
            self.messages[message.wamid] = message
            if callback:
                self.callbacks[callback] += 1
            if direction == "out":
                self.typing.pop((number.phone_number_id, customer.id), None)
            if type_ == "reaction":
                self._react(message)
            message.version = self._touch()
            return message

    def conversation(self, phone_number_id: str, customer_id: str, after: int = 0) -> list[Message]:
        """The messages of one conversation that changed after version `after`, oldest first."""
        with self.changed:
            return [
                message
                for message in self.messages.values()
                if message.phone_number_id == phone_number_id
                and message.customer_id == customer_id
                and message.version > after
            ]

    def set_status(self, message: Message, status: str, error: int | None = None) -> None:
        with self.changed:
            message.status, message.error = status, error
            message.version = self._touch()

    def mark_read(self, number: Number, wamid: str, typing: bool) -> Message:
        """Mark this and all earlier messages of its customer as read; maybe show typing."""
        with self.changed:
            message = self.messages.get(wamid)
            if message is None or message.phone_number_id != number.phone_number_id:
                raise Unknown(f"no message {wamid}")
            for earlier in self.conversation(number.phone_number_id, message.customer_id):
                if earlier.direction == "in" and earlier.sequence <= message.sequence:
                    self.set_status(earlier, "read")
            if typing:
                key = (number.phone_number_id, message.customer_id)
                self.typing[key] = self.clock() + TYPING_SECONDS
                self._touch()
            return message

    def window_open(self, number: Number, customer: Customer) -> bool:
        """Whether the customer wrote to this number within the last 24 hours."""
        with self.changed:
            last = max(
                (
                    message.timestamp
                    for message in self.conversation(number.phone_number_id, customer.id)
                    if message.direction == "in" and message.type not in OPENS_NO_WINDOW
                ),
                default=None,
            )
            return last is not None and self.clock() - last < WINDOW_SECONDS

    def set_taken(self, wamid: str) -> None:
        """The agency's webhook has answered for this customer's message: two ticks."""
        with self.changed:
            message = self.messages[wamid]
            if message.status == "accepted":
                self.set_status(message, "delivered")

    def is_typing(self, phone_number_id: str, customer_id: str) -> bool:
        with self.changed:
            return self.typing.get((phone_number_id, customer_id), 0) > self.clock()

    def replies(self, phone_number_id: str, customer_id: str, after: str | None) -> list[Message]:
        """What the customer received, without reactions; only what came later than `after`."""
        with self.changed:
            start = self.messages[after].sequence if after else 0
            return [
                message
                for message in self.conversation(phone_number_id, customer_id)
                if message.direction == "out"
                and message.type != "reaction"
                and message.status != "failed"
                and message.sequence > start
            ]

    def wait_for(self, predicate: Callable[[], Any], timeout: float) -> Any:
        """Wait until `predicate` is true, at most `timeout` seconds; return its last value."""
        with self.changed:
            return self.changed.wait_for(predicate, timeout)

    # Media

    def add_medium(
        self, waba_id: str, mime_type: str, content: bytes, filename: str = "", voice: bool = False
    ) -> Medium:
        with self.changed:
            medium = Medium(_digits(15), waba_id, mime_type, content, filename, voice)
            self.media[medium.id] = medium
            return medium

    def medium(self, media_id: str) -> Medium:
        with self.changed:
            try:
                return self.media[media_id]
            except KeyError:
                raise Unknown(f"no medium {media_id}") from None

    def new_download(self, medium: Medium) -> str:
        """A secret under which the medium can be fetched for five minutes."""
        with self.changed:
            secret = secrets.token_urlsafe(16)
            self._downloads[secret] = (medium.id, self.clock() + DOWNLOAD_SECONDS)
            return secret

    def download(self, secret: str) -> Medium:
        with self.changed:
            media_id, expires = self._downloads.get(secret, ("", 0.0))
            if expires <= self.clock():
                raise Unknown("this download address has expired")
            return self.medium(media_id)

    def _react(self, message: Message) -> None:
        target = self.messages.get(message.body.get("message_id", ""))
        if target is not None:
            target.reactions[message.direction] = message.body.get("emoji", "")
            target.version = self._touch()

    def _touch(self) -> int:
        self.version += 1
        self.changed.notify_all()
        return self.version


def new_wamid(recipient: str) -> str:
    """A message id shaped like Meta's: unpadded base64 of the recipient and random bytes."""
    name = recipient.encode()
    raw = b"\x1c\x18" + bytes([len(name)]) + name + b"\x15\x02\x00" + secrets.token_bytes(15)
    return "wamid." + base64.b64encode(raw).decode().rstrip("=").replace("/", "_")


COUNTRIES = {"357": "CY", "30": "GR", "44": "GB", "34": "ES", "49": "DE", "33": "FR", "971": "AE"}


def _reading(type_: str, body: dict[str, Any]) -> str:
    if type_ == "text":
        return str(body.get("body", ""))
    if type_ == "template":
        return str(body.get("rendered", body.get("name", "")))
    if type_ == "interactive":
        reply = body.get("button_reply") or body.get("list_reply")
        return str(reply["title"] if reply else (body.get("body") or {}).get("text", ""))
    if type_ == "button":
        return str(body.get("text", ""))
    if type_ == "reaction":
        return str(body.get("emoji", ""))
    if type_ == "location":
        return str(body.get("name") or f"{body.get('latitude')}, {body.get('longitude')}")
    return str(body.get("caption") or body.get("filename") or f"[{type_}]")


def _country(phone: str | None) -> str:
    prefixes = (code for prefix, code in COUNTRIES.items() if (phone or "").startswith(prefix))
    return next(prefixes, "CY" if phone is None else "US")


def _digits(count: int) -> str:
    return str(secrets.randbelow(9 * 10 ** (count - 1)) + 10 ** (count - 1))


def _only_digits(text: str | None) -> str:
    return re.sub(r"\D", "", text or "")
