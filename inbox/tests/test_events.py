import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import wraps
from uuid import uuid4

import psycopg
import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import connection, connections, transaction
from django.test import AsyncClient, Client

from inbox import events
from inbox.events import LONGEST_QUEUE, REFRESH, Hub, Subscription, Told, announce
from inbox.models import Signal
from organizations.models import Member
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory


def in_a_loop(test):
    """Run an asynchronous test as the server runs a view, in a thread of its own.

    The main thread may have a loop already: Playwright leaves its own running.
    """

    async def run_and_close(**fixtures):
        try:
            await test(**fixtures)
        finally:
            await sync_to_async(connections.close_all)()

    @wraps(test)
    def run(**fixtures):
        with ThreadPoolExecutor(1) as thread:
            thread.submit(async_to_sync(run_and_close), **fixtures).result()

    return run


@pytest.fixture
def member(transactional_db) -> Member:
    return MemberFactory()


@pytest.fixture
def hub(monkeypatch) -> Hub:
    hub = Hub()
    monkeypatch.setattr(events, "hub", hub)
    return hub


def url(member: Member) -> str:
    return f"/{member.organization.slug}/events/"


async def signed_in(member: Member) -> AsyncClient:
    client = AsyncClient()
    await client.aforce_login(member.user)
    return client


class Stream:
    """The events of an open stream, one at a time."""

    def __init__(self, response) -> None:
        self.parts = aiter(response.streaming_content)
        self.rest = ""

    async def next(self, timeout: float = 10) -> dict[str, str]:
        while "\n\n" not in self.rest:
            part = await asyncio.wait_for(anext(self.parts), timeout)
            self.rest += part.decode()
        block, _, self.rest = self.rest.partition("\n\n")
        return dict(line.split(": ", 1) for line in block.splitlines())

    async def next_signal(self) -> dict[str, str]:
        while (event := await self.next()).get("event") != "signal":
            pass
        return event


@asynccontextmanager
async def listening(member: Member, **headers):
    client = await signed_in(member)
    response = await client.get(url(member), headers=headers)
    stream = Stream(response)
    assert await stream.next() == {"retry": "3000"}
    try:
        yield stream
    finally:
        response.close()
        await stop(events.hub)


async def stop(hub: Hub) -> None:
    if hub.task:
        hub.task.cancel()
        await asyncio.gather(hub.task, return_exceptions=True)


@sync_to_async
def tell(organization, kind="conversation", code=None) -> None:
    with tenant(organization):
        announce(organization, kind, code)


def test_signal_is_a_row_and_a_notification_with_ids_only(member):
    code = uuid4()
    parameters = events._connection_parameters()
    with psycopg.connect(**parameters, autocommit=True) as listener:
        listener.execute(f"LISTEN {events.CHANNEL}")
        announce(member.organization, Signal.Kind.LEAD, code)
        [notification] = listener.notifies(timeout=5, stop_after=1)

    signal = Signal.objects.get()
    assert (signal.kind, signal.object_code) == ("lead", code)
    assert notification.payload == f"{signal.pk}:{member.organization_id}"


def test_signal_of_a_transaction_that_is_rolled_back_is_never_told(member):
    with transaction.atomic():
        announce(member.organization_id, Signal.Kind.LEAD)
        transaction.set_rollback(True)

    assert Signal.objects.count() == 0


@in_a_loop
async def test_stream_tells_what_changed(member, hub):
    code = uuid4()
    async with listening(member) as stream:
        await tell(member.organization, "conversation", code)
        event = await stream.next_signal()

    assert json.loads(event["data"]) == {"kind": "conversation", "id": str(code)}
    assert int(event["id"]) > 0


@in_a_loop
async def test_stream_tells_nothing_of_other_organizations(member, hub):
    other = await sync_to_async(OrganizationFactory)()
    async with listening(member) as stream:
        await tell(other, "lead", uuid4())
        await tell(member.organization, "channel")
        event = await stream.next_signal()

    assert json.loads(event["data"]) == {"kind": "channel", "id": None}


@in_a_loop
async def test_headers_forbid_caching_and_buffering(member, hub):
    client = await signed_in(member)

    response = await client.get(url(member))
    response.close()
    await stop(hub)

    assert response.headers["Content-Type"] == "text/event-stream"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Accel-Buffering"] == "no"


@in_a_loop
async def test_returning_browser_gets_what_it_missed_with_a_little_overlap(member, hub):
    for year, kind in ((2020, "knowledge"), (2021, "lead")):
        await tell(member.organization, kind)
        last = await Signal.objects.alatest("pk")
        await Signal.objects.filter(pk=last.pk).aupdate(at=last.at.replace(year=year, day=1))
    await tell(member.organization, "channel")

    async with listening(member, **{"Last-Event-ID": str(last.pk)}) as stream:
        missed = [await stream.next_signal() for _ in range(2)]

    assert [json.loads(event["data"])["kind"] for event in missed] == ["lead", "channel"]


@pytest.mark.parametrize("last", ["999999999", "9" * 18])
@in_a_loop
async def test_browser_that_was_away_for_too_long_refreshes(member, hub, last):
    async with listening(member, **{"Last-Event-ID": last}) as stream:
        assert await stream.next() == {"event": "refresh", "data": "{}"}


@in_a_loop
async def test_browser_that_missed_very_much_refreshes(member, hub, monkeypatch):
    monkeypatch.setattr(events, "LONGEST_REPLAY", 2)
    for _time in range(3):
        await tell(member.organization)

    async with listening(member) as stream:
        assert (await stream.next())["event"] == "refresh"


@pytest.mark.parametrize("last", ["x", "-1", "9" * 40, "٣"])
@in_a_loop
async def test_strange_last_event_id_is_ignored(member, hub, last):
    async with listening(member, **{"Last-Event-ID": last.encode().decode("latin-1")}) as stream:
        await tell(member.organization, "lead")
        assert json.loads((await stream.next_signal())["data"])["kind"] == "lead"


@in_a_loop
async def test_heartbeat_comes_while_nothing_happens(member, hub, monkeypatch):
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.05)
    async with listening(member) as stream:
        assert await stream.next() == {"event": "heartbeat", "data": "{}"}
        assert await stream.next() == {"event": "heartbeat", "data": "{}"}


async def ends(stream: Stream) -> bool:
    try:
        while True:
            await stream.next()
    except StopAsyncIteration:
        return True


@in_a_loop
async def test_stream_of_a_member_who_was_removed_ends_at_the_next_heartbeat(
    member, hub, monkeypatch
):
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.05)

    @sync_to_async
    def remove():
        with tenant(member.organization):
            Member.objects.filter(pk=member.pk).update(is_active=False)

    async with listening(member) as stream:
        await remove()
        assert await ends(stream)


@in_a_loop
async def test_stream_ends_after_signing_out(member, hub, monkeypatch):
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.05)
    from django.contrib.sessions.models import Session

    async with listening(member) as stream:
        await Session.objects.all().adelete()
        assert await ends(stream)


@in_a_loop
async def test_streams_end_when_the_server_stops(member, hub):
    async with listening(member) as stream:
        hub.end_streams()
        assert await ends(stream)


@in_a_loop
async def test_stranger_finds_no_stream(member, hub):
    stranger = await sync_to_async(MemberFactory)()
    client = await signed_in(stranger)

    response = await client.get(url(member))

    assert response.status_code == 404


@in_a_loop
async def test_visitor_who_is_not_signed_in_is_sent_to_the_login(member, hub):
    response = await AsyncClient().get(url(member))

    assert response.status_code == 302


def test_without_asgi_there_is_no_stream(member):
    client = Client()
    client.force_login(member.user)

    assert client.get(url(member)).status_code == 204


@in_a_loop
async def test_many_open_streams_hold_no_connection(member, hub):
    @sync_to_async
    def connections_of_the_app() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE usename = current_user "
                "AND datname = current_database()"
            )
            return cursor.fetchone()[0]

    client = await signed_in(member)
    before = await connections_of_the_app()
    responses = [await client.get(url(member)) for _ in range(40)]
    streams = [Stream(response) for response in responses]
    for stream in streams:
        await stream.next()

    # The listener's, and at most one of the threads that answered.
    assert await connections_of_the_app() <= before + 2
    await tell(member.organization, "lead")
    for stream in streams:
        assert json.loads((await stream.next_signal())["data"])["kind"] == "lead"
    await stop(hub)


@in_a_loop
async def test_hub_finds_in_the_table_what_was_not_notified(member, hub, monkeypatch):
    monkeypatch.setattr(events, "SWEEP_SECONDS", 0.05)
    async with listening(member) as stream:
        await Signal.objects.acreate(organization=member.organization, kind="lead")
        assert json.loads((await stream.next_signal())["data"])["kind"] == "lead"


@in_a_loop
async def test_hub_that_lost_its_connection_listens_again_and_says_refresh(
    member, hub, monkeypatch
):
    @sync_to_async
    def cut() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE usename = current_user AND pid <> pg_backend_pid() "
                "AND datname = current_database() AND query LIKE 'LISTEN%%' "
                "OR query LIKE '%%FROM inbox_signal WHERE%%' AND pid <> pg_backend_pid()"
            )

    async with listening(member) as stream:
        await cut()
        while (await stream.next()).get("event") != "refresh":
            pass
        await tell(member.organization, "lead")
        assert json.loads((await stream.next_signal())["data"])["kind"] == "lead"


@in_a_loop
async def test_full_queue_becomes_one_refresh():
    subscription = Subscription(1)
    for number in range(LONGEST_QUEUE + 5):
        subscription.put(Told(number, 1, "lead", None).as_text())

    taken = await subscription.take(0)

    assert taken[0] == REFRESH
    assert len(taken) == 5


@in_a_loop
async def test_hub_tells_each_signal_once():
    hub, subscription = Hub(), Subscription(1)
    hub.subscriptions = {1: {subscription}}

    hub.tell([Told(7, 1, "lead", None), Told(7, 1, "lead", None), Told(8, 2, "lead", None)])

    assert len(subscription.waiting) == 1
