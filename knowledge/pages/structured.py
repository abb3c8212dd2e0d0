# ruff: noqa: E501 (words of many languages in one pattern)
"""What a page tells programs: JSON-LD, and the state from which its own program starts."""

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from knowledge import wordbook
from knowledge.folding import fold
from knowledge.pages.facts import (
    MOST_ITEMS,
    MOST_NODES,
    MOST_STATES,
    SQUARE_FOOT,
    Fact,
    as_facts,
)
from knowledge.values import (
    FEATURES,
)

# JSON-LD

LD_HOMES = {
    "realestatelisting", "apartment", "house", "singlefamilyresidence", "residence", "accommodation",
    "apartmentcomplex", "product", "offer", "place", "suite", "room", "individualproduct", "villa",
    "landform", "office", "store",
}  # fmt: skip
LD_TYPES = {
    "apartment": "apartment", "house": "house", "singlefamilyresidence": "house", "villa": "villa",
}  # fmt: skip
LD_INSIDE = ("offers", "itemoffered", "about", "mainentity", "object")
LD_FIELDS = {
    "name": "title", "description": "description", "identifier": "reference", "sku": "reference",
    "productid": "reference", "price": "price", "lowprice": "price", "pricecurrency": "currency",
    "numberofbedrooms": "bedrooms", "numberofbathroomstotal": "bathrooms",
    "numberoffullbathrooms": "bathrooms", "floorsize": "area_m2", "lotsize": "plot_m2",
    "yearbuilt": "year_built", "floorlevel": "floor", "petsallowed": "pets_allowed",
    "availabilitystarts": "available_from", "accommodationcategory": "property_type",
    "category": "property_type",
}  # fmt: skip
LD_ADDRESS = {
    "streetaddress": "address", "addresslocality": "city", "addresscountry": "country",
    "addressneighborhood": "area", "addressregion": "area",
}  # fmt: skip


def from_json_ld(soup: BeautifulSoup, url: str) -> Iterator[Fact]:
    roots: list[dict[str, Any]] = []
    for script in soup.find_all("script", type="application/ld+json"):
        for data in _all_json(script.get_text()):
            roots += islice(_nodes(data), MOST_ITEMS)
    home = _main_node(roots, url)
    if home is not None:
        yield from _of_node(home, "", 0)


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    """The nodes at the top of a JSON-LD text, out of lists and @graph."""
    if isinstance(data, list):
        for item in data[:200]:
            yield from _nodes(item)
    elif isinstance(data, dict):
        yield data
        yield from _nodes(data.get("@graph"))


def _main_node(nodes: list[dict[str, Any]], url: str) -> dict[str, Any] | None:
    homes = [node for node in nodes if _types(node) & LD_HOMES]
    for node in nodes:
        inner = node.get("mainEntity")
        homes += [n for n in _nodes(inner) if _types(n) & LD_HOMES and not _types(node) & LD_HOMES]
    here = urlsplit(url).path.rstrip("/")

    def trust(node: dict[str, Any]) -> tuple[bool, bool, int]:
        own = [str(node.get(key) or "") for key in ("url", "@id", "mainEntityOfPage")]
        same = any(urlsplit(address).path.rstrip("/") == here for address in own if address)
        return (same, "realestatelisting" in _types(node), len(list(_of_node(node, "", 0))))

    return max(homes[:MOST_ITEMS], key=trust, default=None)


def _types(node: dict[str, Any]) -> set[str]:
    kinds = node.get("@type") or []
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return {str(kind).rpartition("/")[2].lower() for kind in kinds}


def _of_node(node: dict[str, Any], path: str, depth: int) -> Iterator[Fact]:
    for kind in _types(node) & LD_TYPES.keys():
        yield from as_facts("property_type", LD_TYPES[kind], "json-ld", f"@type: {kind}")
    for key, value in node.items():
        name, where = key.lower(), f"{path}{key}"
        if (name in LD_INSIDE and depth < 4) or (name == "pricespecification" and depth < 4):
            for inner in _nodes(value):
                yield from _of_node(inner, f"{where}.", depth + 1)
        elif name == "address":
            yield from _of_address(value, where)
        elif name == "amenityfeature":
            yield from _of_amenities(value, where)
        elif name == "businessfunction":
            deal = {"leaseout": "rent", "sell": "sale"}.get(fold(str(value)).rpartition("#")[2])
            yield from as_facts("deal", deal or "", "json-ld", f"{where}: {value}")
        elif name == "availability":
            word = fold(str(value)).rpartition("/")[2]
            yield from as_facts("status", word, "json-ld", f"{where}: {value}")
        elif name in ("unittext", "unitcode") and "price" in path.lower():
            period = "month" if fold(str(value)) in ("mon", "month") else ""
            yield from as_facts("price_period", period, "json-ld", f"{where}: {value}")
        elif name in LD_FIELDS and value is not None:
            yield from _of_value(LD_FIELDS[name], value, where)


def _of_value(field: str, value: Any, where: str, source: str = "json-ld") -> Iterator[Fact]:
    unit = ""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        unit = str(value.get("unitCode") or value.get("unitText") or value.get("unit") or "")
        value = value.get("value", value.get("name"))
    if value is None or isinstance(value, dict | list):
        return
    snippet = f"{where}: {value} {unit}".strip()
    if field in ("area_m2", "plot_m2") and fold(unit) in ("ftk", "sqft", "ft2", "sq ft"):
        with_number = re.sub(r"[^\d.]", "", str(value)) or "0"
        value = round(Decimal(with_number) * SQUARE_FOOT)
    yield from as_facts(field, value, source, snippet)


def _of_address(value: Any, where: str) -> Iterator[Fact]:
    if isinstance(value, str):
        yield from as_facts("address", value, "json-ld", f"{where}: {value}")
    for node in _nodes(value):
        for key, text in node.items():
            if isinstance(text, dict):
                text = text.get("name") or text.get("identifier")
            if (field := LD_ADDRESS.get(key.lower())) and text:
                yield from as_facts(field, text, "json-ld", f"{where}.{key}: {text}")


def _of_amenities(value: Any, where: str) -> Iterator[Fact]:
    for node in _nodes(value):
        name, has = str(node.get("name") or ""), node.get("value", True)
        feature = wordbook.word_of(name, FEATURE_WORDS)
        if feature:
            yield from as_facts(feature, has, "json-ld", f"{where}: {name}: {has}")


FEATURE_WORDS = {name: wordbook.FIELDS[name] for name in FEATURES}


# The state from which the page's own program starts

STATE_NAME = re.compile(
    r"(?:window\.|self\.|var |let |const )?"
    r"(__[A-Z][A-Z_]{1,40}__|__NUXT__|initialState|preloadedState|pageData|dataLayer)\s{0,9}=\s{0,9}(?=[{\[])"
)
STATE_FIELDS = {
    "title": "title headline adtitle listingtitle heading",
    "description": "description longdescription text remarks",
    "reference": "reference ref refno referencenumber referencecode propertyref listingref externalid "
    "propertycode code objectnumber",
    "price": "price askingprice saleprice rentprice amount rent baserent totalprice pricevalue",
    "currency": "currency currencycode pricecurrency",
    "bedrooms": "bedrooms beds bedroomcount numberofbedrooms bedroomscount numbedrooms",
    "bathrooms": "bathrooms baths bathroomcount numberofbathrooms bathroomscount numbathrooms",
    "area_m2": "livingarea livingspace livingsize sqm squaremeters squaremetres size surface floorarea "
    "builtarea coveredarea areasqm sizesqm usablearea surfacearea",
    "plot_m2": "plotarea plotsize landarea lotsize plotsurface landsurface",
    "floor": "floor floornumber storey level",
    "year_built": "yearbuilt constructionyear buildyear builtyear yearofconstruction",
    "address": "street streetaddress streetname addressline1",
    "area": "district neighbourhood neighborhood quarter suburb zone areaname area",
    "city": "city town municipality locality cityname",
    "country": "country countrycode",
    "deal": "deal dealtype transactiontype offertype operation listingtype distributiontype purpose",
    "property_type": "propertytype estatetype realestatetype typology propertykind type category "
    "subtype",
    "energy_class": "energyclass energyrating energyefficiencyclass epc",
    "furnished": "furnished isfurnished",
    "pets_allowed": "petsallowed pets",
    "parking": "parking hasparking parkingspaces garage",
    "elevator": "elevator haselevator lift haslift",
    "pool": "pool haspool swimmingpool",
    "balcony": "balcony hasbalcony terrace hasterrace",
    "sea_view": "seaview hasseaview",
    "heating": "heating hasheating",
}
_STATE_KEYS = {key: field for field, keys in STATE_FIELDS.items() for key in keys.split()}


def from_state(soup: BeautifulSoup, url: str) -> Iterator[Fact]:
    best: tuple[tuple[int, int, int], list[Fact]] = ((0, 0, 0), [])
    for script in soup.find_all("script"):
        kind = str(script.get("type") or "").lower()
        text = script.get_text()
        if kind == "application/ld+json" or len(text) < 20:
            continue
        starts = (
            [0]
            if kind == "application/json"
            else [m.end() for m in islice(STATE_NAME.finditer(text), MOST_STATES)]
        )
        for data in _all_json(text, starts):
            for path, node, is_listed in _dictionaries(data):
                facts = list(_of_state(node, path))
                own = _is_of_page(node, url)
                fitness = (own, len({fact.field for fact in facts}) - 2 * is_listed, -len(path))
                if len({fact.field for fact in facts}) >= 3 and fitness > best[0]:
                    best = (fitness, facts)
    yield from best[1]


def _dictionaries(data: Any) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Every object of a state with its path, and whether it is one of a list of many."""
    waiting: list[tuple[str, Any, bool]] = [("", data, False)]
    seen = 0
    while waiting and seen < MOST_NODES:
        path, node, is_listed = waiting.pop()
        seen += 1
        if isinstance(node, dict):
            yield path, node, is_listed
            waiting += [(f"{path}{key}.", inner, is_listed) for key, inner in node.items()]
        elif isinstance(node, list):
            waiting += [(path, inner, len(node) > 1) for inner in node[:200]]


def _of_state(node: dict[str, Any], path: str) -> Iterator[Fact]:
    for key, value in node.items():
        name = re.sub(r"[^a-z0-9]", "", key.lower())
        if isinstance(value, dict) and name in ("address", "location", "geo", "price", "attributes",
                                                "details", "features", "rooms", "size", "area",
                                                "characteristics", "pricing"):  # fmt: skip
            inner = dict(value)
            if name in ("price", "pricing") and "value" in inner:
                inner.setdefault("amount", inner.pop("value"))
            if name in ("size", "area") and "value" in inner:
                yield from _of_value("area_m2", inner, f"{path}{key}", "state")
                continue
            yield from _of_state({k: v for k, v in inner.items() if k != key}, f"{path}{key}.")
        elif field := _STATE_KEYS.get(name):
            if field == "area" and isinstance(value, int | float):
                field = "area_m2"
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                yield from as_facts(field, _one_of(field, value), "state", f"{path}{key}: {value}")
            elif isinstance(value, bool) and field in FEATURES:
                yield from as_facts(field, value, "state", f"{path}{key}: {value}")


def _one_of(field: str, value: Any) -> Any:
    """APARTMENT_RENT and ForSale, in words."""
    if field in ("deal", "property_type") and isinstance(value, str):
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", value).replace("_", " ").replace("-", " ")
        return words
    return value


def _is_of_page(node: dict[str, Any], url: str) -> int:
    path = urlsplit(url).path
    for key in ("id", "slug", "url", "ref", "reference", "listingId", "adId", "propertyId"):
        value = str(node.get(key) or "")
        if len(value) >= 4 and (value in path or path.rstrip("/").endswith(value.rstrip("/"))):
            return 1
    return 0


def _all_json(text: str, starts: Iterable[int] = (0,)) -> Iterator[Any]:
    decoder = json.JSONDecoder(strict=False)
    for start in starts:
        rest = text[start:].lstrip().removeprefix("<!--").lstrip()
        try:
            yield decoder.raw_decode(rest)[0]
        except (ValueError, RecursionError):
            continue
