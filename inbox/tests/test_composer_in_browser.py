"""What one has typed and not sent, in a real Chromium: it outlives whatever happens around it."""

import pytest
from playwright.sync_api import expect

from inbox import drafts, handover
from inbox.tests.factories import ConversationFactory, MessageFactory
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def conversation(live_site):
    organization = OrganizationFactory()
    conversation = ConversationFactory(channel__organization=organization)
    conversation.owner = organization.owner
    MessageFactory(conversation=conversation)
    with tenant(organization):
        handover.take_over(conversation, conversation.owner)
    return conversation


@pytest.fixture
def opened(live_site, context, conversation):
    """Return a function that opens the thread in one more tab of the owner."""
    organization = conversation.organization
    context.add_cookies([live_site.cookie(conversation.owner.user)])

    def open_tab():
        page = context.new_page()
        page.goto(f"{live_site.url}/{organization.slug}/inbox/{conversation.code}/?view=all")
        expect(page.locator("k-composer:defined")).to_be_visible()
        return page

    return open_tab


def text(page):
    return page.get_by_label("Message", exact=True)


def kept(conversation):
    with tenant(conversation.organization):
        mine = drafts.of_member(conversation, conversation.owner)
        return {kind: draft.body for kind, draft in mine.items() if draft.body}


def test_reply_outlives_handing_back_taking_over_a_reload_and_ends_with_sending(
    opened, conversation
):
    page = opened()
    text(page).fill("Good morning")
    page.get_by_role("button", name="Hand back").click()
    expect(page.locator("#kept-reply")).to_contain_text("Good morning")
    expect(text(page)).to_have_value("")

    page.get_by_role("button", name="Take over").click()
    expect(text(page)).to_have_value("Good morning")

    text(page).press_sequentially(", Eleni")
    page.reload()
    expect(text(page)).to_have_value("Good morning, Eleni")
    expect(page.locator(".row .row-draft")).to_be_visible()

    page.get_by_role("button", name="Send").click()
    expect(page.locator("#messages").get_by_text("Good morning, Eleni")).to_be_visible()
    expect(text(page)).to_have_value("")
    page.reload()
    expect(text(page)).to_have_value("")
    assert kept(conversation) == {}


def test_sent_words_stay_sent_though_the_page_is_left_while_they_are_on_their_way(
    opened, conversation
):
    page = opened()
    text(page).fill("Good morning")
    # The page is left in the moment of sending: its last save arrives after the message, and there
    # is nobody any more who would take it out again.
    page.evaluate(
        """() => {
          const saves = (window.saves = []);
          const fetched = window.fetch;
          window.fetch = (...args) => {
            saves.push(args);
            if (saves.length > 1) return new Promise(() => {});
            return new Promise((done) => setTimeout(done, 1500)).then(() => fetched(...args));
          };
          const leave = () => window.dispatchEvent(new Event("pagehide"));
          document.addEventListener("htmx:beforeSend", leave, { once: true });
        }"""
    )

    with page.expect_response("**/draft/"):
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#messages").get_by_text("Good morning")).to_be_visible()

    assert page.evaluate("window.saves[0][1].body.get('body')") == "Good morning"
    assert kept(conversation) == {}


def test_note_begun_beside_the_assistant_is_still_a_note_after_taking_over(opened, conversation):
    with tenant(conversation.organization):
        handover.hand_back(conversation, conversation.owner)
    page = opened()
    text(page).fill("Ask about the lift")

    page.get_by_role("button", name="Take over").click()

    expect(page.get_by_role("button", name="Hand back")).to_be_visible()
    expect(text(page)).to_have_value("Ask about the lift")
    expect(page.get_by_role("radio", name="Note")).to_be_checked()
    page.locator(".composer").get_by_text("Reply", exact=True).click()
    expect(text(page)).to_have_value("")


def test_news_leave_the_words_and_the_caret_alone(opened, conversation):
    page = opened()
    text(page).press_sequentially("Good mor")
    maria = MemberFactory(organization=conversation.organization, user__name="Maria")
    with tenant(conversation.organization):
        handover.take_over(conversation, maria, instead_of=conversation.owner.pk)
        drafts.save(conversation, maria, "reply", "Hello")
        handover.hand_back(conversation, maria)

    expect(page.locator("#kept-reply")).to_contain_text("Good mor")
    with tenant(conversation.organization):
        handover.take_over(conversation, maria)

    expect(page.locator("#answering")).to_contain_text("Maria is answering since")
    expect(page.locator("#answering")).to_contain_text("Maria has a reply here")
    expect(text(page)).to_have_value("Good mor")
    page.keyboard.type("ning")
    expect(text(page)).to_have_value("Good morning")


def test_of_two_tabs_the_last_write_counts_and_the_other_shows_it(opened, conversation):
    one, other = opened(), opened()
    one.bring_to_front()
    text(one).fill("First words")
    one.evaluate("document.activeElement.blur()")
    expect(one.locator(".row .row-draft")).to_be_visible()

    other.bring_to_front()
    other.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(text(other)).to_have_value("First words")
    text(other).press_sequentially(" and more")
    other.evaluate("document.activeElement.blur()")
    other.wait_for_timeout(1000)

    one.bring_to_front()
    one.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(text(one)).to_have_value("First words and more")
    assert kept(conversation) == {"reply": "First words and more"}
