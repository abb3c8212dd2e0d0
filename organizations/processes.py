"""What our long-running processes do when the one that started them is gone."""

import os
import signal
import threading
import time
from collections.abc import Callable


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


def _watch(parent: int, act: Callable[[], None]) -> None:
    # Polling, because a death signal exists on Linux only and a pipe leaks into grandchildren.
    while os.getppid() == parent:
        time.sleep(0.5)
    act()
