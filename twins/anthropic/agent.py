"""A scripted assistant that uses the tools of the request sensibly enough for a simple talk.

It knows the tools by name, reads their schemas for what to fill in, and finds what it needs
(offers, listings, appointments) in its input, as the real model must. It is no judge of language: a
handful of English words decide. What it says is put together from what the tools returned.
"""

import re
from typing import Any

from .answers import Answer, Block, text, tool_use
from .filling import fill
from .reading import Call, Reading, read

INTENTS = (
    ("person", re.compile(r"\b(human|person|someone|colleague|speak (to|with)|call me)\b", re.I)),
    ("cancel", re.compile(r"\b(cancel|call (it )?off|can'?t make it)\b", re.I)),
    ("move", re.compile(r"\b(move|reschedule|postpone|another (time|day))\b", re.I)),
    ("choose", re.compile(r"\b(yes|ok(ay)?|works|perfect|take|book|chose|first|second|third|"
                          r"\d{1,2}:\d\d|\d{1,2} ?[ap]m)\b", re.I)),
    ("view", re.compile(r"\b(view(ing)?|visit|see (it|the|that)|appointment|come (by|over))\b",
                        re.I)),
    ("search", re.compile(r"\b(look(ing)? for|buy|rent|bed(room)?s?|budget|flats?|apartments?|"
                          r"houses?|homes?)\b", re.I)),
    ("greet", re.compile(r"^\W*(hi|hello|hey|thanks?|thank you|good (morning|evening))\b", re.I)),
)  # fmt: skip
TOOLS_OF = {
    "person": ("hand_over",),
    "cancel": ("cancel_appointment",),
    "move": ("offer_slots",),
    "choose": ("book_slot",),
    "view": ("offer_slots",),
    "search": ("record_facts", "find_listings"),
    "ask": ("search_knowledge",),
    "greet": (),
}
GREETING = "Hello! How can I help you?"
LISTING_KEYS = ("title", "label", "name")


def answer(body: dict[str, Any]) -> Answer:
    """Take the next step of this turn: the tools of the intent, then a few words."""
    reading = read(body)
    # A call that was wrong is made again.
    reading.calls = [call for call in reading.calls if not call.is_error]
    if (body.get("tool_choice") or {}).get("type") != "none" and not reading.calls:
        intent = intent_of(reading)
        names = [name for name in TOOLS_OF[intent] if name in reading.tools]
        if intent == "choose" and "move_appointment" in reading.tools and _was_moving(reading):
            names = ["move_appointment"]
        blocks: list[Block] = [
            tool_use(name) | {"input": fill(reading.tools[name]["input_schema"], reading)}
            for name in names
        ]
        if blocks:
            return Answer(blocks)
    return Answer([text(_words(reading))])


def intent_of(reading: Reading) -> str:
    said = reading.last_words
    if "?" in said and not re.search(r"\b(view|visit|see|book|cancel|move)", said, re.I):
        return "search" if _found("search", said) else "ask"
    for name, _ in INTENTS:
        if _found(name, said) and (name != "choose" or reading.has_offers):
            return name
    return "ask"


def _found(intent: str, said: str) -> bool:
    return bool(dict(INTENTS)[intent].search(said))


def _was_moving(reading: Reading) -> bool:
    return any(_found("move", said) for said in reading.spoken[-3:])


def _words(reading: Reading) -> str:
    """A reply from the results of this turn, the last telling one first."""
    for call in reversed(reading.calls):
        value = call.value()
        if isinstance(value, dict) and value.get("refusal"):
            return str(value["refusal"])
        if said := _about(call, value):
            return said
    return GREETING if not reading.calls else "I will ask a colleague about that."


def _about(call: Call, value: Any) -> str:
    items = _items(value)
    if call.name in ("book_slot", "move_appointment"):
        return f"You are booked for {_moment(items[0])}." if _is_done(items) else call.result
    if call.name == "cancel_appointment":
        return "Your appointment is cancelled." if _is_done(items) else call.result
    if call.name == "hand_over":
        return "A colleague will answer you here."
    if call.name == "offer_slots":
        labels = [_moment(item) for item in items if _moment(item)]
        return f"I can offer {', '.join(labels)}. Which suits you?" if labels else call.result
    if call.name == "find_listings":
        named = [_named(item) for item in items]
        return f"I found {'; '.join(filter(None, named))}." if any(named) else call.result
    if call.name == "search_knowledge":
        said = [item.get("text", "") for item in items]
        return next(filter(None, said), "")[:400]
    return ""


def _is_done(items: list[dict[str, Any]]) -> bool:
    return bool(items) and bool(_moment(items[0]))


def _items(value: Any) -> list[dict[str, Any]]:
    """The objects of a result: a list in JSON, wrapped or not, or what a text tells line by line.

    In a text an object is a piece between marks, `<home>…</home>`, with lines `name: value`, or a
    line with an id and a moment, `1f3a9c20: Saturday 2026-11-28 11:00 with Anna`.
    """
    if isinstance(value, str):
        return _items_of_text(value)
    if isinstance(value, dict):
        inner = next((item for item in value.values() if isinstance(item, list)), None)
        value = inner if inner is not None else [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _items_of_text(said: str) -> list[dict[str, Any]]:
    pieces = re.findall(r"<(\w+)[^>]*>(.*?)</\1>", said, re.DOTALL)
    if pieces:
        return [
            dict(re.findall(r"^(\w+): (.*)$", piece, re.MULTILINE)) | {"text": piece}
            for _, piece in pieces
        ]
    return [{"label": found} for found in re.findall(r"\b[0-9a-f]{8}: ([^\n.]*\d\d:\d\d)", said)]


def _moment(item: dict[str, Any]) -> str:
    return str(item.get("label") or item.get("when") or item.get("starts_at") or "")


def _named(item: dict[str, Any]) -> str:
    facts = item["listing"] if isinstance(item.get("listing"), dict) else item
    name = next((str(facts[key]) for key in LISTING_KEYS if facts.get(key)), "")
    price = facts.get("price")
    return f"{name}, {price} {facts.get('currency', '')}".strip() if price and name else name
