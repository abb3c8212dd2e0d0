"""Going on where a killed worker stopped, without paying twice for what Claude had answered.

Each completion is stored, in one transaction with its cost, before anything of it is carried out.
The next worker with the same burst finds it by the hash of the whole request, thinking and tool
results included, and carries it out again; what a tool changes at once (offers, holds) is the same
row for the same call. Two things are put back first, so that the request comes out the same: the
moment that the turn takes for now, and the times on offer when it began. Any difference, such as an
edited message or a new price, gives another hash, and Claude is asked anew.
"""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from assistant.models import ClaudeCall, Completion, Dialogue
from inbox.models import Conversation
from scheduling.models import Offer

# Later, "now" would be another moment, and what was on offer may be gone.
LONGEST_PAUSE = timedelta(minutes=10)


def begin(dialogue: Dialogue, seq: int, at: datetime) -> datetime:
    """Note that a turn begins, undo what one left that did not end, and return the turn's now.

    `seq` is the burst. Runs inside `tenant()`, by whoever holds the lease.
    """
    conversation = dialogue.conversation
    began = dialogue.turn_began_at
    if began and began <= at <= began + LONGEST_PAUSE:
        # Killed, or dropped because the customer wrote again: nobody has seen its offers.
        put_back_offers(conversation, set(dialogue.turn_offers), began)
        if dialogue.turn_seq == seq:
            return began
    forget(conversation)
    dialogue.turn_seq, dialogue.turn_began_at = seq, at
    dialogue.turn_offers = sorted(open_offers(conversation))
    dialogue.save(update_fields=["turn_seq", "turn_began_at", "turn_offers"])
    return at


def open_offers(conversation: Conversation) -> set[int]:
    offers = conversation.offers.filter(state=Offer.State.OPEN)
    return set(offers.values_list("pk", flat=True))


def put_back_offers(conversation: Conversation, before: set[int], since: datetime) -> None:
    """Withdraw what was offered since, and let the times that the customer saw stand again.

    A turn that offered nothing leaves all as it is: a person may have sent or booked other times
    meanwhile.
    """
    offers = conversation.offers
    opened = offers.filter(state=Offer.State.OPEN, created_at__gte=since).exclude(pk__in=before)
    if opened.update(state=Offer.State.WITHDRAWN):
        offers.filter(pk__in=before, state=Offer.State.WITHDRAWN).update(state=Offer.State.OPEN)


def hash_of(request: dict[str, Any]) -> str:
    """Return the hash of a whole request."""
    said = json.dumps(request, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def keep(call: ClaudeCall, seq: int, number: int, request_hash: str, answer: Any) -> None:
    """Store what Claude answered in one round. Runs inside `tenant()`, with the call's cost."""
    kept = Completion.objects.filter(
        organization_id=call.organization_id, conversation_id=call.conversation_id
    )
    # Another answer than before in this round makes what followed the earlier one worthless.
    kept.filter(seq=seq, round__gte=number).delete()
    Completion.objects.create(
        organization_id=call.organization_id,
        conversation_id=call.conversation_id,
        seq=seq,
        round=number,
        request_hash=request_hash,
        # As text, which keeps the order of its parts and takes any character.
        answer=json.dumps(answer),
        call=call,
    )


def find(conversation: Conversation, seq: int, number: int, request_hash: str) -> Completion | None:
    """Return what an earlier attempt was answered to this very request. Inside `tenant()`."""
    return (
        Completion.objects.filter(
            organization_id=conversation.organization_id,
            conversation_id=conversation.pk,
            seq=seq,
            round=number,
            request_hash=request_hash,
        )
        .select_related("call")
        .first()
    )


def forget(conversation: Conversation) -> None:
    """Remove what was kept: the turn is over, or another one begins. Runs inside `tenant()`."""
    Completion.objects.filter(
        organization_id=conversation.organization_id, conversation_id=conversation.pk
    ).delete()
