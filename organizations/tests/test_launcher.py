"""What `bin/demo` says when it cannot run, and how its children are kept."""

import fcntl
import os
import socket
import stat
import sys
import threading
import time

import pytest

from organizations import installing, launcher, postgres, processes, site
from organizations.services import Service


@pytest.fixture
def said():
    return []


@pytest.fixture
def service(tmp_path, said):
    made = []

    def make(code, **how):
        service = Service(
            "web",
            [sys.executable, "-c", code],
            os.environ,
            tmp_path / "web.log",
            said.append,
            **how,
        )
        made.append(service)
        service.start()
        return service

    yield make
    for service in made:
        service.kill()


def wait_until(holds):
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_child_that_ends_is_announced_and_started_again(service, said):
    ending = service("import sys; sys.exit(3)")
    wait_until(lambda: not ending.is_running())
    ending.watch()
    ending._next_start = 0
    ending.watch()

    assert said[0].startswith("web ended unexpectedly (code 3); starting it again in 1 s.")
    assert ending.process is not None


def test_pause_before_a_restart_grows(service, said):
    ending = service("import sys; sys.exit(3)")
    for _ in range(3):
        wait_until(lambda: not ending.is_running())
        ending.watch()
        ending._next_start = 0
        ending.watch()

    assert ["1 s" in said[0], "2 s" in said[1], "4 s" in said[2]] == [True, True, True]


def test_only_warnings_of_a_child_are_shown(service, said):
    talking = service(
        "print('2026 INFO a line'); print('2026 WARNING it is hot'); print('WARNING half', end='')"
    )
    wait_until(lambda: not talking.is_running())

    talking._pass_on_warnings()
    talking._pass_on_warnings()

    assert said == ["web: 2026 WARNING it is hot"]


def test_child_that_ignores_the_request_to_stop_is_killed(service, tmp_path):
    stubborn = service(
        "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('here', flush=True); time.sleep(60)",
        stop_within=0.2,
    )
    wait_until(lambda: "here" in stubborn.last_lines())

    stubborn.stop()

    assert not stubborn.is_running()


@pytest.mark.parametrize("port", ["", "abc", "0", "65500", "-1"])
def test_port_that_cannot_be_is_refused_in_words(monkeypatch, capsys, port):
    monkeypatch.setenv("PORT", port)

    assert launcher.main([]) == 1
    assert capsys.readouterr().err.startswith("PORT must be a number up to 65435")


def test_port_that_is_taken_is_refused_in_words():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(site.CannotRun, match=f"Port {port} cannot be used"):
            site.require_free(port)


def test_second_demonstration_says_where_the_first_one_is(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(launcher, "DATA", tmp_path)
    with open(tmp_path / "lock", "w") as lock:
        lock.write("http://127.0.0.1:8000/\n")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)

        code = launcher.main([])

    assert code == 1
    assert capsys.readouterr().err == (
        "The demonstration of this clone is running already, at http://127.0.0.1:8000/\n"
    )


def test_half_a_set_of_addresses_is_refused_in_words(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://a:b@c/d")
    monkeypatch.delenv("DATABASE_OWNER_URL")
    monkeypatch.delenv("DATABASE_SUPPORT_URL")

    with (
        pytest.raises(site.CannotRun, match="not DATABASE_OWNER_URL and DATABASE_SUPPORT_URL"),
        launcher._database(),
    ):
        pass


def test_demonstration_keeps_its_secrets_to_the_owner(tmp_path):
    made = site.Site(tmp_path / "site", {}, 8000, 8100)
    made.write_environment(tmp_path / "demo.env")

    modes = [
        stat.S_IMODE(path.stat().st_mode)
        for path in (tmp_path / "demo.env", tmp_path / "site" / "secrets.json")
    ]
    assert modes == [0o600, 0o600]


def test_two_demonstrations_share_no_secret(tmp_path):
    first, second = (site.Site(tmp_path / name, {}, 8000, 8100) for name in "ab")

    assert not set(first.secrets.values()) & set(second.secrets.values())


def test_packages_are_installed_again_only_when_their_list_changed(tmp_path, monkeypatch):
    installed = []
    monkeypatch.setattr(installing, "CLONE", tmp_path)
    monkeypatch.setattr(installing, "FOLDER", tmp_path / ".venv")
    monkeypatch.setattr(installing, "PYTHON", tmp_path / ".venv" / "python")
    monkeypatch.setattr(installing, "_works", lambda: True)
    monkeypatch.setattr(
        installing.subprocess, "run", lambda command, **how: installed.append(command[-1].name)
    )
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "python").touch()
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("one==1")

    codes = [installing.main(["requirements.txt"]) for _ in range(2)]
    requirements.write_text("one==2")
    codes.append(installing.main(["requirements.txt"]))

    assert (codes, installed) == ([0, 0, 0], ["requirements.txt", "requirements.txt"])


def test_process_whose_parent_is_gone_already_notices_it():
    noticed = threading.Event()

    processes.when_orphaned(parent=0, act=noticed.set)

    assert noticed.wait(20)


def test_process_whose_parent_lives_goes_on():
    noticed = threading.Event()

    processes.when_orphaned(parent=os.getppid(), act=noticed.set)

    assert not noticed.is_set()


def test_long_path_keeps_the_socket_short(tmp_path):
    folder = tmp_path / ("long" * 30)

    assert len(str(postgres._socket_folder(folder))) <= postgres.LONGEST_SOCKET_FOLDER
    assert postgres._socket_folder(tmp_path / "short") == tmp_path / "short"
