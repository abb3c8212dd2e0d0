"""The public page, and that it says what the purge does."""

import re
from html import unescape

from django.urls import reverse
from django.utils.html import escape

from privacy.registry import Category, Days, rules

PAGE = reverse("privacy:policy")


def rows(html: str) -> dict[str, str]:
    """The rows of the retention table: its category and its HTML."""
    return dict(re.findall(r'<tr id="(\w+)" role="row">(.*?)</tr>', html, re.S))


def test_the_page_is_public(client, db):
    response = client.get(PAGE)

    assert PAGE == "/privacy/"
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")


def test_the_table_has_a_row_for_each_category_about_people(client, db):
    table = rows(client.get(PAGE).content.decode())

    assert list(table) == [c for c in Category if c != Category.NOT_PERSONAL]


def test_the_table_says_what_the_registry_says(client, db):
    table = rows(client.get(PAGE).content.decode())

    for category, html in table.items():
        promised = {r.period.text for r in rules() if r.category == category and r.period.text}
        assert {unescape(text) for text in re.findall("<li>(.*?)</li>", html)} == promised


def test_the_table_names_the_periods_of_the_promise(client, db):
    table = rows(client.get(PAGE).content.decode())

    assert "30 days after its owner asks for deletion" in table["account"]
    assert "2 years after the turn" in table["usage"]
    assert "30 days after a delivery arrived<" in table["webhooks"]
    assert "While the agency uses KΛTIKN" in table["conversations"]
    assert "While the agency uses KΛTIKN" in table["leads"]


def test_the_page_names_who_runs_the_installation(client, db, settings):
    settings.OPERATOR_NAME, settings.PRIVACY_EMAIL = "Example Ltd", "privacy@operator.example"

    html = client.get(PAGE).content.decode()

    assert "This installation is run by Example Ltd." in html
    assert 'href="mailto:privacy@operator.example"' in html


def test_the_page_says_what_a_policy_must_say(client, db):
    html = unescape(client.get(PAGE).content.decode())

    for sentence in (
        "the agency is responsible (the controller)",
        "never train a shared model",
        "Meta Platforms carries the messages",
        "Anthropic PBC in the United States",
        "only for agencies whose owner has switched this on",
        "data protection authority",
        "legal holds",
        "after at most 35 days",
    ):
        assert sentence in html


def test_words_of_periods():
    assert Days(1, "the end").text == "1 day after the end"
    assert Days(365, "the end").text == "1 year after the end"
    assert Days(0, "the end").text == "Until the end"
    assert escape(Days(7, "it").text) == "7 days after it"
