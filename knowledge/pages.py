# ruff: noqa: E501 (words of many languages in one pattern)
"""Read a listing from the HTML of its page: what each source says, with the words that say it.

Sources in the order of trust: JSON-LD, the state that a page's own program starts from, labelled
text with units, OpenGraph. Of thirty pages looked at, a third told the price in JSON-LD and all in
their text, so none is enough alone. All is untrusted: plain text without hidden parts, each value
read like a cell of a file.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, pairwise
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Comment, Tag

from knowledge import wordbook
from knowledge.cleaning import one_line, plain_text
from knowledge.fetching import Page
from knowledge.folding import fold
from knowledge.models import Listing
from knowledge.values import (
    FEATURES,
    LONGEST_DESCRIPTION,
    NotReadable,
    read_currency,
    read_value,
)

SOURCES = ("json-ld", "state", "text", "og", "url")
LONGEST_SNIPPET = 160
MOST_NODES = 20_000
# A page is read by the one worker for long work, so none may keep it busy: pages of homes have a
# tenth of these, and what is beyond is not looked at.
MOST_TAGS, MOST_LEVELS = 40_000, 200
MOST_LINES, LONGEST_LINE, LONGEST_TEXT = 3_000, 1_000, 200_000
MOST_ITEMS = 1_000
MOST_STATES = 20
MOST_INSIDE = 12
SQUARE_FOOT = Decimal("0.09290304")


class NotAListing(ValueError):
    """The page describes no single home. `needs_login`: it asks for a password instead."""

    def __init__(self, needs_login: bool = False) -> None:
        super().__init__("login" if needs_login else "not a listing")
        self.needs_login = needs_login


@dataclass(frozen=True)
class Fact:
    """One value of a field as `read_value` gives it, who said so, and in which words."""

    field: str
    value: Any
    source: str
    snippet: str


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
        *_from_json_ld(soup, page.url),
        *_from_state(soup, page.url),
        *_from_open_graph(soup),
    ]
    needs_login = soup.find("input", type="password") is not None
    _remove_hidden(soup)
    found += _from_text(soup)
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


def _fact(field: str, value: Any, source: str, snippet: str) -> Iterator[Fact]:
    """The fact, if its value can be read."""
    text = plain_text(str(value)[: LONGEST_DESCRIPTION if field == "description" else LONGEST_LINE])
    snippet = snippet[:LONGEST_LINE]
    if field == "title":
        text = one_line(text, Listing._meta.get_field("title").max_length)
    elif field == "description":
        text = text[:LONGEST_DESCRIPTION]
    try:
        read = read_value(field, text)
    except NotReadable:
        return
    if read is not None:
        yield Fact(field, read, source, one_line(snippet, LONGEST_SNIPPET))


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


def _from_json_ld(soup: BeautifulSoup, url: str) -> Iterator[Fact]:
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
        yield from _fact("property_type", LD_TYPES[kind], "json-ld", f"@type: {kind}")
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
            yield from _fact("deal", deal or "", "json-ld", f"{where}: {value}")
        elif name == "availability":
            word = fold(str(value)).rpartition("/")[2]
            yield from _fact("status", word, "json-ld", f"{where}: {value}")
        elif name in ("unittext", "unitcode") and "price" in path.lower():
            period = "month" if fold(str(value)) in ("mon", "month") else ""
            yield from _fact("price_period", period, "json-ld", f"{where}: {value}")
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
    yield from _fact(field, value, source, snippet)


def _of_address(value: Any, where: str) -> Iterator[Fact]:
    if isinstance(value, str):
        yield from _fact("address", value, "json-ld", f"{where}: {value}")
    for node in _nodes(value):
        for key, text in node.items():
            if isinstance(text, dict):
                text = text.get("name") or text.get("identifier")
            if (field := LD_ADDRESS.get(key.lower())) and text:
                yield from _fact(field, text, "json-ld", f"{where}.{key}: {text}")


def _of_amenities(value: Any, where: str) -> Iterator[Fact]:
    for node in _nodes(value):
        name, has = str(node.get("name") or ""), node.get("value", True)
        feature = wordbook.word_of(name, _FEATURE_WORDS)
        if feature:
            yield from _fact(feature, has, "json-ld", f"{where}: {name}: {has}")


_FEATURE_WORDS = {name: wordbook.FIELDS[name] for name in FEATURES}

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


def _from_state(soup: BeautifulSoup, url: str) -> Iterator[Fact]:
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
                yield from _fact(field, _one_of(field, value), "state", f"{path}{key}: {value}")
            elif isinstance(value, bool) and field in FEATURES:
                yield from _fact(field, value, "state", f"{path}{key}: {value}")


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


# OpenGraph

OG_FIELDS = {
    "og:title": "title", "twitter:title": "title", "og:description": "description",
    "product:price:amount": "price", "og:price:amount": "price",
    "product:price:currency": "currency", "og:price:currency": "currency",
    "og:street-address": "address", "og:locality": "city", "og:country-name": "country",
    "business:contact_data:street_address": "address",
    "business:contact_data:locality": "city",
}  # fmt: skip


def _from_open_graph(soup: BeautifulSoup) -> Iterator[Fact]:
    for meta in soup.find_all("meta", content=True):
        name = str(meta.get("property") or meta.get("name") or "").lower()
        if field := OG_FIELDS.get(name):
            content = str(meta["content"])
            if field == "title":
                content = _without_site(content)
            yield from _fact(field, content, "og", f"{name}: {meta['content']}")
        if name == "og:title":
            yield from _said_in(str(meta["content"]), "og", name)


def _without_site(title: str) -> str:
    """ "Two-bedroom flat | Portal" without the name of the portal."""
    return re.split(r"\s+[|•·»]\s+", title)[0]


# Text

HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$|!)|"
    r"font-size\s*:\s*0(?:px|em|rem|%)?\s*(?:;|$|!)|(?:left|top|text-indent|inset-inline-start)\s*:\s*-\d{3,}|"
    r"clip\s*:\s*rect\(0|clip-path\s*:\s*inset\((?:50|100)%|(?:height|width|max-height)\s*:\s*0(?:px)?\s*(?:;|$|!)|"
    r"color\s*:\s*transparent|transform\s*:\s*scale\(0",
    re.IGNORECASE,
)  # fmt: skip
NOT_TEXT = ("script", "style", "noscript", "template", "head", "nav", "footer", "iframe", "svg",
            "object", "select", "textarea", "form", "datalist", "dialog")  # fmt: skip
OTHERS = re.compile(
    r"similar|related|recommend|suggest|carousel|also-?like|breadcrumb|cookie|newsletter|mortgage|"
    r"sr-only|visually-?hidden|screen-reader|παρομοι|ahnlich|similair|semblable|parecid",
    re.IGNORECASE,
)


def _remove_hidden(soup: BeautifulSoup) -> None:
    """Take out what a visitor does not see: that is where instructions to a machine hide."""
    hidden = _hiding_selectors(soup)
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for tag in soup.find_all(NOT_TEXT):
        tag.decompose()
    for tag in soup.find_all(True):
        if not tag.decomposed and _is_hidden(tag, hidden):
            tag.decompose()


def _hiding_selectors(soup: BeautifulSoup) -> set[str]:
    """Classes (.name) and ids (#name) that the page's own style sheets hide."""
    found: set[str] = set()
    for style in soup.find_all("style"):
        for block in style.get_text()[:LONGEST_TEXT].split("}"):
            selectors, _brace, rules = block.rpartition("{")
            if rules and HIDES.search(rules):
                found.update(re.findall(r"[.#][\w-]+(?=\s*(?:,|$))", selectors[-LONGEST_LINE:]))
    return found


def _is_hidden(tag: Tag, hidden: set[str]) -> bool:
    classes, name = tag.get_attribute_list("class"), str(tag.get("id") or "")
    named = {f".{c}" for c in classes if c} | ({f"#{name}"} if name else set())
    return (
        tag.has_attr("hidden")
        or str(tag.get("aria-hidden") or "").lower() == "true"
        or bool(HIDES.search(str(tag.get("style") or "")))
        or bool(named & hidden)
        or any(OTHERS.search(part) for part in named)
        or (tag.name == "aside")
    )


MONEY = re.compile(
    r"(?:€|£|\$|EUR|CHF|AED)\s?\d[\d.,'’ \u00a0\u202f]{0,20}(?:k|m|mio|million)?\b"
    r"|\d[\d.,'’ \u00a0\u202f]{0,20}(?:k|m|mio|million)?\s?(?:€|£|EUR\b|CHF\b|AED\b|ευρώ|euros?\b)",
    re.IGNORECASE,
)
PER_SQUARE_METRE = re.compile(
    r"^\s*(?:/|per|pro|ανά|por|par|le)\s*(?:m²|m2|m\b|τ|qm|sq)", re.IGNORECASE
)
PER_MONTH = re.compile(
    r"/\s?(?:month|mo\b|μήνα|mes|monat|mois|شهر)|per month|pcm|το μήνα|al mes|pro monat|par mois|"
    r"\bmonthly|kaltmiete|warmmiete|μηνιαί",
    re.IGNORECASE,
)
NOT_THE_PRICE = re.compile(
    r"deposit|εγγύηση|fianza|kaution|caution|dépôt|garantie|common|κοινόχρηστα|nebenkosten|comunidad|charges|"
    r"hausgeld|provision|commission|fees?\b|honoraires|αμοιβή|was\b|από\s|reduced from|statt|tax|ibi\b|"
    r"mortgage|save|budget",
    re.IGNORECASE,
)
COUNTED = {
    "bedrooms": r"bed(?:room)?s?\b|υπνοδωμάτι\w*|υ/δ|κρεβατοκάμαρες|dormitorios?|habitaci(?:ón|ones)|schlafzimmer|chambres?\b|غرف(?:ة)? نوم",
    "bathrooms": r"bath(?:room)?s?\b|μπάνι\w*|λουτρ\w+|baños?|badezimmer|bäder|salles? de bains?|حمام\w*",
}  # fmt: skip
SQUARE = r"m²|m2\b|sq\.? ?m\b|sqm\b|τ\.?μ\.?|qm\b|quadratmeter|mètres carrés|metros cuadrados|م²"
PLOT_WORDS = re.compile(
    r"plot|land|lot|οικόπεδο|οικοπέδ|parcela|terreno|grundst|terrain|garden|garten|jardin|κήπο|balcon|"
    r"terrace|βεράντα|terraza|terrasse|أرض",
    re.IGNORECASE,
)
PLOT = re.compile(
    r"(?:plot|land|οικόπεδο|parcela|terreno|grundstück|terrain)\W{0,3}(?:of |de )?$", re.I
)
SALE_WORDS = (
    r"for sale|πώληση|πωλείται|en venta|se vende|zu verkaufen|zum kauf|kaufpreis|à vendre|للبيع"
)
RENT_WORDS = (
    r"for rent|to rent|to let|for lease|ενοικίαση|ενοικιάζεται|en alquiler|se alquila|zu vermieten|zur miete|mietwohnung|"
    r"kaltmiete|à louer|en location|للإيجار"
)
TYPE_WORDS = (
    ("penthouse", r"penthouse|ρετιρέ|\bático|dachgeschosswohnung"),
    ("studio", r"\bstudio\b|γκαρσονιέρα|\bestudio\b|einzimmerwohnung|1-zimmer-wohnung"),
    ("maisonette", r"maisonette|μεζονέτα|duplex|dúplex|adosado|reihenhaus|townhouse"),
    ("apartment", r"apartment|\bflat\b|\bcondo|διαμέρισμα|apartamento|\bpiso\b|wohnung|appartement|شقة"),
    ("villa", r"\bvilla\b|βίλα|فيلا"),
    ("house", r"\bhouse\b|μονοκατοικία|\bcasa\b|chalet|\bhaus\b|einfamilienhaus|\bmaison\b|منزل"),
    ("office", r"\boffice\b|γραφείο|oficina|büro|\bbureau\b"),
    ("shop", r"\bshop\b|κατάστημα|local comercial|ladenlokal|local commercial"),
    ("land", r"\bland\b|\bplot\b|οικόπεδο|terreno|grundstück|terrain"),
)  # fmt: skip


def _from_text(soup: BeautifulSoup) -> list[Fact]:
    facts: list[Fact] = []
    heading = soup.find("h1")
    if heading is not None:
        title = one_line(heading.get_text(" ")[:LONGEST_LINE])
        facts += _fact("title", _without_site(title), "text", f"h1: {title}")
        facts += _said_in(title, "text", "h1")
    pairs = list(_pairs(soup))
    for label, value in pairs:
        facts += _labelled(label, value)
    facts += _listed_features(soup)
    facts += _counted(soup)
    return facts


def _pairs(soup: BeautifulSoup) -> Iterator[tuple[str, str]]:
    """Label and value: of definition lists, of rows of two cells, of "Label: value"."""
    for term in soup.find_all("dt", limit=MOST_ITEMS):
        value = term.find_next_sibling()
        if value is not None and value.name == "dd" and _is_small(term) and _is_small(value):
            yield one_line(term.get_text(" ")), one_line(value.get_text(" "))
    for row in soup.find_all("tr", limit=MOST_ITEMS):
        cells = row.find_all(("th", "td"), recursive=False, limit=20)
        texts = [one_line(cell.get_text(" ")) if _is_small(cell) else "" for cell in cells]
        yield from zip(texts[::2], texts[1::2], strict=False)
    for tag in soup.find_all(("li", "div", "p", "span")):
        if not _is_small(tag):
            continue
        inner = [child for child in tag.children if isinstance(child, Tag)]
        own = one_line(tag.get_text(" "))
        if len(own) > 120:
            continue
        if len(inner) == 2:
            yield one_line(inner[0].get_text(" ")), one_line(inner[1].get_text(" "))
            yield one_line(inner[1].get_text(" ")), one_line(inner[0].get_text(" "))
        label, colon, value = own.partition(":")
        if colon and len(inner) <= 2:
            yield label, value


def _is_small(tag: Tag) -> bool:
    """Whether a tag holds few others and little text, so that looking into each costs little."""
    inside = list(islice(tag.descendants, MOST_INSIDE + 1))
    text = sum(len(part) for part in inside if isinstance(part, str))
    return len(inside) <= MOST_INSIDE and text <= LONGEST_LINE


def _labelled(label: str, value: str) -> Iterator[Fact]:
    heading = " ".join(fold(label).split()).strip(" *:•·-")
    if not heading or not value or len(heading) > 40:
        return
    for field, words in wordbook.FIELDS.items():
        if heading not in words or field in ("agent", "url", "description", "title"):
            continue
        if field == "area" and heading in ("location", "lage"):
            continue
        snippet = f"{label}: {value}"
        if field in ("price", "common_expenses") and not re.search(r"\d", value):
            return
        if field == "area" and re.search(r"\d", value):
            field = "area_m2"
        if field == "deposit_months" and MONEY.search(value):
            return
        if field == "price":
            value = (MONEY.search(value) or [value])[0]
        yield from _fact(field, _first_part(field, value), "text", snippet)
        if field == "price":
            yield from _of_price(snippet, heading)
        return


def _first_part(field: str, value: str) -> str:
    """ "3 (one en suite)" and "2 von 5" say 3 and 2."""
    if field in ("bedrooms", "bathrooms", "floor", "year_built", "deposit_months"):
        return re.split(r"[(/]| von | of | από | de ", value)[0].strip()
    if field in ("area_m2", "plot_m2"):
        return re.split(r"\(|ca\.?|approx\.?|περίπου|env\.?", value.strip())[-1].strip() or value
    if field in FEATURES:
        return re.split(r"[,(]", value)[0].strip()
    return value


def _of_price(snippet: str, heading: str) -> Iterator[Fact]:
    code = read_currency(snippet)
    if code:
        yield from _fact("currency", code, "text", snippet)
    rent = {"rent", "monthly rent", "loyer", "miete", "kaltmiete", "ενοικιο", "μισθωμα"}
    if PER_MONTH.search(snippet) or heading in rent:
        yield from _fact("deal", "rent", "text", snippet)
    elif heading in ("kaufpreis", "sale price", "asking price", "prix de vente", "precio de venta"):
        yield from _fact("deal", "sale", "text", snippet)


def _listed_features(soup: BeautifulSoup) -> Iterator[Fact]:
    """Features that stand alone in a list; prose may say "no pool" in too many ways."""
    for item in soup.find_all("li", limit=MOST_ITEMS):
        if not _is_small(item):
            continue
        text = one_line(item.get_text(" "))
        if not text or len(text) > 40:
            continue
        plain = re.sub(r"^[^\w]+", "", text)
        negative = re.match(
            r"(?i)(?:no|without|χωρίς|όχι|sin|kein\w*|ohne|pas d[e']|sans)\s+(.+)", plain
        )
        feature = wordbook.word_of(negative[1] if negative else plain, _FEATURE_WORDS)
        if feature:
            yield from _fact(feature, "no" if negative else "yes", "text", text)


def _counted(soup: BeautifulSoup) -> Iterator[Fact]:
    """Figures with their unit in the visible lines: 2 bedrooms, 85 m², €1,200 per month."""
    text = soup.get_text("\n")[:LONGEST_TEXT]
    lines = [one_line(line) for line in text.split("\n") if line.strip()][:MOST_LINES]
    lines = [line for line in lines if 0 < len(line) <= LONGEST_LINE]
    # A figure and its unit often stand in two elements: "3" and "bedrooms".
    joined = [f"{a} {b}" for a, b in pairwise(lines) if len(a) < 15 and len(b) < 25]
    for line in [*lines, *joined]:
        for field, words in COUNTED.items():
            for match in re.finditer(
                rf"(?<![\d.,+/-])(\d{{1,2}})[ -]?(?:{words})", line, re.IGNORECASE
            ):
                yield from _fact(field, match[1], "text", _around(line, match))
        for match in re.finditer(rf"(?<![\d.,])(\d[\d.,]*)\s?(?:{SQUARE})", line, re.IGNORECASE):
            before = line[max(match.start() - 30, 0) : match.start()]
            after = line[match.end() : match.end() + 20]
            if re.search(r"[€£$]\s?$|/\s?$", before):
                continue
            is_plot = PLOT_WORDS.search(before) or PLOT_WORDS.match(after.strip(" ()of"))
            if PLOT.search(before):
                yield from _fact("plot_m2", match[1], "text", _around(line, match))
            elif not is_plot:
                yield from _fact("area_m2", match[1], "text", _around(line, match))
    for place, line in enumerate(lines):
        context = f"{lines[place - 1] if place else ''} {line}"
        for match in MONEY.finditer(line):
            if NOT_THE_PRICE.search(context) or PER_SQUARE_METRE.match(line[match.end() :]):
                continue
            amount = match[0].strip()
            following = lines[place + 1] if place + 1 < len(lines) else ""
            snippet = (
                f"{_around(line, match)} {following[:20] if PER_MONTH.match(following) else ''}"
            )
            yield from _fact("price", amount, "text", snippet)
            yield from _of_price(snippet, "")


def _said_in(title: str, source: str, where: str) -> Iterator[Fact]:
    """What a title says about the deal and the type."""
    for deal, words in (("rent", RENT_WORDS), ("sale", SALE_WORDS)):
        if re.search(words, title, re.IGNORECASE):
            yield from _fact("deal", deal, source, f"{where}: {title}")
            break
    for kind, words in TYPE_WORDS:
        if re.search(words, title, re.IGNORECASE):
            yield from _fact("property_type", kind, source, f"{where}: {title}")
            break


def _around(line: str, match: re.Match[str]) -> str:
    start = max(match.start() - 40, 0)
    return line[start : match.end() + 40].strip()


# Putting it together


def _completed(found: list[Fact], url: str) -> list[Fact]:
    """What follows from the rest: the deal from the address, the reference from its last number."""
    fields = {fact.field for fact in found}
    path = re.sub(r"[-_/]+", " ", urlsplit(url).path)
    if "deal" not in fields:
        month = next((f for f in found if f.field == "price_period" and f.value == "month"), None)
        if month:
            found.append(Fact("deal", "rent", month.source, month.snippet))
        else:
            found += _only(_said_in(path, "url", path.strip()), {"deal"})
            if re.search(r"\b(?:sale|buy|kaufen|comprar|acheter|vente|venta)\b", path):
                found += _fact("deal", "sale", "url", path)
            elif re.search(
                r"\b(?:rent|rental|mieten|miete|alquiler|alquilar|louer|location)\b", path
            ):
                found += _fact("deal", "rent", "url", path)
    if "property_type" not in fields:
        found += _only(_said_in(path, "url", path.strip()), {"property_type"})
    if "reference" not in fields and (numbers := re.findall(r"\d{4,12}", urlsplit(url).path)):
        found += _fact("reference", numbers[-1], "url", urlsplit(url).path)
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
