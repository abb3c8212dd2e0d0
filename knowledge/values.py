"""Values of a listing as people write them: 450k, €1.200, 85,5 m², ναι, 3. OG.

The price-parser package reads `385.000 €`, but neither `450k` nor a range; so this is our own.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.numbers import list_currencies
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.timezone import now
from django.utils.translation import gettext as _

from knowledge import wordbook
from knowledge.cleaning import one_line, plain_text
from knowledge.folding import fold
from knowledge.models import Listing

LONGEST_DESCRIPTION = 10_000
# Larger figures are a slip of the pen, such as a telephone number in the column of prices.
MOST = {
    "price": Decimal(2_000_000_000),
    "common_expenses": Decimal(100_000),
    "deposit_months": Decimal(36),
    "bedrooms": Decimal(60),
    "bathrooms": Decimal(60),
    "area_m2": Decimal(1_000_000),
    "plot_m2": Decimal(100_000_000),
    "floor": Decimal(200),
}
CURRENCY_SIGNS = {
    "€": "EUR", "£": "GBP", "$": "USD", "₺": "TRY", "eur": "EUR", "euro": "EUR", "ευρω": "EUR",
    "gbp": "GBP", "usd": "USD", "chf": "CHF", "aed": "AED", "يورو": "EUR", "درهم": "AED",
}  # fmt: skip

_FIGURE = re.compile(
    r"(?P<sign>[-−+]?)\s?(?P<figure>\d+(?:[.,'’٬٫\s]\d+)*)\s?"
    r"(?P<unit>(?:k|m|mio|mn|mln|million(?:en)?|millones|εκ|χιλ)\b\.?)?(?!\w)?"
)
_RANGE = re.compile(r"\d\s*(?:[kmKM])?\s*[€$£]?\s*(?:-|–|—|to|bis|έως|εως|hasta|à)\s*[€$£]?\s*\d")
_UNITS = {"k": 1000, "χιλ": 1000}


_SQUARE_METRES = re.compile(
    r"(?i)\s?(?:m\s?[²2]|sq\.?\s?m(?:et(?:er|re)s)?\.?|sqm|qm|τ\.?\s?μ\.?|mq|م²|م2|متر مربع)"
    r"(?!\w)"
)


class NotReadable(ValueError):
    """A value cannot be read; the text says why, to the person who wrote it."""


def read_value(field: str, text: str) -> Any:
    """Return what a text says for a field of Listing, None if it says nothing.

    Money in units of the currency, areas in whole square metres. Raises `NotReadable`.
    """
    text = plain_text(text) if field == "description" else one_line(text)
    if not text or (field not in _TEXTS and fold(text) in wordbook.UNKNOWN):
        return None
    return _READERS[field](field, text)


def read_amount(text: str) -> Decimal:
    """Read one figure: 385.000, 1,250.50, 1 200, 1'200'000, 450k, 1.2M, ٣٨٥٠٠٠.

    A single separator before exactly three digits parts thousands. Raises `NotReadable`, also
    for a range, which is not one figure.
    """
    plain = _digits(text)
    if _RANGE.search(plain):
        raise NotReadable(_("“%(text)s” is a range. Write one figure.") % {"text": _short(text)})
    found = list(_FIGURE.finditer(plain.casefold()))
    if len(found) != 1:
        raise NotReadable(_("“%(text)s” is not a number.") % {"text": _short(text)})
    figure, unit = found[0]["figure"], (found[0]["unit"] or "").rstrip(".")
    amount = _decimal(figure, small=bool(unit) and _UNITS.get(unit) != 1000)
    if unit:
        amount *= _UNITS.get(unit, 1_000_000)
    return -amount if found[0]["sign"] in ("-", "−") else amount


def read_currency(text: str) -> str | None:
    """The currency that stands in a price, or None."""
    folded = fold(text)
    for sign, code in CURRENCY_SIGNS.items():
        if (sign in folded) if not sign.isalpha() else re.search(rf"(?<!\w){sign}(?!\w)", folded):
            return code
    return None


def _digits(text: str) -> str:
    """Digits of any script as 0 to 9."""
    return "".join(
        str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text
    )


def _decimal(figure: str, small: bool) -> Decimal:
    marks = re.findall(r"[^\d]", figure)
    parts = re.split(r"[^\d]", figure)
    last, thousands = marks[-1] if marks else "", all(len(part) == 3 for part in parts[1:])
    if not marks:
        return Decimal(figure)
    if last == "٫" or (len(set(marks)) > 1 and last in ".,"):
        if not all(len(part) == 3 for part in parts[1:-1]):
            raise NotReadable(_("“%(text)s” is not a number.") % {"text": figure})
        return Decimal("".join(parts[:-1]) + "." + parts[-1])
    if len(marks) == 1 and last in ".," and (small or not thousands or parts[0] in ("", "0")):
        return Decimal(".".join(parts))
    if not thousands or len(parts[0]) > 3:
        raise NotReadable(_("“%(text)s” is not a number.") % {"text": figure})
    return Decimal("".join(parts))


def _money(field: str, text: str) -> Decimal | None:
    if wordbook.ON_REQUEST.search(fold(text)):
        return None
    amount = _bounded(field, _without_units(text), text)
    return (
        amount.quantize(Decimal("0.01")) if amount != int(amount) else amount.quantize(Decimal(1))
    )


def _months(field: str, text: str) -> Decimal:
    return _bounded(field, text, text).quantize(Decimal("0.1"))


def _whole(field: str, text: str) -> int:
    if field in ("bedrooms", "bathrooms") and fold(text) in ("studio", "στουντιο"):
        return 0
    amount = _bounded(field, _without_units(text), text)
    if field in ("area_m2", "plot_m2"):
        return int(amount.to_integral_value(ROUND_HALF_UP))
    if amount != int(amount):
        raise NotReadable(_("“%(text)s” is not a whole number.") % {"text": _short(text)})
    return int(amount)


def _floor(field: str, text: str) -> int:
    said = fold(text).strip(" .")
    if said in wordbook.GROUND_FLOOR:
        return 0
    number = re.fullmatch(r"(-?\d{1,3})\W*[^\d-]*", _digits(said))
    if not number:
        raise NotReadable(_("“%(text)s” is not a floor.") % {"text": _short(text)})
    return int(_bounded_floor(int(number[1]), text))


def _bounded_floor(floor: int, text: str) -> int:
    if not -10 <= floor <= MOST["floor"]:
        raise NotReadable(_("“%(text)s” is not a floor.") % {"text": _short(text)})
    return floor


def _bounded(field: str, figure: str, text: str) -> Decimal:
    amount = read_amount(figure)
    if amount < 0:
        raise NotReadable(_("“%(text)s” is below zero.") % {"text": _short(text)})
    if amount > MOST[field]:
        raise NotReadable(_("“%(text)s” is too large.") % {"text": _short(text)})
    return amount


def _without_units(text: str) -> str:
    """The ² of m² is a digit to Python, and "m" is no million."""
    return _SQUARE_METRES.sub(" ", text).strip()


def _year(field: str, text: str) -> int:
    match = re.fullmatch(r"\d{4}", _digits(text))
    if not match or not 1000 <= int(match[0]) <= now().year + 10:
        raise NotReadable(
            _("“%(text)s” is not a year with four digits, such as 1998.") % {"text": _short(text)}
        )
    return int(match[0])


def _yes_no(field: str, text: str) -> bool:
    said = fold(text)
    if said in wordbook.YES:
        return True
    if said in wordbook.NO:
        return False
    if field == "parking" and re.fullmatch(r"[1-9]\d?", _digits(said)):
        return True
    raise NotReadable(_("“%(text)s” is neither yes nor no.") % {"text": _short(text)})


_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})")


def _date(field: str, text: str) -> dt.date:
    text = _digits(text)
    iso, day_first = _ISO.fullmatch(text), _DAY_FIRST.fullmatch(text)
    try:
        if iso:
            found = dt.date(int(iso[1]), int(iso[2]), int(iso[3]))
        elif day_first:
            year = int(day_first[3]) + (2000 if len(day_first[3]) == 2 else 0)
            found = dt.date(year, int(day_first[2]), int(day_first[1]))
        else:
            raise ValueError
        if not 2000 <= found.year <= 2200:
            raise ValueError
    except ValueError as error:
        raise NotReadable(
            _("“%(text)s” is not a date. Write 2026-09-01 or 1.9.2026.") % {"text": _short(text)}
        ) from error
    return found


def _choice(book: dict[str, list[str]], choices: Any) -> Callable[[str, str], str]:
    def read(field: str, text: str) -> str:
        found = wordbook.word_of(text, book)
        if found is None:
            names = ", ".join(str(label) for _value, label in choices)
            raise NotReadable(
                _("“%(text)s” is not one of: %(names)s.") % {"text": _short(text), "names": names}
            )
        return found

    return read


def _currency(field: str, text: str) -> str:
    code = CURRENCY_SIGNS.get(fold(text)) or text.upper()
    if code not in list_currencies():
        raise NotReadable(_("“%(text)s” is not a currency, such as EUR.") % {"text": _short(text)})
    return code


def _country(field: str, text: str) -> str:
    code = text.upper()
    if len(code) == 2 and code.isascii() and code.isalpha():
        return {"UK": "GB"}.get(code, code)
    found = wordbook.word_of(text, wordbook.COUNTRIES)
    if found is None:
        raise NotReadable(
            _("“%(text)s”: write the two letters of the country, such as CY.")
            % {"text": _short(text)}
        )
    return found


def _url(field: str, text: str) -> str:
    url = text if "://" in text else f"https://{text}"
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError as error:
        raise NotReadable(_("“%(text)s” is not a web address.") % {"text": _short(text)}) from error
    return _bounded_text(field, url)


def _text(field: str, text: str) -> str:
    return _bounded_text(field, text)


def _bounded_text(field: str, text: str) -> str:
    if field == "description":
        most = LONGEST_DESCRIPTION
    elif field == "agent":
        most = 254
    else:
        most = Listing._meta.get_field(field).max_length
    if len(text) > most:
        raise NotReadable(
            _("The text has %(length)d characters; at most %(most)d can be kept.")
            % {"length": len(text), "most": most}
        )
    return text


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


_TEXTS = {"reference", "title", "address", "area", "city", "description", "energy_class", "agent"}
FEATURES = (
    "furnished", "pets_allowed", "parking", "laundry", "elevator", "pool", "balcony", "sea_view",
    "heating",
)  # fmt: skip
_READERS: dict[str, Callable[[str, str], Any]] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(FEATURES, _yes_no),
    "deal": _choice(wordbook.DEALS, Listing.Deal.choices),
    "property_type": _choice(wordbook.PROPERTY_TYPES, Listing.PropertyType.choices),
    "status": _choice(wordbook.STATUSES, Listing.Status.choices),
    "price_period": _choice(wordbook.PERIODS, Listing.PricePeriod.choices),
    "price": _money,
    "common_expenses": _money,
    "deposit_months": _months,
    "bedrooms": _whole,
    "bathrooms": _whole,
    "area_m2": _whole,
    "plot_m2": _whole,
    "floor": _floor,
    "year_built": _year,
    "available_from": _date,
    "currency": _currency,
    "country": _country,
    "url": _url,
}
