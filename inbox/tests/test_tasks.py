import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from inbox import receiving, tasks
from inbox.models import (
    ChannelRoute,
    Contact,
    Conversation,
    ConversationWork,
    Message,
    WebhookEvent,
    WebhookItem,
)
from inbox.tests.factories import ChannelFactory, MessageFactory
from inbox.tests.payloads import (
    delivery,
    delivery_of,
    event_of,
    message,
    post,
    status,
    text,
    value,
)
from organizations.tenancy import tenant


def process(body: bytes) -> WebhookEvent:
    event = event_of(body)
    tasks.process_event(event.pk)
    event.refresh_from_db()
    return event


def again(event: WebhookEvent) -> WebhookEvent:
    """Let the event's time for another attempt come, and run it."""
    WebhookEvent.objects.filter(pk=event.pk).update(next_attempt_at=now())
    tasks.process_event(event.pk)
    event.refresh_from_db()
    return event


def bodies(channel) -> list[str]:
    with tenant(channel.organization) as organization:
        messages = organization.messages.spoken().order_by("pk")
        return list(messages.values_list("body", flat=True))


def ends(event: WebhookEvent) -> list[tuple[str, str, str]]:
    items = event.items.order_by("position")
    return list(items.values_list("kind", "state", "reason"))


@pytest.fixture
def channel(db):
    return ChannelFactory()


def test_delivery_becomes_a_message_and_says_where_it_went(channel):
    event = process(delivery_of(channel, text("Hello")))

    [item] = event.items.all()
    assert (event.state, event.attempts, event.reason) == ("processed", 1, "")
    assert (item.kind, item.state, item.organization_id) == (
        "message",
        "processed",
        channel.organization_id,
    )
    with tenant(channel.organization):
        stored = Message.objects.get(pk=item.message_id)
    assert (stored.body, stored.conversation_id) == ("Hello", item.conversation_id)


def test_twenty_identical_deliveries_make_one_message(channel, client, run_queue):
    body = delivery_of(channel, text("Hello"))
    for _time in range(20):
        assert post(client, body) == 200

    run_queue(only="inbox.tasks.process_event")

    assert bodies(channel) == ["Hello"]
    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {"processed"}
    assert ConversationWork.objects.get().seq_in == 1


def test_processed_event_is_not_processed_again(channel):
    event = process(delivery_of(channel, text()))

    tasks.process_event(event.pk)

    event.refresh_from_db()
    assert event.attempts == 1


def test_event_that_another_worker_has_claimed_is_left_alone(channel):
    event = event_of(delivery_of(channel, text()))
    WebhookEvent.objects.update(next_attempt_at=now() + tasks.EVENT_LEASE)

    tasks.process_event(event.pk)

    assert bodies(channel) == []


def test_whole_batch_is_processed_item_by_item(channel):
    other = ChannelFactory()
    body = delivery(
        value(channel, messages=[text("One", "a"), text("Two", "b")]),
        value(other, messages=[text("Three", "c")]),
        value(channel, statuses=[status("wamid.OUT", "sent")]),
    )

    event = process(body)

    assert [end[:2] for end in ends(event)] == [
        ("message", "processed"),
        ("message", "processed"),
        ("message", "processed"),
        ("status", "processed"),
    ]
    assert (bodies(channel), bodies(other)) == (["One", "Two"], ["Three"])


def test_unknown_number_is_dead_and_can_be_replayed_once_it_is_known(db, run_queue):
    event = process(delivery_of("305999", text("Hello")))
    first = (event.state, ends(event), event.reason)
    channel = ChannelFactory(phone_number_id="305999")

    call_command("replay_webhooks", "--state", "dead", stdout=StringIO())
    run_queue(only="inbox.tasks.process_event")

    event.refresh_from_db()
    assert first == (
        "dead",
        [("message", "dead", "unknown_number")],
        "1 of 1: unknown_number",
    )
    assert (event.state, bodies(channel)) == ("processed", ["Hello"])


def test_known_numbers_of_a_batch_do_not_suffer_from_an_unknown_one(channel):
    body = delivery(
        value("305999", messages=[text("Lost", "a")]), value(channel, messages=[text("Kept", "b")])
    )

    event = process(body)

    assert (event.state, bodies(channel)) == ("dead", ["Kept"])


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'{"entry":1}'])
def test_malformed_body_is_taken_and_ends_dead_with_its_reason(db, client, run_queue, body):
    assert post(client, body) == 200

    run_queue()

    event = WebhookEvent.objects.get()
    assert (event.state, bytes(event.body)) == ("dead", body)
    assert event.reason.startswith("The body")


def test_delivery_with_nothing_inside_is_processed(db):
    assert process(delivery()).state == "processed"


def test_message_without_a_sender_is_dead_with_its_reason(channel):
    anonymous = message("text", {"body": "Hi"}, **{"from": None, "from_user_id": None})
    event = process(delivery(value(channel, contacts=[], messages=[anonymous])))

    assert ends(event) == [("message", "dead", "no_sender")]
    assert event.items.get().organization_id == channel.organization_id


@pytest.mark.parametrize(
    "field",
    ["message_template_status_update", "account_update", "phone_number_quality_update", "new"],
)
def test_news_about_templates_and_accounts_is_kept(db, field):
    event = process(delivery({"event": "APPROVED"}, field=field))

    assert (event.state, ends(event)) == ("processed", [("change", "processed", "")])


def test_failing_item_comes_again_later_and_the_others_are_not_done_twice(channel, monkeypatch):
    seen = []
    receive = receiving.receive

    def fail_once(channel, incoming):
        seen.append(incoming.body)
        if incoming.body == "Bad" and seen.count("Bad") == 1:
            raise ZeroDivisionError
        return receive(channel, incoming)

    monkeypatch.setattr(receiving, "receive", fail_once)
    event = process(delivery_of(channel, text("Bad", "a"), text("Good", "b")))
    first = (event.state, ends(event), bodies(channel))
    early = event.next_attempt_at
    again(event)

    assert first == (
        "received",
        [("message", "retry", "failed"), ("message", "processed", "")],
        ["Good"],
    )
    assert timedelta(seconds=5) < early - now() <= timedelta(seconds=10)
    assert (event.state, seen) == ("processed", ["Bad", "Good", "Bad"])
    assert bodies(channel) == ["Good", "Bad"]


def test_item_that_fails_eight_times_is_dead(channel, monkeypatch):
    def fail(channel, incoming):
        raise ZeroDivisionError

    monkeypatch.setattr(receiving, "receive", fail)
    event = process(delivery_of(channel, text()))
    for _time in range(tasks.MAX_ATTEMPTS - 1):
        assert event.state == "received"
        again(event)

    assert (event.state, event.attempts) == ("dead", tasks.MAX_ATTEMPTS)
    assert ends(event) == [("message", "dead", "failed")]


def test_event_that_kills_its_workers_is_dead_after_as_many_claims(channel):
    event = event_of(delivery_of(channel, text()))
    WebhookEvent.objects.update(attempts=tasks.MAX_ATTEMPTS)

    tasks.process_event(event.pk)

    event.refresh_from_db()
    assert (event.state, bodies(channel)) == ("dead", [])


def test_error_of_one_item_leaves_nothing_half_done(channel, monkeypatch):
    receive_message = receiving.receive_message

    def fail_at_the_end(channel, incoming):
        receive_message(channel, incoming)
        raise ZeroDivisionError

    monkeypatch.setattr(receiving, "receive_message", fail_at_the_end)
    process(delivery_of(channel, text()))

    with tenant(channel.organization):
        assert (Message.objects.count(), Contact.objects.count()) == (0, 0)
    assert {SignedPackage.loads(task.payload)["func"] for task in OrmQ.objects.all()} == {
        "inbox.tasks.process_event"
    }


def test_long_delivery_goes_on_in_another_run(channel, monkeypatch, run_queue):
    monkeypatch.setattr(tasks, "LONGEST_RUN_SECONDS", -1)
    event = process(delivery_of(channel, text("One", "a"), text("Two", "b")))
    unfinished = (event.state, event.attempts, bodies(channel))
    monkeypatch.setattr(tasks, "LONGEST_RUN_SECONDS", 60)

    run_queue(only="inbox.tasks.process_event")

    assert unfinished == ("received", 0, [])
    assert bodies(channel) == ["One", "Two"]


@pytest.mark.parametrize(
    ("attempts", "low", "high"), [(1, 7.5, 10), (2, 15, 20), (4, 60, 80), (8, 675, 900)]
)
def test_backoff_doubles_up_to_a_quarter_of_an_hour(attempts, low, high):
    assert low <= tasks.backoff(attempts).total_seconds() <= high


def test_hostile_text_is_stored_without_harm(channel):
    raw = b'{"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"'
    raw += channel.phone_number_id.encode()
    raw += rb'"},"contacts":[{"profile":{"name":"E\u0000\ud800\u202eleni"},"wa_id":"35799123456"}],'
    raw += rb'"messages":[{"from":"35799123456","id":"wamid.H","timestamp":"1","type":"text",'
    raw += rb'"\u0000":1e999,"text":{"body":"\u0000\udfff \u202e\u0639\ud83c\udfe0"}}]}}]}]}'

    event = process(raw)

    assert event.state == "processed"
    assert bodies(channel) == ["\ufffd \u202eع🏠"]
    with tenant(channel.organization):
        assert Contact.objects.get().name == "E\ufffdleni"


def test_body_of_three_megabytes_is_processed(channel, settings):
    long = "x" * (settings.WEBHOOK_BODY_LIMIT - 2000)

    event = process(delivery_of(channel, text(long)))

    assert event.state == "processed"
    assert [len(body) for body in bodies(channel)] == [65_536]


def test_wamid_of_another_organization_is_only_a_wamid(channel):
    theirs = MessageFactory(wamid="wamid.SHARED")

    process(delivery_of(channel, text("Mine", "wamid.SHARED")))

    assert bodies(channel) == ["Mine"]
    assert bodies(theirs.channel) == ["Is the flat still free?"]


def test_route_decides_whose_it_is(channel):
    """The number in the metadata leads to the channel; nothing else in the body does."""
    victim = ChannelFactory()
    body = delivery(value(channel, messages=[text("Hi")], organization=victim.organization_id))

    process(body)

    assert (bodies(channel), bodies(victim)) == (["Hi"], [])
    assert ChannelRoute.objects.count() == 2


def test_one_message_costs_few_queries(channel):
    process(delivery_of(channel, text("First", "a")))
    event = event_of(delivery_of(channel, text("Second", "b")))

    with CaptureQueriesContext(connection) as queries:
        tasks.process_event(event.pk)

    kinds = [query["sql"].split()[0] for query in queries]
    assert len([kind for kind in kinds if kind in ("SELECT", "INSERT", "UPDATE")]) <= 40


def test_two_workers_with_the_same_event_store_it_once(transactional_db):
    channel = ChannelFactory()
    body = delivery_of(channel, *[text(str(n), f"wamid.{n}") for n in range(5)])
    events = [event_of(body) for _ in range(3)]
    failures, ready = [], threading.Barrier(6)

    def run(event) -> None:
        try:
            ready.wait()
            tasks.process_event(event.pk)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(event,)) for event in events * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert sorted(bodies(channel)) == ["0", "1", "2", "3", "4"]
    assert ConversationWork.objects.get().seq_in == 5
    states = WebhookEvent.objects.values_list("state", "attempts")
    assert sorted(states) == [("processed", 1)] * 3


# Sweep


def test_sweep_wakes_an_event_that_nobody_processes(channel, run_queue):
    event_of(delivery_of(channel, text("Hello")))
    WebhookEvent.objects.update(next_attempt_at=now() - timedelta(seconds=20))

    tasks.sweep()
    tasks.sweep()

    assert OrmQ.objects.count() == 1
    run_queue(only="inbox.tasks.process_event")
    assert bodies(channel) == ["Hello"]


def test_sweep_leaves_alone_what_is_young_done_or_leased(channel):
    process(delivery_of(channel, text()))
    event_of(delivery_of(channel, text(wamid="wamid.YOUNG")))
    ConversationWork.objects.update(
        due_at=now() - timedelta(minutes=1), lease_until=now() + timedelta(minutes=1)
    )
    OrmQ.objects.all().delete()

    tasks.sweep()

    assert OrmQ.objects.count() == 0


@pytest.mark.parametrize("lease_until", [None, timedelta(seconds=-1)])
def test_sweep_wakes_due_conversations_whose_worker_died(channel, lease_until):
    process(delivery_of(channel, text()))
    ConversationWork.objects.update(
        due_at=now() - timedelta(minutes=1),
        lease_until=lease_until and now() + lease_until,
    )
    OrmQ.objects.all().delete()

    tasks.sweep()
    tasks.sweep()

    assert OrmQ.objects.count() == 1


def test_sweep_wakes_again_after_half_a_minute(channel):
    event_of(delivery_of(channel, text()))
    old = now() - timedelta(minutes=5)
    WebhookEvent.objects.update(next_attempt_at=old, nudged_at=now() - timedelta(seconds=31))

    tasks.sweep()

    assert OrmQ.objects.count() == 1


def test_only_one_sweep_runs_at_a_time(transactional_db):
    event_of(b"{}")
    WebhookEvent.objects.update(next_attempt_at=now() - timedelta(minutes=1))
    with connections["support"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [tasks.SWEEP_LOCK])
        tasks.sweep()
        meanwhile = OrmQ.objects.count()
        cursor.execute("SELECT pg_advisory_unlock(%s)", [tasks.SWEEP_LOCK])

    tasks.sweep()

    assert (meanwhile, OrmQ.objects.count()) == (0, 1)


# Commands


def replay(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("replay_webhooks", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_replay_adds_only_what_is_missing(channel, run_queue):
    event = process(delivery_of(channel, text("Kept", "a"), text("Lost", "b")))
    with tenant(channel.organization):
        Message.objects.filter(body="Lost").delete()

    replay("--id", str(event.pk))
    run_queue(only="inbox.tasks.process_event")

    assert bodies(channel) == ["Kept", "Lost"]
    assert ConversationWork.objects.get().seq_in == 3


def test_dry_run_only_says_which_ones(channel):
    event = process(delivery_of(channel, text()))
    OrmQ.objects.all().delete()

    [line] = replay("--since", (now() - timedelta(hours=1)).isoformat(), "--dry-run")

    assert line.startswith(f"event {event.pk} ")
    assert line.endswith(" processed")
    assert OrmQ.objects.count() == 0


def test_replay_of_a_state_leaves_others_alone(channel):
    process(delivery_of(channel, text()))
    dead = process(b"{")

    lines = replay("--state", "dead")

    assert [line.split()[1] for line in lines] == [str(dead.pk)]
    assert WebhookEvent.objects.filter(state="received").count() == 1


@pytest.mark.parametrize("arguments", [[], ["--since", "yesterday"], ["--since", "2026-11-24"]])
def test_replay_asks_which_ones(db, arguments):
    with pytest.raises(CommandError):
        replay(*arguments)


def test_items_of_an_event_go_with_it(channel):
    event = process(delivery_of(channel, text()))

    event.delete()

    assert WebhookItem.objects.count() == 0
    with tenant(channel.organization):
        assert Conversation.objects.count() == 1
