# ruff: noqa: E501  (sentences read better unbroken)
"""What the built-in reader takes from a conversation. Now is Monday, 23 November 2026, 10:00."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from leads.extraction import (
    Setting,
    Turn,
    extract_facts,
    extract_from_message,
    extract_lead,
    extract_lines,
    forget_messages,
    read_line,
)
from leads.language import calendar_words
from leads.language.dates import find_times

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Europe/Athens"))
AREAS = ("Glyfada", "Kifisia", "Voula", "Nea Smyrni", "Piraeus", "Marousi", "Chalandri")
HOMES = ("Sunny loft in Glyfada", "Kifisia Garden House", "Voula Seaside Apartment")
SETTING = Setting(NOW, "Europe/Athens", AREAS, HOMES, "EUR")
SAMPLE = Path(__file__).parent / "data" / "homes_dialogues.jsonl"


def lead_of(*messages: str) -> dict:
    """The lead of a conversation; what begins with "A: " is said by the assistant."""
    turns = [
        Turn("assistant", text[3:]) if text.startswith("A: ") else Turn("customer", text)
        for text in messages
    ]
    return extract_lead(turns, SETTING)


def test_one_message_fills_many_fields():
    message = (
        "Hi, I'm Maria. I'm looking to rent a 2 bedroom flat in Glifada, up to €1,200 a month, "
        "no pets, furnished if possible"
    )

    assert lead_of(message) == {
        "name": "Maria",
        "intent": "rent",
        "property_type": "apartment",
        "locations": ["Glyfada"],
        "bedrooms": 2,
        "budget_max": 1200,
        "currency": "EUR",
        "budget_period": "month",
        "furnished": True,
        "pets": False,
    }


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            "budget 350-400k to buy",
            {
                "intent": "buy",
                "budget_min": 350_000,
                "budget_max": 400_000,
                "budget_period": "total",
            },
        ),
        ("My budget is 300.000€", {"budget_max": 300_000, "currency": "EUR"}),
        (
            "Looking for something around €850 per month",
            {"budget_max": 850, "currency": "EUR", "budget_period": "month"},
        ),
        ("between 200 and 250k", {"budget_min": 200_000, "budget_max": 250_000}),
        ("from 400 to 500 euros", {"budget_min": 400, "budget_max": 500, "currency": "EUR"}),
        ("1.2 million max", {"budget_max": 1_200_000}),
        ("max 2000 pm", {"budget_max": 2000, "budget_period": "month"}),
        ("I can spend £1.5k", {"budget_max": 1500, "currency": "GBP"}),
    ],
)
def test_money_is_read_with_its_marks_limits_and_period(message, expected):
    assert lead_of(message) == expected


@pytest.mark.parametrize(
    "message",
    [
        "Does it have a garage? Are pets allowed?",
        "Is the price of 1,850 negotiable?",
        "Tell me if it is furnished",
        "Is there parking",
        "I can offer 280,000 for it, would the owner accept?",
        "I earn 3000 a month and pay 900 rent now",
        "Thanks, that's all for today",
        "Good morning! How are you today?",
        "How far is it from Piraeus?",
        "I live in Piraeus",
        "I don't mind if it's furnished or not",
        "Is the flat available from March?",
        "Please put it in my calendar for tomorrow at 5",
    ],
)
def test_questions_background_and_small_talk_state_no_wish(message):
    assert lead_of(message) == {}


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (
            ("My budget is 1.500 euros", "Sorry, make it 1.700"),
            {"budget_max": 1700, "currency": "EUR"},
        ),
        (("3 bedrooms please", "Actually 2 bedrooms"), {"bedrooms": 2}),
        (("I need a garage and laundry", "No laundry needed"), {"parking": True, "laundry": False}),
        (("In Glyfada", "What about Voula?"), {"locations": ["Voula"]}),
        (("In Glyfada", "and Kifisia too"), {"locations": ["Glyfada", "Kifisia"]}),
        (("Glyfada or Voula", "not Glyfada"), {"locations": ["Voula"]}),
        (("We have a dog", "unfurnished please"), {"pets": True, "furnished": False}),
    ],
)
def test_the_last_statement_wins(messages, expected):
    assert lead_of(*messages) == expected


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("How many bedrooms do you need?", "3", {"bedrooms": 3}),
        ("What is your budget?", "1200", {"budget_max": 1200}),
        ("Do you have any pets?", "no", {"pets": False}),
        ("Which area do you have in mind?", "kifissia", {"locations": ["Kifisia"]}),
        ("May I have your name?", "nikos papas", {"name": "Nikos Papas"}),
        ("When would you like to move in?", "within 3 months", {"timeline_days": 90}),
        (
            "When would you like to visit?",
            "Saturday at 11",
            {"viewing": {"date": "2026-11-28", "time": "11:00"}},
        ),
    ],
)
def test_a_bare_answer_belongs_to_the_question(question, answer, expected):
    assert lead_of(f"A: {question}", answer) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (
            "We want to sell our villa, it's at 12 Ermou Street",
            {"intent": "sell", "property_type": "villa", "address": "12 Ermou Street"},
        ),
        (
            "I'd like to let my flat in Voula",
            {"intent": "let", "property_type": "apartment", "locations": ["Voula"]},
        ),
        ("I'd pay cash, no mortgage", {"financing": "cash"}),
        ("My mortgage is pre-approved", {"financing": "mortgage_approved"}),
        ("at least 80 m2 with a balcony", {"area_m2_min": 80, "must_haves": ["balcony"]}),
        (
            "2 bed 1 bath near the metro",
            {"bedrooms": 2, "bathrooms": 1, "must_haves": ["near metro"]},
        ),
        ("one bed and bath", {"bedrooms": 1, "bathrooms": 1}),
        (
            "Call me on 6944123456 or nikos@example.com",
            {"email": "nikos@example.com", "phone": "+306944123456"},
        ),
        ("I need to move asap", {"timeline_days": 0}),
        ("I live in Piraeus but want to move to Chalandri", {"locations": ["Chalandri"]}),
        ("Can you answer in Greek please?", {"language": "el"}),
    ],
)
def test_other_fields_are_read(message, expected):
    assert lead_of(message) == expected


def test_a_viewing_names_day_hour_and_the_listing_chosen_by_its_place():
    shown = "A: We have Sunny loft in Glyfada and Kifisia Garden House. Would you like to see one?"

    lead = lead_of(shown, "I'd like to see the second one on Saturday at 11", "Make it 12")

    assert lead["viewing"] == {
        "date": "2026-11-28",
        "time": "12:00",
        "listing": "Kifisia Garden House",
    }


def test_a_refused_day_is_not_the_day_asked_for():
    lead = lead_of("Can I visit on Friday?", "Sorry, not Friday, can't until the 10th")

    assert lead["viewing"] == {"date": "2026-12-10"}


def test_an_accepted_time_is_not_a_stated_one():
    assert lead_of("A: Would Saturday at 11 suit you for the visit?", "Yes") == {}


def test_a_fact_names_the_turn_and_the_words_that_prove_it():
    turns = [Turn("assistant", "Hello!"), Turn("customer", "Hi. I need 3 bedrooms in Voula.")]

    facts = {fact.field: fact for fact in extract_facts(turns, SETTING)}

    assert (facts["bedrooms"].turn, facts["bedrooms"].quote) == (1, "I need 3 bedrooms in Voula.")


def test_one_message_is_read_in_its_context():
    facts = extract_from_message("3", SETTING, asked="bedrooms")

    assert [(fact.field, fact.value, fact.quote) for fact in facts] == [("bedrooms", 3, "3")]


@pytest.mark.parametrize(
    ("text", "first", "last", "time_from", "time_to"),
    [
        ("Saturday at 11", "2026-11-28", "2026-11-28", "11:00", "11:00"),
        ("next Tuesday afternoon", "2026-12-01", "2026-12-01", "12:00", "18:00"),
        ("this weekend", "2026-11-28", "2026-11-29", None, None),
        ("tomorrow 5", "2026-11-24", "2026-11-24", "17:00", "17:00"),
        ("tomorrow after 5", "2026-11-24", "2026-11-24", "17:00", None),
        ("between 3 and 5pm on Thursday", "2026-11-26", "2026-11-26", "15:00", "17:00"),
        ("at 11 on Sunday the 29th", "2026-11-29", "2026-11-29", "11:00", "11:00"),
        ("from the 10th to the 15th", "2026-12-10", "2026-12-15", None, None),
        ("5/12 at 17.30", "2026-12-05", "2026-12-05", "17:30", "17:30"),
        ("half past 4 tomorrow", "2026-11-24", "2026-11-24", "16:30", "16:30"),
        ("no later than 5", None, None, None, "17:00"),
        ("Can I come by tomorrow", "2026-11-24", "2026-11-24", None, None),
        ("in two weeks", "2026-12-07", "2026-12-07", None, None),
        ("wensday morning", "2026-11-25", "2026-11-25", "08:00", "12:00"),
    ],
)
def test_days_and_hours(text, first, last, time_from, time_to):
    [when] = find_times(text, NOW, "Europe/Athens")

    found = (when.first, when.last, when.time_from, when.time_to)
    assert tuple(part and part.isoformat()[:10].removesuffix(":00") for part in found) == (
        first,
        last,
        time_from,
        time_to,
    )


@pytest.mark.parametrize(
    "text",
    ["up to 1,200", "2-3 bedrooms", "120 m2", "The second one", "5 Ermou Street", "call 210"],
)
def test_numbers_that_are_no_times_are_left_alone(text):
    assert find_times(text, NOW, "Europe/Athens") == []


def test_a_month_comes_before_the_day_only_where_people_write_so():
    [greek] = find_times("5/12", NOW, "Europe/Athens")
    [american] = find_times("5/12", NOW, "America/New_York")

    assert (greek.first.isoformat(), american.first.isoformat()) == ("2026-12-05", "2027-05-12")


def test_days_are_found_without_duckling_too(monkeypatch):
    monkeypatch.setattr(calendar_words, "load_duckling", lambda: None)

    assert find_times("Christmas Eve", NOW, "Europe/Athens") == []
    assert find_times("Saturday", NOW, "Europe/Athens")[0].first.isoformat() == "2026-11-28"


def test_lines_are_answered_with_id_lead_and_seconds():
    row = {
        "id": "a",
        "now": NOW.isoformat(),
        "timezone": "Europe/Athens",
        "turns": [{"role": "customer", "text": "3 bedrooms please"}],
    }

    [found] = extract_lines([json.dumps(row), "\n"])

    assert (found["id"], found["lead"], found["seconds"] >= 0) == ("a", {"bedrooms": 3}, True)


@pytest.mark.parametrize("line", ["{", "{}", '{"id": 1, "turns": 5}', "[]"])
def test_a_bad_line_is_named(line):
    with pytest.raises(ValueError, match="Line 1 is not a conversation"):
        list(extract_lines([line]))


@pytest.mark.parametrize(
    "text", ["", " ", "?", "\x00", "👍", "a" * 5000, "1" * 400, "مرحبا", "…" * 50]
)
def test_odd_text_states_nothing(text):
    assert lead_of(text) == {}


def test_public_dialogues_are_understood():
    rows = [json.loads(line) for line in SAMPLE.read_text().splitlines()]

    leads = [extract_lead(*read_line(row)) for row in rows]

    expected = [row["expect"]["lead"] for row in rows]
    fields = ("bedrooms", "bathrooms", "locations", "viewing")
    assert [[lead.get(f) for f in fields] for lead in leads] == [
        [lead.get(f) for f in fields] for lead in expected
    ]


def test_tomorrow_is_the_day_after_it_was_said():
    asked = Turn("customer", "Can I see Kifisia Garden House tomorrow at 5?", at=NOW)
    later = Turn("customer", "And is there parking?", at=NOW + timedelta(days=3))
    setting = Setting(NOW + timedelta(days=3), "Europe/Athens", AREAS, HOMES, "EUR")

    assert extract_lead([asked, later], setting)["viewing"] == {
        "date": "2026-11-24",
        "time": "17:00",
        "listing": "Kifisia Garden House",
    }


def test_a_message_read_before_is_read_the_same_whatever_became_of_the_first_answer():
    said = [Turn("customer", "In Voula or Glyfada, with a pool, and a visit on Friday please")]
    first = extract_lead(said, SETTING)
    expected = json.loads(json.dumps(first))
    for value in first.values():
        value.clear() if isinstance(value, list | dict) else None

    assert extract_lead(said, SETTING) == expected
    forget_messages()
    assert extract_lead(said, SETTING) == expected


@pytest.mark.parametrize(
    ("question", "field"),
    [("How many bedrooms?", "bedrooms"), ("How many bathrooms?", "bathrooms")],
)
def test_the_same_answer_to_another_question_is_another_fact(question, field):
    assert lead_of("Hello", f"A: {question}", "3") == {field: 3}


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("A flat with two baths that is close to the sea and is furnished", {"property_type": "apartment", "bathrooms": 2, "must_haves": ["near the sea"], "furnished": True}),
        ("I'd like a villa where we can keep dogs", {"property_type": "villa", "pets": True}),
        ("Is it furnished? I do not want to buy new furniture", {}),
        ("I don't have much furniture yet", {}),
        ("We don't need any furniture", {"furnished": False}),
        ("This furnished flat?.", {}),
        ("Does it, I mean would the house come furnished", {}),
        ("My spaniel lives with me, we have a spaniel", {"pets": True}),
        ("Looking for 3bhk, 90k, no agency fees", {"bedrooms": 3, "budget_max": 90000}),
        ("1400 per month, utilities included", {"budget_max": 1400, "budget_period": "month"}),
        ("The agency fees are 1400 euros", {}),
        ("We pay with a bank loan, up to 180 thousand euros", {"financing": "mortgage", "budget_max": 180000, "currency": "EUR"}),
        ("Any cheap houses for sale?", {"intent": "buy", "property_type": "house"}),
        ("How about other apartments with parking", {"property_type": "apartment", "parking": True}),
        ("3 bed 1.5 bath", {"bedrooms": 3, "bathrooms": 1}),
        ("A gym would be lovely but it's not essential. A lift is a must", {"must_haves": ["elevator"]}),
        ("Our budget was 900, now it's 1000", {"budget_max": 1000}),
        ("I'd rather rent than buy", {"intent": "rent"}),
        ("Buying, not renting", {"intent": "buy"}),
        ("It needn't have a garage or laundry", {"parking": False, "laundry": False}),
        ("Could you find a maisonette with laundry but no garage?", {"property_type": "maisonette", "laundry": True, "parking": False}),
        ("Which flats with a pool are there?", {"must_haves": ["pool"]}),
        ("I'd want it furnished, but unfurnished is also fine", {"furnished": True}),
        ("Furnished or unfurnished, both", {}),
        ("With or without parking", {}),
        ("A non-furnished one, we've already got furniture", {"furnished": False}),
        ("furnised please", {"furnished": True}),
        ("We have no pets", {"pets": False}),
        ("900-1000pcm", {"budget_min": 900, "budget_max": 1000, "budget_period": "month"}),
        ("rent no higher than 700e", {"intent": "rent", "budget_max": 700, "currency": "EUR", "budget_period": "month"}),
        ("€450 per month excl bills", {"budget_max": 450, "currency": "EUR", "budget_period": "month"}),
        ("Write to flat.hunter@example.com", {"email": "flat.hunter@example.com"}),
        ("I want to list my apartment for rent", {"intent": "let", "property_type": "apartment"}),
        ("How much could we get for our house?", {"intent": "sell", "property_type": "house"}),
        ("We'd like to buy to let", {"intent": "buy"}),
        ("Could I pop by Voula Seaside Apartment on Friday?", {"viewing": {"date": "2026-11-27", "listing": "Voula Seaside Apartment"}}),
        ("Next month", {}),
        ("Kind regards, Peter Hall", {"name": "Peter Hall"}),
        ("450,000 is my limit", {"budget_max": 450000}),
        ("Is my dog allowed", {}),
        ("Not Glyfada or Voula", {}),
        ("I grew up in Voula but want Marousi", {"locations": ["Marousi"]}),
        ("Not too far from Marousi", {"locations": ["Marousi"]}),
        ("2/3 bed", {"bedrooms": 2}),
        ("between 70 and 90 sqm", {"area_m2_min": 70}),
        ("Any bungalows?", {"property_type": "house"}),
        ("Walking distance to the beach", {"must_haves": ["near the sea"]}),
        ("1.4k/month", {"budget_max": 1400, "budget_period": "month"}),
        ("Below three hundred thousand", {"budget_max": 300000}),
        ("Two grand a month", {"budget_max": 2000, "budget_period": "month"}),
        ("Needed asap, we want it asap", {"timeline_days": 0}),
        ("hello, katerina here", {"name": "Katerina"}),
        ("I'm new here", {}),
        ("my names Ali", {"name": "Ali"}),
        ("close to my office, with a study room", {"must_haves": ["home office"]}),
        ("a 2/1 flat", {"bedrooms": 2, "bathrooms": 1, "property_type": "apartment"}),
        ("3b2b", {"bedrooms": 3, "bathrooms": 2}),
        ("I'm allergic to cats, so no animals please", {"pets": False}),
        ("We're first time buyers", {"intent": "buy"}),
        ("unfurn pls", {"furnished": False}),
        ("Is Friday at 11 possible for Kifisia Garden House?", {"viewing": {"date": "2026-11-27", "time": "11:00", "listing": "Kifisia Garden House"}}),
        ("Is there a garage too?", {}),
        ("Are there any with a garage?", {"parking": True}),
        ("Is there a house with a garage?", {"property_type": "house", "parking": True}),
        ("Voula is too noisy, how about Marousi?", {"locations": ["Marousi"]}),
        ("Are the streets of Voula safe?", {}),
        ("My wife works in Piraeus, so Marousi", {"locations": ["Marousi"]}),
        ("We can't go over 400,000", {"budget_max": 400000}),
        ("We want to put it up for sale", {"intent": "sell"}),
        ("A quiet person with a job", {}),
        ("To rent, 900 euros, on May 31", {"intent": "rent", "budget_max": 900, "currency": "EUR", "budget_period": "month"}),
        ("2 bedrooms, we need it furnished by february", {"bedrooms": 2, "furnished": True, "timeline_days": 70}),
        ("To rent, 90k yearly", {"intent": "rent", "budget_max": 90000}),
        ("Friday after 4 for Kifisia Garden House?", {"viewing": {"date": "2026-11-27", "listing": "Kifisia Garden House"}}),
        ("Can we move it to Thursday at 2", {"viewing": {"date": "2026-11-26", "time": "14:00"}}),
        ("My number is 694 412 3456", {"phone": "+306944123456"}),
        ("What else is there under 450k?", {"budget_max": 450000}),
        ("Without a garage is fine", {}),
        ("Cash, no bank. 180000 max", {"financing": "cash", "budget_max": 180000}),
        ("Could we come tomorrow instead of Wednesday?", {"viewing": {"date": "2026-11-24"}}),
        ("Marousi is far for me, Voula would be better", {"locations": ["Voula"]}),
        ("I want a new tenant by 1 February", {"intent": "let", "timeline_days": 70}),
        ("What's the traffic like in Voula?", {}),
        ("Saturday at noon works for Kifisia Garden House", {"viewing": {"date": "2026-11-28", "time": "12:00", "listing": "Kifisia Garden House"}}),
    ],
)  # fmt: skip
def test_what_is_said_in_passing_is_told_from_what_is_wished(message, expected):
    assert lead_of(message) == expected


def test_a_number_between_commas_takes_an_answer_back():
    talk = (
        "A flat",
        "A: How many bedrooms?",
        "One bedroom. Oh scratch that, 3, my parents live with us",
    )

    assert lead_of(*talk) == {"property_type": "apartment", "bedrooms": 3}


def test_the_end_of_a_month_is_its_last_day():
    talk = ("Hi", "A: When would you like to buy?", "by the end of december")

    assert lead_of(*talk) == {"timeline_days": 38}


@pytest.mark.parametrize(
    ("answer", "wished"),
    [("It should", True), ("I'd prefer that", True), ("that would be nice", True), ("not really", False)],
)  # fmt: skip
def test_a_wish_for_a_feature_may_be_said_without_a_yes(answer, wished):
    assert lead_of("Hi", "A: Should it have laundry?", answer) == {"laundry": wished}


def test_two_numbers_answer_two_questions():
    talk = ("Hi", "A: How many bedrooms and bathrooms?", "three and two please")

    assert lead_of(*talk) == {"bedrooms": 3, "bathrooms": 2}


def test_who_cancels_asks_for_no_visit_any_more():
    talk = (
        "Can I see Kifisia Garden House on Friday?",
        "A: Booked for Friday.",
        "Sorry, I need to cancel",
    )

    assert lead_of(*talk) == {}


def test_a_higher_limit_may_follow_the_first():
    assert lead_of("900 max but could stretch to 950")["budget_max"] == 950


def test_who_asked_to_see_a_home_means_a_visit_by_the_next_day_named():
    talk = ("When could I see it?", "A: Any day this week.", "Friday would work for me")

    assert lead_of(*talk) == {"viewing": {"date": "2026-11-27"}}
