"""A request, between the server and those who answer."""

import json
from dataclasses import dataclass
from typing import Any

from .graph import GraphError


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
