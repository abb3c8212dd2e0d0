"""The pages that the demonstration offers can be read, over a real socket."""

import pytest

from knowledge.fetching import NotFetched, Reason, SafeFetcher
from knowledge.pages import read_listing
from organizations.site import EXAMPLE_PAGES
from twins.meta import MetaTwin


@pytest.fixture
def twin(monkeypatch):
    monkeypatch.setenv("KATIKN_DEMO", "1")
    with MetaTwin("http://127.0.0.1:9/webhook", "secret", "verify", port=0) as twin:
        yield twin


def values(twin, path):
    facts = read_listing(SafeFetcher().fetch(twin.url + path))
    return {field: said[0].value for field, said in facts.items()}, facts


def test_the_example_pages_are_listings(db, twin, settings):
    settings.FETCH_ALLOWED_ADDRESSES = [twin.url.removeprefix("http://")]

    (flat, facts), (rental, _facts) = (values(twin, path) for path in EXAMPLE_PAGES)

    assert (flat["reference"], flat["price"], flat["bedrooms"]) == ("KY-4711", 429000, 2)
    assert (flat["elevator"], flat["sea_view"], flat["pool"]) == (True, True, False)
    assert [fact.value for fact in facts["price"]] == [429000, 429000, 415000]
    assert (rental["deal"], rental["price"], rental["area_m2"]) == ("rent", 1150, 68)
    assert "free" not in str(facts)


def test_without_the_setting_they_are_out_of_reach(db, twin):
    with pytest.raises(NotFetched) as refusal:
        SafeFetcher().fetch(twin.url + EXAMPLE_PAGES[0])

    assert refusal.value.reason == Reason.ADDRESS
