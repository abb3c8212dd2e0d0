from decimal import Decimal

import pytest
from django.urls import reverse

from knowledge.models import Listing, Note
from knowledge.tests.factories import ListingFactory, NoteFactory
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory

COMPLETE = {
    "reference": "A-1",
    "title": "Kanari 5",
    "deal": "sale",
    "property_type": "apartment",
    "status": "available",
    "price": "250000",
    "currency": "EUR",
    "price_period": "total",
    "area": "Neapoli",
    "city": "Limassol",
    "parking": "true",
    "pool": "false",
    "sea_view": "unknown",
}


@pytest.fixture
def organization(db):
    return OrganizationFactory()


@pytest.fixture
def site(client, organization):
    """Ask for a page as an agent: `site(name, pk=…)`; `site.post(name, data, pk=…)`."""
    client.force_login(MemberFactory(organization=organization).user)

    class Site:
        def __call__(self, name, query="", headers=None, **kwargs):
            return client.get(self.url(name, **kwargs) + query, headers=headers)

        def post(self, name, data=None, **kwargs):
            return client.post(self.url(name, **kwargs), data or {})

        def url(self, name, **kwargs):
            return reverse(f"knowledge:{name}", kwargs={"slug": organization.slug, **kwargs})

    return Site()


def stored(organization, model, **fields):
    with tenant(organization):
        return model.objects.get(**fields)


def trail(organization):
    with tenant(organization):
        entries = organization.audit_entries.exclude(action="organization.founded")
        return list(entries.order_by("pk").values_list("action", flat=True))


def test_the_overview_leads_to_the_listings(site):
    assert site("index").headers["Location"] == site.url("listings")


@pytest.mark.parametrize("name", ["listings", "notes", "try_search", "listing_new", "note_new"])
def test_every_page_shows_itself_when_there_is_nothing_yet(site, name):
    assert site(name).status_code == 200


@pytest.mark.parametrize(
    ("name", "factory"), [("listings", ListingFactory), ("notes", NoteFactory)]
)
def test_one_row_and_three_rows_cost_the_same_queries(
    site, organization, name, factory, django_assert_max_num_queries
):
    agent = MemberFactory(organization=organization)
    extra = {"agent": agent} if name == "listings" else {"author": agent}
    factory(organization=organization, **extra)
    with django_assert_max_num_queries(40) as one:
        site(name)
    factory(organization=organization, **extra)
    factory(organization=organization, agent=None) if name == "listings" else factory(
        organization=organization
    )
    with django_assert_max_num_queries(len(one)):
        site(name)


def test_findings_cost_the_same_queries_for_one_and_three(
    site, organization, django_assert_max_num_queries
):
    NoteFactory(organization=organization, title="Deposit 1")
    with django_assert_max_num_queries(40) as one:
        site("try_search", "?q=deposit")
    NoteFactory(organization=organization, title="Deposit 2")
    ListingFactory(organization=organization, title="Deposit 3")
    with django_assert_max_num_queries(len(one)):
        site("try_search", "?q=deposit")


def test_a_new_listing_is_stored_searched_and_audited(site, organization):
    response = site.post("listing_new", COMPLETE)

    listing = stored(organization, Listing)
    assert response.headers["Location"] == site.url("listing", pk=listing.pk)
    assert (listing.price, listing.parking, listing.pool, listing.sea_view) == (
        Decimal(250000), True, False, None,
    )  # fmt: skip
    assert trail(organization) == ["listing.added"]
    assert "Kanari 5" in site("try_search", "?q=apartment with parking").content.decode()


def test_a_listing_is_changed_by_any_member(site, organization):
    listing = ListingFactory(organization=organization, title="Kanari 5")

    response = site.post("listing", COMPLETE | {"price": "240000"}, pk=listing.pk)

    assert response.status_code == 302
    assert stored(organization, Listing).price == Decimal(240000)
    assert trail(organization) == ["listing.changed"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "This field is required."),
        ({"currency": "EUX"}, "EUX is not a currency."),
        ({"country": "1"}, "Write the two letters of the country, such as CY."),
        ({"price": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"price": "a lot"}, "Enter a number."),
        ({"year_built": "98"}, "Write the year with four digits, such as 1998."),
        ({"deal": "rent"}, "A rent is per month."),
        ({"price_period": "month"}, "A sale price is in total."),
        ({"available_from": "0001-01-01"}, "Write a day of this century."),
        ({"reference": "taken"}, "Another listing has this reference."),
        ({"agent": "999999"}, "Select a valid choice."),
        ({"description": "\x00"}, "Null characters are not allowed."),
    ],
)
def test_what_is_wrong_with_a_listing_is_said_and_nothing_is_lost(
    site, organization, fields, sentence
):
    ListingFactory(organization=organization, reference="TAKEN")

    response = site.post("listing_new", COMPLETE | {"address": "5 Kanari"} | fields)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert "5 Kanari" in response.content.decode()
    with tenant(organization):
        assert Listing.objects.count() == 1


def test_an_agent_of_another_organization_cannot_be_put_on_a_listing(site):
    stranger = MemberFactory()

    assert site.post("listing_new", COMPLETE | {"agent": stranger.pk}).status_code == 422


def test_an_invalid_edit_leaves_the_heading_as_stored(site, organization):
    listing = ListingFactory(organization=organization, title="Kanari 5")

    response = site.post("listing", COMPLETE | {"title": "Other", "price": "x"}, pk=listing.pk)

    assert "<title>Kanari 5" in response.content.decode()


def test_the_list_is_filtered_by_status_deal_area_and_words(site, organization):
    for title, fields in {
        "Kanari 5": {"area": "Neapoli"},
        "Γλυφάδα 7": {"area": "Γλυφάδα", "deal": "rent", "price_period": "month"},
        "Sold home": {"status": "sold"},
        "Old home": {"status": "withdrawn"},
    }.items():
        ListingFactory(organization=organization, title=title, **fields)

    def shown(query):
        context = site("listings", query).context
        return sorted(listing.title for listing in context["page"])

    assert shown("") == ["Kanari 5", "Sold home", "Γλυφάδα 7"]
    assert shown("?status=withdrawn") == ["Old home"]
    assert shown("?deal=rent") == ["Γλυφάδα 7"]
    assert shown("?area=Neapoli&status=sold") == ["Sold home"]
    assert shown("?text=ΓΛΥΦ") == ["Γλυφάδα 7"]
    assert shown("?text=kanari+5+apartments") == ["Kanari 5"]
    assert shown("?text=%27%3A*+%26") == ["Kanari 5", "Sold home", "Γλυφάδα 7"]
    assert shown("?status=nonsense&page=99") == ["Kanari 5", "Sold home", "Γλυφάδα 7"]


def test_a_filter_asked_for_by_the_page_itself_answers_with_the_table_alone(site, organization):
    ListingFactory(organization=organization)

    response = site("listings", headers={"HX-Request": "true"})

    assert response.content.decode().startswith('<div id="listings">')
    assert "HX-Request" in response.headers["Vary"]


def test_many_listings_are_shown_in_pages_that_keep_the_filter(site, organization):
    for _number in range(26):
        ListingFactory(organization=organization)

    response = site("listings", "?deal=sale")

    assert len(response.context["page"]) == 25
    assert "?deal=sale&amp;page=2" in response.content.decode()


def test_withdrawing_offers_to_undo_it_and_undoing_puts_it_back(site, organization):
    listing = ListingFactory(organization=organization, status="reserved", title="Kanari 5")

    response = site.post("listing_archive", pk=listing.pk)
    assert stored(organization, Listing).status == "withdrawn"
    again = site("listings", "?" + response.headers["Location"].split("?")[1])
    assert "Kanari 5 is withdrawn" in again.content.decode()

    site.post("listing_status", {"status": "reserved"}, pk=listing.pk)

    assert stored(organization, Listing).status == "reserved"
    assert trail(organization) == ["listing.status_changed"] * 2


def test_a_status_that_does_not_exist_changes_nothing(site, organization):
    listing = ListingFactory(organization=organization)

    site.post("listing_status", {"status": "burnt"}, pk=listing.pk)

    assert stored(organization, Listing).status == "available"


def test_a_note_is_written_changed_and_deleted(site, organization):
    site.post("note_new", {"title": "Fees", "body": "Nothing."})
    note = stored(organization, Note)
    site.post("note", {"title": "Fees", "body": "Half a month."}, pk=note.pk)

    assert stored(organization, Note).body == "Half a month."
    assert "Half a month." in site("try_search", "?q=half+month").content.decode()
    assert "cannot be undone" in site("note_delete", pk=note.pk).content.decode()
    assert stored(organization, Note) == note

    site.post("note_delete", pk=note.pk)

    with tenant(organization):
        assert Note.objects.count() == 0
    assert trail(organization) == ["note.added", "note.changed", "note.deleted"]


def test_a_note_that_is_too_long_or_empty_is_refused_in_words(site):
    long = site.post("note_new", {"title": "Fees", "body": "x" * 8001})
    empty = site.post("note_new", {"title": "", "body": ""})

    assert (long.status_code, empty.status_code) == (422, 422)
    assert "at most 8000 characters (it has 8001)" in long.content.decode()


def test_trying_a_question_shows_passages_scores_and_sources(site, organization):
    note = NoteFactory(organization=organization, title="Deposit", body="It comes back in 30 days.")

    text = site("try_search", "?q=When+does+my+deposit+come+back").content.decode()

    assert site.url("note", pk=note.pk) in text
    assert "It comes back in 30 days." in text
    assert "% of the question" in text
    assert "Nothing found" in site("try_search", "?q=spaceship").content.decode()


def test_hostile_text_is_shown_as_text(site, organization):
    script = "<script>alert(1)</script>"
    ListingFactory(organization=organization, title=script, area=script)
    NoteFactory(organization=organization, title=script, body=script)

    for name, query in (("listings", ""), ("notes", ""), ("try_search", "?q=alert")):
        assert script not in site(name, query).content.decode()
