import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knowledge import importing
from knowledge.models import Import, Listing, Reading
from knowledge.tests.conftest import HTML
from knowledge.tests.factories import ListingFactory
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory

TWO = (
    "Ref,Title,Deal,Type,Price,Area,City\n"
    "A-1,Sea flat,sale,apartment,250k,Neapoli,Limassol\n"
    "A-2,Castle,sale,castle,cheap,Old Town,Nicosia\n"
)


@pytest.fixture
def organization(db):
    return OrganizationFactory()


@pytest.fixture
def site(client, organization):
    """Ask for a page as the owner: `site.get(name, …)`, `site.post(name, data, …)`."""
    client.force_login(organization.owner.user)
    return Site(client, organization)


class Site:
    def __init__(self, client, organization):
        self.client, self.organization = client, organization

    def url(self, name, **kwargs):
        return reverse(f"knowledge:{name}", kwargs={"slug": self.organization.slug, **kwargs})

    def get(self, name, headers=None, **kwargs):
        return self.client.get(self.url(name, **kwargs), headers=headers)

    def post(self, name, data=None, **kwargs):
        return self.client.post(self.url(name, **kwargs), data or {})

    def upload(self, text, name="stock.csv"):
        content = text if isinstance(text, bytes) else text.encode()
        return self.post("import_upload", {"file": SimpleUploadedFile(name, content)})

    def batch(self):
        with tenant(self.organization):
            return Import.objects.order_by("-pk").first()

    def mapping(self, **changes):
        """What the form of the columns posts as it stands."""
        form = self.get("import_file", code=self.batch().code).context["form"]
        values = {field.html_name: field.value() or "" for field in form}
        values.pop("withdraw_missing")
        return values | changes


def listings(organization):
    with tenant(organization):
        return list(organization.listings.order_by("pk").values_list("reference", flat=True))


def test_an_upload_shows_what_would_happen_and_imports_nothing(site, organization):
    answer = site.upload(TWO)

    page = site.client.get(answer.url).content.decode()
    assert listings(organization) == []
    assert "Import 1 row" in page
    assert "“cheap” is not a number." in page
    assert "Sea flat" in page


def test_the_valid_rows_are_imported_and_the_others_come_back(site, organization):
    site.upload(TWO)

    answer = site.post("import_run", site.mapping(), code=site.batch().code)

    page = site.client.get(answer.url).content.decode()
    assert listings(organization) == ["A-1"]
    assert "“castle” is not one of" in page
    problems = site.get("import_problems", code=site.batch().code)
    assert problems["Content-Disposition"] == 'attachment; filename="problems.csv"'
    assert problems.content.decode().splitlines()[1].startswith("A-2,Castle,sale,castle,cheap,")


def test_a_column_can_be_chosen_otherwise(site, organization):
    site.upload(TWO.replace("Price", "Worth"))

    site.post("import_file", site.mapping(column_4="price"), code=site.batch().code)
    site.post("import_run", site.mapping(), code=site.batch().code)

    with tenant(organization):
        assert organization.listings.get().price == 250000


def test_a_field_cannot_be_held_by_two_columns(site, organization):
    site.upload(TWO)

    answer = site.post("import_run", site.mapping(column_1="city"), code=site.batch().code)

    assert answer.status_code == 422
    assert "is chosen for this already" in answer.content.decode()
    assert listings(organization) == []


def test_another_encoding_reads_the_file_anew(site):
    site.upload(TWO.replace("Sea flat", "شقة").encode("cp1256"))
    assert "شقة" not in site.get("import_file", code=site.batch().code).content.decode()

    site.post("import_file", site.mapping(encoding="cp1256"), code=site.batch().code)

    assert "شقة" in site.get("import_file", code=site.batch().code).content.decode()


def test_many_rows_are_imported_in_the_background(site, organization, run_queue, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 1)
    site.upload(TWO)

    answer = site.post("import_run", site.mapping(), code=site.batch().code)
    waiting = site.client.get(answer.url).content.decode()
    ran = run_queue()
    done = site.get("import_file", code=site.batch().code, headers={"HX-Request": "true"})

    assert "0 of 2 rows are done" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    assert ran == ["knowledge.tasks.run_import"]
    assert 'hx-trigger="every 1s"' not in done.content.decode()
    assert listings(organization) == ["A-1"]


def test_an_import_is_run_once_however_often_one_asks(site, organization):
    site.upload(TWO)
    data, code = site.mapping(), site.batch().code

    for _time in range(2):
        site.post("import_run", data, code=code)

    with tenant(organization):
        assert organization.import_rows.count() == 2
        assert organization.audit_entries.filter(action="listings.imported").count() == 1


def test_an_import_can_be_undone(site, organization):
    site.upload(TWO)
    site.post("import_run", site.mapping(), code=site.batch().code)

    answer = site.post("import_undo", code=site.batch().code)

    assert listings(organization) == []
    assert "1 listing is as it was before." in site.client.get(answer.url).content.decode()


def test_a_draft_cannot_be_undone_and_a_finished_import_not_discarded(site, organization):
    site.upload(TWO)
    site.post("import_undo", code=site.batch().code)
    assert site.batch().state == "draft"

    site.post("import_run", site.mapping(), code=site.batch().code)
    site.post("import_discard", code=site.batch().code)

    assert site.batch().state == "done"


def test_a_draft_can_be_discarded(site):
    site.upload(TWO)

    site.post("import_discard", code=site.batch().code)

    assert site.batch() is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04" + b"\0\1" * 99, "This is an Excel workbook or an archive."),
        (b"x" * 5_000_001, "The file is larger than 5 MB."),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(site, content, sentence):
    answer = site.upload(content)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert site.batch() is None


def test_no_file_at_all_asks_for_one(site):
    assert site.post("import_upload").status_code == 422


def test_the_example_file_imports_as_it_is(site, organization):
    example = site.get("import_template").content

    site.upload(example)
    site.post("import_run", site.mapping(), code=site.batch().code)

    assert site.batch().counts == {"created": 2}
    assert listings(organization) == ["A-101", "A-102"]


def test_markup_of_a_file_is_shown_as_text(site):
    site.upload(TWO.replace("Sea flat", "<script>alert(1)</script>"), name="<b>x</b>.csv")

    page = site.get("import_file", code=site.batch().code).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<b>x</b>.csv" not in page


def test_an_agent_reads_pages_but_imports_no_files(client, organization):
    client.force_login(MemberFactory(organization=organization, role="agent").user)
    site = Site(client, organization)

    page = site.get("import").content.decode()

    assert "Owners and admins import files." in page
    assert "Read the page" in page
    assert site.upload(TWO).status_code == 403


# Pages


def test_a_pasted_address_is_read_in_the_background_and_confirmed(
    site,
    organization,
    shown,
    run_queue,
):
    answer = site.post("reading_new", {"url": "homes.example/flats/1"})
    assert "Reading the page" in site.client.get(answer.url).content.decode()
    run_queue()
    assert shown["asked"] == "https://homes.example/flats/1"
    page = site.client.get(answer.url)
    assert "Price: €250,000" in page.content.decode()
    form = page.context["form"]
    data = {field.html_name: field.value() for field in form if field.value() is not None}

    saved = site.client.post(answer.url, data | {"title": "Sea flat", "property_type": "apartment"})

    with tenant(organization):
        listing = organization.listings.get()
        reading = organization.readings.get()
    assert saved.url == site.url("listing", pk=listing.pk)
    assert (listing.title, listing.price, listing.source) == ("Sea flat", 250000, "page")
    assert (listing.as_of, listing.fetched_at) == (reading.fetched_at, reading.fetched_at)
    assert listing.provenance["price"]["snippet"] == "Price: €250,000"
    assert listing.provenance["title"]["from"] == "hand"
    assert (reading.state, reading.listing_id) == ("applied", listing.pk)
    shown_page = site.client.get(saved.url).content.decode()
    assert "Where this comes from" in shown_page


def test_an_incomplete_listing_is_not_saved(site, organization, shown, run_queue):
    answer = site.post("reading_new", {"url": "https://homes.example/flats/1"})
    run_queue()

    refused = site.client.post(answer.url, {"title": "Only a title"})

    assert refused.status_code == 422
    assert listings(organization) == []


def test_a_page_of_a_stored_listing_is_taken_over_after_a_look(
    site,
    organization,
    shown,
    run_queue,
):
    row = ListingFactory(organization=organization, url="https://homes.example/flats/1")
    shown["html"] = HTML.format(price="199,000")
    answer = site.post("reading_of_listing", pk=row.pk)
    run_queue()
    assert "The page says" in site.client.get(answer.url).content.decode()

    site.client.post(answer.url, {"take": ["price"]})

    with tenant(organization):
        assert Listing.objects.get().price == 199000


def test_a_listing_without_a_page_is_not_read(site, organization):
    row = ListingFactory(organization=organization)

    answer = site.post("reading_of_listing", pk=row.pk)

    assert answer.url == site.url("listing", pk=row.pk)
    with tenant(organization):
        assert Reading.objects.count() == 0


@pytest.mark.parametrize("url", ["", "not a page", "http://", "http://[bad/"])
def test_what_is_no_address_is_refused_at_once(site, organization, url):
    answer = site.post("reading_new", {"url": url})

    assert answer.status_code == 422
    with tenant(organization):
        assert Reading.objects.count() == 0


def test_a_forbidden_address_is_told_in_plain_words(site, run_queue):
    answer = site.post("reading_new", {"url": "http://127.0.0.1:5432/"})

    run_queue()

    page = site.client.get(answer.url).content.decode()
    assert "This address is not a page of the public web" in page


def test_examples_are_offered_when_the_settings_name_some(site, settings):
    assert "take one of these pages" not in site.get("import").content.decode()
    settings.EXAMPLE_LISTING_PAGES = ["http://127.0.0.1:8100/homes/1/"]

    assert "http://127.0.0.1:8100/homes/1/" in site.get("import").content.decode()


def test_the_list_of_imports_asks_the_same_number_of_questions_for_one_and_for_three(
    site, organization
):
    counts = []
    for number in (1, 2):
        for _each in range(number):
            site.upload(TWO)
            with tenant(organization):
                Reading.objects.create(organization=organization, url="https://a.example/")
        with CaptureQueriesContext(connection) as queries:
            site.get("import")
        counts.append(len(queries))

    assert counts[0] == counts[1]
