"""Makes `.venv` and installs locked packages into it. Runs under any Python 3.11, without packages.

Installs again only when a list of requirements, or the Python behind the folder, has changed.
"""

import fcntl
import hashlib
import importlib.util
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
FOLDER = CLONE / ".venv"
PYTHON = FOLDER / "bin" / "python"


def main(names: Sequence[str]) -> int:
    """Install the named lists, such as `requirements.txt`; 0 when all of them are in place."""
    lists = [CLONE / name for name in names]
    try:
        with open(CLONE / ".venv.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not all(map(_is_installed, lists)):
                _install(lists)
    except PermissionError as error:
        return _fail(f"{error.filename} belongs to another user. Remove it, or run as that user.")
    except subprocess.CalledProcessError as error:
        return _fail(f"Installing failed: {' '.join(map(str, error.cmd))}")
    return 0


def _install(lists: Sequence[Path]) -> None:
    started = time.monotonic()
    if not _works():
        _make_folder()
    sys.stderr.write("Installing the packages (once, about a minute) …\n")
    command = [PYTHON, "-m", "pip", "install", "-qq", "--no-input", "--require-hashes"]
    command += ["--disable-pip-version-check"]
    for path in lists:
        command += ["-r", path]
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=True)
    for path in lists:
        _stamp(path).write_text(_state(path))
    sys.stderr.write(f"Installed in {time.monotonic() - started:.0f} s.\n")


def _make_folder() -> None:
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            "Python's venv module is missing. On Debian and Ubuntu:\n"
            f"  apt-get install python{version}-venv"
        )
    shutil.rmtree(FOLDER, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", FOLDER], check=True)


def _works() -> bool:
    """Whether the folder's Python still starts; its system Python may be gone or another one."""
    try:
        answer = subprocess.run(
            [PYTHON, "-c", "import sys, pip; print(*sys.version_info[:2], sep='.')"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return False
    made_by = FOLDER / "pyvenv.cfg"
    return answer.returncode == 0 and answer.stdout.strip() in made_by.read_text()


def _is_installed(path: Path) -> bool:
    stamp = _stamp(path)
    return stamp.exists() and stamp.read_text() == _state(path) and _resolves()


def _resolves() -> bool:
    return PYTHON.exists()  # false too where the link leads nowhere any more


def _stamp(path: Path) -> Path:
    return FOLDER / f"installed-{path.name}"


def _state(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _fail(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
