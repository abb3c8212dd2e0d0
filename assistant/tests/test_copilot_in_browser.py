"""The copilot above the composer, in a real Chromium: what it makes is used, undone, never sent."""

import pytest
from playwright.sync_api import expect

from assistant.tests.talk import agency
from inbox import handover
from inbox.models import Message
from inbox.tests.factories import ChannelFactory, ConversationFactory, MessageFactory
from organizations.tenancy import tenant

pytestmark = pytest.mark.browser


@pytest.fixture
def conversation(live_site):
    organization = agency()
    channel = ChannelFactory(organization=organization)
    conversation = ConversationFactory(channel=channel)
    conversation.member = organization.member
    MessageFactory(conversation=conversation, body="How much is Skoufa 28, and is it free?")
    with tenant(organization):
        handover.take_over(conversation, organization.member)
    return conversation


@pytest.fixture
def page(live_site, context, conversation):
    organization = conversation.organization
    context.add_cookies([live_site.cookie(conversation.member.user)])
    page = context.new_page()
    page.goto(f"{live_site.url}/{organization.slug}/inbox/{conversation.code}/?view=all")
    expect(page.locator("k-composer:defined")).to_be_visible()
    return page


def text(page):
    return page.get_by_label("Message", exact=True)


def said(conversation) -> list[str]:
    with tenant(conversation.organization):
        out = Message.objects.filter(conversation=conversation, direction="out")
        return list(out.values_list("body", flat=True))


def test_a_draft_is_inserted_undone_and_never_sent_and_a_question_answered(page, conversation):
    text(page).fill("Good morning")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("c")
    copilot = page.get_by_role("region", name="Copilot")
    expect(copilot.get_by_role("button", name="Draft a reply")).to_be_focused()

    page.keyboard.press("Enter")
    draft = copilot.get_by_role("group", name="Draft")
    expect(draft).to_contain_text("€385,000")
    expect(draft.get_by_role("link", name="Skoufa 28")).to_be_visible()
    expect(draft).to_contain_text("by the built-in assistant")
    draft.get_by_role("button", name="Insert").click()
    expect(text(page)).to_be_focused()
    inserted = text(page).input_value()
    assert inserted.startswith("Good morning\n\n")
    assert "€385,000" in inserted

    draft.get_by_role("button", name="Undo").click()
    expect(text(page)).to_have_value("Good morning")
    draft.get_by_role("button", name="Redo").click()
    expect(text(page)).to_have_value(inserted)

    question = copilot.get_by_label("Ask about this lead, the conversation or a home")
    question.fill("How many bedrooms does Skoufa 28 have?")
    question.press("Enter")
    answer = copilot.get_by_role("group", name="Answer")
    expect(answer).to_contain_text("Skoufa 28 has 2 bedrooms.")
    answer.get_by_role("button", name="Dismiss").click()
    expect(answer).to_have_count(0)

    page.keyboard.press("Tab")
    copilot.get_by_role("button", name="Close the copilot").click()
    expect(copilot).to_be_hidden()
    expect(text(page)).to_have_value(inserted)
    assert said(conversation) == []


def test_a_text_made_shorter_takes_the_place_of_the_one_it_was_made_of(page, conversation):
    text(page).fill("I hope you are well. It costs €385,000. Have a nice day!")
    page.get_by_role("button", name="Copilot").click()
    copilot = page.get_by_role("region", name="Copilot")
    copilot.get_by_role("button", name="Shorten").click()
    shorter = copilot.get_by_role("group", name="Shorter")
    expect(shorter).to_contain_text("It costs €385,000.")
    text(page).press("End")
    text(page).press_sequentially(" Anna")

    shorter.get_by_role("button", name="Replace my text").click()

    expect(text(page)).to_have_value("It costs €385,000. Anna")
    shorter.get_by_role("button", name="Undo").click()
    expect(text(page)).to_have_value(
        "I hope you are well. It costs €385,000. Have a nice day! Anna"
    )


def test_whatever_fails_the_words_stay_and_it_can_be_tried_again(page, conversation):
    text(page).fill("Half a sentence")
    page.get_by_role("button", name="Copilot").click()
    copilot = page.get_by_role("region", name="Copilot")
    copilot.get_by_role("button", name="Translate to").click()
    expect(copilot.get_by_role("alert")).to_contain_text("This needs Claude")
    page.route("**/make/", lambda route: route.abort())
    copilot.get_by_role("button", name="Draft a reply").click()
    expect(copilot.get_by_role("alert")).to_contain_text("The line broke before an answer came.")
    expect(text(page)).to_have_value("Half a sentence")

    page.unroute("**/make/")
    copilot.get_by_role("button", name="Try again").click()

    expect(copilot.get_by_role("group", name="Draft")).to_contain_text("€385,000")
    expect(text(page)).to_have_value("Half a sentence")


def test_a_member_who_will_not_wait_stops_and_goes_on(page, conversation):
    text(page).fill("Half a sentence")
    page.get_by_role("button", name="Copilot").click()
    copilot = page.get_by_role("region", name="Copilot")
    page.route("**/make/", lambda route: None)
    copilot.get_by_role("button", name="Draft a reply").click()
    expect(copilot.get_by_text("Working on it.")).to_be_visible()
    expect(copilot.get_by_role("button", name="Shorten")).to_be_disabled()

    copilot.get_by_role("button", name="Stop waiting").click()

    expect(copilot.get_by_text("Working on it.")).to_be_hidden()
    expect(copilot.get_by_role("button", name="Shorten")).to_be_enabled()
    expect(copilot.get_by_role("alert")).to_have_count(0)
    expect(text(page)).to_have_value("Half a sentence")


def test_news_of_the_conversation_leave_panel_and_draft_alone(page, conversation):
    page.get_by_role("button", name="Copilot").click()
    copilot = page.get_by_role("region", name="Copilot")
    copilot.get_by_role("button", name="Draft a reply").click()
    draft = copilot.get_by_role("group", name="Draft")
    expect(draft).to_contain_text("€385,000")

    page.evaluate("document.body.dispatchEvent(new Event('katikn:refresh'))")
    with tenant(conversation.organization):
        handover.hand_back(conversation, conversation.member)
        handover.take_over(conversation, conversation.member)

    expect(page.get_by_role("button", name="Hand back")).to_be_visible()
    expect(draft).to_contain_text("€385,000")
    expect(page.locator("[data-copilot-toggle]")).to_have_attribute("aria-expanded", "true")
