"""Which counts, numbers and sums a reply may state.

Bedrooms, bathrooms, sizes, floors and deposits, in figures or in words, have to be those of the
homes that the sentence names, or else of those read in this turn; square feet are converted.

Every number has to stand in what a tool returned or in the customer's own words. For what a model
writes that is not enough: a sum, or any number large enough to be taken for one, has to be a figure
of a home's row, not of its description or of what somebody wrote, for whoever can write those could
set the price. Only the customer's own budget and the agency's own notes may be repeated besides.
"""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from assistant.claims import FEET_PER_METRE, Count, counts_in, days_in
from assistant.links import as_seen as links_as_seen
from assistant.links import phones_in, without_links
from knowledge.folding import fold
from knowledge.models import Listing, Note
from knowledge.spelling import spelled
from leads.recording import known

if TYPE_CHECKING:
    from assistant.turn import Turn

NUMBER = re.compile(r"\d(?:[\d.,:\u00a0\u202f]*\d)?")
NO_GERMAN_MONTH = (
    r"(?!\s|(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|"
    r"Dezember)\b)"
)
# Not behind the day of a German date: "am 23. November".
SENTENCE_END = re.compile(rf"(?<=[!?;·؟])\s+|(?<=\.)(?<!\d\.)\s+|(?<=\d\.)\s+{NO_GERMAN_MONTH}|\n")
HOURS_APART = re.compile(r"\b(\d{1,2})h(\d{2})\b")
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
    r"χιλιάδ|εκατομμύρι|εκατό|κόσι(?:α|ες|οι)|quinient|(?:do|tre|cuatro|seis|sete|ocho|nove)cient|"
    r"тысяч|миллион|مليون|ألف|آلاف|مئة|مائة|مئات",
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
    """Return the counts and numbers that no row, tool or customer has given. In `tenant()`."""
    wrong, text = _counts(turn, links_as_seen(text))
    return wrong | _numbers(turn, text)


def _counts(turn: "Turn", text: str) -> tuple[set[str], str]:
    """Return the untrue counts and sizes of a text, and the text without the true ones."""
    rows, wrong, rest = rows_of(turn), set(), []
    said = [message.body for message in turn.messages if message.is_inbound]
    written = {
        (count.field, count.value)
        for each in [*turn.evidence, *said, *rows.notes]
        for count in counts_in(spelled(each).plain)
    }
    written |= {
        (field, Decimal(str(value)))
        for name, value in wishes(turn)
        if (field := WISHED.get(name)) and isinstance(value, int | float)
    }
    for sentence in SENTENCE_END.split(text):
        seen, named = spelled(sentence), rows.named_in(sentence)
        allowed = rows.counts(named or rows.cited)
        allowed |= {it for it in written if not named or it[0] == "deposit"}
        for count in counts_in(seen.plain):
            words = seen.said(count.start, count.end)
            if _is_true(count, allowed):
                sentence = sentence.replace(words, " ", 1)
            else:
                wrong.add(words)
        rest.append(sentence)
    return wrong, "\n".join(rest)


def against_the_record(turn: "Turn", text: str) -> list[str]:
    """Return the counts, sizes and sums beside a home's name that its row does not give."""
    rows, wrong = rows_of(turn), []
    for sentence in SENTENCE_END.split(links_as_seen(text)):
        named = rows.named_in(sentence)
        if not named:
            continue
        seen, allowed, prices = spelled(sentence), rows.counts(named), rows.prices(named)
        wrong += [
            seen.said(count.start, count.end)
            for count in counts_in(seen.plain)
            if not _is_true(count, allowed)
        ]
        sums = (match for match in SUM.finditer(sentence) if prices)
        wrong += [match[0].strip() for match in sums if _value(*_parts(match)) not in prices]
    return wrong


def _is_true(count: Count, allowed: set[tuple[str, Decimal]]) -> bool:
    if count.field != "feet":
        return (count.field, count.value) in allowed
    metres = [value for field, value in allowed if field == "area"]
    slack = max(Decimal(1), count.value / 200)
    return ("feet", count.value) in allowed or any(
        abs(value * FEET_PER_METRE - count.value) <= slack for value in metres
    )


def _numbers(turn: "Turn", text: str) -> set[str]:
    given = numbers_in(" ".join(turn.evidence)) | clock_spellings(turn.evidence)
    given |= numbers_in(" ".join(m.body for m in turn.messages if m.is_inbound))
    given |= numbers_in(" ".join(str(value) for _, value in wishes(turn)))
    plain = _without_addresses(text)
    plain = HOURS_APART.sub(r"\1:\2", plain)
    for day in days_in(text):  # which `assistant.grounding` looks at
        plain = plain.replace(day.said, " ")
    names = [f"{it.title} {it.reference}" for it in rows_of(turn).named_in(text)]
    given |= numbers_in(" ".join(names))
    for match in SUM.finditer(plain):
        value = _value(*_parts(match))
        if f"{value:f}" in given:  # `385k` for 385000
            plain = plain.replace(match[0], " ")
    return numbers_in(plain) - given


def unproved_sums(turn: "Turn", text: str) -> set[str]:
    """Return the sums, and numbers like sums, that no row gives. Runs inside `tenant()`."""
    rows = rows_of(turn)
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
        found |= rows.like_sums(SUM.sub(" ", sentence), named, allowed)
        if IN_WORDS.search(sentence) and re.search(CURRENCY, sentence, re.IGNORECASE):
            found.add("a sum in words")
    return found


def rows_of(turn: "Turn") -> "Rows":
    """Return the rows of what was read so far, which each check of a draft looks at."""
    read = [(source["kind"], source["id"]) for source in turn.sources]
    kept = getattr(turn, "kept_rows", None)
    if kept is None or kept[0] != read:
        kept = turn.kept_rows = (read, Rows(turn))
    return kept[1]


class Rows:
    """The figures that this turn's rows give."""

    def __init__(self, turn: "Turn") -> None:
        cited = {kind: [s["id"] for s in turn.sources if s["kind"] == kind] for kind in KINDS}
        organization = turn.organization
        self.homes = list(organization.listings.all())
        self.names = [
            (home, [fold(name) for name in (home.title, home.reference) if name])
            for home in self.homes
        ]
        self.cited = [home for home in self.homes if home.pk in cited["listing"]]
        notes = Note.objects.filter(organization=organization, pk__in=cited["note"])
        written = [*notes.values_list("body", flat=True), own_sentence(turn)]
        self.notes = written
        self.of_notes = {_value(number, "") for number in numbers_in(" ".join(written))}
        self.budgets = {
            _value(str(value), "")
            for field, value in wishes(turn)
            if field in ("budget_min", "budget_max")
        }

    def named_in(self, sentence: str) -> list[Listing]:
        folded = fold(sentence)
        return [home for home, names in self.names if any(name in folded for name in names)]

    def prices(self, homes: Iterable[Listing]) -> set[Decimal]:
        return {
            Decimal(value).normalize()
            for home in homes
            for name in PRICES
            if (value := getattr(home, name)) is not None
        }

    def counts(self, homes: Iterable[Listing]) -> set[tuple[str, Decimal]]:
        """The counts and sizes that the rows and descriptions of these homes give."""
        found = set()
        for home in homes:
            for name, field in COUNTED.items():
                if (value := getattr(home, name)) is not None:
                    found.add((field, Decimal(value).normalize()))
            for count in counts_in(spelled(f"{home.title}\n{home.description}").plain):
                found.add((count.field, count.value))
        return found

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
COUNTED = {
    "bedrooms": "bedrooms", "bathrooms": "bathrooms", "area_m2": "area", "plot_m2": "area",
    "floor": "floor", "deposit_months": "deposit",
}  # fmt: skip
WISHED = {"bedrooms": "bedrooms", "bathrooms": "bathrooms", "area_m2_min": "area"}


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
    stored = known(turn.lead) if turn.lead else {}
    return [*stored.items(), *turn.noted.items()]


def _without_addresses(text: str) -> str:
    """The text without links, addresses, phones and ISO dates, which other checks look at."""
    text = without_links(text)
    for phone in phones_in(text):
        text = text.replace(phone, " ")
    return re.sub(r"\b\d{4}-\d{2}-\d{2}\b", " ", text)


def sums_in(text: str) -> tuple[set[Decimal], str]:
    """Return the sums of money that a text names, and the text without them."""
    sums = {_value(figure, unit) for figure, unit in _sums(text)}
    return sums, SUM.sub(" ", text)


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
            for shown in (hour, (hour - 1) % 12 + 1):
                found |= {f"{shown}", f"{shown}:{minutes}", f"{shown:02}:{minutes}"}
                found.add(normal(f"{shown}.{minutes}"))
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
