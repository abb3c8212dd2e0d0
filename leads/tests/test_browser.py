"""The page of a lead in a real Chromium, also where scripts do not run."""

import re

import pytest
from playwright.sync_api import expect

from inbox.tests.factories import ContactFactory, ConversationFactory, MessageFactory
from leads.recording import known, set_fact
from leads.tests.factories import FactFactory, LeadFactory
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def lead(live_site):
    """A lead with one fact, and a conversation long enough to be scrolled."""
    organization = OrganizationFactory()
    contact = ContactFactory(organization=organization, name="Eleni")
    conversation = ConversationFactory(channel__organization=organization, contact=contact)
    message = MessageFactory(conversation=conversation, body="We need two bedrooms.")
    for number in range(30):
        MessageFactory(conversation=conversation, body=f"Message {number}\n\nand some more words")
    lead = LeadFactory(organization=organization, contact=contact)
    FactFactory(lead=lead, evidence=message, quote="two bedrooms")
    lead.conversation, lead.message = conversation, message
    return lead


@pytest.fixture
def opened(live_site, browser):
    """Open a path of the lead's organization: `opened(lead, "leads/")`."""
    contexts = []

    def opened(lead, path, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        context.add_cookies([live_site.cookie(lead.organization.owner.user)])
        page = context.new_page()
        page.goto(f"{live_site.url}/{lead.organization.slug}/{path}")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_fact_is_corrected_after_a_mistake(opened, lead, has_scripts):
    page = opened(lead, f"leads/{lead.code}/", java_script_enabled=has_scripts)

    page.get_by_role("link", name="Change Bedrooms").click()
    page.get_by_label("Bedrooms", exact=True).fill("many")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Enter a number, such as 450000.")).to_be_visible()
    page.get_by_label("Bedrooms", exact=True).fill("3")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("#fact-bedrooms b")).to_have_text("3")
    expect(page.locator("#fact-bedrooms")).to_contain_text("locked")
    with tenant(lead.organization):
        assert known(lead) == {"bedrooms": 3}


def test_what_is_being_typed_survives_a_change_that_comes_in(opened, lead):
    page = opened(lead, f"leads/{lead.code}/")
    page.get_by_role("link", name="Change Bedrooms").click()
    page.get_by_label("Bedrooms", exact=True).fill("4")

    with tenant(lead.organization):
        set_fact(lead, "intent", "buy", lead.organization.owner)

    expect(page.locator("#fact-intent b")).to_have_text("Buy")
    expect(page.get_by_label("Bedrooms", exact=True)).to_have_value("4")


def test_a_fact_leads_to_its_message_in_the_thread(opened, lead):
    page = opened(lead, f"leads/{lead.code}/")

    page.get_by_role("link", name="two bedrooms").click()

    expect(page.locator(f"#message-{lead.message.pk}")).to_be_in_viewport()


def test_beside_the_thread_a_fact_leads_to_its_message_and_a_draft_stays(opened, lead):
    page = opened(lead, f"inbox/{lead.conversation.code}/")
    page.get_by_label("Message", exact=True).fill("Half a note")
    expect(page.locator(f"#message-{lead.message.pk}")).not_to_be_in_viewport()

    page.locator("#panel-lead").get_by_role("link", name="2").click()

    message = page.locator(f"#message-{lead.message.pk}")
    expect(message).to_be_in_viewport()
    expect(message).to_have_class(re.compile("linked"))
    expect(page.get_by_label("Message", exact=True)).to_have_value("Half a note")


def test_the_list_is_searched_while_typing(opened, lead):
    other = ContactFactory(organization=lead.organization, name="James")
    LeadFactory(organization=lead.organization, contact=other)
    page = opened(lead, "leads/")
    expect(page.get_by_role("link", name="James", exact=True)).to_be_visible()

    page.get_by_label("Search leads").press_sequentially("ele")

    expect(page.get_by_role("link", name="James", exact=True)).to_be_hidden()
    expect(page.get_by_role("link", name="Eleni", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("search=ele"))


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", ["leads/", "leads/{}/", "assistant/"])
def test_nothing_sticks_out_of_the_page(opened, lead, path, width):
    page = opened(lead, path.format(lead.code), viewport={"width": width, "height": 844})

    sticking_out = page.evaluate(
        "[...document.querySelectorAll('main *')].filter(it => it.checkVisibility() && "
        "it.getBoundingClientRect().right > innerWidth + 1).length"
    )

    assert sticking_out == 0
