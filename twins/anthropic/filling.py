"""How the scripted assistant fills in a tool's arguments from its schema and what it has read."""

import re
from typing import Any

from .reading import Reading

MONEY = re.compile(r"(?:€|eur|euros?)?\s*(\d[\d.,]*)\s*(k|thousand|m|million)?", re.I)
BEDROOMS = re.compile(r"(\d+|one|two|three|four)[\s-]*(?:bed|bd)", re.I)
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4}
ORDINALS = {"first": 0, "second": 1, "third": 2}


def fill(schema: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """Arguments that fit an object schema: what is required, and what is known of the rest."""
    filled = {}
    for name, part in schema.get("properties", {}).items():
        value = _value(name, _resolved(part, schema), schema, reading)
        if value is not None or name in schema.get("required", ()):
            filled[name] = value
    return filled


def _resolved(part: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in part:
        return part
    found: Any = root
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found


def _value(name: str, part: dict[str, Any], root: dict[str, Any], reading: Reading) -> Any:
    options = [_resolved(option, root) for option in part.get("anyOf", [])]
    may_be_null = any(option.get("type") == "null" for option in options)
    kind = part.get("type")
    if isinstance(kind, list):
        may_be_null, kind = "null" in kind, next(item for item in kind if item != "null")
    if options:
        part = next(option for option in options if option.get("type") != "null")
        kind = part.get("type")
    known = _known(name, kind, part, reading)
    if known is not None or may_be_null:
        return known
    return _least(kind, part, root, reading)


def _known(name: str, kind: str | None, part: dict[str, Any], reading: Reading) -> Any:
    """What the talk says about an argument of this name, or nothing."""
    said = reading.last_words
    if "enum" in part:
        spoken = [item for item in part["enum"] if item and str(item).lower() in said.lower()]
        return spoken[0] if spoken else None
    if kind in ("integer", "number"):
        if "bed" in name:
            found = BEDROOMS.search(said)
            return NUMBERS.get(found[1].lower()) or int(found[1]) if found else None
        if re.search(r"price_max|budget|max", name):
            return _money(said)
        return None
    if kind != "string":
        return None
    if re.search(r"offer|slot|code", name):
        return chosen_offer(reading)
    if "appointment" in name:
        return reading.appointment or None
    if re.search(r"listing|reference|home", name):
        return reading.listing or None
    return said if re.search(r"query|question|quote|reason|summary|text|about", name) else None


def _least(kind: str | None, part: dict[str, Any], root: dict[str, Any], reading: Reading) -> Any:
    """Something that fits where nothing is known."""
    if "enum" in part:
        return part["enum"][0]
    if kind == "object":
        return fill(part | {"$defs": root.get("$defs", {})}, reading)
    return {"string": reading.last_words, "array": [], "boolean": False}.get(kind or "", 1)


def chosen_offer(reading: Reading) -> str:
    """The code of the open offer that the customer means: named by its time or its place."""
    offers = reading.offers
    if not offers:
        return ""
    said = reading.last_words.lower()
    for word in re.findall(r"\d{1,2}:\d\d", said):
        for code, line in offers:
            if word in line:
                return code
    place = next((n for word, n in ORDINALS.items() if word in said), 0)
    return offers[min(place, len(offers) - 1)][0]


def _money(said: str) -> int | None:
    best = 0
    for digits, unit in MONEY.findall(said):
        figure = float(re.sub(r"[.,](?=\d{3})", "", digits).rstrip(".,").replace(",", ".") or 0)
        figure *= {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6}.get(unit.lower(), 1)
        best = max(best, int(figure))
    return best if best >= 100 else None
