"""Playing real conversations again with another version of the assistant, before it goes live.

Each customer says the same as then, to an imagined double of themselves (assistant/sandbox.py);
the version's own replies stand between. Listings, notes, calendars and the clock are today's, so a
reply can also differ because those have changed. Only conversations of the same agency are played.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.utils.timezone import now

from assistant import playing
from assistant.models import AssistantVersion, PlaygroundTalk, Rehearsal, RehearsalCase, Run
from assistant.sandbox import Sandbox
from inbox.models import Conversation, Message
from leads.recording import known
from organizations import auditing
from organizations.models import Member, Organization
from organizations.queue import enqueue
from organizations.tenancy import tenant

logger = logging.getLogger(__name__)

TASK = "assistant.tasks.rehearse"
MOST_CONVERSATIONS = 50
MOST_BURSTS = 12
# Copies of a conversation, kept for 90 days, must be gone before it is.
OLDEST = timedelta(days=365)
LEASE = timedelta(minutes=4)
# A task may take 90 seconds; one turn with Claude takes at most 40.
WORKING_TIME = timedelta(seconds=40)


class NothingToRehearse(Exception):
    """No conversation has words of a customer that the assistant answered."""


def start(
    organization: Organization,
    version: AssistantVersion | None,
    conversations: Iterable[Conversation],
    by: Member | None,
    name: str = "",
    backend: str = PlaygroundTalk.Backend.USUAL,
) -> Rehearsal:
    """Begin a rehearsal, which a worker plays. Runs inside `tenant()`."""
    cases = [(c, turns) for c in conversations if (turns := list(_bursts(c)))]
    if not cases:
        raise NothingToRehearse
    rehearsal = Rehearsal.objects.create(
        organization=organization,
        name=name[:80],
        version=version,
        content=version.content if version else {},
        backend=backend,
        member=by,
        total=len(cases),
    )
    RehearsalCase.objects.bulk_create(
        RehearsalCase(
            organization=organization,
            rehearsal=rehearsal,
            conversation=conversation,
            position=position,
            turns=turns,
        )
        for position, (conversation, turns) in enumerate(cases, 1)
    )
    auditing.record(
        organization,
        "assistant.rehearsed",
        user=by.user if by else None,
        conversations=len(cases),
        version=str(version or ""),
    )
    enqueue(TASK, organization.pk, rehearsal.pk, cluster="bulk")
    return rehearsal


def latest(organization: Organization, count: int) -> list[Conversation]:
    """The conversations that the assistant answered last, at most `count`. Inside `tenant()`."""
    answered = organization.messages.filter(author_kind=Message.Author.ASSISTANT)
    found = organization.conversations.filter(
        pk__in=answered.values("conversation_id"), last_message_at__gte=now() - OLDEST
    )
    return list(found.select_related("contact").latest_first()[: min(count, MOST_CONVERSATIONS)])


def same_as(rehearsal: Rehearsal) -> list[Conversation]:
    """The conversations of an earlier rehearsal that are not too old by now."""
    cases = rehearsal.cases.filter(conversation__last_message_at__gte=now() - OLDEST)
    cases = cases.select_related("conversation__contact").order_by("position")
    return [case.conversation for case in cases]


def cancel(rehearsal: Rehearsal, by: Member) -> None:
    """Stop after the turn that is being played. Runs inside `tenant()`."""
    running = Rehearsal.objects.filter(
        organization=rehearsal.organization_id, pk=rehearsal.pk, state=Rehearsal.State.RUNNING
    )
    if running.update(state=Rehearsal.State.CANCELLED, finished_at=now()):
        auditing.record(rehearsal.organization, "assistant.rehearsal_cancelled", user=by.user)


def work_on(organization_id: int, rehearsal_id: int) -> None:
    """Play for a while, then queue the rest. Outside `tenant()`; only one run at a time plays."""
    rehearsal = _claim(organization_id, rehearsal_id)
    if rehearsal is None:
        return
    until = now() + WORKING_TIME
    while now() < until:
        if not _play_next(rehearsal):
            break
    with tenant(organization_id):
        mine = Rehearsal.objects.filter(organization=organization_id, pk=rehearsal_id)
        mine.update(lease_until=None)
        if mine.filter(state=Rehearsal.State.RUNNING).exists():
            enqueue(TASK, organization_id, rehearsal_id, cluster="bulk")


def summary(rehearsal: Rehearsal, cases: Iterable[RehearsalCase]) -> dict[str, int]:
    """How many turns there were, how many differ, how many a check refused or a person got."""
    turns = [turn for case in cases for turn in case.turns if "now" in turn]
    return {
        "turns": len(turns),
        "differ": sum(differs(turn) for turn in turns),
        "refused": sum(not passed(turn["now"]) for turn in turns),
        "refused_then": sum(not passed(turn["then"]) for turn in turns),
        "handed_over": sum(bool(turn["now"].get("handed_over")) for turn in turns),
        "handed_over_then": sum(bool(turn["then"].get("handed_over")) for turn in turns),
        "facts": sum(len(case.facts) for case in cases),
    }


def differs(turn: dict[str, Any]) -> bool:
    """Whether the version says something else than was said then."""
    return _plain(turn["then"].get("text", "")) != _plain(text_of(turn["now"]))


def text_of(told: dict[str, Any]) -> str:
    return "\n\n".join(reply["text"] for reply in told.get("replies", []))


def passed(told: dict[str, Any]) -> bool:
    return all(verdict["passed"] for verdict in told.get("verdicts", []))


def _claim(organization_id: int, rehearsal_id: int) -> Rehearsal | None:
    with tenant(organization_id) as organization:
        free = Q(lease_until=None) | Q(lease_until__lt=now())
        waiting = organization.rehearsals.filter(
            free, pk=rehearsal_id, state=Rehearsal.State.RUNNING
        )
        if not waiting.update(lease_until=now() + LEASE):
            return None
        rehearsal = organization.rehearsals.get(pk=rehearsal_id)
        rehearsal.organization = organization
        return rehearsal


def _play_next(rehearsal: Rehearsal) -> bool:
    """Play one turn, and end what is at its end; return whether there may be more."""
    organization = rehearsal.organization
    with tenant(organization):
        state = Rehearsal.objects.values_list("state", flat=True).get(pk=rehearsal.pk)
        if state != Rehearsal.State.RUNNING:
            return False
        waiting = rehearsal.cases.filter(is_done=False).select_related("conversation__contact")
        case = waiting.order_by("position").first()
        if case is None:
            _finish(rehearsal)
            return False
    turn = next((turn for turn in case.turns if "now" not in turn), None)
    try:
        if turn is not None:
            _play(rehearsal, case, turn)
        if turn is None or turn is case.turns[-1]:
            _end(rehearsal, case)
    except Exception:
        # One conversation that cannot be played must not keep the others from it.
        logger.exception("A conversation of rehearsal %s failed", rehearsal.pk)
        _give_up(rehearsal, case)
    return True


def _give_up(rehearsal: Rehearsal, case: RehearsalCase) -> None:
    with tenant(rehearsal.organization):
        left = RehearsalCase.objects.filter(pk=case.pk, is_done=False)
        if left.update(failed=True, is_done=True, rows=[]):
            Rehearsal.objects.filter(pk=rehearsal.pk).update(done=F("done") + 1)


def _play(rehearsal: Rehearsal, case: RehearsalCase, turn: dict[str, Any]) -> None:
    organization = rehearsal.organization
    sandbox = Sandbox(organization, case.rows or None)
    version = AssistantVersion(organization=organization, content=rehearsal.content)
    outcome = playing.answer(
        sandbox,
        *turn["said"],
        version=version,
        name=case.conversation.contact.name,
        only_builtin=rehearsal.backend == PlaygroundTalk.Backend.BUILTIN,
    )
    turn["now"] = outcome.as_json()
    case.rows = sandbox.as_json()
    with tenant(organization):
        case.save(update_fields=["turns", "rows"])
        Rehearsal.objects.filter(pk=rehearsal.pk).update(
            cost_usd=F("cost_usd") + Decimal(outcome.cost_usd), lease_until=now() + LEASE
        )


def _end(rehearsal: Rehearsal, case: RehearsalCase) -> None:
    """Compare the facts, and forget the imagined rows."""
    with tenant(rehearsal.organization):
        lead = getattr(case.conversation.contact, "lead", None)
        then = known(lead) if lead else {}
        played = [turn["now"]["known"] for turn in case.turns if "now" in turn]
        case.facts = playing.changes(then, played[-1] if played else {})
        case.rows, case.is_done = [], True
        case.save(update_fields=["facts", "rows", "is_done"])
        Rehearsal.objects.filter(pk=rehearsal.pk).update(done=F("done") + 1)


def _finish(rehearsal: Rehearsal) -> None:
    Rehearsal.objects.filter(pk=rehearsal.pk, state=Rehearsal.State.RUNNING).update(
        state=Rehearsal.State.DONE, finished_at=now()
    )


def _bursts(conversation: Conversation) -> Iterator[dict[str, Any]]:
    """What the customer said in a row, and what the assistant answered then."""
    said: list[str] = []
    bursts = 0
    lived = conversation.messages.spoken().filter(is_history=False)
    # In the order in which we knew of them: an answer follows what it answered.
    for message in lived.order_by("created_at", "pk"):
        if bursts == MOST_BURSTS:
            return
        if message.is_inbound:
            if message.body and not message.revoked_at:
                said.append(message.body)
        elif said and message.author_kind == Message.Author.ASSISTANT:
            yield {"said": said, "then": _then(message)}
            said, bursts = [], bursts + 1
        else:
            said = []


def _then(message: Message) -> dict[str, Any]:
    run = Run.objects.filter(message=message).first()
    return {
        "text": message.body,
        "backend": run.backend if run else "",
        "handed_over": bool(run and run.outcome == Run.Outcome.HANDED_OVER),
        "verdicts": run.verdicts if run else [],
        "cost_usd": str(run.cost_usd) if run else "0",
        "seconds": run.seconds if run else 0,
    }


def _plain(text: str) -> str:
    return " ".join(text.split())
