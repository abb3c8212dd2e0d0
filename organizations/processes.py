"""What our long-running processes do when the one that started them is gone."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path


def when_orphaned(parent: int, act: Callable[[], None]) -> None:
    """Call `act` from a thread soon after the process `parent`, which started this one, ended.

    The parent passes its own id: asked for here, it may be gone already.
    """
    threading.Thread(target=_watch, args=(parent, act), daemon=True).start()


def end_gently() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def kill_group() -> None:
    os.killpg(os.getpgrp(), signal.SIGKILL)


def is_alive(process: int) -> bool:
    """Whether a process with this id exists; one that ended but was not waited for still does."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def children(parent: int) -> list[int]:
    """Return the ids of the living child processes, in order. For tests and drills."""
    if not Path("/proc/self/stat").exists():
        command = ["ps", "-A", "-o", "pid=,ppid=,stat="]
        listing = subprocess.run(command, capture_output=True, text=True, check=True)
        rows = [line.split() for line in listing.stdout.splitlines()]
    else:
        rows = list(_read_proc())  # a bare machine has no `ps`
    return sorted(
        int(process) for process, of, state in rows if int(of) == parent and state[0] != "Z"
    )


def _read_proc() -> Iterator[tuple[str, str, str]]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The name, in parentheses, may hold anything; what follows is state and parent.
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
            yield path.parent.name, parent, state


def _watch(parent: int, act: Callable[[], None]) -> None:
    # Polling, because a death signal exists on Linux only and a pipe leaks into grandchildren.
    while os.getppid() == parent:
        time.sleep(0.5)
    act()
