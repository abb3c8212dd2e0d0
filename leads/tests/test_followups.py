"""Writing again later: when it is sent, and when a member is told instead."""

from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from inbox import handover, work
from inbox.models import Channel, Contact, Conversation, Message
from inbox.receiving import receive
from inbox.tests.factories import ChannelFactory, incoming_message
from leads import followups, tasks
from leads.models import FollowUp
from organizations.models import Organization
from organizations.tenancy import tenant


@pytest.fixture
def channel(db):
    return ChannelFactory()


@pytest.fixture
def conversation(channel):
    with tenant(channel.organization):
        return receive(channel, incoming_message(body="Write to me tonight")).conversation


def plan(conversation, hours=2, text="You asked me to write again. Shall we go on?") -> FollowUp:
    with tenant(conversation.organization_id):
        return followups.plan(
            conversation, now() + timedelta(hours=hours), text, "wants to go on tonight"
        )


def send_later(planned) -> FollowUp:
    with time_machine.travel(planned.due_at + timedelta(seconds=1)):
        tasks.send_follow_up(planned.organization_id, planned.pk)
    with tenant(planned.organization_id):
        planned.refresh_from_db()
    return planned


def written(conversation) -> list[str]:
    with tenant(conversation.organization_id):
        sent = Message.objects.filter(direction="out", author_kind="assistant")
        return list(sent.values_list("body", flat=True))


def events(conversation) -> list[str]:
    with tenant(conversation.organization_id):
        rows = conversation.messages.filter(direction="event").order_by("pk")
        return [row.payload["event"] for row in rows]


def test_it_is_sent_when_its_time_has_come_and_only_once(conversation):
    planned = plan(conversation)

    send_later(planned)
    found = send_later(planned)

    assert found.state == FollowUp.State.SENT
    assert written(conversation) == ["You asked me to write again. Shall we go on?"]


def test_nothing_is_sent_before_its_time(conversation):
    planned = plan(conversation)

    tasks.send_follow_up(planned.organization_id, planned.pk)

    assert written(conversation) == []


def test_a_customer_who_wrote_since_gets_none(conversation, channel):
    planned = plan(conversation)
    with tenant(channel.organization):
        receive(channel, incoming_message(body="Here I am", wamid="wamid.2"))

    found = send_later(planned)

    assert (found.state, found.reason) == ("dropped", "wrote_since")
    assert written(conversation) == []


def test_who_wants_no_more_messages_gets_none(conversation):
    planned = plan(conversation)
    with tenant(planned.organization_id):
        Contact.objects.update(opted_out_at=now())

    found = send_later(planned)

    assert (found.state, found.reason) == ("dropped", "opted_out")
    assert written(conversation) == []


def test_after_24_hours_a_member_is_told_instead(conversation):
    planned = plan(conversation, hours=30)

    found = send_later(planned)

    with tenant(planned.organization_id):
        waiting = list(Conversation.objects.waiting_for_a_person())
    assert (found.state, found.reason) == ("left", "window")
    assert written(conversation) == []
    assert [it.pk for it in waiting] == [conversation.pk]
    assert "follow_up_due" in events(conversation)


def test_with_a_person_in_charge_it_is_theirs_to_write(conversation, channel):
    planned = plan(conversation)
    with tenant(channel.organization):
        handover.take_over(conversation, channel.organization.owner)

    found = send_later(planned)

    assert (found.state, found.reason) == ("left", "person")
    assert written(conversation) == []


@pytest.mark.parametrize("reason", ["paused", "off", "meta_agent"])
def test_a_silent_assistant_leaves_it_to_a_person(conversation, channel, reason):
    planned = plan(conversation)
    if reason == "paused":
        Organization.objects.update(assistant_paused=True)
    with tenant(channel.organization):
        if reason == "off":
            Channel.objects.update(assistant_mode="off")
        if reason == "meta_agent":
            Conversation.objects.update(meta_agent_since=now())

    found = send_later(planned)

    assert (found.state, found.reason) == ("left", reason)
    assert written(conversation) == []


def test_a_reason_for_silence_has_its_word_here_too():
    silent = {value for value in work.Silence.values if value}

    assert silent <= set(FollowUp.Reason.values)


def test_one_that_fails_keeps_no_other_from_its_time(conversation, monkeypatch):
    planned = plan(conversation)
    tried = []

    def fail(organization_id, follow_up_id):
        tried.append(follow_up_id)
        raise RuntimeError

    monkeypatch.setattr(tasks, "send_follow_up", fail)
    monkeypatch.setattr(tasks.followups, "due", lambda organization: [planned.pk, planned.pk + 1])

    tasks.send_due_follow_ups(planned.organization_id)

    assert tried == [planned.pk, planned.pk + 1]


def test_a_second_plan_replaces_the_first(conversation):
    first = plan(conversation)
    second = plan(conversation, hours=3)

    with tenant(first.organization_id):
        first.refresh_from_db()
    assert (first.state, first.reason) == ("dropped", "replaced")
    assert second.state == "planned"


@pytest.mark.parametrize("when", [timedelta(minutes=1), timedelta(days=61), -timedelta(hours=1)])
def test_the_time_lies_between_five_minutes_and_sixty_days(conversation, when):
    with tenant(conversation.organization_id), pytest.raises(followups.OutOfRange):
        followups.plan(conversation, now() + when, "Hello", "x")


def test_what_a_killed_worker_left_behind_is_sent_by_the_next_look(conversation, run_queue):
    planned = plan(conversation)

    with time_machine.travel(planned.due_at + timedelta(minutes=1)):
        from django_q.models import OrmQ

        OrmQ.objects.all().delete()
        tasks.look_for_follow_ups()
        ran = run_queue(only="leads.tasks.send_due_follow_ups")

    assert ran == ["leads.tasks.send_due_follow_ups"]
    assert len(written(conversation)) == 1
