"""What the benchmarks share: an installation of their own, percentiles, and connections."""

import http.client
import json
import os
import socket
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from organizations import postgres
from organizations.site import AGENCIES, Site, free_ports, prepare


@contextmanager
def new_site(**more: str) -> Iterator[Site]:
    """A durable PostgreSQL and a site on it, migrated and not started; Django is set up here."""
    with new_site_and_admin(**more) as (site, _admin_url):
        yield site


@contextmanager
def new_site_and_admin(**more: str) -> Iterator[tuple[Site, str]]:
    """As `new_site`, and the address of its database for the superuser of the cluster."""
    with (
        postgres.temporary_cluster(durable=True) as cluster,
        tempfile.TemporaryDirectory(prefix="katikn-bench-") as folder,
    ):
        site = Site(
            Path(folder), cluster.environment(), *free_ports(), say=lambda text="": None, more=more
        )
        prepare(site, cluster.admin_url, Path(folder) / "prepared")
        os.environ.update(site.settings)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "katikn.settings")
        import django

        django.setup()
        try:
            yield site, cluster.url("katikn_admin")
        finally:
            site.stop()


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def connect(port: int) -> http.client.HTTPConnection:
    """Open a connection that is kept, with TCP_NODELAY."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


@contextmanager
def demonstration_twin(site: Site) -> Iterator[Any]:
    """The Meta twin in this process, with the numbers of the demonstration agencies."""
    from twins.meta import MetaTwin

    twin = MetaTwin(
        site.webhook_url,
        site.secrets["WHATSAPP_APP_SECRET"],
        site.secrets["WHATSAPP_VERIFY_TOKEN"],
        port=site.twin_port,
    )
    for path in AGENCIES:
        channel = json.loads(path.read_text())["channel"]
        twin.add_number(
            channel["phone_number_id"],
            channel["waba_id"],
            channel["display_phone_number"],
            site.secrets["CHANNEL_TOKEN"],
            channel["name"],
        )
    with twin:
        yield twin
