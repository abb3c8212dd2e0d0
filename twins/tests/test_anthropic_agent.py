"""The scripted assistant uses whatever tools a request offers, by what the customer says."""

import pytest

from twins.anthropic import agent

OFFERS = """Now: Tuesday 24 November 2026, 10:00.
Open offers:
- 0d6f3a52-9f4e-4a53-8f70-2f1f1b1f7e01: Wednesday 25 November, 11:00
- 0d6f3a52-9f4e-4a53-8f70-2f1f1b1f7e02: Thursday 26 November, 16:00"""
SHORT_OFFERS = """Open offers, which the customer has seen:
1f3a9c20: Wednesday 2026-11-25 11:00 with Anna Riga
1f3a9c21: Thursday 2026-11-26 16:00 with Anna Riga
Booked viewing 1f3a9c29: Friday 2026-11-27 11:00 with Anna Riga"""
APPOINTMENT = "Appointment 0d6f3a52-9f4e-4a53-8f70-2f1f1b1f7e09: Friday 27 November, 11:00"


def tool(name: str, **properties: dict) -> dict:
    shape = {"type": "object", "properties": properties, "required": list(properties)}
    return {"name": name, "description": name, "input_schema": shape}


STRING, MAYBE = {"type": "string"}, {"type": ["string", "null"]}
TOOLS = [
    tool("search_knowledge", query=STRING),
    tool("find_listings", bedrooms={"type": ["integer", "null"]}, price_max={"type": "integer"}),
    tool("offer_slots", kind={"type": "string", "enum": ["viewing", "call"]}, listing=MAYBE),
    tool("book_slot", offer=STRING),
    tool("move_appointment", appointment=STRING, offer=STRING),
    tool("cancel_appointment", appointment=STRING, reason=STRING),
    tool("hand_over", reason=STRING),
]


def request(*said: str, note: str = "") -> dict:
    roles = ("user", "assistant")
    messages = [{"role": roles[n % 2], "content": words} for n, words in enumerate(said)]
    messages += [{"role": "system", "content": note}] if note else []
    return {"messages": messages, "tools": TOOLS}


def calls(body: dict) -> list:
    return [(b["name"], b["input"]) for b in agent.answer(body).content if b["type"] == "tool_use"]


@pytest.mark.parametrize(
    ("said", "note", "expected"),
    [
        ("I am looking for a flat with 2 bedrooms up to €400k", "",
         ("find_listings", {"bedrooms": 2, "price_max": 400000})),
        ("How much is the deposit?", "",
         ("search_knowledge", {"query": "How much is the deposit?"})),
        ("Can I view L-1042?", "", ("offer_slots", {"kind": "viewing", "listing": "L-1042"})),
        ("16:00 works for me", OFFERS,
         ("book_slot", {"offer": "0d6f3a52-9f4e-4a53-8f70-2f1f1b1f7e02"})),
        ("16:00 works for me", SHORT_OFFERS, ("book_slot", {"offer": "1f3a9c21"})),
        ("(chose the offered time 1f3a9c21) Thu", SHORT_OFFERS,
         ("book_slot", {"offer": "1f3a9c21"})),
        ("Please cancel it", SHORT_OFFERS,
         ("cancel_appointment", {"appointment": "1f3a9c29", "reason": "Please cancel it"})),
        ("the first one please", OFFERS,
         ("book_slot", {"offer": "0d6f3a52-9f4e-4a53-8f70-2f1f1b1f7e01"})),
        ("Please cancel it", APPOINTMENT,
         ("cancel_appointment",
          {"appointment": "0d6f3a52-9f4e-4a53-8f70-2f1f1b1f7e09", "reason": "Please cancel it"})),
        ("Let me speak with a human", "", ("hand_over", {"reason": "Let me speak with a human"})),
    ],
)  # fmt: skip
def test_tool_of_the_intent_is_called_with_what_the_talk_tells(said, note, expected):
    assert calls(request(said, note=note)) == [expected]


def test_choice_after_a_wish_to_move_moves_the_appointment():
    body = request("Can we move it?", "11:00 or 16:00?", "16:00", note=f"{APPOINTMENT}\n{OFFERS}")

    assert calls(body) == [
        ("move_appointment",
         {"appointment": "0d6f3a52-9f4e-4a53-8f70-2f1f1b1f7e09",
          "offer": "0d6f3a52-9f4e-4a53-8f70-2f1f1b1f7e02"}),
    ]  # fmt: skip


def test_greeting_is_answered_without_a_tool():
    assert agent.answer(request("Hello")).content[0]["text"] == agent.GREETING


@pytest.mark.parametrize(
    ("said", "result", "reply"),
    [
        ("Can I view L-1042?",
         "Offered:\n1f3a9c20: Wednesday 2026-11-25 11:00 with A\n1f3a9c21: Thursday 16:00 with A",
         "I can offer Wednesday 2026-11-25 11:00, Thursday 16:00. Which suits you?"),
        ("I am looking for a flat",
         '<home source="x">reference: L-1\ntitle: Skoufa 28\nprice: 385000\ncurrency: EUR</home>',
         "I found Skoufa 28, 385000 EUR."),
        ("How much is the deposit?",
         '<passage source="note" title="Deposit">Two months.</passage>', "Two months."),
        ("How much is the deposit?", "Nothing is on record.", "I will ask a colleague about that."),
    ],
)  # fmt: skip
def test_results_in_plain_text_become_a_reply(said, result, reply):
    body = request(said)
    name = agent.answer(body).content[0]["name"]
    call = {"type": "tool_use", "id": "a", "name": name, "input": {}}
    done = {"type": "tool_result", "tool_use_id": "a", "content": result}
    body["messages"] += [
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": [done]},
    ]

    assert agent.answer(body).content[0]["text"] == reply


def test_what_the_customer_states_is_noted_with_the_words_that_say_so():
    items = {"type": "object", "properties": dict.fromkeys(("field", "value", "quote"), STRING)}
    body = request("I want to buy a two bedroom flat for up to €400k")
    body["tools"] = [tool("record_facts", facts={"type": "array", "items": items})]

    assert calls(body) == [
        ("record_facts",
         {"facts": [{"field": "bedrooms", "value": "2", "quote": "two bed"},
                    {"field": "budget_max", "value": "400000", "quote": "€400k"},
                    {"field": "intent", "value": "buy", "quote": "buy"}]}),
    ]  # fmt: skip


def test_results_become_a_reply():
    body = request("Can I view L-1042?")
    call = {"type": "tool_use", "id": "a", "name": "offer_slots", "input": {}}
    offers = '{"offers": [{"label": "Wed 11:00"}, {"label": "Thu 16:00"}]}'
    answer = {"type": "tool_result", "tool_use_id": "a", "content": offers}
    body["messages"] += [
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": [answer]},
    ]

    said = agent.answer(body).content[0]["text"]
    answer["content"] = '{"refusal": "No time is free."}'

    assert said == "I can offer Wed 11:00, Thu 16:00. Which suits you?"
    assert agent.answer(body).content[0]["text"] == "No time is free."
