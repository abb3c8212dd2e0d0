import json

import pytest

from inbox import importing, tasks
from inbox.models import Conversation, Message, Signal
from inbox.tests.factories import ChannelFactory
from inbox.tests.payloads import BUSINESS, delivery, event_of, message, value
from organizations.tenancy import tenant

NUMBERS = [f"3579900{number:04}" for number in range(3)]


@pytest.fixture
def channel(db):
    return ChannelFactory()


def old(wamid: str, phone: str, body: str = "Old words", at: int = 1_790_000_000, **more) -> dict:
    return {
        "from": phone,
        "id": wamid,
        "timestamp": str(at),
        "type": "text",
        "text": {"body": body},
        "history_context": {"status": "READ"},
        **more,
    }


def chunk(channel, *threads: tuple[str, list[dict]]) -> bytes:
    shaped = [{"id": phone, "messages": messages} for phone, messages in threads]
    history = [{"metadata": {"phase": 1, "chunk_order": 1, "progress": 90}, "threads": shaped}]
    return delivery(value(channel, history=history), field="history")


def months(channel, length: int = 120) -> bytes:
    return chunk(
        channel,
        *[
            (
                phone,
                [
                    old(f"wamid.{phone}.{n}", phone if n % 2 else BUSINESS, at=1_790_000_000 + n)
                    for n in range(length)
                ],
            )
            for phone in NUMBERS
        ],
    )


def process(body: bytes):
    event = event_of(body)
    tasks.process_event(event.pk)
    event.refresh_from_db()
    return event


def count(channel) -> int:
    with tenant(channel.organization):
        return Message.objects.count()


def test_months_are_stored_once_in_silence_and_in_their_order(channel):
    body = months(channel)

    events = [process(body), process(body)]

    assert [event.state for event in events] == ["processed", "processed"]
    with tenant(channel.organization):
        conversations = Conversation.objects.select_related("work").order_by("pk")
        assert [c.messages.count() for c in conversations] == [120, 120, 120]
        assert {(c.unread_count, c.waiting_since, c.work.state) for c in conversations} == {
            (0, None, "idle")
        }
        directions = conversations[0].messages.in_order().values_list("direction", flat=True)
        assert list(directions)[:4] == ["out", "in", "out", "in"]
        assert {m.status for m in Message.objects.filter(direction="out")} == {"read"}
    # One word for the chunk, however many messages are inside, and one for its number.
    assert Signal.objects.filter(kind="conversation").count() == 2


def test_an_import_that_runs_out_of_time_goes_on_where_it_stopped(channel, monkeypatch, run_queue):
    stored = []
    store = importing.store
    monkeypatch.setattr(tasks, "LONGEST_RUN_SECONDS", -1.0)
    event = process(months(channel))
    assert (event.state, count(channel)) == ("received", 0)
    monkeypatch.setattr(tasks, "LONGEST_RUN_SECONDS", 60.0)

    def dies_in_the_middle(channel_, batch):
        if len(stored) == 2:
            raise SystemExit
        stored.append(len(batch))
        return store(channel_, batch)

    monkeypatch.setattr(importing, "store", dies_in_the_middle)
    with pytest.raises(SystemExit):
        run_queue(only="inbox.tasks.process_event")
    before = count(channel)
    monkeypatch.setattr(importing, "store", store)
    type(event).objects.filter(pk=event.pk).update(next_attempt_at=event.received_at)
    tasks.process_event(event.pk)

    event.refresh_from_db()
    assert (before, count(channel), event.state) == (120, 360, "processed")


def test_one_message_that_cannot_be_stored_does_not_hold_up_the_others(channel, monkeypatch):
    phone = NUMBERS[0]
    fields_of = importing.receiving.fields_of

    def fails_on_poison(conversation, incoming):
        if incoming.body == "Poison":
            raise ValueError
        return fields_of(conversation, incoming)

    monkeypatch.setattr(importing.receiving, "fields_of", fails_on_poison)
    messages = [old("a", phone), old("b", phone, "Poison"), old("c", phone)]
    event = process(chunk(channel, (phone, messages)))

    assert count(channel) == 2
    assert [(i.state, i.reason) for i in event.items.order_by("position")][:3] == [
        ("processed", ""),
        ("retry", "failed"),
        ("processed", ""),
    ]


def test_what_the_import_quotes_and_withdraws_is_found(channel):
    phone = NUMBERS[0]
    revoke = {"type": "revoke", "revoke": {"original_message_id": "b"}}
    messages = [
        {**old("r", phone), **revoke},
        old("answer", phone, context={"id": "question"}),
        old("question", BUSINESS, "Which area?"),
        old("b", phone),
        message("reaction", {"message_id": "question", "emoji": "👍"}, "x", **{"from": phone}),
    ]
    process(chunk(channel, (phone, messages)))

    with tenant(channel.organization):
        assert Message.objects.get(wamid="answer").reply_to.body == "Which area?"
        assert Message.objects.get(wamid="b").revoked_at is not None
        assert not Message.objects.filter(wamid="r").exists()


def test_messages_of_different_customers_are_never_stored_together(channel):
    body = chunk(
        channel,
        *[(phone, [old(f"{phone}.{n}", phone) for n in range(3)]) for phone in NUMBERS],
    )
    event = json.loads(body)
    items = tasks.split_event(json.dumps(event).encode())

    sizes = [len(batch) for batch in importing.batches(items)]

    assert sizes == [3, 3, 3, 1]
