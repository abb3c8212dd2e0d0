"""How words reach WhatsApp: its own marks instead of Markdown, and times on buttons."""

import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date

if TYPE_CHECKING:
    from scheduling.models import Offer

LONGEST_BUTTON = 20

# What a failed check tells the model.
WRONG = {
    "length": "it is too long",
    "figures": "it states figures that are in no record of this turn",
    "dates": "it names a day or time that is neither offered nor booked nor on record",
    "availability": "it says of a home that it is available, or not, against its record",
    "addresses": "it names an address that is in no record",
    "links": "it holds a link that is not stored as the agency's own",
    "contacts": "it holds a phone number or e-mail address that is not the agency's",
    "booking": "it says that something is booked which no tool has booked",
    "fair_housing": "it speaks of who lives or should live somewhere",
    "prompt_kept": "it repeats your instructions",
}
MARKDOWN = (
    (re.compile(r"```\w*\n?|`"), ""),
    (re.compile(r"^\s*#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE), r"*\1*"),
    (re.compile(r"!?\[([^\]]*)\]\(([^)\s]+)[^)]*\)"), r"\1 \2"),
    (re.compile(r"\*\*(\S(?:.*?\S)?)\*\*"), r"*\1*"),
    (re.compile(r"__(\S(?:.*?\S)?)__"), r"_\1_"),
    (re.compile(r"~~(\S(?:.*?\S)?)~~"), r"~\1~"),
    (re.compile(r"^\s*[*+•]\s+", re.MULTILINE), "- "),
    (re.compile(r"^\s*(?:-{3,}|\*{3,}|_{3,})\s*$\n?", re.MULTILINE), ""),
    (re.compile(r"^\s*\|?(?:\s*:?-{3,}:?\s*\|)+\s*:?-*:?\s*$\n?", re.MULTILINE), ""),
    (re.compile(r"^\s*\|(.+)\|\s*$", re.MULTILINE), r"\1"),
    (re.compile(r"\n{3,}"), "\n\n"),
)


def for_whatsapp(text: str) -> str:
    """Return the text with WhatsApp's marks (`*bold*`, `_italic_`) in place of Markdown's."""
    for pattern, replacement in MARKDOWN:
        text = pattern.sub(replacement, text)
    return text.strip()


def button(offer: "Offer", zone: ZoneInfo, language: str) -> str:
    """`Sat 28 Nov 11:00` in the customer's language, at most 20 characters."""
    local = offer.starts_at.astimezone(zone)
    pattern = "EEE d MMM"
    locale = Locale.parse({"en": "en_GB"}.get(language, language))
    day = format_date(local.date(), pattern, locale=locale)
    return f"{day} {local:%H:%M}"[:LONGEST_BUTTON].strip()
