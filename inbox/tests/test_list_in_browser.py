"""The list in a real Chromium: it grows, stays where the reader is, and is worked through."""

from datetime import timedelta

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from inbox.events import announce
from inbox.models import Conversation, ConversationSummary
from inbox.tests.factories import (
    ChannelFactory,
    ContactFactory,
    ConversationFactory,
    MessageFactory,
)
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def organization(live_site):
    organization = OrganizationFactory()
    channel = ChannelFactory(organization=organization)
    for number in range(70):
        talk(channel, f"Customer {number:02}", number, "Is the flat still free?")
    talk(channel, "Μαρία Παπαδοπούλου", 90, "Κοντά στην παραλία;", score=82, stage="qualified")
    return organization


def talk(channel, name, minutes, body, score=None, stage="", **fields):
    at = now() - timedelta(minutes=minutes)
    contact = ContactFactory(organization=channel.organization, name=name)
    with tenant(channel.organization):
        contact.search_text = name.lower()
        contact.save(update_fields=["search_text"])
    fields = {"last_message_at": at, "preview": body, "preview_author": "customer"} | fields
    conversation = ConversationFactory(channel=channel, contact=contact, **fields)
    MessageFactory(conversation=conversation, body=body, sent_at=at)
    with tenant(channel.organization):
        summaries = ConversationSummary.objects.filter(conversation=conversation)
        summaries.update(score=score, stage=stage)
    return conversation


@pytest.fixture
def page(live_site, context, organization):
    context.add_cookies([live_site.cookie(organization.owner.user)])
    page = context.new_page()
    page.goto(f"{live_site.url}/{organization.slug}/inbox/?view=all")
    expect(page.locator(".row")).to_have_count(30)
    return page


def row(page, name):
    return page.locator(".row", has=page.get_by_role("link", name=name, exact=True))


def write(organization, name):
    """Let a customer write again."""
    with tenant(organization):
        talks = Conversation.objects.filter(contact__name=name)
        talks.update(last_message_at=now(), preview="One more thing")
        announce(organization, "conversation", talks.get().code)


def test_the_list_grows_and_keeps_place_and_focus_while_news_come_in(page, organization):
    row(page, "Customer 29").scroll_into_view_if_needed()
    page.locator("#rows-more").scroll_into_view_if_needed()
    expect(page.locator(".row")).to_have_count(60)
    here = row(page, "Customer 40")
    here.scroll_into_view_if_needed()
    here.get_by_role("link").focus()
    before = here.bounding_box()["y"]

    write(organization, "Customer 55")

    expect(page.locator(".row").first).to_contain_text("Customer 55")
    expect(page.locator(".row")).to_have_count(60)
    assert abs(here.bounding_box()["y"] - before) < 2
    expect(here.get_by_role("link")).to_be_focused()


def test_half_a_search_and_what_is_picked_outlive_news(page, organization):
    page.get_by_role("searchbox").fill("παρα")
    pick = page.get_by_label("Pick Customer 03", exact=True)
    pick.check()

    write(organization, "Customer 20")

    expect(page.locator(".row").first).to_contain_text("Customer 20")
    expect(page.get_by_role("searchbox")).to_have_value("παρα")
    expect(pick).to_be_checked()


def test_a_list_is_searched_narrowed_kept_and_worked_through(page, organization):
    page.get_by_role("searchbox").fill("μαρια")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator(".row")).to_have_count(1)
    expect(row(page, "Μαρία Παπαδοπούλου")).to_contain_text("82")
    expect(row(page, "Μαρία Παπαδοπούλου")).to_contain_text("Qualified")
    page.get_by_role("link", name="“μαρια” Remove").click()
    expect(page.locator(".row")).to_have_count(30)

    page.get_by_role("button", name="Views and filters").click()
    page.get_by_label("Stage").select_option("qualified")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".row")).to_have_count(1)
    page.get_by_role("button", name="Views and filters").click()
    page.get_by_label("Keep this list as a view").fill("Ready to view")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("The view is kept.")).to_be_visible()

    page.get_by_role("link", name="All", exact=True).first.click()
    page.get_by_role("button", name="Views and filters").click()
    page.get_by_role("link", name="Ready to view").click()
    expect(page.locator(".row")).to_have_count(1)

    page.get_by_label("Pick Μαρία Παπαδοπούλου").check()
    page.get_by_role("toolbar").get_by_role("button", name="Close").click()
    expect(page.get_by_text("1 conversation closed.")).to_be_visible()
    expect(row(page, "Μαρία Παπαδοπούλου")).to_contain_text("Closed")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back for 1 conversation.")).to_be_visible()
    expect(row(page, "Μαρία Παπαδοπούλου")).not_to_contain_text("Closed")
