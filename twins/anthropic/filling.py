"""How the scripted assistant fills in a tool's arguments from its schema and what it has read."""

import re
from collections.abc import Iterator
from typing import Any

from .reading import Reading

MONEY = re.compile(r"(?:€|eur|euros?)?\s*(\d[\d.,]*)\s*(k|thousand|m|million)?\b", re.I)
BEDROOMS = re.compile(r"(\d+|one|two|three|four)[\s-]*(?:bed|bd)", re.I)
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4}
ORDINALS = {"first": 0, "second": 1, "third": 2}
DEALS = {"sale": r"\b(buy|sale|purchase)", "rent": r"\b(rent|let|lease)"}
OWN_WORDS = re.compile(r"query|question|quote|reason|summary|text|about|message")
MOVING = re.compile(r"\b(re-?schedul|postpone|move|another (day|time)|instead)", re.I)
NAME = re.compile(r"\b[A-Z][\w'-]{3,}")


def fill(schema: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """Arguments that fit an object schema: what is required, and what is known of the rest."""
    filled = {}
    for name, part in schema.get("properties", {}).items():
        value = _value(name, part, schema, reading)
        if value is not None or name in schema.get("required", ()):
            filled[name] = value
    return filled


def _value(name: str, part: dict[str, Any], root: dict[str, Any], reading: Reading) -> Any:
    part = _resolved(part, root)
    options = [_resolved(option, root) for option in part.get("anyOf", [])]
    may_be_null = any(option.get("type") == "null" for option in options)
    if options:
        part = next(option for option in options if option.get("type") != "null")
    kind = part.get("type")
    if isinstance(kind, list):
        may_be_null, kind = "null" in kind, next(item for item in kind if item != "null")
    known = _known(name, kind or "", part, reading)
    if known is not None or may_be_null:
        return known
    return _least(name, kind or "", part, root, reading)


def _resolved(part: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in part:
        return part
    found: Any = root
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found


def _known(name: str, kind: str, part: dict[str, Any], reading: Reading) -> Any:
    """What the talk says about an argument of this name, or nothing."""
    said = reading.last_words
    if "enum" in part:
        return _spoken_choice(part["enum"], said)
    if kind in ("integer", "number"):
        if "bed" in name:
            return bedrooms(said)
        return money(said) if re.search(r"price_max|budget|max", name) else None
    if kind == "array":
        return _known_list(name, part.get("items", {}), reading)
    if kind != "string":
        return None
    if re.search(r"offer|slot|code", name):
        return chosen_offer(reading)
    if "appointment" in name or (name == "moving" and MOVING.search(said)):
        return reading.appointment or None
    if re.search(r"listing|reference|home", name):
        return reading.listing or None
    return said if OWN_WORDS.search(name) else None


def _known_list(name: str, items: dict[str, Any], reading: Reading) -> list[Any] | None:
    said = reading.last_words
    if "enum" in items:
        return [item for item in items["enum"] if str(item).replace("_", " ") in said.lower()]
    if re.search(r"area|location", name):
        return [word for word in dict.fromkeys(NAME.findall(said)) if word in reading.system]
    if {"field", "value"} <= items.get("properties", {}).keys():
        quoted = "quote" in items["properties"]
        facts = _stated(said)
        return [{"field": f, "value": v} | ({"quote": q} if quoted else {}) for f, v, q in facts]
    return None


def _stated(said: str) -> Iterator[tuple[str, str, str]]:
    """Field, value and quote of the facts in what the customer says."""
    if match := BEDROOMS.search(said):
        yield "bedrooms", str(bedrooms(said)), match[0]
    best = max(MONEY.finditer(said), key=lambda match: _figure(*match.groups()), default=None)
    if best and (figure := money(said)):
        yield "budget_max", str(figure), best[0].strip()
    for value, pattern in (("buy", DEALS["sale"]), ("rent", DEALS["rent"])):
        if match := re.search(pattern, said, re.I):
            yield "intent", value, match[0]


def _spoken_choice(choices: list[Any], said: str) -> Any:
    for choice in filter(None, choices):
        pattern = DEALS.get(str(choice), rf"\b{re.escape(str(choice))}")
        if re.search(pattern, said, re.I):
            return choice
    return "any" if "any" in choices else None


def _least(
    name: str, kind: str, part: dict[str, Any], root: dict[str, Any], reading: Reading
) -> Any:
    """Something that fits where nothing is known."""
    if "enum" in part:
        return part["enum"][0]
    if kind == "object":
        return fill(part | {"$defs": root.get("$defs", {})}, reading)
    return {"string": "", "array": [], "boolean": False}.get(kind, 0)


def chosen_offer(reading: Reading) -> str:
    """The code of the open offer that the customer means: named by its id, time or place."""
    offers = reading.offers
    if not offers:
        return ""
    said = reading.last_words.lower()
    for code, line in offers:
        times = re.findall(r"\d{1,2}:\d\d", said)
        if code in said or any(time in line for time in times):
            return code
    place = next((n for word, n in ORDINALS.items() if word in said), 0)
    return offers[min(place, len(offers) - 1)][0]


def bedrooms(said: str) -> int | None:
    found = BEDROOMS.search(said)
    return (NUMBERS.get(found[1].lower()) or int(found[1])) if found else None


def money(said: str) -> int | None:
    """The largest sum in a text, or nothing where there is none of at least a hundred."""
    best = max((_figure(*match.groups()) for match in MONEY.finditer(said)), default=0)
    return best if best >= 100 else None


def _figure(digits: str, unit: str | None) -> int:
    plain = re.sub(r"[.,](?=\d{3}\b)", "", digits).rstrip(".,").replace(",", ".")
    factor = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6}.get((unit or "").lower(), 1)
    try:
        return int(float(plain) * factor)
    except ValueError:
        return 0
