import hashlib
import os
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connections
from django.utils.timezone import now
from django_q.models import OrmQ

from inbox import fetching, storing
from inbox.fetching import is_metas
from inbox.models import Attachment, AttachmentWork, Channel, Message
from inbox.receiving import receive
from inbox.tasks import fetch_attachment, sweep
from inbox.tests.factories import ChannelFactory, incoming_message
from inbox.whatsapp.client import Graph
from inbox.whatsapp.parsing import split_event
from organizations.deadlines import Deadline
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory
from privacy.purging import remove_organization
from twins.meta import samples
from twins.meta.faults import Fault


@pytest.fixture
def arrive(channel, twin, monkeypatch):
    """Return a function that stores what a customer's phone sent, as the webhook would."""
    bodies = []
    monkeypatch.setattr(twin.webhooks, "send", lambda update: bodies.append(update))

    def send(how, **options) -> Attachment:
        phone = twin.customer("35799123456", user_id="CY.48210937716650291")
        getattr(phone, how)(**options)
        update = bodies.pop()
        return store(channel, update)

    return send


def store(channel, update, **changes) -> Attachment:
    import json

    entry = {"id": update.waba_id, "changes": [{"field": update.field, "value": update.value}]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    [item] = split_event(body)
    with tenant(channel.organization):
        message = receive(channel, item.content.model_copy(update=changes))
        return message.attachment


def fresh(attachment) -> Attachment:
    with tenant(attachment.organization_id):
        return Attachment.objects.select_related("work", "message").get(pk=attachment.pk)


def fetch(attachment) -> Attachment:
    fetch_attachment(attachment.organization_id, attachment.pk)
    return fresh(attachment)


def make_due(attachment) -> None:
    AttachmentWork.objects.filter(pk=attachment.pk).update(next_attempt_at=now())


def fetch_until_it_ends(attachment, runs=20) -> Attachment:
    for _run in range(runs):
        found = fetch(attachment)
        if found.state != "waiting":
            return found
        make_due(attachment)
    raise AssertionError("It does not end.")


def end(attachment) -> tuple[str, str]:
    return attachment.state, attachment.reason


def files(organization_id) -> list[str]:
    folder = storing.folder_of(organization_id)
    return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []


def test_a_photo_is_fetched_checked_and_kept_under_a_name_of_ours(arrive):
    attachment = arrive("send_image", caption="The house")

    found = fetch(attachment)

    assert end(found) == ("fetched", "")
    assert (found.kind, found.detected_type, found.width, found.height) == (
        "image",
        "image/png",
        240,
        160,
    )
    assert found.sha256 == hashlib.sha256(samples.picture()).hexdigest()
    assert found.size == storing.path_of(found).stat().st_size
    assert files(found.organization_id) == sorted([found.stored_name, found.thumbnail_name])
    assert found.work.state == "done"


def test_a_voice_note_and_a_document_are_kept_as_they_came(arrive):
    voice = fetch(arrive("send_voice"))
    document = fetch(arrive("send_document", filename="../../My lease.PDF"))

    assert (end(voice), voice.is_voice, voice.detected_type) == (
        ("fetched", ""),
        True,
        "audio/ogg",
    )
    assert storing.path_of(voice).read_bytes() == samples.voice_note()
    assert (document.detected_type, document.file_name) == ("application/pdf", "My lease.pdf")
    assert storing.path_of(document).read_bytes() == samples.document()


def test_a_message_that_comes_twice_is_fetched_once(channel, twin, arrive, monkeypatch):
    updates = []
    monkeypatch.setattr(twin.webhooks, "send", updates.append)
    twin.customer("35799123456").send_image()

    first, second = (store(channel, updates[0]) for _ in range(2))

    assert first == second
    queued = [task for task in OrmQ.objects.all() if task.key == "bulk"]
    assert len(queued) == 1


def test_a_message_without_a_file_has_no_attachment(channel, inside):
    for payload in (
        {"type": "text", "text": {"body": "Hi"}},
        {"type": "image"},
        {"type": "image", "image": {"mime_type": "image/jpeg"}},
        {"type": "image", "image": "not an object"},
        {"type": ["image"]},
    ):
        message = receive(channel, incoming_message(payload=payload))
        assert not Attachment.objects.filter(message=message).exists()


@pytest.mark.parametrize(
    ("how", "content", "reason"),
    [
        ("send_image", samples.web_page(), "dangerous"),
        ("send_image", samples.bomb(), "huge_picture"),
        ("send_image", samples.document(), "other_type"),
        ("send_document", b"MZ" + b"\0" * 100, "dangerous"),
        ("send_sticker", b"\0" * (3 * 1024 * 1024), "too_big"),
    ],
)
def test_what_must_not_be_kept_is_refused_with_its_reason(arrive, how, content, reason):
    found = fetch(arrive(how, content=content))

    assert end(found) == ("refused", reason)
    assert (found.stored_name, files(found.organization_id)) == ("", [])


def test_a_file_that_is_longer_than_announced_is_cut_off_at_the_limit(arrive, twin):
    attachment = arrive("send_image")
    twin.fault("too_big", on="download")

    found = fetch(attachment)

    assert (end(found), files(found.organization_id)) == (("refused", "too_big"), [])


def test_a_longer_file_without_a_length_is_cut_off_while_it_comes(arrive, monkeypatch):
    attachment = arrive("send_sticker", content=b"RIFF\0\0\0\0WEBP" + b"\0" * (3 * 1024 * 1024))
    monkeypatch.setattr(fetching, "_size", lambda described: 0)
    monkeypatch.setattr(fetching, "_length", lambda response: "0")

    assert end(fetch(attachment)) == ("refused", "too_big")


def test_an_address_that_has_expired_is_asked_for_again_at_once(arrive, twin):
    attachment = arrive("send_image")
    twin.fault("missing", on="download")

    assert end(fetch(attachment)) == ("fetched", "")


def test_a_file_that_did_not_arrive_whole_is_fetched_again(arrive, twin, run_queue):
    attachment = arrive("send_image")
    twin.fault("wrong_sum", on="download")

    waiting = fetch(attachment)
    run_queue(include_delayed=False)
    make_due(attachment)
    run_queue(include_delayed=True, only="inbox.tasks.fetch_attachment")

    assert end(waiting) == ("waiting", "")
    assert waiting.work.next_attempt_at > now()
    assert end(fresh(attachment)) == ("fetched", "")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault("wrong_sum", 99, on="download"), "wrong_sum"),
        (Fault("wrong_type", 99, on="download"), "wrong_sum"),
        (Fault("500", 99, on="download"), "unreachable"),
        (Fault("dropped", 99, on="download"), "unreachable"),
        (Fault("missing", 99, on="download"), "missing"),
    ],
    ids=lambda it: it.kind if isinstance(it, Fault) else "",
)
def test_what_never_comes_ends_as_failed_with_the_last_reason(arrive, twin, fault, reason):
    attachment = arrive("send_image")
    twin.faults.script(fault)

    found = fetch_until_it_ends(attachment)

    assert end(found) == ("failed", reason)
    assert found.work.attempts == fetching.MAX_ATTEMPTS
    assert files(found.organization_id) == []


def test_the_token_does_not_follow_to_a_foreign_host(arrive, twin):
    attachment = arrive("send_image")
    twin.fault("foreign", on="download")

    assert end(fetch(attachment)) == ("failed", "foreign")


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://lookaside.fbsbx.com/whatsapp/1", True),
        ("https://scontent.xx.fbcdn.net/1", True),
        ("https://mmg.whatsapp.net:443/1", True),
        ("https://graph.facebook.com/1", True),
        ("http://lookaside.fbsbx.com/1", False),
        ("https://lookaside.fbsbx.com:8443/1", False),
        ("https://evilfbsbx.com/1", False),
        ("https://fbsbx.com.attacker.example/1", False),
        ("https://lookaside.fbsbx.com@attacker.example/1", False),
        ("https://user:pass@lookaside.fbsbx.com/1", False),
        ("https://attacker.example/.fbsbx.com", False),
        ("https://169.254.169.254/latest", False),
        ("http://127.0.0.1/1", False),
        ("file:///etc/passwd", False),
        ("https://[::1/", False),
        ("https://lookaside.fbsbx.com:port/", False),
        ("", False),
    ],
)
def test_only_metas_hosts_get_the_token(url, is_allowed):
    assert is_metas(url, "https://graph.facebook.com") == is_allowed


def test_the_twins_own_address_gets_the_token_and_its_neighbours_do_not():
    twin = "http://127.0.0.1:8100"

    assert is_metas("http://127.0.0.1:8100/downloads/1", twin)
    assert not is_metas("http://127.0.0.1:8101/downloads/1", twin)
    assert not is_metas("http://localhost:8100/downloads/1", twin)


@pytest.mark.parametrize("kind", ["drip", "drip_headers"])
def test_a_connection_that_drips_is_cut_at_the_deadline(arrive, twin, monkeypatch, kind):
    monkeypatch.setattr(fetching, "DEADLINE_SECONDS", 0.6)
    attachment = arrive("send_image")
    twin.fault(kind, 99, on="download", seconds=0.05)

    started = time.monotonic()
    waiting = fetch(attachment)
    seconds = time.monotonic() - started
    AttachmentWork.objects.filter(pk=attachment.pk).update(attempts=fetching.MAX_ATTEMPTS - 1)
    make_due(attachment)

    assert end(waiting) == ("waiting", "")
    assert seconds < 3
    assert end(fetch(attachment)) == ("failed", "too_slow")


def test_an_address_that_comes_in_drips_is_cut_at_the_deadline_too(arrive, monkeypatch):
    """Meta's own description of the file counts among what the deadline bounds."""
    attachment = arrive("send_image")
    monkeypatch.setattr(fetching, "DEADLINE_SECONDS", 0.6)
    with dripping(b"HTTP/1.1 200 OK\r\nX-Padding: " + b"x" * 1000) as url:
        with tenant(attachment.organization_id):
            Channel.objects.update(graph_url=url)
        started = time.monotonic()

        waiting = fetch(attachment)

    assert end(waiting) == ("waiting", "")
    assert time.monotonic() - started < 3


def test_the_body_of_a_redirect_is_not_read(channel):
    """One that never ends would fill the memory before the deadline."""
    endless = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n" + b"x" * 1000
    with dripping(endless) as url, Deadline(5) as deadline, deadline.session() as session:
        started = time.monotonic()

        answer = Graph("token-1", url, session=session).open(f"{url}/file", {})
        answer.close()

    assert (answer.status_code, answer.headers["Location"]) == (302, "/elsewhere")
    assert time.monotonic() - started < 4


@contextmanager
def dripping(answer: bytes) -> Iterator[str]:
    """A server that answers each connection with these bytes, every 50 ms one."""
    stop = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            for byte in answer:
                with suppress(OSError):
                    self.request.sendall(bytes([byte]))
                if stop.wait(0.05):
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        stop.set()
        server.shutdown()


def test_too_many_calls_are_tried_again_later(arrive, twin):
    attachment = arrive("send_image")
    twin.fault("429", on="download")

    found = fetch(attachment)

    assert end(found) == ("waiting", "")


def test_what_meta_no_longer_has_is_expired_after_seven_days_and_missing_before(
    channel, twin, monkeypatch
):
    updates = []
    monkeypatch.setattr(twin.webhooks, "send", updates.append)
    twin.customer("35799123456").send_image()
    twin.customer("35799123457").send_image()
    twin.state.media.clear()

    old = store(channel, updates[0], sent_at=now() - timedelta(days=8))
    new = store(channel, updates[1])

    assert end(fetch(old)) == ("expired", "old")
    assert end(fetch_until_it_ends(new)) == ("failed", "missing")


def test_without_a_usable_token_it_fails_and_comes_after_connecting_again(arrive, channel):
    attachment = arrive("send_image")
    with tenant(channel.organization):
        channel.set_access_token("token-that-meta-does-not-know")
        channel.save(update_fields=["sealed_access_token"])

    failed = fetch(attachment)
    with tenant(channel.organization):
        channel.set_access_token("token-1")
        channel.save(update_fields=["sealed_access_token"])
        fetching.retry_unconnected(channel)

    assert end(failed) == ("failed", "not_connected")
    assert end(fetch(attachment)) == ("fetched", "")


def test_a_member_may_have_a_failed_file_fetched_again(arrive, twin):
    attachment = arrive("send_image")
    twin.fault("foreign", on="download")
    failed = fetch(attachment)

    with tenant(failed.organization_id):
        assert fetching.retry(failed)

    assert end(fetch(failed)) == ("fetched", "")
    with tenant(failed.organization_id):
        assert not fetching.retry(failed)


def test_what_is_refused_is_not_fetched_again(arrive):
    refused = fetch(arrive("send_image", content=samples.web_page()))

    with tenant(refused.organization_id):
        assert not fetching.retry(refused)


def test_a_file_of_a_withdrawn_message_is_not_fetched(arrive):
    attachment = arrive("send_image")
    with tenant(attachment.organization_id):
        Message.objects.filter(pk=attachment.message_id).update(revoked_at=now())

    assert end(fetch(attachment)) == ("failed", "missing")


def test_two_runs_at_once_fetch_once(arrive, twin, monkeypatch):
    attachment = arrive("send_image")
    bring, calls = fetching._bring, []

    def bring_while_another_run_comes(wanted):
        calls.append(wanted.attachment.pk)
        fetch_attachment(attachment.organization_id, attachment.pk)
        return bring(wanted)

    monkeypatch.setattr(fetching, "_bring", bring_while_another_run_comes)

    assert end(fetch(attachment)) == ("fetched", "")
    assert calls == [attachment.pk]


class Killed(BaseException):
    """Stands for SIGKILL: nothing after it runs but what is in the database already."""


@pytest.mark.parametrize("step", ["_describe", "_save", "_store_picture", "_keep"])
def test_a_killed_run_is_done_again_and_leaves_one_file(arrive, monkeypatch, step):
    attachment = arrive("send_image")
    OrmQ.objects.all().delete()

    def killed(*args, **options):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(fetching, step, killed)
        with pytest.raises(Killed):
            fetch(attachment)
    assert end(fetch(attachment)) == ("waiting", "")  # the claim still stands

    AttachmentWork.objects.filter(pk=attachment.pk).update(
        next_attempt_at=now() - timedelta(seconds=10)
    )
    sweep()
    assert OrmQ.objects.filter(key="bulk").count() == 1
    assert end(fetch(attachment)) == ("fetched", "")

    found = fresh(attachment)
    for name in files(found.organization_id):
        path = storing.folder_of(found.organization_id) / name
        os.utime(path, (0, time.time() - 2 * storing.ORPHAN_SECONDS))
    storing.remove_orphans()
    assert files(found.organization_id) == sorted([found.stored_name, found.thumbnail_name])


def test_a_process_killed_within_a_download_leaves_work_that_is_done_once(
    transactional_db, arrive, twin
):
    attachment = arrive("send_image")
    OrmQ.objects.all().delete()
    twin.fault("drip", on="download", seconds=0.2)

    with process_that_fetches(attachment) as process:
        wait_for(lambda: any(name.endswith(".part") for name in files(attachment.organization_id)))
        process.send_signal(signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
    [left] = files(attachment.organization_id)
    killed = fresh(attachment)
    assert (end(killed), killed.work.attempts) == (("waiting", ""), 1)
    assert killed.work.claim_token is not None

    sweep()
    assert OrmQ.objects.filter(key="bulk").count() == 0  # the claim still holds others off
    AttachmentWork.objects.filter(pk=attachment.pk).update(
        next_attempt_at=now() - timedelta(seconds=10)
    )
    sweep()
    sweep()
    assert OrmQ.objects.filter(key="bulk").count() == 1
    found = fetch(attachment)

    assert (end(found), found.work.attempts) == (("fetched", ""), 2)
    kept = [found.stored_name, found.thumbnail_name]
    assert files(found.organization_id) == sorted([*kept, left])
    path = storing.folder_of(found.organization_id) / left
    os.utime(path, (0, time.time() - 2 * storing.ORPHAN_SECONDS))
    assert storing.remove_orphans(found.organization_id) == 1
    assert files(found.organization_id) == sorted(kept)


@contextmanager
def process_that_fetches(attachment) -> Iterator[subprocess.Popen]:
    """A process of its own on the test's database, as a worker is."""
    environment = os.environ | {
        variable: urlunsplit(urlsplit(os.environ[variable])._replace(path=f"/{name}"))
        for variable, name in (
            ("DATABASE_URL", connections["default"].settings_dict["NAME"]),
            ("DATABASE_OWNER_URL", connections["owner"].settings_dict["NAME"]),
            ("DATABASE_SUPPORT_URL", connections["support"].settings_dict["NAME"]),
        )
    }
    environment["MEDIA_ROOT"] = str(settings.MEDIA_ROOT)
    ids = attachment.organization_id, attachment.pk
    code = f"import django; django.setup(); from inbox import fetching; fetching.fetch{ids}"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(condition, seconds=60) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_one_that_kills_each_of_its_workers_ends_as_failed(arrive):
    attachment = arrive("send_image")
    AttachmentWork.objects.filter(pk=attachment.pk).update(attempts=fetching.MAX_ATTEMPTS)

    assert end(fetch(attachment)) == ("failed", "unreachable")


def test_a_full_disk_is_tried_again_and_then_said(arrive, monkeypatch):
    attachment = arrive("send_image")

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storing, "settle", full)

    assert end(fetch_until_it_ends(attachment)) == ("failed", "no_room")
    assert files(attachment.organization_id) == []


def test_the_thread_hears_of_the_end(arrive):
    from inbox.models import Signal

    attachment = arrive("send_image")
    Signal.objects.all().delete()

    fetch(attachment)

    with tenant(attachment.organization_id):
        code = attachment.message.conversation.code
    assert [(s.kind, s.object_code) for s in Signal.objects.all()] == [("conversation", code)]


def test_no_transaction_is_open_while_the_network_is_used(arrive):
    from inbox.whatsapp.client import NetworkInsideTransaction

    attachment = arrive("send_image")

    with (
        pytest.raises(NetworkInsideTransaction),
        tenant(attachment.organization_id),
    ):
        fetch_attachment(attachment.organization_id, attachment.pk)


def test_another_organizations_file_is_not_fetched_for_ours(arrive, db):
    attachment, other = arrive("send_image"), OrganizationFactory()

    fetch_attachment(other.pk, attachment.pk)

    assert (end(fresh(attachment)), fresh(attachment).work.attempts) == (("waiting", ""), 0)


# Files and their rows


def test_only_files_without_a_row_are_orphans(arrive):
    found = fetch(arrive("send_image"))
    folder = storing.folder_of(found.organization_id)
    (folder / "lost.jpg").write_bytes(b"x")
    (folder / "young.part").write_bytes(b"x")
    for name in ("lost.jpg", found.stored_name):
        os.utime(folder / name, (0, time.time() - 2 * storing.ORPHAN_SECONDS))

    assert storing.remove_orphans(found.organization_id) == 1
    assert files(found.organization_id) == sorted(
        ["young.part", found.stored_name, found.thumbnail_name]
    )


def test_the_folder_of_an_organization_goes_with_it(transactional_db, twin):
    other = OrganizationFactory()
    channel = ChannelFactory(phone_number_id="305000000000002", graph_url=twin.url)
    for organization in (other, channel.organization):
        folder = storing.folder_of(organization.pk)
        folder.mkdir(parents=True)
        (folder / "young.jpg").write_bytes(b"x")

    remove_organization(channel.organization)

    assert not storing.folder_of(channel.organization_id).exists()
    assert files(other.pk) == ["young.jpg"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Lease 2026.pdf", "Lease 2026.pdf"),
        ("Lease.PDF", "Lease.pdf"),
        ("invoice.pdf.exe", "invoice.pdf.exe.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\plan", "plan.pdf"),
        ("evil\u202efdp.exe", "evilfdp.exe.pdf"),
        ("a\x00b\nc\u200b.pdf", "abc.pdf"),
        ('<script>"x"|y?.pdf', "scriptxy.pdf"),
        ("Μίσθωση.pdf", "Μίσθωση.pdf"),
        ("عقد الإيجار", "عقد الإيجار.pdf"),
        ("x" * 300, "x" * 96 + ".pdf"),
        ("...", ""),
        (".pdf", "pdf.pdf"),
        ("", ""),
    ],
)
def test_a_name_is_safe_to_show_and_to_save_under(name, shown):
    assert storing.display_name(name, "pdf") == shown


@pytest.mark.parametrize(
    ("checksum", "hexadecimal"),
    [
        (hashlib.sha256(b"x").hexdigest(), hashlib.sha256(b"x").hexdigest()),
        (hashlib.sha256(b"x").hexdigest().upper(), hashlib.sha256(b"x").hexdigest()),
        ("LXEWQrcmsEQBYnyp+6wy9cht6lhxlHE4ld1W7Ys0qzY=", None),
        ("not a checksum", ""),
        ("z" * 64, ""),
        ("", ""),
    ],
)
def test_a_checksum_is_read_in_either_form(checksum, hexadecimal):
    import base64

    wanted = base64.b64decode(checksum).hex() if hexadecimal is None else hexadecimal

    assert fetching._as_hex(checksum) == wanted
