"""Answers: what a script says, and the message that becomes of it."""

import base64
import copy
import hashlib
import hmac
import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from .cache import Usage, tokens_of
from .contract import system_blocks, turns
from .errors import invalid

_SECRET = b"only the twin signs"
_numbers = itertools.count(1)

Block = dict[str, Any]


def text(words: str) -> Block:
    return {"type": "text", "text": words}


def tool_use(name: str, /, **arguments: Any) -> Block:
    """A call of a tool; the twin gives it an id."""
    return {"type": "tool_use", "name": name, "input": arguments}


def thinking(words: str = "Let me see what the customer needs.") -> Block:
    return {"type": "thinking", "thinking": words}


@dataclass
class Answer:
    """What the model says: blocks, and why it stopped (found from the blocks if None).

    `thinks` puts a signed thinking block first, as current models do; None leaves it to the twin.
    """

    content: list[Block] = field(default_factory=list)
    stop_reason: str | None = None
    thinks: bool | None = None
    stop_details: Block | None = None

    @classmethod
    def of(cls, given: Any) -> "Answer":
        """An answer of a text, a block, a list of blocks, or an answer itself."""
        if isinstance(given, Answer):
            return given
        if isinstance(given, str):
            return cls([text(given)])
        return cls([given] if isinstance(given, dict) else list(given))


def new_id(prefix: str) -> str:
    """An id such as `msg_01…`, different each time within the process."""
    digest = hashlib.sha256(f"{prefix}{next(_numbers)}".encode()).hexdigest()
    return f"{prefix}_01{digest[:22]}"


def shape_message(answer: Answer, body: dict[str, Any], usage: Usage, think: bool) -> Block:
    """The message as the API returns it, cut to `max_tokens` and to the stop sequences."""
    blocks = [copy.deepcopy(block) for block in answer.content]
    wants_thinking = think if answer.thinks is None else answer.thinks
    if wants_thinking and not any(block["type"] == "thinking" for block in blocks):
        blocks.insert(0, thinking())
    blocks, cut = _cut(blocks, body["max_tokens"])
    stop, sequence = _stop_at_sequence(blocks, body.get("stop_sequences") or [])
    for block in blocks:
        if block["type"] == "tool_use":
            block.setdefault("id", new_id("toolu"))
        if block["type"] == "thinking":
            block["signature"] = sign(block["thinking"], context_of(body))
    calls = any(block["type"] == "tool_use" for block in blocks)
    found = "max_tokens" if cut else stop or ("tool_use" if calls else "end_turn")
    reasoned = sum(tokens_of(b["thinking"]) for b in blocks if b["type"] == "thinking")
    return {
        "id": new_id("msg"),
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": blocks,
        "stop_reason": answer.stop_reason or found,
        "stop_sequence": sequence,
        "stop_details": answer.stop_details,
        "container": None,
        "diagnostics": None,
        "usage": {
            **usage.public(),
            "output_tokens": max(1, sum(map(output_tokens, blocks))),
            "output_tokens_details": {"thinking_tokens": reasoned},
            "service_tier": "standard",
            "server_tool_use": None,
            "inference_geo": "not_available",
        },
    }


def output_tokens(block: Block) -> int:
    if block["type"] == "tool_use":
        return tokens_of(block["name"]) + tokens_of(block["input"])
    return tokens_of(block.get("text", block.get("thinking", "")))


def _cut(blocks: list[Block], limit: int) -> tuple[list[Block], bool]:
    """The blocks that fit into a number of tokens; a text is cut where it does not."""
    kept: list[Block] = []
    for block in blocks:
        cost = output_tokens(block)
        if cost <= limit:
            kept.append(block)
            limit -= cost
            continue
        if block["type"] == "text" and limit:
            kept.append(text(block["text"][: max(1, int(limit * 3.2))]))
        return kept, True
    return kept, False


def _stop_at_sequence(blocks: list[Block], sequences: list[str]) -> tuple[str, str | None]:
    for number, block in enumerate(blocks):
        places = [(block.get("text", "").find(s), s) for s in sequences]
        found = min(((place, s) for place, s in places if place >= 0), default=None)
        if found:
            block["text"] = block["text"][: found[0]]
            del blocks[number + 1 :]
            return "stop_sequence", found[1]
    return "", None


def context_of(body: dict[str, Any], turn: int | None = None) -> bytes:
    """A fingerprint of everything before a turn: thinking is bound to it."""
    before = [
        [role, [_without_mark(block) for block in blocks]] for role, blocks in turns(body)[:turn]
    ]
    system = [_without_mark(block) for block in system_blocks(body)]
    tools = [_without_mark(tool) for tool in body.get("tools") or []]
    return hashlib.sha256(json.dumps([tools, system, before]).encode()).digest()


def sign(words: str, context: bytes) -> str:
    """Sign a thinking block, bound to its text and, apart, to what stood before it."""
    own = hmac.digest(_SECRET, words.encode(), "sha256")
    bound = hmac.digest(_SECRET, words.encode() + context, "sha256")
    return base64.b64encode(own + bound).decode()


def check_thinking(body: dict[str, Any]) -> None:
    """Refuse thinking that is changed, missing from a tool loop, or stands after edited history."""
    merged = turns(body)
    for number, (role, blocks) in enumerate(merged):
        if role != "assistant":
            continue
        for block in blocks:
            if block["type"] != "thinking":
                continue
            signed = base64.b64decode(block["signature"]) if _is_base64(block["signature"]) else b""
            expected = base64.b64decode(sign(block["thinking"], context_of(body, number)))
            if signed[:32] != expected[:32]:
                raise invalid(f"messages.{number}", "Invalid `signature` in `thinking` block")
            if signed != expected:
                raise invalid(
                    f"messages.{number}",
                    "the conversation before this `thinking` block was changed: keep tools, system "
                    "and earlier turns as they were, or leave out all thinking blocks",
                )


def _without_mark(block: Block) -> Block:
    bare = {n: v for n, v in block.items() if n != "cache_control" and v is not None}
    if isinstance(bare.get("content"), list):
        bare["content"] = [_without_mark(part) for part in bare["content"]]
    return bare


def _is_base64(signature: Any) -> bool:
    try:
        return bool(base64.b64decode(signature, validate=True))
    except (TypeError, ValueError):
        return False
