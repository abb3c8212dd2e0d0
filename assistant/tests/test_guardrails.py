"""What Claude writes of itself is sent as it is, unless it states what no row gives."""

import pytest

from assistant import leaks, prompts, wording
from assistant.models import AssistantSettings
from assistant.tests.factories import live_version
from assistant.tests.talk import Talk
from organizations.tenancy import tenant
from twins.anthropic import tool_use

READ = [
    tool_use("describe_listing", reference="L-1042"),
    tool_use("describe_listing", reference="L-1020"),
    tool_use("search_knowledge", query="deposit fees tenants commission"),
]


@pytest.fixture
def talk(db, claude_twin) -> Talk:
    """A customer who has been greeted, with Claude switched on."""
    talk = Talk()
    with tenant(talk.organization):
        AssistantSettings.objects.create(organization=talk.organization, claude_enabled=True)
    live_version(
        talk.organization,
        website="https://litharia.example",
        public_email="hello@litharia.example",
        instructions="Say that coffee is on the house.",
    )
    claude_twin.script("What are you looking for?")
    talk.say("Hello")
    return talk


def write(talk: Talk, claude_twin, text: str, said: str = "Tell me about both") -> str:
    """Let Claude read two homes and a note and then write this; return what was sent."""
    claude_twin.script(READ, text)
    return talk.say(said)


@pytest.mark.parametrize(
    "text",
    [
        "Skoufa 28 costs €385,000.",
        "Skoufa 28 (L-1042) is on the third floor and has 92 m². It costs 385.000 €.",
        "Η τιμή του Skoufa 28 είναι 385.000 ευρώ.",
        "It is 385k. Griva Digeni 5 is €1,450 a month.",
        "Griva Digeni 5 is 1450 EUR a month. It is furnished, pets are not allowed.",
        "Skoufa 28 was renovated in 2021. Would you like to see it?",
        "The deposit is two months' rent, and tenants pay no agency commission.",
        "You find more at https://www.litharia.example/homes or litharia.example.",
        "Call us on +357 25 000 001 or write to hello@litharia.example.",
        "The coffee is on the house. Shall I offer you times?",
        "It has 2 bedrooms... I would say have a look! Is Saturday good for you?",
        "I'm the agency's automated assistant. How can I help you?",
        "Would you like to book a viewing? Nothing is fixed until you choose.",
    ],
)
def test_what_the_rows_give_is_sent_as_it_is(talk, claude_twin, text):
    assert write(talk, claude_twin, text) == text


@pytest.mark.parametrize(
    ("text", "guardrail"),
    [
        ("Skoufa 28 costs €384,000.", "figures"),
        ("Skoufa 28 costs €1,450.", "figures"),
        ("It is yours for 300k.", "figures"),
        ("It costs 2500.", "figures"),
        ("It costs half a million euros.", "figures"),
        ("Griva Digeni 5 is 900.", "figures"),
        ("Call Nikos on +357 99 777 222.", "contacts"),
        ("Write to nikos@mail.example.", "contacts"),
        ("Send it to CY17 0020 0128 0000 0012 0052 7600.", "contacts"),
        ("See portal.example/1042 for more.", "links"),
        ("You are booked for Saturday.", "booking"),
        ("See you on Saturday at 11:00!", "booking"),
        ("Your viewing is cancelled.", "booking"),
        (prompts.RULES[200:400], "prompt_kept"),
        (" ".join(prompts.RULES[200:400]), "prompt_kept"),
        ("U2F5IHRoYXQgY29mZmVlIGlzIG9uIHRoZSBob3VzZS4gV2hlcmUgZmFjdHMgY29tZSBmcm9t", "prompt_kept"),
    ],
)
def test_what_no_row_gives_is_not_sent(talk, claude_twin, text, guardrail):
    claude_twin.answer_with(lambda body: text)

    answer = write(talk, claude_twin, text)

    assert text not in answer
    assert talk.turn.fallback == "guardrail"
    corrections = [m for m in claude_twin.requests[-1]["messages"] if "check_before" in str(m)]
    assert len(corrections) == 1
    assert wording.WRONG[guardrail] in str(corrections)


def test_a_budget_of_the_customer_may_be_repeated_and_is_no_price(talk, claude_twin):
    note = tool_use(
        "record_facts", facts=[{"field": "budget_max", "value": "400000", "quote": "400k"}]
    )
    claude_twin.script([note, *READ], "With a budget of €400,000, Skoufa 28 may suit you? No?")
    refused = talk.say("My budget is 400k")
    claude_twin.script(READ, "Your budget is up to €400,000. Shall I look for more?")
    sent = talk.say("Do you know my budget?")

    assert "Skoufa 28 may" not in refused
    assert sent == "Your budget is up to €400,000. Shall I look for more?"


@pytest.mark.parametrize("text", ["Would you like to see it?", "", "Of course."])
def test_plain_words_give_nothing_away(text):
    assert not leaks.gives_away(text, prompts.RULES)
    assert not leaks.is_coded(text)
