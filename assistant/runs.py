"""The record of a turn, whoever is to read its reply."""

import logging
from datetime import timedelta
from time import monotonic

from django.utils.timezone import now

from assistant.models import ClaudeCall, Run
from assistant.turn import Reply, Turn

logger = logging.getLogger(__name__)


def record(turn: Turn, started: float, answer: Reply, **fields: object) -> Run:
    """Store one turn: what it understood, called, cited, checked and cost. Inside `tenant()`."""
    seconds = monotonic() - started
    run = Run.objects.create(
        organization=turn.organization,
        conversation=turn.conversation,
        version=turn.version,
        seq=turn.seq,
        backend=answer.backend,
        started_at=now() - timedelta(seconds=seconds),
        seconds=seconds,
        commands=turn.commands,
        tools=turn.calls,
        sources=turn.sources,
        verdicts=answer.verdicts,
        draft=answer.text,
        fallback_reason=turn.fallback,
        **_use_of_claude(turn),
        **fields,
    )
    logger.info(
        "Turn recorded.",
        extra={
            "run_id": run.pk,
            "conversation_id": run.conversation_id,
            "kind": run.backend,
            "outcome": run.outcome,
            "milliseconds": round(seconds * 1000),
        },
    )
    if turn.claude and turn.claude.calls:
        calls = ClaudeCall.objects.filter(organization=turn.organization, run=None)
        calls.filter(pk__in=turn.claude.calls).update(run=run)
    return run


def _use_of_claude(turn: Turn) -> dict[str, object]:
    """What the turn used of Claude, also where its answer was not used."""
    use = turn.claude
    if use is None:
        return {}
    return {
        "model": use.model,
        "prompt_version": use.prompt_version,
        "input_tokens": use.tokens.input,
        "cache_write_tokens": use.tokens.write,
        "cache_read_tokens": use.tokens.read,
        "output_tokens": use.tokens.output,
        "cost_usd": use.cost,
        "request_ids": use.request_ids,
    }
