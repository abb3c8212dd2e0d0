# ruff: noqa: E501
"""What customers say in each of the languages. The dialogues were written by hand for this test."""

import json
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from leads.extraction import (
    READ_AT_MOST,
    Setting,
    Turn,
    extract_from_message,
    extract_lead,
    read_line,
)
from leads.language import en
from leads.language.dates import find_times
from leads.language.packs import language_of, packs, readable
from leads.language.places import sound
from leads.language.sieve import Sieved
from leads.language.text import pattern as plain_pattern
from leads.language.text import words_pattern

HARD = Path(__file__).parent / "data" / "hard_dialogues.jsonl"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Europe/Athens"))
WHAT_A_PACK_SAYS = (
    "NUMBERS", "MONEY_SCALES", "BEDROOM", "BATHROOM", "STUDIO", "SQUARE_METRES", "BUDGET", "AT_MOST", "AT_LEAST",
    "PER_MONTH", "FEATURES", "MUST_HAVES", "PROPERTY_TYPES", "INTENTS", "MOVING", "AT_ONCE", "FINANCING", "WEEKDAYS",
    "MONTHS", "TODAY", "TOMORROW", "DAYPARTS", "SPAN_UNITS", "NEGATION_BEFORE", "VISIT", "NOT_A_VISIT", "ASKED", "YES",
    "NO", "SEARCH", "QUESTION_START", "NAME_ONLY_CUES", "CORRECTION", "COMMON_WORDS",
)  # fmt: skip


def hard_rows() -> list[dict]:
    return [json.loads(line) for line in HARD.read_text().splitlines()]


@pytest.mark.parametrize("row", hard_rows(), ids=lambda row: row["id"])
def test_a_hand_written_dialogue_is_understood(row):
    lead = extract_lead(*read_line(row))

    assert lead == row["expect"]["lead"]


def test_each_language_is_spoken_in_seven_dialogues_and_english_in_more():
    spoken = [row["id"].split("-")[0] for row in hard_rows()]

    counts = {code: spoken.count(code) for code in ("el", "es", "de", "fr", "ar")}
    assert min(counts.values()) >= 7
    assert (spoken.count("en") >= 25, spoken.count("gr") >= 4) == (True, True)


@pytest.mark.parametrize("code", ["el", "es", "de", "fr", "ar", "el-Latn"])
def test_a_pack_says_what_a_language_has_to_say(code):
    pack = packs()[code]

    assert [name for name in WHAT_A_PACK_SAYS if name not in vars(pack)] == []
    for name in ("FEATURES", "PROPERTY_TYPES", "INTENTS", "FINANCING"):
        known = set(getattr(en, name))
        assert set(getattr(pack, name)) - known == set()
    assert set(pack.INTENTS) == set(en.INTENTS)
    assert set(pack.FEATURES) == set(en.FEATURES)


@pytest.mark.parametrize(
    ("text", "before", "code"),
    [
        ("Is it still available?", "en", "en"),
        ("ok", "es", "es"),
        ("3", "de", "de"),
        ("👍", "fr", "fr"),
        ("Sí, un perro", "es", "es"),
        ("Ναι", "en", "el"),
        ("ψάχνω σπίτι", "en", "el"),
        ("psaxno spiti gia enoikiasi", "en", "el-Latn"),
        ("kalimera sas", "en", "el-Latn"),
        ("Bonjour, je voudrais visiter", "en", "fr"),
        ("Guten Tag, ist die Wohnung noch frei?", "en", "de"),
        ("Hola, busco piso", "en", "es"),
        ("شكرا", "en", "ar"),
        ("from 400 to 500 euros", "en", "en"),
        ("Skoufa 28", "en", "en"),
        ("Sunny loft in Glyfada", "en", "en"),
        ("Ok tote, to savvato stis 11", "el", "el-Latn"),
        ("Thanks, see you on Saturday", "el", "en"),
    ],
)
def test_a_message_is_read_in_its_language_and_a_short_one_in_that_of_the_talk(text, before, code):
    assert language_of(text, before) == code


@pytest.mark.parametrize(
    ("code", "text", "first", "hour"),
    [
        ("el", "αύριο στις 5 και μισή", "2026-11-24", "17:30"),
        ("el", "την Πέμπτη στις 6 παρά τέταρτο", "2026-11-26", "17:45"),
        ("el-Latn", "paraskevi stis 10 to proi", "2026-11-27", "10:00"),
        ("es", "el viernes a las 6 menos cuarto", "2026-11-27", "17:45"),
        ("es", "pasado mañana a las 10", "2026-11-25", "10:00"),
        ("es", "el martes de la semana que viene", "2026-12-01", None),
        ("de", "übermorgen um halb sechs", "2026-11-25", "17:30"),
        ("de", "am 5. Dezember um 10 Uhr", "2026-12-05", "10:00"),
        ("de", "Dienstag nächster Woche", "2026-12-01", None),
        ("fr", "samedi à 10h15", "2026-11-28", "10:15"),
        ("fr", "mardi de la semaine prochaine", "2026-12-01", None),
        ("ar", "غدا الساعة الخامسة والنصف", "2026-11-24", "17:30"),
        ("ar", "السبت الساعة 10 صباحا", "2026-11-28", "10:00"),
    ],
)
def test_days_and_hours_are_read_in_each_language(code, text, first, hour):
    [when] = find_times(readable(text, code), NOW, "Europe/Athens", words=packs()[code])

    assert when.first.isoformat() == first
    assert (when.clock and when.clock.strftime("%H:%M")) == hour


def test_reading_a_text_keeps_its_length_so_that_quotes_stay_right():
    texts = ("Καλημέρα, Νίκος", "mañana ¿sí?", "Möbel für Größe", "l’été à Paris", "٣ غرف وأربع")

    for text, code in zip(texts, ("el", "es", "de", "fr", "ar"), strict=True):
        assert len(readable(text, code)) == len(text)


def test_greek_names_of_places_are_one_in_both_alphabets():
    assert [sound(name) for name in ("Γλυφάδα", "Χαλάνδρι", "Βούλα")] == [
        sound(name) for name in ("Glyfada", "Chalandri", "Voula")
    ]


def test_a_greek_message_finds_an_area_the_agency_spells_in_latin_letters():
    setting = Setting(NOW, "Europe/Athens", ("Glyfada", "Chalandri"), (), "EUR")

    lead = extract_lead([Turn("customer", "Ψάχνω διαμέρισμα στο Χαλάνδρι")], setting)

    assert lead == {"property_type": "apartment", "locations": ["Chalandri"]}


@pytest.mark.parametrize(
    "text",
    [
        "Έχει γκαράζ;",
        "Καλημέρα σας, τι κάνετε σήμερα;",
        "¿Tiene garaje?",
        "Gracias por todo hoy",
        "Ist die Wohnung möbliert?",
        "Schönen Abend noch!",
        "Est-ce que les animaux sont acceptés ?",
        "Bonne journée",
        "هل يوجد موقف سيارات؟",
        "شكرا جزيلا",
        "exei parking?",
    ],
)
def test_questions_and_small_talk_state_no_wish_in_any_language(text):
    assert extract_lead([Turn("customer", text)], Setting(NOW, "Europe/Athens")) == {}


@pytest.mark.parametrize("code", ["en", "el", "es", "de", "fr", "ar", "el-Latn"])
@pytest.mark.parametrize("text", ["α" * 3000, "1" * 3000, "a b " * 900, "و" * 2000, "😀" * 500])
def test_odd_text_is_no_trouble_in_any_language(code, text):
    words = packs()[code]

    assert find_times(readable(text[:READ_AT_MOST], code), NOW, "Europe/Athens", words=words) == []


def test_a_greek_in_latin_letters_may_answer_with_a_place_nobody_knows():
    setting = Setting(NOW, "Europe/Athens")

    facts = extract_from_message("Pagkrati", setting, asked="locations", language="el-Latn")

    assert facts == []  # too little to take it for a place


@pytest.mark.parametrize("code", ["en", "el", "es", "de", "fr", "ar", "el-Latn"])
def test_each_fragment_of_a_pack_is_a_pattern(code):
    for fragment in fragments_of(packs()[code]):
        re.compile(fragment)


@pytest.mark.parametrize("code", ["en", "el", "es", "de", "fr", "ar", "el-Latn"])
def test_a_pattern_looked_up_by_its_beginnings_finds_what_it_finds_by_itself(code):
    texts = sorted({turn["text"] for row in hard_rows() for turn in row["turns"]})[::6]
    texts = [readable(text, code) for text in texts]
    for fragment in fragments_of(packs()[code]):
        for pattern in (words_pattern(fragment), plain_pattern(fragment)):
            sieved = Sieved(pattern)
            for text in texts:
                if not sieved.may_match(text):
                    assert (pattern.pattern, text, pattern.search(text)) == (
                        pattern.pattern, text, None,
                    )  # fmt: skip


def test_most_of_what_a_message_does_not_say_is_not_looked_for():
    text = "I want to move to a flat with two bedrooms in Glyfada"
    fragments = [*en.MUST_HAVES.values(), *en.PROPERTY_TYPES.values(), *en.FEATURES.values()]

    looked_for = [f for f in fragments if Sieved(words_pattern(f)).may_match(text)]

    assert en.PROPERTY_TYPES["apartment"] in looked_for
    assert len(looked_for) * 10 <= len(fragments)


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        (r"\d{2} ?m²", "ein Zimmer mit ٤٢ m²"), (r"straße", "DIE STRASSE"[:4] + "Straße"), (r"αγίας", "ΑΓΊΑΣ"),
        (r"istanbul", "İstanbul"), (r"a\s+b", "a\u2003b"), (r"(?:x|y)?z", "yz"), (r"[^a]b", "cb"), (r"(?:ab)+c", "ababc"),
        (r"k", "\u212a"), (r"(?=b)b", "ab"), (r"^", ""),
    ],
)  # fmt: skip
def test_letters_that_stand_for_each_other_count_as_the_same_beginning(fragment, text):
    pattern = plain_pattern(fragment)

    found = Sieved(pattern).search(text)

    assert found is not None
    assert found.span() == pattern.search(text).span()


def test_without_the_inner_parser_of_python_each_pattern_is_simply_tried(monkeypatch):
    monkeypatch.setattr("leads.language.sieve._parser", None)

    assert Sieved(plain_pattern("pool")).may_match("no such thing") is True


def fragments_of(pack) -> list[str]:
    """The fragments of a pack, of its tables too."""
    found, values = [], [vars(pack)[name] for name in vars(pack) if name in WHAT_A_PACK_SAYS]
    values += [
        pack.NOT_A_PLACE,
        pack.SQUARE_FEET,
        pack.RANGE,
        pack.NOT_A_TIME,
        pack.QUESTION_INSIDE,
    ]
    while values:
        value = values.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            values += [key for key in value if isinstance(key, str)] + list(dict.values(value))
        elif isinstance(value, tuple):
            values += value
    return found
