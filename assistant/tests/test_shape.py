"""What an agency decides of its assistant's manner, and what both backends make of it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from assistant import prompts
from assistant import shape as shapes
from assistant.models import Run
from assistant.shape import Question, Shape
from assistant.tests.claude_script import says
from assistant.tests.factories import live_version
from assistant.tests.talk import Talk
from assistant.turn import read_turn
from organizations.tenancy import tenant

ATHENS = ZoneInfo("Europe/Athens")


def at(clock: str, day: int = 23) -> datetime:
    """A moment of the week of Monday 23 November 2026."""
    return datetime.fromisoformat(f"2026-11-{day}T{clock}:00").replace(tzinfo=ATHENS)


def test_a_shape_is_read_as_it_was_written():
    shape = Shape(
        persona_name="Lia",
        situations={"viewing": "Name the meeting point."},
        questions={**shapes.USUAL_QUESTIONS, "buy": (Question("bedrooms", True, "Rooms?"),)},
        hours={0: ("20:00", "08:00")},
        languages=("en", "el"),
    )

    assert shapes.read(shape.as_json()) == shape


@pytest.mark.parametrize(
    "content", [None, [], {"hours": {"x": 1, "9": ["a", "b"]}, "questions": {"buy": [1]}}]
)
def test_what_cannot_be_read_is_left_out(content):
    assert shapes.read(content).hours == {}


@pytest.mark.parametrize(
    ("clock", "day", "answers"),
    [("09:00", 23, True), ("17:59", 23, True), ("18:00", 23, False), ("10:00", 24, False),
     ("22:00", 25, True), ("07:59", 26, True), ("08:00", 26, False), ("19:00", 25, False)],
)  # fmt: skip
def test_hours_may_pass_midnight(clock, day, answers):
    shape = Shape(hours={0: ("09:00", "18:00"), 2: ("20:00", "08:00")})

    assert shape.answers_at(at(clock, day), ATHENS) is answers


def test_the_built_in_assistant_gives_its_name_and_asks_in_the_agencys_order(db):
    talk = Talk()
    asked = (Question("timeline_days", text="When would you move in?"), Question("locations"))
    live_version(
        talk.organization,
        persona_name="Lia",
        questions={**shapes.USUAL_QUESTIONS, "buy": asked},
    )

    first = talk.say("Hello, I want to buy a flat")
    second = talk.say("In three months")

    assert "I'm Lia, the automated assistant of Litharia Estates." in first
    assert first.endswith("When would you move in?")
    assert second.endswith(("Which area would you like?", "Where should it be?"))


def test_the_agencys_words_are_asked_in_their_language_alone(db):
    asked = (
        Question("pets", required=True, text="Will a pet live there?"),
        Question("locations", required=True, text="In which part of town?"),
    )
    english, greek = Talk(), Talk()
    for talk in (english, greek):
        live_version(talk.organization, questions={**shapes.USUAL_QUESTIONS, "buy": asked})

    said_in_english = english.say("Hello, I want to buy a flat")
    said_in_greek = greek.say("Καλημέρα σας, θέλω να αγοράσω ένα διαμέρισμα")

    assert said_in_english.endswith("Will a pet live there?")
    assert "pet" not in said_in_greek
    assert "part of town" not in said_in_greek
    assert greek.turn.state["asked"] == "locations"


def test_words_in_another_language_than_english_are_used_too(db):
    talk = Talk()
    asked = (Question("locations", required=True, text="Σε ποια γειτονιά;"),)
    live_version(
        talk.organization,
        wording_language="el",
        questions={**shapes.USUAL_QUESTIONS, "buy": asked},
    )

    said = talk.say("Καλημέρα σας, θέλω να αγοράσω ένα διαμέρισμα")

    assert said.endswith("Σε ποια γειτονιά;")


def test_an_optional_question_is_asked_once_and_a_required_one_twice(db):
    from assistant.builtin.qualifying import next_question

    asked = (Question("locations", required=True), Question("bedrooms"))
    shape = Shape(questions={**shapes.USUAL_QUESTIONS, "buy": asked})
    known = {"intent": "buy"}

    fields = [
        next_question(known, {"asked_fields": counts}, None, shape)
        for counts in ({}, {"locations": 1}, {"locations": 2}, {"locations": 2, "bedrooms": 1})
    ]

    assert fields == ["locations", "locations", "bedrooms", None]


def test_claude_reads_the_agencys_manner_in_the_cached_part(db):
    talk = Talk()
    version = live_version(
        talk.organization,
        tone="brief",
        situations={"owner": "Offer a call first."},
        questions={**shapes.USUAL_QUESTIONS, "sell": (Question("address", True),)},
        languages=("el", "en"),
    )
    with tenant(talk.organization):
        turn = read_turn(talk.conversation)
        agency = prompts.system(turn)[1]

    assert turn.version == version
    assert agency["cache_control"] == prompts.HOUR
    assert "Tone: brief" in agency["text"]
    assert "- When an owner wants to sell or let: Offer a call first." in agency["text"]
    assert "- Customers who want to sell: address (required)\n" in agency["text"]
    assert "Write only in these languages: el, en." in agency["text"]


def test_claude_tells_its_name_at_first_contact(db, script):
    talk = Talk()
    live_version(talk.organization, persona_name="Lia")
    from assistant.models import AssistantSettings

    with tenant(talk.organization):
        AssistantSettings.objects.create(organization=talk.organization, claude_enabled=True)
    script.then(says("What are you looking for?"))

    assert "I'm Lia, the automated assistant of Litharia Estates." in talk.say("Hello")


def test_a_run_names_the_version_that_answered(db, monkeypatch):
    from assistant import runs
    from assistant.turn import Reply

    talk = Talk()
    version = live_version(talk.organization)
    with tenant(talk.organization):
        turn = read_turn(talk.conversation)
        runs.record(turn, 0.0, Reply(text="Hello"))
        run = Run.objects.get()

        assert run.version == version
