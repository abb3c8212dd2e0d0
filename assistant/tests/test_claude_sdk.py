"""What changed in version 2 of the SDK and what Anthropic's API takes now, over a real socket."""

import ast
import inspect
import re
from decimal import Decimal
from pathlib import Path

import anthropic
import pytest
from django.conf import settings as configured

from assistant import claude, prompts
from assistant.models import AssistantSettings
from assistant.tests.claude_script import offering
from assistant.tests.talk import agency
from assistant.tests.test_tasks import answer, customer_writes, last_run
from assistant.tools import typed
from inbox.tests.factories import ChannelFactory
from organizations.tenancy import tenant
from twins.anthropic import filling, schema, text, tool_use
from twins.anthropic.reading import read

SAMPLING = {"temperature", "top_p", "top_k"}


@pytest.fixture
def channel(db, claude_twin):
    channel = ChannelFactory(organization=agency())
    with tenant(channel.organization):
        AssistantSettings.objects.create(
            organization=channel.organization, claude_enabled=True, monthly_cap_usd=Decimal(50)
        )
    return channel


@pytest.fixture
def asked(channel, claude_twin):
    """Two turns of Claude, one with a tool; their exchanges."""
    conversation = customer_writes(channel, "Can I see Skoufa 28?", wamid="wamid.1")
    claude_twin.script(
        [tool_use(offering()[0], **offering(reference="L-1042")[1])], text("Which one suits you?")
    )
    answer(channel, conversation)
    customer_writes(channel, "Thank you", wamid="wamid.2")
    claude_twin.script(text("You're welcome!"))
    answer(channel, conversation)
    assert last_run(channel).backend == "claude"
    return claude_twin.exchanges


def test_the_version_of_the_api_is_the_current_one(asked):
    assert {exchange.headers["anthropic-version"] for exchange in asked} == {"2026-10-21"}


def test_the_package_is_pinned_exactly():
    required = (Path(configured.BASE_DIR) / "requirements.in").read_text()

    assert re.findall(r"^anthropic==([\d.]+)$", required, re.MULTILINE) == [anthropic.__version__]


def test_sampling_is_left_to_the_model(asked):
    taken = inspect.signature(anthropic.Anthropic(api_key="k").messages.create).parameters

    assert SAMPLING & taken.keys() == set()
    assert [SAMPLING & exchange.body.keys() for exchange in asked] == [set()] * len(asked)
    assert [exchange.body.get("thinking") for exchange in asked] == [None] * len(asked)


def test_no_answer_is_begun_for_the_model(asked):
    last = [exchange.body["messages"][-1]["role"] for exchange in asked]

    assert last == ["system", "user", "system"]


def test_nothing_but_text_and_its_own_blocks_goes_back_in_its_turns(asked):
    kinds = {
        block["type"]
        for exchange in asked
        for message in exchange.body["messages"]
        if message["role"] == "assistant"
        for block in message["content"]
    }
    citations = [
        block
        for exchange in asked
        for message in exchange.body["messages"]
        for block in message["content"]
        if "citations" in block
    ]

    assert kinds == {"thinking", "text", "tool_use"}
    assert citations == []


def test_the_client_rides_on_httpx2_neither_retries_nor_follows_and_leaves_the_tool_runner_alone(
    channel, claude_twin
):
    client = claude._client()
    source = inspect.getsource(claude)

    assert type(client._client).__module__.partition(".")[0] == "httpx2"
    assert client.max_retries == 0
    assert ("tool_runner" in ast.unparse(ast.parse(source)), ".beta" in source) == (False, False)


def test_every_call_is_a_plain_one_without_a_thread_of_the_servers(asked):
    assert {exchange.path for exchange in asked} == {"/v1/messages"}
    assert [exchange.headers.get("anthropic-beta") for exchange in asked] == [None] * len(asked)
    assert [key for exchange in asked for key in exchange.body if key in ("thread", "stream")] == []


def test_all_tools_are_strict_closed_and_far_from_the_limits():
    tools = typed.schemas()
    counts = [schema.check_strict(tool["input_schema"], tool["name"]) for tool in tools]

    assert {tool["strict"] for tool in tools} == {True}
    assert len(tools) <= schema.STRICT_TOOLS * 3 // 4
    assert sum(optional for optional, _ in counts) == 0
    assert sum(unions for _, unions in counts) == 0


@pytest.mark.parametrize(
    "spoil",
    [
        {"additionalProperties": True},
        {"minProperties": 1},
        {"properties": {"query": {"type": "string", "maxLength": 9}}},
        {"properties": {"query": {"type": "string", "pattern": "x", "format": "phone"}}},
    ],
)
def test_a_schema_that_is_not_supported_is_refused_and_the_customer_answered(
    channel, claude_twin, monkeypatch, spoil
):
    tools = typed.schemas()
    tools[0]["input_schema"] = tools[0]["input_schema"] | spoil
    monkeypatch.setattr(prompts, "tools", lambda: tools)

    written = answer(channel, customer_writes(channel, "How much is Skoufa 28?"))

    assert [exchange.status for exchange in claude_twin.exchanges] == [400]
    assert "€385,000" in written[0]
    assert last_run(channel).fallback_reason == "bad_request"


def test_what_the_twin_fills_in_fits_each_strict_schema(asked):
    reading = read(asked[0].body)

    misfits = [
        schema.misfit(filling.fill(tool["input_schema"], reading), tool["input_schema"])
        for tool in typed.schemas()
    ]

    assert misfits == [""] * len(misfits)
