"""What a model reads in a request: its texts by origin, and the tool calls of this turn."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from . import pictures
from .contract import system_blocks, turns

CODE = re.compile(r"\b[0-9a-f]{8}(?:(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?\b", re.IGNORECASE)
TAKEN = re.compile(r"\b(appointment|booked)\b", re.IGNORECASE)
REFERENCE = re.compile(r"\b[A-Z]{1,3}-\d{2,6}\b")


@dataclass
class Reading:
    """A request as the model sees it.

    `texts` are (origin, text) in order: tools, system, user, result, note (a system message within
    the conversation). `calls` are those of this turn with the text of their result, if any;
    `spoken` are the customer's turns, `last_words` the last of them, `said` both sides' texts.
    """

    body: dict[str, Any]
    texts: list[tuple[str, str]] = field(default_factory=list)
    calls: list["Call"] = field(default_factory=list)
    last_words: str = ""
    spoken: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def tools(self) -> dict[str, dict[str, Any]]:
        return {tool["name"]: tool for tool in self.body.get("tools") or []}

    @property
    def system(self) -> str:
        return "\n".join(text for origin, text in self.texts if origin == "system")

    @property
    def note(self) -> str:
        """The last system message within the conversation."""
        return next((text for origin, text in reversed(self.texts) if origin == "note"), "")

    def all(self, *origins: str) -> str:
        return "\n".join(text for origin, text in self.texts if origin in origins)

    @property
    def offers(self) -> list[tuple[str, str]]:
        """Code and line of each time on offer, as the last note lists them."""
        lines = [line for line in self.note.splitlines() if not TAKEN.search(line)]
        found = [(CODE.match(line.lstrip("-*• ")), line) for line in lines]
        return [(match[0], line) for match, line in found if match]

    @property
    def has_offers(self) -> bool:
        return bool(self.offers)

    @property
    def appointment(self) -> str:
        """The code of the customer's appointment, as the last note names it."""
        for line in self.note.splitlines():
            if TAKEN.search(line) and (match := CODE.search(line)):
                return match[0]
        return ""

    @property
    def listing(self) -> str:
        """The reference of the listing that was named last."""
        found = REFERENCE.findall("\n".join([*self.said, self.note]))
        return found[-1] if found else ""


@dataclass
class Call:
    name: str
    arguments: dict[str, Any]
    result: str = ""
    is_error: bool = False

    def value(self) -> Any:
        """The result as JSON where it is some, else as text."""
        try:
            return json.loads(self.result)
        except ValueError:
            return self.result


def read(body: dict[str, Any]) -> Reading:
    reading = Reading(body)
    for tool in body.get("tools") or []:
        reading.texts.append(("tools", tool.get("description", "")))
    reading.texts += [("system", block["text"]) for block in system_blocks(body)]
    merged = turns(body)
    begin = _begin_of_turn(merged)
    open_calls: dict[str, Call] = {}
    for number, (role, blocks) in enumerate(merged):
        for block in blocks:
            if block["type"] == "tool_use":
                call = open_calls[block["id"]] = Call(block["name"], block["input"])
                if number >= begin:
                    reading.calls.append(call)
            elif block["type"] == "tool_result":
                said = "\n".join(_texts(block.get("content", "")))
                open_calls[block["tool_use_id"]].result = said
                open_calls[block["tool_use_id"]].is_error = bool(block.get("is_error"))
                reading.texts.append(("result", said))
            elif block["type"] == "text" and role in ("user", "assistant"):
                reading.said.append(block["text"])
            if role != "assistant" and block["type"] not in ("tool_use", "tool_result"):
                origin = "note" if role == "system" else "user"
                reading.texts += [(origin, text) for text in _texts([block])]
    reading.spoken = [
        "\n".join(block["text"] for block in blocks if block["type"] == "text")
        for role, blocks in merged[:begin]
        if role == "user"
    ]
    reading.last_words = reading.spoken[-1] if reading.spoken else ""
    return reading


def _begin_of_turn(merged: list[tuple[str, list[dict[str, Any]]]]) -> int:
    """The place after the last message of the user that answers no tool call."""
    for number in range(len(merged) - 1, -1, -1):
        role, blocks = merged[number]
        if role == "user" and not any(block["type"] == "tool_result" for block in blocks):
            return number + 1
    return len(merged)


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
        return
    for block in content:
        if block.get("type") == "image":
            yield from filter(None, [pictures.read(block["source"])])
            continue
        for name in ("title", "source", "context", "text"):
            if isinstance(block.get(name), str):
                yield block[name]
        if isinstance(block.get("source"), dict) and isinstance(block["source"].get("data"), str):
            yield block["source"]["data"]
        if isinstance(block.get("content"), list | str):
            yield from _texts(block["content"])
