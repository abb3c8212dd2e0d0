"""The phone page in a real browser: what a person taps arrives, and what arrives is shown."""

import asyncio
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Playwright, expect, sync_playwright

from twins.meta import MetaTwin

pytestmark = pytest.mark.browser


@pytest.fixture
def eleni(twin):
    return twin.customer("35799123456", "Eleni")


@pytest.fixture
def driver(request: pytest.FixtureRequest) -> Iterator[Playwright]:
    """Playwright of this test alone, so that no event loop is left running for database tests."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        with sync_playwright() as playwright:
            yield playwright
    else:  # other tests keep one for the whole run, and a second one cannot start beside it
        yield request.getfixturevalue("playwright")


@pytest.fixture
def page(driver: Playwright, twin: MetaTwin, eleni) -> Iterator[Page]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.fail("Chromium is missing. Install it with: apt-get install chromium")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic"]
    browser = driver.chromium.launch(executable_path=chromium, args=arguments)
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    page.goto(twin.url)
    yield page
    browser.close()


def phone(page: Page, name: str) -> Locator:
    return page.locator(".phone").filter(has=page.get_by_role("heading", name=f"{name}’s phone"))


def test_text_written_on_the_phone_reaches_the_agency_and_gets_its_ticks(page, twin, target, graph):
    composer = phone(page, "Eleni").get_by_label("Message as Eleni")

    composer.fill("Is it free?")
    composer.press("Enter")

    expect(phone(page, "Eleni").get_by_label("Delivered")).to_be_visible()
    [message] = target.messages()
    assert message["text"] == {"body": "Is it free?"}
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": message["id"]}
    graph.call("POST", "305000000000002/messages", json=read)
    expect(phone(page, "Eleni").get_by_label("Read")).to_be_visible()


def test_buttons_of_a_reply_can_be_tapped(page, twin, target, graph, eleni):
    eleni.send_text("When?")
    reply = {"type": "reply", "reply": {"id": "slot:1", "title": "10:00"}}
    asked = {"type": "button", "body": {"text": "Which time?"}, "action": {"buttons": [reply]}}
    graph.send(type="interactive", interactive=asked)

    phone(page, "Eleni").get_by_role("button", name="10:00").click()

    expect(phone(page, "Eleni").locator(".message.in", has_text="10:00")).to_be_visible()
    assert twin.webhooks.wait_idle()
    assert target.messages()[-1]["interactive"]["button_reply"]["id"] == "slot:1"


def test_markup_in_a_message_is_shown_as_text(page, graph, eleni):
    eleni.send_text("Hello")
    graph.text("<img src=x> and *bold* at https://agency.example/l/77.")

    bubble = phone(page, "Eleni").locator(".message.out .text")

    expect(bubble).to_have_text("<img src=x> and bold at https://agency.example/l/77.")
    assert bubble.locator("img").count() == 0
    assert bubble.locator("strong").inner_text() == "bold"
    assert bubble.locator("a").get_attribute("href") == "https://agency.example/l/77"


def test_new_customer_gets_a_phone_beside_the_others(page, twin):
    page.get_by_role("button", name="New customer").click()
    page.get_by_label("Name", exact=True).fill("Νίκος")
    page.get_by_label("Phone with country code").fill("+30 694 123 4567")
    page.get_by_role("button", name="Add", exact=True).click()

    expect(phone(page, "Νίκος")).to_be_visible()
    expect(phone(page, "Eleni")).to_be_visible()
    assert twin.state.customers["c2"].phone == "306941234567"


def test_every_sort_of_message_can_be_sent_from_the_menu_and_is_shown(page, twin, target):
    own = phone(page, "Eleni").locator(".message.in")
    labels = ["Sample photo", "Sample video", "Sticker", "Voice note", "Contact card", "Order"]

    for count, label in enumerate(labels, 1):
        phone(page, "Eleni").get_by_label("Attach").click()
        phone(page, "Eleni").get_by_role("button", name=label).click()
        expect(own).to_have_count(count)

    assert twin.webhooks.wait_idle()
    kinds = ["image", "video", "sticker", "audio", "contacts", "order"]
    assert [message["type"] for message in target.messages()] == kinds
    plays = """film => new Promise(done => {
        film.onloadeddata = () => done(film.duration);
        film.load();
    })"""
    assert own.locator("video").evaluate(plays) == 2
    expect(own.nth(4)).to_contain_text("Maria Ioannou")
    expect(own.nth(5)).to_contain_text("1 × LIM-204")


def test_own_message_is_deleted_for_everybody(page, twin, target):
    composer = phone(page, "Eleni").get_by_label("Message as Eleni")
    composer.fill("Is it free?")
    composer.press("Enter")

    phone(page, "Eleni").locator(".message.in").hover()
    phone(page, "Eleni").get_by_label("Delete this message").click()

    expect(phone(page, "Eleni").locator(".message.in")).to_contain_text("You deleted this message")
    assert twin.webhooks.wait_idle()
    assert [message["type"] for message in target.messages()] == ["text", "revoke"]
