"""Scripted faults, as the real client meets them."""

import json
import threading

import anthropic
import httpx2
import pytest

from twins.anthropic import tool_use
from twins.scripting import BadFault

SONNET = "claude-sonnet-5-5"
HELLO = {"role": "user", "content": "Hello"}
TOOL = {"name": "book_slot", "input_schema": {"type": "object"}}


@pytest.fixture
def client(claude_twin):
    claude_twin.mode = "silent"
    with anthropic.Anthropic(max_retries=0, timeout=10) as client:
        yield client


@pytest.fixture
def ask(client):
    def ask(**fields):
        fields = {"model": SONNET, "max_tokens": 500, "messages": [HELLO]} | fields
        return client.messages.create(**fields)

    return ask


@pytest.mark.parametrize(
    ("kind", "error", "type_"),
    [
        ("400", anthropic.BadRequestError, "invalid_request_error"),
        ("401", anthropic.AuthenticationError, "authentication_error"),
        ("402", anthropic.PaymentRequiredError, "billing_error"),
        ("403", anthropic.PermissionDeniedError, "permission_error"),
        ("429", anthropic.RateLimitError, "rate_limit_error"),
        ("500", anthropic.InternalServerError, "api_error"),
        ("504", anthropic.GatewayTimeoutError, "timeout_error"),
        ("529", anthropic.OverloadedError, "overloaded_error"),
    ],
)
def test_refusal_is_typed_and_holds_for_its_calls_only(claude_twin, ask, kind, error, type_):
    claude_twin.fault(kind, times=2)

    refused = []
    for _ in range(2):
        with pytest.raises(error) as caught:
            ask()
        refused.append((caught.value.type, caught.value.status_code, caught.value.error_code))

    status = int(kind)
    assert refused == [(type_, status, None)] * 2
    assert ask().stop_reason == "end_turn"


def test_rate_limit_says_when_to_come_back_and_the_spend_cap_does_not(claude_twin, ask):
    claude_twin.fault("429", retry_after=7)
    claude_twin.fault("spend_cap")

    caught = []
    for _ in range(2):
        with pytest.raises(anthropic.RateLimitError) as error:
            ask()
        caught.append((error.value.error_code, error.value.response.headers.get("retry-after")))

    assert caught == [(None, "7"), ("enforced_spend_limit_reached", None)]


def test_overload_passes_for_a_client_that_tries_again(claude_twin):
    claude_twin.mode = "silent"
    claude_twin.fault("529", times=2, retry_after=0)

    with anthropic.Anthropic(max_retries=2) as client:
        message = client.messages.create(model=SONNET, max_tokens=100, messages=[HELLO])

    assert message.stop_reason == "end_turn"
    assert [exchange.status for exchange in claude_twin.exchanges] == [529, 529, 200]


def test_hang_ends_with_the_client_s_patience(claude_twin, client):
    claude_twin.fault("hang", times=0)

    with pytest.raises(anthropic.APITimeoutError):
        client.with_options(timeout=0.2).messages.create(
            model=SONNET, max_tokens=100, messages=[HELLO]
        )

    assert claude_twin.exchanges[0].fault == "hang"


def test_hanging_call_ends_with_the_twin(claude_twin, ask):
    claude_twin.fault("hang")
    caught = []

    def call():
        try:
            ask()
        except Exception as error:
            caught.append(type(error))

    thread = threading.Thread(target=call)
    thread.start()
    assert claude_twin.wait_for_requests(1)
    claude_twin.stop()
    thread.join(5)

    assert caught == [anthropic.APIConnectionError]


def test_slow_answer_arrives(claude_twin, ask):
    claude_twin.fault("slow", seconds=0.05)

    assert ask().stop_reason == "end_turn"


def test_connection_dropped_before_the_headers_is_a_connection_error(claude_twin, ask):
    claude_twin.fault("drop")

    with pytest.raises(anthropic.APIConnectionError):
        ask()


def test_connection_dropped_within_the_body_is_an_error_of_the_transport(claude_twin, ask):
    claude_twin.fault("drop_after_headers")

    with pytest.raises((httpx2.RemoteProtocolError, anthropic.APIConnectionError)):
        ask()


def test_page_instead_of_a_message_is_no_message(claude_twin, ask):
    claude_twin.fault("garbage")

    answer = ask()

    assert not isinstance(answer, anthropic.types.Message)


def test_broken_json_fails_to_parse(claude_twin, ask):
    claude_twin.fault("invalid_json")

    with pytest.raises(json.JSONDecodeError):
        ask()


def read_stream(client, **fields):
    fields = {"model": SONNET, "max_tokens": 500, "messages": [HELLO]} | fields
    with client.messages.stream(**fields) as stream:
        return stream.get_final_message()


def test_stream_that_ends_too_early_raises_nothing_and_has_no_stop_reason(claude_twin, client):
    claude_twin.fault("cut_stream")

    assert read_stream(client).stop_reason is None


def test_stream_that_is_cut_is_an_error_of_the_transport(claude_twin, client):
    claude_twin.fault("drop_after_headers")

    with pytest.raises(httpx2.RemoteProtocolError):
        read_stream(client)


def test_error_within_a_stream_is_told_by_its_type_alone(claude_twin, client):
    claude_twin.fault("error_in_stream")

    with pytest.raises(anthropic.APIStatusError) as caught:
        read_stream(client)

    assert (caught.value.type, caught.value.status_code) == ("overloaded_error", 200)


def test_broken_input_of_a_streamed_call_reaches_the_caller_as_an_empty_one(claude_twin, client):
    claude_twin.script([tool_use("book_slot", offer="a" * 40)])
    claude_twin.fault("invalid_json")

    call = read_stream(client, tools=[TOOL]).content[-1]

    assert (call.name, call.input) == ("book_slot", {})


def test_malformed_calls(claude_twin, ask):
    for kind in ("unknown_tool", "wrong_arguments", "input_not_object"):
        claude_twin.fault(kind)

    calls = [ask(tools=[TOOL]).content[-1] for _ in range(3)]

    assert [(call.name, call.input) for call in calls] == [
        ("transfer_funds", {"amount": 1}),
        ("book_slot", {"nonsense": {"deep": [1, None]}, "organization": 1}),
        ("book_slot", "not an object"),
    ]


@pytest.mark.parametrize(
    ("kind", "stop_reason", "types"),
    [
        ("refusal", "refusal", ["thinking"]),
        ("max_tokens", "max_tokens", ["thinking", "text"]),
        ("no_stop_reason", None, ["thinking", "text"]),
        ("empty", "end_turn", []),
        ("context_exceeded", "model_context_window_exceeded", ["thinking", "text"]),
        ("pause_turn", "pause_turn", ["thinking", "text"]),
    ],
)
def test_answers_that_are_none(claude_twin, ask, kind, stop_reason, types):
    claude_twin.fault(kind)

    message = ask()

    assert (message.stop_reason, [block.type for block in message.content]) == (stop_reason, types)


def test_fault_of_one_call_leaves_the_others_alone(claude_twin, client, ask):
    claude_twin.fault("500", on="count_tokens")

    assert ask().stop_reason == "end_turn"
    with pytest.raises(anthropic.InternalServerError):
        client.messages.count_tokens(model=SONNET, messages=[HELLO])


def test_unknown_fault_is_refused(claude_twin):
    with pytest.raises(BadFault):
        claude_twin.fault("earthquake")
    with pytest.raises(BadFault):
        claude_twin.fault("500", on="dreams")
