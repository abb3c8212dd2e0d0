"""The calendar pages in a real Chromium, also where scripts do not run."""

import pytest
from playwright.sync_api import expect

from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_hours_are_added_removed_and_saved(live_site, browser, has_scripts):
    organization = OrganizationFactory()
    context = browser.new_context(java_script_enabled=has_scripts)
    context.add_cookies([live_site.cookie(organization.owner.user)])
    page = context.new_page()
    page.goto(f"{live_site.url}/{organization.slug}/scheduling/hours/")

    page.get_by_role("button", name="Add hours on Monday").click()
    page.get_by_role("button", name="Add hours on Monday").click()
    page.get_by_label("Monday: from").first.fill("09:00")
    page.get_by_label("Monday: to").first.fill("13:00")
    page.get_by_role("button", name="Remove these hours on Monday").last.click()
    page.get_by_label("Monday: to").press("Enter")

    expect(page.get_by_text("The working hours are saved.")).to_be_visible()
    expect(page.get_by_label("Monday: to")).to_have_value("13:00")
    with tenant(organization):
        (row,) = organization.weekly_hours.all()
    assert (row.weekday, f"{row.starts:%H:%M}", f"{row.ends:%H:%M}") == (0, "09:00", "13:00")
    context.close()
