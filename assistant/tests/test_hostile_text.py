"""Texts that nobody writes in earnest: kept whole, read as far as sense goes, and answered.

How long they take is measured by `bench/hostile_text.py`.
"""

import pytest

from assistant import figures, guardrails, links
from assistant.tests.talk import Talk
from bench.hostile_text import TEXTS
from inbox.models import Message
from inbox.receiving import receive
from inbox.tests import payloads
from inbox.tests.factories import ChannelFactory
from inbox.whatsapp.parsing import LONGEST_BODY, split_event
from organizations.tenancy import tenant

LENGTH = 100_000
WISH = "I want to buy a flat with 2 bedrooms in Kolonaki. "


@pytest.mark.parametrize("kind", list(TEXTS))
def test_a_hostile_text_is_stored_whole_and_shown_as_far_as_a_message_goes(db, kind):
    channel, text = ChannelFactory(), WISH + TEXTS[kind](LENGTH)
    body = payloads.delivery(payloads.value(channel, messages=[payloads.text(text, "wamid.1")]))

    with tenant(channel.organization):
        [item] = split_event(body)
        receive(channel, item.content)
        stored = Message.objects.get()

    assert stored.payload["text"]["body"] == text
    assert stored.body == text[:LONGEST_BODY]


@pytest.mark.parametrize("kind", list(TEXTS))
def test_a_hostile_text_is_answered_and_what_was_said_before_it_is_noted(db, kind):
    talk = Talk()

    answer = talk.say((WISH + TEXTS[kind](LENGTH))[:LONGEST_BODY])

    assert answer != ""
    assert [verdict for verdict in talk.verdicts if not verdict["passed"]] == []
    known = talk.lead()
    assert (known["intent"], known["bedrooms"]) == ("buy", 2)


@pytest.mark.parametrize("kind", list(TEXTS))
def test_a_hostile_draft_is_not_sent(db, kind):
    talk = Talk()
    talk.say("Hello")
    draft = type("Draft", (), {"text": TEXTS[kind](16_000), "backend": guardrails.CLAUDE})

    with tenant(talk.organization):
        verdicts = guardrails.check(talk.turn, draft)

    assert {v["guardrail"]: v["passed"] for v in verdicts}["length"] is False


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a-" * 5_000 + "https://evil.example/x", ["https://evil.example/x"]),
        ("a" * 5_000 + "://evil.example/x", ["a" * 31 + "://evil.example/x"]),
        ("evil [dot] example", ["evil.example"]),
        ("evil   (dot)   example", ["evil.example"]),
    ],
)
def test_a_link_is_found_after_a_long_run_of_letters(text, found):
    assert [link[-len(found[0]) :] for link in links.links_in(text)] == found


def test_a_mail_address_is_found_after_a_long_run_of_letters():
    assert links.EMAIL.findall("a-" * 5_000 + " eleni@example.com") == ["eleni@example.com"]
    assert figures.numbers_in("9" * 50_000) == {"9" * 50_000}
