"""What the assistant hears while people are in charge: facts, the card, and emergencies."""

from datetime import UTC, datetime

import pytest
import time_machine
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from assistant import configuring, tasks
from assistant.rules import sentence_of
from assistant.tests.talk import agency
from assistant.tests.test_tasks import answer, customer_writes, replies
from inbox import handover, sending
from inbox.models import Conversation, HandOver
from inbox.tests.factories import ChannelFactory
from leads.recording import known
from organizations.tenancy import tenant
from scheduling.tests.factories import make_appointment

NOW = "2026-11-23T10:00:00+02:00"


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=True):
        yield


class Town:
    """A conversation that the customer asked a person into."""

    def __init__(self, first="I want to speak with a person") -> None:
        self.channel = ChannelFactory(organization=agency())
        self.organization = self.channel.organization
        self.count = 0
        self.conversation = self.write(first)
        answer(self.channel, self.conversation)

    def write(self, body, **fields):
        self.count += 1
        return customer_writes(self.channel, body, wamid=f"wamid.{self.count}", **fields)

    def hear(self, body, times=1, **fields):
        """The customer writes, and the task that the inbox queued for it runs."""
        conversation = self.write(body, **fields)
        with tenant(self.organization):
            latest = conversation.messages.filter(direction="in").latest("pk").pk
        for _time in range(times):
            tasks.listen(self.organization.pk, conversation.pk, latest)

    def cards(self):
        with tenant(self.organization):
            return list(HandOver.objects.filter(kind="hand_over").order_by("pk"))

    def fresh(self):
        with tenant(self.organization):
            return Conversation.objects.get(pk=self.conversation.pk)

    def member(self, act, *arguments):
        with tenant(self.organization):
            return act(self.fresh(), *arguments)

    def take_over(self):
        self.member(handover.take_over, self.organization.member)

    def reply(self, body="I am here."):
        with tenant(self.organization):
            sending.send_reply(self.fresh(), body, author=self.organization.member)


@pytest.fixture
def town(db):
    return Town()


def test_the_inbox_lets_the_assistant_hear_what_waits_for_a_person(town):
    town.write("I need 2 bedrooms in Kolonaki")
    queued = [SignedPackage.loads(task.payload) for task in OrmQ.objects.order_by("pk")]

    for package in queued:
        if package["func"] == "assistant.tasks.listen":
            tasks.listen(*package["args"])

    assert [entry["text"] for entry in town.cards()[0].added] == ["I need 2 bedrooms in Kolonaki"]


def test_what_is_added_stands_on_the_card_once_and_nothing_is_answered(town):
    before = replies(town.channel)
    town.hear("thanks")
    town.hear("and is Skoufa 28 free?", times=2)
    town.hear("can I talk to a human please")

    (card,) = town.cards()
    assert [(entry["kind"], entry["text"]) for entry in card.added] == [
        ("said", "and is Skoufa 28 free?"), ("person", "can I talk to a human please"),
    ]  # fmt: skip
    assert replies(town.channel) == before


def test_a_wish_to_cancel_names_the_appointment_and_leaves_it(town):
    starts = datetime(2026, 11, 28, 9, tzinfo=UTC)
    booked = make_appointment(
        town.organization.member, starts, starts.replace(minute=45),
        conversation=town.conversation, status="booked",
    )  # fmt: skip

    town.hear("please cancel my viewing")

    (entry,) = town.cards()[0].added
    assert entry["kind"] == "cancel"
    assert "Sat 28 Nov, 11:00" in entry["text"]
    with tenant(town.organization):
        booked.refresh_from_db()
    assert booked.status == "booked"


def test_facts_are_noted_in_silence(town):
    town.hear("I want to buy 2 bedrooms in Kolonaki, up to 400k")

    with tenant(town.organization):
        facts = known(town.conversation.contact.lead)
    assert (facts["bedrooms"], facts["budget_max"], facts["intent"]) == (2, 400000, "buy")


def test_nothing_is_noted_where_somebody_tells_who_they_are(town):
    town.hear("We are refugees and want to rent 2 bedrooms, is that a problem?")

    with tenant(town.organization):
        assert known(town.conversation.contact.lead) == {}
    assert town.cards()[0].reason == "fair_housing"


def test_a_graver_subject_is_raised_and_never_lowered(town):
    seen = []
    for said in ("this is unacceptable", "I will call my lawyer", "your service is terrible"):
        town.hear(said)
        seen.append((town.cards()[0].reason, town.fresh().hand_over_reason))

    assert seen == [("complaint", "complaint"), ("legal", "legal"), ("legal", "legal")]
    assert len(town.cards()) == 1
    with tenant(town.organization):
        events = town.conversation.messages.filter(payload__event="raised")
        assert [event.payload["reason"] for event in events.order_by("pk")] == [
            "complaint",
            "legal",
        ]


def test_an_emergency_is_told_at_once_and_once_though_people_are_in_charge(town):
    before = replies(town.channel)
    town.hear("there is a gas leak", times=2)
    town.hear("help, it smells of gas!!")

    assert replies(town.channel)[len(before) :] == [sentence_of("emergency", {})]
    (card,) = town.cards()
    assert (card.reason, card.words, card.is_urgent) == ("emergency", "gas leak", True)
    assert town.fresh().hand_over_reason == "emergency"
    assert town.fresh().waiting_since is not None


def test_an_emergency_is_told_also_while_a_member_is_writing(town):
    town.take_over()
    town.reply()
    town.hear("there is water coming through the ceiling")

    assert replies(town.channel)[-1] == sentence_of("emergency", {})
    assert [(card.reason, card.resolved_at is None) for card in town.cards()] == [
        ("asked", False), ("emergency", True),
    ]  # fmt: skip
    assert town.fresh().assignee_id == town.organization.member.pk


def test_a_complaint_to_a_member_who_serves_opens_no_card(town):
    town.take_over()
    town.reply()
    town.hear("this is unacceptable")

    assert [card.resolved_at is None for card in town.cards()] == [False]
    assert town.fresh().hand_over_reason == "taken_over"


def test_a_complaint_to_a_member_who_has_not_answered_yet_is_on_the_card_and_stays_theirs(town):
    town.take_over()
    town.hear("this is unacceptable")

    assert town.cards()[0].reason == "complaint"
    assert town.fresh().hand_over_reason == "taken_over"


def test_who_said_stop_is_not_written_to_but_people_hear_of_an_emergency(town):
    town.write("STOP")
    before = replies(town.channel)
    town.hear("there is a gas leak")

    assert replies(town.channel) == before
    assert town.fresh().hand_over_reason == "emergency"


def test_the_paused_assistant_tells_people_only(town):
    town.organization.assistant_paused = True
    town.organization.save()
    before = replies(town.channel)
    town.hear("there is a gas leak")

    assert replies(town.channel) == before
    assert town.cards()[0].reason == "emergency"


@pytest.mark.parametrize("mode", ["off", "suggest"])
def test_where_people_answer_they_alone_are_told(town, mode):
    with tenant(town.organization):
        configuring.set_mode(town.organization, mode, by=town.organization.owner)
    before = replies(town.channel)
    town.hear("there is a gas leak")

    assert replies(town.channel) == before
    assert town.cards()[0].reason == "emergency"


def test_what_is_lighter_than_an_emergency_does_not_replace_it(town):
    town.hear("there is a gas leak")
    with tenant(town.organization):
        handover.hand_over(town.fresh(), "unsent")

    assert town.fresh().hand_over_reason == "emergency"
