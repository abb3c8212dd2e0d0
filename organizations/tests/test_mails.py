"""Every e-mail that the product sends, as its receiver reads it."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from organizations.templatetags.mails import browser_in_words

FOLDERS = ("account/email", "mfa/email", "organizations/email")
ROOT = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(
    str(path.relative_to(ROOT))
    for folder in FOLDERS
    for path in (ROOT / folder).glob("*.txt")
    if not path.name.startswith("base_")
)
MESSAGES = [name for name in TEMPLATES if not name.endswith("_subject.txt")]

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
CHROME = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36"
)
WORDS = {
    "email": "nikos@agency.example",
    "from_email": "old@agency.example",
    "to_email": "nikos@agency.example",
    "deleted_email": "old@agency.example",
    "user": SimpleNamespace(email="nikos@agency.example", name="Nikos"),
    "organization": SimpleNamespace(name="Aphrodite Homes Ltd."),
    "inviter": SimpleNamespace(user=SimpleNamespace(name="Maria")),
    "days": 7,
    "link": "https://katikn.example/invitation",
    "activate_url": "https://katikn.example/activate",
    "password_reset_url": "https://katikn.example/reset",
    "signup_url": "https://katikn.example/signup",
    "ip": "192.0.2.7",
    "user_agent": FIREFOX,
    "timestamp": datetime(2026, 11, 4, 14, 5, tzinfo=UTC),
}


def test_there_are_mails_to_read():
    assert len(MESSAGES) >= 16


@pytest.mark.parametrize("name", MESSAGES)
def test_mail_greets_and_goes_on_in_whole_sentences(name):
    lines = render_to_string(name, WORDS).strip().split("\n")

    said = [line for line in lines[2:-2] if line and not line.startswith("https://")]
    assert (lines[0], lines[1], lines[-2:]) == ("Hello,", "", ["", "KΛTIKN"])
    assert [line for line in said if not line[0].isupper()] == []
    assert [line for line in said if line[-1] not in ".:?" and ": " not in line] == []
    assert [line for line in lines if ".." in line or "None" in line or "{" in line] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_mail_says_e_mail_and_no_blank_lines_in_a_row(name):
    text = render_to_string(name, WORDS)

    assert " mail" not in text
    assert "\n\n\n" not in text


def test_notification_tells_when_and_from_where_in_a_form_that_nobody_misreads():
    text = render_to_string("account/email/password_changed_message.txt", WORDS)

    assert text.split("at once and tell us.")[1].split("KΛTIKN")[0].strip().splitlines() == [
        "Time: 4 November 2026, 14:05 UTC",
        "Address: 192.0.2.7",
        "Browser: Firefox on Windows",
    ]


def test_invitation_names_who_invites_if_somebody_did():
    message = "organizations/email/invitation_message.txt"

    by_maria = render_to_string(message, WORDS)
    by_nobody = render_to_string(message, WORDS | {"inviter": None})

    assert "Maria invites you to work with Aphrodite Homes Ltd. on KΛTIKN" in by_maria
    assert "You are invited to work with Aphrodite Homes Ltd. on KΛTIKN" in by_nobody


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (IPHONE, "Safari on iPhone"),
        (CHROME, "Chrome on Mac"),
        (CHROME.replace("Safari/537.36", "Safari/537.36 Edg/128.0"), "Edge on Mac"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("x" * 500, "x" * 60),
        ("line\nbreak", "line break"),
        (None, ""),
    ],
)
def test_browser_in_words(user_agent, words):
    assert browser_in_words(user_agent) == words
