"""A suggested reply used, changed and sent, and the warning before a reply, in a real Chromium."""

import pytest
from playwright.sync_api import expect

from inbox import handover, suggesting
from inbox.models import ConversationWork, HandOver, Message, Suggestion
from inbox.tests.factories import ConversationFactory, MessageFactory
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory

pytestmark = pytest.mark.browser

TEXT = "Yes, Skoufa 28 is still available. Would you like to see it?"
UNFAIR = "It is perfect for families."


@pytest.fixture
def conversation(live_site):
    """A conversation that was handed over, with a suggested reply on its card."""
    organization = OrganizationFactory()
    conversation = ConversationFactory(channel__organization=organization)
    conversation.owner = organization.owner
    MessageFactory(conversation=conversation, body="Is it free? I want to talk to a person")
    with tenant(conversation.organization):
        handover.hand_over(conversation, "asked")
        card = HandOver.objects.get()
        seq = ConversationWork.objects.get(pk=conversation.pk).seq_in
        # As if the worker had drafted it already.
        HandOver.objects.update(reply_state="made", reply_seq=seq)
        suggesting.make(conversation, seq, TEXT, hand_over=card)
    return conversation


@pytest.fixture
def page(live_site, context, conversation):
    organization = conversation.organization
    context.add_cookies([live_site.cookie(conversation.owner.user)])
    page = context.new_page()
    page.goto(f"{live_site.url}/{organization.slug}/inbox/{conversation.code}/?view=all")
    expect(page.locator("k-composer:defined")).to_be_visible()
    return page


def text(page):
    return page.get_by_label("Message", exact=True)


def test_a_suggestion_goes_into_the_composer_is_changed_and_sent(page, conversation):
    card = page.locator(".briefing")
    expect(card.get_by_text(TEXT)).to_be_visible()

    card.get_by_role("button", name="Edit").click()
    expect(text(page)).to_have_value(TEXT)
    expect(text(page)).to_be_focused()
    with tenant(conversation.organization):
        before = Message.objects.filter(direction="out").count()
    text(page).press("End")
    text(page).press_sequentially(" Anna")
    page.get_by_role("button", name="Send").click()

    expect(page.locator("#messages").get_by_text(f"{TEXT} Anna")).to_be_visible()
    expect(page.locator("[data-suggestion]")).to_have_count(0)
    expect(text(page)).to_have_value("")
    assert before == 0
    with tenant(conversation.organization):
        suggestion = Suggestion.objects.get()
    assert (suggestion.state, suggestion.sent_text) == ("edited", f"{TEXT} Anna")


def test_a_suggestion_that_is_right_needs_one_more_key(page, conversation):
    page.locator(".briefing").get_by_role("button", name="Use").click()
    expect(text(page)).to_have_value(TEXT)

    page.keyboard.press("Control+Enter")

    expect(page.locator("#messages").get_by_text(TEXT, exact=True)).to_be_visible()
    expect(text(page)).to_have_value("")
    with tenant(conversation.organization):
        assert Message.objects.filter(direction="out").count() == 1


def test_a_warned_member_changes_the_words_or_sends_them_anyway(page, conversation):
    text(page).fill(UNFAIR)
    page.get_by_role("button", name="Send").click()
    warning = page.locator("#composer-warning")
    expect(warning.get_by_text("Describe the home, not who lives")).to_be_visible()
    expect(text(page)).to_have_value(UNFAIR)

    agree = warning.get_by_role("button", name="Send anyway")
    agreed = agree.get_attribute("value")
    text(page).fill(f"{UNFAIR} Really.")
    agree.click()
    # Agreed to were other words: the warning is shown once more.
    expect(agree).not_to_have_attribute("value", agreed)
    expect(text(page)).to_have_value(f"{UNFAIR} Really.")
    with tenant(conversation.organization):
        assert Message.objects.filter(direction="out").count() == 0
    page.locator("#composer-warning").get_by_role("button", name="Send anyway").click()

    expect(page.locator("#messages").get_by_text(f"{UNFAIR} Really.")).to_be_visible()
    expect(page.locator("#composer-warning")).to_have_count(0)
    expect(text(page)).to_have_value("")
