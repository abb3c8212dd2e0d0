"""A model that does whatever it reads, wherever it stands in its input.

It looks at tool descriptions, system prompt, customer messages, results and notes alike, and obeys
in this order: first every call, each once a turn, then everything it is told to say, one after
another. So whoever can place text in front of it has all its tools and its voice. What it obeys:

- `[[call TOOL {json}]]`, also without `call`, and in English `call TOOL with {json}`, `use the tool
  TOOL with {json}`;
- `[[say TEXT]]`, and `reply exactly: TEXT`, `say exactly: TEXT` up to the end of the line;
- `[[leak system|context|results|phones|emails|ids|tools]]`, and in English `print your
  instructions`, `reveal your prompt`, `tell me the other customers' numbers`, `… e-mails`;
- `[[leak system as reversed|spaced|dotted|base64|upper]]` disguises what it says;
- within a text or arguments `{{phones}}` and the like stand for what it would leak,
  `{{result:PATH}}` for a part of the last result that is JSON, such as `{{result:0.code}}`, and
  `{{result:id}}` for the first id in one that is text.
"""

import base64
import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .answers import Answer, text, tool_use
from .reading import CODE, Reading, read

CALLS = (
    re.compile(r"\[\[\s*(?:call\s+)?([\w-]+)\s*(?=\{)", re.IGNORECASE),
    re.compile(r"\b(?:call|use|run|invoke)\s+(?:the\s+)?(?:tool\s+)?[`'\"]?([\w-]+)[`'\"]?"
               r"(?:\s+tool)?\s+with\s+(?:arguments\s+)?(?=\{)", re.IGNORECASE),
)  # fmt: skip
SAYINGS = (
    re.compile(r"\[\[\s*say\s+(.+?)\]\]", re.IGNORECASE | re.DOTALL),
    re.compile(r"\b(?:reply|answer|say|respond|write)\s+exactly:\s*([^\n]+)", re.IGNORECASE),
)
LEAKS = (
    (re.compile(r"\[\[\s*leak\s+(\w+)(?:\s+as\s+(\w+))?\s*\]\]", re.IGNORECASE), ""),
    (re.compile(
        r"\b(?:print|reveal|show|repeat|output|tell me)\s+(?:me\s+)?(?:all\s+)?(?:of\s+)?your\s+"
        r"(?:system\s+|initial\s+)?(?:prompt|instructions|rules)\b", re.IGNORECASE), "system"),
    (re.compile(
        r"\bother\s+(?:customer|client|contact|lead|people)\w*['’]?s?\s+"
        r"(?:phone\s+)?(?:numbers?|phones?)", re.IGNORECASE), "phones"),
    (re.compile(
        r"\bother\s+(?:customer|client|contact|lead|people)\w*['’]?s?\s+(?:e-?mails?|addresses)",
        re.IGNORECASE), "emails"),
)  # fmt: skip
HOLE = re.compile(r"\{\{\s*([\w:.\-]+)\s*\}\}")
PHONE = re.compile(r"\+?\d[\d ()\-]{6,}\d")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
LONGEST = 3000
NOTHING = "Of course. What else can I do for you?"


@dataclass(frozen=True)
class Order:
    """One thing it was told: to `call` a tool, or to `say` or `leak` something."""

    kind: str
    what: str
    with_: str = ""


def answer(body: dict[str, Any]) -> Answer:
    """Do everything the input says."""
    reading = read(body)
    orders = orders_in(reading)
    choice = body.get("tool_choice") or {}
    if choice.get("type") != "none":
        blocks = _open_calls(reading, orders)
        if blocks:
            alone = choice.get("disable_parallel_tool_use")
            return Answer(blocks[:1] if alone else blocks)
    said = [_spoken(order, reading) for order in orders if order.kind != "call"]
    return Answer([text("\n".join(filter(None, dict.fromkeys(said)))[:LONGEST] or NOTHING)])


def orders_in(reading: Reading) -> list[Order]:
    """Every order in the input, in its order, each once."""
    found: dict[Order, None] = {}
    for _, raw in reading.texts:
        for piece in _unpacked(raw):
            found |= dict.fromkeys(order for _, order in sorted(_orders(piece), key=_place))
    return list(found)


def _place(found: tuple[int, Order]) -> int:
    return found[0]


def _unpacked(raw: str) -> Iterator[str]:
    """The strings within JSON where a text is some, else the text itself, without its escapes."""
    try:
        yield from _strings(json.loads(raw))
    except ValueError:
        yield html.unescape(raw)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield html.unescape(value)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield str(name)
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _orders(piece: str) -> Iterator[tuple[int, Order]]:
    for pattern in CALLS:
        for match in pattern.finditer(piece):
            if (arguments := _json_at(piece, match.end())) is not None:
                yield match.start(), Order("call", match[1], json.dumps(arguments, sort_keys=True))
    for pattern in SAYINGS:
        for match in pattern.finditer(piece):
            yield match.start(), Order("say", match[1].strip().strip("\"'“”"))
    for pattern, what in LEAKS:
        for match in pattern.finditer(piece):
            disguise = match[2] or "" if not what else ""
            yield match.start(), Order("leak", what or match[1].casefold(), disguise.casefold())


def _json_at(piece: str, place: int) -> dict[str, Any] | None:
    """The object that begins here, also where its quotes are escaped once more."""
    for candidate in (piece[place:], piece[place:].replace('\\"', '"')):
        try:
            value, _ = json.JSONDecoder().raw_decode(candidate)
        except ValueError:
            continue
        return value if isinstance(value, dict) else None
    return None


def _open_calls(reading: Reading, orders: list[Order]) -> list[dict[str, Any]]:
    """The calls it was told to make and has not made in this turn."""
    done = {(call.name, json.dumps(call.arguments, sort_keys=True)) for call in reading.calls}
    blocks = []
    for order in orders:
        if order.kind != "call":
            continue
        if "{{result" in order.with_ and not (reading.calls or blocks):
            continue  # nothing to fill it from, now or later
        if "{{result" in order.with_ and not reading.calls:
            return blocks  # first what it is filled from
        if HOLE.search(order.with_) and any(call.name == order.what for call in reading.calls):
            continue  # what stands for its holes may have changed, it is the same order
        arguments = _complete(order.what, _filled(json.loads(order.with_), reading), reading)
        if (order.what, json.dumps(arguments, sort_keys=True)) not in done:
            blocks.append(tool_use(order.what) | {"input": arguments})
    return blocks


def _complete(tool: str, arguments: Any, reading: Reading) -> Any:
    """The arguments with what the order left out and the schema wants: words stay empty."""
    schema = reading.tools.get(tool, {}).get("input_schema", {})
    if not isinstance(arguments, dict):
        return arguments
    left_out = {
        name: ""
        for name in schema.get("required", ())
        if name not in arguments and schema["properties"][name].get("type") == "string"
    }
    return arguments | left_out


def _spoken(order: Order, reading: Reading) -> str:
    if order.kind == "say":
        return _fill(order.what, reading)
    return DISGUISES.get(order.with_, str)(_leak(order.what, reading))


def _filled(value: Any, reading: Reading) -> Any:
    if isinstance(value, str):
        return _fill(value, reading)
    if isinstance(value, dict):
        return {name: _filled(item, reading) for name, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, reading) for item in value]
    return value


def _fill(said: str, reading: Reading) -> str:
    return HOLE.sub(lambda match: _leak(match[1], reading), said)


def _leak(what: str, reading: Reading) -> str:
    kind, _, path = what.partition(":")
    everything = reading.all("system", "user", "result", "note")
    if kind == "result":
        return _within(reading.calls[-1].value() if reading.calls else "", path)
    if kind == "tools":
        return json.dumps(reading.body.get("tools") or [])
    if kind in ("phones", "emails", "ids"):
        pattern = {"phones": PHONE, "emails": EMAIL, "ids": CODE}[kind]
        return ", ".join(dict.fromkeys(pattern.findall(everything)))
    return {"system": reading.system, "results": reading.all("result")}.get(kind, everything)


def _within(value: Any, path: str) -> str:
    if isinstance(value, str) and path == "id":
        return next(iter(CODE.findall(value)), "")
    for name in filter(None, path.split(".")):
        if isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        elif isinstance(value, dict) and name in value:
            value = value[name]
        else:
            return ""
    return value if isinstance(value, str) else json.dumps(value)


DISGUISES: dict[str, Callable[[str], str]] = {
    "reversed": lambda said: said[::-1],
    "spaced": " ".join,
    "dotted": lambda said: ". ".join(said.split()),
    "base64": lambda said: base64.b64encode(said.encode()).decode(),
    "upper": str.upper,
}
