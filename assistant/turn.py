"""One turn of the assistant: read the conversation, let a backend answer, check, commit.

A backend never chooses whose data it sees: the turn carries organization, conversation and
contact, and the tools take them from it. What a tool wants to change is either harmless when the
draft is dropped (a hold runs out by itself) or waits in `effects` until the reply is committed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.timezone import now as current_time

from assistant import guardrails, rules
from assistant.builtin import backend as builtin
from assistant.models import Dialogue
from inbox.models import Contact, Conversation, Message, Reaction
from leads.models import Lead
from leads.recording import ensure_lead
from organizations.models import Organization
from organizations.tenancy import tenant

HISTORY_LENGTH = 80


@dataclass
class Turn:
    """What one turn reads, and what it gathers on the way to its reply.

    `messages` are the spoken ones, oldest first; `new` those of the customer not answered yet;
    `reaction` is the emoji put on our last message since then. `now` is aware.
    """

    organization: Organization
    conversation: Conversation
    contact: Contact
    lead: Lead
    dialogue: Dialogue
    messages: list[Message]
    new: list[Message]
    reaction: str
    now: datetime
    seq: int = 0
    calls: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    commands: list[dict[str, Any]] = field(default_factory=list)
    effects: list[Callable[[], None]] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    handed_over: str = ""
    rule: "rules.Rule | None" = None

    @property
    def state(self) -> dict[str, Any]:
        return self.dialogue.state

    @property
    def is_first(self) -> bool:
        """Whether the assistant has not written in this conversation yet."""
        return not any(m.author_kind == Message.Author.ASSISTANT for m in self.messages)


@dataclass
class Reply:
    """What the turn ends with. An empty `text` sends nothing.

    `buttons` are (id, title) pairs, at most three. `verdicts` are those of the guardrails:
    `{"guardrail", "passed", "detail"}`.
    """

    text: str = ""
    buttons: list[tuple[str, str]] = field(default_factory=list)
    backend: str = "builtin"
    verdicts: list[dict[str, Any]] = field(default_factory=list)


def read_turn(conversation: Conversation, seq: int = 0, at: datetime | None = None) -> Turn:
    """Load what a turn needs. Runs inside `tenant()`."""
    dialogue, _ = Dialogue.objects.get_or_create(
        organization=conversation.organization, conversation=conversation
    )
    latest = conversation.messages.spoken().select_related("reply_to").order_by("-sent_at", "-pk")
    messages = list(latest[:HISTORY_LENGTH])[::-1]
    new = _unanswered(messages)
    return Turn(
        organization=conversation.organization,
        conversation=conversation,
        contact=conversation.contact,
        lead=ensure_lead(conversation.contact),
        dialogue=dialogue,
        messages=messages,
        new=new,
        reaction="" if new else _latest_reaction(conversation),
        now=at or current_time(),
        seq=seq,
    )


def respond(turn: Turn) -> Reply:
    """Return the checked reply of this turn. Changes nothing that a dropped draft must not."""
    with tenant(turn.organization):
        turn.rule = rules.rule_for(turn)
        stop = guardrails.reason_to_stop(turn)
        reply = builtin.hand_over(turn, stop) if stop else builtin.respond(turn)
        reply.verdicts = guardrails.check(turn, reply)
        if not all(verdict["passed"] for verdict in reply.verdicts):
            verdicts = reply.verdicts
            turn.effects.clear()
            reply = builtin.hand_over(turn, Conversation.HandOverReason.UNSURE)
            reply.verdicts = verdicts
    return reply


def _unanswered(messages: list[Message]) -> list[Message]:
    last_ours = max(
        (
            m.pk
            for m in messages
            if m.direction == Message.Direction.OUTBOUND and m.status != Message.Status.CANCELLED
        ),
        default=0,
    )
    return [
        m
        for m in messages
        if m.is_inbound and m.pk > last_ours and not (m.is_stale or m.revoked_at)
    ]


def _latest_reaction(conversation: Conversation) -> str:
    last_run = conversation.runs.order_by("-started_at").first()
    reactions = Reaction.objects.filter(
        organization=conversation.organization,
        message__conversation=conversation,
        message__direction=Message.Direction.OUTBOUND,
        author_kind=Message.Author.CUSTOMER,
    ).order_by("-sent_at")
    reaction = reactions.first()
    if reaction is None or (
        last_run and reaction.sent_at < last_run.started_at.replace(microsecond=0)
    ):
        return ""
    return reaction.emoji
