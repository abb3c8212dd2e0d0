"""An installation for browser tests: real web and worker processes, and a twin in this process."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from organizations.models import User
from organizations.site import Site, free_ports

# Keys that this process and the installation must share, because both read and write its rows.
SHARED = ("SECRET_KEY", "ENCRYPTION_KEYS", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN")
INSTALL_CHROMIUM = "The browser tests need Chromium. On Debian and Ubuntu: apt-get install chromium"


@dataclass
class LiveSite:
    """`twin` is a MetaTwin that talks to `url`; `database` the name of the installation's own."""

    site: Site
    twin: Any
    database: str

    @property
    def url(self) -> str:
        return self.site.url

    @property
    def folder(self) -> Path:
        """Holds `log/web.log`, `log/worker.log` and the mails under `mail`."""
        return self.site.folder

    def cookie(self, user: User) -> dict[str, str]:
        """Sign the user in and return the cookie, as `context.add_cookies([…])` takes it."""
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        return {
            "name": settings.SESSION_COOKIE_NAME,
            "value": session.session_key,
            "url": self.url,
        }

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Let the ORM of this process work on the installation's database."""
        names = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
        point_at(dict.fromkeys(names, self.database))
        try:
            yield
        finally:
            point_at(names)


@contextmanager
def run_site(folder: Path, database: str) -> Iterator[LiveSite]:
    """Start an installation on a database of its own in the cluster of this test run."""
    from twins.meta import MetaTwin

    create_database(database)
    addresses = {
        name: urlunsplit(urlsplit(os.environ[name])._replace(path=f"/{database}"))
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SUPPORT_URL")
    }
    shared = {name: os.environ[name] for name in SHARED}
    site = Site(
        folder,
        addresses,
        *free_ports(),
        say=lambda text="": None,
        more=shared | {"LOG_FORMAT": "json"},
    )
    site.manage("migrate", "--database", "owner", "--verbosity", "0")
    twin = MetaTwin(
        site.webhook_url,
        shared["WHATSAPP_APP_SECRET"],
        shared["WHATSAPP_VERIFY_TOKEN"],
        port=site.twin_port,
        inbox_url=site.url,
        mail_dir=folder / "mail",
    )
    with twin:
        try:
            site.start(twin=False)
            site.wait_until_ready()
            yield LiveSite(site, twin, database)
        finally:
            site.stop()


def find_chromium() -> str | None:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    return None


def create_database(name: str) -> None:
    """Create an empty database in the cluster of this test run."""
    with psycopg.connect(os.environ["KATIKN_TEST_ADMIN_URL"], autocommit=True) as admin:
        owner = settings.DATABASES["owner"]["USER"]
        # A copy of template1, so that it inherits the grants.
        admin.execute(f'CREATE DATABASE "{name}" OWNER "{owner}" TEMPLATE template1')


def point_at(names: dict[str, str]) -> None:
    """Let each alias use the database with the given name."""
    for alias, name in names.items():
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
