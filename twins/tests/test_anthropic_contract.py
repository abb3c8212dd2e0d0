"""The Anthropic twin against the real client: what it accepts, refuses and answers."""

import anthropic
import pytest
import requests

from twins import OutsideDemonstration
from twins.anthropic import KEY, Answer, AnthropicTwin, text, thinking, tool_use
from twins.anthropic.__main__ import main

SONNET = "claude-sonnet-5-5"
BOOK = {
    "name": "book_slot",
    "description": "Book an offered time.",
    "strict": True,
    "input_schema": {
        "type": "object",
        "properties": {"offer": {"type": "string", "format": "uuid"}},
        "required": ["offer"],
        "additionalProperties": False,
    },
}
HELLO = {"role": "user", "content": "Hello"}


@pytest.fixture
def client(claude_twin):
    with anthropic.Anthropic(max_retries=0, timeout=10) as client:
        yield client


@pytest.fixture
def ask(client):
    def ask(*messages, **fields):
        fields = {"model": SONNET, "max_tokens": 1000} | fields
        return client.messages.create(messages=list(messages) or [HELLO], **fields)

    return ask


@pytest.fixture
def post(claude_twin):
    """Send a body as it is, past the client; returns status and JSON."""

    def post(path="messages", key=KEY, version="2026-10-21", **body):
        headers = {"authorization": f"Bearer {key}", "anthropic-version": version}
        body = {"model": SONNET, "max_tokens": 100, "messages": [HELLO]} | body
        answer = requests.post(
            f"{claude_twin.url}/v1/{path}",
            json={name: value for name, value in body.items() if value is not None},
            headers={name: value for name, value in headers.items() if value},
            timeout=10,
        )
        return answer.status_code, answer.json()

    return post


def use(identity, name="book_slot", **arguments):
    return {"type": "tool_use", "id": identity, "name": name, "input": arguments}


def result(identity, content="done"):
    return {"type": "tool_result", "tool_use_id": identity, "content": content}


def said(message):
    return [block.text for block in message.content if block.type == "text"]


def test_scripted_text_arrives_after_a_signed_thinking_block(claude_twin, ask):
    claude_twin.script("Good morning.")

    message = ask()

    assert [block.type for block in message.content] == ["thinking", "text"]
    assert said(message) == ["Good morning."]
    assert (message.role, message.model, message.stop_reason) == ("assistant", SONNET, "end_turn")
    assert message.id.startswith("msg_")
    assert message._request_id == claude_twin.exchanges[0].request_id


def test_answers_come_in_the_order_of_the_script_and_then_from_the_function(claude_twin, ask):
    claude_twin.script("one", lambda body: f"two for {body['messages'][0]['content']}")
    claude_twin.answer_with(lambda body: "again")

    assert [said(ask())[0] for _ in range(4)] == ["one", "two for Hello", "again", "again"]


def test_tool_round_trip_takes_the_turn_back_as_the_client_writes_it(claude_twin, ask):
    claude_twin.script([thinking("Which one?"), tool_use("book_slot", offer="o-1")], "Booked.")

    first = ask(tools=[BOOK])
    call = first.content[1]
    last = ask(
        HELLO, first.to_param(), {"role": "user", "content": [result(call.id)]}, tools=[BOOK]
    )

    assert (first.stop_reason, call.name, call.input) == ("tool_use", "book_slot", {"offer": "o-1"})
    assert call.id.startswith("toolu_")
    assert said(last) == ["Booked."]


def test_two_calls_of_one_turn_are_both_answered(claude_twin, ask):
    claude_twin.script([tool_use("book_slot", offer="a"), tool_use("book_slot", offer="b")])
    first = ask(tools=[BOOK])
    calls = [block.id for block in first.content if block.type == "tool_use"]

    with pytest.raises(anthropic.BadRequestError) as refused:
        ask(HELLO, first.to_param(), {"role": "user", "content": [result(calls[0])]}, tools=[BOOK])

    assert f"without `tool_result` blocks immediately after: {calls[1]}" in str(refused.value)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"messages": []}, "messages: at least one"),
        ({"messages": None}, "messages: Field required"),
        ({"max_tokens": None}, "max_tokens: Field required"),
        ({"max_tokens": -1}, "max_tokens: must be"),
        ({"max_tokens": 64_001}, "max_tokens: 64001 > 64000"),
        ({"max_tokens": True}, "max_tokens: Input"),
        ({"temperature": 0.5}, "temperature: sampling"),
        ({"top_p": 0.5}, "top_p: sampling"),
        ({"top_k": 5}, "top_k: sampling"),
        ({"thread": {}}, "thread: Extra inputs"),
        ({"thinking": {"type": "enabled", "budget_tokens": 2000}}, "thinking.type: 'enabled'"),
        ({"stop_sequences": [" "]}, "stop_sequences.0"),
        ({"metadata": {"phone": "1"}}, "metadata: Extra"),
        ({"output_config": {"effort": "tiny"}}, "output_config.effort"),
        ({"messages": [{"role": "assistant", "content": "I"}]}, "messages: first message"),
        ({"messages": [HELLO, {"role": "assistant", "content": "I"}]}, "messages: prefilling"),
        ({"messages": [{"role": "tool", "content": "I"}]}, "messages.0.role"),
        ({"messages": [{"role": "user", "content": ""}]}, "messages.0.content: text"),
        ({"messages": [{"role": "user", "content": []}]}, "messages.0.content: all"),
        ({"messages": [{"role": "user", "content": [text(" ")]}]}, "messages.0.content.0: text"),
        ({"messages": [{"role": "user", "content": [use("a")]}]}, "messages.0.content.0: a block"),
        ({"messages": [HELLO | {"name": "E"}]}, "messages.0.name: Extra"),
        ({"messages": [HELLO, {"role": "system", "content": "a"}, HELLO]}, "messages.1: a system"),
        ({"messages": [{"role": "system", "content": "a"}, HELLO]}, "messages: first message"),
        ({"system": [{"type": "image", "source": {}}]}, "system.0: a block"),
        ({"tools": [BOOK, BOOK]}, "tools: Tool names must be unique."),
        ({"tools": [BOOK | {"name": "book slot"}]}, "tools.0.name"),
        ({"tools": [{"name": "a"}]}, "tools.0.input_schema"),
        ({"tools": [{"type": "web_search_20260318", "name": "a"}]}, "tools.0.type"),
        ({"tool_choice": {"type": "auto"}}, "tool_choice: may only"),
        ({"tools": [BOOK], "tool_choice": {"type": "tool", "name": "x"}}, "tool_choice: tool 'x'"),
        ({"messages": [{"role": "user", "content": [result("a")]}]}, "tools: requests with"),
    ],
)  # fmt: skip
def test_malformed_request_is_refused_with_its_place(post, fields, place):
    status, body = post(**fields)

    assert (status, body["type"], body["error"]["type"]) == (400, "error", "invalid_request_error")
    assert body["error"]["message"].startswith(place)
    assert body["request_id"].startswith("req_")


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([HELLO, {"role": "assistant", "content": [use("a")]}, HELLO],
         "messages.1: `tool_use` ids"),
        ([HELLO, {"role": "assistant", "content": [use("a")]}], "messages: prefilling"),
        ([{"role": "user", "content": [result("a")]}], "messages.0: unexpected `tool_use_id`"),
        (
            [HELLO, {"role": "assistant", "content": [use("a")]},
             {"role": "user", "content": [result("a"), result("a")]}],
            "messages.2: each tool_use must have a single result",
        ),
        (
            [HELLO, {"role": "assistant", "content": [use("a")]},
             {"role": "user", "content": [text("so"), result("a")]}],
            "messages.2.content.1: `tool_result` blocks must come first",
        ),
        (
            [HELLO, {"role": "assistant", "content": [use("a")]},
             {"role": "user", "content": [result("a")]},
             {"role": "assistant", "content": [use("a")]},
             {"role": "user", "content": [result("a")]}],
            "messages.3: `tool_use` ids must be unique",
        ),
    ],
)  # fmt: skip
def test_calls_and_results_must_pair(post, messages, reason):
    status, body = post(messages=messages, tools=[BOOK])

    assert (status, body["error"]["message"][: len(reason)]) == (400, reason)


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ({"type": "integer", "minimum": 1}, "property 'minimum' is not supported"),
        ({"type": "string", "maxLength": 5}, "property 'maxLength' is not supported"),
        ({"type": "object", "properties": {}}, "'additionalProperties' must be false"),
        ({"$ref": "#"}, "reference '#' does not resolve"),
        ({"$ref": "#/$defs/node"}, "recursive schemas"),
        ({"type": "string", "format": "phone"}, "format 'phone' is not supported"),
    ],
)
def test_strict_schema_allows_only_what_sampling_can_keep(post, part, reason):
    node = {"type": "array", "items": {"$ref": "#/$defs/node"}}
    shape = {
        "type": "object",
        "properties": {"value": part},
        "required": ["value"],
        "additionalProperties": False,
        "$defs": {"node": node},
    }
    status, body = post(tools=[BOOK | {"input_schema": shape}])
    loose, _ = post(tools=[BOOK | {"input_schema": shape, "strict": False}])

    assert (status, reason in body["error"]["message"]) == (400, True)
    assert loose == 200


def test_strict_tools_and_their_optional_and_mixed_parameters_are_counted(post):
    def tools(count, optional=0, mixed=0):
        properties = {f"o{n}": {"type": "string"} for n in range(optional)}
        properties |= {f"m{n}": {"type": ["string", "null"]} for n in range(mixed)}
        shape = BOOK["input_schema"] | {
            "properties": properties,
            "required": [f"m{n}" for n in range(mixed)],
        }
        return [BOOK | {"name": f"t{n}", "input_schema": shape} for n in range(count)]

    assert [post(tools=tools(*counts))[0] for counts in ((20,), (21,))] == [200, 400]
    assert [post(tools=tools(2, n))[0] for n in (12, 13)] == [200, 400]
    assert [post(tools=tools(2, 0, n))[0] for n in (8, 9)] == [200, 400]


def test_thinking_is_taken_back_only_as_it_was_and_where_it_was(claude_twin, ask):
    claude_twin.answer_with(lambda body: [thinking("Hm."), tool_use("book_slot", offer="a")])
    first = ask(tools=[BOOK]).to_dict()
    turn = {"role": "assistant", "content": first["content"]}
    answer = {"role": "user", "content": [result(first["content"][1]["id"])]}
    changed = [{**first["content"][0], "thinking": "Aha."}, first["content"][1]]

    ask(HELLO, turn, answer, tools=[BOOK])
    with pytest.raises(anthropic.BadRequestError, match="Invalid `signature`"):
        ask(HELLO, {**turn, "content": changed}, answer, tools=[BOOK])
    with pytest.raises(anthropic.BadRequestError, match="before this `thinking` block was changed"):
        ask({"role": "user", "content": "Hallo"}, turn, answer, tools=[BOOK])
    with pytest.raises(anthropic.BadRequestError, match="before this `thinking` block was changed"):
        ask(HELLO, turn, answer, tools=[BOOK], system="Now it is ten.")


@pytest.mark.parametrize(
    ("key", "version", "error"),
    [
        ("", "2026-10-21", (401, "authentication_error")),
        ("another", "2026-10-21", (401, "authentication_error")),
        (KEY, "", (400, "invalid_request_error")),
        (KEY, "2031-01-01", (400, "invalid_request_error")),
    ],
)
def test_call_needs_a_known_key_and_version(post, key, version, error):
    status, body = post(key=key, version=version)

    assert (status, body["error"]["type"]) == error


def test_key_is_accepted_in_the_older_header_and_never_recorded(claude_twin):
    headers = {"x-api-key": KEY, "anthropic-version": "2023-06-01"}
    answer = requests.get(f"{claude_twin.url}/v1/models", headers=headers, timeout=10)

    assert answer.status_code == 200
    assert KEY not in str(claude_twin.describe())


def test_body_that_is_no_json_is_refused(claude_twin):
    headers = {"authorization": f"Bearer {KEY}", "anthropic-version": "2026-10-21"}
    answer = requests.post(f"{claude_twin.url}/v1/messages", data="{", headers=headers, timeout=10)

    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


def test_unknown_model_and_unknown_address_are_not_found(post, ask):
    with pytest.raises(anthropic.NotFoundError):
        ask(model="claude-tomorrow-9")

    assert post("complete")[0] == 404


def test_answer_is_cut_to_the_limit_and_to_stop_sequences(claude_twin, ask):
    claude_twin.answer_with(lambda body: Answer([text("One. Two. " * 40)], thinks=False))

    cut, stopped = ask(max_tokens=10), ask(stop_sequences=["Two"])

    assert (cut.stop_reason, len(said(cut)[0]), cut.usage.output_tokens) == ("max_tokens", 32, 10)
    assert (stopped.stop_reason, stopped.stop_sequence) == ("stop_sequence", "Two")
    assert said(stopped) == ["One. "]


def test_no_tokens_to_answer_with_only_warms_the_cache(claude_twin, ask):
    system = [text("word " * 2000) | {"cache_control": {"type": "ephemeral"}}]

    warm, next_one = ask(max_tokens=0, system=system), ask(system=system)

    assert (warm.content, warm.stop_reason) == ([], "max_tokens")
    assert next_one.usage.cache_read_input_tokens == warm.usage.cache_creation_input_tokens == 3125


def test_prompt_longer_than_the_context_window_is_refused(ask):
    with pytest.raises(anthropic.BadRequestError, match="prompt is too long"):
        ask({"role": "user", "content": "word" * 160_000}, model="claude-haiku-5-5")


def test_stream_gives_the_same_message_as_one_body(claude_twin, client):
    answer = [thinking("Which?"), text("Let me book: ναι."), tool_use("book_slot", offer="ο-1")]
    claude_twin.script(answer)
    with client.messages.stream(
        model=SONNET, max_tokens=500, messages=[HELLO], tools=[BOOK]
    ) as stream:
        names = {event.type for event in stream}
        message = stream.get_final_message()

    assert [block.type for block in message.content] == ["thinking", "text", "tool_use"]
    assert message.content[0].signature
    assert message.content[1].text == "Let me book: ναι."
    assert message.content[2].input == {"offer": "ο-1"}
    assert (message.stop_reason, message.usage.output_tokens) == ("tool_use", 18)
    assert {"message_start", "content_block_delta", "message_delta", "message_stop"} <= names


def test_tokens_are_counted_as_they_are_billed(client, ask):
    fields = {"system": "Be brief.", "messages": [HELLO], "tools": [BOOK], "model": SONNET}

    counted = client.messages.count_tokens(**fields)
    message = ask(system="Be brief.", tools=[BOOK])

    assert counted.input_tokens == message.usage.input_tokens


def test_models_are_listed_and_looked_up(client):
    assert [model.id for model in client.models.list()][:2] == [SONNET, "claude-haiku-5-5"]
    assert client.models.retrieve("claude-haiku-5-5").display_name == "Claude Haiku 5.5"


def test_answers_carry_request_id_and_rate_limits(claude_twin, client):
    answer = client.messages.with_raw_response.create(
        model=SONNET, max_tokens=100, messages=[HELLO]
    )

    assert answer.headers["request-id"].startswith("req_")
    assert answer.headers["anthropic-ratelimit-requests-limit"] == "4000"
    assert answer.headers["anthropic-ratelimit-requests-remaining"] == "3999"


def test_everything_asked_is_recorded(claude_twin, ask):
    ask(system="Be brief.")

    assert [request["system"] for request in claude_twin.requests] == ["Be brief."]
    assert claude_twin.wait_for_requests(1)
    assert [exchange.status for exchange in claude_twin.exchanges] == [200]
    assert claude_twin.usages[0]["input_tokens"] == claude_twin.exchanges[0].usage["input_tokens"]


def test_twin_is_scripted_and_read_from_another_process(claude_twin, ask):
    def control(method, path, **how):
        return requests.request(method, f"{claude_twin.url}/twin/{path}", timeout=10, **how).json()

    control("POST", "script", json={"answers": ["Scripted."], "mode": "silent"})
    control("POST", "faults", json=[{"kind": "529"}])
    refused = control("POST", "faults", json=[{"kind": "earthquake"}])
    with pytest.raises(anthropic.OverloadedError):
        ask()

    assert said(ask()) == ["Scripted."]
    assert refused["error"].startswith("kind must be one of")
    assert [item["status"] for item in control("GET", "requests?after=1")] == [200]
    assert control("DELETE", "faults") == {"mode": "silent", "faults": []}
    assert claude_twin.exchanges == []


def test_twin_refuses_to_run_outside_the_demonstration(monkeypatch, capsys):
    monkeypatch.delenv("KATIKN_DEMO")
    with pytest.raises(OutsideDemonstration):
        AnthropicTwin()

    assert main(["--port", "0"]) == 2
    assert "KATIKN_DEMO=1" in capsys.readouterr().err
