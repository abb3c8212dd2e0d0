"""E-mails written to a folder by Django's file-based backend, as something to read and click."""

import email
import html
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

SEPARATOR = re.compile(rb"^-{79}\r?\n?", re.MULTILINE)
MOST_LETTERS = 200


@dataclass(frozen=True)
class Letter:
    """One e-mail, its text part or the text of its HTML."""

    subject: str
    sender: str
    to: str
    date: str
    text: str


def read_letters(folder: Path) -> list[Letter]:
    """The newest letters of all `.log` and `.eml` files, newest first; none if no folder.

    Source: docs.djangoproject.com/en/5.2/topics/email/#file-backend (a file per connection, its
    messages divided by a line of 79 dashes).
    """
    files = [path for path in folder.glob("*") if path.suffix in (".log", ".eml")]
    files.sort(key=lambda path: (path.stat().st_mtime, path.name), reverse=True)
    letters: list[Letter] = []
    for path in files[:MOST_LETTERS]:
        parts = [part for part in SEPARATOR.split(path.read_bytes()) if part.strip()]
        letters += [_letter(part) for part in reversed(parts)]
    return letters[:MOST_LETTERS]


def _letter(content: bytes) -> Letter:
    message = email.message_from_bytes(content.lstrip(), _class=EmailMessage, policy=default)
    return Letter(
        str(message.get("Subject", "(no subject)")),
        str(message.get("From", "")),
        str(message.get("To", "")),
        str(message.get("Date", "")),
        _text(message).strip(),
    )


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    text = part.get_content()
    if part.get_content_subtype() == "plain":
        return text
    text = re.sub(r'(?is)<a\s[^>]*href="([^"]+)"[^>]*>(.*?)</a>', r"\2 \1 ", text)
    return html.unescape(re.sub(r"(?s)<style.*?</style>|<[^>]+>", "", text))
