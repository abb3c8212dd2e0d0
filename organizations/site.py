"""A whole installation on this machine: PostgreSQL, web, worker and the Meta twin.

Used by `bin/demo`, by the browser tests and by the kill drill. Imports no Django, and knows of
the apps above only the commands that it starts.
"""

import hashlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from organizations import postgres
from organizations.services import Service

CLONE = postgres.CLONE
DEMO = CLONE / "katikn" / "demo"
AGENCIES = (DEMO / "agency.json", DEMO / "second" / "agency.json")
# Pages of homes on the twin, for a first try of reading a listing from its page.
EXAMPLE_PAGES = ("/homes/sea-breeze-4711/", "/homes/diamerisma-koukaki-4712/")
# The twin listens this far above the web, so that one PORT moves both.
TWIN_PORT_DISTANCE = 100


class CannotRun(RuntimeError):
    """The installation cannot be started; the message says what to do."""


def say(text: str = "") -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@dataclass
class Site:
    """`folder` holds logs, mail, media and secrets; `addresses` the three DATABASE_ variables."""

    folder: Path
    addresses: dict[str, str]
    port: int
    twin_port: int
    say: Callable[[str], None] = say
    more: dict[str, str] = field(default_factory=dict)
    services: list[Service] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("", "log", "mail", "media"):
            (self.folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        self.secrets = _load_secrets(self.folder / "secrets.json")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def twin_url(self) -> str:
        return f"http://127.0.0.1:{self.twin_port}"

    @property
    def webhook_url(self) -> str:
        return f"{self.url}/webhooks/whatsapp/"

    @property
    def logins_path(self) -> Path:
        """A line of JSON for each login: email, password, role, organization."""
        return self.folder / "logins.jsonl"

    @property
    def logins(self) -> list[dict[str, str]]:
        if not self.logins_path.exists():
            return []
        return [json.loads(line) for line in self.logins_path.read_text().splitlines()]

    @property
    def settings(self) -> dict[str, str]:
        """The variables that the settings read."""
        return {
            **self.addresses,
            "SECRET_KEY": self.secrets["SECRET_KEY"],
            "ENCRYPTION_KEYS": self.secrets["ENCRYPTION_KEYS"],
            "PORT": str(self.port),
            "BASE_URL": self.url,
            "KATIKN_DEMO": "1",
            "WHATSAPP_GRAPH_URL": self.twin_url,
            "WHATSAPP_APP_ID": "demo",
            "WHATSAPP_APP_SECRET": self.secrets["WHATSAPP_APP_SECRET"],
            "WHATSAPP_VERIFY_TOKEN": self.secrets["WHATSAPP_VERIFY_TOKEN"],
            "DEMO_WHATSAPP_TOKEN": self.secrets["CHANNEL_TOKEN"],
            "EMAIL_URL": f"filemail:///{quote(str(self.folder / 'mail'))}",
            "MEDIA_ROOT": str(self.folder / "media"),
            "FETCH_ALLOWED_ADDRESSES": f"127.0.0.1:{self.twin_port}",
            "EXAMPLE_LISTING_PAGES": ",".join(self.twin_url + path for path in EXAMPLE_PAGES),
            **self.more,
        }

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | self.settings

    def manage(self, *arguments: str) -> None:
        """Run a management command and wait. Raises `CannotRun` with the end of its output."""
        answer = subprocess.run(
            [sys.executable, str(CLONE / "manage.py"), *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=CLONE,
            check=False,
        )
        (self.folder / "log" / f"{arguments[0]}.log").write_text(answer.stdout)
        if answer.returncode:
            raise CannotRun(f"manage.py {arguments[0]} failed:\n{answer.stdout[-3000:]}")

    def start(self, twin: bool = True) -> None:
        """Start web and worker, and the twin unless the caller runs one itself."""
        python, manage = sys.executable, str(CLONE / "manage.py")
        parent = ("--with-parent", str(os.getpid()))
        self.services = [
            self._service("web", python, manage, "run_web", *parent, stop_within=8),
            self._service("worker", python, manage, "run_worker", *parent, "--grace", "5"),
        ]
        if twin:
            self.services.append(
                self._service("twin", python, "-m", "twins.meta", *self._twin_options())
            )
        for service in self.services:
            service.start()

    def service(self, name: str) -> Service:
        return next(service for service in self.services if service.name == name)

    def wait_until_ready(self, timeout: float = 60) -> None:
        """Wait until pages, worker and twin answer. Raises `CannotRun` if they do not."""
        wanted = [f"{self.url}/readyz"]
        if any(service.name == "twin" for service in self.services):
            wanted.append(f"{self.twin_url}/twin/state")
        deadline = time.monotonic() + timeout
        while wanted:
            self.watch()
            wanted = [url for url in wanted if not _answers(url)]
            failing = next((s for s in self.services if s.ends > 2), None)
            if failing or time.monotonic() > deadline:
                late = failing or self.services[0]
                raise CannotRun(
                    f"{late.name} does not start. The end of {late.log}:\n{late.last_lines()}"
                )
            if wanted:
                time.sleep(0.1)

    def watch(self) -> None:
        for service in self.services:
            service.watch()

    def stop(self) -> None:
        """Stop everything but PostgreSQL: first what makes work, then what does it."""
        for service in self.services:
            service.stop()

    def write_environment(self, path: Path) -> None:
        """Write the settings where `manage.py` finds them, readable by the owner only."""
        _write_privately(path, "".join(f"{k}={v}\n" for k, v in self.settings.items()))

    def _service(self, name: str, *command: str, stop_within: float = 10) -> Service:
        log = self.folder / "log" / f"{name}.log"
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        return Service(name, command, self.environment, log, self.say, stop_within)

    def _twin_options(self) -> Iterable[str]:
        yield from ("--port", str(self.twin_port), "--webhook-url", self.webhook_url)
        yield from ("--app-secret", self.secrets["WHATSAPP_APP_SECRET"])
        yield from ("--verify-token", self.secrets["WHATSAPP_VERIFY_TOKEN"])
        yield from ("--inbox-url", f"{self.url}/", "--mail-dir", str(self.folder / "mail"))
        for path in AGENCIES:
            channel = json.loads(path.read_text())["channel"]
            # Order and separator are those of `--number`.
            number = (
                channel["phone_number_id"],
                channel["display_phone_number"],
                channel["waba_id"],
                self.secrets["CHANNEL_TOKEN"],
                channel["name"],
            )
            yield from ("--number", ":".join(number))


def prepare(site: Site, admin_url: str | None, stamp: Path) -> bool:
    """Bring database and tables up to date; true if there was something to do.

    `stamp` is a file beside the data that remembers which migrations it has seen.
    """
    state = hashlib.sha256()
    for path in (*sorted(CLONE.glob("*/migrations/*.py")), CLONE / "requirements.txt"):
        state.update(path.name.encode() + path.read_bytes())
    state.update(site.addresses["DATABASE_OWNER_URL"].encode())
    if stamp.exists() and stamp.read_text() == state.hexdigest():
        return False
    if admin_url:
        site.manage("setup_database", "--admin-url", admin_url)
    site.manage("migrate", "--database", "owner", "--verbosity", "0")
    stamp.write_text(state.hexdigest())
    return True


def seed(site: Site) -> None:
    """Make the demonstration agencies, unless they exist, and remember their logins."""
    site.manage("seed_demo", "--password-file", str(site.logins_path))


def require_free(port: int) -> None:
    """Raise `CannotRun` if something listens on the port already."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotRun(
                f"Port {port} cannot be used: {error.strerror}. Stop the program that listens "
                "there, or choose another port: PORT=9010 bin/demo (the phone page takes the port "
                "100 above it)"
            ) from error


def free_ports() -> tuple[int, int]:
    """Return two ports that nothing listens on at this moment."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


def raise_on_signal(*_: object) -> None:
    raise KeyboardInterrupt


def catch_signals() -> None:
    """Let SIGTERM end this process like Ctrl-C, so that it stops what it started."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, raise_on_signal)


def _load_secrets(path: Path) -> dict[str, str]:
    """Read the secrets of this installation, made at random the first time."""
    if not path.exists():
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "ENCRYPTION_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "WHATSAPP_APP_SECRET": secrets.token_hex(16),
            "WHATSAPP_VERIFY_TOKEN": secrets.token_urlsafe(16),
            "CHANNEL_TOKEN": secrets.token_urlsafe(24),
        }
        _write_privately(path, json.dumps(made))
    return json.loads(path.read_text())


def _write_privately(path: Path, text: str) -> None:
    with suppress(FileNotFoundError):
        path.unlink()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(text)


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
