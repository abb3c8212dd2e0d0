"""Read a listing from the HTML of its page: what each source says, with the words that say it.

Sources in the order of trust: JSON-LD, the state that a page's own program starts from, labelled
text with units, OpenGraph. Of thirty pages looked at, a third told the price in JSON-LD and all in
their text, so none is enough alone. All is untrusted: plain text without hidden parts, each value
read like a cell of a file.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from knowledge.fetching import Page
from knowledge.models import Listing
from knowledge.pages.facts import MOST_LEVELS, MOST_TAGS, SOURCES, Fact, as_facts
from knowledge.pages.structured import from_json_ld, from_state
from knowledge.pages.text import from_open_graph, from_text, remove_hidden, said_in

__all__ = ["Fact", "NotAListing", "read_listing"]


class NotAListing(ValueError):
    """The page describes no single home. `needs_login`: it asks for a password instead."""

    def __init__(self, needs_login: bool = False) -> None:
        super().__init__("login" if needs_login else "not a listing")
        self.needs_login = needs_login


def read_listing(page: Page) -> dict[str, list[Fact]]:
    """Return what the page says by field, the most trusted first; equal values once a source.

    Raises `NotAListing`.
    """
    html = _decoded(page)
    if html.count("<") > MOST_TAGS:
        raise NotAListing
    soup = BeautifulSoup(html, "lxml")
    if _is_deeper(soup, MOST_LEVELS):
        raise NotAListing
    found = [
        *from_json_ld(soup, page.url),
        *from_state(soup, page.url),
        *from_open_graph(soup),
    ]
    needs_login = soup.find("input", type="password") is not None
    remove_hidden(soup)
    found += from_text(soup)
    facts = _ordered(_completed(found, page.url))
    telling = {"price", "bedrooms", "area_m2", "plot_m2", "property_type", "deal"} & facts.keys()
    if len(telling) < 2 or not {"price", "bedrooms", "area_m2", "plot_m2"} & telling:
        raise NotAListing(needs_login)
    return facts


def _is_deeper(soup: Tag, most: int) -> bool:
    """Whether tags stand deeper in each other; looking into each would then cost the square."""
    waiting = [(soup, 0)]
    while waiting:
        tag, level = waiting.pop()
        if level > most:
            return True
        waiting += [(child, level + 1) for child in tag.contents if isinstance(child, Tag)]
    return False


def _decoded(page: Page) -> str:
    charset = page.charset
    if not charset:
        match = re.search(rb"charset=[\"']?([\w-]+)", page.body[:2048])
        charset = match[1].decode() if match else "utf-8"
    try:
        return page.body.decode(charset, "replace")
    except LookupError:
        return page.body.decode("utf-8", "replace")


def _completed(found: list[Fact], url: str) -> list[Fact]:
    """What follows from the rest: the deal from the address, the reference from its last number."""
    fields = {fact.field for fact in found}
    path = re.sub(r"[-_/]+", " ", urlsplit(url).path)
    if "deal" not in fields:
        month = next((f for f in found if f.field == "price_period" and f.value == "month"), None)
        if month:
            found.append(Fact("deal", "rent", month.source, month.snippet))
        else:
            found += _only(said_in(path, "url", path.strip()), {"deal"})
            if re.search(r"\b(?:sale|buy|kaufen|comprar|acheter|vente|venta)\b", path):
                found += as_facts("deal", "sale", "url", path)
            elif re.search(
                r"\b(?:rent|rental|mieten|miete|alquiler|alquilar|louer|location)\b", path
            ):
                found += as_facts("deal", "rent", "url", path)
    if "property_type" not in fields:
        found += _only(said_in(path, "url", path.strip()), {"property_type"})
    if "reference" not in fields and (numbers := re.findall(r"\d{4,12}", urlsplit(url).path)):
        found += as_facts("reference", numbers[-1], "url", urlsplit(url).path)
    return found


def _only(facts: Iterable[Fact], fields: set[str]) -> list[Fact]:
    return [fact for fact in facts if fact.field in fields]


def _ordered(found: list[Fact]) -> dict[str, list[Fact]]:
    """By field, the most trusted source first; of each source its first value."""
    facts: dict[str, list[Fact]] = {}
    for fact in sorted(found, key=lambda fact: SOURCES.index(fact.source)):
        said = facts.setdefault(fact.field, [])
        if fact.source not in [other.source for other in said]:
            said.append(fact)
    if "title" in facts:
        order = ("json-ld", "og", "state", "text", "url")
        facts["title"].sort(key=lambda fact: order.index(fact.source))
    if "deal" in facts:
        period = "month" if facts["deal"][0].value == Listing.Deal.RENT else "total"
        first = facts["deal"][0]
        facts["price_period"] = [Fact("price_period", period, first.source, first.snippet)]
    return facts
