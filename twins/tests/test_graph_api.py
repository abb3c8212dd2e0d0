import pytest
import requests

from twins import OutsideDemonstration
from twins.meta import MetaTwin, NoReply

from .conftest import NUMBER

ELENI = "35799123456"


def button(title: str, id_: str) -> dict:
    return {"type": "reply", "reply": {"id": id_, "title": title}}


def buttons(*replies: dict, body: str = "Which time?") -> dict:
    return {"type": "button", "body": {"text": body}, "action": {"buttons": list(replies)}}


def rows(*given: dict) -> dict:
    action = {"button": "See homes", "sections": [{"title": "Limassol", "rows": list(given)}]}
    return {"type": "list", "body": {"text": "Matches"}, "action": action}


def test_twin_refuses_to_run_outside_the_demonstration(monkeypatch):
    monkeypatch.delenv("KATIKN_DEMO")

    with pytest.raises(OutsideDemonstration):
        MetaTwin("http://127.0.0.1:1/", "secret")


def test_accepted_send_answers_with_a_wamid_and_reaches_the_customer(twin, graph):
    eleni = twin.customer(ELENI)
    asked = eleni.send_text("Is it free?")

    status, answer = graph.text("Yes.", context={"message_id": asked})

    [reply] = eleni.wait_for_replies()
    assert status == 200
    assert answer == {
        "messaging_product": "whatsapp",
        "contacts": [{"input": "+35799123456", "wa_id": "35799123456"}],
        "messages": [{"id": reply.wamid, "message_status": "accepted"}],
    }
    assert (reply.text, reply.context_id) == ("Yes.", asked)
    assert eleni.transcript() == ["Eleni: Is it free?", "Aphrodite Homes: Yes."]


def test_statuses_follow_with_callback_data_and_pricing(twin, target, graph):
    eleni = twin.customer(ELENI, user_id="CY.1")
    eleni.send_text("Hello")

    _, answer = graph.text(biz_opaque_callback_data="msg:5b1f")

    assert twin.webhooks.wait_idle()
    common = {
        "id": answer["messages"][0]["id"],
        "timestamp": "1795420800",
        "recipient_id": ELENI,
        "recipient_user_id": "CY.1",
        "biz_opaque_callback_data": "msg:5b1f",
    }
    pricing = {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "service"}
    assert target.statuses() == [
        {**common, "status": "sent", "pricing": pricing},
        {**common, "status": "delivered", "pricing": pricing},
        {**common, "status": "read"},
    ]


def test_customer_without_receipts_never_reads_and_one_offline_gets_nothing(twin, target, graph):
    twin.customer(ELENI).send_text("Hello")
    twin.state.customer("c1").receipts = False
    graph.text(biz_opaque_callback_data="1")
    twin.state.customer("c1").online = False
    graph.text(biz_opaque_callback_data="2")

    assert twin.webhooks.wait_idle()
    seen = [(s["biz_opaque_callback_data"], s["status"]) for s in target.statuses()]
    assert sorted(seen) == [("1", "delivered"), ("1", "sent"), ("2", "sent")]


def test_free_text_outside_the_window_is_accepted_and_fails_later(twin, target, graph, clock):
    eleni = twin.customer(ELENI)
    eleni.send_text("Hello", at=clock.now - 24 * 3600)

    status, _ = graph.text(biz_opaque_callback_data="late")

    assert status == 200
    assert twin.webhooks.wait_idle()
    [failed] = target.statuses()
    assert (failed["status"], failed["errors"][0]["code"]) == ("failed", 131047)
    assert (failed["biz_opaque_callback_data"], failed["recipient_id"]) == ("late", ELENI)
    assert "recipient_user_id" not in failed
    assert eleni.transcript() == ["Eleni: Hello"]


def test_reaction_does_not_open_the_window(twin, target, graph, clock):
    eleni = twin.customer(ELENI)
    asked = eleni.send_text("Hello", at=clock.now - 24 * 3600)
    eleni.react(asked)

    graph.text()

    assert twin.webhooks.wait_idle()
    assert [status["status"] for status in target.statuses()] == ["failed"]


def test_customer_known_by_business_scoped_id_only_is_reached_by_it(twin, target, graph):
    amira = twin.customer(None, "Amira", "AE.77")
    amira.send_text("Hello")

    _, answer = graph.text(to="AE.77")

    assert answer["contacts"] == [{"input": "AE.77", "user_id": "AE.77"}]
    assert twin.webhooks.wait_idle()
    assert {status["recipient_user_id"] for status in target.statuses()} == {"AE.77"}
    assert not any("recipient_id" in status for status in target.statuses())
    assert [reply.text for reply in amira.wait_for_replies()] == ["Yes, it is."]


def test_business_scoped_id_in_to_is_accepted_and_undeliverable(twin, target, graph):
    twin.customer(None, "Amira", "AE.77").send_text("Hello")
    payload = {"messaging_product": "whatsapp", "to": "AE.77", "text": {"body": "Hi"}}

    status, _ = graph.call("POST", f"{NUMBER.phone_number_id}/messages", json=payload)

    assert status == 200
    assert twin.webhooks.wait_idle()
    assert [s["errors"][0]["code"] for s in target.statuses()] == [131026]


def test_wrong_token_is_refused_with_190(graph):
    status, answer = graph.call("POST", "305000000000002/messages", token="stale", json={})

    assert (status, answer["error"]["code"]) == (401, 190)


def test_token_of_another_account_cannot_use_the_number(graph):
    status, answer = graph.call("POST", "305000000000002/messages", token="token-8", json={})

    assert (status, answer["error"]["code"], answer["error"]["error_subcode"]) == (400, 100, 33)


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"messaging_product": None, "text": {"body": "x"}}, 100),
        ({"to": "", "text": {"body": "x"}}, 100),
        ({"to": "abc", "text": {"body": "x"}}, 131009),
        ({"to": "35725000001", "text": {"body": "x"}}, 131021),
        ({"type": "dance", "dance": {}}, 131009),
        ({"type": "text"}, 131008),
        ({"type": "text", "text": {"body": ""}}, 131009),
        ({"type": "text", "text": {"body": "x" * 4097}}, 131009),
        ({"text": {"body": "x"}, "biz_opaque_callback_data": "x" * 513}, 131009),
        ({"type": "image", "image": {"id": "1"}}, 131009),
        ({"type": "image", "image": {}}, 100),
        ({"type": "location", "location": {"latitude": 91, "longitude": 0}}, 131009),
        ({"type": "contacts", "contacts": [{}]}, 131008),
        ({"type": "reaction", "reaction": {"message_id": "wamid.NO", "emoji": "👍"}}, 131009),
        ({"type": "interactive", "interactive": buttons()}, 131009),
        ({"type": "interactive", "interactive": buttons(button("x" * 21, "1"))}, 131009),
        (
            {"type": "interactive", "interactive": buttons(button("a", "1"), button("a", "2"))},
            131009,
        ),
        (
            {"type": "interactive", "interactive": buttons(button("a", "1"), body="x" * 1025)},
            131009,
        ),
        ({"type": "interactive", "interactive": rows({"id": "1", "title": "x" * 25})}, 131009),
        ({"type": "interactive", "interactive": {"type": "button"}}, 131008),
        ({"type": "template", "template": {"name": "no", "language": {"code": "en"}}}, 132001),
    ],
)
def test_bad_payload_is_refused_with_metas_code(twin, graph, payload, code):
    twin.customer(ELENI)
    body = {"messaging_product": "whatsapp", "to": ELENI, **payload}

    status, answer = graph.call("POST", "305000000000002/messages", json=body)

    assert (status >= 400, answer["error"]["code"]) == (True, code)
    assert twin.counters()["accepted"] == {"c1": 0}


def test_body_that_is_not_json_is_refused(graph):
    status, answer = graph.call("POST", "305000000000002/messages", data=b"{")

    assert (status, answer["error"]["code"]) == (400, 100)


def test_tap_on_a_button_and_on_a_list_row_comes_back_with_id_and_context(twin, target, graph):
    eleni = twin.customer(ELENI)
    eleni.send_text("Hello")
    _, asked = graph.send(type="interactive", interactive=buttons(button("Tue 10:00", "slot:1")))
    row = {"id": "lst_77", "title": "2-bed", "description": "EUR 1,450"}
    graph.send(type="interactive", interactive=rows(row))

    eleni.press("Tue 10:00")
    eleni.press("lst_77")

    assert twin.webhooks.wait_idle()
    tapped = [m for m in target.messages() if m["type"] == "interactive"]
    assert tapped[0]["interactive"] == {
        "type": "button_reply",
        "button_reply": {"id": "slot:1", "title": "Tue 10:00"},
    }
    assert tapped[0]["context"] == {"from": "35725000001", "id": asked["messages"][0]["id"]}
    assert tapped[1]["interactive"] == {"type": "list_reply", "list_reply": row}


def test_template_reaches_a_customer_outside_the_window_and_its_button_answers(twin, target, graph):
    components = [
        {"type": "BODY", "text": "Hi {{first_name}}, see you {{when}}."},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Yes"}]},
    ]
    template = {"name": "viewing_reminder", "language": "en", "category": "UTILITY"}
    _, made = graph.call(
        "POST", "204000000000001/message_templates", json={**template, "components": components}
    )
    parameters = [
        {"type": "text", "parameter_name": "first_name", "text": "Eleni"},
        {"type": "text", "parameter_name": "when", "text": "Tue 10:00"},
    ]
    payload = [{"type": "payload", "payload": "VIEW_YES:1"}]
    sent = {
        "name": "viewing_reminder",
        "language": {"code": "en"},
        "components": [
            {"type": "body", "parameters": parameters},
            {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": payload},
        ],
    }
    eleni = twin.customer(ELENI)

    status, _ = graph.send(type="template", template=sent)
    eleni.press("Yes")
    short, refused = graph.send(type="template", template={**sent, "components": []})

    assert (made["status"], status) == ("APPROVED", 200)
    assert [reply.text for reply in eleni.wait_for_replies()] == ["Hi Eleni, see you Tue 10:00."]
    assert (short, refused["error"]["code"]) == (400, 132000)
    assert twin.webhooks.wait_idle()
    assert target.messages()[0]["button"] == {"payload": "VIEW_YES:1", "text": "Yes"}
    assert target.statuses()[0]["pricing"]["category"] == "utility"


def test_read_marks_earlier_messages_and_shows_typing_until_the_reply(twin, graph):
    eleni = twin.customer(ELENI)
    eleni.send_text("One")
    last = eleni.send_text("Two")
    payload = {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": last,
        "typing_indicator": {"type": "text"},
    }

    answer = graph.call("POST", "305000000000002/messages", json=payload)
    typing = twin.state.is_typing("305000000000002", eleni.id)
    graph.text()

    assert answer == (200, {"success": True})
    assert typing is True
    assert twin.state.is_typing("305000000000002", eleni.id) is False
    assert [m.status for m in eleni.messages() if m.direction == "in"] == ["read", "read"]


def test_media_go_up_and_come_down_with_the_token_only(twin, graph, clock):
    upload = {"file": ("a.png", b"\x89PNG\r\n--x\r\n", "image/png")}
    _, made = graph.call(
        "POST", "305000000000002/media", data={"messaging_product": "whatsapp"}, files=upload
    )

    _, info = graph.call("GET", made["id"])
    headers = {"Authorization": "Bearer token-1"}
    content = requests.get(info["url"], headers=headers, timeout=5).content
    anonymous = requests.get(info["url"], timeout=5)
    other = graph.call("GET", made["id"], token="token-8")
    clock.now += 301
    expired = requests.get(info["url"], headers=headers, timeout=5)

    assert (info["mime_type"], info["file_size"]) == ("image/png", "11")
    assert content == b"\x89PNG\r\n--x\r\n"
    assert (anonymous.status_code, other[0], expired.status_code) == (401, 400, 404)


def test_picture_of_a_customer_can_be_fetched_by_its_id(twin, target, graph):
    twin.customer(ELENI).send_image()
    assert twin.webhooks.wait_idle()
    image = target.messages()[0]["image"]

    _, info = graph.call("GET", image["id"])

    headers = {"Authorization": "Bearer token-1"}
    assert requests.get(info["url"], headers=headers, timeout=5).content[:8] == (
        b"\x89PNG\r\n\x1a\n"
    )


def test_number_tells_its_name_and_account_its_numbers(graph):
    _, number = graph.call("GET", "305000000000002?fields=verified_name")
    _, numbers = graph.call("GET", "204000000000001/phone_numbers?fields=display_phone_number")

    assert number == {"id": "305000000000002", "verified_name": "Aphrodite Homes"}
    assert numbers == {"data": [{"id": "305000000000002", "display_phone_number": "35725000001"}]}


def test_account_that_unsubscribes_gets_no_webhooks(twin, target, graph):
    graph.call("DELETE", "204000000000001/subscribed_apps")

    twin.customer(ELENI).send_text("Hello")

    assert twin.webhooks.wait_idle()
    assert target.posts == []


def test_waiting_for_replies_that_do_not_come_shows_the_transcript(twin):
    eleni = twin.customer(ELENI)
    eleni.send_text("Anyone?")

    with pytest.raises(NoReply, match="Eleni: Anyone\\?"):
        eleni.wait_for_replies(timeout=0.01)


@pytest.mark.parametrize("kind", ["missing", "wrong_sum", "wrong_type", "foreign", "bomb"])
def test_a_download_goes_wrong_as_scripted(twin, kind):
    eleni = twin.customer(ELENI)
    media_id = twin.state.messages[eleni.send_image()].body["id"]
    headers = {"Authorization": "Bearer token-1"}
    address = f"{twin.url}/v26.0/{media_id}"
    info = requests.get(address, headers=headers, timeout=5).json()
    twin.fault(kind, on="download")

    wrong = requests.get(info["url"], headers=headers, timeout=5, allow_redirects=False)
    right = requests.get(info["url"], headers=headers, timeout=5)

    expected = {"missing": 404, "foreign": 302}.get(kind, 200)
    assert (wrong.status_code, wrong.content != right.content) == (expected, True)
    assert right.status_code == 200


def test_the_app_may_ask_what_a_token_may_do(twin, graph):
    asked = f"{twin.url}/v26.0/debug_token?input_token=token-1"
    app = {"Authorization": "Bearer demo|" + twin.webhooks.app_secret}
    other = {"Authorization": "Bearer token-1"}

    told = requests.get(asked, headers=app, timeout=5).json()["data"]
    refused = requests.get(asked, headers=other, timeout=5).json()["error"]

    assert (told["is_valid"], told["app_id"], refused["code"]) == (True, "demo", 190)
    assert told["granular_scopes"][0]["target_ids"] == ["204000000000001"]
