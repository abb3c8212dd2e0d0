"""Claude as the assistant: a bounded loop over the Messages API with the typed tools.

Anything that goes wrong ends in `NoAnswer` with its reason, and the built-in assistant answers
within the same turn. No transaction is open while a call is made. The `anthropic` package takes
two seconds to import, so only a worker that needs it does.
Contract: https://platform.claude.com/docs/en/api/messages
"""

import json
import logging
import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings

from assistant import (
    attachments,
    breaker,
    guardrails,
    links,
    prices,
    prompts,
    resuming,
    spending,
    wording,
)
from assistant.language import disclosure
from assistant.models import ClaudeCall, Completion, Fallback
from assistant.prices import Tokens
from assistant.tools import people, typed
from inbox.models import Message
from inbox.whatsapp.client import refuse_inside_transaction
from organizations.tenancy import for_real, is_rolled_back, tenant

if TYPE_CHECKING:
    from assistant.turn import Reply, Turn

logger = logging.getLogger(__name__)

MAX_ROUNDS = 6
MAX_TOKENS = 2000  # thinking counts among them
RESERVE = 5.0  # seconds kept for the built-in assistant
LEAST_SECONDS = 2.0
GRACE = 0.5
# One that is malformed may be a slip; a second one in a turn is not.
MOST_MALFORMED = 1
BYTES_PER_TOKEN = 2.5  # fewer than in any language of ours, so that a reservation is enough
SLOT_BUTTON = "slot:"
MOST_BUTTONS = 3
ATTACHMENTS = {
    Message.Kind.IMAGE, Message.Kind.VIDEO, Message.Kind.AUDIO, Message.Kind.DOCUMENT,
    Message.Kind.LOCATION, Message.Kind.CONTACTS,
}  # fmt: skip


class NoAnswer(Exception):
    """Claude gave no answer that may be sent; `reason` is a code of `Fallback`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        super().__init__(f"{reason} {detail}".strip())


@dataclass
class Use:
    """What a turn used of Claude, also when it failed."""

    model: str
    prompt_version: str
    tokens: Tokens = field(default_factory=Tokens)
    cost: Decimal = Decimal(0)
    request_ids: list[str] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)

    def add(self, call: ClaudeCall, tokens: Tokens, cost: Decimal) -> None:
        self.cost += cost
        if call.request_id:
            self.request_ids.append(call.request_id)
        mine = self.tokens
        self.tokens = Tokens(
            input=mine.input + tokens.input,
            write_5m=mine.write_5m + tokens.write_5m,
            write_1h=mine.write_1h + tokens.write_1h,
            read=mine.read + tokens.read,
            output=mine.output + tokens.output,
        )


def is_wanted(turn: "Turn") -> bool:
    """Whether Claude answers this turn: the owner switched it on, and there is what it can read."""
    said = any(message.body.strip() or message.pk in turn.pictures for message in turn.new)
    return turn.settings.claude_enabled and said


def respond(turn: "Turn") -> "Reply":
    """Return Claude's checked reply. Raises `NoAnswer`; what the tools gathered is then void."""
    try:
        return _respond(turn)
    except NoAnswer:
        raise
    except Exception as error:
        logger.exception("Claude's turn of conversation %s failed", turn.conversation.pk)
        raise NoAnswer(Fallback.FAILED, type(error).__name__) from error


def _respond(turn: "Turn") -> "Reply":
    session = _begin(turn)
    retried, malformed = False, 0
    for _round in range(MAX_ROUNDS):
        answer = _call(session)
        blocks = answer.content if isinstance(answer.content, list) else []
        if answer.stop_reason == "tool_use":
            results, wrong = _use_tools(session, blocks)
            malformed += wrong
            if not results or malformed > MOST_MALFORMED:
                raise NoAnswer(Fallback.MALFORMED)
            session.go_on(answer, results)
            continue
        require_end(answer.stop_reason)
        reply = _reply(turn, blocks)
        if not reply.text:
            raise NoAnswer(Fallback.NO_END, "no text")
        with tenant(turn.organization):
            reply.verdicts = guardrails.check(turn, reply)
        failed = [verdict for verdict in reply.verdicts if not verdict["passed"]]
        if not failed:
            _remember(turn)
            return reply
        if retried:
            raise NoAnswer(Fallback.GUARDRAIL, failed[0]["guardrail"])
        retried = True
        session.go_on(answer, [{"type": "text", "text": _correction(failed)}])
    raise NoAnswer(Fallback.ROUNDS)


@dataclass(kw_only=True)
class Line:
    """For which turn and purpose Claude is called, and what the calls have used."""

    turn: "Turn"
    use: Use
    purpose: str = ClaudeCall.Purpose.TURN
    permit: breaker.Permit | None = None


@dataclass(kw_only=True)
class _Session(Line):
    """One turn's request, which grows with each round."""

    system: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    round: int = 0

    def as_request(self) -> dict[str, Any]:
        return {
            "model": self.use.model,
            "max_tokens": MAX_TOKENS,
            "system": self.system,
            "messages": self.messages,
            "tools": prompts.tools(),
            "output_config": {"effort": settings.ANTHROPIC_EFFORT},
        }

    def go_on(self, answer: Any, content: list[dict[str, Any]]) -> None:
        """Add an answer, unchanged, and what follows it; the cache now reaches to the end."""
        self._last_block().pop("cache_control", None)
        said = [_as_param(block) for block in answer.content]
        self.messages.append({"role": "assistant", "content": said})
        self.messages.append({"role": "user", "content": content})
        self.mark()

    def mark(self) -> None:
        """Let the next round read what this one reads."""
        self._last_block()["cache_control"] = dict(prompts.FIVE_MINUTES)

    def _last_block(self) -> dict[str, Any]:
        return self.messages[-1]["content"][-1]


def _as_param(block: Any) -> dict[str, Any]:
    """A block of an answer as the next request carries it: unchanged, but for what it refuses."""
    said = block.model_dump(mode="json", exclude_unset=True, warnings=False)
    if said.get("type") == "tool_use" and not isinstance(said.get("input"), dict):
        said["input"] = {}
    return said


def _begin(turn: "Turn") -> _Session:
    use = begin(turn, prompts.version())
    with tenant(turn.organization):
        turn.language = prompts.customer_language(turn)
        turn.evidence += prompts.evidence_of_moment(turn)
        session = _Session(
            turn=turn, use=use, system=prompts.system(turn), messages=prompts.messages(turn)
        )
    session.mark()
    return session


def begin(turn: "Turn", prompt_version: str) -> Use:
    """Note which model the turn uses. Raises `NoAnswer` where it cannot be called or has no price.

    The turn keeps what is used of it, also where it fails.
    """
    model = turn.settings.conversation_model or settings.ANTHROPIC_MODEL
    turn.claude = Use(model, prompt_version)
    if not settings.ANTHROPIC_API_KEY:
        raise NoAnswer(Fallback.NO_KEY)
    if model not in prices.known_models():
        raise NoAnswer(Fallback.NO_PRICE, model)
    return turn.claude


def _call(session: _Session) -> Any:
    """Return the answer to the session's request: one that was paid for already, or a new one."""
    request, number = session.as_request(), session.round
    session.round += 1
    if not session.turn.seq:
        return ask(session, request)
    request_hash = resuming.hash_of(request)
    with tenant(session.turn.organization):
        kept = resuming.find(session.turn.conversation, session.turn.seq, number, request_hash)
    if kept:
        return _again(session, kept)

    def keep(call: ClaudeCall, answer: Any) -> None:
        said = answer.model_dump(mode="json", exclude_unset=True, warnings=False)
        resuming.keep(call, session.turn.seq, number, request_hash, said)

    return ask(session, request, keep)


def _again(session: _Session, kept: Completion) -> Any:
    """Return what an earlier attempt was answered; its cost counts to this turn."""
    from anthropic.types import Message as Answer

    call = kept.call
    session.use.calls.append(call.pk)
    session.use.add(call, spending.tokens_of(call), call.cost_usd)
    logger.info("A completion of conversation %s was used again", session.turn.conversation.pk)
    return Answer.construct(**json.loads(kept.answer))


def ask(
    line: Line,
    request: dict[str, Any],
    keep: Callable[[ClaudeCall, Any], None] = lambda call, answer: None,
) -> Any:
    """Make one call, with its cost reserved before and settled after, and `keep` what came.

    Returns the SDK's message. Raises `NoAnswer` whatever goes wrong; its cost is settled then too.
    """
    refuse_inside_transaction()
    turn = line.turn
    line.permit = line.permit or breaker.enter()
    if line.permit is None:
        raise NoAnswer(Fallback.RESTING)
    seconds = min(settings.ANTHROPIC_TIMEOUT, turn.deadline - monotonic() - RESERVE)
    if seconds < LEAST_SECONDS:
        raise NoAnswer(Fallback.DEADLINE)
    try:
        # The conversation of a trial is not there when its cost is kept.
        spoken = None if is_rolled_back() else turn.conversation
        with _ledger(turn):
            call = spending.reserve(
                turn.organization, spoken, line.use.model, _at_most(request), line.purpose
            )
    except spending.CapReached as error:
        with _ledger(turn):
            spending.warn_once(turn.organization, is_reached=True)
        raise NoAnswer(Fallback.CAP) from error
    line.use.calls.append(call.pk)
    turn.thinks()
    started = monotonic()
    try:
        answer = _within(seconds, lambda: _client().messages.create(**request, timeout=seconds))
        tokens = _tokens(answer.usage)
    except Exception as error:
        _note_failure(line, call, error, monotonic() - started)
    if line.permit.is_probe:
        breaker.close()
        line.permit = breaker.Permit()
    with _ledger(turn):
        request_id = getattr(answer, "_request_id", None) or ""
        cost = spending.settle(call, tokens, request_id=request_id, seconds=monotonic() - started)
        keep(call, answer)
    line.use.add(call, tokens, cost)
    took = round((monotonic() - started) * 1000)
    ids = {"conversation_id": turn.conversation.pk, "organization_id": turn.organization.pk}
    logger.info("Claude answered.", extra={"milliseconds": took, **ids})
    return answer


def _at_most(request: dict[str, Any]) -> Tokens:
    """What a call may use: as if nothing came from the cache and all of it were written there."""
    size = len(json.dumps(request, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    count, characters = attachments.size_of(request)
    tokens = int((size - characters) / BYTES_PER_TOKEN) + count * attachments.TOKENS_PER_PICTURE
    return Tokens(write_1h=tokens, output=request["max_tokens"])


@contextmanager
def _ledger(turn: "Turn") -> Iterator[None]:
    """Enter the organization for what a call costs, which is paid also where nothing is kept."""
    with for_real(), tenant(turn.organization):
        yield


def _note_failure(line: Line, call: ClaudeCall, error: Exception, seconds: float) -> None:
    """Settle a failed call, let the breaker know, and raise `NoAnswer`."""
    failure = _classify(error)
    request_id = getattr(error, "request_id", None) or ""
    with _ledger(line.turn):
        spending.settle_failed(
            call, failure.reason, charged=failure.charged, request_id=request_id, seconds=seconds
        )
    line.use.add(call, Tokens(), call.cost_usd)
    if failure.rests:
        breaker.open_for(failure.reason, failure.retry_after)
    elif line.permit.is_probe:
        breaker.close()
    logger.warning("Claude failed: %s (%s)", failure.reason, type(error).__name__)
    raise NoAnswer(failure.reason) from error


@dataclass(frozen=True)
class _Failure:
    """What a failed call means. `charged`: its answer was lost, so it may have been paid for."""

    reason: str
    rests: bool = True
    charged: bool = False
    retry_after: float | None = None


def _classify(error: Exception) -> _Failure:
    import anthropic
    import httpx2

    if isinstance(error, TimeoutError | anthropic.APITimeoutError | httpx2.TimeoutException):
        return _Failure(Fallback.TIMEOUT, charged=True)
    if isinstance(error, anthropic.APIStatusError):
        return _of_status(error)
    if isinstance(error, anthropic.APIConnectionError):
        refused = isinstance(error.__cause__, httpx2.ConnectError)
        return _Failure(Fallback.CONNECTION, charged=not refused)
    if isinstance(error, httpx2.TransportError):
        return _Failure(Fallback.CONNECTION, charged=True)
    # An answer that cannot be read, for one: it was made, so it was paid for.
    return _Failure(Fallback.UNAVAILABLE, charged=True)


def _of_status(error: Any) -> _Failure:
    status, kind = error.status_code, error.type or ""
    if "spend_limit" in (error.error_code or ""):
        return _Failure(Fallback.SPEND_LIMIT)
    if status in (401, 403):
        return _Failure(Fallback.UNAUTHORIZED)
    if status == 402:
        return _Failure(Fallback.PAYMENT)
    if status == 429:
        return _Failure(Fallback.RATE_LIMITED, retry_after=_retry_after(error))
    if status == 529 or kind == "overloaded_error":
        return _Failure(Fallback.OVERLOADED, retry_after=_retry_after(error))
    if status >= 500:
        return _Failure(Fallback.UNAVAILABLE, retry_after=_retry_after(error))
    # This request is at fault, not Claude: others may go on.
    return _Failure(Fallback.BAD_REQUEST, rests=False)


def _retry_after(error: Any) -> float | None:
    said = error.response.headers.get("retry-after", "")
    return float(said) if re.fullmatch(r"\d{1,6}(\.\d+)?", said) else None


def _tokens(usage: Any) -> Tokens:
    written = usage.cache_creation_input_tokens or 0
    hour = usage.cache_creation.ephemeral_1h_input_tokens if usage.cache_creation else 0
    return Tokens(
        input=usage.input_tokens,
        write_5m=max(written - hour, 0),
        write_1h=hour,
        read=usage.cache_read_input_tokens or 0,
        output=usage.output_tokens,
    )


def _within(seconds: float, call: Callable[[], Any]) -> Any:
    """Return the call's result or raise its error; `TimeoutError` when it takes too long.

    The client's own timeout counts from one byte to the next, so an answer that drips would never
    end. The thread that is left behind touches no database and ends with its connection.
    """
    result: Future[Any] = Future()

    def run() -> None:
        try:
            result.set_result(call())
        except BaseException as error:
            result.set_exception(error)

    Thread(target=run, daemon=True, name="claude").start()
    return result.result(timeout=seconds + GRACE)


def _client() -> Any:
    """Return this process's client for the settings as they are."""
    return _client_for(os.getpid(), settings.ANTHROPIC_API_KEY, settings.ANTHROPIC_BASE_URL)


@cache
def _client_for(_pid: int, key: str, base_url: str) -> Any:
    import anthropic

    return anthropic.Anthropic(
        api_key=key, base_url=base_url, max_retries=0, http_client=http_client(base_url)
    )


def http_client(base_url: str) -> Any:
    """Return the client below. It follows no redirect: the key would go along."""
    import httpx2

    is_here = urlsplit(base_url).hostname in ("127.0.0.1", "localhost", "::1")
    return httpx2.Client(trust_env=not is_here, follow_redirects=False)


def require_end(stop_reason: Any) -> None:
    """Raise `NoAnswer` unless Claude said all that it wanted to say."""
    if stop_reason in ("end_turn", "stop_sequence"):
        return
    reasons = {
        "refusal": Fallback.REFUSAL,
        "max_tokens": Fallback.CUT_SHORT,
        "model_context_window_exceeded": Fallback.CUT_SHORT,
    }
    raise NoAnswer(reasons.get(stop_reason, Fallback.NO_END), str(stop_reason))


def _use_tools(session: _Session, blocks: list[Any]) -> tuple[list[dict[str, Any]], int]:
    """Carry out what Claude asks for, and return the results and how many were malformed."""
    turn = session.turn
    results, malformed, has_changed = [], 0, False
    for block in blocks:
        if getattr(block, "type", "") != "tool_use":
            continue
        is_error = False
        if typed.changes_something(block.name) and has_changed:
            said = "Not done: one change at a time. Call it again by itself if it is still wanted."
        else:
            turn.call_key = f"{turn.seq}:{session.round}:{block.id}"
            try:
                said = typed.call(turn, block.name, _storable(block.input))
                has_changed = has_changed or typed.changes_something(block.name)
            except (typed.UnknownTool, typed.MalformedCall) as error:
                said, is_error = str(error), True
                malformed += 1
        if not typed.changes_something(block.name) and not is_error:
            turn.evidence.append(said)
        results.append(
            {
                "type": "tool_result",
                "tool_use_id": block.id,
                "content": [{"type": "text", "text": said}],
                **({"is_error": True} if is_error else {}),
            }
        )
    return results, malformed


def _correction(failed: list[dict[str, Any]]) -> str:
    said = "; ".join(wording.WRONG[verdict["guardrail"]] for verdict in failed)
    details = ", ".join(verdict["detail"] for verdict in failed if verdict["detail"])[:300]
    return typed.fenced(
        "check_before_sending",
        f"Your message was not sent: {said}" + (f" ({details})" if details else "") + ". Write it "
        "again without that, or look it up with a tool first. Send only the message itself.",
    )


def _reply(turn: "Turn", blocks: list[Any]) -> "Reply":
    from assistant.turn import Reply

    texts = [block.text for block in blocks if getattr(block, "type", "") == "text"]
    text = wording.for_whatsapp(_storable("\n\n".join(filter(None, texts))))
    if text and turn.is_first:
        agency, name = turn.organization.name, prompts.first_name(turn.contact.name)
        turn.evidence += [agency, name, turn.persona_name]
        text = f"{disclosure(turn.language, agency, name, turn.persona_name)}\n\n{text}"
    if text:
        # Added by code: a model may not copy a long random address without a slip.
        text = "\n\n".join([text, *links.calendar_links(turn)[-1:]])
    buttons = [
        (f"{SLOT_BUTTON}{offer.code}", wording.button(offer, turn.organization.zone, turn.language))
        for offer in turn.offered[:MOST_BUTTONS]
    ]
    return Reply(text=text, buttons=buttons, backend=guardrails.CLAUDE)


def _storable(value: Any) -> Any:
    """Leave out of all texts what PostgreSQL does not take: NUL and halves of a character."""
    if isinstance(value, dict):
        return {_storable(name): _storable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_storable(inner) for inner in value]
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode()
    return value


def _remember(turn: "Turn") -> None:
    """Leave the built-in assistant what it needs to go on from here, and tell of attachments."""
    turn.state["asked"] = "viewing_time" if turn.offered else None
    turn.state.pop("to_confirm", None)
    turn.dialogue.unsure_count = 0
    things = [
        message
        for message in turn.new
        if message.kind in ATTACHMENTS and not attachments.is_understood(turn, message, sees=True)
    ]
    if things and not turn.handed_over:
        people.ask_colleague(turn, question=str(things[0].get_kind_display()))
