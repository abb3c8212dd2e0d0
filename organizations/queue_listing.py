"""What waits in the queue and what failed, told without opening a pickle.

The arguments of a task are pickled; loading one runs code of whoever wrote it into the table.
"""

import pickletools
import re
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import now
from django_q.models import OrmQ, Task

MOST = 200
LARGEST = 64 * 1024
UNKNOWN = "?"
DOTTED_NAME = re.compile(r"[a-z_]+(\.[a-z_]+)+")


@dataclass(frozen=True)
class Waiting:
    name: str
    cluster: str
    due: datetime

    @property
    def is_due(self) -> bool:
        return self.due <= now()


def waiting() -> list[Waiting]:
    """Return the tasks that wait, the one due first at the top, at most 200."""
    rows = OrmQ.objects.order_by("lock", "pk").values_list("payload", "key", "lock")[:MOST]
    return [Waiting(name_in(payload), cluster, due) for payload, cluster, due in rows]


def failures() -> list[dict[str, Any]]:
    """Return `func`, `started` and `stopped` of the latest failures, and no other column."""
    failed = Task.objects.filter(success=False).order_by("-stopped")
    return list(failed.values("func", "started", "stopped")[:MOST])


def name_in(payload: str) -> str:
    """Read the dotted name of the task out of the queue's signed pickle, without loading it."""
    try:
        name = _text_after("func", _pickled(payload))
    except (ValueError, zlib.error, StopIteration):
        return UNKNOWN
    return name if DOTTED_NAME.fullmatch(name) else UNKNOWN


def _pickled(payload: str) -> bytes:
    # Django's format: an optional dot for "compressed", the value, a time and a signature.
    value = payload.lstrip(".").split(":")[0]
    data = urlsafe_b64decode(value + "=" * (-len(value) % 4))
    if not payload.startswith("."):
        return data[:LARGEST]
    return zlib.decompressobj().decompress(data, LARGEST)


def _text_after(key: str, pickled: bytes) -> str:
    texts = _texts(pickled)
    while next(texts) != key:
        pass
    return next(texts)


def _texts(pickled: bytes) -> Iterator[str]:
    for _code, argument, _position in pickletools.genops(pickled):
        if isinstance(argument, str):
            yield argument
