"""Voice messages in words: the job, and the transcriber that asks a server."""

import http.server
import json
import threading
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from inbox import storing, transcribing
from inbox.models import Attachment, AttachmentWork, Message
from inbox.receiving import receive
from inbox.tasks import fetch_attachment, sweep, transcribe_attachment
from inbox.tests.factories import incoming_message
from inbox.transcribers import OpenAICompatible, UnsafeAddress, checked_address
from inbox.transcribing import NotNow
from organizations.tenancy import tenant
from twins.meta import samples

ECHO = "inbox.tests.test_transcribing.Echo"


class Echo:
    """A transcriber for tests: says, or raises, what it was told to."""

    says = "Is Skoufa 28 still free?"
    asked: list[tuple] = []

    def transcribe(self, path, content_type, language_hint, deadline):
        Echo.asked.append((path.read_bytes()[:4], content_type, language_hint))
        if isinstance(Echo.says, Exception):
            raise Echo.says
        return Echo.says


@pytest.fixture
def echo(settings, monkeypatch):
    settings.TRANSCRIBER = ECHO
    monkeypatch.setattr(Echo, "says", "Is Skoufa 28 still free?")
    monkeypatch.setattr(Echo, "asked", [])
    return Echo


@pytest.fixture
def voice(channel, twin):
    """A voice message that Meta has and nobody fetched yet."""
    phone = twin.customer("35799123456", user_id="CY.48210937716650291")
    media = phone._media(samples.voice_note(), "audio/ogg; codecs=opus", voice=True)
    payload = {"type": "audio", "audio": {**media, "voice": True}}
    incoming = incoming_message(
        type="audio", kind=Message.Kind.AUDIO, body="", payload=payload, wamid="wamid.V1"
    )
    with tenant(channel.organization):
        message = receive(channel, incoming)
        return Attachment.objects.get(message=message)


def state_of(attachment):
    with tenant(attachment.organization_id):
        attachment.refresh_from_db()
        return attachment.transcript, AttachmentWork.objects.get(pk=attachment.pk).state


def hear(attachment):
    transcribe_attachment(attachment.organization_id, attachment.pk)
    return state_of(attachment)


def test_a_fetched_voice_message_is_written_down_by_a_job_of_its_own(voice, echo, run_queue):
    ran = run_queue()

    assert [name for name in ran if "attachment" in name] == [
        "inbox.tasks.fetch_attachment",
        "inbox.tasks.transcribe_attachment",
        "inbox.tasks.hear_attachment",
    ]
    assert state_of(voice) == ("Is Skoufa 28 still free?", "done")
    assert echo.asked == [(b"OggS", "audio/ogg", "")]


def test_without_a_transcriber_it_is_fetched_to_be_played_and_nothing_else(
    voice, settings, run_queue
):
    settings.TRANSCRIBER = ""

    ran = run_queue()

    assert "inbox.tasks.transcribe_attachment" not in ran
    assert state_of(voice) == ("", "done")
    assert voice.is_fetched


def test_a_job_that_runs_twice_asks_once(voice, echo):
    fetch_attachment(voice.organization_id, voice.pk)

    hear(voice)
    hear(voice)

    assert len(echo.asked) == 1


def test_a_failure_that_may_pass_is_tried_again_and_given_up_in_the_end(voice, echo):
    fetch_attachment(voice.organization_id, voice.pk)
    echo.says = NotNow("HTTP 503")
    states = []
    for _ in range(4):
        states.append(hear(voice))
        AttachmentWork.objects.filter(pk=voice.pk).update(next_attempt_at=now())

    assert states == [("", "hearing"), ("", "hearing"), ("", "done"), ("", "done")]
    assert len(echo.asked) == 3


def test_a_transcriber_that_breaks_leaves_the_message_to_be_played(voice, echo):
    fetch_attachment(voice.organization_id, voice.pk)
    echo.says = RuntimeError("no model")

    assert hear(voice) == ("", "done")


def test_what_a_killed_worker_left_is_taken_up_by_the_sweep(voice, echo, run_queue):
    fetch_attachment(voice.organization_id, voice.pk)
    run_queue()  # nothing is left in the queue
    AttachmentWork.objects.filter(pk=voice.pk).update(
        state="hearing", next_attempt_at=now() - timedelta(minutes=5), claim_token=None
    )

    sweep()

    assert "inbox.tasks.transcribe_attachment" in run_queue()
    assert state_of(voice)[1] == "done"


def test_the_words_are_kept_short_and_without_control_characters(voice, echo):
    fetch_attachment(voice.organization_id, voice.pk)
    echo.says = "  Hello\x00 there\x1b " + "x" * 9000

    transcript, _ = hear(voice)

    assert transcript.startswith("Hello there xxx")
    assert len(transcript) == 4000


def test_a_message_taken_back_is_not_listened_to(voice, echo):
    fetch_attachment(voice.organization_id, voice.pk)
    with tenant(voice.organization_id):
        Message.objects.filter(pk=voice.message_id).update(revoked_at=now())

    assert hear(voice) == ("", "done")
    assert echo.asked == []


# The server


class Server(http.server.ThreadingHTTPServer):
    status, body, seconds, location = 200, b'{"text": "Good morning"}', 0.0, ""
    drips = False

    def __init__(self):
        self.requests = []
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), content))
        time.sleep(self.server.seconds)
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        if not self.server.drips:
            self.wfile.write(self.server.body)
            return
        with suppress(OSError):
            for place in range(len(self.server.body)):
                self.wfile.write(self.server.body[place : place + 1])
                time.sleep(0.3)

    def log_message(self, *args):
        """Silent."""


@pytest.fixture
def server(settings):
    with Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.TRANSCRIBER_URL = f"http://127.0.0.1:{server.server_port}/"
        settings.TRANSCRIBER_KEY = "tk-secret"
        settings.TRANSCRIBER_MODEL = "small"
        yield server
        server.shutdown()


@pytest.fixture
def sound(tmp_path):
    path = tmp_path / "random.ogg"
    path.write_bytes(samples.voice_note())
    return path


def ask(path, seconds=5.0):
    return OpenAICompatible().transcribe(path, "audio/ogg", "el", time.monotonic() + seconds)


def test_the_server_gets_sound_model_language_and_key(server, sound):
    assert ask(sound) == "Good morning"

    [(path, headers, content)] = server.requests
    assert path == "/v1/audio/transcriptions"
    assert headers["Authorization"] == "Bearer tk-secret"
    assert b'name="model"\r\n\r\nsmall' in content
    assert b'name="language"\r\n\r\nel' in content
    assert b'filename="voice.ogg"' in content
    assert sound.read_bytes() in content


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_is_busy_is_asked_again_later(server, sound, status):
    server.status = status

    with pytest.raises(NotNow):
        ask(sound)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"text": 7}', b"{}", b'{"text": "%s"}' % (b"x" * 300_000)]
)
def test_an_answer_that_is_none_gives_no_words(server, sound, body):
    server.body = body

    assert ask(sound) is None


def test_a_slow_server_is_given_up_and_a_redirect_is_not_followed(server, sound):
    server.seconds = 3.0
    with pytest.raises(NotNow):
        ask(sound, seconds=1.0)
    server.seconds, server.status, server.location = 0.0, 307, "http://127.0.0.1:9/elsewhere"

    assert ask(sound) is None
    assert len(server.requests) == 2


def test_a_server_that_drips_is_given_up_at_the_deadline(server, sound):
    server.drips, server.body = True, b'{"text": "%s"}' % (b"x" * 200)

    with pytest.raises(NotNow):
        ask(sound, seconds=1.0)


def test_a_server_that_is_away_is_asked_again_later(settings, sound):
    settings.TRANSCRIBER_URL = "http://127.0.0.1:9"

    with pytest.raises(NotNow):
        ask(sound)


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("https://speech.example.com", True),
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://10.1.2.3:9000/", True),
        ("http://[::1]:8000", True),
        ("http://speech.example.com", False),
        ("http://169.254.169.254", False),
        ("http://8.8.8.8", False),
        ("ftp://127.0.0.1", False),
        ("", False),
    ],
)
def test_voice_messages_leave_only_encrypted_or_stay_on_own_machines(url, is_safe):
    if is_safe:
        assert checked_address(url) == url.rstrip("/")
    else:
        with pytest.raises(UnsafeAddress):
            checked_address(url)


def test_the_whole_road_with_a_server(voice, server, settings, run_queue):
    settings.TRANSCRIBER = "inbox.transcribers.OpenAICompatible"

    run_queue()

    assert state_of(voice) == ("Good morning", "done")
    assert json.loads(server.body)["text"] == voice.transcript
    assert storing.path_of(voice).exists()
    assert transcribing.is_configured()


def test_members_read_the_transcript_beside_the_player(voice, echo, run_queue, client):
    run_queue()
    with tenant(voice.organization_id) as organization:
        user = organization.members.select_related("user").get(role="owner").user
        code = voice.message.conversation.code
    client.force_login(user)

    page = client.get(reverse("inbox:conversation", args=[organization.slug, code]))

    said = page.content.decode()
    assert "<audio" in said
    assert "Heard by a machine" in said
    assert "Is Skoufa 28 still free?" in said


@pytest.mark.parametrize(("transcriber", "is_named"), [("", False), (ECHO, True)])
def test_the_policy_names_who_writes_voice_messages_down(
    db, settings, client, transcriber, is_named
):
    settings.TRANSCRIBER = transcriber
    settings.TRANSCRIBER_URL = "https://speech.example.com/api"

    page = client.get("/privacy/").content.decode()

    assert ("speech.example.com" in page) == is_named
