"""The product as it runs on a server: no demonstration, collected files, three roles, HTTPS."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import pytest
from cryptography.fernet import Fernet
from django.conf import settings

from organizations import live

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def server(tmp_path_factory, django_db_setup, worker_id):
    """The environment of a production machine, on a database of its own that is migrated."""
    folder = tmp_path_factory.mktemp("production")
    name = f"production_{worker_id}"
    live.create_database(name)
    addresses = {
        variable: urlunsplit(urlsplit(os.environ[variable])._replace(path=f"/{name}"))
        for variable in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SUPPORT_URL")
    }
    environment = {
        "PATH": os.environ["PATH"],
        **addresses,
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "BASE_URL": "https://inbox.example.com",
        "SSL_REDIRECT": "false",
        "WHATSAPP_APP_SECRET": "app-secret",
        "WHATSAPP_VERIFY_TOKEN": "verify-token",
        "EMAIL_URL": f"filemail://{folder}/mail",
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    manage(environment, "migrate", "--database", "owner", "--verbosity", "0")
    manage(environment, "collectstatic", "--noinput", "--verbosity", "0")
    return environment


def manage(environment, *arguments):
    answer = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr[-3000:]
    return answer.stdout


@contextmanager
def running(environment, *arguments):
    with subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        env=environment,
        cwd=settings.BASE_DIR,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)


def ask(port, path, **headers):
    """Return status, headers and body of an answer as the proxy would get it."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        headers={"Host": "inbox.example.com", "X-Forwarded-Proto": "https", **headers},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def wait_for(port, path, status):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if ask(port, path)[0] == status:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"{path} did not answer {status}.")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_server_serves_pages_files_and_health(server):
    port = free_port()
    with running(server, "run_web", "--port", str(port)) as web:
        wait_for(port, "/healthz", 200)
        assert ask(port, "/readyz")[0] == 503

        status, headers, page = ask(port, "/accounts/login/")

        assert status == 200
        assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "__Host-csrf" in headers["Set-Cookie"]
        styles = re.findall(r'href="(/static/css/app\.[0-9a-f]+\.css)"', page)
        assert len(styles) == 1
        status, headers, _ = ask(port, styles[0])
        assert (status, "immutable" in headers["Cache-Control"]) == (200, True)
        assert ask(port, "/accounts/login/", Host="elsewhere.example")[0] == 400
        assert ask(port, "/styleguide/")[0] == 404
        with running(server, "run_worker", "--grace", "5") as worker:
            wait_for(port, "/readyz", 200)
            assert "move" in manage(server, "check_workers")
        assert worker.returncode == 0
    assert web.returncode == 0


def test_commands_of_the_deployment_files_exist(server):
    known = manage(server, "help", "--commands").split()
    files = [
        settings.BASE_DIR / name for name in ("Dockerfile", "compose.yaml", "Procfile")
    ] + sorted((settings.BASE_DIR / "deploy" / "systemd").iterdir())

    named = {
        name for file in files for name in re.findall(r'manage\.py"?,?\s+"?(\w+)', file.read_text())
    }

    assert named - set(known) == set()
    assert {"run_web", "run_worker", "setup_database", "migrate", "backup"} <= named
