import http.server
import json
import logging
import threading
from collections.abc import Iterator

import pytest
from django.db import transaction

from inbox.tests.conftest import NUMBER
from inbox.tests.factories import ChannelFactory, ContactFactory
from inbox.whatsapp.client import (
    Address,
    Busy,
    NetworkInsideTransaction,
    Rejected,
    Unconfirmed,
    WhatsAppClient,
)
from inbox.whatsapp.errors import plain_words
from organizations.secrets import SecretUnreadable
from organizations.tenancy import tenant

ELENI = Address(phone="35799123456")


class Answers:
    """A server that answers every POST with the same status, headers and body."""

    def __init__(self) -> None:
        self.status, self.body, self.headers = 200, b"{}", {}
        self.requests: list[tuple[str, dict, dict]] = []
        answers = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                answers.requests.append((self.path, dict(self.headers), json.loads(content)))
                self.send_response(answers.status)
                for name, value in answers.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answers.body)))
                self.end_headers()
                self.wfile.write(answers.body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def refuse(self, status: int, code: object = None, **headers: str) -> None:
        error = {"code": code, "message": "Said", "error_data": {"details": "Details."}}
        self.status, self.headers = status, headers
        self.body = json.dumps({"error": error}).encode()


@pytest.fixture
def answers() -> Iterator[Answers]:
    answers = Answers()
    yield answers
    answers.server.shutdown()
    answers.server.server_close()


def client_of(channel) -> WhatsAppClient:
    with tenant(channel.organization):
        return WhatsAppClient(channel)


@pytest.fixture
def client(db, answers) -> WhatsAppClient:
    return client_of(ChannelFactory(graph_url=answers.url + "/", phone_number_id="305"))


def test_text_reaches_the_customer_and_returns_the_wamid(channel, twin, eleni):
    wamid = client_of(channel).send_text(ELENI, "Yes, it is.", callback_data="msg:1")

    [reply] = eleni.wait_for_replies()
    assert (reply.wamid, reply.text) == (wamid, "Yes, it is.")


def test_buttons_reach_the_customer(channel, eleni):
    client_of(channel).send_buttons(ELENI, "When?", [("slot:1", "Tue 10:00"), ("no", "Neither")])

    eleni.wait_for_replies()
    assert eleni.press("Tue 10:00").startswith("wamid.")


def test_reading_and_typing_are_shown(channel, twin, eleni):
    wamid = eleni.messages()[0].wamid

    client_of(channel).mark_read(wamid, typing=True)

    assert twin.state.messages[wamid].status == "read"


def test_customer_without_a_phone_is_addressed_by_the_business_scoped_id(channel, twin, db):
    maria = twin.customer(user_id="CY.77")
    maria.send_text("Hello")

    client_of(channel).send_text(Address(user_id="CY.77"), "Hello, Maria.")

    assert [reply.text for reply in maria.wait_for_replies()] == ["Hello, Maria."]


def test_request_has_version_number_token_and_callback_data(client, answers):
    answers.body = b'{"messages":[{"id":"wamid.OUT"}]}'

    wamid = client.send_text(ELENI, "Hi", callback_data="msg:7", reply_to="wamid.IN")

    [(path, headers, payload)] = answers.requests
    assert (wamid, path) == ("wamid.OUT", "/v26.0/305/messages")
    assert headers["Authorization"] == "Bearer token-1"
    assert payload == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+35799123456",
        "type": "text",
        "text": {"body": "Hi", "preview_url": False},
        "context": {"message_id": "wamid.IN"},
        "biz_opaque_callback_data": "msg:7",
    }


def test_address_is_the_phone_if_known(db):
    contact = ContactFactory(phone="35799123456", user_id="CY.1")

    with tenant(contact.organization):
        assert Address.of(contact).as_payload()["to"] == "+35799123456"
    assert Address(user_id="CY.1").as_payload() == {
        "recipient_type": "individual",
        "recipient": "CY.1",
    }
    assert not Address()


@pytest.mark.parametrize("code", [4, 80007, 130429, 131056])
def test_too_many_calls_are_safe_to_repeat(client, answers, code):
    answers.refuse(400, code)

    with pytest.raises(Busy) as error:
        client.send_text(ELENI, "Hi")

    assert (error.value.code, error.value.retry_after) == (code, None)


def test_named_time_to_wait_is_told(client, answers):
    answers.refuse(429, None, **{"Retry-After": "7"})

    with pytest.raises(Busy) as error:
        client.send_text(ELENI, "Hi")

    assert error.value.retry_after == 7.0


@pytest.mark.parametrize(
    ("status", "code"),
    [(500, 1), (400, 131000), (400, 131016), (503, 2), (500, None), (502, "x"), (500, 77)],
)
def test_failure_on_metas_side_is_unconfirmed(client, answers, status, code):
    answers.refuse(status, code)

    with pytest.raises(Unconfirmed):
        client.send_text(ELENI, "Hi")


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, 190), (400, 131047), (400, 131026), (400, 100), (403, 10), (500, 190), (404, None)],
)
def test_refusal_is_final_and_says_why(client, answers, status, code):
    answers.refuse(status, code)

    with pytest.raises(Rejected) as error:
        client.send_text(ELENI, "Hi")

    assert (error.value.code, error.value.text) == (code, "Details.")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"messages":[]}', b'{"messages":[{}]}'])
def test_acceptance_without_an_id_is_unconfirmed(client, answers, body):
    answers.body = body

    with pytest.raises(Unconfirmed):
        client.send_text(ELENI, "Hi")


@pytest.mark.parametrize("body", [b"<html>", b"", b'"x"', b'{"error":"x"}'])
def test_refusal_without_metas_shape_is_decided_by_the_http_status(client, answers, body):
    answers.status, answers.body = 400, body

    with pytest.raises(Rejected) as error:
        client.send_text(ELENI, "Hi")

    assert (error.value.code, error.value.text) == (None, "HTTP 400")


def test_redirect_is_not_followed_because_the_token_would_travel(client, answers):
    answers.status, answers.headers = 302, {"Location": answers.url}

    with pytest.raises((Rejected, Unconfirmed)):
        client.send_text(ELENI, "Hi")

    assert len(answers.requests) == 1


@pytest.mark.parametrize("fault", ["lost_answer", "dropped"])
def test_broken_connection_is_unconfirmed(channel, twin, eleni, fault):
    twin.fault(fault)

    with pytest.raises(Unconfirmed):
        client_of(channel).send_text(ELENI, "Hi")


def test_slow_answer_is_unconfirmed(channel, twin, eleni, monkeypatch):
    monkeypatch.setattr("inbox.whatsapp.client.TIMEOUT", (1, 0.1))
    twin.fault("slow", seconds=2)

    with pytest.raises(Unconfirmed):
        client_of(channel).send_text(ELENI, "Hi")


def test_connection_that_never_was_is_safe_to_repeat(db):
    channel = ChannelFactory(graph_url="http://127.0.0.1:9")

    with pytest.raises(Busy):
        client_of(channel).send_text(ELENI, "Hi")


def test_network_inside_a_transaction_is_refused(client, answers):
    with pytest.raises(NetworkInsideTransaction), transaction.atomic():
        client.send_text(ELENI, "Hi")

    assert answers.requests == []


def test_network_inside_tenant_is_refused(channel, twin):
    with pytest.raises(NetworkInsideTransaction), tenant(channel.organization):
        WhatsAppClient(channel).mark_read("wamid.X")


def test_token_that_does_not_open_stops_the_client(db):
    channel = ChannelFactory()
    channel.sealed_access_token = None

    with pytest.raises(SecretUnreadable):
        client_of(channel)


def test_token_is_in_no_log_and_no_error(client, answers, caplog):
    caplog.set_level(logging.DEBUG)
    answers.refuse(401, 190)

    with pytest.raises(Rejected) as error:
        client.send_text(ELENI, "Hi")

    assert "token-1" not in caplog.text + str(error.value) + repr(vars(client))


def test_channel_without_an_address_of_its_own_uses_the_settings(db, answers, settings):
    settings.WHATSAPP_GRAPH_URL, settings.WHATSAPP_GRAPH_VERSION = answers.url, "v99.0"
    answers.body = b'{"messages":[{"id":"wamid.OUT"}]}'

    client_of(ChannelFactory(phone_number_id="305")).send_text(ELENI, "Hi")

    assert answers.requests[0][0] == "/v99.0/305/messages"
    assert NUMBER.token == "token-1"


def test_every_failure_is_told_in_plain_words():
    assert plain_words(131047).startswith("More than 24 hours")
    assert plain_words(201).startswith("KΛTIKN lacks the permission")
    assert plain_words(132001).startswith("The template")
    assert plain_words(999_999, "Odd") == "Odd (999999)"
    assert plain_words(None, "HTTP 404") == "HTTP 404"
    assert plain_words(None) == "WhatsApp did not say why."
