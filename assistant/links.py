"""What in a text a phone makes a link of, and whether it leads to the agency.

A link is the agency's own when it is the stored page of one of its listings or lies on the host of
its website as its settings say; and of our own addresses, the calendar file of one of this
customer's appointments. That it stands in a note, a description or a message proves nothing.
"""

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from scheduling.links import address_of

if TYPE_CHECKING:
    from assistant.turn import Turn

# Bounded, where a pattern would else try a long run of letters again from each of them.
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
LINK = re.compile(
    r"[a-z][a-z\d+.-]{0,30}:/{1,3}[^\s<>]+|"  # with a scheme, whatever it is
    r"(?<!\w)(?:tel|sms|smsto|intent|market|skype|viber|tg|whatsapp|geo|data|javascript):[^\s<>]+|"
    r"[\w.+-]{1,64}@(?:[\w-]+\.)+[^\W\d_]{2,}[:/?#][^\s<>]+|"  # somebody before the host
    r"(?<![\w@])(?:\d{1,3}\.){3}\d{1,3}(?:[:/?#][^\s<>]*)|"  # a bare address with a path
    r"(?<![\w@.-])(?:[\w-]+\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#][^\s<>]*)?(?![\w@])",  # a bare host
    re.IGNORECASE,
)
# Written so that a reader, but no pattern, sees a dot or a scheme.
DISGUISED_DOT = re.compile(
    r"\s{0,9}[\[({]\s{0,9}(?:\.|dot|punto|punkt|point|τελεία)\s{0,9}[\])}]\s{0,9}|"
    r"(?<=\w)\s{1,9}dot\s{1,9}(?=\w)|"
    r"(?<=\w)\s{1,9}(?:punto|punkt|point|τελεία|نقطة)\s{1,9}(?=(?:com|net|org|info)\b)|"
    r"(?<=\w)\s{1,9}(?:punkt\s{1,9}(?=de\b)|point\s{1,9}(?=fr\b)|τελεία\s{1,9}(?=gr\b))",
    re.IGNORECASE,
)
# "evil . com", "evil. com" and "evil,com": no sentence begins with these in small letters.
SPACED_DOT = re.compile(
    r"(?<=\w)(?:\s{1,9}\.\s{0,9}|\.\s{1,9}|,)(?=(?:com|net|org|info|biz|xyz)\b)"
)
DOTS = str.maketrans("。‧∙٠∕⁄╱⧸", "....////")
SENTENCES_THAT_TOUCH = re.compile(r"(?<=[^\W\d_]{2})\.([^\W\d_])(?!\S*@)")
PHONE = re.compile(r"(?<![\w.,])\+?\(?\d(?:[\s().\-/\u00a0]?\d){7,14}(?![\w])")
BOOKING_TOOLS = ("book_slot", "move_appointment")
AROUND = ".,;:!?)]}»”\"'*_"


def as_seen(text: str) -> str:
    """Return the text as a reader sees it: look-alike forms folded, what is invisible left out."""
    shown = _western(unicodedata.normalize("NFKC", text)).translate(DOTS)
    shown = "".join(c for c in shown if unicodedata.category(c) not in ("Cf", "Cc") or c in "\n\t")
    shown = re.sub(r"\bhxxp", "http", shown, flags=re.IGNORECASE)
    return SPACED_DOT.sub(".", DISGUISED_DOT.sub(".", shown))


def _western(text: str) -> str:
    """Digits of every script as 0 to 9; the Arabic zero alone looks like a dot, and stays."""
    shown = []
    for place, letter in enumerate(text):
        if letter.isascii() or not letter.isdecimal():
            shown.append({"٫": ".", "٬": ","}.get(letter, letter))
            continue
        beside = text[max(place - 1, 0) : place] + text[place + 1 : place + 2]
        alone = letter == "٠" and not any(each.isdecimal() for each in beside)
        shown.append(letter if alone else str(unicodedata.decimal(letter)))
    return "".join(shown)


def links_in(text: str) -> list[str]:
    """Return what may become a link, also without a scheme and in disguise."""
    return [link.rstrip(AROUND) for link in LINK.findall(as_seen(text))]


def without_links(text: str) -> str:
    """Return the text without links and e-mail addresses."""
    text = EMAIL.sub(" ", as_seen(text))
    for link in set(links_in(text)):
        text = text.replace(link, " ")
    return text


def phones_in(text: str) -> list[str]:
    """Return what looks like a phone number: eight to fifteen digits, no date and no sum."""
    return [found for found in PHONE.findall(text) if not _is_date_or_sum(found.strip())]


def foreign_links(turn: "Turn", text: str) -> list[str]:
    """Return the links that do not lead to the agency. Runs inside `tenant()`."""
    found = links_in(text)
    if not found:
        return []
    pages = set(turn.organization.listings.exclude(url="").values_list("url", flat=True))
    files = [address_of(row) for row in turn.conversation.appointments.all()]
    own = {_address(page) for page in [*pages, *files, *calendar_links(turn)]}
    site = host_of(turn.website)
    return [link for link in found if _address(link) not in own and not _lies_on(link, site)]


def calendar_links(turn: "Turn") -> list[str]:
    """Return the links to the calendar files of what was booked or moved in this turn."""
    results = [call["result"] for call in turn.calls if call["tool"] in BOOKING_TOOLS]
    found = (done.get("calendar", "") for done in results if isinstance(done, dict))
    return list(dict.fromkeys(filter(None, found)))


def host_of(link: str) -> str:
    """Return the host in lower case without `www.`; nothing where something stands before an @."""
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or "\\" in link:
        return ""
    return parts.netloc.lower().removeprefix("www.")


def sentences_apart(text: str) -> str:
    """Put a space between sentences that touch (`sold.Call us`), which a phone would link."""

    def apart(match: re.Match[str]) -> str:
        return f". {match[1]}" if match[1].isupper() else match[0]

    return SENTENCES_THAT_TOUCH.sub(apart, text)


def without_foreign_links(turn: "Turn", text: str) -> str:
    """Leave out the sentences with a link that does not lead to the agency."""
    sentences = re.split(r"(?<=[.!?;])\s+|\n", sentences_apart(text))
    return " ".join(each for each in sentences if not foreign_links(turn, each)).strip()


def _is_date_or_sum(text: str) -> bool:
    """`2026-11-28 11`, `28.11.2026` or `1 250 000`: figures, which another check looks at."""
    return bool(
        re.match(r"\d{4}-\d{2}-\d{2}", text)
        or re.match(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b", text)
        or re.fullmatch(r"\d{1,3}(?:[.\s\u00a0]\d{3})+", text)
    )


def _lies_on(link: str, site: str) -> bool:
    """Whether a link lies on the agency's site, and carries no other address to lead on to."""
    if not site or host_of(link) != site:
        return False
    carried = unquote(unquote(link.casefold().split(site, 1)[-1]))
    return not re.search(r"//|\\|@|(?:^|[=&?#])(?:[\w-]+\.)+[a-z]{2,}", carried, re.IGNORECASE)


def _address(link: str) -> str:
    """A link without scheme, `www.`, letter case of the host and a slash at the end."""
    host = host_of(link)
    if not host:
        return link
    parts = urlsplit(link if "://" in link else f"https://{link}")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"
