"""Shaping the assistant and trying it out, in a real Chromium."""

import re

import pytest
from playwright.sync_api import expect

from assistant import versions
from assistant.shape import Shape
from assistant.tests.talk import Talk, agency
from inbox.models import Message
from organizations.tenancy import tenant
from scheduling.models import Appointment

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SOON = 30_000  # milliseconds, for a turn or a rehearsal on a busy machine


@pytest.fixture
def organization(live_site):
    return agency()


@pytest.fixture
def page(live_site, context, organization):
    context.add_cookies([live_site.cookie(organization.owner.user)])
    page = context.new_page()
    page.root = f"{live_site.url}/{organization.slug}/assistant"
    page.faults = []
    page.on("console", lambda line: line.type == "error" and page.faults.append(line.text))
    return page


def test_a_draft_is_saved_published_and_an_older_version_restored(page, organization):
    for name in ("Lia", "Eva"):
        page.goto(f"{page.root}/shape/")
        page.locator("#id_persona_name").fill(name)
        page.get_by_role("button", name="Save the draft").click()
        expect(page.get_by_role("heading", name="A draft with 1 change")).to_be_visible()
        page.get_by_role("textbox", name="What is new, in a few words").fill(f"Is called {name}")
        page.get_by_role("button", name="Publish").click()
        expect(page.get_by_role("heading", name="No draft")).to_be_visible()

    page.goto(f"{page.root}/versions/")
    expect(page.get_by_text("Is called Eva")).to_be_visible()
    page.get_by_role("button", name="Restore").click()

    expect(page.get_by_text("Version 1 restored")).to_be_visible()
    with tenant(organization):
        live = versions.live(organization)
        assert (live.number, live.shape.persona_name) == (3, "Lia")
    assert page.faults == []


def test_a_viewing_is_booked_in_the_playground_and_nowhere_else(page, organization):
    page.goto(f"{page.root}/playground/")
    page.get_by_role("button", name="Start", exact=True).click()
    said = page.get_by_role("textbox", name="Your message")
    said.fill("Hi, can I see Skoufa 28? How much is it?")
    said.press("Enter")

    talk = page.get_by_role("region", name="As delivered")
    expect(talk).to_contain_text("€385,000", timeout=SOON)
    expect(said).to_be_focused()
    talk.get_by_role("button", name=re.compile(r"\d{1,2}:\d\d")).first.click()
    expect(talk).to_contain_text(re.compile("Booked|is booked for"), timeout=SOON)
    said.fill("I want to talk to a person")
    said.press("Enter")
    expect(talk).to_contain_text("The conversation is with a person now.", timeout=SOON)
    talk.get_by_role("button", name="Hand back to the assistant").click()
    expect(talk.get_by_text("The conversation is with a person now.")).to_be_hidden()

    with tenant(organization):
        assert (Message.objects.count(), Appointment.objects.count()) == (0, 0)
    assert page.faults == []


def test_a_draft_is_rehearsed_compared_and_published(page, organization):
    talk = Talk(organization, name="Eleni K")
    talk.say("Hello, I want to buy a flat in Kolonaki")
    talk.say("Up to 400,000 euros")
    with tenant(organization):
        versions.save_draft(organization, Shape(persona_name="Lia"), organization.owner)

    page.goto(f"{page.root}/rehearsals/")
    page.get_by_role("button", name="Rehearse").click()
    case = page.get_by_role("region", name="Eleni K")
    expect(case).to_contain_text("I'm Lia, the automated assistant", timeout=SOON)
    expect(case).to_contain_text("I'm the automated assistant")
    page.get_by_role("button", name="Publish this draft").click(timeout=SOON)

    expect(page.get_by_role("heading", name="No draft")).to_be_visible()
    with tenant(organization):
        assert versions.live_shape(organization) == Shape(persona_name="Lia")
        assert Message.objects.filter(direction="out").count() == 2
    assert page.faults == []
