"""A long-running program of ours: started, watched, restarted and stopped. Imports no Django."""

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LONGEST_PAUSE = 30.0
NOTEWORTHY = re.compile(r"\b(WARNING|ERROR|CRITICAL)\b|^Traceback|^\S*Error\b")
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Service:
    """One child process in a group of its own, with its output in `log`.

    `say` gets what a person should read: restarts, and lines of the log that warn.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        say: Callable[[str], None],
        stop_within: float = 10,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.environment = dict(environment)
        self.log = log
        self.process: subprocess.Popen | None = None
        self.ends = 0
        self._say = say
        self._stop_within = stop_within
        self._read_to = 0
        self._next_start = 0.0
        self._started = 0.0

    def start(self) -> None:
        with open(self.log, "ab") as log:
            self._read_to = log.tell()
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the launcher, which stops them in order
                preexec_fn=_end_with_parent,
            )
        self._started = time.monotonic()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def watch(self) -> None:
        """Pass on new warnings, and start the process again if it ended."""
        self._pass_on_warnings()
        if self.is_running():
            return
        if self.process is not None:
            self._note_end(self.process.returncode)
        elif time.monotonic() >= self._next_start:
            self.start()

    def signal(self, number: int) -> None:
        if self.is_running():
            self.process.send_signal(number)

    def kill(self) -> None:
        """Kill the whole group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        """Ask it to stop; kill what is left of its group after `stop_within` seconds."""
        self.signal(signal.SIGTERM)
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(self._stop_within)
        self.kill()

    def last_lines(self, count: int = 15) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-count:])

    def _note_end(self, code: int) -> None:
        self.kill()
        self.process = None
        self.ends = self.ends + 1 if time.monotonic() - self._started < 60 else 1
        pause = min(LONGEST_PAUSE, 2.0 ** (self.ends - 1))
        self._next_start = time.monotonic() + pause
        self._say(
            f"{self.name} ended unexpectedly (code {code}); starting it again in {pause:.0f} s. "
            f"See {self.log}."
        )

    def _pass_on_warnings(self) -> None:
        with open(self.log, "rb") as log:
            log.seek(self._read_to)
            for line in log:
                if not line.endswith(b"\n"):
                    break
                self._read_to += len(line)
                text = line.decode(errors="replace").strip()
                if NOTEWORTHY.search(text):
                    self._say(f"{self.name}: {text[:400]}")


def _end_with_parent() -> None:
    # A launcher that was killed could not stop its children; Linux does it for us.
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
