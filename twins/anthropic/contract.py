"""What a request must look like; everything else is a 400 that names the place.

Sources: https://platform.claude.com/docs/en/api/messages and the parameter types of the `anthropic`
package 2.12.
"""

import re
from collections.abc import Callable
from typing import Any

from . import pictures, schema
from .errors import ApiError, invalid
from .models import MODELS, Model

VERSIONS = {"2023-01-01", "2023-06-01", "2026-10-21"}
BREAKPOINTS = 4
EFFORTS = {"low", "medium", "high", "xhigh", "max"}
TOP_LEVEL = {
    "model", "max_tokens", "messages", "system", "tools", "tool_choice", "stream", "metadata",
    "stop_sequences", "thinking", "output_config", "cache_control", "container", "diagnostics",
    "inference_geo", "service_tier", "speed",
}  # fmt: skip
TOOL_KEYS = {
    "name", "description", "input_schema", "type", "strict", "cache_control", "input_examples",
    "allowed_callers", "defer_loading", "eager_input_streaming",
}  # fmt: skip
SAMPLING = {"temperature", "top_p", "top_k"}
BLOCK_KEYS: dict[str, tuple[set[str], set[str]]] = {  # required, optional
    "text": ({"text"}, {"cache_control", "citations"}),
    "image": ({"source"}, {"cache_control", "transformations"}),
    "document": ({"source"}, {"cache_control", "citations", "context", "title"}),
    "search_result": ({"source", "title", "content"}, {"cache_control", "citations"}),
    "tool_use": ({"id", "name", "input"}, {"cache_control", "caller", "toolset_name"}),
    "tool_result": ({"tool_use_id"}, {"cache_control", "content", "is_error", "toolset_name"}),
    "thinking": ({"thinking", "signature"}, set()),
    "redacted_thinking": ({"data"}, set()),
}
BLOCKS_OF = {
    "user": {"text", "image", "document", "search_result", "tool_result"},
    "assistant": {"text", "tool_use", "thinking", "redacted_thinking"},
    "system": {"text"},
}
IN_A_RESULT = {"text", "image", "document", "search_result"}
NAME = re.compile(r"^[a-zA-Z0-9_-]{1,128}$")

Blocks = list[dict[str, Any]]


def check_headers(headers: dict[str, str], keys: set[str]) -> None:
    """Refuse a call without version or with a key that is not one of `keys`."""
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    key = bearer if scheme.casefold() == "bearer" else headers.get("x-api-key", "")
    if not key:
        raise ApiError("authentication_error", "an Authorization: Bearer header is required")
    if key not in keys:
        raise ApiError("authentication_error", "the API key is not valid")
    version = headers.get("anthropic-version", "")
    if version not in VERSIONS:
        raise invalid("anthropic-version", f"'{version}' is not a valid version" if version else
                      "header is required")  # fmt: skip


def check_request(body: Any, *, counting: bool = False) -> Model:
    """Check a whole Messages request and return its model. Raises `ApiError`."""
    if not isinstance(body, dict):
        raise invalid("", "the body must be a JSON object")
    for name in ("model", "messages") if counting else ("model", "max_tokens", "messages"):
        if body.get(name) is None:
            raise invalid(name, "Field required")
    if found := sorted(SAMPLING & body.keys()):
        raise invalid(found[0], "sampling parameters are not supported")
    if extra := sorted(body.keys() - TOP_LEVEL):
        raise invalid(extra[0], "Extra inputs are not permitted")
    model = MODELS.get(body["model"])
    if model is None:
        raise ApiError("not_found_error", f"model: {body['model']}")
    _check_numbers(body, model, counting)
    tools = _check_tools(body)
    _check_tool_choice(body, tools)
    _check_options(body, model)
    _check_messages(body, tools)
    _check_breakpoints(body)
    return model


def as_blocks(content: Any) -> Blocks:
    """Content as blocks: a string is short for one block of text."""
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)


def system_blocks(body: dict[str, Any]) -> Blocks:
    return as_blocks(body["system"]) if body.get("system") else []


def turns(body: dict[str, Any]) -> list[tuple[str, Blocks]]:
    """The messages as (role, blocks), consecutive ones of a role merged."""
    merged: list[tuple[str, Blocks]] = []
    for message in body["messages"]:
        blocks = as_blocks(message["content"])
        if merged and merged[-1][0] == message["role"]:
            merged[-1][1].extend(blocks)
        else:
            merged.append((message["role"], blocks))
    return merged


def _check_numbers(body: dict[str, Any], model: Model, counting: bool) -> None:
    limit = body.get("max_tokens", 1)
    if not counting:
        if not isinstance(limit, int) or isinstance(limit, bool):
            raise invalid("max_tokens", "Input should be a valid integer")
        if limit < 0:
            raise invalid("max_tokens", "must be at least 0")
        if limit > model.longest_output:
            raise invalid("max_tokens", f"{limit} > {model.longest_output}, the model's maximum")
        if limit == 0 and body.get("stream"):
            raise invalid("max_tokens", "0 cannot be streamed")
    if not isinstance(body.get("stream", False), bool):
        raise invalid("stream", "Input should be a valid boolean")


def _check_options(body: dict[str, Any], model: Model) -> None:
    if (thinking := body.get("thinking")) is not None:
        kind = thinking.get("type") if isinstance(thinking, dict) else None
        allowed = {"adaptive", "disabled", "between_tools"} if model.modern else {"enabled"}
        if kind not in allowed | {"disabled"}:
            raise invalid("thinking.type", f"'{kind}' is not supported on {model.id}")
    for position, stop in enumerate(body.get("stop_sequences") or []):
        if not isinstance(stop, str) or not stop.strip():
            raise invalid(f"stop_sequences.{position}", "must contain non-whitespace")
    if (metadata := body.get("metadata")) is not None and metadata.keys() - {"user_id"}:
        raise invalid("metadata", "Extra inputs are not permitted")
    config = body.get("output_config")
    if config is None:
        return
    if not isinstance(config, dict) or config.keys() - {"effort", "format"}:
        raise invalid("output_config", "Extra inputs are not permitted")
    if config.get("effort") is not None and config["effort"] not in EFFORTS:
        raise invalid("output_config.effort", f"must be one of {', '.join(sorted(EFFORTS))}")
    if (shape := config.get("format")) is not None:
        if shape.get("type") != "json_schema" or not isinstance(shape.get("schema"), dict):
            raise invalid("output_config.format", "must be a json_schema with its schema")
        schema.check_strict(shape["schema"], "output_config.format.schema")


def _check_tools(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    tools: dict[str, dict[str, Any]] = {}
    strict = optional = unions = 0
    for position, tool in enumerate(body.get("tools") or []):
        where = f"tools.{position}"
        if not isinstance(tool, dict):
            raise invalid(where, "Input should be an object")
        if tool.get("type") not in (None, "custom"):
            raise invalid(f"{where}.type", f"the twin has no server tool '{tool['type']}'")
        if extra := sorted(tool.keys() - TOOL_KEYS):
            raise invalid(f"{where}.{extra[0]}", "Extra inputs are not permitted")
        if not isinstance(tool.get("name"), str) or not NAME.match(tool["name"]):
            raise invalid(f"{where}.name", "should match '^[a-zA-Z0-9_-]{1,128}$'")
        if tool["name"] in tools:
            raise invalid("tools", "Tool names must be unique.")
        shape = tool.get("input_schema")
        if not isinstance(shape, dict) or shape.get("type") != "object":
            raise invalid(f"{where}.input_schema", "must be a schema of type object")
        if tool.get("strict"):
            found = schema.check_strict(shape, f"{where}.input_schema")
            strict, optional, unions = strict + 1, optional + found[0], unions + found[1]
        tools[tool["name"]] = tool
    for count, limit, what in (
        (strict, schema.STRICT_TOOLS, "strict tools"),
        (optional, schema.OPTIONAL_PARAMETERS, "optional parameters in strict tools"),
        (unions, schema.UNION_PARAMETERS, "parameters of several types in strict tools"),
    ):
        if count > limit:
            raise invalid("tools", f"{count} {what}, at most {limit} are supported")
    return tools


def _check_tool_choice(body: dict[str, Any], tools: dict[str, Any]) -> None:
    choice = body.get("tool_choice")
    if choice is None:
        return
    kind = choice.get("type") if isinstance(choice, dict) else None
    if kind not in ("auto", "any", "tool", "none"):
        raise invalid("tool_choice.type", "must be auto, any, tool or none")
    if not tools:
        raise invalid("tool_choice", "may only be specified while providing tools")
    if kind == "tool" and choice.get("name") not in tools:
        raise invalid("tool_choice", f"tool '{choice.get('name')}' is not provided")
    known = {"type", "disable_parallel_tool_use"} | ({"name"} if kind == "tool" else set())
    extra = choice.keys() - known
    if extra:
        raise invalid(f"tool_choice.{sorted(extra)[0]}", "Extra inputs are not permitted")


def _check_messages(body: dict[str, Any], tools: dict[str, Any]) -> None:
    messages = body["messages"]
    if not isinstance(messages, list) or not messages:
        raise invalid("messages", "at least one message is required")
    system = body.get("system")
    if system is not None:
        _check_content("system", system, "system", may_be_empty=True)
    for position, message in enumerate(messages):
        where = f"messages.{position}"
        if not isinstance(message, dict) or message.get("role") not in BLOCKS_OF:
            raise invalid(f"{where}.role", "Input should be 'user', 'assistant' or 'system'")
        if extra := sorted(message.keys() - {"role", "content"}):
            raise invalid(f"{where}.{extra[0]}", "Extra inputs are not permitted")
        if "content" not in message:
            raise invalid(f"{where}.content", "Field required")
        _check_content(f"{where}.content", message["content"], message["role"])
    _check_pictures(messages)
    _check_order(messages)
    _check_pairs(turns(body), tools)


def _check_content(where: str, content: Any, role: str, may_be_empty: bool = False) -> None:
    if isinstance(content, str):
        if not content.strip() and not may_be_empty:
            raise invalid(where, "text content must be non-empty")
        return
    if not isinstance(content, list):
        raise invalid(where, "Input should be a string or a list of blocks")
    if not content and not may_be_empty:
        raise invalid(where, "all messages must have non-empty content")
    results_may_come = True
    for position, block in enumerate(content):
        _check_block(f"{where}.{position}", block, BLOCKS_OF[role])
        if block["type"] != "tool_result":
            results_may_come = False
        elif not results_may_come:
            raise invalid(f"{where}.{position}", "`tool_result` blocks must come first")


def _check_block(where: str, block: Any, allowed: set[str]) -> None:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind not in allowed:
        raise invalid(where, f"a block of type '{kind}' is not allowed here")
    required, optional = BLOCK_KEYS[kind]
    if missing := sorted(required - block.keys()):
        raise invalid(f"{where}.{kind}.{missing[0]}", "Field required")
    if extra := sorted(block.keys() - required - optional - {"type"}):
        raise invalid(f"{where}.{kind}.{extra[0]}", "Extra inputs are not permitted")
    CHECKS.get(kind, lambda where, block: None)(where, block)


def _check_text(where: str, block: dict[str, Any]) -> None:
    if not isinstance(block["text"], str):
        raise invalid(f"{where}.text.text", "Input should be a valid string")
    if not block["text"].strip():
        raise invalid(where, "text content blocks must contain non-whitespace text")


def _check_image(where: str, block: dict[str, Any]) -> None:
    source = block["source"]
    kind = source.get("type") if isinstance(source, dict) else None
    if kind not in ("base64", "url", "file"):
        raise invalid(f"{where}.image.source", "must be base64, url or file")
    if kind == "base64" and (said := pictures.problem(source)):
        raise invalid(f"{where}.image.source.base64", said)


def _check_pictures(messages: Blocks) -> None:
    """No more pictures than the API takes, and smaller ones where there are many."""
    found = [
        block["source"]
        for message in messages
        for block in as_blocks(message["content"])
        if block["type"] == "image" and block["source"].get("type") == "base64"
    ]
    if len(found) > pictures.MOST:
        raise invalid("messages", f"too many images: {len(found)} > {pictures.MOST}")
    if len(found) > pictures.MANY:
        for source in found:
            if said := pictures.problem(source, of_many=True):
                raise invalid("messages", said)


def _check_search_result(where: str, block: dict[str, Any]) -> None:
    for name in ("source", "title"):
        if not isinstance(block[name], str) or not block[name]:
            raise invalid(f"{where}.search_result.{name}", "Input should be a non-empty string")
    if not isinstance(block["content"], list) or not block["content"]:
        raise invalid(f"{where}.search_result.content", "must be a non-empty list of text blocks")
    for position, part in enumerate(block["content"]):
        _check_block(f"{where}.search_result.content.{position}", part, {"text"})


def _check_tool_use(where: str, block: dict[str, Any]) -> None:
    if not isinstance(block["input"], dict):
        raise invalid(f"{where}.tool_use.input", "Input should be a valid dictionary")
    if not isinstance(block["id"], str) or not NAME.match(block["id"]):
        raise invalid(f"{where}.tool_use.id", "should match '^[a-zA-Z0-9_-]+$'")
    if not isinstance(block["name"], str) or not NAME.match(block["name"]):
        raise invalid(f"{where}.tool_use.name", "should match '^[a-zA-Z0-9_-]{1,128}$'")


def _check_tool_result(where: str, block: dict[str, Any]) -> None:
    content = block.get("content", "")
    if isinstance(content, str):
        return
    if not isinstance(content, list):
        raise invalid(f"{where}.tool_result.content", "Input should be a string or blocks")
    for position, part in enumerate(content):
        _check_block(f"{where}.tool_result.content.{position}", part, IN_A_RESULT)


CHECKS: dict[str, Callable[[str, dict[str, Any]], None]] = {
    "text": _check_text,
    "image": _check_image,
    "search_result": _check_search_result,
    "tool_use": _check_tool_use,
    "tool_result": _check_tool_result,
}


def _check_order(messages: Blocks) -> None:
    """A system message stands after a user turn, and before an assistant's or at the end."""
    roles = [message["role"] for message in messages]
    if roles[0] != "user":
        raise invalid("messages", "first message must use the 'user' role")
    for position, role in enumerate(roles):
        if role != "system":
            continue
        if roles[position - 1] != "user":
            raise invalid(f"messages.{position}", "a system message must follow a user message")
        if position + 1 < len(roles) and roles[position + 1] != "assistant":
            raise invalid(
                f"messages.{position}", "a system message must end the list or precede an assistant"
            )
    if roles[-1] == "assistant":
        raise invalid("messages", "prefilling assistant messages is not supported for this model")


def _check_pairs(merged: list[tuple[str, Blocks]], tools: dict[str, Any]) -> None:
    """Each `tool_use` is answered in the next turn, and only there."""
    seen: set[str] = set()
    asked: list[str] = []
    for position, (role, blocks) in enumerate(merged):
        uses = [block["id"] for block in blocks if block["type"] == "tool_use"]
        results = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
        if (uses or results) and not tools:
            raise invalid("tools", "requests with tool_use or tool_result blocks must define tools")
        if orphans := [name for name in results if name not in asked]:
            raise invalid(
                f"messages.{position}",
                f"unexpected `tool_use_id` found in `tool_result` blocks: {orphans[0]}. Each "
                "`tool_result` block must have a corresponding `tool_use` block in the previous "
                "message.",
            )
        if len(set(results)) < len(results):
            raise invalid(f"messages.{position}", "each tool_use must have a single result")
        if unanswered := [name for name in asked if name not in results]:
            raise invalid(
                f"messages.{position - 1}",
                "`tool_use` ids were found without `tool_result` blocks immediately after: "
                f"{', '.join(unanswered)}. Each `tool_use` block must have a corresponding "
                "`tool_result` block in the next message.",
            )
        if seen & set(uses) or len(set(uses)) < len(uses):
            raise invalid(f"messages.{position}", "`tool_use` ids must be unique")
        seen |= set(uses)
        asked = uses if role == "assistant" else []


def _check_breakpoints(body: dict[str, Any]) -> None:
    """At most four; longer-lived ones come first."""
    marks: list[tuple[str, dict[str, Any]]] = []
    for position, tool in enumerate(body.get("tools") or []):
        marks.append((f"tools.{position}", tool))
    for position, block in enumerate(system_blocks(body)):
        marks.append((f"system.{position}", block))
    for number, message in enumerate(body["messages"]):
        for position, block in enumerate(as_blocks(message["content"])):
            where = f"messages.{number}.content.{position}"
            marks.append((where, block))
            inner = block.get("content")
            if isinstance(inner, list):
                marks += [(f"{where}.content.{n}", part) for n, part in enumerate(inner)]
    found = [
        (where, block["cache_control"]) for where, block in marks if block.get("cache_control")
    ]
    if body.get("cache_control"):
        found.append(("cache_control", body["cache_control"]))
    if len(found) > BREAKPOINTS:
        raise invalid("", f"A maximum of {BREAKPOINTS} blocks with cache_control may be provided. "
                      f"Found {len(found)}.")  # fmt: skip
    shortest = ""
    for where, control in found:
        if not isinstance(control, dict) or control.get("type") != "ephemeral":
            raise invalid(f"{where}.cache_control.type", "must be 'ephemeral'")
        ttl = control.get("ttl", "5m")
        if ttl not in ("5m", "1h") or control.keys() - {"type", "ttl"}:
            raise invalid(f"{where}.cache_control.ttl", "must be '5m' or '1h'")
        if ttl == "1h" and shortest == "5m":
            raise invalid(
                f"{where}.cache_control.ttl",
                "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block",
            )
        shortest = ttl
