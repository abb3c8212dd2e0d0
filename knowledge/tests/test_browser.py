"""The knowledge pages in a real Chromium: live filtering, undo, and nothing that the CSP stops."""

import pytest
from playwright.sync_api import expect

from knowledge.tests.factories import ListingFactory
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.browser


def test_listings_are_filtered_while_one_types_and_a_withdrawal_can_be_undone(live_site, page):
    organization = OrganizationFactory()
    ListingFactory(organization=organization, title="Kanari 5")
    ListingFactory(organization=organization, title="Villa Amathea")
    complaints = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.context.add_cookies([live_site.cookie(organization.owner.user)])
    page.goto(f"{live_site.url}/{organization.slug}/knowledge/listings/")

    page.get_by_label("Search listings").press_sequentially("amath")
    expect(page.get_by_role("link", name="Kanari 5")).to_have_count(0)
    assert "text=amath" in page.url

    page.get_by_role("link", name="Villa Amathea").click()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Villa Amathea is withdrawn")).to_be_visible()
    page.get_by_role("button", name="Undo").click()

    expect(page.locator(".card-head .tag")).to_have_text("Available")
    assert complaints == []
