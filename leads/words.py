"""The stored codes of lead facts and the words that people read for them."""

from django.utils.translation import gettext_lazy as _

INTENTS = {"buy": _("Buy"), "rent": _("Rent"), "sell": _("Sell"), "let": _("Let out")}
PERSONAS = {"buy": _("Buyer"), "rent": _("Tenant"), "sell": _("Seller"), "let": _("Landlord")}
PROPERTY_TYPES = {
    "apartment": _("Apartment"),
    "studio": _("Studio"),
    "penthouse": _("Penthouse"),
    "maisonette": _("Maisonette"),
    "house": _("House"),
    "villa": _("Villa"),
    "townhouse": _("Town house"),
    "condo": _("Condo"),
    "loft": _("Loft"),
    "duplex": _("Duplex"),
    "room": _("Room"),
    "land": _("Land"),
    "office": _("Office"),
    "shop": _("Shop"),
    "warehouse": _("Warehouse"),
}
FINANCING = {
    "cash": _("Cash"),
    "mortgage": _("Mortgage"),
    "mortgage_approved": _("Mortgage approved"),
}
PERIODS = {"total": _("in total"), "month": _("per month")}

WORDS = {
    "intent": INTENTS,
    "property_type": PROPERTY_TYPES,
    "financing": FINANCING,
    "budget_period": PERIODS,
}
