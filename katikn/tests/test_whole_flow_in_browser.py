"""The main job in a real Chromium: a customer writes, the inbox lives, a member takes over."""

import re

import pytest
from playwright.sync_api import expect

from assistant.tests.talk import agency
from inbox.models import ConversationWork
from inbox.tests.factories import ChannelFactory

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SOON = 20_000  # milliseconds: the quiet period, the turn and the delivery, on a busy machine


@pytest.fixture
def organization(live_site):
    organization = agency()
    channel = ChannelFactory(organization=organization, token="twin-token")
    live_site.twin.add_number(
        channel.phone_number_id, channel.waba_id, channel.display_phone_number, "twin-token"
    )
    organization.channel = channel
    return organization


@pytest.fixture
def customer(live_site, organization):
    return live_site.twin.customer(name="Eleni", number=organization.channel.phone_number_id)


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_a_viewing_is_booked_before_the_members_eyes(
    live_site, browser, organization, customer, width, scheme
):
    context = browser.new_context(
        viewport={"width": width, "height": 860}, color_scheme=scheme, locale="en-GB"
    )
    context.add_cookies([live_site.cookie(organization.owner.user)])
    page = context.new_page()
    faults = []
    page.on("console", lambda line: line.type == "error" and faults.append(line.text))
    page.goto(f"{live_site.url}/{organization.slug}/inbox/?view=all")
    expect(page.get_by_text("No conversations yet")).to_be_visible()

    customer.send_text("Hi, can I see Skoufa 28? How much is it?")
    page.get_by_role("link", name="Eleni").click(timeout=SOON)
    thread = page.get_by_role("log")
    expect(thread).to_contain_text("€385,000", timeout=SOON)
    expect(thread).to_contain_text("automated assistant")
    customer.send_text("the second one please")
    expect(thread).to_contain_text(re.compile("Booked|is booked for"), timeout=SOON)

    page.get_by_role("button", name=re.compile("Take over")).click()
    send = page.get_by_role("button", name=re.compile("^Send"))
    expect(send).to_be_visible()
    page.get_by_role("textbox", name="Message").fill("Hello Eleni, this is Anna.")
    send.click()
    expect(thread).to_contain_text("Hello Eleni, this is Anna.")
    customer.wait_for_replies(1, timeout=20)
    customer.send_text("Thank you Anna!")
    expect(thread).to_contain_text("Thank you Anna!", timeout=SOON)

    assert faults == []
    answers = [message.text for message in customer.messages() if message.direction == "out"]
    assert answers[-1] == "Hello Eleni, this is Anna."
    assert work_state(organization) == "idle"
    if width > 1180:
        expect(page.get_by_role("complementary", name="Lead")).to_contain_text("Viewing booked")
    context.close()


def work_state(organization) -> str:
    """`due` while the assistant means to answer, also within the quiet period."""
    return ConversationWork.objects.get(organization=organization).state
