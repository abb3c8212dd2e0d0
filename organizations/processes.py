"""What our long-running processes do when the one that started them is gone."""

import os
import signal
import threading
import time
from collections.abc import Callable

# Read as early as can be, or a parent that ended meanwhile would go unnoticed.
PARENT = os.getppid()


def when_orphaned(act: Callable[[], None]) -> None:
    """Call `act` from a thread soon after the parent of this process ended, however it ended."""
    threading.Thread(target=_watch, args=(act,), daemon=True).start()


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


def _watch(act: Callable[[], None]) -> None:
    # Polling, because a death signal exists on Linux only and a pipe leaks into grandchildren.
    while os.getppid() == PARENT:
        time.sleep(0.5)
    act()
