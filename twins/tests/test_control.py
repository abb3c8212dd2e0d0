import json

import pytest
import requests

from twins.meta.__main__ import main
from twins.meta.mail import read_letters


@pytest.fixture
def control(twin):
    def call(method: str, path: str, **how: object) -> tuple:
        answer = requests.request(method, f"{twin.url}/twin/{path}", timeout=10, **how)
        return answer.status_code, answer.json()

    return call


def test_customer_is_made_and_writes_over_the_control_api(twin, target, control):
    _, made = control("POST", "customers", json={"name": "James", "phone": "+44 7700 900123"})
    _, sent = control(
        "POST", "messages", json={"customer": made["id"], "action": "text", "text": "Hello"}
    )

    assert made["phone"] == "447700900123"
    assert twin.webhooks.wait_idle()
    assert [message["id"] for message in target.messages()] == [sent["wamid"]]


def test_conversation_is_read_from_a_version_on(twin, graph, control):
    eleni = twin.customer("35799123456")
    eleni.send_text("Hello")
    assert twin.webhooks.wait_idle()
    _, before = control("GET", f"conversation?customer={eleni.id}")
    graph.text("Hi Eleni")

    _, after = control("GET", f"conversation?customer={eleni.id}&after={before['version']}")

    assert [message["text"] for message in before["messages"]] == ["Hello"]
    assert [message["text"] for message in after["messages"]] == ["Hi Eleni"]
    assert after["window_open"] is True


def test_tokens_are_never_told(twin, control):
    _, state = control("GET", "state")

    assert "token-1" not in json.dumps(state)
    assert [number["name"] for number in state["numbers"]] == ["Aphrodite Homes", "Other Homes"]


def test_number_can_be_added_while_running(twin, control):
    number = {"phone_number_id": "9", "waba_id": "8", "display": "357", "token": "t"}

    status, _ = control("POST", "numbers", json={**number, "name": "New"})

    assert (status, twin.state.number("9").name) == (200, "New")


def test_faults_are_scripted_listed_and_cleared(control):
    script = {"calls": [{"kind": "429", "times": 3}], "webhooks": {"duplicate": 1}}

    _, set_ = control("POST", "faults", json=script)
    _, cleared = control("DELETE", "faults")

    assert (set_["calls"][0]["times"], set_["webhooks"]["duplicate"]) == (3, 1)
    assert (cleared["calls"], cleared["webhooks"]["duplicate"]) == ([], 0)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("messages", {"customer": "c9", "action": "text"}, 404),
        ("messages", {"action": "text"}, 400),
        ("messages", [], 400),
        ("faults", {"calls": [{"kind": "earthquake"}]}, 400),
        ("faults", {"webhooks": {"lose": 1}}, 400),
        ("nothing", {}, 404),
    ],
)
def test_bad_control_calls_get_a_clear_error(control, path, body, status):
    answered, answer = control("POST", path, json=body)

    assert answered == status
    assert answer["error"] != ""


def test_pages_elsewhere_cannot_play_customers(twin, control):
    foreign = control("POST", "customers", json={}, headers={"Origin": "http://evil.example"})
    rebound = control("GET", "state", headers={"Host": "evil.example"})

    assert (foreign[0], rebound[0]) == (403, 403)


def test_phone_page_is_served_under_a_strict_policy(twin):
    page = requests.get(f"{twin.url}/", timeout=5)

    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    for name in ("phone.css", "phone.js", "mail.css", "mail.js"):
        assert requests.get(f"{twin.url}/{name}", timeout=5).status_code == 200


def test_mail_page_lists_letters_newest_first_with_links(twin, tmp_path):
    letter = "Subject: {}\nFrom: a@x.test\nTo: b@x.test\nDate: now\n\nOpen {} please.\n"
    rule = "-" * 79 + "\n"
    (tmp_path / "1.log").write_text(
        letter.format("Older", "http://127.0.0.1/a")
        + rule
        + letter.format("<Newer>", "http://127.0.0.1/b?c=1&d=2")
        + rule
    )
    twin.mail_dir = tmp_path

    page = requests.get(f"{twin.url}/mail", timeout=5).text

    assert [item.subject for item in read_letters(tmp_path)] == ["<Newer>", "Older"]
    assert '<a href="http://127.0.0.1/b?c=1&amp;d=2"' in page
    assert "<h2>&lt;Newer&gt;</h2>" in page


def test_command_refuses_to_run_outside_the_demonstration(monkeypatch, capsys):
    monkeypatch.delenv("KATIKN_DEMO")

    code = main(["--webhook-url", "http://127.0.0.1:1/", "--app-secret", "x"])

    assert code == 2
    assert "KATIKN_DEMO=1" in capsys.readouterr().err


def test_known_customer_keeps_name_and_hidden_phone(twin):
    twin.customer("971501234567", "Amira", shares_phone=False)

    again = twin.customer("971501234567").customer

    assert (again.id, again.name, again.shares_phone) == ("c1", "Amira", False)


@pytest.mark.parametrize(
    ("given", "type_"),
    [
        ({"action": "document"}, "document"),
        ({"action": "document", "data": "JVBERg==", "filename": "a.pdf"}, "document"),
        ({"action": "bad_file", "what": "bomb"}, "image"),
        ({"action": "bad_file", "what": "page"}, "image"),
        ({"action": "bad_file", "what": "big"}, "sticker"),
    ],
)
def test_files_good_and_bad_are_sent_over_the_control_api(twin, control, given, type_):
    eleni = twin.customer("35799123456")

    _status, answer = control("POST", "messages", json={"customer": eleni.id, **given})

    assert twin.state.messages[answer["wamid"]].type == type_


@pytest.mark.parametrize(
    ("action", "field", "kind"),
    [
        ("card", "messages", "contacts"),
        ("poll", "messages", "unsupported"),
        ("ad", "messages", "text"),
        ("forward", "messages", "text"),
        ("call", "calls", None),
        ("standby", "standby", "text"),
    ],
)
def test_customer_does_what_the_phones_menu_offers(twin, target, control, action, field, kind):
    eleni = twin.customer("35799123456")

    control("POST", "messages", json={"customer": eleni.id, "action": action})

    assert twin.webhooks.wait_idle()
    values = target.values()
    told = values[0].get("standby", values[0])
    assert ("standby" in values[0]) == (field == "standby")
    if kind is None:
        events = [call["event"] for each in values for call in each[field]]
        assert events == ["connect", "terminate"]
    else:
        assert [message["type"] for message in told["messages"]] == [kind]


@pytest.mark.parametrize(
    "action", ["image", "document", "voice", "video", "sticker", "card", "order", "location"]
)
def test_each_sort_of_message_can_be_sent_without_saying_more(twin, target, control, action):
    eleni = twin.customer("35799123456")

    status, sent = control("POST", "messages", json={"customer": eleni.id, "action": action})

    assert status == 200
    assert twin.webhooks.wait_idle()
    [message] = target.messages()
    kind = {"voice": "audio", "card": "contacts"}.get(action, action)
    assert (message["id"], message["type"]) == (sent["wamid"], kind)
    assert message[kind] != {}


def test_own_message_is_edited_and_deleted_and_nobody_elses(twin, target, control):
    eleni, nikos = twin.customer("35799123456"), twin.customer("306941234567", "Nikos")
    wamid = eleni.send_text("The flat at the see")
    edit = {"customer": eleni.id, "action": "edit", "wamid": wamid, "text": "The flat at the sea"}
    revoke = {"action": "revoke", "wamid": wamid}

    control("POST", "messages", json=edit)
    control("POST", "messages", json={"customer": eleni.id, **revoke})
    refused, _ = control("POST", "messages", json={"customer": nikos.id, **revoke})

    assert twin.webhooks.wait_idle()
    [_, edited, revoked] = target.messages()
    new_words = {"type": "text", "text": {"body": "The flat at the sea"}}
    assert edited["edit"] == {"original_message_id": wamid, "message": new_words}
    assert revoked["revoke"] == {"original_message_id": wamid}
    assert refused == 404
