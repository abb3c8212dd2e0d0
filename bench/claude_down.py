"""What customers and members notice while Claude hangs for every call.

    python bench/claude_down.py [--customers 20]

Starts an installation of its own with the demonstration agency, whose owner switched Claude on, and
an Anthropic twin that takes every call and never answers. Customers write at the same moment, and
again half a minute later. Each message has to stand on the inbox's page within two seconds, each
customer has to be answered within 45. Exit 0 if both hold.
"""

import argparse
import http.client
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.measuring import demonstration_twin, new_site, percentile
from organizations.site import AGENCIES, Site, catch_signals, free_ports, say, seed

SLOWEST_TO_APPEAR = 2.0  # seconds
SLOWEST_ANSWER = 45.0
WAVES = 2
PAUSE = 30.0  # seconds between two waves
GIVE_UP = 90.0


class Onlooker(threading.Thread):
    """A member who looks at the list of the inbox and notes when each text is there."""

    def __init__(self, site: Site, slug: str, cookie: str) -> None:
        super().__init__(daemon=True)
        self.address = f"/{slug}/inbox/?view=all"
        self.cookie = cookie
        self.connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
        self.wanted: dict[str, float] = {}
        self.seconds: list[float] = []
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(0.1):
            if not self.wanted:
                continue
            page = self._page()
            at = time.monotonic()
            for text in [text for text in self.wanted if text in page]:
                self.seconds.append(at - self.wanted.pop(text))

    def _page(self) -> str:
        try:
            self.connection.request("GET", self.address, headers={"Cookie": self.cookie})
            return self.connection.getresponse().read().decode()
        except http.client.HTTPException:
            # The server closed the connection, which rested between two waves; the next look
            # opens another.
            self.connection.close()
            return ""


def switch_on(slug: str) -> None:
    from assistant.models import AssistantSettings
    from organizations.models import Organization
    from organizations.tenancy import tenant

    with tenant(Organization.objects.get(slug=slug)) as organization:
        settings, _ = AssistantSettings.objects.get_or_create(organization=organization)
        settings.claude_enabled = True
        settings.save(update_fields=["claude_enabled"])


def sign_in(slug: str) -> str:
    """Return the cookie of the agency's owner."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from organizations.models import Organization
    from organizations.tenancy import tenant

    with tenant(Organization.objects.get(slug=slug)) as organization:
        user = organization.members.get(role="owner").user
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def write(phone: Any, text: str, wave: int, seconds: list[float]) -> None:
    """Send one text and note how long the answer took; `GIVE_UP` if none came."""
    begun = time.monotonic()
    phone.send_text(text)
    try:
        phone.wait_for_replies(wave, GIVE_UP)
        seconds.append(time.monotonic() - begun)
    except AssertionError:
        seconds.append(GIVE_UP)


def play(twin: Any, onlooker: Onlooker, customers: int) -> list[float]:
    phones = [twin.customer(phone=f"3579{n:07}", name=f"Customer {n}") for n in range(customers)]
    answers: list[float] = []
    for wave in range(1, WAVES + 1):
        threads = []
        for n, phone in enumerate(phones):
            text = f"Do you have a flat with {2 + wave} bedrooms? #{wave}-{n}-"
            onlooker.wanted[text] = time.monotonic()
            threads.append(threading.Thread(target=write, args=(phone, text, wave, answers)))
            threads[-1].start()
        for thread in threads:
            thread.join()
        if wave < WAVES:
            time.sleep(PAUSE)
    return answers


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=20)
    options = parser.parse_args()
    catch_signals()
    port, _ = free_ports()
    claude = {"ANTHROPIC_API_KEY": "twin-key", "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{port}"}
    slug = json.loads(AGENCIES[0].read_text())["slug"]
    with new_site(**claude) as site:
        seed(site)
        switch_on(slug)
        from twins.anthropic import AnthropicTwin

        with AnthropicTwin(port=port) as anthropic, demonstration_twin(site) as twin:
            anthropic.fault("hang", times=0)
            site.start(twin=False)
            site.wait_until_ready()
            onlooker = Onlooker(site, slug, sign_in(slug))
            onlooker.start()
            answers = play(twin, onlooker, options.customers)
            onlooker.ended.set()
            calls = sum(each.call == "messages" for each in anthropic.exchanges)
            missing = len(onlooker.wanted)
    if not onlooker.seconds:
        say("No message was ever seen in the inbox.")
        return 1
    say(f"{len(answers)} messages, {calls} calls of Claude, none of them answered")
    for what, seconds, most in (
        ("in the inbox", onlooker.seconds, SLOWEST_TO_APPEAR),
        ("answered", answers, SLOWEST_ANSWER),
    ):
        say(
            f"{what}: p50 {percentile(seconds, 0.5):.1f} s, longest {max(seconds):.1f} s "
            f"(at most {most:.0f})"
        )
    say(f"never seen in the inbox: {missing}")
    holds = max(onlooker.seconds) <= SLOWEST_TO_APPEAR and max(answers) <= SLOWEST_ANSWER
    return 0 if holds and calls and not missing else 1


if __name__ == "__main__":
    sys.exit(main())
