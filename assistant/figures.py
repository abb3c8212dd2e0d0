"""Which numbers and sums a reply may state.

Every number has to stand in what a tool returned or in the customer's own words. For what a model
writes that is not enough: a sum, or any number large enough to be taken for one, has to be a figure
of a home's row, not of its description or of what somebody wrote, for whoever can write those could
set the price. Only the customer's own budget and the agency's own notes may be repeated besides.
"""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from assistant.links import phones_in, without_links
from knowledge.folding import fold
from knowledge.models import Listing, Note
from leads.recording import known

if TYPE_CHECKING:
    from assistant.turn import Turn

NUMBER = re.compile(r"\d(?:[\d.,:\u00a0\u202f]*\d)?")
SENTENCE_END = re.compile(r"(?<=[.!?;·])\s+|\n")
CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
FIGURE = r"\d(?:[\d.,\u00a0\u202f]*\d)?(?:[ ]\d{3})*(?!\d)"
UNIT = r"k|m|mio|thousand|million|mil|millones|tausend|mille|millions?|χιλ\w*|εκατ\w*|тыс\w*|млн"
CURRENCY = (
    r"[€$£₽₺]|\b(?:euros?|eur|usd|gbp|dollars?|pounds?|lira)\b|\bευρώ|\bевро|\bруб|يورو|درهم|ليرة"
)
SUM = re.compile(
    rf"(?:[€$£₽₺]\s?({FIGURE})\s?(?:({UNIT})\b)?)|"
    rf"(?<![\w.,])({FIGURE})\s?(?:({UNIT})\b)?\s?(?:{CURRENCY})|"
    rf"(?<![\w.,])({FIGURE})(k)\b",
    re.IGNORECASE,
)
IN_WORDS = re.compile(
    r"\b(?:hundred|thousand|million|cien|ciento|miles|mill[oó]n|hundert|tausend|cent|mille)\w*\b|"
    r"χιλιάδ|εκατομμύρι|εκατό|тысяч|миллион|مليون|ألف|مئة",
    re.IGNORECASE,
)
# In a sentence that repeats what the customer wants to spend.
BUDGET = re.compile(
    r"\b(?:budget|up to|at most|maximum|presupuesto|hasta|bis zu|höchstens|jusqu)|"
    r"προϋπολογισμ|έως|μέχρι|бюджет|до\b|ميزاني",
    re.IGNORECASE,
)
THOUSAND = {"k", "thousand", "mil", "tausend", "mille"}
LARGE, LARGE_AS_RENT = Decimal(1000), Decimal(100)
YEARS = range(1900, 2101)
PRICES = ("price", "common_expenses")


def unproved_numbers(turn: "Turn", text: str) -> set[str]:
    """Return the numbers that no tool and no customer has given."""
    given = numbers_in(" ".join(turn.evidence)) | clock_spellings(turn.evidence)
    given |= numbers_in(" ".join(m.body for m in turn.messages if m.is_inbound))
    given |= numbers_in(" ".join(str(value) for _, value in wishes(turn)))
    plain = _without_addresses(text)
    for match in SUM.finditer(plain):
        value = _value(*_parts(match))
        if f"{value:f}" in given:  # `385k` for 385000
            plain = plain.replace(match[0], " ")
    return numbers_in(plain) - given


def unproved_sums(turn: "Turn", text: str) -> set[str]:
    """Return the sums, and numbers like sums, that no row gives. Runs inside `tenant()`."""
    rows = _Rows(turn)
    found: set[str] = set()
    for sentence in SENTENCE_END.split(_without_addresses(text)):
        named = rows.named_in(sentence)
        allowed = rows.prices(named or rows.cited)
        if not named:
            allowed |= rows.of_notes
        if BUDGET.search(sentence) and not named:
            allowed |= rows.budgets
        sums = {_value(figure, unit): figure for figure, unit in _sums(sentence)}
        found |= {figure for value, figure in sums.items() if value not in allowed}
        found |= rows.like_sums(sentence, named, allowed)
        if IN_WORDS.search(sentence) and re.search(CURRENCY, sentence, re.IGNORECASE):
            found.add("a sum in words")
    return found


class _Rows:
    """The figures that this turn's rows give."""

    def __init__(self, turn: "Turn") -> None:
        cited = {kind: [s["id"] for s in turn.sources if s["kind"] == kind] for kind in KINDS}
        organization = turn.organization
        self.homes = list(organization.listings.all())
        self.cited = [home for home in self.homes if home.pk in cited["listing"]]
        notes = Note.objects.filter(organization=organization, pk__in=cited["note"])
        written = [*notes.values_list("body", flat=True), own_sentence(turn)]
        self.of_notes = {_value(number, "") for number in numbers_in(" ".join(written))}
        self.budgets = {
            _value(str(value), "")
            for field, value in wishes(turn)
            if field in ("budget_min", "budget_max")
        }

    def named_in(self, sentence: str) -> list[Listing]:
        folded = fold(sentence)
        return [
            home
            for home in self.homes
            if any(name and fold(name) in folded for name in (home.title, home.reference))
        ]

    def prices(self, homes: Iterable[Listing]) -> set[Decimal]:
        return {
            Decimal(value).normalize()
            for home in homes
            for name in PRICES
            if (value := getattr(home, name)) is not None
        }

    def like_sums(self, sentence: str, named: list[Listing], allowed: set[Decimal]) -> set[str]:
        """Numbers large enough for a price that are none of the figures of the homes' rows."""
        homes = named or self.cited
        least = LARGE_AS_RENT if any(home.deal == "rent" for home in named) else LARGE
        of_rows = numbers_in(" ".join(_row_in_words(home) for home in homes))
        found = set()
        for number in numbers_in(sentence) - of_rows:
            value = _value(number, "")
            is_year = value in YEARS and len(number) == 4
            if ":" not in number and value >= least and value not in allowed and not is_year:
                found.add(number)
        return found


KINDS = ("listing", "note")


def _row_in_words(home: Listing) -> str:
    facts = [
        home.title, home.reference, home.address, home.area_m2, home.plot_m2, home.year_built,
        home.area, home.city, home.deposit_months, home.floor, home.bedrooms, home.bathrooms,
    ]  # fmt: skip
    return " | ".join(f"{it.normalize():f}" if isinstance(it, Decimal) else f"{it}" for it in facts)


def own_sentence(turn: "Turn") -> str:
    """What the agency itself wrote for the subject at hand."""
    return turn.rule.sentence if turn.rule else ""


def wishes(turn: "Turn") -> list[tuple[str, object]]:
    """What is known of the customer's wish, each from their own words."""
    return [*known(turn.lead).items(), *turn.noted.items()]


def _without_addresses(text: str) -> str:
    """The text without links, addresses, phones and ISO dates, which other checks look at."""
    text = without_links(text)
    for phone in phones_in(text):
        text = text.replace(phone, " ")
    return re.sub(r"\b\d{4}-\d{2}-\d{2}\b", " ", text)


def _sums(sentence: str) -> Iterable[tuple[str, str]]:
    return map(_parts, SUM.finditer(sentence))


def _parts(match: re.Match[str]) -> tuple[str, str]:
    figure = match[1] or match[3] or match[5]
    return figure.replace(" ", ""), (match[2] or match[4] or match[6] or "").casefold()


def _value(number: str, unit: str) -> Decimal:
    """What a number stands for; one that cannot be read is minus one, which nothing gives."""
    try:
        value = Decimal(normal(number))
    except InvalidOperation:
        return Decimal(-1)
    if unit in THOUSAND or unit.startswith(("χιλ", "тыс")):
        value *= 1000
    elif unit:
        value *= 1_000_000
    return value.normalize()


def clock_spellings(evidence: Iterable[str]) -> set[str]:
    """How else the times of the evidence are spelled: `15:00` as 3, 3:00, 15 and 15.00."""
    found = set()
    for text in evidence:
        for hours, minutes in re.findall(r"\b(\d{2}):(\d{2})\b", text):
            hour = int(hours)
            for spelled in (hour, (hour - 1) % 12 + 1):
                found |= {f"{spelled}", f"{spelled}:{minutes}", f"{spelled:02}:{minutes}"}
                found.add(normal(f"{spelled}.{minutes}"))
    return found


def numbers_in(text: str) -> set[str]:
    """Return the numbers of a text without separators: `€385,000` and `385000.00` are `385000`."""
    return {normal(match) for match in NUMBER.findall(text)}


def normal(number: str) -> str:
    number = re.sub(r"[\u00a0\u202f]", "", number)
    if ":" in number:
        return number
    number = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", number)
    number = number.replace(",", ".")
    whole, _, fraction = number.partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole.lstrip('0') or '0'}.{fraction}" if fraction else whole.lstrip("0") or "0"
