"""Keeps out of the logs what opens a door or names a customer.

Links of mails, tokens, passwords in addresses; phone numbers, e-mail addresses, and Meta's message
ids, which hold the customer's phone number in base64.
"""

import re

HIDDEN = "…"
# A date, a time or an id of the database is no phone number: those have eight digits and more.
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d(?::\d\d){1,2})?")
_PHONE = re.compile(r"(?<![\w.…-])\+?\(?\d(?:[\s().\-\u2010-\u2015/]{0,3}\d){7,19}(?![\w-])")
PATTERNS = [
    # Whoever holds one of these links may act as the person who got the mail.
    (
        re.compile(r"(/invitations/|/calendar/|/confirm-email/|/password/reset/key/)[^/\s\"'?]+"),
        r"\1" + HIDDEN,
    ),
    (re.compile(r"(?i)\b(bearer|oauth|basic)\s+[\w.~+/=-]{8,}"), r"\1 " + HIDDEN),
    (re.compile(r"\b(EAA|sk-ant-|ya29\.|eyJ)[\w.-]{8,}"), r"\1" + HIDDEN),
    (re.compile(r"\b(gAAAAA)[\w=-]{16,}"), r"\1" + HIDDEN),
    (
        re.compile(
            r"(?i)\b((?:access_|refresh_|id_|hub\.verify_)?token|client_secret|app_secret|api_key"
            r"|password|secret|code|state|sig|signature|sessionid)=[^&\s\"']+"
        ),
        r"\1=" + HIDDEN,
    ),
    (re.compile(r"(?i)\bsha256=[0-9a-f]{16,}"), "sha256=" + HIDDEN),
    (re.compile(r"(\w+://[^:/\s@]+:)[^@\s/]+@"), r"\1" + HIDDEN + "@"),
    (re.compile(r"\bwamid\.[\w=+/-]+"), "wamid." + HIDDEN),
    (re.compile(r"\b([A-Z]{2}\.)(?:ENT\.)?\d{8,}"), r"\1" + HIDDEN),
    (re.compile(r"[\w.+%-]{1,64}@(?=[\w-]+\.[\w.-]+)(?!\S*://)"), HIDDEN + "@"),
]


def scrub(text: str) -> str:
    for pattern, replacement in PATTERNS:
        text = pattern.sub(replacement, text)
    return _PHONE.sub(_hide_phone, text)


def _hide_phone(match: re.Match) -> str:
    return match[0] if _DATE.match(match[0]) else HIDDEN
