"""The page of the assistant's settings: who may change what, and what it says of Claude."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.timezone import now

from assistant import breaker, configuring
from assistant.models import AssistantSettings, ClaudeBreaker, ClaudeCall
from assistant.tests.factories import RunFactory
from inbox import work
from organizations.models import AuditEntry
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory
from organizations.tests.samples import sample


@pytest.fixture
def organization(db, settings):
    settings.ANTHROPIC_API_KEY = "sk-ant-test-key"
    return OrganizationFactory()


def page(organization, client, role="owner", name="settings", **kwargs):
    member = MemberFactory(organization=organization, role=role)
    client.force_login(member.user)
    return client.get(reverse(f"assistant:{name}", kwargs={"slug": organization.slug, **kwargs}))


def post(organization, client, name, data, role="owner"):
    member = MemberFactory(organization=organization, role=role)
    client.force_login(member.user)
    return client.post(reverse(f"assistant:{name}", kwargs={"slug": organization.slug}), data)


def stored(organization) -> AssistantSettings:
    with tenant(organization):
        return AssistantSettings.of(organization)


SWITCH = {"claude_enabled": "on", "conversation_model": "", "monthly_cap_usd": "20"}


def test_claude_is_off_until_an_owner_switches_it_on(organization, client):
    before = stored(organization).claude_enabled

    response = post(organization, client, "claude", SWITCH)

    assert (before, response.status_code) == (False, 302)
    assert stored(organization).claude_enabled is True
    assert stored(organization).monthly_cap_usd == Decimal(20)
    with tenant(organization):
        actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions[-2:] == ["claude.switched_on", "assistant.changed"]


@pytest.mark.parametrize("role", ["admin", "agent"])
def test_nobody_but_an_owner_switches_claude(organization, client, role):
    response = post(organization, client, "claude", SWITCH, role=role)

    assert response.status_code == 403
    assert stored(organization).claude_enabled is False


def test_switching_off_is_written_down_too(organization, client):
    post(organization, client, "claude", SWITCH)

    post(organization, client, "claude", SWITCH | {"claude_enabled": ""})

    with tenant(organization):
        last = AuditEntry.objects.latest("pk")
    assert (last.action, stored(organization).claude_enabled) == ("claude.switched_off", False)


@pytest.mark.parametrize(
    "wrong", [{"monthly_cap_usd": "0"}, {"monthly_cap_usd": "lots"}, {"conversation_model": "gpt"}]
)
def test_a_wrong_entry_is_shown_with_its_error_and_changes_nothing(organization, client, wrong):
    response = post(organization, client, "claude", SWITCH | wrong)

    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert stored(organization).claude_enabled is False


def test_an_agent_reads_the_page_and_changes_nothing(organization, client):
    shown = page(organization, client, role="agent")
    response = post(organization, client, "set_who_answers", {"mode": "off"}, role="agent")

    assert (shown.status_code, response.status_code) == (200, 403)
    assert "Only an owner can change this." in shown.content.decode()


@pytest.mark.parametrize("mode", ["off", "suggest"])
def test_an_admin_lets_people_answer_and_the_audit_trail_says_so(organization, client, mode):
    conversation = sample("inbox.Conversation", organization)
    before = silence(conversation)

    post(organization, client, "set_who_answers", {"mode": mode}, role="admin")

    assert (before, silence(conversation)) == ("", mode)
    with tenant(organization):
        last = AuditEntry.objects.latest("pk")
    assert (last.action, last.details["mode"]) == ("assistant.mode_changed", mode)


def silence(conversation) -> str:
    with tenant(conversation.organization):
        return work.why_silent(conversation)


def test_the_page_says_what_is_sent_to_whom(organization, client):
    text = page(organization, client).content.decode()

    assert "It goes to Anthropic in the United States" in text


STATES = {
    "not_configured": "Not configured on this server",
    "off": "Off",
    "on": "Claude answers",
    "resting": "Resting",
    "spent": "Cap reached",
}


@pytest.mark.parametrize("code", STATES)
def test_the_state_of_claude_is_told(organization, client, settings, code):
    with tenant(organization):
        AssistantSettings.objects.create(
            organization=organization, claude_enabled=code != "off", monthly_cap_usd=1
        )
        if code == "spent":
            ClaudeCall.objects.create(organization=organization, state="done", cost_usd=1)
    if code == "not_configured":
        settings.ANTHROPIC_API_KEY = ""
    if code == "resting":
        breaker.open_for("overloaded")

    text = page(organization, client).content.decode()

    assert STATES[code] in text
    with tenant(organization):
        assert configuring.state_of_claude(organization).code == code


def test_a_key_that_is_refused_is_told_on_the_assistants_page(organization, client):
    with tenant(organization):
        AssistantSettings.objects.create(organization=organization, claude_enabled=True)
    ClaudeBreaker.objects.create(reason="unauthorized", open_until=now() + timedelta(minutes=20))

    text = page(organization, client, name="index").content.decode()

    assert "somebody has to look after Claude: Claude refused the key" in text


def test_eighty_percent_of_the_cap_are_told(organization, client):
    with tenant(organization):
        AssistantSettings.objects.create(
            organization=organization, claude_enabled=True, monthly_cap_usd=10
        )
        ClaudeCall.objects.create(organization=organization, state="done", cost_usd=Decimal("8.10"))

    text = page(organization, client, name="index").content.decode()

    assert "used 81 % of this month" in text


def test_the_page_of_a_turn_shows_tokens_cost_and_why_claude_did_not_answer(organization, client):
    run = RunFactory(
        conversation=sample("inbox.Conversation", organization),
        model="claude-sonnet-5-5",
        fallback_reason="overloaded",
        input_tokens=321,
        cache_read_tokens=6543,
        output_tokens=87,
        cost_usd=Decimal("0.0125"),
    )
    with tenant(organization):
        ClaudeCall.objects.create(
            organization=organization, run=run, state="failed", failure="overloaded",
            request_id="req_1", model="claude-sonnet-5-5",
        )  # fmt: skip

    text = page(organization, client, name="run", code=run.code).content.decode()

    assert "instead of Claude: Claude was overloaded" in text
    assert all(said in text for said in ("321", "6543", "87", "$0.0125", "req_1"))
