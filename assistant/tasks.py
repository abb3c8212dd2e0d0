"""The assistant's work, queued by the inbox under its dotted name."""

import logging
from time import monotonic

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import now

from assistant import (
    attachments,
    card_replies,
    configuring,
    listening,
    reassuring,
    rehearsing,
    resuming,
    runs,
    spending,
    suggesting,
)
from assistant.models import AssistantSettings, Run
from assistant.turn import TURN_SECONDS, Reply, Turn, read_turn, respond
from inbox import sending, typing_dots, work
from inbox.models import Conversation, Message
from organizations.models import Member
from organizations.tenancy import tenant

logger = logging.getLogger(__name__)


def reply(organization_id: int, conversation_id: int) -> None:
    """Answer what is due in one conversation. Of any number of runs, only one claims it."""
    lease = work.claim(organization_id, conversation_id)
    if lease is None:
        return
    started, turn, answer = monotonic(), None, Reply()
    try:
        with tenant(organization_id) as organization:
            conversation = organization.conversations.select_related("contact", "channel").get(
                pk=conversation_id
            )
            turn = read_turn(conversation, seq=lease.seq, deadline=started + TURN_SECONDS)
            sends = turn.settings.mode == AssistantSettings.Mode.ON
            dots = typing_dots.of(conversation, turn.new, lease) if sends else None
            turn.is_suggesting = configuring.is_suggesting(organization)
        turn.thinks = dots.begin if dots else turn.thinks
        with typing_dots.while_thinking(dots):
            answer = suggesting.respond(turn, respond) if turn.is_suggesting else respond(turn)
        _commit(lease, turn, answer, started)
    except work.DraftDropped as dropped:
        _record_drop(turn, answer.backend, dropped, started)
        work.release(lease)
    except Exception:
        # The lease is given back; after five attempts the claim hands the conversation to a person.
        logger.exception("A turn of conversation %s failed", conversation_id)
        work.release(lease, failed=True)


def reassure(organization_id: int, hand_over_id: int) -> None:
    """Tell a customer who still waits for a person that the message is with one. Once."""
    with tenant(organization_id) as organization:
        card = organization.hand_overs.select_related("conversation").filter(pk=hand_over_id)
        if found := card.first():
            reassuring.reassure(found)


def draft_for_card(organization_id: int, card_id: int, seq: int) -> None:
    """Draft the reply that a hand-over card suggests to the burst `seq`. May run twice."""
    card_replies.draft(organization_id, card_id, seq)


def listen(organization_id: int, conversation_id: int, message_id: int) -> None:
    """Take in what a customer wrote while a person is in charge. May run twice."""
    with tenant(organization_id) as organization:
        found = organization.messages.filter(pk=message_id, conversation_id=conversation_id)
        message = found.select_related("conversation").first()
        if message:
            listening.listen(message.conversation, message)


def warn_of_cap(organization_id: int) -> None:
    """Mail the owners that Claude's monthly cap is nearly used. Queued once a month."""
    with tenant(organization_id) as organization:
        owners = organization.members.filter(role=Member.Role.OWNER).select_related("user")
        addresses = [owner.user.email for owner in owners if owner.user.is_active]
        context = {
            "organization": organization,
            "month": spending.this_month(organization),
            "link": settings.BASE_URL + reverse("assistant:costs", args=[organization.slug]),
        }
    subject = render_to_string("assistant/email/cap_subject.txt", context)
    body = render_to_string("assistant/email/cap_message.txt", context)
    for address in addresses:
        # One mail for each, so that nobody's address is shown to another.
        send_mail(" ".join(subject.split()), body, None, [address])


def rehearse(organization_id: int, rehearsal_id: int) -> None:
    """Play some of a rehearsal, and queue the rest."""
    rehearsing.work_on(organization_id, rehearsal_id)


def _commit(lease: work.Lease, turn: Turn, answer: Reply, started: float) -> None:
    """Store the reply with everything it promises, or nothing of it."""
    with tenant(lease.organization_id), work.settle(lease) as conversation:
        turn.conversation = conversation
        if turn.is_suggesting != configuring.is_suggesting(turn.organization):
            raise work.AssistantPaused  # switched meanwhile: answered again, in the other way
        if attachments.were_heard_meanwhile(turn):
            raise work.NewerMessage
        if turn.is_suggesting:
            _suggest(turn, answer, started)
            return
        for effect in turn.effects:
            effect()
        message = _queue(conversation, answer, lease.seq)
        turn.dialogue.turn_count += 1
        turn.dialogue.updated_at = now()
        turn.dialogue.turn_began_at = None
        turn.dialogue.save(
            update_fields=["state", "turn_count", "unsure_count", "updated_at", "turn_began_at"]
        )
        resuming.forget(conversation)
        runs.record(turn, started, answer, message=message, outcome=_outcome(turn, answer))


def _suggest(turn: Turn, answer: Reply, started: float) -> None:
    """Keep the reply for a person, with what only the agency notices of it."""
    for effect in turn.effects:
        if getattr(effect, "is_inward", False):
            effect()
    # What the reply asks counts once it is sent; until then the memory stays as it was.
    turn.dialogue.turn_began_at = None
    turn.dialogue.save(update_fields=["turn_began_at"])
    resuming.forget(turn.conversation)
    outcome = Run.Outcome.SUGGESTED if answer.text else Run.Outcome.SILENT
    run = runs.record(turn, started, answer, message=None, outcome=outcome)
    if answer.text:
        suggesting.keep(turn, answer, run)


def _queue(conversation: Conversation, answer: Reply, seq: int) -> Message | None:
    if not answer.text:
        return None
    return sending.queue_message(
        conversation,
        answer.text,
        author_kind=Message.Author.ASSISTANT,
        buttons=answer.buttons,
        answers_seq=seq,
    )


def _outcome(turn: Turn, answer: Reply) -> str:
    if turn.handed_over:
        return Run.Outcome.HANDED_OVER
    return Run.Outcome.REPLIED if answer.text else Run.Outcome.SILENT


def _record_drop(
    turn: Turn | None, backend: str, dropped: work.DraftDropped, started: float
) -> None:
    if turn is None:
        return
    with tenant(turn.organization):
        runs.record(
            turn,
            started,
            Reply(backend=backend),
            outcome=Run.Outcome.DROPPED,
            drop_reason=dropped.reason,
        )
