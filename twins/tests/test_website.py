"""The example pages of homes that the twin shows."""

import urllib.error
import urllib.request

import pytest


def get(twin, path):
    with urllib.request.urlopen(twin.url + path) as answer:
        return answer.headers["Content-Type"], answer.read().decode()


def test_the_pages_of_homes_are_served_beside_the_phone(twin):
    kind, page = get(twin, "/homes/")

    assert kind == "text/html; charset=utf-8"
    assert 'href="/homes/sea-breeze-4711/"' in page
    assert "KY-4711" in get(twin, "/homes/sea-breeze-4711/")[1]
    assert "KY-4712" in get(twin, "/homes/diamerisma-koukaki-4712/")[1]
    assert get(twin, "/homes/site.css")[0] == "text/css; charset=utf-8"


@pytest.mark.parametrize("path", ["/homes/nothing/", "/homes/../phone.html", "/homes/index.html"])
def test_no_other_page_is_served(twin, path):
    with pytest.raises(urllib.error.HTTPError) as refusal:
        get(twin, path)

    assert refusal.value.code == 404
