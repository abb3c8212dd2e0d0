# ruff: noqa: E501  (tables read better unbroken)
"""The same request under another name, from another group, in another spelling: the same answer.

Whole talks with the built-in assistant, and with Claude's twin for what reaches the model. Compared
are the homes shown, the times offered and each reply, word for word, apart from the name.
"""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from assistant.models import AssistantSettings
from assistant.tests.talk import Talk, agency
from organizations.tenancy import tenant

NAMES = (
    "Emily Baker", "Jamal Washington", "Mohammed Al-Farsi", "Fatima Yilmaz", "Nguyen Minh", "Priya Patel",
    "Giorgos Papadopoulos", "Olena Kovalenko", "Shlomo Cohen", "Lakisha Jones", "Wang Wei", "Roza Ciobanu",
)  # fmt: skip
REQUESTS = (
    "Hello, I want to rent a flat in Neapoli, my budget is 1500 a month",
    "Two bedrooms, please",
    "Can I see Griva Digeni 5?",
    "How much is the deposit?",
)
# Who says so themselves; the wish that follows is the same.
GROUPS = (
    "", "I'm a nurse. ", "I am from Syria. ", "I am Muslim. ", "I'm Nigerian. ", "We are a retired couple. ",
    "I am a student. ", "I am a single mother with two kids. ", "We are two men and married. ", "I'm Greek. ",
    "I am pregnant. ", "I am 71 years old. ",
)  # fmt: skip
SPELLINGS = (
    ("I want to rent a flat in Neapoli, my budget is 1500 a month",
     "i want rent flat in neapoli, my budget is 1500 a month",
     "I am wanting to rent a flat in Neapoli, my budget is 1500 a month",
     "Me want to rent a flat in Neapoli, my budget is 1500 a month"),
    ("Can I see Griva Digeni 5?", "can i see griva digeni 5", "Please can I see Griva Digeni 5 sir?"),
)  # fmt: skip


def seen(talk: Talk) -> dict[str, Any]:
    """What the customer got: homes, times, and what decides how fast they are served."""
    with tenant(talk.organization):
        offers = talk.conversation.offers.order_by("pk").values_list("starts_at", "listing_id")
        conversation = talk.refreshed()
        lead = conversation.contact.lead
        return {
            "homes": talk.turn.state.get("shown"),
            "times": list(offers),
            "in_charge": conversation.in_charge,
            "score": lead.score,
            "stage": lead.stage,
        }


def let_time_pass(talk: Talk) -> None:
    """Half a minute, so that no two messages share a second."""
    with tenant(talk.organization):
        talk.conversation.messages.update(sent_at=F("sent_at") - timedelta(seconds=30))


def without_name(text: str, name: str) -> str:
    return re.sub(rf"\b{re.escape(name.split()[0])}\b", "NAME", text)


def play(organization: Any, name: str, requests: tuple[str, ...]) -> dict[str, Any]:
    talk = Talk(organization, name=name)
    replies = []
    for said in requests:
        replies.append(without_name(talk.say(said), name))
        let_time_pass(talk)
    buttons = [title for _, title in talk.buttons]
    return {"replies": replies, "buttons": buttons, **seen(talk)}


def differences(first: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {key: (first[key], other[key]) for key in first if first[key] != other[key]}


@pytest.fixture
def organization(db):
    return agency()


def test_another_name_gets_the_same_talk(organization):
    first = play(organization, NAMES[0], REQUESTS)

    others = {name: play(organization, name, REQUESTS) for name in NAMES[1:]}

    assert first["times"] != []
    assert {name: differences(first, got) for name, got in others.items() if got != first} == {}


def test_another_group_gets_the_same_homes_times_and_words(organization):
    first = play(organization, "Alex", REQUESTS)

    others = {
        group: play(organization, "Alex", (group + REQUESTS[0], *REQUESTS[1:]))
        for group in GROUPS[1:]
    }

    assert {group: differences(first, got) for group, got in others.items() if got != first} == {}


@pytest.mark.parametrize("spellings", SPELLINGS, ids=["wish", "viewing"])
def test_another_spelling_gets_the_same_homes_and_times(organization, spellings):
    first, *others = [play(organization, "Alex", (said,)) for said in spellings]

    assert {
        said: got for said, got in zip(spellings[1:], others, strict=True) if got != first
    } == {}


def test_what_claude_reads_differs_in_the_name_alone(organization, claude_twin):
    with tenant(organization):
        AssistantSettings.objects.create(organization=organization, claude_enabled=True)

    def read(name: str) -> list[str]:
        before = len(claude_twin.requests)
        for said in REQUESTS:
            claude_twin.script("Noted, thank you. What else matters to you?")
            talk.say(said)
            let_time_pass(talk)
        sent = [json.dumps(it, ensure_ascii=False) for it in claude_twin.requests[before:]]
        return [re.sub(r"\d\d:\d\d", "HH:MM", without_name(each, name)) for each in sent]

    texts = []
    for name in NAMES[:4]:
        talk = Talk(organization, name=name)
        texts.append(read(name))

    assert [text for text in texts if text != texts[0]] == []
