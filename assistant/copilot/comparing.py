"""Whether a text still says the same figures, days, links and names after it was written anew.

For texts that a member wrote and had shortened, translated or changed in tone. Both are read in all
six languages, so that `3 pm` and `15 Uhr`, `385k €` and `385.000 Euro` are the same, and `tomorrow`
and `mañana`. What differs in either direction is returned in words of the text that has it.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

from assistant import links
from assistant.claims import (
    DAYS,
    DIGITS,
    RELATIVE,
    SMALL,
    WEEKDAYS,
    counts_in,
    days_in,
    places_of_clocks,
)
from assistant.figures import CLOCK, HOURS_APART, normal, numbers_in, sums_in
from knowledge.spelling import spelled

CURRENCIES = {
    "EUR": r"€|\beuros?\b|\beur\b|ευρώ|يورو",
    "USD": r"\$|\bdollars?\b|\busd\b|dólar|dolares|δολάρι|دولار",
    "GBP": r"£|\bpounds?\b|\bgbp\b|libras?\b|pfund|livres? sterling|λίρ|جنيه",
    "AED": r"\baed\b|\bdirhams?\b|درهم|ντιρχάμ",
}
# Greetings and parts of the day, which name no other day.
NO_DAY = re.compile(
    r"(?:guten|am|jeden) morgen|morgens|(?:por|de|en|a|toda) la manana|buenas? manana|bonne journee"
)
# The 2 of square metres is no figure.
SQUARE = re.compile(r"\bm2\b")
# "mon" and "sat" are words of other languages.
SHORTEST_DAY = 4
HALF_A_DAY = 12


def differences(before: str, after: str) -> list[str]:
    """Return what one text states and the other does not, each once."""
    one, other = _Stated(before), _Stated(after)
    found = [*one.missing_in(other), *other.missing_in(one)]
    return list(dict.fromkeys(filter(None, found)))


def states_nothing(text: str) -> bool:
    """Whether a text holds no figure, in digits or words, and no day, link or number to call."""
    return not (differences(text, "") or _Stated(text).in_words)


class _Stated:
    """What a text states that may not change."""

    def __init__(self, text: str) -> None:
        seen = links.as_seen(text)
        self.links = set(links.links_in(seen)) | {it.casefold() for it in links.EMAIL.findall(seen)}
        rest = SQUARE.sub("m", links.without_links(seen))
        phones = links.phones_in(rest)
        self.phones = {re.sub(r"\D", "", phone) for phone in phones}
        for phone in phones:
            rest = rest.replace(phone, " ")
        self.currencies = {
            code for code, words in CURRENCIES.items() if re.search(words, rest, re.IGNORECASE)
        }
        self.dates = {}
        for day in days_in(rest):
            self.dates[(day.day, day.month)] = day.said.strip(" .")
            rest = rest.replace(day.said, " ")
        plain = spelled(rest).plain
        self.clocks = {clock for clock, _ in places_of_clocks(plain)}
        self.days = self._days_in(plain)
        self.sums, rest = sums_in(rest)
        plain = spelled(rest).plain
        self.counts: dict[str, set[Decimal]] = {}
        for count in counts_in(plain):
            self.counts.setdefault(count.field, set()).add(count.value)
        self.numbers = numbers_in(CLOCK.sub(" ", HOURS_APART.sub(r"\1:\2", rest)))
        self.in_words = {str(it) for it in _words_in(plain)}

    @staticmethod
    def _days_in(plain: str) -> dict[object, str]:
        found: dict[object, str] = {}
        for match in DAYS.finditer(NO_DAY.sub(" ", plain)):
            said = match["weekday"] or match["relative"]
            if match["weekday"] and len(said) >= SHORTEST_DAY:
                found["weekday", WEEKDAYS[said]] = said
            elif match["relative"]:
                found["relative", RELATIVE[said]] = said
        return found

    def missing_in(self, other: "_Stated") -> Iterable[str]:
        """What this one states and the other does not."""
        yield from sorted(self.links - other.links)
        yield from sorted(self.phones - other.phones)
        yield from (said for day, said in self.dates.items() if day not in other.dates)
        yield from (said for day, said in self.days.items() if day not in other.days)
        yield from sorted(self.currencies - other.currencies)
        yield from (f"{value:f}" for value in sorted(self.sums - other.sums))
        yield from (clock for clock in sorted(self.clocks) if not other._tells_time(clock))
        for number in sorted(self.numbers):
            if number not in other.numbers | other.in_words and not other._is_hour(number):
                yield number
        for field, values in self.counts.items():
            theirs = other.counts.get(field, values)
            yield from (f"{value:f} {field}" for value in sorted(values - theirs))

    def _tells_time(self, clock: str) -> bool:
        """Whether a time stands here as well, if as a bare hour; `1.25` may be no time at all."""
        if clock in self.clocks or _as_decimal(clock) in self.numbers:
            return True
        hour = int(clock[:2])
        hours = {str(hour), str((hour - 1) % HALF_A_DAY + 1)}
        return clock.endswith(":00") and bool(hours & (self.numbers | self.in_words))

    def _is_hour(self, number: str) -> bool:
        """Whether a number is the hour of a time that stands here."""
        if number in map(_as_decimal, self.clocks):
            return True
        hours = {int(clock[:2]) for clock in self.clocks}
        return number.isdecimal() and bool({int(number), int(number) + HALF_A_DAY} & hours)


def _as_decimal(clock: str) -> str:
    return normal(f"{clock[:2]}.{clock[3:]}")


def _words_in(plain: str) -> Iterable[int]:
    """The small numbers that a text spells as words."""
    for word in re.findall(r"[^\W\d]+", plain):
        if (value := SMALL.get(word, DIGITS.get(word))) is not None:
            yield int(value)
