# ruff: noqa: E501 (words of many languages in one pattern)
"""What a page tells people: its text without what is hidden, and what it shows when shared."""

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from bs4 import BeautifulSoup, Comment, Tag

from knowledge import wordbook
from knowledge.cleaning import one_line
from knowledge.folding import fold
from knowledge.pages.facts import (
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_INSIDE,
    MOST_ITEMS,
    MOST_LINES,
    Fact,
    as_facts,
)
from knowledge.pages.structured import FEATURE_WORDS
from knowledge.values import (
    FEATURES,
    read_currency,
)

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


def remove_hidden(soup: BeautifulSoup) -> None:
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


def from_text(soup: BeautifulSoup) -> list[Fact]:
    facts: list[Fact] = []
    heading = soup.find("h1")
    if heading is not None:
        title = one_line(heading.get_text(" ")[:LONGEST_LINE])
        facts += as_facts("title", _without_site(title), "text", f"h1: {title}")
        facts += said_in(title, "text", "h1")
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
        yield from as_facts(field, _first_part(field, value), "text", snippet)
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
        yield from as_facts("currency", code, "text", snippet)
    rent = {"rent", "monthly rent", "loyer", "miete", "kaltmiete", "ενοικιο", "μισθωμα"}
    if PER_MONTH.search(snippet) or heading in rent:
        yield from as_facts("deal", "rent", "text", snippet)
    elif heading in ("kaufpreis", "sale price", "asking price", "prix de vente", "precio de venta"):
        yield from as_facts("deal", "sale", "text", snippet)


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
        feature = wordbook.word_of(negative[1] if negative else plain, FEATURE_WORDS)
        if feature:
            yield from as_facts(feature, "no" if negative else "yes", "text", text)


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
                yield from as_facts(field, match[1], "text", _around(line, match))
        for match in re.finditer(rf"(?<![\d.,])(\d[\d.,]*)\s?(?:{SQUARE})", line, re.IGNORECASE):
            before = line[max(match.start() - 30, 0) : match.start()]
            after = line[match.end() : match.end() + 20]
            if re.search(r"[€£$]\s?$|/\s?$", before):
                continue
            is_plot = PLOT_WORDS.search(before) or PLOT_WORDS.match(after.strip(" ()of"))
            if PLOT.search(before):
                yield from as_facts("plot_m2", match[1], "text", _around(line, match))
            elif not is_plot:
                yield from as_facts("area_m2", match[1], "text", _around(line, match))
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
            yield from as_facts("price", amount, "text", snippet)
            yield from _of_price(snippet, "")


def said_in(title: str, source: str, where: str) -> Iterator[Fact]:
    """What a title says about the deal and the type."""
    for deal, words in (("rent", RENT_WORDS), ("sale", SALE_WORDS)):
        if re.search(words, title, re.IGNORECASE):
            yield from as_facts("deal", deal, source, f"{where}: {title}")
            break
    for kind, words in TYPE_WORDS:
        if re.search(words, title, re.IGNORECASE):
            yield from as_facts("property_type", kind, source, f"{where}: {title}")
            break


def _around(line: str, match: re.Match[str]) -> str:
    start = max(match.start() - 40, 0)
    return line[start : match.end() + 40].strip()


# OpenGraph

OG_FIELDS = {
    "og:title": "title", "twitter:title": "title", "og:description": "description",
    "product:price:amount": "price", "og:price:amount": "price",
    "product:price:currency": "currency", "og:price:currency": "currency",
    "og:street-address": "address", "og:locality": "city", "og:country-name": "country",
    "business:contact_data:street_address": "address",
    "business:contact_data:locality": "city",
}  # fmt: skip


def from_open_graph(soup: BeautifulSoup) -> Iterator[Fact]:
    for meta in soup.find_all("meta", content=True):
        name = str(meta.get("property") or meta.get("name") or "").lower()
        if field := OG_FIELDS.get(name):
            content = str(meta["content"])
            if field == "title":
                content = _without_site(content)
            yield from as_facts(field, content, "og", f"{name}: {meta['content']}")
        if name == "og:title":
            yield from said_in(str(meta["content"]), "og", name)


def _without_site(title: str) -> str:
    """ "Two-bedroom flat | Portal" without the name of the portal."""
    return re.split(r"\s+[|•·»]\s+", title)[0]
