"""How a thread behaves in a real Chromium while news come in."""

import pytest
from playwright.sync_api import expect

from inbox.events import announce
from inbox.tests.factories import ConversationFactory, MessageFactory
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def conversation(live_site):
    organization = OrganizationFactory()
    conversation = ConversationFactory(channel__organization=organization)
    for number in range(75):
        MessageFactory(conversation=conversation, body=f"Message {number}.")
    return conversation


@pytest.fixture
def page(live_site, context, conversation):
    organization = conversation.organization
    context.add_cookies([live_site.cookie(organization.owner.user)])
    page = context.new_page()
    page.goto(f"{live_site.url}/{organization.slug}/inbox/{conversation.code}/")
    expect(page.get_by_text("Message 74.")).to_be_in_viewport()
    return page


def test_older_messages_stay_in_sight_when_a_new_one_comes(page, conversation):
    page.get_by_role("link", name="Older messages").click()
    page.get_by_text("Message 3.", exact=True).scroll_into_view_if_needed()

    MessageFactory(conversation=conversation, body="And another thing.")
    with tenant(conversation.organization):
        announce(conversation.organization, "conversation", conversation.code)

    expect(page.get_by_text("And another thing.").last).to_be_attached()
    expect(page.get_by_text("Message 3.", exact=True)).to_be_in_viewport()


def test_a_link_to_an_old_message_opens_the_thread_there(page, live_site, conversation):
    with tenant(conversation.organization):
        oldest = conversation.messages.get(body="Message 2.")
    path = f"{conversation.organization.slug}/inbox/{conversation.code}"

    page.goto(f"{live_site.url}/{path}/?message={oldest.pk}#message-{oldest.pk}")

    expect(page.get_by_text("Message 2.", exact=True)).to_be_in_viewport()
