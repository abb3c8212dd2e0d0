"""Log lines: one form, one id, and nothing that opens a door or that a customer wrote."""

import ast
import json
import logging
import re
from io import StringIO
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
import structlog
from django.conf import settings
from django.db import IntegrityError
from django.http import HttpResponse
from django.urls import reverse
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from organizations import correlation, inviting, logs, queue
from organizations.middleware import CorrelationMiddleware
from organizations.queue import enqueue
from organizations.scrubbing import scrub
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory, UserFactory

ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.fixture
def written():
    """Return a function that gives the lines written so far by all loggers, as JSON."""
    root, stream = logging.getLogger(), StringIO()
    handler = logs.Handler(stream)
    handler.setFormatter(logs.Formatter(as_json=True))
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def as_line(**fields):
    record = logging.getLogger("katikn").makeRecord(
        "katikn", logging.WARNING, "", 0, fields.pop("msg"), (), fields.pop("exc_info", None)
    )
    vars(record).update(fields)
    return logs.Formatter(as_json=False).format(record)


@pytest.mark.parametrize(
    ("line", "scrubbed"),
    [
        ("Gone: /invitations/4xK5u-sBc_Hi/", "Gone: /invitations/…/"),
        ("GET /accounts/confirm-email/MQ:1vN:x_y/ 200", "GET /accounts/confirm-email/…/ 200"),
        ("/accounts/password/reset/key/1-set-password/", "/accounts/password/reset/key/…/"),
        ("Authorization: Bearer EAAsecretToken012345", "Authorization: Bearer …"),
        ("token EAAGm0PX4ZCpsBAKZCZC", "token EAA…"),
        ("key sk-ant-api03-Zm9v_bar", "key sk-ant-…"),
        ("?access_token=abc.def&fields=id", "?access_token=…&fields=id"),
        ("hub.mode=subscribe&hub.verify_token=our-words", "hub.mode=subscribe&hub.verify_token=…"),
        ("X-Hub-Signature-256: sha256=0123456789abcdef0123", "X-Hub-Signature-256: sha256=…"),
        ("postgres://katikn_app:hunter2@/x", "postgres://katikn_app:…@/x"),
        ("stored gAAAAABlZm9vYmFyYmF6cXV4", "stored gAAAAA…"),
        ("to +357 99 123456 failed", "to … failed"),
        ("to 35799123456.", "to …."),
        ("(030) 901820-44, or", "…, or"),
        ("from CY.48210937716650291", "from CY.…"),
        ("id wamid.HBgLMzU3OTkxMjM0NTYVAgAS", "id wamid.…"),
        ("eleni.g@example.com wrote", "…@example.com wrote"),
        ("https://agency.example:8000/a@b", "https://agency.example:8000/a@b"),
        ("the bearer of this letter", "the bearer of this letter"),
        ("at 2026-11-24 03:45:45 and 2026-11-24", "at 2026-11-24 03:45:45 and 2026-11-24"),
        (f"run {ID}, message 1234567", f"run {ID}, message 1234567"),
    ],
)
def test_a_line_loses_its_secrets_and_nothing_else(line, scrubbed):
    assert scrub(line) == scrubbed


def test_a_line_of_json_holds_the_allowed_fields_and_no_others(written):
    with correlation.bound(correlation_id=UUID(ID), organization_id=7):
        logging.getLogger("inbox").warning(
            "Message %s waits.", 12, extra={"message_id": 12, "body": "Is it free?", "phone": "1"}
        )

    (line,) = written()
    assert (line.pop("at")[-1], line.pop("process") > 0) == ("Z", True)
    assert line == {
        "level": "WARNING",
        "logger": "inbox",
        "event": "Message 12 waits.",
        "correlation_id": ID,
        "organization_id": 7,
        "message_id": 12,
    }


def test_a_structlog_logger_writes_in_the_same_form(written):
    structlog.get_logger("inbox").warning("Message waits.", message_id=12, body="Is it free?")

    (line,) = written()
    assert (line["event"], line["message_id"], "body" in line) == ("Message waits.", 12, False)


def test_a_line_for_people_shows_the_same_fields():
    line = as_line(msg="Message waits.", message_id=12, conversation_id=3)

    assert line.endswith(" WARNING katikn Message waits. conversation_id=3 message_id=12")


@pytest.mark.parametrize(
    "hostile", ["a\nERROR forged", "a\r\nx", "a\x1b[2Jb", "a\u2028b", "a\u202eb"]
)
def test_a_line_stays_one_line_whatever_a_visitor_puts_into_it(written, hostile):
    logging.getLogger("katikn").warning("Not found: %s", hostile)
    readable = as_line(msg=f"Not found: {hostile}", route=hostile)

    assert [line["event"] for line in written()] == [f"Not found: {hostile}"]
    assert (len(readable.splitlines()), readable.isprintable()) == (1, True)


def test_an_exception_tells_kind_and_place_but_not_what_it_quotes(written):
    try:
        int("Eleni, +357 99 123456")
    except ValueError:
        logging.getLogger("inbox").exception("It failed.")

    (line,) = written()
    (error,) = line["exception"]
    assert error["type"] == "ValueError"
    assert error.keys() == {"type", "frames"}
    assert re.fullmatch(
        r"organizations/tests/test_logs.py:\d+ test_an_exception\w+", error["frames"][0]
    )
    assert "Eleni" not in json.dumps(line)


def test_the_causes_of_an_exception_are_told_too(written):
    try:
        try:
            raise AttributeError("'Reply' object has no attribute 'txt'")
        except AttributeError as error:
            raise RuntimeError("about Eleni") from error
    except RuntimeError:
        logging.getLogger("inbox").exception("It failed.")

    (line,) = written()
    assert [(e["type"], e.get("says")) for e in line["exception"]] == [
        ("RuntimeError", None),
        ("AttributeError", "'Reply' object has no attribute 'txt'"),
    ]


def test_a_refusal_of_the_database_names_the_rule_and_not_the_row(db, written):
    UserFactory(email="eleni@example.com")
    try:
        with pytest.raises(IntegrityError) as caught:
            UserFactory(email="eleni@example.com")
        raise caught.value
    except IntegrityError:
        logging.getLogger("inbox").exception("It failed.")

    error = written()[-1]["exception"][1]
    assert error["type"] == "psycopg.errors.UniqueViolation"
    assert error["says"].split()[:2] == ["23505", "organizations_user"]
    assert psycopg.errors.UniqueViolation.sqlstate == "23505"
    assert "eleni" not in json.dumps(written())


def test_debug_lines_of_libraries_are_dropped_and_ours_are_kept(written):
    logging.getLogger("anthropic._base_client").debug("Request options: %s", "what Eleni wrote")
    logging.getLogger("inbox").debug("A detail.")

    assert [line["event"] for line in written()] == ["A detail."]


def test_a_line_that_cannot_be_written_is_not_printed_with_its_arguments(capsys):
    handler = logs.Handler(StringIO())
    record = logging.getLogger("inbox").makeRecord(
        "inbox", logging.WARNING, "", 0, "Message %d", ("what Eleni wrote",), None
    )

    handler.handle(record)

    shown = capsys.readouterr().err
    assert shown == "A line of inbox could not be written (TypeError).\n"


def test_a_refused_invitation_does_not_log_its_link(client, db, written):
    organization = OrganizationFactory()
    with tenant(organization):
        _invitation, token = inviting.invite(
            organization, "new@agency.example", "agent", organization.owner
        )
    client.force_login(UserFactory())

    client.get(reverse("organizations:invitation", args=[token]))

    assert "Forbidden: /invitations/…/" in [line["event"] for line in written()]
    assert token not in json.dumps(written())


# The correlation id of a request


@pytest.mark.parametrize("given", [ID, ID.replace("-", "")])
def test_a_request_keeps_the_id_that_a_proxy_gave_it(client, db, written, given):
    answer = client.get("/privacy/", headers={"X-Request-ID": given})

    assert answer.headers["X-Request-ID"] == ID
    assert written()[-1]["correlation_id"] == ID


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "1",
        ID.upper(),
        ID + "\n",
        f"{ID} ",
        f"{{{ID}}}",
        f"urn:uuid:{ID}",
        "x" * 36,
        "0" * 4096,
        "٠" * 32,
        "<script>alert(1)</script>",
        "a\r\nSet-Cookie: x=1",
        "0f8fad5b-d9cb-469f-a165-70867728950e, 0f8fad5b-d9cb-469f-a165-70867728950f",
    ],
)
def test_any_other_id_is_replaced(rf, hostile):
    answer = CorrelationMiddleware(lambda request: HttpResponse())(
        rf.get("/", headers={"X-Request-ID": hostile})
    )

    given = answer.headers["X-Request-ID"]
    assert str(UUID(given)) == given
    assert given.replace("-", "") not in hostile


def test_each_request_gets_an_id_of_its_own_and_leaves_none_behind(client, db):
    first, second = (client.get("/privacy/").headers["X-Request-ID"] for _ in range(2))

    assert first != second
    assert correlation.current() is None


def test_the_line_of_a_request_names_the_route_and_not_the_address(client, db, written):
    client.get("/invitations/secret-token-0123456789/?q=Eleni")

    line = next(line for line in written() if line["event"] == "Request answered.")
    assert (line["method"], line["route"], line["status"]) == (
        "GET",
        "invitations/<str:token>/",
        404,
    )
    assert not {"secret-token-0123456789", "Eleni"} & set(
        re.findall(r"[\w-]+", json.dumps(written()))
    )


# and of a task


def package_of(row_id):
    return SignedPackage.loads(OrmQ.objects.get(pk=row_id).payload)


def test_a_task_goes_on_under_the_id_of_the_request_that_queued_it(db):
    with correlation.bound(correlation_id=UUID(ID)):
        package = package_of(enqueue("inbox.tasks.deliver", 7, 12))

    assert package["group"] == ID


def test_a_task_that_nobody_began_gets_an_id_of_its_own(db):
    groups = {package_of(enqueue("inbox.tasks.sweep"))["group"] for _ in range(2)}

    assert len(groups) == 2
    assert all(str(UUID(group)) == group for group in groups)


def deliver(organization_id, message_id):
    logging.getLogger("inbox").warning("At work.")


def test_the_lines_of_a_task_carry_its_id_its_name_and_its_ids(written):
    correlation.begin_task({"group": ID, "func": "inbox.tasks.deliver", "args": (7, 12)}, deliver)
    deliver(7, 12)
    correlation.end_task()
    logging.getLogger("inbox").warning("Afterwards.")

    first, second = written()
    assert [
        first.get(name) for name in ("correlation_id", "task", "organization_id", "message_id")
    ] == [
        ID,
        "inbox.tasks.deliver",
        7,
        12,
    ]
    assert "correlation_id" not in second


def test_work_found_by_a_sweep_goes_on_under_the_id_of_its_row(written):
    own, swept = uuid4(), uuid4()
    correlation.begin_task({"group": str(swept), "func": "x"}, None)
    correlation.adopt(own)
    logging.getLogger("inbox").warning("Sent.")

    (line,) = written()
    assert (line["correlation_id"], line["caused_by"]) == (str(own), str(swept))


def test_what_a_failed_task_quotes_reaches_neither_the_queue_nor_the_log(written, monkeypatch):
    """As a worker of Django-Q runs it, without starting one."""
    from multiprocessing import Queue, Value

    from django_q import signals, worker

    monkeypatch.setattr(worker, "close_old_django_connections", lambda: None)
    monkeypatch.setattr(worker, "error_reporter", None)
    queue.connect()
    try:
        tasks, results = Queue(), Queue()
        tasks.put(
            {
                "id": "1",
                "name": "x",
                "func": f"{__name__}.fail",
                "args": (7,),
                "kwargs": {},
                "group": ID,
            }
        )
        tasks.put("STOP")
        worker.worker(tasks, results, Value("f", -1))
        result = results.get(timeout=5)
    finally:
        signals.pre_execute.disconnect(queue._begin)
        signals.post_execute_in_worker.disconnect(queue._end)

    assert result["result"] == f"ValueError, see the log of {ID}"
    failed, ended = (line for line in written() if line["logger"] == "organizations.queue")
    assert failed["exception"][0]["type"] == "ValueError"
    assert (failed["correlation_id"], failed["organization_id"]) == (ID, 7)
    assert (ended["event"], ended["outcome"]) == ("The task ended.", "ValueError")
    assert "Eleni" not in json.dumps(written())


def fail(organization_id):
    int("what Eleni wrote")


# Our own calls


ARGUMENTS = {
    *(
        "pk",
        "id",
        "code",
        "name",
        "attempts",
        "position",
        "reason",
        "rows",
        "message_id",
        "event_id",
    ),
    *(
        "conversation_id",
        "export_id",
        "follow_up_id",
        "organization_id",
        "attachment_id",
        "MAX_ATTEMPTS",
        "sum",
    ),
    # Meta's name of a field, kinds of exceptions, and why nothing may be sent.
    *("field", "state", "__name__", "refusal", "strerror", "len"),
    # What the database says when it cannot be reached; no statement is involved.
    "strip",
}


def calls():
    for path in sorted(Path(settings.BASE_DIR).glob("*/**/*.py")):
        parts = path.relative_to(settings.BASE_DIR).parts
        if parts[0] not in logs.OWN or "tests" in parts or parts[0] in ("twins", "bench"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if is_call and getattr(node.func.value, "id", "") == "logger":
                yield pytest.param(node, id=f"{'/'.join(parts)}:{node.lineno}")


@pytest.mark.parametrize("call", list(calls()))
def test_a_call_of_ours_logs_a_fixed_text_with_ids(call):
    assert isinstance(call.args[0], ast.Constant)
    for argument in call.args[1:]:
        last = argument.func if isinstance(argument, ast.Call) else argument
        assert getattr(last, "attr", getattr(last, "id", "")) in ARGUMENTS
    for keyword in call.keywords:
        if keyword.arg == "extra" and isinstance(keyword.value, ast.Dict):
            named = {key.value for key in keyword.value.keys if key is not None}
            assert named <= logs.FIELDS
