# ruff: noqa: E501  (word lists read better unbroken)
"""For whom a note is, and who asks: the tenant's commission is not the seller's."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from knowledge.folding import fold

BUYER, TENANT, SELLER, LANDLORD = "buy", "rent", "sell", "let"

_WORDS = {
    BUYER: r"buyers?|purchasers?|buying|to buy|purchas(?:e|ing)|{you} buy|"
    r"αγοραστ\w+|(?:αν |οταν )?αγοραζ\w+|αγορασω|comprador(?:es|a|as)?|(?:si |al )compr\w+|kaufer(?:in|s)?|"
    r"kaufinteressent\w*|acheteurs?|acquereurs?|مشتر\w*|المشتر\w*",
    TENANT: r"tenants?|renters?|lessees?|renting|to rent|{you} rent|"
    r"ενοικιαστ\w+|μισθωτ\w+|νοικιασω|inquilin[oa]s?|arrendatari[oa]s?|mieter(?:in|s)?|mietinteressent\w*|"
    r"locataires?|مستاجر\w*|المستاجر\w*",
    SELLER: r"sellers?|vendors?|selling|to sell|{you} sell|my sale|"
    r"πωλητ\w+|πουλησω|vendedor(?:es|a|as)?|verkaufer(?:in|s)?|vendeurs?|بايع\w*|بائع\w*|البائع\w*",
    LANDLORD: r"landlords?|landlad(?:y|ies)|lessors?|letting|{you} let (?:it|my|your|out)|"
    r"rent(?:ing)? (?:(?:it|mine|my \w+|your \w+|our \w+|them) )?out|"
    r"εκμισθωτ\w+|ιδιοκτητ\w+|propietari[oa]s?|arrendador(?:es|a|as)?|vermieter(?:in|s)?|bailleurs?|proprietaires?|مالك|المالك|مالكين",
}
# In a note "you" is the customer, in their own words "I" is.
_OF_NOTES, _OF_CUSTOMERS = (
    {
        audience: re.compile(rf"(?<![\w-])(?:{words.format(you=you)})(?![\w-])", re.IGNORECASE)
        for audience, words in _WORDS.items()
    }
    for you in ("(?:you|we)", "(?:i|we)")
)
_OUT = re.compile(r"rent(?:ing)? (?:\w+ ){0,2}out", re.IGNORECASE)


def named_in(text: str, is_note: bool = False) -> set[str]:
    """Return whom a text speaks of, as the lead's intents: buy, rent, sell, let."""
    patterns, text = _OF_NOTES if is_note else _OF_CUSTOMERS, fold(text)
    found = {who for who, pattern in patterns.items() if pattern.search(text)}
    if LANDLORD in found and not patterns[TENANT].search(_OUT.sub(" ", text)):
        found.discard(TENANT)  # "renting it out" is the owner's word
    return found


def of_note(title: str, text: str) -> set[str]:
    """For whom a note is: whom its title names, else whom its text does; empty means everybody."""
    return named_in(title, is_note=True) or named_in(text, is_note=True)


def of_customer(question: str, known: Mapping[str, Any], deal: str = "") -> str:
    """Return as whom the customer asks, or nothing where neither words nor wish tell.

    `deal` is that of the home talked about.
    """
    said = named_in(question)
    if len(said) == 1:
        return said.pop()
    intent = known.get("intent")
    if intent in _WORDS:
        return str(intent)
    return {"sale": BUYER, "rent": TENANT}.get(deal, "")


def is_for(audience: str, audiences: Iterable[str]) -> bool:
    """Whether what is written for these people may be told to this one."""
    meant = set(audiences)
    return not meant or not audience or audience in meant


def without_audience(words: Iterable[str]) -> list[str]:
    """The words without those that only say who asks: sentences are chosen by the others."""
    kept = list(words)
    return [word for word in kept if not named_in(word, is_note=True)] or kept


def sentences_for(audience: str, sentences: Iterable[str]) -> list[str]:
    """The sentences without those that are for others alone."""
    return [said for said in sentences if is_for(audience, named_in(said, is_note=True))]
