"""`bin/demo --script`: one customer, from the first message to a booked viewing and a take-over.

    python -m katikn.demo.script SITE_URL TWIN_URL LOGINS_FILE

Plays the customer through the twin's control API and the member through the pages, both over
HTTP, and looks at the rows only to judge. Prints what it saw; exit 0 if all of it is right. It
checks facts, times and figures, never wording.
"""

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "katikn.settings")

REPLY_WITHIN = 45.0
# Longer than the quiet period and a turn: after it, a reply would have come.
SILENCE = 9.0
CUSTOMER = {"name": "Eleni Christou", "phone": "35799654321"}


def say(text: str = "") -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class GaveUp(RuntimeError):
    """The conversation cannot go on; the message says where it stopped."""


class Phone:
    """The customer's telephone, over the twin's control API."""

    def __init__(self, twin_url: str) -> None:
        self.url = f"{twin_url}/twin"
        self.http = requests.Session()
        self.http.trust_env = False
        self.id = self._post("customers", CUSTOMER)["id"]

    def send(self, text: str) -> None:
        self._post("messages", {"customer": self.id, "action": "text", "text": text})

    def messages(self) -> list[dict[str, Any]]:
        answer = self.http.get(f"{self.url}/conversation", params={"customer": self.id}, timeout=10)
        answer.raise_for_status()
        return answer.json()["messages"]

    def replies(self) -> list[dict[str, Any]]:
        return [message for message in self.messages() if message["direction"] == "out"]

    def ask(self, *texts: str) -> str:
        """Send one burst and return the text of the reply. Raises `GaveUp` if none comes."""
        before = len(self.replies())
        for text in texts:
            self.send(text)
        wait_for(lambda: len(self.replies()) > before, f"a reply to {texts[-1]!r}")
        return self.replies()[-1]["text"]

    def _post(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.http.post(f"{self.url}/{name}", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json()


class Desk:
    """A member at the inbox, signed in with the demonstration's password."""

    def __init__(self, site_url: str, email: str, password: str) -> None:
        self.url = site_url
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.get(f"{site_url}/accounts/login/", timeout=10).raise_for_status()
        answer = self.post("/accounts/login/", login=email, password=password)
        if "/accounts/login" in answer.url:
            raise GaveUp(f"{email} cannot sign in.")

    def get(self, path: str) -> str:
        answer = self.http.get(self.url + path, timeout=20)
        answer.raise_for_status()
        return answer.text

    def post(self, path: str, **fields: str) -> requests.Response:
        token = next(c.value for c in self.http.cookies if "csrf" in c.name)
        answer = self.http.post(
            self.url + path,
            data={"csrfmiddlewaretoken": token, **fields},
            headers={"Referer": self.url + path},
            timeout=20,
        )
        answer.raise_for_status()
        return answer


@dataclass
class Checks:
    """What was looked at, and how it came out."""

    passed: int = 0
    failed: int = 0

    def __call__(self, what: str, holds: bool, seen: object = "") -> None:
        self.passed += bool(holds)
        self.failed += not holds
        mark = "ok   " if holds else "WRONG"
        say(f"  {mark} {what}" + (f" (seen: {seen})" if seen != "" and not holds else ""))


def main(site_url: str, twin_url: str, logins: Path) -> int:
    import django

    django.setup()
    check, phone = Checks(), Phone(twin_url)
    # The first line is the owner of the first agency.
    login = json.loads(logins.read_text().splitlines()[0])
    try:
        Scene(site_url, phone, login, check).play()
    except (GaveUp, requests.RequestException) as error:
        say("\nTranscript")
        print_transcript(phone)
        check(f"the conversation goes on: {error}", False)
    say(f"\n{check.passed} passed, {check.failed} failed")
    return 1 if check.failed else 0


class Scene:
    """The conversation, told from the first message to the take-over."""

    def __init__(self, site_url: str, phone: Phone, login: dict[str, str], check: Checks) -> None:
        from organizations.models import Organization

        self.site_url = site_url
        self.phone = phone
        self.login = login
        self.check = check
        self.organization = Organization.objects.get(slug=login["organization"])
        self.bursts = 0

    def play(self) -> None:
        self._greet()
        self._ask_for_the_price()
        self._tell_the_wish()
        self._book()
        say("\nTranscript")
        print_transcript(self.phone)
        self._look_at_the_lead()
        self._look_at_the_appointment()
        self._look_at_the_replies()
        self._take_over()

    def _ask(self, *texts: str) -> str:
        self.bursts += 1
        return self.phone.ask(*texts)

    def _greet(self) -> None:
        say("Eleni writes for the first time …")
        self.greeting = self._ask("Hello!", "I found you on the web.")

    def _ask_for_the_price(self) -> None:
        self.listing = self._within(self._choose_listing)
        say(f"She asks about {self.listing.title} …")
        self.price_reply = self._ask(f"Is {self.listing.title} still available? How much is it?")

    def _tell_the_wish(self) -> None:
        say("She says what she looks for …")
        self._ask(
            f"My budget is up to {int(self.listing.price) + 50_000} euros",
            f"I want to buy with {self.listing.bedrooms} bedrooms in {self.listing.area}",
        )

    def _book(self) -> None:
        from scheduling.models import Offer

        say("She asks to see it, not on the first day, and takes the second time …")
        self._ask(f"Can I see {self.listing.title}?")
        first = self._within(lambda: self._open_offers(Offer))
        self.check("times were offered", len(first) > 0)
        if not first:
            raise GaveUp("no times to choose from")
        unwanted = self._local(first[0].starts_at).strftime("%A")
        self.refusal = f"Not {unwanted} please"
        self._ask(self.refusal)
        self.offers = self._within(lambda: self._open_offers(Offer))
        self.check("at least two other times were offered", len(self.offers) > 1, len(self.offers))
        days = {self._local(offer.starts_at).strftime("%A") for offer in self.offers}
        self.check(f"none of them is on a {unwanted}", unwanted not in days, days)
        if len(self.offers) < 2:
            raise GaveUp("no second time to choose")
        self._ask("The second one")
        wait_for(lambda: self._within(self._appointments), "a booked appointment")

    def _look_at_the_lead(self) -> None:
        say("\nLead")
        lead, facts = self._within(self._lead_and_facts)
        say(f"  {lead.contact.display_name}, {lead.get_stage_display()}, score {lead.score}/100")
        for reason in lead.score_reasons:
            say(f"    {reason['points']:+d} {reason.get('reason')} {reason.get('detail', '')}")
        for fact in facts.values():
            quote = f"“{fact.quote}”" if fact.evidence else "no evidence"
            say(f"  {fact.get_field_display()}: {fact.value}  {quote}")
        wanted = {
            "intent": "buy",
            "bedrooms": self.listing.bedrooms,
            "budget_max": int(self.listing.price) + 50_000,
        }
        for name, value in wanted.items():
            seen = facts[name].value if name in facts else None
            self.check(f"{name} is {value}", seen == value, seen)
        places = facts["locations"].value if "locations" in facts else []
        self.check(f"locations name {self.listing.area}", self.listing.area in places, places)
        proved = all(
            fact.evidence and fact.evidence.direction == "in" and fact.quote in fact.evidence.body
            for name, fact in facts.items()
            if name in (*wanted, "locations")
        )
        self.check("each of them quotes the message that proves it", proved)
        self.check("the score has reasons", lead.score > 0 and bool(lead.score_reasons))
        self.check("the stage says a viewing is booked", lead.stage == "viewing_booked", lead.stage)

    def _look_at_the_appointment(self) -> None:
        say("\nAppointment")
        appointments = self._within(self._appointments)
        for appointment in appointments:
            at = self._local(appointment.starts_at)
            say(f"  {appointment.get_kind_display()} {at:%A %d %B %Y %H:%M}")
            say(f"  of {appointment.listing} with {appointment.member}")
        self.check("one appointment is booked", len(appointments) == 1, len(appointments))
        appointment, chosen = appointments[0], self.offers[1]
        self.check(
            "it is the second time that was offered",
            (appointment.starts_at, appointment.member_id) == (chosen.starts_at, chosen.member_id),
            appointment.starts_at,
        )
        self.check("it is for the right listing", appointment.listing_id == self.listing.pk)

    def _look_at_the_replies(self) -> None:
        say("\nReplies")
        replies = self.phone.replies()
        self.check(f"each of {self.bursts} bursts got one reply", len(replies) == self.bursts)
        disclosed = re.search(r"(?i)\b(automated|automatic|virtual|ai)\b", self.greeting)
        self.check("the first reply says that a machine writes", bool(disclosed), self.greeting)
        figures = re.sub(r"(?<=\d)[.,\s\u00a0\u202f](?=\d)", "", self.price_reply)
        price = str(int(self.listing.price))
        self.check(f"the price told is the stored one, {price}", price in figures, self.price_reply)
        ticks = {reply["status"] for reply in replies}
        self.check("every reply was delivered", ticks <= {"delivered", "read"}, ticks)

    def _take_over(self) -> None:
        from django.urls import reverse

        say("\nInbox")
        slug, code = self.organization.slug, self._within(self._conversation).code
        desk = Desk(self.site_url, self.login["email"], self.login["password"])
        inbox = desk.get(f"{reverse('inbox:index', args=[slug])}?view=assistant")
        self.check("the inbox shows her among the assistant's talks", CUSTOMER["name"] in inbox)
        page = desk.get(reverse("inbox:conversation", args=[slug, code]))
        self.check("the thread shows what she wrote", self.refusal in page)
        desk.post(reverse("inbox:take_over", args=[slug, code]))
        in_charge = self._within(self._conversation).in_charge
        self.check("a member takes over", in_charge == "person", in_charge)
        before = len(self.phone.replies())
        self.phone.send("Is there parking too?")
        time.sleep(SILENCE)
        self.check("the assistant stays silent from then on", len(self.phone.replies()) == before)
        desk.post(reverse("inbox:send", args=[slug, code]), body="Yes, a covered place. Katerina")
        wait_for(lambda: len(self.phone.replies()) > before, "the member's reply")
        last = self.phone.replies()[-1]["text"]
        self.check("the member's reply arrives", last == "Yes, a covered place. Katerina", last)

    def _choose_listing(self) -> Any:
        """Any home for sale whose title is its own."""
        homes = self.organization.listings.on_offer().filter(
            deal="sale", bedrooms__gte=2, price__isnull=False
        )
        return homes.exclude(area="").order_by("reference")[0]

    def _conversation(self) -> Any:
        return self.organization.conversations.get(contact__identities__value=CUSTOMER["phone"])

    def _open_offers(self, model: Any) -> list[Any]:
        offers = model.objects.filter(conversation=self._conversation(), state="open")
        return list(offers.order_by("position", "pk"))

    def _appointments(self) -> list[Any]:
        booked = self._conversation().appointments.filter(status="booked")
        return list(booked.select_related("listing", "member__user"))

    def _lead_and_facts(self) -> tuple[Any, dict[str, Any]]:
        lead = self._conversation().contact.lead
        facts = lead.facts.current().select_related("evidence").order_by("field")
        return lead, {fact.field: fact for fact in facts}

    def _within(self, read: Callable[[], Any]) -> Any:
        from organizations.tenancy import tenant

        with tenant(self.organization):
            return read()

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.organization.zone)


def print_transcript(phone: Phone) -> None:
    for message in phone.messages():
        who = CUSTOMER["name"].split()[0] if message["direction"] == "in" else "KΛTIKN"
        lines = message["text"].splitlines() or [""]
        say(f"  {who:>7}  {lines[0]}")
        for line in (*lines[1:], *titles(message)):
            say(f"  {'':>7}  {line}")


def titles(message: dict[str, Any]) -> Iterable[str]:
    buttons = message["body"].get("action", {}).get("buttons", [])
    return [f"[{button['reply']['title']}]" for button in buttons]


def wait_for(holds: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + REPLY_WITHIN
    while not holds():
        if time.monotonic() > deadline:
            raise GaveUp(f"{what} did not come within {REPLY_WITHIN:.0f} s")
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
