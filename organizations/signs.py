"""Signs of life that the processes of one cluster leave in a folder, for their supervisor.

A sign is a small file. `KATIKN_SIGNS` names the folder; without it nothing is left. The signs:
`guard` (the sentinel looked after its workers), `progress` (a task began or ended), `finished`
and `acknowledged` (its result was handed over, and stored), `busy-<pid>` (this worker runs the
queue row that the file names) and `claimed-<id>` (this row was taken and is not done yet).
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

FOLDER = "KATIKN_SIGNS"


def leave(name: str, text: str = "") -> None:
    folder = os.environ.get(FOLDER)
    if folder:
        # The supervisor may have removed the folder a moment ago, to start anew.
        with suppress(OSError):
            Path(folder, name).write_text(text)


def remove(name: str) -> None:
    folder = os.environ.get(FOLDER)
    if folder:
        with suppress(OSError):
            Path(folder, name).unlink()


def connect() -> None:
    """Let the workers and the monitor of this cluster leave their signs."""
    from django_q.signals import post_execute, post_execute_in_worker, pre_execute

    pre_execute.connect(_begin)
    post_execute_in_worker.connect(_finish)
    post_execute.connect(_acknowledge)


def read_times(folder: Path) -> dict[str, int]:
    """Return the time of each sign, in nanoseconds of the file system's clock."""
    times = {}
    with suppress(OSError):
        for entry in os.scandir(folder):
            with suppress(OSError):
                times[entry.name] = entry.stat().st_mtime_ns
    return times


def read_busy(folder: Path) -> dict[int, int | None]:
    """Return the process id of each worker that runs a task, with the task's queue row."""
    return {
        int(path.name.removeprefix("busy-")): _number(path) for path in folder.glob("busy-[0-9]*")
    }


def read_claimed(folder: Path) -> list[int]:
    """Return the queue rows that the cluster took and has not acknowledged."""
    return [int(path.name.removeprefix("claimed-")) for path in folder.glob("claimed-[0-9]*")]


def _begin(task: dict[str, Any], **kwargs: Any) -> None:
    leave(f"busy-{os.getpid()}", str(task.get("ack_id", "")))
    leave("progress")


def _finish(**kwargs: Any) -> None:
    remove(f"busy-{os.getpid()}")
    leave("finished")
    leave("progress")


def _acknowledge(**kwargs: Any) -> None:
    leave("acknowledged")


def _number(path: Path) -> int | None:
    with suppress(OSError, ValueError):
        return int(path.read_text())
    return None
