"""Sums of money in the reader's own way of writing them."""

from decimal import Decimal

from babel.core import UnknownLocaleError
from babel.numbers import format_currency
from django import template
from django.utils.translation import get_language, to_locale

from knowledge.models import Listing

register = template.Library()


@register.filter
def price(listing: Listing) -> str:
    """The price of a listing, such as €1,950 per month; nothing if it is unknown."""
    if listing.price is None:
        return ""
    sum_ = money(listing.price, listing.currency)
    if listing.price_period == Listing.PricePeriod.MONTH:
        return f"{sum_} {listing.get_price_period_display()}"
    return sum_


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency, without decimals where they are zero."""
    options = {"format": "¤#,##0", "currency_digits": False} if amount == int(amount) else {}
    try:
        return format_currency(
            amount, currency, locale=to_locale(get_language() or "en"), **options
        )
    except UnknownLocaleError:
        return format_currency(amount, currency, locale="en", **options)
