"""Keeps what opens a door out of the logs: links of mails, tokens, passwords in addresses."""

import logging
import re

HIDDEN = "…"
PATTERNS = [
    # Whoever holds one of these links may act as the person who got the mail.
    (
        re.compile(r"(/invitations/|/confirm-email/|/password/reset/key/)[^/\s\"'?]+"),
        r"\1" + HIDDEN,
    ),
    (re.compile(r"(?i)\b(bearer|oauth)\s+[\w.~+/=-]{8,}"), r"\1 " + HIDDEN),
    (re.compile(r"\b(EAA|sk-ant-|ya29\.)[\w-]{8,}"), r"\1" + HIDDEN),
    (re.compile(r"(?i)(access_token|hub\.verify_token|client_secret)=[^&\s\"']+"), r"\1=" + HIDDEN),
    (re.compile(r"(\w+://[^:/\s@]+:)[^@\s/]+@"), r"\1" + HIDDEN + "@"),
]


class ScrubbingFormatter(logging.Formatter):
    """Formats a record as usual, traceback included, and hides what `PATTERNS` find."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))


def scrub(text: str) -> str:
    for pattern, replacement in PATTERNS:
        text = pattern.sub(replacement, text)
    return text
