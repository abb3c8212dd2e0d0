import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils.timezone import now

from inbox import handover, thread
from inbox.models import Conversation, ConversationWork, Message, Signal
from inbox.tests.factories import ConversationFactory, queued_message
from inbox.tests.test_work import due_conversation, make_due_now
from organizations.models import Organization
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory


@pytest.fixture
def conversation(db):
    conversation = due_conversation()
    conversation.owner = owner_of(conversation)
    with tenant(conversation.organization):
        yield conversation


def owner_of(conversation):
    with tenant(conversation.organization) as organization:
        return organization.members.select_related("user").get(role="owner")


def events_of(conversation) -> list[dict]:
    messages = conversation.messages.filter(direction="event").order_by("pk")
    return [message.payload for message in messages]


def test_take_over_puts_a_member_in_charge(conversation):
    draft = queued_message(conversation)

    handover.take_over(conversation, conversation.owner)

    draft.refresh_from_db()
    found = Conversation.objects.select_related("work").get(pk=conversation.pk)
    assert (found.in_charge, found.hand_over_reason) == ("person", "taken_over")
    assert (found.assignee_id, found.takeover_seq) == (conversation.owner.pk, 1)
    assert (found.work.state, draft.status, draft.work.state) == ("idle", "cancelled", "done")
    assert found.waiting_since is not None
    assert events_of(conversation) == [{"event": "taken_over", "by": str(conversation.owner)}]
    assert Signal.objects.filter(object_code=conversation.code).exists()


def test_take_over_twice_by_the_same_member_changes_nothing(conversation):
    handover.take_over(conversation, conversation.owner)
    handover.take_over(conversation, conversation.owner)

    assert (conversation.takeover_seq, len(events_of(conversation))) == (1, 1)


def test_message_that_is_being_posted_is_not_cancelled(conversation):
    posting = queued_message(
        conversation, status="sending", work={"state": "sending", "posting_at": now()}
    )

    handover.take_over(conversation, conversation.owner)

    posting.refresh_from_db()
    assert posting.status == "sending"


def test_of_two_members_who_take_over_at_once_one_learns_that_the_other_did(transactional_db):
    conversation = due_conversation()
    members = [MemberFactory(organization=conversation.organization) for _ in range(2)]
    results, ready = [], threading.Barrier(2)

    def run(member) -> None:
        ready.wait()
        try:
            with tenant(conversation.organization_id):
                handover.take_over(Conversation.objects.get(pk=conversation.pk), member)
            results.append(member)
        except handover.AlreadyTakenOver as error:
            results.append(f"lost to {error.member.pk}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(member,)) for member in members]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    [winner] = [result for result in results if not isinstance(result, str)]
    assert f"lost to {winner.pk}" in results
    with tenant(conversation.organization):
        assert Conversation.objects.get(pk=conversation.pk).assignee_id == winner.pk


def test_hand_back_lets_the_assistant_answer_who_is_waiting(conversation):
    handover.take_over(conversation, conversation.owner)
    handover.hand_back(conversation, conversation.owner)

    row = ConversationWork.objects.get(pk=conversation.pk)
    assert (conversation.in_charge, conversation.assignee, row.state) == ("assistant", None, "due")
    assert conversation.takeover_seq == 2
    assert events_of(conversation)[-1]["event"] == "handed_back"


def test_hand_back_does_not_answer_what_arrived_too_late(conversation):
    handover.take_over(conversation, conversation.owner)
    Message.objects.filter(direction="in").update(is_stale=True)

    handover.hand_back(conversation, conversation.owner)

    assert ConversationWork.objects.get(pk=conversation.pk).state == "idle"


@pytest.mark.parametrize("reason", ["paused", "off", "opted_out"])
def test_hand_back_where_the_assistant_may_not_answer_is_refused(conversation, reason):
    handover.take_over(conversation, conversation.owner)
    if reason == "paused":
        Organization.objects.update(assistant_paused=True)
    elif reason == "off":
        conversation.channel.assistant_mode = "off"
        conversation.channel.save()
    else:
        conversation.contact.opted_out_at = now()
        conversation.contact.save()

    with pytest.raises(handover.AssistantUnavailable) as refusal:
        handover.hand_back(conversation, conversation.owner)

    assert refusal.value.reason == reason
    assert Conversation.objects.get(pk=conversation.pk).in_charge == "person"


def test_hand_over_shows_the_conversation_as_waiting_with_its_reason(conversation):
    handover.hand_over(conversation, "asked", "Wants to talk about the price.")

    assert list(Conversation.objects.waiting_for_a_person()) == [conversation]
    assert events_of(conversation) == [
        {"event": "handed_over", "reason": "asked", "text": "Wants to talk about the price."}
    ]
    assert ConversationWork.objects.get(pk=conversation.pk).state == "idle"


@pytest.mark.parametrize(("reason", "status"), [("asked", "queued"), ("unsent", "cancelled")])
def test_last_words_of_the_assistant_still_go_out_when_it_hands_over_itself(
    conversation, reason, status
):
    goodbye = queued_message(conversation, "A colleague will write to you.")

    handover.hand_over(conversation, reason)

    goodbye.refresh_from_db()
    assert goodbye.status == status


def test_hand_over_again_notes_the_newer_reason_without_a_second_line(conversation):
    handover.hand_over(conversation, "asked")
    handover.hand_over(conversation, "unsent")

    assert (conversation.hand_over_reason, conversation.takeover_seq) == ("unsent", 1)
    assert len(events_of(conversation)) == 1


def test_question_for_a_colleague_leaves_the_assistant_in_charge(conversation):
    handover.ask_colleague(conversation, "Is there a lift?")

    assert conversation.in_charge == "assistant"
    assert events_of(conversation) == [{"event": "asked_colleague", "text": "Is there a lift?"}]


def test_assigning_names_both_people(conversation):
    member = MemberFactory(organization=conversation.organization)

    handover.assign(conversation, member, by=conversation.owner)
    handover.assign(conversation, member, by=conversation.owner)
    handover.assign(conversation, None, by=conversation.owner)

    by = str(conversation.owner)
    assert events_of(conversation) == [
        {"event": "assigned", "by": by, "to": str(member)},
        {"event": "unassigned", "by": by},
    ]


def test_closing_drops_what_was_due_and_reopening_opens(conversation):
    handover.close(conversation, conversation.owner)
    row = ConversationWork.objects.get(pk=conversation.pk)
    closed = (conversation.status, conversation.waiting_since, row.state)
    handover.reopen(conversation, conversation.owner)

    assert closed == ("closed", None, "idle")
    assert conversation.status == "open"
    assert [event["event"] for event in events_of(conversation)] == ["closed", "reopened"]


def test_snoozed_conversation_wakes_when_its_time_has_come(conversation, run_queue, time_machine):
    until = now() + timedelta(hours=1)
    handover.snooze(conversation, conversation.owner, until)
    asleep = Conversation.objects.get(pk=conversation.pk).status
    time_machine.move_to(until + timedelta(seconds=1))

    run_queue(include_delayed=True, only="inbox.tasks.wake")

    assert asleep == "snoozed"
    assert Conversation.objects.get(pk=conversation.pk).status == "open"


def test_conversation_woken_by_the_customer_is_not_woken_again(conversation, run_queue):
    handover.snooze(conversation, conversation.owner, now() + timedelta(hours=1))
    handover.reopen(conversation)

    run_queue(include_delayed=True, only="inbox.tasks.wake")

    assert len(events_of(conversation)) == 2


def test_note_is_seen_by_members_only(db):
    conversation = ConversationFactory()

    with tenant(conversation.organization):
        note = thread.add_note(conversation, "Call her.", conversation.organization.owner)

        assert (note.direction, note.author, note.status) == (
            "note",
            conversation.organization.owner,
            "",
        )
        assert list(conversation.messages.spoken()) == []


def test_verbs_see_what_others_committed_meanwhile(conversation):
    stale = Conversation.objects.get(pk=conversation.pk)
    handover.take_over(conversation, conversation.owner)
    make_due_now(conversation)

    handover.hand_over(stale, "asked")

    assert (stale.in_charge, stale.takeover_seq) == ("person", 1)
