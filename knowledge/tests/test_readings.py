from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import now

from knowledge import readings
from knowledge.fetching import NotFetched, Reason
from knowledge.keeping import save_listing
from knowledge.models import Listing, Reading
from knowledge.readings import (
    TooManyReadings,
    apply_differences,
    differences,
    read_again,
    start_reading,
)
from knowledge.tests import hostile
from knowledge.tests.conftest import HTML
from knowledge.tests.factories import ListingFactory
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory


@pytest.fixture
def agency(db):
    return OrganizationFactory()


def read(agency, run_queue, url="https://homes.example/flats/1", listing=None):
    with tenant(agency):
        row = start_reading(agency, url, agency.owner, listing=listing)
    run_queue()
    return fresh(row)


def fresh(row):
    with tenant(row.organization_id):
        row = type(row).objects.select_related("organization").get(pk=row.pk)
        return row


def test_a_page_becomes_a_draft_and_no_listing(agency, shown, run_queue):
    row = read(agency, run_queue)

    assert (row.state, row.listing_id) == ("ready", None)
    assert row.facts["price"] == [{"value": "250000", "from": "text", "snippet": "Price: €250,000"}]
    with tenant(agency):
        assert agency.listings.count() == 0


def test_a_reading_is_queued_in_the_cluster_for_long_work(agency, shown):
    from django_q.models import OrmQ

    with tenant(agency):
        start_reading(agency, "https://homes.example/1", agency.owner)

    assert list(OrmQ.objects.values_list("key", flat=True)) == ["bulk"]


@pytest.mark.parametrize("reason", list(Reason))
def test_each_way_of_failing_has_its_sentence(agency, shown, run_queue, reason):
    shown["html"] = NotFetched(reason, "what the server sent")

    row = read(agency, run_queue)

    assert (row.state, row.problem) == ("failed", reason.value)
    assert len(str(readings.PROBLEMS[row.problem])) > 20


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("<h1>About us</h1>", "not_listing"),
        ("<h1>Sign in</h1><input type=password>", "login"),
        (RuntimeError("broken"), "failed"),
    ],
)
def test_a_page_without_a_listing_says_why(agency, shown, run_queue, html, problem):
    shown["html"] = html

    row = read(agency, run_queue)

    assert (row.state, row.problem) == ("failed", problem)
    assert row.problem in readings.PROBLEMS


def test_the_guarded_fetcher_reads_the_page_and_reaches_nothing_inside(agency, run_queue):
    with hostile.internet() as net:
        row = read(agency, run_queue, url="http://loopback.example/")

    assert (row.state, row.problem, net.reached) == ("failed", "address", [])


def test_a_failed_reading_can_be_tried_again(agency, shown, run_queue):
    shown["html"] = NotFetched(Reason.TIMEOUT)
    row = read(agency, run_queue)
    shown["html"] = HTML.format(price="1")

    with tenant(agency):
        assert read_again(row) is True
    run_queue()

    assert fresh(row).state == "ready"


def test_a_reading_whose_worker_died_can_be_tried_again_after_a_while(agency, shown, run_queue):
    row = read(agency, run_queue)
    with tenant(agency):
        rows = Reading.objects.filter(pk=row.pk)
        rows.update(state="reading", started_at=now())
        too_early = read_again(row)
        rows.update(started_at=now() - timedelta(minutes=3))
        later = read_again(row)

    assert (too_early, later) == (False, True)


def test_a_task_that_runs_twice_reads_once(agency, shown, run_queue):
    row = read(agency, run_queue)
    shown["html"] = HTML.format(price="999")

    readings.read_page(agency.pk, row.pk)

    assert fresh(row).facts["price"][0]["value"] == "250000"


def test_pages_are_not_read_without_end(agency, monkeypatch):
    monkeypatch.setattr(readings, "MOST_AN_HOUR", 2)
    with tenant(agency):
        start_reading(agency, "https://homes.example/1", None)
        start_reading(agency, "https://homes.example/2", None)

        with pytest.raises(TooManyReadings):
            start_reading(agency, "https://homes.example/3", None)


# A listing that is stored


@pytest.fixture
def listing(agency):
    return ListingFactory(
        organization=agency,
        reference="SF-1",
        title="Sea flat",
        price=Decimal(250_000),
        url="https://homes.example/flats/1",
    )


def test_the_page_of_a_stored_listing_shows_a_difference_first(agency, listing, shown, run_queue):
    shown["html"] = HTML.format(price="239,000")

    row = read(agency, run_queue)

    with tenant(agency):
        found = {each["field"]: (each["stored"], each["value"]) for each in differences(row)}
        assert row.listing_id == listing.pk
        assert found == {
            "price": (250000, 239000),
            "title": ("Sea flat", "Sea flat for sale"),
        }
        assert Listing.objects.get().price == 250000


def test_only_what_is_ticked_is_taken_over_with_its_origin(agency, listing, shown, run_queue):
    shown["html"] = HTML.format(price="239,000")
    row = read(agency, run_queue)

    with tenant(agency):
        changed = apply_differences(row, {"price", "agent", "organization"}, agency.owner)
        stored = Listing.objects.get()

    assert changed == ["price"]
    assert (stored.price, stored.title) == (239000, "Sea flat")
    assert (stored.as_of, stored.fetched_at) == (row.fetched_at, row.fetched_at)
    assert stored.provenance["price"] == {
        "from": "page",
        "name": "https://homes.example/flats/1",
        "source": "text",
        "snippet": "Price: €239,000",
        "at": row.fetched_at.isoformat(),
    }
    assert "title" not in stored.provenance


def test_a_difference_is_applied_once(agency, listing, shown, run_queue):
    shown["html"] = HTML.format(price="239,000")
    row = read(agency, run_queue)
    with tenant(agency):
        apply_differences(row, {"price"}, agency.owner)
        stored = Listing.objects.get()
        stored.price = 1
        save_listing(stored, changes=["price"])

        assert apply_differences(row, {"price"}, agency.owner) == []
        assert Listing.objects.get().price == 1
        assert Listing.objects.get().provenance["price"]["from"] == "hand"


def test_a_page_of_the_same_reference_is_not_a_second_listing(agency, listing, shown, run_queue):
    row = read(agency, run_queue, url="https://homes.example/en/flats/1")

    assert row.listing_id == listing.pk


def test_a_reference_of_another_site_is_another_listing(agency, listing, shown, run_queue):
    row = read(agency, run_queue, url="https://portal.example/9")

    assert row.listing_id is None


def test_a_page_is_not_compared_with_the_listing_of_another_agency(
    agency, listing, shown, run_queue
):
    other = OrganizationFactory()

    row = read(other, run_queue)

    assert row.listing_id is None
