"""The assistant's page and the record of a turn, in a real Chromium."""

import pytest
from playwright.sync_api import expect

from assistant.models import Run
from assistant.tests.factories import RunFactory
from inbox.tests.factories import ConversationFactory, MessageFactory
from organizations.models import Organization
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def organization(live_site):
    return OrganizationFactory()


@pytest.fixture
def page(live_site, context, organization):
    context.add_cookies([live_site.cookie(organization.owner.user)])
    page = context.new_page()
    page.root = f"{live_site.url}/{organization.slug}"
    return page


def test_a_bubble_tells_how_it_came_about_and_takes_a_verdict(page, organization):
    conversation = ConversationFactory(channel__organization=organization)
    MessageFactory(conversation=conversation, body="Is it free?")
    reply = MessageFactory(conversation=conversation, direction="out", body="Yes, it is.")
    run = RunFactory(
        conversation=conversation,
        message=reply,
        commands=[{"kind": "ask_listing", "value": None}],
        verdicts=[{"guardrail": "figures", "passed": True, "detail": ""}],
    )
    page.goto(f"{page.root}/inbox/{conversation.code}/")

    page.get_by_role("link", name="How the assistant came to this reply").click()
    dialog = page.get_by_role("dialog", name="How the assistant came to this")
    expect(dialog.get_by_text("Asks about a home")).to_be_visible()
    dialog.get_by_role("button", name="Not good").click()
    expect(dialog.get_by_role("button", name="Not good")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    with tenant(organization):
        assert Run.objects.get(pk=run.pk).feedback == -1


def test_one_switch_pauses_the_assistant(page, organization):
    page.goto(f"{page.root}/assistant/")

    page.get_by_role("button", name="Pause the assistant").click()
    expect(page.get_by_role("heading", name="The assistant is paused")).to_be_visible()
    assert Organization.objects.get(pk=organization.pk).assistant_paused
    page.get_by_role("button", name="Let it answer again").click()

    expect(page.get_by_role("heading", name="The assistant is answering")).to_be_visible()
    assert not Organization.objects.get(pk=organization.pk).assistant_paused
