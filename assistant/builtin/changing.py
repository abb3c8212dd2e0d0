"""Flows that move or cancel what is booked.

Which appointment is meant is decided before anything is done with it; where the words leave that or
the wish itself open, it is read back first. Times are offered by the same tool as for a booking.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from assistant import tools
from assistant.builtin import homes, wording
from assistant.builtin.commands import Command, place_of
from assistant.builtin.context import button_payload
from assistant.builtin.draft import Draft
from assistant.builtin.speaking import catalogue, phrases, reading
from leads.language.dates import When, find_times
from leads.language.text import number, pattern, words_pattern
from scheduling.models import Appointment

APPOINTMENT_PREFIX = "appointment:"
MOST_CHOICES = 3
Window = tuple[datetime, datetime]


@dataclass
class Target:
    """Where an appointment shall go: an exact time, stretches of time, or only away from one."""

    exact: datetime | None = None
    windows: list[Window] = field(default_factory=list)
    avoid: list[Window] = field(default_factory=list)
    near: datetime | None = None


def upcoming(draft: Draft) -> list[Appointment]:
    rows = draft.turn.conversation.appointments.upcoming()
    return list(rows.select_related("member__user", "listing", "organization"))


def being_moved(draft: Draft) -> Appointment | None:
    """The appointment that a new time is being sought for."""
    code = draft.state.get("moving")
    return next((row for row in upcoming(draft) if str(row.code) == code), None)


# What a span of `SHIFT_UNITS` lasts.
MINUTES = {
    "minutes": 1, "half_hour": 30, "hours": 60, "two_hours": 120, "days": 24 * 60,
    "two_days": 2 * 24 * 60, "weeks": 7 * 24 * 60,
}  # fmt: skip


def carry_out(draft: Draft, by_kind: dict[str, Command]) -> bool:
    """Move, cancel or keep an appointment; return whether the message was about that."""
    draft.is_about_booked = _carry_out(draft, by_kind)
    return draft.is_about_booked


def asks_about_it(draft: Draft, question: str) -> bool:
    """Whether a question of such a message was about the appointment: "would Monday work?" """
    text = reading.plain(question)
    about = (
        phrases.MOVE_STRONG, phrases.MOVE_SOFT, phrases.SHIFT, phrases.CANNOT_COME,
        phrases.CANCEL_WORDS, phrases.KEEP_APPOINTMENT, phrases.COME_AFTER_ALL,
    )  # fmt: skip
    return any(_says(words, text) for words in about) or bool(_times(draft, text))


def _carry_out(draft: Draft, by_kind: dict[str, Command]) -> bool:
    text = reading.plain(draft.text_said)
    asked = draft.state.get("asked")
    if asked == "confirm_cancel" and _answers_cancelling(draft, by_kind, text):
        return True
    if asked == "which_appointment" and _chooses_appointment(draft, by_kind, text):
        return True
    moving = being_moved(draft) if asked in ("viewing_time", "confirm_booking") else None
    keeps = _says(phrases.KEEP_APPOINTMENT, text) and "propose_time" not in by_kind
    if moving and keeps:
        _keep(draft, moving)
        return True
    if _says(phrases.COME_AFTER_ALL, text) and _takes_back_cancelling(draft):
        return True
    wish = wish_of(draft, by_kind, text)
    if not wish:
        return False
    rows = upcoming(draft)
    if not rows:
        draft.ask("no_appointment", "want_viewing")
        return True
    target = _which(draft, by_kind, rows, text)
    if target is None:
        _ask_which(draft, rows, wish, text)
    else:
        _do(draft, wish, target, by_kind, text)
    return True


def wish_of(draft: Draft, by_kind: dict[str, Command], text: str) -> str:
    """Return "move", "cancel", "cancel?" (to be read back), or nothing."""
    has_any = draft.turn.conversation.appointments.upcoming().exists()
    about_it = has_any or _says(phrases.MY_APPOINTMENT, text)
    if not about_it or _says(phrases.CANCEL_POLICY, text):
        return ""
    refuses = _says(phrases.DO_NOT_CANCEL, text)
    if _says(phrases.CANCEL_WORDS, text) and not refuses:
        again = _says(phrases.BOOK_AGAIN, text) or "propose_time" in by_kind
        again = again and bool(said_times(draft, text) or _says(phrases.BOOK_AGAIN, text))
        if again and has_any and not _is_another_home(draft, by_kind):
            return "move"
        return "cancel?" if _says(phrases.ASKS_WHETHER, text) else "cancel"
    if _says(phrases.FORGET_IT, text) and has_any:
        return "cancel?"
    if _says(phrases.RUNNING_LATE, text):
        return ""
    if _says(phrases.MOVE_STRONG, text):
        return "move"
    # While a time is being sought, "another day" means that search.
    is_seeking = draft.state.get("asked") in ("viewing_time", "confirm_booking")
    if not has_any or is_seeking:
        return ""
    soft = (phrases.MOVE_SOFT, phrases.SHIFT, phrases.CANNOT_COME)
    return "move" if any(_says(words, text) for words in soft) else ""


def said_times(draft: Draft, text: str) -> list[When]:
    """The times that say where to, not which appointment."""
    return [when for when in _times(draft, text) if not _names(text, when)]


def _do(
    draft: Draft, wish: str, appointment: Appointment, by_kind: dict[str, Command], text: str
) -> None:
    if wish == "cancel":
        cancel(draft, appointment)
    elif wish == "cancel?":
        _ask_whether_to_cancel(draft, appointment)
    else:
        _move(draft, appointment, by_kind, text)


def cancel(draft: Draft, appointment: Appointment) -> None:
    outcome = tools.cancel_appointment(draft.turn, appointment)
    _forget(draft)
    if outcome.refusal:
        draft.add("no_longer_stands")
        draft.closed = True
        return
    draft.state["cancelled"] = {
        "kind": appointment.kind,
        "listing": appointment.listing_id,
        "starts_at": appointment.starts_at.isoformat(),
    }
    draft.turn.evidence.append(_spell(draft, appointment.starts_at))
    draft.add("cancelled", yours=catalogue.YOUR_PURPOSES[appointment.kind], when=_when(appointment))
    draft.closed = True


def _ask_whether_to_cancel(draft: Draft, appointment: Appointment) -> None:
    draft.state["to_cancel"] = str(appointment.code)
    draft.turn.evidence.append(_spell(draft, appointment.starts_at))
    draft.ask("confirm_cancel", "confirm_cancel", what=_described(draft, appointment))
    draft.buttons = [("affirm", catalogue.CANCEL_IT), ("deny", catalogue.KEEP_IT)]


def _answers_cancelling(draft: Draft, by_kind: dict[str, Command], text: str) -> bool:
    code = draft.state.pop("to_cancel", "")
    row = next((row for row in upcoming(draft) if str(row.code) == code), None)
    if row is None:
        return False
    if (
        _says(phrases.MOVE_STRONG, text)
        or _says(phrases.MOVE_SOFT, text)
        or "propose_time" in by_kind
    ):
        _move(draft, row, by_kind, text)
    elif _says(phrases.KEEP_APPOINTMENT, text) or "deny" in by_kind:
        _keep(draft, row)
    elif "affirm" in by_kind or _says(phrases.CANCEL_WORDS, text):
        cancel(draft, row)
    else:
        draft.state["to_cancel"] = code
        return False
    return True


def _keep(draft: Draft, appointment: Appointment) -> None:
    _forget(draft)
    draft.turn.evidence += [_spell(draft, appointment.starts_at), str(appointment.member)]
    draft.add(
        "kept",
        yours=catalogue.YOUR_PURPOSES[appointment.kind],
        when=_when(appointment),
        member=str(appointment.member),
    )
    draft.closed = True


def _takes_back_cancelling(draft: Draft) -> bool:
    """ "I can come after all": offer the time that was given up, if it is still free."""
    from assistant.builtin.appointments import offer

    gone = draft.state.pop("cancelled", None)
    if not gone or upcoming(draft):
        return False
    listing = draft.turn.organization.listings.filter(pk=gone["listing"]).first()
    at = datetime.fromisoformat(gone["starts_at"])
    if at <= draft.turn.now:
        return False
    draft.state["purpose"] = gone["kind"]
    offer(draft, gone["kind"], listing, [(at, at)], ())
    return True


def _which(
    draft: Draft, by_kind: dict[str, Command], rows: list[Appointment], text: str
) -> Appointment | None:
    """The appointment that is meant: the only one, or the one that the words single out."""
    if len(rows) == 1:
        return rows[0]
    tapped = _tapped(draft)
    fits = [row for row in rows if str(row.code) == tapped] or rows
    named = _named_home(by_kind)
    if named is not None:
        fits = [row for row in fits if row.listing_id == named] or fits
    for kind, words in phrases.KIND_WORDS.items():
        if _says(words, text) and any(row.kind == kind for row in fits):
            fits = [row for row in fits if row.kind == kind]
    if len(fits) > 1:
        local = draft.turn.organization.zone
        times = [when for when in _times(draft, text) if _names(text, when)]
        fits = [
            row for row in fits if any(_fits(when, row.starts_at, local) for when in times)
        ] or fits
    if len(fits) > 1 and (moving := being_moved(draft)):
        fits = [moving]
    return fits[0] if len(fits) == 1 else None


def _ask_which(draft: Draft, rows: list[Appointment], wish: str, text: str) -> None:
    shown = rows[:MOST_CHOICES]
    draft.state["which"] = {"wish": wish, "said": text[:500]}
    draft.turn.evidence += [_spell(draft, row.starts_at) for row in shown]
    what = wording.listed([_described(draft, row) for row in shown], last=catalogue.OR)
    draft.ask("which_appointment", "which_appointment", what=what)
    zone = draft.turn.organization.zone
    titles = [wording.button(row.starts_at, zone) for row in shown]
    if len(set(titles)) == len(titles):
        draft.buttons = [
            (f"{APPOINTMENT_PREFIX}{row.code}", title)
            for row, title in zip(shown, titles, strict=True)
        ]


def _chooses_appointment(draft: Draft, by_kind: dict[str, Command], text: str) -> bool:
    """The answer to "which one?": a button, a place in the list, a day, an hour, a home, both."""
    which, rows = draft.state.pop("which", None), upcoming(draft)
    if not which or not rows:
        return False
    wish, said = which["wish"], which["said"]
    if _says(phrases.BOTH, text) and wish != "move":
        for row in rows:
            cancel(draft, row)
        return True
    chosen = _which(draft, by_kind, rows, text) or _by_answer(draft, rows, text)
    if chosen is None:
        draft.state["which"] = which
        return False
    _do(draft, wish, chosen, by_kind, said)
    return True


def _by_answer(draft: Draft, rows: list[Appointment], text: str) -> Appointment | None:
    zone = draft.turn.organization.zone
    times = _times(draft, text)
    fits = [row for row in rows if any(_fits(when, row.starts_at, zone) for when in times)]
    if len(fits) == 1:
        return fits[0]
    match = words_pattern(phrases.ORDINAL_CHOICE).search(text)
    match = match or pattern(phrases.BARE_CHOICE).fullmatch(text)
    if match is None:
        return None
    place = place_of(match["ordinal"], len(rows[:MOST_CHOICES]), reading.pack)
    return None if place is None else rows[place]


def _move(draft: Draft, appointment: Appointment, by_kind: dict[str, Command], text: str) -> None:
    from assistant.builtin.appointments import offer

    for name in ("rounds", "refused", "wanted_windows", "to_confirm"):
        draft.state.pop(name, None)
    draft.state["moving"] = str(appointment.code)
    draft.state["purpose"] = appointment.kind
    if appointment.listing:
        homes.set_focus(draft, appointment.listing)
    target = target_of(draft, appointment, text)
    draft.state["refused"] = [[start.isoformat(), end.isoformat()] for start, end in target.avoid]
    windows = [(target.exact, target.exact)] if target.exact else target.windows
    offer(draft, appointment.kind, appointment.listing, windows, target.avoid, near=target.near)


def target_of(draft: Draft, appointment: Appointment, text: str) -> Target:
    """Read where the appointment shall go, from words that are relative to where it is."""
    zone = draft.turn.organization.zone
    local = appointment.starts_at.astimezone(zone)
    if shifted := _shifted(text, local):
        return Target(exact=shifted)
    target = Target()
    times = _times(draft, text)
    told = [
        when for when in times if _names(text, when) and _fits(when, appointment.starts_at, zone)
    ]
    said = [when for when in times if when.wanted and when not in told]
    impossible = _says(phrases.CANNOT_COME, text)
    target.avoid = [
        _window(when, local)
        for when in times
        if when.has_day and (not when.wanted or (when in told and impossible))
    ]
    if not said:
        if _says(phrases.SOONER, text):
            target.windows = [(draft.turn.now, appointment.starts_at)]
        elif _says(phrases.LATER_ON, text):
            target.windows = [(appointment.starts_at + timedelta(minutes=1), local + timedelta(14))]
        if not target.windows:
            target.near = appointment.starts_at if not target.avoid else None
        return target
    same_time = _says(phrases.SAME_TIME, text)
    for when in said:
        if when.clock and (when.first is None or when.first == when.last):
            day = when.first or local.date()
            exact = datetime.combine(day, when.clock, zone)
            if exact <= draft.turn.now and when.first is None:
                exact = datetime.combine(day + timedelta(days=1), when.clock, zone)
            return Target(exact=exact, avoid=target.avoid)
        if same_time and when.first and when.first == when.last:
            at = datetime.combine(when.first, local.time().replace(tzinfo=None), zone)
            return Target(exact=at, avoid=target.avoid)
        target.windows.append(_window(when, local))
    if any(not when.has_time for when in said) and said[0].first:
        clock = local.time().replace(tzinfo=None)
        target.near = datetime.combine(said[0].first, clock, zone)
    return target


def _shifted(text: str, local: datetime) -> datetime | None:
    """ "An hour later", "bring it forward by two days": by the clock on the wall."""
    match = words_pattern(phrases.SHIFT).search(text)
    if match is None:
        return None
    parts = {name: value for name, value in match.groupdict().items() if value}
    amount = next((v for k, v in parts.items() if k.startswith("amount")), "").lower()
    unit = next((v for k, v in parts.items() if k.startswith("unit")), "").lower()
    way = next((v for k, v in parts.items() if k.startswith("way")), "").lower()
    count: float = number(amount or unit.partition(" ")[0], reading.pack) or 1
    if pattern(phrases.HALF).fullmatch(amount):
        count = 0.5
    elif pattern(phrases.COUPLE).fullmatch(amount):
        count = 2
    spans = phrases.SHIFT_UNITS.items()
    span = next((name for name, words in spans if pattern(words).fullmatch(unit)), "weeks")
    length = timedelta(minutes=count * MINUTES[span])
    earlier = pattern(phrases.EARLIER_WAY).search(way) is not None
    naive = local.replace(tzinfo=None) + (-length if earlier else length)
    return naive.replace(tzinfo=local.tzinfo)


def _window(when: When, local: datetime) -> Window:
    zone = local.tzinfo
    first = when.first or when.last or local.date()
    last = when.last or first + timedelta(days=14)
    opens = datetime.combine(first, when.time_from or time(0), zone)
    closes = (
        datetime.combine(last, when.time_to, zone)
        if when.time_to and when.time_to != when.time_from
        else datetime.combine(last + timedelta(days=1), time(0), zone)
    )
    return opens, closes


def _times(draft: Draft, text: str) -> Sequence[When]:
    organization = draft.turn.organization
    for title in organization.listings.values_list("title", flat=True):
        text = words_pattern(re.escape(reading.plain(title))).sub(
            lambda m: "_" * len(m.group()), text
        )
    text = words_pattern(phrases.SHIFT).sub(lambda m: "_" * len(m.group()), text)
    return find_times(text, draft.turn.now, organization.timezone, asked=True, words=reading.pack)


def _names(text: str, when: When) -> bool:
    """Whether a time tells which appointment, or which day is impossible, not where it shall go."""
    if not when.wanted:
        return True
    before, after = text[: when.start], text[when.end :]
    return bool(
        pattern(phrases.NAMES_BEFORE).search(before) or pattern(phrases.NAMES_AFTER).match(after)
    )


def _fits(when: When, starts_at: datetime, zone: object) -> bool:
    local = starts_at.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    if when.first and local.date() < when.first:
        return False
    if when.last and local.date() > when.last:
        return False
    if when.clock:
        return clock == when.clock
    if when.time_from and clock < when.time_from:
        return False
    return not (when.time_to and clock >= when.time_to)


def _tapped(draft: Draft) -> str:
    for message in draft.turn.new:
        kind, _, code = (button_payload(message) or "").partition(":")
        if f"{kind}:" == APPOINTMENT_PREFIX:
            return code
    return ""


def _named_home(by_kind: dict[str, Command]) -> int | None:
    for kind in ("choose_listing", "ask_listing", "want_viewing"):
        value = by_kind[kind].value if kind in by_kind else None
        named = value.get("listing") if isinstance(value, dict) else value
        if isinstance(named, int):
            return named
    return None


def _is_another_home(draft: Draft, by_kind: dict[str, Command]) -> bool:
    named = _named_home(by_kind)
    return named is not None and all(row.listing_id != named for row in upcoming(draft))


def _forget(draft: Draft) -> None:
    for name in (
        "rounds",
        "moving",
        "refused",
        "wanted_windows",
        "to_confirm",
        "to_cancel",
        "which",
    ):
        draft.state.pop(name, None)
    draft.state["asked"] = None


def _described(draft: Draft, appointment: Appointment) -> str:
    what = catalogue.YOUR_PURPOSES[appointment.kind]
    if appointment.listing:
        draft.turn.evidence.append(appointment.listing.title)
        what = catalogue.YOUR_VIEWING_OF.format(title=appointment.listing.title)
    return catalogue.ON.format(what=what, when=_when(appointment))


def _when(appointment: Appointment) -> str:
    return wording.moment(appointment.starts_at, appointment.organization.zone)


def _spell(draft: Draft, moment: datetime) -> str:
    return moment.astimezone(draft.turn.organization.zone).strftime("%d %H:%M %Y")


def _says(fragment: str, text: str) -> bool:
    return words_pattern(fragment).search(text) is not None
