"""The Anthropic twin: the Messages API on loopback, strict about requests and free of charge."""

from .answers import Answer, text, thinking, tool_use
from .faults import Fault
from .twin import KEY, AnthropicTwin, Exchange

__all__ = ["KEY", "Answer", "AnthropicTwin", "Exchange", "Fault", "text", "thinking", "tool_use"]
