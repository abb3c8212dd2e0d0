"""The prompt cache, and how many tokens a request has.

A prefix is kept up to each breakpoint, in the order tools, system, messages, if it is long enough;
it is read as long as its time to live runs, which each read begins anew. A breakpoint finds what an
earlier request wrote at its own block or at one of the twenty before it. Another model sees nothing
of it; another `tool_choice`, thinking or effort loses the messages only.

Tokens are estimated: one for 3.2 bytes of UTF-8, rounded up for each block. That is about what the
current tokenizer makes of English (1.8 tokens a word), and the same text always costs the same.
Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching
"""

import hashlib
import json
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import pictures
from .contract import system_blocks, turns
from .models import Model

BYTES_PER_TOKEN = 3.2
LOOKBACK = 20
SECONDS = {"5m": 300.0, "1h": 3600.0}
TURN_TOKENS = 4


@dataclass
class Part:
    """One block of the prompt in its order; `ttl` where a breakpoint stands on it."""

    canonical: bytes
    tokens: int
    ttl: str = ""


@dataclass
class Usage:
    """Input tokens of one request. `written` is by time to live."""

    plain: int = 0
    read: int = 0
    written: dict[str, int] = field(default_factory=lambda: {"5m": 0, "1h": 0})

    @property
    def total(self) -> int:
        return self.plain + self.read + sum(self.written.values())

    def public(self) -> dict[str, Any]:
        return {
            "input_tokens": self.plain,
            "cache_creation_input_tokens": sum(self.written.values()),
            "cache_read_input_tokens": self.read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.written["5m"],
                "ephemeral_1h_input_tokens": self.written["1h"],
            },
        }


def tokens_of(value: Any) -> int:
    """Estimate the tokens of a text, or of anything as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return math.ceil(len(text.encode("utf-8", "surrogatepass")) / BYTES_PER_TOKEN)


def parts_of(body: dict[str, Any]) -> list[Part]:
    """The prompt as the cache sees it: tools, system, messages."""
    parts = [_part("tool", tool) for tool in body.get("tools") or []]
    parts += [_part("system", block) for block in system_blocks(body)]
    seed = {name: body.get(name) for name in ("tool_choice", "thinking")}
    seed["effort"] = (body.get("output_config") or {}).get("effort")
    parts.append(Part(json.dumps(seed, sort_keys=True).encode(), 0))
    for role, blocks in turns(body):
        for position, block in enumerate(blocks):
            part = _part(role, block)
            part.tokens += TURN_TOKENS if position == 0 else 0
            parts.append(part)
    if control := body.get("cache_control"):
        parts[-1].ttl = parts[-1].ttl or control.get("ttl", "5m")
    return parts


def count_tokens(body: dict[str, Any]) -> int:
    return sum(part.tokens for part in parts_of(body))


class Cache:
    """What earlier requests wrote, by the fingerprint of the prefix; safe from any thread."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}

    def clear(self) -> None:
        with self._lock:
            self._until = {}

    def take(self, body: dict[str, Any], model: Model) -> Usage:
        """Read and write what this request reads and writes."""
        parts = parts_of(body)
        prints, lengths = _prefixes(parts, model)
        now = self._clock()
        usage = Usage()
        marks = [n for n, part in enumerate(parts) if part.ttl and lengths[n] >= model.least_cached]
        with self._lock:
            hit = max((self._find(prints, mark, now) for mark in marks), default=-1)
            usage.read = lengths[hit] if hit >= 0 else 0
            reached = usage.read
            for mark in marks:
                until = now + SECONDS[parts[mark].ttl]
                self._until[prints[mark]] = max(until, self._until.get(prints[mark], 0))
                if mark > hit:
                    usage.written[parts[mark].ttl] += lengths[mark] - reached
                    reached = lengths[mark]
            if hit >= 0 and hit not in marks:
                self._until[prints[hit]] = max(self._until[prints[hit]], now + SECONDS["5m"])
        usage.plain = lengths[-1] - reached
        return usage

    def _find(self, prints: list[str], mark: int, now: float) -> int:
        for place in range(mark, max(-1, mark - LOOKBACK), -1):
            if self._until.get(prints[place], 0) > now:
                return place
        return -1


def _part(role: str, block: dict[str, Any]) -> Part:
    bare, ttl = _without_marks(block)
    tokens = tokens_of(_words(bare)) if role != "tool" else tokens_of(bare)
    return Part(json.dumps([role, bare], ensure_ascii=True).encode(), tokens, ttl)


def _without_marks(block: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The block without `cache_control`, and the time to live of the mark it carried."""
    ttl = (block.get("cache_control") or {}).get("ttl", "5m") if block.get("cache_control") else ""
    bare = {name: value for name, value in block.items() if name != "cache_control"}
    if isinstance(bare.get("content"), list):
        inner = [_without_marks(part) for part in bare["content"]]
        bare["content"] = [part for part, _ in inner]
        ttl = next(filter(None, [ttl, *(mark for _, mark in inner)]), "")
    return bare, ttl


def _words(block: dict[str, Any]) -> Any:
    """What of a block the model reads."""
    kind = block["type"]
    if kind == "text":
        return block["text"]
    if kind in ("thinking", "redacted_thinking"):
        return block.get("thinking", "")
    if kind == "image":
        return "x" * int(pictures.tokens_of(block["source"]) * BYTES_PER_TOKEN)
    if kind == "tool_result" and isinstance(block.get("content", ""), str):
        return block["tool_use_id"] + block.get("content", "")
    return block


def _prefixes(parts: list[Part], model: Model) -> tuple[list[str], list[int]]:
    digest, total = hashlib.sha256(model.id.encode()), 0
    prints, lengths = [], []
    for part in parts:
        digest.update(len(part.canonical).to_bytes(8, "big") + part.canonical)
        total += part.tokens
        prints.append(digest.hexdigest())
        lengths.append(total)
    return prints, lengths
