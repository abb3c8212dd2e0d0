"""One turn of the assistant: read the conversation, let a backend answer, check, commit.

A backend never chooses whose data it sees: the turn carries organization, conversation and
contact, and the tools take them from it. What a tool wants to change is either harmless when the
draft is dropped (a hold runs out by itself) or waits in `effects` until the reply is committed.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any

from django.utils.timezone import now as current_time

from assistant import attachments, claude, guardrails, loops, prompts, resuming, rules, versions
from assistant.builtin import backend as builtin
from assistant.models import AssistantSettings, AssistantVersion, Dialogue
from assistant.shape import Shape
from inbox.models import Attachment, Contact, Conversation, Message, Reaction
from leads.models import Lead
from leads.recording import ensure_lead
from organizations.models import Organization
from organizations.tenancy import tenant
from scheduling.models import Appointment, Offer

HISTORY_LENGTH = 80
TURN_SECONDS = 40.0


@dataclass
class Turn:
    """What one turn reads, and what it gathers on the way to its reply.

    `messages` are the spoken ones, oldest first; `new` those of the customer not answered yet;
    `reaction` is the emoji put on our last message since then. `now` is aware. `deadline` is a
    moment of the monotonic clock. `offered` are the times offered in this turn, `noted` the facts,
    `moments` other times that a reply may name.
    `pictures` are the fetched photos by message, `heard` the voice messages whose words are known.
    `call_key` names the tool call being carried out, so that what it makes is made once, however
    often the turn is taken up; `thinks` is called before a call to Claude. `claude` is what was
    used of Claude, `fallback` why it did not answer. `shape` is the agency's manner, as
    `version` holds it; without a version the usual one. When `is_suggesting`, a person sends the
    reply, and `promised_offers` are the times that stand from then on. With `for_card` they write
    to a customer who was told that a person would.
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
    settings: AssistantSettings
    shape: Shape = field(default_factory=Shape)
    version: AssistantVersion | None = None
    seq: int = 0
    call_key: str = ""
    thinks: Callable[[], None] = lambda: None
    deadline: float = field(default_factory=lambda: monotonic() + TURN_SECONDS)
    calls: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    commands: list[dict[str, Any]] = field(default_factory=list)
    effects: list[Callable[[], None]] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)
    offered: list[Offer] = field(default_factory=list)
    noted: dict[str, Any] = field(default_factory=dict)
    handed_over: str = ""
    pictures: dict[int, Attachment] = field(default_factory=dict)
    heard: set[int] = field(default_factory=set)
    rule: "rules.Rule | None" = None
    language: str = "en"
    claude: "claude.Use | None" = None
    fallback: str = ""
    is_suggesting: bool = False
    for_card: bool = False
    promised_offers: list[int] = field(default_factory=list)
    kept_rows: Any = None

    @property
    def state(self) -> dict[str, Any]:
        return self.dialogue.state

    @property
    def website(self) -> str:
        return self.shape.website

    @property
    def public_email(self) -> str:
        return self.shape.public_email

    @property
    def persona_name(self) -> str:
        return self.shape.persona_name

    @property
    def tone(self) -> str:
        return self.shape.tone

    @property
    def instructions(self) -> str:
        return self.shape.instructions

    @property
    def is_first(self) -> bool:
        """Whether the assistant writes for the first time here; never where a person sends it."""
        return not self.is_suggesting and not any(
            m.author_kind == Message.Author.ASSISTANT for m in self.messages
        )


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


def read_turn(
    conversation: Conversation,
    seq: int = 0,
    at: datetime | None = None,
    deadline: float | None = None,
    version: AssistantVersion | None = None,
) -> Turn:
    """Load what a turn needs. Runs inside `tenant()`. Without a `version` the live one answers.

    With a `seq`, a turn that a killed worker left is taken up: it has the same now.
    """
    version = version or versions.live(conversation.organization)
    dialogue, _ = Dialogue.objects.get_or_create(
        organization=conversation.organization, conversation=conversation
    )
    moment = at or current_time()
    if seq:
        dialogue.conversation = conversation
        moment = resuming.begin(dialogue, seq, moment)
    latest = conversation.messages.spoken().select_related("reply_to").order_by("-sent_at", "-pk")
    messages = list(latest[:HISTORY_LENGTH])[::-1]
    new = _unanswered(messages, conversation)
    return Turn(
        organization=conversation.organization,
        conversation=conversation,
        contact=conversation.contact,
        lead=ensure_lead(conversation.contact),
        dialogue=dialogue,
        messages=messages,
        new=new,
        reaction="" if new else _latest_reaction(conversation),
        now=moment,
        settings=AssistantSettings.of(conversation.organization),
        shape=version.shape if version else Shape(),
        version=version,
        seq=seq,
        deadline=deadline or monotonic() + TURN_SECONDS,
    )


def respond(turn: Turn) -> Reply:
    """Return the checked reply of this turn. Changes nothing that a dropped draft must not.

    Runs outside a transaction: Claude is called over the network, though not about subjects with
    a rule, which are not left to a model's judgement. Where it gives no answer, the built-in
    assistant does, as if Claude had not been asked.
    """
    attachments.gather(turn)
    with tenant(turn.organization):
        turn.rule = rules.rule_for(turn, prompts.customer_language(turn))
        stop = loops.reason_to_stop(turn)
    if not stop and not turn.rule and claude.is_wanted(turn):
        before = Before(turn)
        try:
            return claude.respond(turn)
        except claude.NoAnswer as failure:
            before.restore(turn)
            turn.fallback = failure.reason
    with tenant(turn.organization):
        return answer_built_in(turn, stop)


def answer_built_in(turn: Turn, stop: str = "") -> Reply:
    """Return the built-in assistant's checked reply; `stop` is why the turn has to be handed over.

    Runs inside `tenant()`.
    """
    by_rule = turn.rule and turn.rule.hands_over
    reply = builtin.hand_over(turn, stop) if stop and not by_rule else builtin.respond(turn)
    reply.verdicts = guardrails.check(turn, reply)
    if not all(verdict["passed"] for verdict in reply.verdicts):
        verdicts = reply.verdicts
        turn.effects.clear()
        reply = builtin.hand_over(turn, Conversation.HandOverReason.UNSURE)
        reply.verdicts = verdicts
    return reply


class Before:
    """What a turn had gathered before Claude was asked, and which times were on offer.

    A customer's "the second one" means the times they were shown, so those that a failed attempt
    offered are withdrawn and the earlier ones stand again.
    """

    GATHERED = ("calls", "sources", "commands", "effects", "evidence", "offered", "moments")

    def __init__(self, turn: Turn) -> None:
        self.gathered = {name: list(getattr(turn, name)) for name in self.GATHERED}
        self.state = deepcopy(turn.dialogue.state)
        self.unsure_count = turn.dialogue.unsure_count
        with tenant(turn.organization):
            self.offers = resuming.open_offers(turn.conversation)
            self.holds = self._held(turn)

    def restore(self, turn: Turn) -> None:
        for name, value in self.gathered.items():
            setattr(turn, name, value)
        turn.noted, turn.handed_over, turn.call_key = {}, "", ""
        turn.dialogue.state, turn.dialogue.unsure_count = self.state, self.unsure_count
        with tenant(turn.organization):
            self.take_back_times(turn)

    def take_back_times(self, turn: Turn) -> None:
        """Withdraw the offers made since, and let holds made since expire. Inside `tenant()`."""
        resuming.put_back_offers(turn.conversation, self.offers, turn.now)
        made = self._held(turn) - self.holds
        turn.conversation.appointments.filter(pk__in=made).update(status=Appointment.Status.EXPIRED)

    def _held(self, turn: Turn) -> set[int]:
        held = turn.conversation.appointments.filter(status=Appointment.Status.HOLD)
        return set(held.values_list("pk", flat=True))


def _unanswered(messages: list[Message], conversation: Conversation) -> list[Message]:
    ours = [
        m
        for m in messages
        if m.direction == Message.Direction.OUTBOUND and m.status != Message.Status.CANCELLED
    ]
    last_ours = max(ours, key=lambda m: m.pk, default=None)
    heard = _heard_since(messages, last_ours, conversation) if last_ours else set()
    return [
        m
        for m in messages
        if m.is_inbound
        and (last_ours is None or m.pk > last_ours.pk or m.pk in heard)
        and not (m.is_stale or m.revoked_at)
    ]


def _heard_since(
    messages: list[Message], last_ours: Message, conversation: Conversation
) -> set[int]:
    """The voice messages whose words came only after what we said last: still to be answered."""
    spoken = [m.pk for m in messages if m.is_inbound and m.kind == Message.Kind.AUDIO]
    if not spoken:
        return set()
    found = Attachment.objects.filter(
        organization=conversation.organization,
        message__in=spoken,
        transcribed_at__gt=last_ours.created_at,
    ).exclude(transcript="")
    return set(found.values_list("message_id", flat=True))


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
