"""A backup holds everything, and comes back into an empty database behind the same walls."""

import json
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections, transaction
from django.utils.timezone import now

from inbox import searching
from inbox.models import Channel, Conversation, ConversationWork, Message, OutboundWork
from inbox.tests.factories import ChannelFactory, ConversationFactory, MessageFactory
from katikn import backups
from organizations import live
from organizations.models import Organization
from organizations.queue import enqueue
from organizations.tenancy import role, tenant
from organizations.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "7").mkdir(parents=True)
    (settings.MEDIA_ROOT / "7" / "photo.webp").write_bytes(b"a photo")
    return settings.MEDIA_ROOT


@pytest.fixture
def empty_database(request):
    """Point the three aliases at a new, empty database when called."""
    names = {alias: connections[alias].settings_dict["NAME"] for alias in connections}

    def enter(name: str) -> None:
        live.create_database(name)
        live.point_at(dict.fromkeys(names, name))

    yield enter
    live.point_at(names)


@pytest.fixture
def agency(media_root):
    """An agency with a connected number, one message under way and one unanswered burst."""
    channel = ChannelFactory()
    organization = channel.organization
    MemberFactory(organization=organization)
    conversation = ConversationFactory(channel=channel)
    with tenant(organization):
        channel.set_access_token("the-token-of-the-agency")
        channel.save(update_fields=["sealed_access_token"])
    message = MessageFactory(
        conversation=conversation, direction="out", author_kind="member", status="queued"
    )
    with tenant(organization):
        OutboundWork.objects.create(message=message, organization=organization)
        ConversationWork.objects.update_or_create(
            conversation=ConversationFactory(channel=channel),
            defaults={"organization": organization, "state": "due", "due_at": now()},
        )
        enqueue("inbox.tasks.deliver", organization.pk, message.pk)
    return organization


def restored(folder, empty_database, name):
    empty_database(name)
    output = StringIO()
    call_command("restore", str(folder), stdout=output)
    return output.getvalue()


def test_everything_comes_back_and_tokens_open(agency, media_root, tmp_path, empty_database):
    other = ChannelFactory().organization
    folder = backups.back_up(tmp_path / "backups")
    (media_root / "7" / "photo.webp").unlink()

    restored(folder, empty_database, "restored_whole")

    assert (media_root / "7" / "photo.webp").read_bytes() == b"a photo"
    with tenant(agency):
        assert [c.access_token() for c in Channel.objects.all()] == ["the-token-of-the-agency"]
        assert Message.objects.filter(direction="out").count() == 1
    with tenant(other):
        assert Message.objects.count() == 0
        assert Channel.objects.get().organization_id == other.pk


def test_the_walls_stand_after_a_restore(agency, tmp_path, empty_database):
    folder = backups.back_up(tmp_path)

    restored(folder, empty_database, "restored_walls")

    with pytest.raises(DatabaseError, match="no organization in context"), transaction.atomic():
        Message.objects.count()
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connections["default"].cursor().execute("TRUNCATE inbox_message CASCADE")
    with connections["owner"].cursor() as cursor:
        definers = "SELECT proowner = %s::regrole FROM pg_proc WHERE prosecdef"
        cursor.execute(definers, [role("support")])
        assert set(cursor.fetchall()) == {(True,)}
    with tenant(agency) as organization:
        talks = organization.conversations.all()
        assert searching.matching(organization, talks, "still free").count() == 1
    other = Organization.objects.create(name="Other", slug="other")
    with tenant(other):
        assert Message.objects.count() == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Channel.objects.create(organization_id=agency.pk, name="x", phone_number_id="9")


def test_nothing_is_sent_or_answered_a_second_time(agency, tmp_path, empty_database):
    folder = backups.back_up(tmp_path)

    said = restored(folder, empty_database, "restored_once")

    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_q_ormq")
        assert cursor.fetchone() == (0,)
    with tenant(agency):
        sent = Message.objects.filter(direction="out")
        assert list(sent.values_list("status", flat=True)) == ["uncertain"]
        assert set(OutboundWork.objects.values_list("state", flat=True)) == {"done"}
        assert set(ConversationWork.objects.values_list("state", flat=True)) == {"idle"}
        assert Conversation.objects.waiting_for_a_person().count() == 2
    assert "messages left to people: 1" in said
    assert "conversations left to people: 1" in said


def test_the_backup_names_no_key_and_holds_no_token(agency, tmp_path, settings):
    folder = backups.back_up(tmp_path)

    written = b"".join(path.read_bytes() for path in folder.iterdir())

    assert b"the-token-of-the-agency" not in written
    assert not any(key.encode() in written for key in settings.ENCRYPTION_KEYS)
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_wrong_keys_are_refused_before_anything_is_written(
    agency, tmp_path, settings, empty_database
):
    folder = backups.back_up(tmp_path)
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    empty_database("restored_keys")

    with pytest.raises(CommandError, match="None of ENCRYPTION_KEYS"):
        call_command("restore", str(folder))

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("name", [backups.DUMP, backups.MEDIA])
def test_a_changed_file_is_refused(agency, tmp_path, name):
    folder = backups.back_up(tmp_path)
    with open(folder / name, "ab") as file:
        file.write(b"x")

    with pytest.raises(CommandError, match="missing or was changed"):
        call_command("restore", str(folder), "--check")


def test_a_database_with_tables_is_refused(agency, tmp_path):
    folder = backups.back_up(tmp_path)

    with pytest.raises(CommandError, match="goes into an empty one"):
        call_command("restore", str(folder))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 99}, "format 99"),
        ({"roles": {"default": "somebody"}}, "Use the same names"),
        ({"postgres": 99}, "this one is older"),
    ],
)
def test_what_does_not_fit_is_said(agency, tmp_path, change, words):
    folder = backups.back_up(tmp_path)
    path = folder / backups.MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | change))

    with pytest.raises(CommandError, match=words):
        call_command("restore", str(folder))


def test_a_folder_that_is_no_backup_is_refused(tmp_path, agency):
    with pytest.raises(CommandError, match="is not a backup"):
        call_command("restore", str(tmp_path))


def test_missing_rows_are_noticed(agency, tmp_path, empty_database):
    folder = backups.back_up(tmp_path)
    path = folder / backups.MANIFEST
    manifest = json.loads(path.read_text())
    manifest["rows"]["inbox_message"] += 1
    path.write_text(json.dumps(manifest))
    empty_database("restored_missing")

    with pytest.raises(CommandError, match="inbox_message: 1 of 2"):
        call_command("restore", str(folder))


def test_a_failed_dump_leaves_no_backup(agency, tmp_path, monkeypatch):
    monkeypatch.setattr(backups, "DUMP", "no-such-folder/database.dump")

    with pytest.raises(CommandError, match="pg_dump failed"):
        call_command("backup", str(tmp_path / "backups"))

    assert [p for p in (tmp_path / "backups").iterdir() if not p.name.startswith(".")] == []
