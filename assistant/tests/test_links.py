from types import SimpleNamespace

import pytest

from assistant import links
from knowledge.tests.factories import ListingFactory
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory
from scheduling.tests.factories import make_conversation

CALENDAR = "https://katikn.example/calendar/token.ics"
CALLS = [
    {"tool": "book_slot", "result": {"calendar": CALENDAR}},
    {"tool": "search_knowledge", "result": [{"text": "evil.example"}]},
]
PAGE = "https://homes.portal.example/l/1042?lang=en"


def turn_of(organization, website, calls):
    """As much of a turn as links are looked up in."""
    conversation = make_conversation(organization)
    return SimpleNamespace(
        organization=organization, conversation=conversation, website=website, calls=calls
    )


@pytest.fixture
def foreign(db):
    """A function that returns the links of a text which do not lead to the agency."""
    organization = OrganizationFactory()
    ListingFactory(organization=organization, url=PAGE)
    turn = turn_of(organization, "https://www.litharia.example/en", CALLS)

    def foreign(text: str) -> list[str]:
        with tenant(organization):
            return links.foreign_links(turn, text)

    return foreign


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example/pay",
        "http://evil.example",
        "Look at evil.example.",
        "www.evil.example",
        "EVIL.EXAMPLE/pay?x=1",
        "evil.example:8080/pay",
        "(evil.example)",
        "*evil.example*",
        "[our page](https://evil.example)",
        "evil.рф",
        "εvil.ελ",
        "xn--evl-jma.example",
        "evil。example",
        "ｅｖｉｌ．ｅｘａｍｐｌｅ",
        "e\u200bvil.exam\u2060ple",
        "evil.\u202eelpmaxe",
        "evil\u00ad.example",
        "evil[.]example",
        "evil (dot) example",
        "evil dot example",
        "hxxps://evil.example",
        "https:/evil.example",
        "ftp://evil.example",
        "whatsapp://send?text=evil",
        "javascript://evil%0a",
        "https://1.2.3.4/pay",
        "1.2.3.4/pay",
        "https://litharia.example@evil.example/",
        "https://me@evil.example/",
        "https://litharia.example.evil.example/",
        "https://litharia.example\\@evil.example",
        "https://evil.example/?https://litharia.example",
        "https://evil.example#litharia.example",
        "notlitharia.example",
        "https://homes.portal.example/l/1043",
        "https://homes.portal.example/l/1042?lang=en&next=evil",
        "homes.portal.example",
        "bit.ly/3xyz",
        "wa.me/35799123456",
        "t.me/evil",
        "https://api.whatsapp.com/send?phone=35799123456",
        "tinyurl.com/evil",
        "whatsapp:send?phone=35799123456",
        "tel:+35799123456",
        "sms:+35799123456?body=evil",
        "intent:evil#Intent;scheme=http;end",
        "HTTPS://EVIL.EXAMPLE/PAY",
        "//evil.example/pay at https://evil.example",
        "https://2130706433/pay",
        "http://[::1]/pay",
        "https://litharia.example:8443/pay",
        "https://lіtharia.example/pay",
        "https://xn--ltharia-xza.example/",
        "https://litharia.example%2eevil.example/",
        "https://litharia.example/out?to=https://evil.example",
        "https://litharia.example/out?to=https%3A%2F%2Fevil.example",
        "https://litharia.example/out?to=%2568%2574tps:%252F%252Fevil.example",
        "https://litharia.example/out?to=evil.example/pay",
        "https://litharia.example//evil.example",
        "https://litharia.example/#@evil.example",
        "litharia.example@evil.example/pay",
        "evil . com",
        "evil. com",
        "evil,com",
        "evil punto com",
        "evil Punkt de",
        "evil point fr",
        "evil τελεία gr",
        "evil نقطة com",
        "evil (punto) es",
        "\u202egro.live\u202c evil.org",
        "evil\u2024org",
        "evil\uff0ecom",
        "\u2066evil.org\u2069",
    ],
)
def test_link_to_elsewhere_is_seen_in_every_spelling(foreign, text):
    assert len(foreign(text)) >= 1


@pytest.mark.parametrize(
    "text",
    [
        f"See {PAGE}.",
        f"For your calendar: {CALENDAR}",
        "See https://litharia.example/anything and www.litharia.example!",
        "Litharia.Example",
        "It has 2.5 bathrooms, costs 385.000 and is free at 11.00 a.m.",
        "Write to anna.riga@litharia.example.",
        "The 3rd floor, e.g. with a lift. Shall we?",
        "Yes... or no?",
        "10.30-12.00, Nov. 28",
        "Tel: +357 25 000 001",
        "https://litharia.example/homes/l-1042?lang=en&page=2#photos",
        "At that point Anna called. Information: none.",
        "Es un punto de encuentro. Un point important.",
        "مساحتها ٩٢٫٥ متر والسعر ٣٨٥٬٠٠٠",
    ],
)
def test_the_agency_s_own_pages_and_plain_words_are_no_link_elsewhere(foreign, text):
    assert foreign(text) == []


def test_sentences_that_touch_are_put_apart():
    assert links.sentences_apart("It is sold.Call us.Ναι.Όχι a.b@c.De") == (
        "It is sold. Call us. Ναι. Όχι a.b@c.De"
    )


def test_sentences_with_a_link_elsewhere_are_left_out(foreign, db):
    organization = OrganizationFactory()
    turn = turn_of(organization, "", [])
    with tenant(organization):
        kept = links.without_foreign_links(
            turn, "Two months' rent. Pay at evil.example/now! It is held by us."
        )

    assert kept == "Two months' rent. It is held by us."
