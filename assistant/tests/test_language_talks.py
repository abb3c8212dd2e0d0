# ruff: noqa: E501
"""A viewing arranged from the first word to the booking in each language, and catalogues alike."""

import re
from string import Formatter

import pytest
import time_machine

from assistant.builtin.speaking import SPOKEN, catalogue_of, phrases_of, speaking
from assistant.builtin.wording import en
from assistant.guardrails import BOOKING_CLAIM
from assistant.language import language_of as customer_language_of
from assistant.tests.talk import Talk
from leads.language.packs import language_of

NOW = "2026-11-23T10:00:00+02:00"  # a Monday
OTHERS = [code for code in SPOKEN if code != "en"]
TABLES = (
    "SENTENCES", "PURPOSES", "PLAIN_PURPOSES", "YOUR_PURPOSES", "PROPERTY_TYPES", "STATUSES", "FEATURES", "THINGS",
    "MISSES", "AS_WHOM", "LANGUAGES",
)  # fmt: skip
# (greeting with wish, asks of a home, wants to see it, other time, yes, thanks)
TALKS = {
    "el": (
        "Καλημέρα, ψάχνω να αγοράσω διαμέρισμα με 2 υπνοδωμάτια έως 400.000 ευρώ",
        "Το Skoufa 28 έχει ασανσέρ;",
        "Μπορώ να το δω την Πέμπτη στις 11;",
        "Όχι, καλύτερα το Σάββατο στις 11",
        "ναι",
        "Ευχαριστώ πολύ",
    ),
    "el-Latn": (
        "kalimera, psaxno na agoraso diamerisma me 2 ypnodomatia eos 400k",
        "to Skoufa 28 exei asanser?",
        "mporo na to do tin pempti stis 11?",
        "oxi, kalytera to savvato stis 11",
        "nai",
        "euxaristo poly",
    ),
    "es": (
        "Hola, quiero comprar un piso de 2 dormitorios, hasta 400.000 euros",
        "¿El Skoufa 28 tiene ascensor?",
        "¿Puedo verlo el jueves a las 11?",
        "No, mejor el sábado a las 11",
        "sí",
        "Muchas gracias",
    ),
    "de": (
        "Guten Tag, ich möchte eine Wohnung mit 2 Schlafzimmern kaufen, bis 400.000 Euro",
        "Hat Skoufa 28 einen Aufzug?",
        "Kann ich sie am Donnerstag um 11 Uhr besichtigen?",
        "Nein, lieber am Samstag um 11 Uhr",
        "ja",
        "Vielen Dank",
    ),
    "fr": (
        "Bonjour, je voudrais acheter un appartement avec 2 chambres, jusqu'à 400 000 euros",
        "Est-ce que Skoufa 28 a un ascenseur ?",
        "Je peux le visiter jeudi à 11h ?",
        "Non, plutôt samedi à 11h",
        "oui",
        "Merci beaucoup",
    ),
    "ar": (
        "مرحبا، أريد شراء شقة بغرفتين نوم حتى 400 ألف يورو",
        "هل يوجد مصعد في Skoufa 28؟",
        "هل يمكنني زيارته يوم الخميس الساعة 11؟",
        "لا، الأفضل يوم السبت الساعة 11",
        "نعم",
        "شكرا جزيلا",
    ),
}
SPEAKERS = [code for code in TALKS if code.split("-")[0] in SPOKEN]


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.mark.parametrize("code", SPEAKERS)
def test_a_viewing_is_arranged_in_the_language_of_the_customer(db, code):
    talk = Talk()
    answers, verdicts = [], []

    for text in TALKS[code]:
        answers.append(talk.say(text))
        verdicts += [verdict for verdict in talk.verdicts if not verdict["passed"]]

    spoken = code.split("-")[0]
    assert [a.starts_at.isoformat() for a in talk.appointments()] == ["2026-11-28T09:00:00+00:00"]
    assert verdicts == []
    lead = talk.lead()
    assert (lead["intent"], lead["bedrooms"], lead["budget_max"]) == ("buy", 2, 400_000)
    assert [language_of(answer, spoken) for answer in answers] == [spoken] * len(answers)
    assert len(set(answers)) == len(answers)
    assert all(answer.count("?") + answer.count("؟") <= 1 for answer in answers)
    assert BOOKING_CLAIM.search(answers[4])
    assert talk.refreshed().in_charge == "assistant"


@pytest.mark.parametrize("code", OTHERS)
def test_a_catalogue_has_every_sentence_with_its_fields(code):
    ours = catalogue_of(code)

    for table in TABLES:
        assert set(getattr(ours, table)) == set(getattr(en, table))
    for key, variants in en.SENTENCES.items():
        wanted = {frozenset(_fields(text)) for text in variants}
        assert {frozenset(_fields(text)) for text in ours.SENTENCES[key]} <= wanted, key
    for name in ("PURPOSES", "YOUR_PURPOSES"):
        for key, text in getattr(en, name).items():
            assert _fields(getattr(ours, name)[key]) == _fields(text)
    for name in ("AS_OF", "AT", "YOUR_VIEWING_OF", "ON", "WITHOUT", "UNKNOWN"):
        assert _fields(getattr(ours, name)) == _fields(getattr(en, name))


@pytest.mark.parametrize("code", [*OTHERS, "el-Latn"])
def test_every_phrase_is_a_pattern(code):
    said = phrases_of(code)

    for name, value in vars(said).items():
        if name.isupper() and name != "MORE_SPECIFIC_THAN_PRICE":
            for fragment in value.values() if isinstance(value, dict) else [value]:
                re.compile(fragment)


@pytest.mark.parametrize("code", OTHERS)
def test_a_button_is_no_longer_than_whatsapp_allows_and_keeps_its_hour(code):
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from assistant.builtin import wording

    zone = ZoneInfo("Europe/Athens")
    with speaking(code):
        titles = [
            wording.button(datetime(2026, m, 28, 11, 0, tzinfo=zone), zone) for m in range(1, 13)
        ]

    assert [title for title in titles if len(title) > 20 or not title.endswith("11:00")] == []


def test_who_changes_language_is_answered_in_the_new_one(db):
    talk = Talk()
    talk.say("Hello, is Skoufa 28 still available?")

    answer = talk.say("Μιλάτε ελληνικά; Πόσο κάνει το Skoufa 28;")

    assert language_of(answer, "en") == "el"
    assert "385.000" in answer


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("geia sas, thelo na noikiaso spiti", "el"),
        ("Buongiorno, vorrei visitare l'appartamento domani", "it"),
        ("Здравствуйте, квартира свободна?", "ru"),
        ("Quiero alquilar un piso con dos dormitorios", "es"),
        ("ok", "de"),
    ],
)
def test_what_code_says_beside_claude_is_in_the_language_that_the_one_detector_tells(text, code):
    assert customer_language_of(text, "de") == code


def _fields(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}
