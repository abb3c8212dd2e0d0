# ruff: noqa: E501  (word lists read better unbroken)
"""Whether days, times, addresses and availability in a reply stand in stored rows.

A day is one of this customer's offers or appointments, of a home's row, or was written in a note or
by the customer; a day and a time in one sentence belong together. A home is called available only
when its row says so. A street with a number stands in some row of the agency.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from assistant import figures, links
from assistant.claims import (
    DAYS,
    RELATIVE,
    WEEKDAYS,
    Day,
    addresses_in,
    clocks_in,
    days_in,
    places_of_clocks,
)
from knowledge.folding import fold
from knowledge.models import Listing
from knowledge.spelling import Lexicon, spelled

if TYPE_CHECKING:
    from assistant.turn import Turn

STREET = re.compile(r"^(\D{3,}?),? (\d{1,4})\b")
HOME = r"(?:it|this|that|this one|the (?:flat|apartment|house|home|villa|property|studio|place|office|shop|plot|listing|penthouse|maisonette))"
AVAILABLE = (
    Lexicon(
        (
            rf"{HOME}(?: is|'s| remains?)(?: still| currently| now| also)? (?:available|free|on the market|vacant)(?! (?:of|from|for|on|at|in|until|to|monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|today|\d))|is still (?:available|free|for sale|to let|on the market)|still (?:available|free)",
            r"(?:ειναι|παραμενει) (?:ακομα |ακομη )?(?:διαθεσιμ\w+|ελευθερ\w+)",
            r"(?:sigue|esta) (?:todavia |aun |estando )?(?:disponible|libre)",
            r"(?:ist|steht) (?:\w+ )?(?:noch )(?:frei|verfugbar|zu haben)|ist verfugbar",
            r"(?:est|reste) (?:toujours |encore )?(?:disponible|libre)",
            r"(?:ما زال\w*|لا يزال|لا تزال) (?:متاح\w*|متوفر\w*)|(?:متاح|متاحة|متوفر|متوفرة)",
        ),
    ),
)
OF_A_NAMED_HOME = (
    Lexicon(
        (r"(?:is|are) (?:\w+ )?available(?! (?:from|on|at|in|until|as))", r"ist (?:\w+ )?frei")
    ),
)
UNAVAILABLE = (
    Lexicon(
        (
            r"(?:not|no longer|isn't) (?:\w+ )?available|(?:already|been|is|was) (?:sold|let|rented|reserved|taken|under offer|gone)",
            r"δεν ειναι (?:πια |πλεον )?διαθεσιμ\w+|(?:εχει|ειναι) (?:ηδη )?(?:πουλη\w+|νοικιασ\w+|κρατη\w+)|πουληθηκε|νοικιαστηκε",
            r"(?:no|ya no) (?:esta|sigue) (?:\w+ )?disponible|(?:esta|ha sido|fue) (?:ya )?(?:vendid[oa]|alquilad[oa]|reservad[oa])",
            r"(?:nicht|nicht mehr) (?:frei|verfugbar|zu haben)|(?:schon|bereits|ist|wurde) (?:verkauft|vermietet|reserviert)",
            r"n'est (?:plus|pas) (?:disponible|libre)|(?:deja|a ete|est) (?:vendue?|louee?|reservee?)",
            r"(?:غير|ليس\w*|لم يعد|لم تعد) (?:متاح\w*|متوفر\w*)|تم (?:بيع|تاجير|حجز)\w*",
        ),
    ),
)
IF = re.compile(
    r"(?<!\w)(?:if|whether|when|once|as soon as|αν|οταν|μολισ|si|cuando|ob|wenn|falls|sobald|quand|اذا|عندما)(?!\w)"
)
NOT = re.compile(
    r"(?<!\w)(?:not|no|isn't|cannot|can't|nothing|unfortunately|afraid|δεν|δυστυχωσ|no|nicht|kein\w*|leider|pas|malheureusement|لا|ليس|غير|للاسف)(?!\w)"
)


def unproved_days(turn: "Turn", text: str) -> list[str]:
    """Return the days and times that no row gives. Runs inside `tenant()`."""
    known = _Known(turn)
    wrong = [day.said for day in days_in(text) if not known.has_day(day)]
    for sentence in figures.SENTENCE_END.split(text):
        plain = spelled(sentence).plain
        if any(True for _ in clocks_in(plain)):
            wrong += known.wrong_times(sentence, plain)
    return list(dict.fromkeys(wrong))


def untrue_availability(turn: "Turn", text: str) -> list[str]:
    """Return the words that call a home available that is not, or the other way round."""
    rows = figures.rows_of(turn)
    focus = [home for home in rows.homes if home.pk == turn.state.get("focus")]
    wrong, last = [], focus
    for sentence in figures.SENTENCE_END.split(text):
        named = rows.named_in(sentence)
        last = named or last
        plain = spelled(sentence).plain
        if sentence.rstrip().endswith(("?", ";", "؟")) or IF.search(plain):
            continue
        denied = _said(UNAVAILABLE, plain)
        if denied:
            on_offer = [home for home in named if home.status == Listing.Status.AVAILABLE]
            wrong += [denied] if on_offer and len(on_offer) == len(named) else []
            continue
        claimed = _said(AVAILABLE, plain) or (_said(OF_A_NAMED_HOME, plain) if named else "")
        if not claimed or (not named and DAYS.search(plain)) or any(clocks_in(plain)):
            continue
        homes = named or last or rows.cited
        if any(home.status != Listing.Status.AVAILABLE for home in named or last) or (
            not homes and not turn.offered
        ):
            wrong.append(claimed)
    return wrong


def unknown_addresses(turn: "Turn", text: str) -> list[str]:
    """Return the streets with a number that no row of the agency and no customer names."""
    rows = figures.rows_of(turn)
    said = [message.body for message in turn.messages if message.is_inbound]
    written = [*turn.evidence, *said, *rows.notes]
    written += [f"{home.title}\n{home.address}\n{home.description}" for home in rows.homes]
    known = _letters("\n".join(written))
    wrong = [address for address in addresses_in(text) if _letters(address) not in known]
    folded = fold(links.as_seen(text))
    for street in _streets(rows.homes):
        for match in re.finditer(
            rf"(?<!\w){re.escape(street)},? (\d{{1,4}})(?![\w:€$£%-]|[.,]\d| ?(?:m2|€|bed|k\\b))",
            folded,
        ):
            if _letters(match[0]) not in known:
                wrong.append(match[0])
    return list(dict.fromkeys(wrong))


class _Known:
    """The days and moments of this turn's rows, notes and messages."""

    def __init__(self, turn: "Turn") -> None:
        zone = turn.organization.zone
        self.today = turn.now.astimezone(zone).date()
        rows = figures.rows_of(turn)
        moments = [row.starts_at for row in turn.conversation.offers.all()]
        moments += [row.starts_at for row in turn.conversation.appointments.all()]
        moments += turn.moments
        self.moments = {moment.astimezone(zone) for moment in moments}
        self.dates = {moment.date() for moment in self.moments} | {self.today}
        for home in rows.homes:
            self.dates |= {it for it in (home.available_from, home.as_of.date()) if it}
        said = [message.body for message in turn.messages if message.is_inbound]
        self.notes = [*rows.notes, *(home.description for home in rows.cited), *turn.evidence]
        self.written = [day for each in [*self.notes, *said] for day in days_in(each)]
        wished = [value for _, value in figures.wishes(turn) if isinstance(value, dict)]
        self.dates |= {_date(str(value.get("date", ""))) for value in wished} - {None}
        self.hours = {clock for each in rows.notes for clock in clocks_in(spelled(each).plain)}
        self.asked = {clock for each in said for clock in clocks_in(spelled(each).plain)}
        self.asked |= {str(value.get("time", "")) for value in wished}

    def has_day(self, day: Day) -> bool:
        if any(day.is_(other) for other in self.dates):
            return True
        same = [it for it in self.written if (it.day, it.month) == (day.day, day.month)]
        return bool(same) and self._weekday_fits(day)

    def wrong_times(self, sentence: str, plain: str) -> list[str]:
        """The times of a sentence that stand beside a day to which they do not belong."""
        days = self._days(sentence, plain)
        if not days:
            return []
        wrong = []
        for clock, place in places_of_clocks(plain):
            on = _day_of(place, days)
            is_known = any(
                _same_clock(moment, clock) and on(moment.date()) for moment in self.moments
            )
            is_question = NOT.search(plain) or "?" in sentence or ";" in sentence
            is_asked = clock in self.asked and is_question
            if not is_known and clock not in self.hours and not is_asked:
                wrong.append(clock)
        return wrong

    def _days(self, sentence: str, plain: str) -> list[tuple[int, Callable[[date], bool]]]:
        """The days that a sentence names, each with its place."""
        named = [(day.start, day.is_) for day in days_in(sentence)]
        if named:
            return named
        found: list[tuple[int, Callable[[date], bool]]] = []
        for match in DAYS.finditer(plain):
            if match["relative"] == "morgen" and re.search(r"(?:am|guten) morgen", plain):
                continue
            if match["relative"] == "manana" and re.search(r"(?:la|por) manana", plain):
                continue
            if match["relative"]:
                meant = self.today + timedelta(days=RELATIVE[match["relative"]])
                found.append((match.start(), lambda other, meant=meant: other == meant))
            else:
                weekday = WEEKDAYS[match["weekday"]]
                on = lambda other, weekday=weekday: other.weekday() == weekday  # noqa: E731
                found.append((match.start(), on))
        return found

    def _weekday_fits(self, day: Day) -> bool:
        if day.weekday is None:
            return True
        years = [day.year] if day.year else [self.today.year, self.today.year + 1]
        dates = [_date(f"{year}-{day.month:02}-{day.day:02}") for year in years]
        return any(it and it.weekday() == day.weekday for it in dates)


def _day_of(place: int, days: list[tuple[int, Callable[[date], bool]]]) -> Callable[[date], bool]:
    """The day that a time at this place belongs to: "Saturday at 11" or "at 11 on Saturday"."""
    before = [on for start, on in days if start < place]
    return before[-1] if before else days[0][1]


def _same_clock(moment: datetime, clock: str) -> bool:
    hour, minute = int(clock[:2]), int(clock[3:])
    return moment.minute == minute and (moment.hour == hour or moment.hour == hour + 12)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _said(lexicons: Iterable[Lexicon], plain: str) -> str:
    for lexicon in lexicons:
        if match := lexicon.find(plain):
            return match[0]
    return ""


def _letters(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(links.as_seen(text))))


def _streets(homes: Iterable[Listing]) -> set[str]:
    found = set()
    for home in homes:
        for text in (home.title, home.address):
            if match := STREET.match(fold(text)):
                found.add(match[1].strip())
    return found
