"""The models the twin knows, and what limits them.

Sources: the literals of the `anthropic` package 2.12 and
https://platform.claude.com/docs/en/build-with-claude/prompt-caching (least length of a prefix).
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Model:
    """`least_cached` is the shortest prefix, in tokens, that the cache keeps."""

    id: str
    name: str
    least_cached: int
    context: int = 1_000_000
    longest_output: int = 64_000
    modern: bool = True

    def public(self) -> dict[str, Any]:
        return {
            "type": "model",
            "id": self.id,
            "display_name": self.name,
            "created_at": "2026-10-01T00:00:00Z",
            "lifecycle": "active",
            "deprecated_at": None,
            "retires_at": None,
            "line": None,
            "max_input_tokens": self.context,
            "max_tokens": self.longest_output,
        }


# `modern` models think by themselves and refuse manual thinking budgets.
MODELS = {
    model.id: model
    for model in (
        Model("claude-sonnet-5-5", "Claude Sonnet 5.5", 1024),
        Model("claude-haiku-5-5", "Claude Haiku 5.5", 512, context=200_000),
        Model("claude-opus-5-5", "Claude Opus 5.5", 512),
        Model("claude-fable-5-1", "Claude Fable 5.1", 512),
        Model("claude-sonnet-5", "Claude Sonnet 5", 1024),
        Model("claude-opus-5", "Claude Opus 5", 512),
        Model("claude-haiku-4-5", "Claude Haiku 4.5", 4096, context=200_000, modern=False),
    )
}
