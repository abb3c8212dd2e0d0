"""An application whose only answer never ends, as an event stream does."""

import asyncio
from collections.abc import Callable
from typing import Any


async def application(scope: dict[str, Any], receive: Callable, send: Callable) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while True:
        await send({"type": "http.response.body", "body": b".", "more_body": True})
        await asyncio.sleep(0.1)
