"""Moving and cancelling by chat, told by whole conversations."""

import threading

import pytest
import time_machine
from django.conf import settings
from django.db import connections

from assistant import guardrails
from assistant.tests.talk import Talk, agency
from assistant.turn import Reply
from knowledge.models import Listing
from organizations.tenancy import tenant
from scheduling import booking, links
from scheduling.models import Appointment, AppointmentKind
from scheduling.slots import Slot
from scheduling.tests.factories import make_appointment

NOW = "2026-11-23T10:00:00+02:00"  # a Monday


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=True):
        yield


def booked(*times: str, **fields) -> Talk:
    """A customer with a viewing of Skoufa 28 at each time, such as "2026-11-28 11:00"."""
    talk = Talk()
    talk.say("Hi, is Skoufa 28 available?")
    for time in times or ("2026-11-28 11:00",):
        add(talk, time, **fields)
    return talk


def add(talk: Talk, time: str, kind="viewing", title="Skoufa 28") -> None:
    from datetime import datetime

    zone = talk.organization.zone
    with tenant(talk.organization):
        listing = Listing.objects.get(title=title) if kind == "viewing" else None
        booking.book_by_hand(
            talk.conversation,
            kind,
            talk.organization.member,
            datetime.fromisoformat(time).replace(tzinfo=zone),
            by=talk.organization.member,
            listing=listing,
        )


def starts(talk: Talk) -> list[str]:
    zone = talk.organization.zone
    return sorted(f"{a.starts_at.astimezone(zone):%a %H:%M}" for a in talk.appointments())


def told(talk: Talk) -> list[str]:
    """What the thread says of the appointments, without the bookings by hand."""
    with tenant(talk.organization):
        events = talk.conversation.messages.filter(direction="event").order_by("pk")
        return [e.payload["event"] for e in events if e.payload["event"] in ("moved", "cancelled")]


@pytest.mark.parametrize(
    ("message", "time"),
    [
        ("can we make it an hour later?", "Sat 12:00"),
        ("could we push it back by an hour", "Sat 12:00"),
        ("can you bring it forward by an hour?", "Sat 10:00"),
        ("is it possible to come half an hour earlier", "Sat 10:30"),
        ("30 minutes later would be better", "Sat 11:30"),
        ("please reschedule my viewing to Friday at 15:00", "Fri 15:00"),
        ("can we move it to Thursday at 4pm?", "Thu 16:00"),
        ("postpone the viewing by a day please", "Sun 11:00"),
        ("I can't make it on Saturday, can we do Friday at 12 instead?", "Fri 12:00"),
        ("could we make it 14:00 instead of 11?", "Sat 14:00"),
        ("move my Saturday viewing to Thursday, same time", "Thu 11:00"),
        ("a week later please", "Sat 11:00"),
        ("I'd like to change the time of my viewing to 15:30 on Friday", "Fri 15:30"),
        ("let's do Friday at 10 instead", "Fri 10:00"),
    ],
)
def test_a_time_that_is_named_is_read_back_and_then_moved_to(db, message, time):
    talk = booked()

    question = talk.say(message)
    before = starts(talk)
    answer = talk.say("yes please")

    assert "Shall I move" in question, question
    assert before == ["Sat 11:00"]
    assert answer.startswith("Done: your viewing is moved to"), answer
    assert starts(talk) == [time]
    assert told(talk) == ["moved"]


@pytest.mark.parametrize(
    "message",
    [
        "I need to reschedule",
        "can we postpone the viewing?",
        "something came up, I can't make it on Saturday",
        "I can't make it",
        "could we find another day for my viewing?",
        "is it possible to change my appointment?",
        "can we bring the viewing forward?",
        "sorry, I won't be able to come on Saturday",
        "can we meet earlier?",
        "I'd need a different time",
    ],
)
def test_without_a_time_others_are_offered_and_one_is_chosen(db, message):
    talk = booked()

    offer = talk.say(message)
    titles = [title for _, title in talk.buttons]
    answer = talk.say("the first one")

    assert len(titles) >= 2, offer
    assert "Sat 28 Nov 11:00" not in titles
    assert answer.startswith("Done: your viewing is moved to"), answer
    assert len(starts(talk)) == 1
    assert told(talk) == ["moved"]


def test_a_day_that_is_impossible_is_not_offered(db):
    talk = booked()

    talk.say("I can't make it on Saturday, sorry")

    assert [title for _, title in talk.buttons if title.startswith("Sat 28")] == []


def test_bringing_forward_offers_only_earlier_times_and_postponing_only_later_ones(db):
    talk = booked("2026-11-26 13:00")

    talk.say("can we bring it forward?")
    earlier = [title for _, title in talk.buttons]
    talk.say("hm, rather postpone the viewing")
    later = [title for _, title in talk.buttons]

    assert all(
        title < "Thu 26 Nov 13:00" or title[:3] in ("Mon", "Tue", "Wed") for title in earlier
    )
    assert later
    assert all(title[:3] in ("Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed") for title in later)
    assert [t for t in later if t[:3] == "Thu" and t < "Thu 26 Nov 13:00"] == []


def test_a_time_that_is_not_free_gives_the_nearest_ones(db):
    talk = booked()
    with tenant(talk.organization):
        make_appointment(
            talk.organization.member,
            talk.turn.now.replace(hour=13, minute=0, second=0, microsecond=0, day=27),
            talk.turn.now.replace(hour=14, minute=0, second=0, microsecond=0, day=27),
        )

    answer = talk.say("can we move it to Friday at 15:00?")
    titles = [title for _, title in talk.buttons]

    assert "isn't free" in answer or "already taken" in answer
    assert all(title.startswith("Fri 27 Nov") for title in titles), titles
    assert starts(talk) == ["Sat 11:00"]


def test_moving_by_less_than_its_own_length_does_not_stand_in_its_own_way(db):
    talk = booked()

    question = talk.say("can we make it half an hour later?")
    talk.say("yes")

    assert "Saturday 28 November at 11:30" in question
    assert starts(talk) == ["Sat 11:30"]


@pytest.mark.parametrize(
    "message", ["cancel it please", "please cancel my viewing", "I'm not coming any more",
                "can you cancel the appointment", "call it off",
                "I don't need the viewing anymore"],
)  # fmt: skip
def test_a_clear_cancellation_is_carried_out_and_confirmed_once(db, message):
    talk = booked()

    answer = talk.say(message)

    done = "Done: your viewing on Saturday 28 November at 11:00 is cancelled."
    assert answer.startswith(done), answer
    assert starts(talk) == []
    assert told(talk) == ["cancelled"]


@pytest.mark.parametrize(
    "message",
    ["forget the viewing", "can I cancel my viewing?", "I changed my mind",
     "I might have to cancel",
     "I'm no longer interested", "we found another flat"],
)  # fmt: skip
def test_an_unclear_cancellation_is_read_back_first(db, message):
    talk = booked()

    question = talk.say(message)
    before = starts(talk)
    answer = talk.say("yes")

    assert question.endswith(
        "Shall I cancel your viewing of Skoufa 28 on Saturday 28 November at 11:00?"
    ), question
    assert before == ["Sat 11:00"]
    assert "is cancelled" in answer
    assert starts(talk) == []


@pytest.mark.parametrize("answer", ["no", "no, keep it", "never mind", "leave it as it is"])
def test_a_cancellation_taken_back_leaves_the_viewing(db, answer):
    talk = booked()
    talk.say("forget the viewing")

    said = talk.say(answer)

    assert said == "All right, your viewing stays on Saturday 28 November at 11:00 with Anna Riga."
    assert starts(talk) == ["Sat 11:00"]


def test_the_buttons_of_a_cancellation_answer_it(db):
    talk = booked()
    talk.say("can I cancel my viewing?")

    talk.press("Cancel it")

    assert starts(talk) == []


@pytest.mark.parametrize(
    "message", ["what is your cancellation policy? do you charge cancellation fees?",
                "please don't cancel my viewing", "can I cancel for free?"],
)  # fmt: skip
def test_questions_about_cancelling_cancel_nothing(db, message):
    talk = booked()

    talk.say(message)
    talk.say("ok thanks")

    assert starts(talk) == ["Sat 11:00"]


def test_a_change_of_mind_in_the_middle_of_moving_keeps_the_old_time(db):
    talk = booked()
    talk.say("can we move it to Friday at 15:00?")

    answer = talk.say("actually never mind, keep it")
    talk.say("thanks")

    assert "stays on Saturday 28 November at 11:00" in answer
    assert starts(talk) == ["Sat 11:00"]
    assert told(talk) == []


def test_in_the_middle_of_moving_one_can_still_cancel(db):
    talk = booked()
    talk.say("can we move it to Friday at 15:00?")

    answer = talk.say("actually, please cancel it")

    assert "is cancelled" in answer
    assert starts(talk) == []


def test_cancelling_and_booking_again_is_a_move(db):
    talk = booked()

    talk.say("please cancel it and book another one on Friday at 15:00")
    talk.say("yes")

    assert starts(talk) == ["Fri 15:00"]
    assert told(talk) == ["moved"]


def test_who_can_come_after_all_gets_the_same_time_back(db):
    talk = booked()
    talk.say("please cancel my viewing")

    question = talk.say("wait, I can come after all")
    talk.say("yes")

    assert "Saturday 28 November at 11:00 is free" in question or "works on our side" in question
    assert starts(talk) == ["Sat 11:00"]


def test_of_several_appointments_it_asks_which_one_is_meant(db):
    talk = booked("2026-11-26 11:00")
    add(talk, "2026-11-28 12:00", title="Amathountos 71")

    question = talk.say("please cancel my viewing")
    before = starts(talk)
    talk.press("Sat 28 Nov 12:00")

    assert question.endswith(
        "Which one do you mean: your viewing of Skoufa 28 on Thursday 26 November at 11:00 or your "
        "viewing of Amathountos 71 on Saturday 28 November at 12:00?"
    )
    assert before == ["Sat 12:00", "Thu 11:00"]
    assert starts(talk) == ["Thu 11:00"]


@pytest.mark.parametrize(
    ("answer", "left"),
    [("the first one", ["Sat 12:00"]), ("Saturday", ["Thu 11:00"]),
     ("the one at 12", ["Thu 11:00"]),
     ("Skoufa 28", ["Sat 12:00"]), ("the second", ["Thu 11:00"]), ("both", [])],
)  # fmt: skip
def test_the_answer_to_which_one_may_be_a_place_a_day_an_hour_or_a_home(db, answer, left):
    talk = booked("2026-11-26 11:00")
    add(talk, "2026-11-28 12:00", title="Amathountos 71")
    talk.say("please cancel my viewing")

    talk.say(answer)

    assert starts(talk) == left


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("please cancel the viewing on Saturday", ["Fri 15:00", "Thu 11:00"]),
        ("cancel my Thursday viewing please", ["Fri 15:00", "Sat 12:00"]),
        ("please cancel the viewing of Amathountos 71", ["Fri 15:00", "Thu 11:00"]),
        ("please cancel my call", ["Sat 12:00", "Thu 11:00"]),
    ],
)
def test_words_single_out_one_of_several(db, message, left):
    talk = booked("2026-11-26 11:00")
    add(talk, "2026-11-28 12:00", title="Amathountos 71")
    add(talk, "2026-11-27 15:00", kind="call")

    talk.say(message)

    assert starts(talk) == left


def test_the_one_that_is_meant_is_the_one_that_moves(db):
    talk = booked("2026-11-26 11:00")
    add(talk, "2026-11-28 12:00", title="Amathountos 71")

    talk.say("I can't make it on Saturday, can we do Sunday at 10?")
    talk.say("yes")

    assert starts(talk) == ["Sun 10:00", "Thu 11:00"]


def test_without_an_appointment_there_is_nothing_to_move(db):
    talk = Talk()
    talk.say("Hi")

    answer = talk.say("I need to reschedule my viewing")

    assert answer == "I can't find an appointment of yours. Shall I suggest some times?"


def test_what_a_colleague_cancelled_meanwhile_is_not_moved(db):
    talk = booked()
    talk.say("can we move it to Friday at 15:00?")
    with tenant(talk.organization):
        booking.cancel(Appointment.objects.get(status="booked"), "ill", by=talk.organization.member)

    talk.say("yes")

    assert told(talk) == ["cancelled"]


def test_while_a_new_home_is_arranged_another_time_means_that_one(db):
    talk = booked()
    talk.say("I'd also like to see Amathountos 71 on Sunday")

    talk.say("another time please")
    talk.say("the first one")

    assert len(starts(talk)) == 2
    assert "Sat 11:00" in starts(talk)


def test_a_valuation_asks_for_the_address_first_and_notes_it(db):
    talk = Talk()
    with tenant(talk.organization):
        AppointmentKind.objects.get_or_create(organization=talk.organization, kind="valuation")

    question = talk.say("Hi, I'd like a valuation of my flat")
    offer = talk.say("Ithakis 12, Limassol")
    talk.say("the first one")

    assert question.endswith("What is the address of the property?")
    assert len(talk.buttons) == 0 or "valuation" in offer
    assert "Ithakis 12" in talk.lead()["address"]
    assert [a.kind for a in talk.appointments()] == ["valuation"]


def test_two_customers_who_move_to_the_same_time_at_once_never_overlap(transactional_db):
    organization = agency()
    talks = []
    for day in ("2026-11-26", "2026-11-28"):
        talk = Talk(organization, name=f"Customer {day}")
        add(talk, f"{day} 11:00")
        talks.append(talk)
    results, ready = [], threading.Barrier(2)

    def move(talk) -> None:
        try:
            with tenant(organization):
                appointment = Appointment.objects.get(conversation=talk.conversation)
                start = appointment.starts_at.replace(day=27)
                slot = Slot(
                    organization.member, start, start.replace(minute=45), start.replace(minute=59)
                )
                (offer,) = booking.offer_slots(talk.conversation, "viewing", [slot])
            ready.wait()
            with tenant(organization):
                booking.hold(offer, moving=appointment)
            with tenant(organization):
                booking.move(appointment, offer)
            results.append("moved")
        except booking.SlotTaken:
            results.append("taken")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=move, args=(talk,)) for talk in talks]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(results) == ["moved", "taken"]


def test_the_confirmation_carries_the_link_for_the_calendar_which_a_move_keeps(db, client):
    talk = Talk()
    talk.say("can I see Skoufa 28 on Saturday at 11?")

    booking_answer = talk.say("yes please")
    talk.say("can we make it an hour later?")
    moving_answer = talk.say("yes")

    (appointment,) = talk.appointments()
    address = links.address_of(appointment)
    assert booking_answer.endswith(f"For your calendar: {address}")
    assert moving_answer.endswith(f"The new time for your calendar: {address}")
    assert all(verdict["passed"] for verdict in talk.verdicts)
    response = client.get(address.removeprefix(settings.BASE_URL))
    assert b"DTSTART:20261128T100000Z" in response.content


def test_a_link_that_is_not_exactly_ours_does_not_pass(db):
    talk = booked()
    talk.say("hello")
    (appointment,) = talk.appointments()
    other = links.address_of(appointment).replace("/calendar/", "/calendar/x")

    with tenant(talk.organization):
        verdicts = guardrails.check(talk.turn, Reply(text=f"Here: {other}"))

    assert "links" in [v["guardrail"] for v in verdicts if not v["passed"]]
