"""What one message asks for. Now is Monday, 23 November 2026, 10:00 in Athens."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from assistant.builtin.commands import Context, ListingName, OfferedSlot, understand

ATHENS = ZoneInfo("Europe/Athens")
LOFT = ListingName(1, "Sunny loft in Glyfada", "KT-101", "Lazaraki 12", "Glyfada")
HOUSE = ListingName(2, "Kifisia Garden House", "KT-102", "Tatoiou 5", "Kifisia")
FLAT = ListingName(3, "Voula Seaside Apartment", "KT-103", "Posidonos 40", "Voula")
FRIDAY = OfferedSlot(11, datetime(2026, 11, 27, 17, 30, tzinfo=ATHENS))
SATURDAY = OfferedSlot(12, datetime(2026, 11, 28, 11, 0, tzinfo=ATHENS))
LATER = OfferedSlot(13, datetime(2026, 11, 28, 16, 0, tzinfo=ATHENS))

START = Context(
    datetime(2026, 11, 23, 10, 0, tzinfo=ATHENS),
    "Europe/Athens",
    ("Glyfada", "Kifisia", "Voula"),
    (LOFT, HOUSE, FLAT),
)
SHOWN = replace(START, shown=(1, 2, 3))
ONE_SHOWN = replace(START, shown=(2,))
OFFERED = replace(ONE_SHOWN, last_question="viewing_time", offered=(FRIDAY, SATURDAY, LATER))
CONFIRMING = replace(ONE_SHOWN, last_question="confirm_booking", offered=(SATURDAY,))
BOOKED = replace(ONE_SHOWN, has_appointment=True)


def kinds(text: str, context: Context) -> list[str]:
    return [command.kind for command in understand(text, context)]


def values(text: str, context: Context) -> list[tuple[str, object]]:
    return [(command.kind, command.value) for command in understand(text, context)]


def asked(text: str, context: Context) -> list[tuple[str, object]]:
    return [
        (command.value["attribute"], command.value["listing"])
        for command in understand(text, context)
        if command.kind == "ask_listing"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi", ["greet"]),
        ("Thank you, bye", ["thank", "goodbye"]),
        ("How are you?", ["small_talk"]),
        ("STOP", ["stop"]),
        ("Please stop messaging me", ["stop"]),
        ("Start", ["start"]),
        ("Are you a bot?", ["ask_if_bot"]),
        ("Can I talk to a human?", ["ask_person"]),
        ("agent", ["ask_person"]),
        ("This is ridiculous, nobody called me back", ["complaint"]),
        ("You are an idiot", ["insult"]),
        ("Wrong number", ["wrong_number"]),
        ("Not interested", ["not_interested"]),
        ("What are your opening hours?", ["ask_hours"]),
        ("Where is your office?", ["ask_contact"]),
        ("I'd like to sell my flat, can you value it?", ["want_valuation"]),
        ("How much commission do you charge?", ["ask_knowledge"]),
        ("What documents do I need to rent?", ["ask_knowledge"]),
        ("Is the area safe?", ["ask_sensitive"]),
        ("Do you have anything in Kifisia under 900?", ["find_listings"]),
        ("Hello, what do you have to rent in Kifisia?", ["greet", "find_listings"]),
        ("What do you have for sale?", ["find_listings"]),
        ("Hello, I'm looking for a 2 bedroom flat", ["greet", "find_listings"]),
        ("No problem", []),
        ("", []),
    ],
)
def test_a_message_without_context(text, expected):
    assert kinds(text, START) == expected


@pytest.mark.parametrize("text", ["The bus stop is near", "We start in May", "non-stop noise?"])
def test_stop_and_start_count_only_as_the_whole_message(text):
    assert not {"stop", "start"} & set(kinds(text, START))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the second one", ("choose_slot", 12)),
        ("2", ("choose_slot", 12)),
        ("the last one", ("choose_slot", 13)),
        ("the later one", ("choose_slot", 13)),
        ("the earliest", ("choose_slot", 11)),
        ("11 works", ("choose_slot", 12)),
        ("Saturday at 11", ("choose_slot", 12)),
        ("Friday please", ("choose_slot", 11)),
        ("5:30", ("choose_slot", 11)),
        ("4pm", ("choose_slot", 13)),
        ("any of them", ("choose_slot", 11)),
    ],
)
def test_an_offered_time_is_chosen(text, expected):
    assert values(text, OFFERED) == [expected]


def test_a_day_with_two_offered_times_chooses_neither():
    [command] = understand("Saturday", OFFERED)

    assert (command.kind, command.value["from"], command.value["to"]) == (
        "propose_time",
        "2026-11-28T00:00:00+02:00",
        "2026-11-29T00:00:00+02:00",
    )


def test_another_time_is_a_window():
    [command] = understand("How about next Tuesday afternoon?", OFFERED)

    assert (command.kind, command.value) == (
        "propose_time",
        {
            "from": "2026-12-01T12:00:00+02:00",
            "to": "2026-12-01T18:00:00+02:00",
            "time_from": "12:00",
            "time_to": "18:00",
            "exact": False,
        },
    )


def test_an_exact_time_is_one_instant():
    [command] = understand("Saturday at 12", OFFERED)

    assert (command.kind, command.value["from"], command.value["to"], command.value["exact"]) == (
        "propose_time",
        "2026-11-28T12:00:00+02:00",
        "2026-11-28T12:00:00+02:00",
        True,
    )


def test_an_hour_alone_is_on_the_day_under_offer():
    commands = understand("No, make it 12", CONFIRMING)

    assert [command.kind for command in commands] == ["deny", "propose_time"]
    assert commands[1].value["from"] == "2026-11-28T12:00:00+02:00"


def test_until_refuses_what_is_before():
    [command] = understand("I can't until the 10th", OFFERED)

    assert (command.kind, command.value["from"], command.value["to"]) == (
        "propose_time",
        "2026-12-10T00:00:00+02:00",
        None,
    )


@pytest.mark.parametrize("text", ["None of these", "Any other times?", "I can't make any of them"])
def test_refusing_every_offered_time_carries_no_window(text):
    assert values(text, OFFERED) == [("reject_time", None)]


def test_one_day_is_refused_and_another_chosen():
    commands = understand("I can't make it on Saturday, Friday is ok", OFFERED)

    assert [command.kind for command in commands] == ["reject_time", "choose_slot"]
    assert commands[0].value["from"] == "2026-11-28T00:00:00+02:00"
    assert commands[1].value == 11


@pytest.mark.parametrize(
    "text", ["yes", "Yes please", "sounds good", "that works", "Perfect, thanks!"]
)
def test_yes_has_many_forms(text):
    assert kinds(text, CONFIRMING)[0] == "affirm"


@pytest.mark.parametrize(
    "text", ["ok but is there parking?", "Is that ok?", "that doesn't work", "no"]
)
def test_a_condition_a_question_and_a_no_are_not_a_yes(text):
    assert "affirm" not in kinds(text, CONFIRMING)


def test_a_button_speaks_for_itself():
    tapped = replace(OFFERED, button_payload="slot:12")

    assert values("Sat 11:00", tapped) == [("choose_slot", 12)]


def test_a_button_of_a_time_no_longer_offered_does_nothing():
    assert understand("Sat 9:00", replace(OFFERED, button_payload="slot:99")) == []


def test_a_thumbs_up_takes_the_only_time_on_offer():
    assert values("", replace(CONFIRMING, reaction="👍")) == [("choose_slot", 12)]
    assert values("👍", CONFIRMING) == [("choose_slot", 12)]
    assert kinds("", replace(OFFERED, reaction="👍")) == ["affirm"]


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("How much is KT-102?", START, [("price", 2)]),
        ("Is the Voula seaside apartment still available?", START, [("availability", 3)]),
        ("Is the Kifisia Garden House free?", START, [("availability", 2)]),
        ("How much is the last one?", SHOWN, [("price", 3)]),
        (
            "Does it have a garage? Is it furnished?",
            ONE_SHOWN,
            [("parking", None), ("furnished", None)],
        ),
        ("does it allow pets and is there parking", ONE_SHOWN, [("pets", None), ("parking", None)]),
        ("price?", ONE_SHOWN, [("price", None)]),
        ("how big is it?", ONE_SHOWN, [("area_m2", None)]),
        ("what's the address?", ONE_SHOWN, [("address", None)]),
        ("any photos?", ONE_SHOWN, [("photos", None)]),
        ("is there a lift?", ONE_SHOWN, [("elevator", None)]),
        ("how much is the deposit?", ONE_SHOWN, [("deposit", None)]),
        ("tell me more about the first one", SHOWN, [("description", 1)]),
    ],
)
def test_questions_about_a_listing(text, context, expected):
    assert asked(text, context) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the second one", 2),
        ("2", 2),
        ("the one in Voula please", 3),
        ("I like the loft in Glyfada", 1),
        ("KT-103 please", 3),
        ("Tatoiou 5", 2),
    ],
)
def test_a_listing_is_chosen(text, expected):
    assert ("choose_listing", expected) in values(text, SHOWN)


@pytest.mark.parametrize("text", ["show me more", "anything else?", "do you have other options?"])
def test_more_listings(text):
    assert kinds(text, SHOWN) == ["more_listings"]


def test_several_wishes_in_one_message():
    assert kinds("Is it still free, and can I see it tomorrow?", ONE_SHOWN) == [
        "ask_listing",
        "want_viewing",
        "propose_time",
    ]


def test_a_greeting_is_not_a_time_of_day():
    assert kinds("Good morning, is it still available?", ONE_SHOWN) == ["greet", "ask_listing"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I need to cancel", ["cancel_appointment"]),
        ("Can we move it to Thursday?", ["move_appointment", "propose_time"]),
        ("reschedule please", ["move_appointment"]),
        ("I can't make it tomorrow", ["move_appointment", "reject_time"]),
    ],
)
def test_an_appointment_is_moved_or_cancelled(text, expected):
    assert kinds(text, BOOKED) == expected


def test_a_call_may_come_with_its_time():
    assert kinds("Can you call me tomorrow after 5?", START) == ["want_call", "propose_time"]


@pytest.mark.parametrize("text", ["\x00", "a" * 5000, "1 " * 500, "؟", "🤷", "\n\n", "?" * 300])
def test_odd_text_raises_nothing(text):
    for context in (START, SHOWN, OFFERED, CONFIRMING, BOOKED):
        assert isinstance(understand(text, context), list)
