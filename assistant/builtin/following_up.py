"""Who wants to be written to again, and who wants time: planned as asked, else left in peace."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from assistant import tools
from assistant.builtin import wording
from assistant.builtin.commands import Command
from assistant.builtin.draft import Draft
from assistant.builtin.speaking import catalogue, phrases, reading
from leads.followups import WINDOW
from leads.language.dates import When, find_times
from leads.language.text import number, pattern, words_pattern

if TYPE_CHECKING:
    from assistant.turn import Turn

MORNING = time(10, 0)
NOT_PLANNED = "Not planned"
ASKED = "follow_up_time"
MINUTES = {"minutes": 1, "half_hour": 30, "hours": 60, "two_hours": 120}


def carry_out(draft: Draft, commands: list[Command]) -> None:
    """Plan the message that was asked for, or say that there is no hurry."""
    kinds = {command.kind for command in commands}
    is_answer = draft.state.get("asked") == ASKED
    if "remind_me" in kinds or (is_answer and "deny" not in kinds and _when(draft)):
        _plan(draft)
    elif "needs_time" in kinds and not kinds & {"propose_time", "choose_slot", "want_viewing"}:
        draft.add("take_your_time")
        draft.closed = draft.is_settled = True


def is_about_writing(turn: "Turn", place: int) -> bool:
    """Whether a message says when we shall write, so that its day is no wish for a viewing."""
    text = reading.plain(turn.messages[place].body)
    if words_pattern(phrases.REMIND_ME).search(text):
        return True
    before = turn.messages[place - 1].body if place else ""
    return any(question in before for question in catalogue.SENTENCES["ask_when_to_write"])


def _plan(draft: Draft) -> None:
    when = _when(draft)
    if when is None:
        draft.ask("ask_when_to_write", ASKED)
        draft.is_settled = True
        return
    turn = draft.turn
    message = catalogue.SENTENCES["follow_up"][0]
    planned = tools.schedule_follow_up(turn, when=when, message=message, about=draft.text_said)
    if planned.startswith(NOT_PLANNED):
        draft.ask_colleague(draft.text_said)
    else:
        last = turn.conversation.last_customer_message_at or turn.now
        turn.moments.append(when)
        turn.evidence.append(when.astimezone(turn.organization.zone).strftime("%d %H:%M %Y"))
        key = "will_write" if when <= last + WINDOW else "colleague_will_write"
        draft.add(key, when=wording.moment(when, turn.organization.zone))
    draft.closed = draft.is_settled = True


def _when(draft: Draft) -> datetime | None:
    """The moment that was named: "tomorrow" is its morning, "in two hours" counts from now."""
    text, turn = reading.plain(draft.text_said), draft.turn
    if minutes := _minutes_ahead(text):
        return turn.now + timedelta(minutes=minutes)
    zone = turn.organization.zone
    found = find_times(text, turn.now, turn.organization.timezone, asked=True, words=reading.pack)
    named = next((when for when in found if when.wanted), None)
    if named is None:
        return None
    local = turn.now.astimezone(zone)
    moment = datetime.combine(named.first or local.date(), _hour(named), zone)
    if moment <= local and named.first is None:
        moment += timedelta(days=1)
    return moment if moment > local else None


def _hour(when: When) -> time:
    return when.clock or when.time_from or MORNING


def _minutes_ahead(text: str) -> float:
    for span, minutes in MINUTES.items():
        unit = phrases.SHIFT_UNITS[span]
        match = words_pattern(rf"(?:(?P<count>[\w-]+(?: hal\w+)?)\s)?(?P<unit>{unit})").search(text)
        if match and match["unit"]:
            count = match["count"] or ""
            if pattern(phrases.HALF).fullmatch(count):
                return minutes / 2
            counted = number(count or match["unit"].partition(" ")[0], reading.pack)
            if counted or (count == "" and span in ("half_hour", "two_hours", "hours")):
                return minutes * (counted or 1)
    return 0
