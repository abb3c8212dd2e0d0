"""`bin/demo`: sets up and runs the demonstration. Imports no Django, so that it starts at once."""

import argparse
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from organizations import postgres
from organizations.site import (
    CLONE,
    TWIN_PORT_DISTANCE,
    CannotRun,
    Site,
    catch_signals,
    free_ports,
    prepare,
    require_free,
    say,
    seed,
)

DATA = CLONE / ".data"
ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SUPPORT_URL")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parse(arguments)
    catch_signals()
    try:
        return _run_script() if options.script else _run_demo(options.fresh)
    except (CannotRun, postgres.CannotStart) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except PermissionError as error:
        sys.stderr.write(
            f"{error.filename} belongs to another user. Remove it, or run as that user.\n"
        )
        return 1
    except KeyboardInterrupt:
        return 130


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/demo", description="Set up and run KΛTIKN with demonstration data."
    )
    parser.add_argument(
        "--script",
        action="store_true",
        help="play one whole customer conversation on data of its own, print it and exit",
    )
    parser.add_argument(
        "--fresh", action="store_true", help="remove the demonstration data of before first"
    )
    return parser.parse_args(arguments)


def _run_demo(fresh: bool) -> int:
    port = _port()
    DATA.mkdir(mode=0o700, exist_ok=True)
    with _only_one(port):
        if fresh:
            _remove_data()
        for number in (port, port + TWIN_PORT_DISTANCE):
            require_free(number)
        with _database() as (addresses, admin_url, folder):
            site = Site(folder, addresses, port, port + TWIN_PORT_DISTANCE)
            _set_up(site, admin_url)
            site.write_environment(DATA / "demo.env")
            _serve(site)
    return 0


def _run_script() -> int:
    with postgres.temporary_cluster(durable=True) as cluster:
        site = Site(_beside(cluster), cluster.environment(), *free_ports())
        _set_up(site, cluster.admin_url)
        try:
            site.start()
            site.wait_until_ready()
            return _play(site)
        finally:
            site.stop()


def _play(site: Site) -> int:
    script = [sys.executable, "-m", "katikn.demo.script"]
    command = [*script, site.url, site.twin_url, str(site.logins_path)]
    with subprocess.Popen(command, env=site.environment, cwd=CLONE) as playing:
        while playing.poll() is None:
            site.watch()
            time.sleep(0.2)
    return playing.returncode


@contextmanager
def _only_one(port: int) -> Iterator[None]:
    """Hold the lock of this clone's demonstration. Raises `CannotRun` if another one does."""
    with open(DATA / "lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            where = lock.read().strip()
            raise CannotRun(
                f"The demonstration of this clone is running already, at {where}"
            ) from None
        lock.truncate(0)
        lock.write(f"http://127.0.0.1:{port}/\n")
        lock.flush()
        yield


@contextmanager
def _database() -> Iterator[tuple[dict[str, str], str | None, Path]]:
    """Yield addresses, a superuser's address and the folder that lives as long as the data.

    `DATABASE_URL` of the environment wins; otherwise a cluster of our own runs meanwhile.
    """
    if os.environ.get("DATABASE_URL"):
        missing = [name for name in ADDRESSES if not os.environ.get(name)]
        if missing:
            raise CannotRun(f"DATABASE_URL is set, but not {' and '.join(missing)}.")
        yield {name: os.environ[name] for name in ADDRESSES}, None, DATA / "external"
        return
    cluster = postgres.cluster("demo")
    postgres.start(cluster)
    try:
        yield cluster.environment(), cluster.admin_url, _beside(cluster)
    finally:
        postgres.stop(cluster)


def _beside(cluster: postgres.Cluster) -> Path:
    """The folder for what belongs to the data of this cluster: keys that fit it, mail, logs."""
    return cluster.folder / "site"


def _set_up(site: Site, admin_url: str | None) -> None:
    stamp = site.folder / "prepared"
    if not stamp.exists():
        say("Preparing the demonstration data (once, half a minute) …")
    if prepare(site, admin_url, stamp) or not site.logins_path.exists():
        try:
            seed(site)
        except CannotRun:
            stamp.unlink()
            raise


def _serve(site: Site) -> None:
    started = time.monotonic()
    try:
        site.start()
        site.wait_until_ready()
        _show(site, time.monotonic() - started)
        while True:
            site.watch()
            time.sleep(0.5)
    except KeyboardInterrupt:
        say("\nStopping …")
    finally:
        site.stop()


def _show(site: Site, seconds: float) -> None:
    logins = site.logins
    width = max((len(login["email"]) for login in logins), default=0)
    say(f"\nKΛTIKN is running (started in {seconds:.1f} s).\n")
    say(f"  Inbox             {site.url}/")
    say(f"  Customer's phone  {site.twin_url}/")
    say(f"  Support           {site.url}/admin/\n")
    say("  Sign in as")
    for login in logins:
        place = f"{login['role']} of {login['organization']}" if login["organization"] else "staff"
        say(f"    {login['email']:<{width}}  {login['password']}  {place}")
    say("\n  To try Settings → Channels: disconnect a number, and connect it again with the token")
    say(f"    {site.secrets['CHANNEL_TOKEN']}")
    say(f"\n  Logs in {site.folder / 'log'}, mail in {site.folder / 'mail'}.")
    say("  Ctrl-C stops everything; bin/demo --fresh starts with new data.\n")


def _remove_data() -> None:
    if os.environ.get("DATABASE_URL"):
        raise CannotRun("--fresh removes only a database of its own, but DATABASE_URL is set.")
    cluster = postgres.cluster("demo")
    postgres.stop(cluster, immediate=True)
    postgres.remove(cluster)
    (DATA / "demo.env").unlink(missing_ok=True)


def _port() -> int:
    text = os.environ.get("PORT", "8000")
    if not text.isdigit() or not 1 <= int(text) <= 65535 - TWIN_PORT_DISTANCE:
        raise CannotRun(f"PORT must be a number up to {65535 - TWIN_PORT_DISTANCE}, not {text!r}.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
