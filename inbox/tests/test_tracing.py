from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from inbox import handover, sending, statuses, tasks
from inbox.briefing import Briefing
from inbox.models import (
    Conversation,
    ConversationWork,
    Message,
    OutboundWork,
    WebhookEvent,
)
from inbox.tests.factories import ChannelFactory
from inbox.tests.payloads import delivery_of, event_of, text
from inbox.whatsapp.parsing import IncomingStatus
from organizations.models import AuditEntry, Organization
from organizations.tenancy import tenant

ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
SECRET_WORDS = "Is the flat by the sea still free?"


@pytest.fixture
def channel(transactional_db):
    """The trace looks through the support role, which sees only what is committed."""
    channel = ChannelFactory()
    process(delivery_of(channel, text(SECRET_WORDS, "wamid.SOUGHT")))
    return channel


def process(body: bytes) -> None:
    tasks.process_event(event_of(body).pk)


def trace(sought: str) -> list[str]:
    out = StringIO()
    call_command("trace", sought, stdout=out)
    return out.getvalue().splitlines()


def steps(lines: list[str]) -> list[str]:
    """The middle lines without times and details: which thing each is about."""
    return [line.split(" ", 2)[2].split(":")[0] for line in lines[2:-1]]


def reply(channel) -> Message:
    with tenant(channel.organization):
        conversation = Conversation.objects.get()
        return sending.queue_message(conversation, "Yes.", author_kind="assistant", answers_seq=1)


def test_trace_follows_a_message_from_the_delivery_to_its_ticks(channel):
    answer = reply(channel)
    with tenant(channel.organization):
        inbound = Message.objects.get(wamid="wamid.SOUGHT")
        statuses.apply_status(
            channel,
            IncomingStatus(
                wamid="wamid.OUT",
                status="delivered",
                at=now() + timedelta(seconds=1),
                callback_data=statuses.callback_data(answer.pk),
            ),
        )

    lines = trace("wamid.SOUGHT")

    assert lines[0].startswith("conversation ")
    assert lines[1].startswith("work: state=due seq_in=1")
    assert sorted(steps(lines)) == sorted(
        [
            f"event {event_number(lines)}",
            f"item {event_number(lines)}/0 message",
            f"message {inbound.pk} from the customer",
            f"message {answer.pk} by assistant",
            f"outbound {answer.pk}",
            f"status of {answer.pk}",
        ]
    )
    assert lines[-1] == f"=> The last answer, message {answer.pk}, is delivered."


def test_trace_shows_under_which_id_the_logs_tell_of_each_step(channel):
    WebhookEvent.objects.update(correlation_id=ID)
    ConversationWork.objects.update(correlation_id=ID)
    answer = reply(channel)
    OutboundWork.objects.update(correlation_id=ID)

    lines = trace("wamid.SOUGHT")

    told = [line for line in lines[2:-1] if f"correlation={ID}" in line]
    assert [line.split(" ", 2)[2].split(":")[0] for line in told] == [
        f"event {event_number(lines)}",
        f"outbound {answer.pk}",
    ]
    assert lines[1].endswith(f" correlation={ID}")


def event_number(lines: list[str]) -> str:
    return next(step.removeprefix("event ") for step in steps(lines) if step.startswith("event "))


def test_trace_never_shows_what_was_written(channel):
    reply(channel)

    assert SECRET_WORDS not in "\n".join(trace("wamid.SOUGHT"))
    assert "Eleni" not in "\n".join(trace("wamid.SOUGHT"))


def test_trace_finds_an_answer_by_a_wamid_that_only_a_status_told(channel):
    answer = reply(channel)
    with tenant(channel.organization):
        incoming = IncomingStatus(
            wamid="wamid.OUT",
            status="failed",
            at=now(),
            error_code=131026,
            callback_data=statuses.callback_data(answer.pk),
        )
        statuses.apply_status(channel, incoming)

    lines = trace("wamid.OUT")

    assert lines[-1].startswith(f"=> The last answer, message {answer.pk}, is failed: The message")


def test_trace_of_a_conversation_shows_all_its_messages(channel):
    process(delivery_of(channel, text("Hello?", "wamid.SECOND")))
    with tenant(channel.organization):
        code = Conversation.objects.get().code

    lines = trace(str(code))

    assert [step for step in steps(lines) if step.startswith("message ")].__len__() == 2


def silence(name, channel):
    with tenant(channel.organization) as organization:
        conversation = Conversation.objects.get()
        if name == "taken over":
            handover.take_over(conversation, organization.members.get())
        elif name == "paused":
            Organization.objects.update(assistant_paused=True)
        elif name == "idle":
            ConversationWork.objects.update(state="idle")
        elif name == "dead":
            ConversationWork.objects.update(state="dead")
        elif name == "stale":
            Message.objects.update(is_stale=True)
        elif name == "leased":
            ConversationWork.objects.update(lease_until=now())


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("taken over", "a person is in charge (taken_over)."),
        ("paused", "the assistant is paused for the whole organization."),
        ("idle", "the assistant found nothing to answer."),
        ("dead", "the assistant failed on every attempt."),
        ("stale", "the message arrived too late to be answered by the assistant."),
        ("leased", "an answer is being made until"),
        ("due", "an answer is due at"),
    ],
)
def test_trace_says_why_nothing_was_sent(channel, name, reason):
    silence(name, channel)

    assert trace("wamid.SOUGHT")[-1].startswith(f"=> Nothing was sent: {reason}")


def test_trace_finds_a_message_that_never_left_its_delivery(channel):
    process(delivery_of("305999", text("Hello", "wamid.LO/ST")))

    lines = trace("wamid.LO/ST")

    assert lines[0] == "wamid.LO/ST is in no conversation, but in 1 deliveries:"
    assert lines[2].endswith("message: state=dead reason=unknown_number")


@pytest.mark.parametrize("sought", ["wamid.NEVER", "00000000-0000-4000-8000-000000000000"])
def test_trace_of_nothing_says_so(channel, sought):
    with pytest.raises(CommandError):
        trace(sought)


def test_trace_leaves_a_line_in_the_audit_trail(channel):
    trace("wamid.SOUGHT")

    with tenant(channel.organization):
        assert AuditEntry.objects.filter(action="support.traced").count() == 1


def test_trace_names_who_was_asked_by_which_rule_and_how_it_ended(channel):
    with tenant(channel.organization) as organization:
        conversation = organization.conversations.get()
        owner = organization.members.get(role="owner")
        handover.hand_over(conversation, "legal", briefing=Briefing(subject="legal"))
        handover.hand_back(conversation, owner)

    told = "\n".join(trace("wamid.SOUGHT"))

    assert "reason=legal rule=legal" in told
    assert f"ended: how=handed_back by={owner.pk}" in told
    assert SECRET_WORDS not in told
