"""A page of the web that needs no web."""

import pytest
from django.utils.timezone import now

from knowledge.fetching import Page, SafeFetcher

HTML = """
<title>Flat</title><h1>Sea flat for sale</h1><p>Price: €{price}</p><p>Bedrooms: 2</p>
<p>Ref: SF-1</p><p>Area: Neapoli</p><p>City: Limassol</p>
"""


@pytest.fixture
def shown(monkeypatch):
    """Let the page be what the test says, without a network."""
    page = {"html": HTML.format(price="250,000")}

    def fetch(self, url):
        if isinstance(page["html"], Exception):
            raise page["html"]
        page["asked"] = url
        return Page(url, "text/html", "utf-8", page["html"].encode(), now())

    monkeypatch.setattr(SafeFetcher, "fetch", fetch)
    return page
