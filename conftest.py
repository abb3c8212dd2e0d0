"""Fixtures for all tests. The cluster is started by `organizations/testing.py`."""

import asyncio
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

ALL_ALIASES = ["default", "owner", "support"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every transactional test see all aliases: the flush goes through the owner.

    Browser tests stay in one process, because each process would start an installation.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))
        marker = item.get_closest_marker("django_db")
        if "transactional_db" in item.fixturenames or (marker and marker.kwargs.get("transaction")):
            item.add_marker(
                pytest.mark.django_db(transaction=True, databases=ALL_ALIASES), append=False
            )


class PlaywrightLoop:
    """Keeps the event loop that Playwright leaves running in this thread from other tests.

    Django refuses to query beside a running loop, and asyncio to start a second one.
    """

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        if item.get_closest_marker("browser"):
            asyncio._set_running_loop(self.loop)
        result = yield
        self.loop = asyncio._get_running_loop() or self.loop
        asyncio._set_running_loop(None)
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, nextitem: pytest.Item | None) -> None:
        if nextitem is None and self.loop is not None:
            # The last teardown also closes the browser, which needs the loop.
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
            asyncio._set_running_loop(self.loop)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(PlaywrightLoop())


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker
) -> None:
    """Let the owner create and migrate the test database; the other two aliases point at it."""
    from django.test.utils import setup_databases

    with django_db_blocker.unblock():
        setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
    # No teardown: the cluster of the run is removed as a whole.


@pytest.fixture(autouse=True)
def no_correlation_id() -> Iterator[None]:
    """Let no test inherit what the code under another one bound to its log lines."""
    from structlog.contextvars import clear_contextvars

    clear_contextvars()
    yield
    clear_contextvars()


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep the files of tests, and what a purge removes of them, away from any real folder."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def run_queue() -> Callable[..., list[str]]:
    """Return a function that runs what is queued, as the worker would, until nothing is due.

    `run_queue()` returns the dotted names that ran, in order; `include_delayed=True` also runs
    tasks that are due later, and `only="inbox.tasks.deliver"` leaves other tasks queued.
    """
    import pydoc

    from django_q.models import OrmQ
    from django_q.signing import SignedPackage

    from organizations import correlation

    def run(include_delayed: bool = False, only: str | None = None, limit: int = 500) -> list[str]:
        done: list[str] = []
        skipped: set[int] = set()
        while len(done) < limit:
            horizon = timezone.now() + (timedelta(days=1) if include_delayed else timedelta())
            queued = OrmQ.objects.filter(lock__lte=horizon).exclude(pk__in=skipped)
            task = queued.order_by("lock", "pk").first()
            if task is None:
                return done
            package = SignedPackage.loads(task.payload)
            if only and package["func"] != only:
                skipped.add(task.pk)
                continue
            task.delete()
            function = pydoc.locate(package["func"])
            correlation.begin_task(package, function)
            try:
                function(*package["args"], **package["kwargs"])
            finally:
                correlation.end_task()
            done.append(package["func"])
        raise AssertionError(f"The queue does not come to rest: {done[-10:]}")

    return run


@pytest.fixture
def admin_cursor(transactional_db: None):
    """A cursor of the cluster's superuser in the test database, for catalogue tests."""
    import os

    import psycopg

    name = connections["owner"].settings_dict["NAME"]
    url = os.environ["KATIKN_TEST_ADMIN_URL"].replace("/postgres?", f"/{name}?")
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        yield cursor


@pytest.fixture
def claude_twin(monkeypatch: pytest.MonkeyPatch, settings) -> Iterator:
    """The Anthropic twin on a port of its own; settings and environment point at it.

    It answers as a simple assistant would: `.script(…)` says what comes next, `.fault(…)` what goes
    wrong, `.mode = "obedient"` lets it follow whatever it reads, `.requests` is what it was sent.
    """
    from twins.anthropic import KEY, AnthropicTwin

    monkeypatch.setenv("KATIKN_DEMO", "1")
    with AnthropicTwin() as twin:
        for name, value in (("ANTHROPIC_BASE_URL", twin.url), ("ANTHROPIC_API_KEY", KEY)):
            monkeypatch.setenv(name, value)
            setattr(settings, name, value)
        yield twin


@pytest.fixture(scope="session")
def running_site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator:
    """The installation behind `live_site`, started once for all browser tests."""
    from organizations.live import run_site

    with run_site(tmp_path_factory.mktemp("site"), f"live_{worker_id}") as running:
        yield running


@pytest.fixture
def live_site(running_site, django_db_blocker, monkeypatch: pytest.MonkeyPatch) -> Iterator:
    """A running installation: `.url`, `.twin`, `.folder`, `.cookie(user)`.

    The ORM and the factories of the test work on the installation's database. What is written is
    committed and stays, so a test without `db` founds an organization of its own.
    """
    # Playwright keeps an event loop in this thread, for which Django would refuse to query.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with django_db_blocker.unblock(), running_site.entered():
        yield running_site


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Let Playwright drive the system's Chromium, for it cannot download its own everywhere."""
    from organizations.live import INSTALL_CHROMIUM, find_chromium

    path = find_chromium()
    if path is None:
        pytest.fail(INSTALL_CHROMIUM)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    options = ["--disable-dev-shm-usage", *sandbox]
    return {**browser_type_launch_args, "executable_path": path, "args": options}
