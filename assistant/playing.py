"""Talking with the assistant as a customer who does not exist.

Everything happens in a sandbox (assistant/sandbox.py): the message is received, answered, checked
and "sent" by the code that does so for customers, and then rolled back. Only the transcript and the
cost of Claude's calls are kept.
"""

from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils.timezone import now

from assistant import showing
from assistant.language import disclosure
from assistant.models import AssistantSettings, AssistantVersion, PlaygroundTalk, PlaygroundTurn
from assistant.sandbox import Sandbox, imagined
from assistant.turn import TURN_SECONDS, Reply, Turn, read_turn, respond
from inbox import handover, sending, work
from inbox.models import Conversation, Message
from inbox.receiving import receive_message
from inbox.whatsapp.parsing import IncomingMessage, Sender
from leads.recording import known
from organizations.models import Member, Organization
from organizations.tenancy import tenant

LONGEST_SAID = 1000
LAST_TIME = timedelta(days=14)
# A number that no country has given out.
NOBODY = "999"


@dataclass
class Outcome:
    """What one message led to. `silent` is the reason where nothing was answered.

    `replies` are what the customer would see: `{"text", "buttons", "by"}`, buttons being pairs of
    id and title. `facts` are the changes `{"field", "then", "now"}`.
    """

    replies: list[dict[str, Any]] = field(default_factory=list)
    outcome: str = ""
    silent: str = ""
    handed_over: str = ""
    booked: list[str] = field(default_factory=list)
    backend: str = ""
    model: str = ""
    fallback: str = ""
    seconds: float = 0.0
    tokens: dict[str, int] = field(default_factory=dict)
    cost_usd: str = "0"
    commands: list[dict[str, Any]] = field(default_factory=list)
    tools: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    verdicts: list[dict[str, Any]] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    known: dict[str, Any] = field(default_factory=dict)
    version: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def text(self) -> str:
        return "\n\n".join(reply["text"] for reply in self.replies)


def start(
    organization: Organization, member: Member, version: AssistantVersion | None, **fields: str
) -> PlaygroundTalk:
    """Begin a talk; `fields` are those of the model. Outside `tenant()`."""
    talk = PlaygroundTalk(organization=organization, member=member, version=version, **fields)
    sandbox = Sandbox(organization)
    if talk.customer == PlaygroundTalk.Customer.RETURNING:
        _remember_last_time(sandbox, talk)
    talk.rows = sandbox.as_json()
    with tenant(organization):
        talk.save()
    return talk


def say(talk: PlaygroundTalk, text: str, button: str = "") -> PlaygroundTurn:
    """Send one message of the played customer, or press a button. Outside `tenant()`.

    Two messages at once would answer the same state, so the talk's row is looked at again before
    the answer is stored; raises `Overtaken` if the other one was faster.
    """
    organization, before, text = talk.organization, talk.used_at, text[:LONGEST_SAID]
    sandbox = Sandbox(organization, talk.rows)
    outcome = answer(
        sandbox,
        text,
        version=talk.version,
        name=talk.name,
        button=button,
        only_builtin=talk.backend == PlaygroundTalk.Backend.BUILTIN,
    )
    with tenant(organization):
        _keep(talk, sandbox, before)
        return PlaygroundTurn.objects.create(
            organization=organization, talk=talk, said=text, told=outcome.as_json()
        )


def hand_back(talk: PlaygroundTalk) -> None:
    """Let the assistant go on in a talk that it gave to a person. Outside `tenant()`.

    Raises `Overtaken` if a message was answered meanwhile.
    """
    before, sandbox = talk.used_at, Sandbox(talk.organization, talk.rows)
    with imagined(sandbox), tenant(talk.organization):
        conversation = _conversation(sandbox)
        if conversation is not None:
            handover.hand_back(conversation, talk.member)
    with tenant(talk.organization):
        _keep(talk, sandbox, before)


def is_with_person(talk: PlaygroundTalk) -> bool:
    """Whether the assistant has given the imagined conversation to a person."""
    label = Conversation._meta.label_lower
    rows = (row["fields"] for row in talk.rows if row["model"] == label)
    return any(row["in_charge"] == Conversation.InCharge.PERSON for row in rows)


class Overtaken(Exception):
    """Another message of the same talk was answered meanwhile."""


def _keep(talk: PlaygroundTalk, sandbox: Sandbox, before: datetime) -> None:
    """Store the imagined rows for the next message, unless somebody was faster."""
    unchanged = PlaygroundTalk.objects.filter(
        organization=talk.organization, pk=talk.pk, used_at=before
    )
    if not unchanged.update(rows=sandbox.as_json(), used_at=now()):
        raise Overtaken


def answer(
    sandbox: Sandbox,
    *texts: str,
    version: AssistantVersion | None,
    name: str = "",
    button: str = "",
    only_builtin: bool = False,
) -> Outcome:
    """Receive the messages of an imagined customer as one burst and answer them.

    Without a network the whole runs in one transaction, with Claude in one between each two calls.
    """
    organization, started = sandbox.organization, monotonic()
    with imagined(sandbox), ExitStack() as at_once:
        if only_builtin or not may_use_claude(organization):
            at_once.enter_context(tenant(organization))
        with tenant(organization):
            conversation, seen = _receive(sandbox, texts, name, button)
            outcome = Outcome(version=str(version or ""), silent=work.why_idle(conversation))
            facts = known(read_turn(conversation, version=version).lead)
            turn = None
            if not outcome.silent:
                turn = read_turn(conversation, deadline=started + TURN_SECONDS, version=version)
                turn.settings.claude_enabled &= not only_builtin
        reply = respond(turn) if turn else Reply()
        with tenant(organization):
            if turn:
                _carry_out(turn, reply, outcome)
            outcome.replies = _said(conversation, seen)
            outcome.known = known(conversation.contact.lead)
            outcome.facts = changes(facts, outcome.known)
            outcome.booked = [
                str(row.code) for row in conversation.appointments.filter(status="booked")
            ]
    outcome.seconds = monotonic() - started
    return outcome


def may_use_claude(organization: Organization) -> bool:
    """Whether Claude answers this agency's customers."""
    with tenant(organization):
        enabled = AssistantSettings.of(organization).claude_enabled
    return enabled and bool(settings.ANTHROPIC_API_KEY)


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields that differ, `{"field", "then", "now"}`; None is unknown."""
    return [
        {"field": name, "then": before.get(name), "now": after.get(name)}
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def _receive(
    sandbox: Sandbox, texts: tuple[str, ...], name: str, button: str
) -> tuple[Conversation, int]:
    """Store the messages; return the conversation and the key of its last message before them."""
    before = _conversation(sandbox)
    last = before.messages.order_by("-pk").first() if before else None
    for text in texts:
        received = receive_message(sandbox.channel, _incoming(sandbox, text, name, button))
    conversation = Conversation.objects.select_related("organization", "channel", "contact").get(
        pk=received.conversation_id
    )
    return conversation, last.pk if last else 0


def _incoming(
    sandbox: Sandbox, text: str, name: str, button: str, at: datetime | None = None
) -> IncomingMessage:
    payload = {}
    if button:
        choice = {"id": button, "title": text}
        payload = {"interactive": {"type": "button_reply", "button_reply": choice}}
    return IncomingMessage(
        wamid=f"playground.{uuid4().hex}",
        type="interactive" if button else "text",
        kind=Message.Kind.INTERACTIVE if button else Message.Kind.TEXT,
        body=text,
        payload=payload,
        sent_at=at or now(),
        sender=Sender(user_id=f"playground-{sandbox.channel.pk.hex}", name=name),
        is_history=at is not None,
    )


def _carry_out(turn: Turn, reply: Reply, outcome: Outcome) -> None:
    """Do what the reply promises, as it is done for a customer, and note how it came about."""
    for effect in turn.effects:
        effect()
    if reply.text:
        sending.queue_message(
            turn.conversation,
            reply.text,
            author_kind=Message.Author.ASSISTANT,
            buttons=reply.buttons,
        )
    turn.dialogue.turn_count += 1
    turn.dialogue.updated_at = now()
    turn.dialogue.save(update_fields=["state", "turn_count", "unsure_count", "updated_at"])
    outcome.handed_over = turn.handed_over
    outcome.outcome = "handed_over" if turn.handed_over else "replied" if reply.text else "silent"
    outcome.backend, outcome.fallback = reply.backend, turn.fallback
    outcome.commands = showing.with_names(turn)
    outcome.tools, outcome.sources = turn.calls, turn.sources
    outcome.verdicts = reply.verdicts
    if turn.claude:
        used = turn.claude.tokens
        outcome.model, outcome.cost_usd = turn.claude.model, str(turn.claude.cost)
        outcome.tokens = {
            "input": used.input, "write": used.write, "read": used.read, "output": used.output
        }  # fmt: skip


def _said(conversation: Conversation, seen: int) -> list[dict[str, Any]]:
    """What would have gone to the customer since the message `seen`."""
    out = conversation.messages.filter(direction=Message.Direction.OUTBOUND, pk__gt=seen)
    return [
        {
            "text": message.body,
            "buttons": [[b["id"], b["title"]] for b in message.payload.get("buttons", [])],
            "by": message.author_kind,
        }
        for message in out.order_by("pk")
    ]


def _conversation(sandbox: Sandbox) -> Conversation | None:
    found = Conversation.objects.select_related("organization", "channel", "contact")
    return found.filter(channel=sandbox.channel).first()


def _remember_last_time(sandbox: Sandbox, talk: PlaygroundTalk) -> None:
    """Let the customer have been greeted two weeks ago."""
    organization, at = sandbox.organization, now() - LAST_TIME
    with imagined(sandbox), tenant(organization):
        message = receive_message(
            sandbox.channel, _incoming(sandbox, GREETINGS[talk.language], talk.name, "", at=at)
        )
        Message.objects.create(
            organization=organization,
            conversation_id=message.conversation_id,
            channel=sandbox.channel,
            direction=Message.Direction.OUTBOUND,
            author_kind=Message.Author.ASSISTANT,
            status=Message.Status.READ,
            wamid=f"playground.{uuid4().hex}",
            body=disclosure(talk.language, organization.name, ""),
            sent_at=at + timedelta(seconds=5),
            created_at=at + timedelta(seconds=5),
        )


GREETINGS = {
    "en": "Hello",
    "el": "Καλημέρα",
    "es": "Hola",
    "de": "Guten Tag",
    "fr": "Bonjour",
    "ar": "مرحبا",
}
# What a customer might begin with, one click away.
OPENINGS = {
    "en": ("Hello! What do you have to rent?", "I want to buy a flat with two bedrooms",
           "I want to sell my house"),
    "el": ("Γεια σας! Τι ενοικιάζεται;", "Θέλω να αγοράσω διαμέρισμα με δύο υπνοδωμάτια",
           "Θέλω να πουλήσω το σπίτι μου"),
    "es": ("¡Hola! ¿Qué tienen en alquiler?", "Quiero comprar un piso de dos dormitorios",
           "Quiero vender mi casa"),
    "de": ("Guten Tag! Was haben Sie zu vermieten?", "Ich möchte eine Dreizimmerwohnung kaufen",
           "Ich möchte mein Haus verkaufen"),
    "fr": ("Bonjour ! Qu'avez-vous à louer ?", "Je veux acheter un appartement de deux chambres",
           "Je veux vendre ma maison"),
    "ar": ("مرحبا! ماذا لديكم للإيجار؟", "أريد شراء شقة بغرفتي نوم", "أريد بيع منزلي"),
}  # fmt: skip
