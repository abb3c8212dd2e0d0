from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from inbox import handover, sending, statuses, tasks, trace_wording, tracing, work
from inbox.briefing import Briefing
from inbox.models import (
    Channel,
    Contact,
    Conversation,
    ConversationWork,
    HandOver,
    Message,
    OutboundWork,
    WebhookEvent,
    WebhookItem,
)
from inbox.templatetags.conversations import why_in_words
from inbox.tests.factories import ChannelFactory
from inbox.tests.payloads import delivery_of, event_of, text
from inbox.whatsapp import errors
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
    """The middle lines without times, words and details: which thing each is about."""
    return [line.rsplit("[", 1)[1].split(":")[0].rstrip("]") for line in told(lines)]


def told(lines: list[str]) -> list[str]:
    return [line for line in lines if line.endswith("]")]


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
    assert lines[-1] == "=> The last answer reached the customer's phone."


def test_trace_shows_under_which_id_the_logs_tell_of_each_step(channel):
    WebhookEvent.objects.update(correlation_id=ID)
    ConversationWork.objects.update(correlation_id=ID)
    answer = reply(channel)
    OutboundWork.objects.update(correlation_id=ID)

    lines = trace("wamid.SOUGHT")

    with_id = [line for line in told(lines) if f"correlation={ID}" in line]
    assert steps(with_id) == [
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

    assert lines[-1].startswith("=> The last answer was not sent. The message could not be")


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
        elif name == "history":
            Message.objects.update(is_history=True)
        elif name == "group":
            Message.objects.update(payload={"group_id": "HX8"})
        elif name == "off":
            Channel.objects.update(assistant_mode="off")
        elif name == "stopped":
            Channel.objects.update(account_state="disabled")
        elif name == "opted out":
            Contact.objects.update(opted_out_at=now())
        elif name == "meta agent":
            Conversation.objects.update(meta_agent_since=now())
        elif name == "leased":
            ConversationWork.objects.update(lease_until=now())


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("taken over", "A person is in charge of the conversation. A member took the"),
        ("paused", "The assistant is paused for the whole organization."),
        ("off", "The assistant is switched off here, or at this hour."),
        ("stopped", "WhatsApp has stopped this number."),
        ("opted out", "The customer asked for no more messages."),
        ("meta agent", "Meta's own agent answers this customer."),
        ("idle", "The assistant found nothing to answer."),
        ("dead", "The assistant failed on every attempt."),
        ("stale", "The message arrived too late to be answered by the assistant."),
        ("group", "The message was written in a WhatsApp group, where the assistant"),
        ("history", "The message is from the time before the number was connected."),
        ("leased", "The assistant makes an answer, until"),
        ("due", "The assistant's answer is due at"),
    ],
)
def test_trace_says_why_nothing_was_sent(channel, name, reason):
    silence(name, channel)

    assert trace("wamid.SOUGHT")[-1].startswith(f"=> Nothing was sent. {reason}")


def test_trace_finds_a_message_that_never_left_its_delivery(channel):
    process(delivery_of("305999", text("Hello", "wamid.LO/ST")))

    lines = trace("wamid.LO/ST")

    assert lines[-1] == "=> wamid.LO/ST is in no conversation. Deliveries that hold it: 1."
    assert "A message in it was not stored. No channel has this number. [item" in lines[1]


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

    text = "\n".join(trace("wamid.SOUGHT"))

    assert "reason=legal rule=legal" in text
    assert f"ended: how=handed_back by={owner.pk}" in text
    assert SECRET_WORDS not in text
    assert "People were asked: A legal question came up, which is left to people." in text
    assert "The assistant got the conversation back." in text


# What becomes of an answer


def change_answer(channel, outbound: dict, **fields) -> Message:
    answer = reply(channel)
    with tenant(channel.organization):
        Message.objects.filter(pk=answer.pk).update(**fields)
        OutboundWork.objects.filter(pk=answer.pk).update(**outbound)
    return answer


def test_an_answer_that_nobody_confirms_is_called_uncertain(channel):
    change_answer(
        channel,
        {"state": "uncertain", "posting_at": now(), "uncertain_since": now()},
        status="uncertain",
    )

    lines = trace("wamid.SOUGHT")

    assert lines[-1] == (
        "=> WhatsApp has not confirmed the last answer. We wait two minutes for WhatsApp's word, "
        "then it goes once more or a person decides."
    )
    assert any("WhatsApp's answer was lost, so nobody knows" in line for line in lines)


def test_an_uncertain_answer_that_was_given_up_is_left_to_a_person(channel):
    change_answer(channel, {"state": "done", "posting_at": now()}, status="uncertain")

    assert trace("wamid.SOUGHT")[-1] == (
        "=> WhatsApp has not confirmed the last answer. Nobody knows whether the customer has it: "
        "a person decides whether it goes again."
    )


def test_an_answer_that_went_once_more_is_told_as_perhaps_sent_twice(channel):
    change_answer(
        channel,
        {"state": "done", "posting_at": now(), "resent_at": now()},
        status="sent",
        wamid="wamid.TWICE",
        possibly_sent_twice=True,
    )

    lines = trace("wamid.SOUGHT")

    assert lines[-1].endswith(" The customer may have got it twice.")
    assert any("No word came from WhatsApp, so it goes once more" in line for line in lines)


@pytest.mark.parametrize(
    ("status", "why"),
    [("failed", "WhatsApp has stopped this number."), ("cancelled", "A person took over.")],
)
def test_an_answer_that_was_stopped_says_why(channel, status, why):
    change_answer(channel, {"state": "done", "claimed_at": now()}, status=status, failure_text=why)

    assert trace("wamid.SOUGHT")[-1].endswith(f" {why}")


def test_a_customer_who_wrote_after_the_last_answer_is_told_as_unanswered(channel):
    change_answer(channel, {"state": "done"}, status="sent", wamid="wamid.OUT")
    process(delivery_of(channel, text("And the price?", "wamid.LATER")))
    with tenant(channel.organization):
        Conversation.objects.update(meta_agent_since=now())
        code = Conversation.objects.get().code

    assert trace(str(code))[-1] == (
        "=> Nothing was sent since the last message. Meta's own agent answers this customer."
    )
    assert trace("wamid.SOUGHT")[-1].startswith("=> WhatsApp took the last answer.")


def test_how_things_stand_now_is_told(channel):
    with tenant(channel.organization):
        Contact.objects.update(opted_out_at="2026-03-06T09:30:00Z")
        Channel.objects.update(account_state="restricted", status="broken")
        Organization.objects.update(timezone="Asia/Nicosia", assistant_paused=True)
        standing = tracing.story(Conversation.objects.get()).standing

    assert standing[:5] == [
        "The assistant is in charge.",
        "The customer asked for no more messages on 6 Mar 2026, 11:30:00 EET.",
        "The assistant is paused for the whole organization.",
        "The number: Restricted by WhatsApp.",
        "The number: Needs to be reconnected.",
    ]


def test_the_page_tells_local_times_and_keeps_utc_beside_them(channel, client):
    Organization.objects.update(timezone="Asia/Nicosia")
    WebhookEvent.objects.update(received_at="2026-03-06T22:30:05Z")
    client.force_login(channel.organization.owner.user)
    with tenant(channel.organization):
        code = Conversation.objects.get().code

    page = client.get(f"/{channel.organization.slug}/inbox/{code}/trace/").content.decode()

    assert (
        '<time datetime="2026-03-06T22:30:05Z" title="2026-03-06 22:30:05 UTC">00:30:05 '
        '<span class="zone">EET</span></time>'
    ) in page
    assert "Saturday, 7 March 2026" in page
    assert SECRET_WORDS not in page


# Every value has words


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (trace_wording.DELIVERIES, WebhookEvent.State),
        (trace_wording.ITEM_KINDS, WebhookItem.Kind),
        (trace_wording.ITEM_ENDS, WebhookItem.State),
        (trace_wording.AUTHORS, Message.Author),
        (trace_wording.ENDS, Message.Status),
        (trace_wording.OUTBOUND, OutboundWork.State),
        (trace_wording.WORK, ConversationWork.State),
        (trace_wording.REASONS, Conversation.HandOverReason),
        (trace_wording.RESOLUTIONS, HandOver.Resolution),
    ],
    ids=lambda value: getattr(value, "__qualname__", ""),
)
def test_every_state_and_reason_has_words(table, values):
    assert {str(key) for key in table} == set(values.values)
    assert [key for key, words in table.items() if len(str(words)) < 10] == []


def test_every_reason_for_silence_and_for_an_item_is_a_sentence():
    labels = [*work.Silence.labels, *WebhookItem.Reason.labels]

    assert [label for label in map(str, labels) if label and not label.endswith(".")] == []


def test_the_words_of_turns_cover_every_end_of_a_turn():
    runs = Conversation._meta.get_field("runs").related_model

    assert set(trace_wording.OUTCOMES) == set(runs.Outcome.values)
    assert set(trace_wording.DROPS) == set(runs.DropReason.values) - {""}
    assert {each.reason for each in work.DraftDropped.__subclasses__()} == set(trace_wording.DROPS)


def test_every_reason_of_a_hand_over_has_a_sentence_in_the_thread():
    reasons = set(Conversation.HandOverReason.values) - {""}
    said = {reason: str(why_in_words(HandOver(reason=reason))) for reason in reasons}

    assert {reason for reason, words in said.items() if not words.endswith(".")} == set()


@pytest.mark.parametrize("code", sorted(errors.ACCOUNT | errors.PERMISSION | errors.TOKEN))
def test_every_code_that_stops_a_number_has_words(code):
    assert errors.plain_words(code).endswith(".")
