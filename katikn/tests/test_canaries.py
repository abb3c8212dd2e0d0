"""Canaries: marked secrets and marked customers go through everything, and are looked for after.

A marked secret may be found nowhere: not in a table, a log line, an error page, a page, a fixture,
a trace or the log of PostgreSQL. What a customer wrote, the name and the number may be in the
tables and on the pages that are made for them, but in no log.
"""

import base64
import binascii
import json
import logging
import os
import pickle
import re
import uuid
from collections.abc import Iterable, Iterator
from io import StringIO
from multiprocessing import Queue, Value
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.urls import include, path, reverse
from django.utils.timezone import now
from django_q.models import OrmQ, Task
from django_q.signing import SignedPackage

from assistant import claude
from assistant.models import AssistantSettings
from assistant.tests.claude_script import Script, calls, refuses, says
from assistant.tests.talk import agency
from inbox import receiving, tasks
from inbox.models import (
    Channel,
    Conversation,
    ConversationWork,
    Message,
    OutboundWork,
    WebhookEvent,
)
from inbox.tests import payloads
from inbox.tests.conftest import NOWHERE
from inbox.tests.factories import ChannelFactory
from organizations import inviting, logs, queue
from organizations.admin_site import support_site
from organizations.models import AuditEntry
from organizations.secret_fields import sealed_fields
from organizations.secrets import Secret, seal, seal_for_user, wrap
from organizations.tenancy import tenant
from organizations.tests.factories import UserFactory
from organizations.tests.samples import sample
from organizations.tests.staff import open_organization, staff_client
from organizations.tests.urls import MANAGERS_ONLY
from twins.meta import MetaTwin
from twins.meta.sending import Delays
from twins.meta.state import Number

# A phone number that no sequence of a factory makes.
PHONE = "35796778899"
USER_ID = "CY.77665544332211009"
NAME = "Canarina Featherstone"
ADMIN_PAGES = ("change", "history")
BODY = "How much is Skoufa 28? canaryword-in-a-message"
CUSTOMER = (PHONE, USER_ID, "Canarina", "Featherstone", "canaryword")

# What holds a sealed secret and has pages in the admin.
SEALED_IN_ADMIN = sorted(
    {m._meta.label for m, _field in sealed_fields() if m in support_site._registry}
)

pytestmark = [pytest.mark.usefixtures("transactional_db"), pytest.mark.timeout(240)]


# Looking


def spellings(secret: str) -> set[bytes]:
    """Return how a secret may be written down: plain, quoted, in hex or somewhere in base64."""
    raw = secret.encode()
    found = {raw, quote(secret, safe="").encode(), json.dumps(secret)[1:-1].encode()}
    found |= {binascii.hexlify(raw), binascii.hexlify(raw).upper()}
    for shift in range(3):
        coded = base64.b64encode(b"x" * shift + raw)
        # The letters at both ends depend on what stands before and after.
        found |= {coded[4 if shift else 0 : -4], coded.translate(URL_SAFE)[4 if shift else 0 : -4]}
    return found


URL_SAFE = bytes.maketrans(b"+/", b"-_")


def find_in(text: str | bytes, secrets: dict[str, str]) -> list[str]:
    """Return the names of the secrets that stand in the text in any spelling."""
    where = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
    return sorted(
        name for name, secret in secrets.items() if any(each in where for each in spellings(secret))
    )


def find_in_database(cursor: psycopg.Cursor, secrets: dict[str, str]) -> list[str]:
    """Return `table.column: name` for each secret in any column of any table."""
    cursor.execute(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
    )
    found = set()
    for table, column in cursor.fetchall():
        value = psycopg.sql.Identifier(column)
        cursor.execute(
            psycopg.sql.SQL(
                "SELECT CASE WHEN pg_typeof({0})::text = 'bytea' THEN NULL ELSE {0}::text END, "
                "CASE WHEN pg_typeof({0})::text = 'bytea' THEN {0}::text END FROM {1}"
            ).format(value, psycopg.sql.Identifier(table))
        )
        for text, hexed in cursor.fetchall():
            raw = bytes.fromhex(hexed[2:]) if hexed else (text or "").encode()
            found |= {f"{table}.{column}: {name}" for name in find_in(raw, secrets)}
    return sorted(found | set(find_in_packages(secrets)))


def find_in_packages(secrets: dict[str, str]) -> Iterator[str]:
    """Look into what is pickled, signed or compressed: the queue's rows and the sessions."""
    for row in OrmQ.objects.all():
        yield from (
            f"package: {n}" for n in find_in(repr(SignedPackage.loads(row.payload)), secrets)
        )
    for row in Task.objects.all():
        said = pickle.dumps((row.args, row.kwargs, row.result), protocol=0)
        yield from (f"task: {n}" for n in find_in(said, secrets))
    for row in Session.objects.all():
        yield from (f"session: {n}" for n in find_in(json.dumps(row.get_decoded()), secrets))


# The story


def fail(organization_id: int) -> None:
    raise RuntimeError(f"It cannot send {BODY} to {PHONE} with {fail.token}")


def explode(request: HttpRequest) -> None:
    token, said = Secret(fail.token), f"{NAME}: {BODY}"
    plain = {"token": str(token), "said": said}
    try:
        raise ValueError(f"{plain}")
    except ValueError as error:
        raise RuntimeError(f"{said} {token}") from error


urlpatterns = [path("explode/", explode), path("", include("katikn.urls"))]


class Story:
    """An agency with marked secrets of every kind, whose customer writes and is answered."""

    def __init__(self, settings, run_queue, monkeypatch, twin: MetaTwin) -> None:
        self.settings, self.run_queue, self.monkeypatch, self.twin = (
            settings,
            run_queue,
            monkeypatch,
            twin,
        )
        self.number = next(iter(twin.state.numbers.values()))
        self.pages: list[bytes] = []
        self.in_admin: dict[str, int] = {}
        self.script = Script()
        marked = {
            "channel token": self.number.token,
            "app secret": f"canary-app-{uuid.uuid4().hex}",
            "verify token": f"canary-verify-{uuid.uuid4().hex}",
            "Anthropic key": f"sk-ant-canary-{uuid.uuid4().hex}",
            "second factor": "CANARY" + base64.b32encode(os.urandom(20)).decode(),
            "recovery seed": uuid.uuid4().hex * 2,
            "signing key": settings.SECRET_KEY,
            "encryption key": settings.ENCRYPTION_KEYS[0],
        }
        self.secrets = marked
        settings.WHATSAPP_APP_SECRETS = [marked["app secret"]]
        settings.WHATSAPP_VERIFY_TOKEN = marked["verify token"]
        settings.ANTHROPIC_API_KEY = marked["Anthropic key"]
        monkeypatch.setenv("ANTHROPIC_API_KEY", marked["Anthropic key"])
        fail.token = marked["channel token"]

    def tell(self) -> None:
        self.found()
        self.verify()
        self.talk()
        self.ask_claude()
        self.refuse_the_token()
        self.break_meta()
        self.fail_tasks()
        self.lose_the_key()
        self.invite()
        self.open_pages()
        self.open_admin()
        self.break_pages()

    def found(self) -> None:
        """Found the agency, and give it a marked secret in every declared field."""
        self.organization = agency()
        self.owner = self.organization.owner.user
        self.channel = ChannelFactory(
            organization=self.organization,
            token=self.secrets["channel token"],
            phone_number_id=self.number.phone_number_id,
            graph_url=self.twin.url,
        )
        with tenant(self.organization):
            for model, field in sealed_fields():
                if model is not Channel:
                    name = f"{model._meta.label}.{field.name}"
                    self.secrets[name] = f"canary-{uuid.uuid4().hex}"
                    row = sample(model._meta.label, self.organization)
                    setattr(row, field.attname, seal(row, field.of, self.secrets[name]))
                    row.save()
            self.secrets["data key"] = str(self.organization.keys.get().wrapped)
        for kind, name, secret in (
            ("totp", "secret", "second factor"),
            ("recovery_codes", "seed", "recovery seed"),
        ):
            person = UserFactory()
            sealed = seal_for_user(person.pk, self.secrets[secret])
            Authenticator.objects.create(user=person, type=kind, data={name: sealed})

    def verify(self) -> None:
        for given in (self.secrets["verify token"], "wrong-" + self.secrets["verify token"]):
            query = {"hub.mode": "subscribe", "hub.verify_token": given, "hub.challenge": "7"}
            self.get(payloads.URL, query)

    def receive(self, text: str, wamid: str, status: int = 200) -> None:
        """Bring one message of the customer and work until nothing is due."""
        card = {"profile": {"name": NAME}, "wa_id": PHONE, "user_id": USER_ID}
        said = payloads.text(text, wamid, **{"from": PHONE, "from_user_id": USER_ID})
        content = payloads.value(self.channel, messages=[said]) | {"contacts": [card]}
        body = payloads.delivery(content)
        header = payloads.signature(body, self.secrets["app secret"])
        assert payloads.post(Client(), body, header) == status
        with tenant(self.organization):
            Conversation.objects.filter(contact__name=NAME).exclude(in_charge="assistant").update(
                in_charge="assistant", hand_over_reason=""
            )
        self.run_queue()
        ConversationWork.objects.update(due_at=now())  # as if the quiet period were over
        self.run_queue(include_delayed=True)
        waiting = OutboundWork.objects.filter(state="queued").order_by("pk")
        for message_id in list(waiting.values_list("pk", flat=True)):
            waiting.filter(pk=message_id).update(next_attempt_at=now())
            tasks.deliver(self.organization.pk, message_id)

    def talk(self) -> None:
        customer = self.twin.customer(PHONE, name=NAME, user_id=USER_ID)
        customer.send_text("Hello")
        payloads.post(Client(), b"{}", payloads.signature(b"{}", "wrong"))
        self.receive(BODY, "wamid.CANARY1")
        with tenant(self.organization):
            answer = Message.objects.get(direction="out")
        assert (answer.status, "385,000" in answer.body) == ("sent", True)
        ticks = payloads.value(
            self.channel, statuses=[payloads.status(answer.wamid, "delivered", recipient_id=PHONE)]
        )
        body = payloads.delivery(ticks)
        payloads.post(Client(), body, payloads.signature(body, self.secrets["app secret"]))
        self.run_queue(include_delayed=True)

    def ask_claude(self) -> None:
        """Let Claude answer once, and refuse the key the next time."""
        self.settings.ANTHROPIC_BASE_URL = "https://claude.invalid"
        self.monkeypatch.setattr(claude, "http_client", self.script.client)
        claude._client_for.cache_clear()
        with tenant(self.organization):
            AssistantSettings.objects.update_or_create(
                organization=self.organization,
                defaults={"claude_enabled": True, "monthly_cap_usd": 50},
            )
        self.script.then(
            calls(("describe_listing", {"reference": "L-1042"})),
            says("Skoufa 28 costs €385,000."),
            refuses(401, "authentication_error"),
        )
        for number in (1, 2):
            self.receive(f"How much is Skoufa 28? canaryword {number}", f"wamid.CLAUDE{number}")
        assert (len(self.script.requests), self.script.steps) == (3, [])
        assert self.script.headers[0]["authorization"] == f"Bearer {self.secrets['Anthropic key']}"
        with tenant(self.organization):
            AssistantSettings.objects.update(claude_enabled=False)
        claude._client_for.cache_clear()

    def refuse_the_token(self) -> None:
        self.number.token = "another-token"
        self.receive("canaryword: and now?", "wamid.CANARY2")
        with tenant(self.organization):
            channel = Channel.objects.get()
            assert channel.status == "broken"
            channel.status = "connected"
            channel.set_access_token(self.secrets["channel token"])
            channel.save(update_fields=["status", "sealed_access_token"])
        self.number.token = self.secrets["channel token"]

    def break_meta(self) -> None:
        for kind in ("500", "429", "dropped", "error"):
            self.twin.fault(kind)
            self.receive(f"canaryword: {kind}?", f"wamid.CANARY-{kind}")
        self.twin.clear_faults()

    def fail_tasks(self) -> None:
        with self.monkeypatch.context() as patch:
            patch.setattr(receiving, "receive", lambda *args: fail(0))
            self.receive("canaryword: it fails", "wamid.CANARY5")
        # What failed would be read again in ten seconds, and answers wait for it.
        assert WebhookEvent.objects.filter(state="received").update(state="dead") == 1
        self.run_in_worker(f"{__name__}.fail", self.organization.pk)

    def run_in_worker(self, task: str, *ids: int) -> None:
        """Run a task as Django-Q does, which stores the end of those that fail."""
        from django_q import monitor, signals, worker

        row_id = queue.enqueue(task, *ids)
        package = SignedPackage.loads(OrmQ.objects.get(pk=row_id).payload)
        queued, results = Queue(), Queue()
        for each in (package | {"ack_id": row_id}, "STOP"):
            queued.put(each)
        with self.monkeypatch.context() as patch:
            for module in (worker, monitor):
                patch.setattr(module, "close_old_django_connections", lambda: None)
            patch.setattr(worker, "error_reporter", None)
            queue.connect()
            try:
                worker.worker(queued, results, Value("f", -1))
                results.put("STOP")
                monitor.monitor(results, queue.Broker("live"))
            finally:
                signals.pre_execute.disconnect(queue._begin)
                signals.post_execute_in_worker.disconnect(queue._end)
        assert Task.objects.filter(success=False).count() == 1

    def lose_the_key(self) -> None:
        keys = self.settings.ENCRYPTION_KEYS
        self.settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
        self.receive("canaryword: without the key", "wamid.CANARY6")
        self.settings.ENCRYPTION_KEYS = keys
        with tenant(self.organization):
            assert Channel.objects.get().status == "broken"

    def invite(self) -> None:
        with tenant(self.organization):
            _invitation, token = inviting.invite(
                self.organization, "invited@agency.example", "agent", self.organization.owner
            )
        self.secrets["invitation link"] = token
        stranger = Client()
        stranger.force_login(UserFactory())
        stranger.get(reverse("organizations:invitation", args=[token]))  # forbidden, and logged
        call = (_invitation.email, f"https://x/invitations/{token}/")
        logging.getLogger("django.request").warning("Not Found: %s %s", *call)

    def open_pages(self) -> None:
        self.browser = Client(raise_request_exception=False)
        self.browser.force_login(self.owner)
        with tenant(self.organization):
            code = Conversation.objects.get(contact__name=NAME).code
        slug = self.organization.slug
        names = [name for name in sorted(MANAGERS_ONLY) if name.startswith("organizations:")]
        addresses = [f"/{slug}/inbox/", f"/{slug}/inbox/{code}/", f"/{slug}/settings/"]
        for name in names:
            try:
                addresses.append(reverse(name, args=[slug]))
            except Exception:  # names a row too; not a page of its own
                continue
        for address in addresses:
            self.get(address)

    def open_admin(self) -> None:
        """Let staff open the agency, and look at every list and at each row with its history."""
        member, self.browser = self.browser, staff_client()
        assert open_organization(self.browser, self.organization).status_code == 302
        for model in support_site._registry:
            base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            with tenant(self.organization):
                rows = list(model._base_manager.values_list("pk", flat=True))
            self.in_admin[model._meta.label] = len(rows)
            for address in (base, *(f"{base}{row}/{at}/" for row in rows for at in ADMIN_PAGES)):
                assert self.get(address).status_code == 200, address
        self.browser = member

    def break_pages(self) -> None:
        self.settings.ROOT_URLCONF = __name__
        for debug in (False, True):
            self.settings.DEBUG = debug
            query = {"hub.verify_token": self.secrets["verify token"], "q": NAME}
            answer = self.get("/explode/", query, Authorization=f"Bearer {fail.token}")
            assert answer.status_code == 500
            form = {"token": fail.token, "said": BODY}
            self.pages.append(self.browser.post("/explode/", form).content)
        self.settings.DEBUG = False
        self.settings.ROOT_URLCONF = "katikn.urls"

    def get(self, address: str, query: dict | None = None, **headers: str):
        browser = getattr(self, "browser", Client())
        answer = browser.get(address, query, headers=headers)
        if not answer.streaming:
            self.pages.append(answer.content)
        return answer


# What is written meanwhile


@pytest.fixture
def output() -> Iterator[StringIO]:
    """Everything that all loggers write at DEBUG, as the handlers of an installation write it."""
    stream, root = StringIO(), logging.getLogger()
    handlers = []
    for as_json in (True, False):
        handler = logs.Handler(stream)
        handler.setFormatter(logs.Formatter(as_json=as_json))
        handlers.append(handler)
        root.addHandler(handler)
    loggers = [root, *(each for each in logging.root.manager.loggerDict.values())]
    before = [(each, each.level) for each in loggers if isinstance(each, logging.Logger)]
    for logger, _level in before:
        logger.setLevel(logging.DEBUG)
    connection.force_debug_cursor = True
    yield stream
    connection.force_debug_cursor = False
    for handler in handlers:
        root.removeHandler(handler)
    for logger, level in before:
        logger.setLevel(level)


@pytest.fixture
def story(settings, run_queue, monkeypatch) -> Iterator[Story]:
    token = f"EAAcanary{uuid.uuid4().hex}"
    number = Number("305000000000002", "204000000000001", "35725000001", token, "Agency")
    with MetaTwin(
        NOWHERE, "unused", numbers=[number], delays=Delays(0, 0, None), retry_for=0
    ) as twin:
        yield Story(settings, run_queue, monkeypatch, twin)


def postgres_log(cursor: psycopg.Cursor) -> bytes:
    cursor.execute("SHOW data_directory")
    return (Path(cursor.fetchone()[0]).parent / "postgresql.log").read_bytes()


def dumped() -> str:
    """What `dumpdata` writes of the whole database, but for the fields that refuse."""
    refusing = {model._meta.label for model, _field in sealed_fields()}
    refusing |= {"organizations.OrganizationKey"}
    out = StringIO()
    call_command("dumpdata", database="support", exclude=sorted(refusing), stdout=out)
    return out.getvalue()


def traced(story: Story) -> str:
    out = StringIO()
    with tenant(story.organization):
        code = Conversation.objects.get(contact__name=NAME).code
    for sought in (str(code), "wamid.CANARY1"):
        call_command("trace", sought, stdout=out)
    call_command("encryption_audit", stdout=out)
    call_command("rotate_keys", "--organization", "all", "--new-data-key", stdout=out)
    return out.getvalue()


def test_no_marked_secret_and_no_customer_gets_where_it_does_not_belong(
    story, output, admin_cursor, capfd
):
    story.tell()
    trace = traced(story)
    secrets = story.secrets
    written = output.getvalue()

    assert find_in_database(admin_cursor, secrets) == []
    assert find_in(written, secrets) == []
    assert [find_in(page, secrets) for page in story.pages] == [[]] * len(story.pages)
    assert find_in(dumped(), secrets) == []
    assert find_in(trace, secrets) == []
    assert find_in(json.dumps(story.script.requests), secrets) == []
    assert find_in(postgres_log(admin_cursor), secrets) == []
    shown = capfd.readouterr()
    assert find_in(shown.out + shown.err, secrets) == []

    customer = {each: each for each in CUSTOMER}
    # Meta's message ids hold the number in base64. Whoever traces a message names one.
    trace = re.sub(r"wamid\.\S+", "", trace)
    said = (written, trace, postgres_log(admin_cursor).decode(), shown.out + shown.err)
    found = [line for place in said for line in place.splitlines() if find_in(line, customer)]
    assert found == []
    # The story was told: its failures are in the log, and its pages were made.
    kinds = {error["type"] for line in json_lines(written) for error in line.get("exception", ())}
    assert {"RuntimeError", "ValueError", "organizations.secrets.SecretUnreadable"} >= kinds
    assert "RuntimeError" in kinds
    assert len(story.pages) > 9
    rows = story.in_admin
    assert [label for label in SEALED_IN_ADMIN if not rows[label]] == []
    assert rows["inbox.Message"] > 5


def json_lines(written: str) -> Iterable[dict]:
    return (json.loads(line) for line in written.splitlines() if line.startswith("{"))


# The looking itself


PLANTED = "EAAplanted0123456789canary"


def in_a_column(story):
    Channel.objects.update(name=PLANTED)


def in_a_column_of_bytes(story):
    sql = "UPDATE inbox_channel SET sealed_access_token = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [PLANTED.encode()])


def in_a_wrapped_text(story):
    sql = "UPDATE organizations_organizationkey SET wrapped = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [PLANTED])


def in_the_audit_trail(story):
    AuditEntry.objects.create(
        organization=story.organization, action="x", details={"was": [PLANTED]}
    )


def in_base64(story):
    Channel.objects.update(name=base64.b64encode(b"k:" + PLANTED.encode()).decode())


def in_hex(story):
    Channel.objects.update(name=PLANTED.encode().hex())


def in_a_queued_task(story):
    queue.enqueue("inbox.tasks.deliver", 1, PLANTED)


def in_a_session(story):
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session["token"] = PLANTED
    session.create()


@pytest.mark.parametrize(
    "plant",
    [
        in_a_column,
        in_a_column_of_bytes,
        in_a_wrapped_text,
        in_the_audit_trail,
        in_base64,
        in_hex,
        in_a_queued_task,
        in_a_session,
    ],
)
def test_a_planted_secret_is_found_in_the_database(story, admin_cursor, plant):
    story.found()
    with tenant(story.organization):
        plant(story)

    assert find_in_database(admin_cursor, {"planted": PLANTED}) != []


def test_what_is_encrypted_is_not_found(story, admin_cursor):
    story.found()
    with tenant(story.organization):
        Channel.objects.update(name=wrap(PLANTED)[:80])

    assert find_in_database(admin_cursor, {"planted": PLANTED}) == []


def test_a_leak_in_the_way_of_a_message_is_found(story, output, admin_cursor):
    """As if somebody wrote the token into the reason why a channel is broken, and into a log."""
    from inbox import channel_states

    def leak(channel: Channel) -> None:
        Channel.objects.filter(pk=channel.pk).update(
            status="broken", status_reason=str(channel.access_token())[:200]
        )
        logging.getLogger("inbox").warning("The token was %s", str(channel.access_token())[3:])

    story.found()
    story.monkeypatch.setattr(channel_states, "mark_broken", leak)
    story.twin.customer(PHONE, name=NAME, user_id=USER_ID).send_text("Hello")
    story.number.token = "another-token"
    story.receive(BODY, "wamid.CANARY1")

    assert find_in_database(admin_cursor, story.secrets) == [
        "inbox_channel.status_reason: channel token"
    ]
    assert find_in(output.getvalue(), {"token": story.secrets["channel token"][3:]}) == ["token"]


@pytest.mark.parametrize("text", [f"x{PLANTED}y", PLANTED.encode().hex(), f'"{PLANTED}"'])
def test_a_planted_secret_is_found_in_a_text(text):
    assert find_in(text, {"planted": PLANTED}) == ["planted"]


@pytest.mark.parametrize("shift", range(6))
@pytest.mark.parametrize("coded", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_planted_secret_is_found_in_base64_wherever_it_stands(shift, coded):
    text = coded(b"~" * shift + PLANTED.encode() + b"?" * shift)

    assert find_in(text, {"planted": PLANTED}) == ["planted"]
