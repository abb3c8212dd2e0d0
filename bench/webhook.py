"""How long a durable acknowledgement of a webhook takes, against the least that one can do.

    python bench/webhook.py [--requests 2000]

Starts PostgreSQL (durable) and the web with two server processes. Ours and a bare Django view,
which verifies the signature and inserts one row, stand behind the same middleware in the same
process; each connection asks both in turn, so that both meet the same moments of the machine.
The ratio of the p95 may be 1.5 at most; /healthz on a kept connection takes 20 ms at most (p50).
Exit 0 if both hold.
"""

import argparse
import hashlib
import hmac
import http.client
import json
import os
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "bench.bare_settings"

from bench.measuring import connect, new_site, percentile
from organizations.site import Site, catch_signals, say

PATHS = {"ours": "/webhooks/whatsapp/", "bare": "/bare/"}
MOST_RATIO = 1.5
SLOWEST_HEALTH = 0.020  # seconds
WARM_UP = 100


def delivery(number: int) -> bytes:
    """A text message as Meta posts it, each with an id of its own."""
    message = {
        "from": "35799123456",
        "from_user_id": "CY.48210937716650291",
        "id": f"wamid.BENCH{number}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": "Is the flat in Germasogeia still free, and may I see it on Saturday?"},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": "35725000001",
            "phone_number_id": "305000000000002",
        },
        "contacts": [
            {
                "profile": {"name": "Eleni"},
                "wa_id": "35799123456",
                "user_id": "CY.48210937716650291",
            }
        ],
        "messages": [message],
    }
    changes = [{"field": "messages", "value": value}]
    return json.dumps(
        {
            "object": "whatsapp_business_account",
            "entry": [{"id": "204000000000001", "changes": changes}],
        }
    ).encode()


def ask(connection: http.client.HTTPConnection, path: str, body: bytes, signature: str) -> float:
    headers = {"X-Hub-Signature-256": signature, "Content-Type": "application/json"}
    begun = time.perf_counter()
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    answer.read()
    seconds = time.perf_counter() - begun
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return seconds


class Client(threading.Thread):
    """One kept connection that asks both views in turn."""

    def __init__(self, port: int, secret: str, first: int, requests: int) -> None:
        super().__init__()
        self.connection = connect(port)
        self.secret = secret.encode()
        self.numbers = range(first, first + requests)
        self.seconds: dict[str, list[float]] = {name: [] for name in PATHS}

    def run(self) -> None:
        for number in self.numbers:
            order = list(PATHS) if number % 2 else list(PATHS)[::-1]
            for name in order:
                body = delivery(number)
                signature = "sha256=" + hmac.new(self.secret, body, hashlib.sha256).hexdigest()
                self.seconds[name].append(ask(self.connection, PATHS[name], body, signature))


def measure(site: Site, connections: int, requests: int, first: int) -> dict[str, list[float]]:
    """Return the seconds of at least `requests` requests to each view."""
    each = -(-requests // connections)
    secret = site.secrets["WHATSAPP_APP_SECRET"]
    clients = [
        Client(site.port, secret, first + n * each, each + WARM_UP) for n in range(connections)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return {name: [s for c in clients for s in c.seconds[name][WARM_UP:]] for name in PATHS}


def measure_health(port: int, requests: int = 500) -> list[float]:
    connection = connect(port)
    seconds = []
    for _ in range(requests):
        begun = time.perf_counter()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        seconds.append(time.perf_counter() - begun)
    return seconds


def create_table() -> None:
    from django.conf import settings
    from django.db import connections

    from bench.bare import TABLE

    app = settings.DATABASES["default"]["USER"]
    with connections["owner"].cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute(f'GRANT INSERT ON bench_bare TO "{app}"')
        cursor.execute(f'GRANT USAGE ON SEQUENCE bench_bare_id_seq TO "{app}"')


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=2000)
    options = parser.parse_args()
    catch_signals()
    wrong = 0
    with new_site(DJANGO_SETTINGS_MODULE="bench.bare_settings") as site:
        create_table()
        site.start(twin=False)
        site.wait_until_ready()
        # What is measured is the door; the worker would only take its turns on the same cores.
        site.service("worker").stop()
        for round_, connections in enumerate((1, 4)):
            seconds = measure(site, connections, options.requests, round_ * 1_000_000)
            p50 = {name: percentile(values, 0.50) * 1000 for name, values in seconds.items()}
            p95 = {name: percentile(values, 0.95) * 1000 for name, values in seconds.items()}
            ratio = p95["ours"] / p95["bare"]
            wrong += ratio > MOST_RATIO
            say(
                f"{connections} connection(s), {len(seconds['ours'])} requests each: "
                f"ours p50 {p50['ours']:.1f} p95 {p95['ours']:.1f} ms, "
                f"bare p50 {p50['bare']:.1f} p95 {p95['bare']:.1f} ms, "
                f"ratio of the p95 {ratio:.2f} (at most {MOST_RATIO})"
            )
        health = measure_health(site.port)
        p50 = percentile(health, 0.5)
        wrong += p50 > SLOWEST_HEALTH
        say(
            f"/healthz on a kept connection: p50 {p50 * 1000:.1f} ms, "
            f"p95 {percentile(health, 0.95) * 1000:.1f} ms (p50 at most 20)"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
