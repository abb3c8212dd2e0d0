"""Money in a sentence: amounts with thousands marks, k or M, limits, ranges, currency, period."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from types import ModuleType
from typing import Literal

from leads.language import en
from leads.language.sieve import Sieved
from leads.language.text import find, has, pattern

DOLLARS = ("USD", "AUD", "CAD", "NZD", "SGD", "HKD")

LARGEST = 10**12  # no home costs more; longer digits are something else


@dataclass(frozen=True)
class Budget:
    """Whole units of `currency`; a bound that was not said is None."""

    lowest: int | None
    highest: int | None
    currency: str | None
    period: Literal["total", "month"] | None
    start: int
    end: int
    sure: bool


@dataclass(frozen=True)
class _Amount:
    value: float
    currency: str | None
    scaled: bool
    start: int
    end: int


def find_budget(
    text: str, *, asked: bool = False, home_currency: str | None = None, words: ModuleType = en
) -> Budget | None:
    """The limits a customer names in one clause, or None.

    A bare number counts only next to a budget or limit word, or when the assistant has just
    `asked` for the budget. Sizes, dates, hours, deposits and offers are not budgets.
    """
    if has(words.NOT_BUDGET, text):
        return None
    named = _amounts(text, home_currency, words)
    money = {amount: _is_money(amount, text, asked, words) for amount in named}
    for first, second in pairwise(named):
        if (money[first] or money[second]) and _are_a_range(first, second, text, words):
            money[first] = money[second] = True
    amounts = [amount for amount in named if money[amount]]
    if not amounts:
        return None
    currency = next((a.currency for a in amounts if a.currency), None)
    period = _period(text, words)
    sure = bool(currency) or has(words.BUDGET, text) or asked
    ends = (amounts[0].start, amounts[-1].end)
    for first, second in pairwise(amounts):
        if _are_a_range(first, second, text, words):
            low, high = sorted((_scaled_like(first, second), second.value))
            return Budget(round(low), round(high), currency, period, *ends, sure)
    lowest = highest = None
    for amount in amounts:
        if _is_lower_bound(amount, text, words):
            lowest = round(amount.value)
        else:
            highest = round(amount.value)
    return Budget(lowest, highest, currency, period, *ends, sure)


def _are_a_range(first: _Amount, second: _Amount, text: str, words: ModuleType) -> bool:
    between = text[first.end : second.start]
    return re.fullmatch(words.RANGE, between, re.IGNORECASE) is not None


def _amounts(text: str, home_currency: str | None, words: ModuleType) -> list[_Amount]:
    found = []
    for match in _amount_pattern(words).finditer(text):
        value = _value(match["digits"]) if match["digits"] else words.NUMBERS[match["word"].lower()]
        scale = match["scale"] or match["wordscale"]
        if match["digits"] and scale is None and _is_cut(match, text, words):
            continue
        factor = _scale(scale, words) * _scale(match["more"], words)  # "four hundred thousand"
        currency = _currency(match["before"] or match["after"], home_currency, words)
        if value * factor >= LARGEST:
            continue
        start, end = match.start(), match.end()
        found.append(_Amount(value * factor, currency, factor > 1, start, end))
    return found


def _is_cut(match: re.Match[str], text: str, words: ModuleType) -> bool:
    """Whether letters that follow make it something else; "900pcm" and "900ish" are sums."""
    if not text[match.end() : match.end() + 1].isalpha():
        return False
    belongs = rf"(?:{words.PER_MONTH}|{words.AT_MOST_AFTER})(?!\w)"
    return not pattern(belongs).match(text, match.end())


@lru_cache(maxsize=16)
def _amount_pattern(words: ModuleType) -> Sieved:
    symbol = "|".join([*words.CURRENCIES.values(), words.DOLLAR])
    scale = "|".join([*words.MONEY_SCALES])
    spoken = "|".join(w for w in words.NUMBERS if len(w) > 2)
    multiplier = "|".join(words.MULTIPLIERS)
    return find(
        rf"(?<![\w.,/:#])(?P<before>(?:{symbol})\s*)?"
        rf"(?:(?P<digits>\d{{1,3}}(?:[.,' ]\d{{3}})+(?:[.,]\d{{1,2}})?(?!\d)|\d+(?:[.,]\d+)?)"
        rf"(?:\s*(?P<scale>{scale})(?![\w²]))?"
        rf"|(?P<word>{spoken})\s+(?P<wordscale>{multiplier})(?:\s+(?P<more>{multiplier}))?\b)"
        rf"(?P<after>\s*(?:{symbol}))?"
    )


def _value(digits: str) -> float:
    """1,200 and 1.200 and 1 200 are thousands; 1.5 and 1,5 and 1.200,50 have decimals."""
    digits = digits.replace(" ", "").replace("'", "")
    whole = re.fullmatch(r"(\d{1,3}(?:[.,]\d{3})+)(?:[.,](\d{1,2}))?", digits)
    if whole:
        return float(re.sub(r"[.,]", "", whole.group(1)) + "." + (whole.group(2) or "0"))
    return float(digits.replace(",", "."))


def _scale(written: str | None, words: ModuleType) -> int:
    if not written:
        return 1
    factor = words.MULTIPLIERS.get(written.lower())
    if factor:
        return factor
    for fragment, factor in words.MONEY_SCALES.items():
        if re.fullmatch(fragment, written, re.IGNORECASE):
            return factor
    return 1


def _currency(written: str | None, home: str | None, words: ModuleType) -> str | None:
    if not written:
        return None
    for code, fragment in words.CURRENCIES.items():
        if re.fullmatch(rf"(?:{fragment})\s*", written.strip(), re.IGNORECASE):
            return code
    return home if home in DOLLARS else "USD"


def _is_money(amount: _Amount, text: str, asked: bool, words: ModuleType) -> bool:
    after = text[amount.end :]
    monthly = amount.value >= 100 and pattern(rf"\s*(?:{words.PER_MONTH})").match(after)
    unit = pattern(rf"\s*-?\s*(?:{words.NOT_MONEY_UNITS})(?!\w)").match(after)
    if unit and not amount.currency and not monthly:
        return False
    if amount.currency:
        return amount.value >= 50
    if amount.value < 200:
        return False
    if amount.scaled:
        return True
    return asked or bool(monthly) or has(words.BUDGET, text) or _limited(amount, text, words)


def _limited(amount: _Amount, text: str, words: ModuleType) -> bool:
    before = pattern(
        rf"(?<!\w)(?:{words.AT_MOST}|{words.AT_LEAST}|{words.BETWEEN}|{words.ABOUT})\s*$"
    )
    after = pattern(rf"\s*(?:{words.AT_MOST_AFTER}|{words.AT_LEAST_AFTER})")
    return bool(before.search(text[: amount.start]) or after.match(text[amount.end :]))


def _is_lower_bound(amount: _Amount, text: str, words: ModuleType) -> bool:
    before, after = text[: amount.start], text[amount.end :]
    if pattern(rf"(?<!\w)(?:{words.AT_MOST})\s*(?:of\s*)?$").search(before):
        return False
    if pattern(rf"(?<!\w)(?:{words.AT_LEAST})\s*$").search(before):
        return True
    period = rf"\s*(?:{words.PER_MONTH})?\s*,?\s*"
    return bool(pattern(rf"{period}(?:{words.AT_LEAST_AFTER})(?!\w)").match(after))


def _scaled_like(first: _Amount, second: _Amount) -> float:
    """The 200 of "200-250k" is thousands too."""
    if not first.scaled and second.scaled and first.value < 1000:
        factor = 1_000_000 if second.value >= 1_000_000 and first.value < 50 else 1_000
        return first.value * factor
    return first.value


def _period(text: str, words: ModuleType) -> Literal["total", "month"] | None:
    if pattern(rf"(?:(?<!\w)|(?<=\d)\s*|(?=/))(?:{words.PER_MONTH})").search(text):
        return "month"
    if has(words.IN_TOTAL, text):
        return "total"
    return None
