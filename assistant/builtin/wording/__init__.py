"""What the built-in assistant says. Sentences come from our catalogues, never made up.

A sentence has variants, so that a customer does not read the same one twice in a row; the fields
of a sentence are filled only from what tools returned.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal

from assistant.builtin.speaking import catalogue


def say(state: dict[str, Any], key: str, **fields: Any) -> str:
    """Return the sentence `key`, in the variant used least recently in this conversation."""
    variants = catalogue.SENTENCES[key]
    used = state.setdefault("said", {})
    turn = used.get(key, -1) + 1
    used[key] = turn
    return variants[turn % len(variants)].format(**fields)


def money(amount: Decimal | float, currency: str, period: str = "total") -> str:
    whole = Decimal(amount) == Decimal(amount).to_integral_value()
    text = format_currency(
        Decimal(amount),
        currency,
        catalogue.MONEY if whole else catalogue.MONEY_EXACT,
        locale=catalogue.LOCALE,
        currency_digits=False,
    )
    return f"{text} {catalogue.PER_MONTH}" if period == "month" else text


def number(value: Decimal | float) -> str:
    return format_decimal(value, locale=catalogue.LOCALE)


def day(value: datetime | date, zone: ZoneInfo) -> str:
    """`Saturday 28 November`"""
    local = value.astimezone(zone).date() if isinstance(value, datetime) else value
    return format_date(local, catalogue.DAY, locale=catalogue.LOCALE)


def date_in_full(value: date) -> str:
    """`28 November 2026`"""
    return format_date(value, catalogue.DATE, locale=catalogue.LOCALE)


def clock(value: datetime, zone: ZoneInfo) -> str:
    """`11:00`"""
    return format_time(value.astimezone(zone).timetz(), "HH:mm", locale=catalogue.LOCALE)


def moment(value: datetime, zone: ZoneInfo) -> str:
    """`Saturday 28 November at 11:00`"""
    return catalogue.AT.format(day=day(value, zone), time=clock(value, zone))


def button(value: datetime, zone: ZoneInfo) -> str:
    """`Sat 28 Nov 11:00`, at most 20 characters, as WhatsApp allows."""
    local = value.astimezone(zone)
    date_part = format_date(local.date(), catalogue.BUTTON_DAY, locale=catalogue.LOCALE)
    return f"{date_part} {clock(value, zone)}"[:20]


def listed(items: list[str], last: str = "") -> str:
    """`a, b and c`"""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])}{catalogue.JOIN.format(word=last or catalogue.AND)}{items[-1]}"


def sentence(text: str) -> str:
    """Start with a capital letter and end with a full stop."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".?!…" else ".")
