"""The installation behind the browser tests, in a real Chromium and by plain HTTP."""

import http.client
import json
import statistics
import time
from urllib.parse import urlsplit

import pytest

from organizations.models import User, WorkerHeartbeat
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.browser


def test_signed_in_browser_reaches_the_installation(live_site, page):
    organization = OrganizationFactory()
    page.context.add_cookies([live_site.cookie(organization.owner.user)])

    answer = page.goto(f"{live_site.url}/accounts/login/")

    assert answer.status == 200
    assert "/accounts/login/" not in page.url


def test_rows_of_the_test_are_committed_in_the_installations_database(live_site):
    organization = OrganizationFactory()

    assert User.objects.filter(pk=organization.owner.user_id).exists()
    assert WorkerHeartbeat.objects.count() == 1


def test_readiness_names_no_problem(live_site):
    status, body = get(live_site, "/readyz")

    assert (status, json.loads(body)) == (200, {"ready": True, "problems": {}})


def test_answers_on_a_kept_connection_do_not_wait_for_acknowledgements(live_site):
    connection = http.client.HTTPConnection(urlsplit(live_site.url).netloc, timeout=5)
    durations = []
    for _ in range(40):
        begun = time.perf_counter()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        durations.append(time.perf_counter() - begun)

    # Without TCP_NODELAY the median is 40 ms and more.
    assert statistics.median(durations) < 0.03


def test_health_needs_neither_session_nor_the_right_host_name(live_site):
    address = urlsplit(live_site.url).netloc
    connection = http.client.HTTPConnection(address, timeout=5)
    connection.request("GET", "/healthz", headers={"Host": "10.0.0.7"})
    answer = connection.getresponse()

    assert (answer.status, answer.read(), answer.getheader("Set-Cookie")) == (200, b"ok\n", None)


def get(live_site, path):
    connection = http.client.HTTPConnection(urlsplit(live_site.url).netloc, timeout=15)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read()
