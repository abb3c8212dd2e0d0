"""A request and its answer, between the server and those who answer."""

import json
from dataclasses import dataclass, field
from typing import Any

from .graph import GraphError


class DropConnection(Exception):
    """Close the connection without an answer."""


@dataclass
class Request:
    """One request as the handlers see it; header names are lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON; raises `GraphError` 100 for anything else."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise GraphError(100, "The body is not JSON.") from None


@dataclass
class Response:
    """An answer; `content` that is not bytes goes out as JSON."""

    content: Any
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0  # seconds before each byte, for a connection that drips

    def body(self) -> bytes:
        if isinstance(self.content, bytes):
            return self.content
        return json.dumps(self.content).encode()
