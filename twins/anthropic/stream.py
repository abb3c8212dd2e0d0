"""A message as the named server-sent events of a stream.

Source: https://platform.claude.com/docs/en/build-with-claude/streaming
"""

import json
from collections.abc import Iterator
from typing import Any

PIECE = 24

Event = tuple[str, dict[str, Any]]


def events_of(message: dict[str, Any], broken_json: bool = False) -> Iterator[Event]:
    """The events of a message; with `broken_json` the input of a tool call ends too early."""
    usage = message["usage"]
    opening = {
        **message,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {**usage, "output_tokens": 1},
    }
    yield "message_start", {"message": opening}
    yield "ping", {}
    for index, block in enumerate(message["content"]):
        yield "content_block_start", {"index": index, "content_block": _opening(block)}
        for delta in _deltas(block, broken_json):
            yield "content_block_delta", {"index": index, "delta": delta}
        yield "content_block_stop", {"index": index}
    delta = {name: message[name] for name in ("stop_reason", "stop_sequence", "stop_details")}
    yield "message_delta", {"delta": delta, "usage": usage}
    yield "message_stop", {}


def encode(event: Event) -> bytes:
    name, data = event
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n".encode()


def _opening(block: dict[str, Any]) -> dict[str, Any]:
    empty = {"text": {"text": ""}, "tool_use": {"input": {}}}
    empty["thinking"] = {"thinking": "", "signature": ""}
    return {**block, **empty[block["type"]]}


def _deltas(block: dict[str, Any], broken_json: bool) -> Iterator[dict[str, Any]]:
    if block["type"] == "text":
        yield from ({"type": "text_delta", "text": piece} for piece in _pieces(block["text"]))
    elif block["type"] == "thinking":
        for piece in _pieces(block["thinking"]):
            yield {"type": "thinking_delta", "thinking": piece}
        yield {"type": "signature_delta", "signature": block["signature"]}
    else:
        written = json.dumps(block["input"], ensure_ascii=False)
        written = written[: len(written) // 2] + "\\" if broken_json else written
        yield {"type": "input_json_delta", "partial_json": ""}
        for piece in _pieces(written):
            yield {"type": "input_json_delta", "partial_json": piece}


def _pieces(written: str) -> Iterator[str]:
    yield from (written[place : place + PIECE] for place in range(0, len(written), PIECE))
