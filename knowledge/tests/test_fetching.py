import os
import socket
import time
import tracemalloc

import pytest

from knowledge.fetching import NotFetched, Page, Reason, SafeFetcher, TransactionOpen
from knowledge.tests import hostile
from knowledge.tests.hostile import CONTROLS, HOSTILE, PAGE, REBINDING
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory

named = {"ids": lambda case: case.name}


@pytest.fixture
def net():
    with hostile.internet() as net:
        yield net


@pytest.fixture
def unentered(db):
    """A connection that is in no organization."""


pytestmark = pytest.mark.usefixtures("unentered")


def outcome(url, **options):
    try:
        return SafeFetcher(**options).fetch(url)
    except NotFetched as refusal:
        return refusal.reason


def public(path):
    return f"http://public.example/{path}"


@pytest.mark.parametrize("case", HOSTILE, **named)
def test_a_forbidden_address_is_not_reached(net, case):
    reason = outcome(case.url)

    assert net.forbidden == []
    assert reason in (Reason.ADDRESS, Reason.NOT_A_URL, Reason.REDIRECTS)


def test_the_table_has_all_the_cases_it_should():
    assert len({case.name for case in HOSTILE}) == len(HOSTILE) == 72


@pytest.mark.parametrize("case", CONTROLS, **named)
def test_a_public_page_is_read(net, case):
    page = outcome(case.url)

    assert (page.body, page.kind, page.charset) == (PAGE, "text/html", "utf-8")
    assert net.forbidden == []


def test_a_name_is_looked_up_once_so_that_a_second_answer_changes_nothing(net):
    page = outcome(REBINDING.url)

    assert page.body == PAGE
    assert (net.lookups, net.reached) == ({"rebinding.example": 1}, [hostile.PUBLIC])


def test_a_connection_that_ends_up_elsewhere_is_refused(net, monkeypatch):
    monkeypatch.setattr(socket.socket, "getpeername", lambda self: ("10.0.0.5", 80))

    assert outcome(public("page")) == Reason.ADDRESS
    assert net.requests == []


def test_the_user_of_an_address_is_not_sent(net):
    page = outcome("http://somebody:secret@public.example/page#part")

    assert page.url == public("page")
    assert [headers.get("Authorization") for _path, headers in net.requests] == [None]


def test_the_request_says_who_asks_and_carries_nothing_else(net, settings):
    settings.BASE_URL = "https://inbox.example.com"

    outcome(public("cookie"))

    path, headers = net.requests[-1]
    assert path == "/page"
    assert headers == {
        "Host": "public.example",
        "User-Agent": "KATIKN/1.0 (+https://inbox.example.com/privacy/)",
        "Accept": "text/html,application/xhtml+xml;q=0.9,text/plain;q=0.5",
        "Accept-Encoding": "gzip, deflate, br",
    }


def test_proxies_and_netrc_of_the_environment_are_not_used(net, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine public.example login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:1/")

    page = outcome(public("page"))

    assert page.body == PAGE
    assert "Authorization" not in net.requests[-1][1]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("status-401", Reason.LOGIN),
        ("status-403", Reason.REFUSED),
        ("status-404", Reason.MISSING),
        ("status-410", Reason.MISSING),
        ("status-429", Reason.REFUSED),
        ("status-500", Reason.BROKEN),
        ("status-204", Reason.REFUSED),
        ("kind-application_pdf", Reason.KIND),
        ("kind-image_png", Reason.KIND),
        ("kind-none", Reason.KIND),
        ("hop-6", Reason.REDIRECTS),
        ("endless", Reason.TOO_BIG),
    ],
)
def test_what_cannot_be_read_has_its_reason(net, path, reason):
    assert outcome(public(path)) == reason


def test_a_name_that_nobody_has_is_out_of_reach(net):
    assert outcome("http://nobody.example/") == Reason.UNREACHABLE


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw-deflate", "br"])
def test_a_packed_page_is_unpacked(net, encoding):
    assert outcome(public(f"packed-{encoding}")).body == PAGE


@pytest.mark.parametrize(
    ("encoding", "reason"),
    [
        ("gzip", Reason.TOO_BIG),
        ("deflate", Reason.TOO_BIG),
        ("raw-deflate", Reason.TOO_BIG),
        ("br", Reason.TOO_BIG),
        ("nested", Reason.UNREADABLE),
    ],
)
def test_a_bomb_is_stopped_by_the_cap_on_what_it_unpacks_to(net, encoding, reason):
    hostile.bomb(encoding)
    tracemalloc.start()
    try:
        found = outcome(public(f"bomb-{encoding}"))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert found == reason
    assert peak < 16_000_000


@pytest.mark.parametrize("name", ["drip-body", "drip-headers", "silence"])
def test_a_server_that_drips_is_held_no_longer_than_the_deadline(net, name):
    begun = time.monotonic()

    reason = outcome(public(name), deadline=1)

    assert reason == Reason.TIMEOUT
    assert time.monotonic() - begun < 1.5


def test_the_body_of_a_redirect_is_not_waited_for(net):
    assert outcome(public("drip-redirect"), deadline=3).body == PAGE


def test_a_name_server_that_does_not_answer_is_held_no_longer_than_the_deadline(net, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: time.sleep(5))
    begun = time.monotonic()

    assert outcome(public("page"), deadline=0.5) == Reason.TIMEOUT
    assert time.monotonic() - begun < 1


def test_a_page_is_not_fetched_inside_a_transaction_of_an_organization(net):
    with tenant(OrganizationFactory()), pytest.raises(TransactionOpen):
        SafeFetcher().fetch(public("page"))


# The allow-list


@pytest.fixture
def local():
    """A page on loopback, with no internet in between."""
    server = hostile.serve()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_loopback_is_refused_by_default(local, settings):
    assert settings.FETCH_ALLOWED_ADDRESSES == []
    assert outcome(f"http://{local}/page") == Reason.ADDRESS


def test_an_address_of_the_setting_is_read_over_a_real_socket(local, settings):
    settings.FETCH_ALLOWED_ADDRESSES = [local]

    page = outcome(f"http://{local}/moved")

    assert isinstance(page, Page)
    assert (page.url, page.body) == (f"http://{local}/page", PAGE)


def test_a_name_that_resolves_to_an_allowed_address_stays_refused(local, settings):
    settings.FETCH_ALLOWED_ADDRESSES = [local]
    port = local.partition(":")[2]

    assert outcome(f"http://localhost:{port}/page") == Reason.ADDRESS
    assert outcome(f"http://[::ffff:127.0.0.1]:{port}/page") == Reason.ADDRESS
    assert outcome("http://127.0.0.1:1/page") == Reason.ADDRESS


def test_a_redirect_does_not_lead_into_the_allowed_address(net, monkeypatch):
    monkeypatch.setitem(hostile.REDIRECTS, "to-allowed", "http://127.0.0.1:8100/twin/state")

    assert outcome(public("to-allowed"), allowed=["127.0.0.1:8100"]) == Reason.ADDRESS
    assert net.forbidden == []
