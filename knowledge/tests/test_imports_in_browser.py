"""Listings from a file and from a page in a real Chromium, with real workers."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from knowledge.models import Listing
from knowledge.tests.factories import ListingFactory
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.browser

# One new row, one that changes a listing, and two that cannot be right.
STOCK = """Ref,Title,Deal,Type,Price,Area,City
B-1,Sea flat,sale,apartment,250k,Neapoli,Limassol
B-2,Castle,sale,castle,cheap,Old Town,Nicosia
B-3,Garden house,sale,house,290000,Neapoli,Limassol
B-1,Sea flat again,sale,apartment,260k,Neapoli,Limassol
"""


@pytest.fixture
def organization(live_site):
    return OrganizationFactory()


@pytest.fixture
def imports(live_site, organization, page):
    """The page of imports, opened by the owner; the browser has nothing to complain of."""
    complaints = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.context.add_cookies([live_site.cookie(organization.owner.user)])
    page.goto(f"{live_site.url}/{organization.slug}/knowledge/import/")
    yield page
    assert complaints == []


def prices(organization) -> dict[str, Decimal | None]:
    with tenant(organization):
        return dict(Listing.objects.order_by("reference").values_list("reference", "price"))


def test_a_file_with_good_and_bad_rows_is_looked_at_imported_and_undone(organization, imports):
    ListingFactory(
        organization=organization, reference="B-3", title="Garden house", property_type="house",
        price=300_000,
    )  # fmt: skip
    file = {"name": "stock.csv", "mimeType": "text/csv", "buffer": STOCK.encode()}

    imports.get_by_label("File").set_input_files(file)
    imports.get_by_role("button", name="Upload and look").click()
    to_mend = imports.get_by_role("region", name="To mend")
    expect(to_mend.get_by_role("row", name="B-2")).to_contain_text("castle")
    expect(to_mend.get_by_role("row", name="B-1")).to_have_count(1)
    expect(imports.get_by_role("region", name="Changed")).to_contain_text("290,000")
    expect(imports.get_by_role("region", name="New")).to_contain_text("Sea flat")
    assert prices(organization) == {"B-3": Decimal(300_000)}

    imports.get_by_role("button", name="Import 2 rows").click()
    expect(imports.locator("#import-outcome .tag").first).to_have_text("Imported")
    expect(imports.get_by_role("region", name="To mend")).to_contain_text("castle")
    assert prices(organization) == {"B-1": Decimal(250_000), "B-3": Decimal(290_000)}

    imports.get_by_role("button", name="Undo this import").click()
    expect(imports.get_by_text("2 listings are as they were before.")).to_be_visible()
    assert prices(organization) == {"B-3": Decimal(300_000)}


def test_a_page_is_read_by_a_worker_looked_at_mended_and_saved(live_site, organization, imports):
    address = f"{live_site.twin.url}/homes/sea-breeze-4711/"

    imports.locator("input[name=url]").fill(address)
    imports.get_by_role("button", name="Read the page").click()
    expect(imports.get_by_role("heading", name="Found on the page")).to_be_visible(timeout=30_000)
    expect(imports.locator("input[name=price]")).to_have_value("429000")
    assert prices(organization) == {}
    imports.locator("input[name=price]").fill("419000")
    imports.get_by_role("button", name="Save and offer").click()

    expect(imports.get_by_text("The listing is saved and on offer.")).to_be_visible()
    with tenant(organization):
        saved = Listing.objects.get()
        found = (saved.reference, saved.bedrooms, saved.area_m2, saved.price, saved.url)
    assert found == ("KY-4711", 2, Decimal(96), Decimal(419_000), address)


def test_a_page_that_is_not_there_says_so_and_stores_nothing(live_site, organization, imports):
    imports.locator("input[name=url]").fill(f"{live_site.twin.url}/homes/none/")
    imports.get_by_role("button", name="Read the page").click()

    expect(imports.get_by_role("heading", name="The page was not read")).to_be_visible(
        timeout=30_000
    )
    assert prices(organization) == {}
