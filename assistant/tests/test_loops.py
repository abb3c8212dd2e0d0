"""Machines at the other end, floods and long days: each ends in a hand-over, never in silence.

The first tests go the whole road, from Meta's webhook to delivery at the twin.
"""

import itertools
from datetime import timedelta

import pytest
from django.utils.timezone import now

from assistant import loops
from assistant.loops import SENTENCES, TURNS_A_DAY
from assistant.tests.factories import RunFactory
from assistant.tests.obedience import Town
from assistant.tests.talk import Talk
from inbox import handover
from inbox.models import HandOver, Message
from inbox.tests.payloads import text
from organizations.tenancy import tenant

SAYINGS = itertools.cycle(
    ["What kind of home are you looking for?", "Which area would you like best?",
     "Would you rather buy or rent it?", "When would you like to move in?"]
)  # fmt: skip


def heard(town: Town) -> list[str]:
    """What the customer's phone received from the assistant."""
    return [reply.split("\n\n")[-1].strip() for reply in town.received()]


def state(town: Town) -> tuple[str, str]:
    conversation = town.eleni()
    return conversation.in_charge, conversation.hand_over_reason


def test_machine_that_sends_everything_back_is_handed_over(town):
    town.claude.answer_with(lambda body: next(SAYINGS))
    town.say("Hello, is anybody there?")

    for _ in range(20):
        town.say(heard(town)[-1])

    assert state(town) == ("person", "loop")
    assert heard(town)[-1] == SENTENCES["loop"]["en"]
    assert len(heard(town)) <= loops.ECHOES + 2


def test_machine_that_says_two_things_in_turn_is_handed_over(town):
    town.claude.answer_with(lambda body: next(SAYINGS))

    for said in ["Please choose an option from our menu", "Sorry, I did not get that"] * 10:
        town.say(said)

    assert state(town) == ("person", "loop")
    assert heard(town)[-1] == SENTENCES["loop"]["en"]
    assert len(heard(town)) == loops.ALTERNATING


def test_flood_of_two_hundred_messages_is_kept_and_gets_one_sentence(town):
    for part in range(10):
        town.receive(*(text(f"Message {part} {number}") for number in range(20)))

    with tenant(town.organization):
        kept = Message.objects.filter(conversation=town.eleni(), direction="in").count()
        cards = HandOver.objects.filter(conversation=town.eleni(), resolved_at=None)
        reasons = [card.reason for card in cards]
    assert kept == 200
    assert state(town) == ("person", "flood")
    assert reasons == ["flood"]
    assert [it for it in heard(town) if it.endswith(SENTENCES["flood"]["en"])] == heard(town)[-1:]


def test_automatic_reply_is_handed_over_at_once(town):
    town.claude.answer_with(lambda body: next(SAYINGS))
    town.say("Hello, is anybody there?")

    town.say("Automatic reply: I am out of the office until Monday.")
    town.say("Automatic reply: I am out of the office until Monday.")

    assert state(town) == ("person", "auto_reply")
    assert heard(town)[1:] == [SENTENCES["auto_reply"]["en"]]


def test_machine_that_answers_faster_than_anybody_types_is_handed_over(town):
    town.claude.answer_with(lambda body: next(SAYINGS))

    for number in range(20):
        town.say(f"Here is yet another sentence of mine, {'so ' * number}to say")

    assert state(town) == ("person", "auto_reply")
    assert len(heard(town)) == loops.FAST_REPLIES + 1


def write_a_lot(talk: Talk, count: int = TURNS_A_DAY) -> None:
    for _ in range(count):
        RunFactory(conversation=talk.conversation, organization=talk.organization)


def test_long_day_ends_with_a_person_and_its_own_sentence(db):
    talk = Talk()
    talk.say("Hello")
    write_a_lot(talk)

    answer = talk.say("And what about parking?")

    assert answer == SENTENCES["turn_cap"]["en"]
    assert talk.refreshed().hand_over_reason == "turn_cap"


def test_what_was_written_yesterday_does_not_count(db):
    talk = Talk()
    talk.say("Hello")
    write_a_lot(talk)
    with tenant(talk.organization):
        talk.conversation.runs.update(started_at=now() - timedelta(hours=25))

    talk.say("Good morning")

    assert talk.refreshed().in_charge == "assistant"


def test_after_a_member_gave_the_talk_back_the_day_begins_anew(db):
    talk = Talk()
    talk.say("Hello")
    write_a_lot(talk)
    talk.say("And what about parking?")
    with tenant(talk.organization):
        handover.hand_back(talk.refreshed(), talk.organization.member)

    talk.say("Thank you")

    assert talk.refreshed().in_charge == "assistant"


def test_yes_to_several_questions_is_no_loop(db):
    talk = Talk()

    for _ in range(5):
        talk.say("Yes")

    assert talk.refreshed().hand_over_reason != "loop"


def test_sentence_three_times_is_a_loop(db):
    talk = Talk()

    for _ in range(3):
        answer = talk.say("Please choose an option from our menu")

    assert answer == SENTENCES["loop"]["en"]


def test_grave_subject_goes_first_even_in_a_flood(db):
    talk = Talk()

    answer = talk.say(*(f"Help {number}" for number in range(25)), "There is a gas leak!")

    assert answer.startswith("If anyone is in danger")
    assert talk.refreshed().hand_over_reason == "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "Automatic reply: I am away.",
        "This is an automated message.",
        "I am out of office until Monday.",
        "Thank you for contacting Acme Homes! We will be with you soon.",
        "Thanks for your message. We'll get back to you as soon as possible.",
        "Αυτόματη απάντηση: λείπω.",
        "Ευχαριστούμε που επικοινωνήσατε μαζί μας!",
        "Respuesta automática: estoy de vacaciones.",
        "Estoy fuera de la oficina hasta el lunes.",
        "Automatische Antwort: Ich bin im Urlaub.",
        "Abwesenheitsnotiz",
        "Réponse automatique : je suis absent.",
        "Je suis absente du bureau jusqu'à lundi.",
        "رد تلقائي: أنا غير موجود",
        "شكراً لتواصلكم معنا، سنرد عليكم قريباً",
    ],
)
def test_automatic_reply_is_known_by_its_words(text):
    assert loops._is_auto_reply(text)


@pytest.mark.parametrize(
    "text",
    [
        "I'm out of the office until five, could I come at six?",
        "Is this an automated message?",
        "Are you automated?",
        "Does it have automatic shutters?",
        "Thank you for contacting the owner.",
        "The answer is yes.",
        "Is it close to the post office?",
        "Ευχαριστώ για την απάντηση.",
        "¿Tiene puerta automática?",
        "Gibt es ein automatisches Tor?",
        "Merci pour votre réponse.",
        "شكراً على الرد",
    ],
)
def test_people_are_not_taken_for_machines(text):
    assert not loops._is_auto_reply(text)


def test_every_reason_has_its_sentence_in_every_language():
    assert {reason: sorted(own) for reason, own in SENTENCES.items()} == {
        reason: ["ar", "de", "el", "en", "es", "fr"]
        for reason in ("flood", "auto_reply", "loop", "turn_cap")
    }
