import asyncio

import pytest
from django.db import connections
from django.test import AsyncClient, Client

from inbox import storing
from inbox.models import Attachment, AttachmentWork, Message
from inbox.serving import NotThatPart, _part
from inbox.tests.factories import ConversationFactory, MessageFactory
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory

CONTENT = bytes(range(256)) * 4


def attached(message, content=CONTENT, **fields) -> Attachment:
    """A message's file, fetched unless the fields say otherwise."""
    organization = message.organization
    values = {"kind": "image", "state": "fetched", "detected_type": "image/jpeg"} | fields
    if values["state"] == "fetched":
        folder = storing.folder_of(organization.pk)
        folder.mkdir(parents=True, exist_ok=True)
        names = {"stored_name": storing.new_name("jpg"), "thumbnail_name": storing.new_name("webp")}
        (folder / names["stored_name"]).write_bytes(content)
        (folder / names["thumbnail_name"]).write_bytes(b"small")
        values = {**names, "size": len(content)} | values
    with tenant(organization):
        attachment = Attachment.objects.create(organization=organization, message=message, **values)
        AttachmentWork.objects.create(attachment=attachment, organization=organization)
    return attachment


@pytest.fixture
def message(db):
    return MessageFactory(conversation=ConversationFactory(), kind="image", body="")


@pytest.fixture
def client(message):
    client = Client()
    client.force_login(message.organization.owner.user)
    return client


def url(attachment, part="", query=""):
    return f"/{attachment.organization.slug}/inbox/media/{attachment.code}/{part}{query}"


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_member_gets_the_file_and_browsers_are_told_to_be_careful(client, message):
    response = client.get(url(attached(message)))

    assert (response.status_code, body(response)) == (200, CONTENT)
    assert {
        name: response.headers[name]
        for name in (
            "Content-Type",
            "Content-Length",
            "Content-Disposition",
            "Cache-Control",
            "X-Content-Type-Options",
            "Content-Security-Policy",
            "Cross-Origin-Resource-Policy",
            "Accept-Ranges",
        )
    } == {
        "Content-Type": "image/jpeg",
        "Content-Length": "1024",
        "Content-Disposition": 'inline; filename="image.jpg"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; img-src 'self'; media-src 'self'; "
        "frame-ancestors 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Accept-Ranges": "bytes",
    }


@pytest.mark.parametrize(
    ("type_", "query", "disposition"),
    [
        ("image/png", "", "inline"),
        ("audio/ogg", "", "inline"),
        ("video/mp4", "", "inline"),
        ("image/png", "?download", "attachment"),
        ("application/pdf", "", "attachment"),
        ("text/plain", "", "attachment"),
        ("application/msword", "", "attachment"),
    ],
)
def test_only_pictures_sounds_and_films_are_shown_in_place(
    client, message, type_, query, disposition
):
    attachment = attached(message, detected_type=type_, file_name="Συμβόλαιο.pdf")

    response = client.get(url(attachment, query=query))

    assert response.headers["Content-Disposition"].split(";")[0] == disposition
    assert response.headers["Content-Type"] == type_
    body(response)


def test_a_thumbnail_is_webp(client, message):
    response = client.get(url(attached(message), "thumbnail/"))

    assert (response.headers["Content-Type"], body(response)) == ("image/webp", b"small")


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("", None),
        ("bytes=0-", (0, 999)),
        ("bytes=0-0", (0, 0)),
        ("bytes=10-19", (10, 19)),
        ("bytes=990-5000", (990, 999)),
        ("bytes=-100", (900, 999)),
        ("bytes=-5000", (0, 999)),
        ("Bytes = 1 - 2", (1, 2)),
        ("bytes=5-4", None),
        ("bytes=0-1,5-6", None),
        ("bytes=a-b", None),
        ("bytes=-", None),
        ("items=0-1", None),
        ("bytes=٣-٤", None),
        ("bytes=0-" + "9" * 40, None),
    ],
)
def test_one_part_of_a_file_is_read_from_the_header(header, part):
    assert _part(header, 1000) == part


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=5000-6000", "bytes=-0"])
def test_a_part_behind_the_end_does_not_exist(header):
    with pytest.raises(NotThatPart):
        _part(header, 1000)


def test_a_player_gets_the_part_it_asks_for(client, message):
    attachment = attached(message, kind="audio", detected_type="audio/ogg")

    part = client.get(url(attachment), headers={"Range": "bytes=100-199"})
    beyond = client.get(url(attachment), headers={"Range": "bytes=2000-"})

    assert (part.status_code, part.headers["Content-Range"], body(part)) == (
        206,
        "bytes 100-199/1024",
        CONTENT[100:200],
    )
    assert part.headers["Content-Length"] == "100"
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, "bytes */1024")


@pytest.mark.parametrize("state", ["waiting", "refused", "failed", "expired"])
def test_there_is_nothing_to_see_of_a_file_that_was_not_fetched(client, message, state):
    assert client.get(url(attached(message, state=state))).status_code == 404


def test_a_file_of_a_withdrawn_message_is_not_shown(client, message):
    attachment = attached(message)
    with tenant(message.organization):
        Message.objects.filter(pk=message.pk).update(revoked_at=message.sent_at)

    found = {client.get(url(attachment, part)).status_code for part in ("", "thumbnail/")}

    assert found == {404}


def test_a_file_that_is_gone_from_the_disk_is_not_found(client, message):
    attachment = attached(message)
    storing.path_of(attachment).unlink()

    assert client.get(url(attachment)).status_code == 404


def test_neither_another_agency_nor_a_former_member_nor_a_stranger_gets_it(message):
    attachment = attached(message)
    other, own = OrganizationFactory(), message.organization
    former = MemberFactory(organization=own, is_active=False)
    below_other = url(attachment).replace(own.slug, other.slug, 1)

    def ask(user, address):
        client = Client()
        if user:
            client.force_login(user)
        return client.get(address).status_code

    assert ask(other.owner.user, url(attachment)) == 404
    assert ask(other.owner.user, below_other) == 404
    assert ask(former.user, url(attachment)) == 404
    assert ask(None, url(attachment)) == 302


def test_a_failed_file_is_fetched_again_at_the_press_of_a_button(client, message):
    attachment = attached(message, state="failed", reason="unreachable")

    response = client.post(url(attachment, "retry/"), headers={"HX-Request": "true"})

    with tenant(message.organization):
        assert Attachment.objects.get().state == "waiting"
    assert "Being fetched from WhatsApp" in response.content.decode()


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"state": "waiting"}, "Being fetched from WhatsApp"),
        ({"state": "refused", "reason": "dangerous"}, "could run a program"),
        ({"state": "failed", "reason": "too_slow"}, "Try again"),
        ({"state": "expired", "reason": "old"}, "WhatsApp keeps files for a few days only"),
        ({"kind": "audio", "detected_type": "audio/ogg"}, "<audio"),
        ({"kind": "video", "detected_type": "video/mp4"}, "<video"),
        ({"kind": "image"}, "thumbnail/"),
        (
            {"kind": "document", "detected_type": "application/pdf", "file_name": "Plan.pdf"},
            "Plan.pdf",
        ),
    ],
)
def test_each_state_is_shown_in_the_thread(client, message, fields, shown):
    attached(message, **fields)
    conversation = message.conversation

    page = client.get(f"/{message.organization.slug}/inbox/{conversation.code}/")

    assert shown in page.content.decode()


def test_a_thread_full_of_files_costs_no_more_queries(
    client, message, django_assert_max_num_queries
):
    conversation = message.conversation
    address = f"/{message.organization.slug}/inbox/{conversation.code}/"
    attached(message)
    client.get(address)
    with django_assert_max_num_queries(200) as few:
        client.get(address)
    for _number in range(3):
        attached(MessageFactory(conversation=conversation, kind="image", body=""))

    with django_assert_max_num_queries(len(few)):
        client.get(address)


def test_while_a_file_is_read_no_connection_is_held(transactional_db):
    message = MessageFactory(conversation=ConversationFactory(), kind="image", body="")
    attachment = attached(message, content=b"x" * 600_000)
    user, address = message.organization.owner.user, url(attachment)

    async def ask():
        client = AsyncClient()
        await client.aforce_login(user)
        response = await client.get(address)
        held = await asyncio.to_thread(lambda: connections["default"].connection)
        size = 0
        async for chunk in response.streaming_content:
            size += len(chunk)
        return response, held, size

    from asgiref.sync import async_to_sync

    response, held, size = async_to_sync(ask)()

    assert response.is_async
    assert (held, size) == (None, 600_000)
