"""Our side of WhatsApp's Cloud API. Its errors say what to do next."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db import transaction
from pydantic import BaseModel, ValidationError

from inbox.models import Channel, Contact
from inbox.whatsapp import errors

TIMEOUT = (3, 10)  # seconds to connect, and to wait for each part of the answer
LONGEST_TEXT = 4096
LONGEST_TEXT_WITH_BUTTONS = 1024
MAX_BUTTONS = 3
LONGEST_BUTTON_TITLE = 20
LONGEST_BUTTON_ID = 256

_sessions = threading.local()


class NetworkInsideTransaction(RuntimeError):
    """A network was about to be called while a database transaction is open."""


class Rejected(Exception):
    """Meta refused; sending the same again would be refused again. `code` is Meta's, or None."""

    def __init__(self, code: int | None, text: str) -> None:
        self.code = code
        self.text = text
        super().__init__(f"{text} ({code})")


class Busy(Exception):
    """Not taken: safe to send again, after `retry_after` seconds if Meta named a time."""

    def __init__(self, retry_after: float | None = None, code: int | None = None) -> None:
        self.retry_after = retry_after
        self.code = code
        super().__init__(f"Busy ({code})")


class Unconfirmed(Exception):
    """The answer was lost or unclear: the customer may have the message."""


@dataclass(frozen=True)
class Address:
    """Where a customer is reached: the phone if known, else the business-scoped id."""

    phone: str = ""
    user_id: str = ""

    @classmethod
    def of(cls, contact: Contact) -> "Address":
        return cls(phone=contact.phone, user_id=contact.user_id)

    def __bool__(self) -> bool:
        return bool(self.phone or self.user_id)

    def as_payload(self) -> dict[str, str]:
        # A business-scoped id in `to` is cut to its digits and fails later, after a 200.
        if self.phone:
            return {"recipient_type": "individual", "to": f"+{self.phone}"}
        return {"recipient_type": "individual", "recipient": self.user_id}


class SentMessage(BaseModel):
    id: str


class SentMessages(BaseModel):
    messages: list[SentMessage]


class Graph:
    """Meta's Graph API with one token. `url` is the address of a twin, or empty for the settings'.

    `session` is one for this use alone. Every call raises `Rejected`, `Busy` or `Unconfirmed`, and
    `NetworkInsideTransaction`.
    """

    def __init__(
        self,
        token: str,
        url: str = "",
        timeout: tuple[float, float] | None = None,
        session: requests.Session | None = None,
    ) -> None:
        self.base = (url or settings.WHATSAPP_GRAPH_URL).rstrip("/")
        self._timeout = timeout or TIMEOUT
        self._session = session
        self._authorization = Bearer(token)

    def get(self, path: str, **query: str) -> Any:
        """Return the answer's JSON, or None if it is none."""
        return self._call("GET", path, params=query)

    def post(self, path: str, payload: dict[str, Any]) -> Any:
        """Post JSON and return the answer's, or None if it is none."""
        return self._call("POST", path, json=payload)

    def delete(self, path: str) -> Any:
        return self._call("DELETE", path)

    def open(self, url: str, headers: dict[str, str]) -> requests.Response:
        """Ask for an address that the token may go to; the body of the answer is not read yet.

        Follows no redirect. Raises the errors of `requests`.
        """
        refuse_inside_transaction()
        session = session_for(url, self._session)
        request = requests.Request("GET", url, headers=headers, auth=self._authorization)
        options = session.merge_environment_settings(url, {}, True, None, None)
        # Past the session's own `send`, which would read the whole body of a redirect.
        adapter = session.get_adapter(url)
        return adapter.send(session.prepare_request(request), timeout=self._timeout, **options)

    def _call(self, method: str, path: str, **content: Any) -> Any:
        refuse_inside_transaction()
        url = f"{self.base}/{settings.WHATSAPP_GRAPH_VERSION}/{path}"
        try:
            response = session_for(url, self._session).request(
                method,
                url,
                auth=self._authorization,
                timeout=self._timeout,
                allow_redirects=False,  # the token travels with the request
                **content,
            )
        except (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError) as error:
            raise Busy from error
        except requests.exceptions.ConnectionError as error:
            if _never_connected(error):
                raise Busy from error
            raise Unconfirmed("The connection broke.") from error
        except requests.exceptions.RequestException as error:
            raise Unconfirmed(type(error).__name__) from error
        if response.ok:
            return _json(response)
        raise _failure(response)


class WhatsAppClient:
    """Sends from one channel. Made inside `tenant()`, because it reads the token; used outside.

    Raises `SecretUnreadable` if the channel's token does not open.
    """

    def __init__(self, channel: Channel, timeout: tuple[float, float] | None = None) -> None:
        self._graph = Graph(channel.access_token(), channel.graph_url, timeout)
        self._number = channel.phone_number_id

    def send_text(
        self, to: Address, body: str, *, callback_data: str = "", reply_to: str = ""
    ) -> str:
        """Send free text, at most 4096 characters, and return Meta's message id (`wamid`).

        Meta takes free text only within 24 hours of the customer's last message. `callback_data`
        comes back in every status. Raises `Rejected` (final), `Busy` (not taken: safe to send
        again) or `Unconfirmed` (the answer was lost: the customer may have it).
        Source: https://developers.facebook.com/docs/whatsapp/cloud-api/messages/text-messages
        """
        content = {"type": "text", "text": {"body": body, "preview_url": False}}
        return self._send(to, content, callback_data, reply_to)

    def send_buttons(
        self,
        to: Address,
        body: str,
        buttons: Sequence[tuple[str, str]],
        *,
        callback_data: str = "",
        reply_to: str = "",
    ) -> str:
        """Send text, at most 1024 characters, with one to three buttons `(id, title)`.

        Returns and raises like `send_text`.
        Source: https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-reply-buttons-messages
        """
        shown = [
            {"type": "reply", "reply": {"id": button_id, "title": title}}
            for button_id, title in buttons
        ]
        interactive = {"type": "button", "body": {"text": body}, "action": {"buttons": shown}}
        content = {"type": "interactive", "interactive": interactive}
        return self._send(to, content, callback_data, reply_to)

    def mark_read(self, wamid: str, *, typing: bool = False) -> None:
        """Show the customer that this and earlier messages are read, and with `typing` three dots.

        The dots end with the next message or after 25 seconds. Raises like `send_text`.
        """
        payload: dict[str, Any] = {"status": "read", "message_id": wamid}
        if typing:
            payload["typing_indicator"] = {"type": "text"}
        self._post("messages", payload)

    def _send(self, to: Address, content: dict[str, Any], callback_data: str, reply_to: str) -> str:
        payload = {**to.as_payload(), **content}
        if reply_to:
            payload["context"] = {"message_id": reply_to}
        if callback_data:
            payload["biz_opaque_callback_data"] = callback_data
        answer = self._post("messages", payload)
        try:
            return SentMessages.model_validate(answer).messages[0].id
        except (ValidationError, IndexError) as error:
            raise Unconfirmed("Meta took the message but named no id.") from error

    def _post(self, path: str, payload: dict[str, Any]) -> Any:
        payload = {"messaging_product": "whatsapp", **payload}
        return self._graph.post(f"{self._number}/{path}", payload)


def refuse_inside_transaction() -> None:
    """Raise `NetworkInsideTransaction` if a database transaction is open (a test's own is not)."""
    if not transaction.get_connection().in_atomic_block:
        return  # and a thread that has no connection needs none
    try:
        with transaction.atomic(durable=True):
            pass
    except RuntimeError as error:
        raise NetworkInsideTransaction(
            "Leave the transaction before calling a network: it would hold its locks meanwhile."
        ) from error


class Bearer(requests.auth.AuthBase):
    """Carries a token to the host of the request, and to no other."""

    # As an auth object, because a .netrc would replace a plain header.
    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


def session_for(url: str, session: requests.Session | None = None) -> requests.Session:
    """Return the session, or this thread's, which keeps connections open, ready for the address."""
    if session is None:
        if not hasattr(_sessions, "session"):
            _sessions.session = requests.Session()
        session = _sessions.session
    session.trust_env = urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1")
    return session


def _never_connected(error: requests.exceptions.ConnectionError) -> bool:
    """Whether the request was never written, so that it surely was not taken."""
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError", "ProxyError")


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _failure(response: requests.Response) -> Exception:
    """Decide by Meta's code: HTTP statuses and titles have changed over time."""
    answer = _json(response)
    error = answer.get("error") if isinstance(answer, dict) else None
    error = error if isinstance(error, dict) else {}
    code = error.get("code") if isinstance(error.get("code"), int) else None
    if code in errors.BUSY or (code is None and response.status_code == 429):
        return Busy(_retry_after(response), code)
    if code in errors.UNCONFIRMED or (response.status_code >= 500 and not _is_final(code)):
        return Unconfirmed(f"Meta answered {response.status_code} ({code}).")
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else None
    said = str(details or error.get("message") or f"HTTP {response.status_code}")
    return Rejected(code, said[:300])


def _is_final(code: int | None) -> bool:
    return code is not None and (
        code in errors.TOKEN | errors.ACCOUNT | errors.PERMISSION or code >= 100_000
    )


def _retry_after(response: requests.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return min(float(value), 3600.0) if value.isdigit() else None
