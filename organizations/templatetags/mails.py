"""Words for what e-mails about an account have to say."""

import re

from django import template
from django.utils.translation import gettext as _

register = template.Library()

# The first that fits counts: most browsers also claim to be others.
BROWSERS = (
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/|Chromium/", "Chrome"),
    (r"Safari/", "Safari"),
)
SYSTEMS = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "Mac"),
    (r"CrOS", "ChromeOS"),
    (r"Linux|X11", "Linux"),
)
LONGEST = 60


@register.filter
def browser_in_words(user_agent: object) -> str:
    """Say "Firefox on Windows" of what a browser sends about itself; another name stays, cut."""
    text = " ".join(str(user_agent or "").split())
    browser, system = _first(BROWSERS, text), _first(SYSTEMS, text)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or text[:LONGEST]


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for pattern, name in known if re.search(pattern, text)), "")
