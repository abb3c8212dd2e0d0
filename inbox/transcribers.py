"""Transcribers that an installation can choose in `TRANSCRIBER`."""

import ipaddress
import json
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings

from inbox.transcribing import NotNow
from organizations.deadlines import Deadline

LARGEST_ANSWER = 256 * 1024
CONNECT_SECONDS = 5.0
CHUNK = 16 * 1024
NAMES = {
    "audio/ogg": "voice.ogg", "audio/mpeg": "voice.mp3", "audio/mp4": "voice.m4a",
    "audio/aac": "voice.aac", "audio/amr": "voice.amr", "video/mp4": "voice.mp4",
    "video/3gpp": "voice.3gp",
}  # fmt: skip


class UnsafeAddress(ValueError):
    """A voice message or the key would travel readable through a foreign network."""


class OpenAICompatible:
    """A server with the endpoint `/v1/audio/transcriptions`, as many local servers have it.

    Source: https://platform.openai.com/docs/api-reference/audio/createTranscription
    """

    def __init__(self) -> None:
        self.url = checked_address(settings.TRANSCRIBER_URL)
        self.key = settings.TRANSCRIBER_KEY
        self.model = settings.TRANSCRIBER_MODEL

    def transcribe(
        self, path: Path, content_type: str, language_hint: str, deadline: float
    ) -> str | None:
        """Return the text. Raises `NotNow` when the server is away, busy or too slow."""
        fields = {"model": self.model, "response_format": "json"}
        if language_hint:
            fields["language"] = language_hint
        try:
            with (
                path.open("rb") as sound,
                Deadline(max(deadline - monotonic(), 1)) as ends,
                ends.session() as session,
            ):
                session.trust_env = False  # neither a proxy nor a .netrc gets the key
                response = session.post(
                    f"{self.url}/v1/audio/transcriptions",
                    data=fields,
                    files={"file": (NAMES.get(content_type, "voice.bin"), sound, content_type)},
                    headers={"Authorization": f"Bearer {self.key}"} if self.key else {},
                    timeout=(CONNECT_SECONDS, max(deadline - monotonic(), 1)),
                    allow_redirects=False,
                    stream=True,
                )
                with response:
                    return _text_of(response, deadline)
        except requests.RequestException as error:
            raise NotNow(type(error).__name__) from error


def checked_address(url: str) -> str:
    """Return the address without its last slash.

    Raises `UnsafeAddress` unless it is https, or a server of one's own: loopback or a private
    address.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return url.rstrip("/")
    if parts.scheme == "http" and _is_own(parts.hostname or ""):
        return url.rstrip("/")
    raise UnsafeAddress("TRANSCRIBER_URL must be https, or http at a private address.")


def _is_own(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_private and not (address.is_link_local or address.is_unspecified)


def _text_of(response: requests.Response, deadline: float) -> str | None:
    status = response.status_code
    if status == 429 or status >= 500:
        raise NotNow(f"HTTP {status}")
    if status != 200:
        return None
    content = b""
    for chunk in response.iter_content(CHUNK):
        content += chunk
        if len(content) > LARGEST_ANSWER:
            return None
    if monotonic() > deadline:
        # Whatever came was cut off where it stood.
        raise NotNow("too slow")
    return _text_in(content)


def _text_in(content: bytes) -> str | None:
    answer: Any
    try:
        answer = json.loads(content)
    except ValueError:
        return None
    text = answer.get("text") if isinstance(answer, dict) else None
    return text if isinstance(text, str) else None
