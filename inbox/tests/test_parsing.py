import json
from datetime import UTC, datetime

import pytest

from inbox.models import Message
from inbox.tests.payloads import delivery, delivery_of, failed, message, status, text, value
from inbox.whatsapp.parsing import NotAWebhook, Sender, split_event

NUMBER = "305000000000002"


def parse(item: dict):
    [found] = split_event(delivery_of(NUMBER, item))
    return found.content


def parse_raw(value_: dict, field: str = "messages"):
    return split_event(delivery(value_, field=field))


def test_text_message_is_read_with_its_sender():
    incoming = parse(text("Hello", wamid="wamid.A", timestamp="1767225600"))

    assert (incoming.wamid, incoming.kind, incoming.body) == ("wamid.A", "text", "Hello")
    assert incoming.sent_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert incoming.sender == Sender(
        user_id="CY.48210937716650291", phone="35799123456", name="Eleni"
    )


BODIES = [
    ("image", {"id": "1", "caption": "The kitchen"}, "image", "The kitchen"),
    ("video", {"id": "1"}, "video", ""),
    ("audio", {"id": "1", "voice": True}, "audio", ""),
    ("voice", {"id": "1"}, "audio", ""),
    ("document", {"id": "1", "filename": "plan.pdf"}, "document", "plan.pdf"),
    ("document", {"id": "1", "filename": "a.pdf", "caption": "Plan"}, "document", "Plan"),
    ("sticker", {"id": "1"}, "sticker", ""),
    ("location", {"latitude": 34.7, "longitude": 33.1}, "location", "34.7, 33.1"),
    (
        "location",
        {"latitude": 34.7, "longitude": 33, "name": "Home", "address": "Anexartisias 1"},
        "location",
        "Home\nAnexartisias 1\n34.7, 33",
    ),
    (
        "contacts",
        [{"name": {"formatted_name": "Maria P."}, "phones": [{"phone": "+357 99 1"}, {}]}, {}],
        "contacts",
        "Maria P., +357 99 1",
    ),
    (
        "interactive",
        {"type": "button_reply", "button_reply": {"id": "slot:1", "title": "Tue 10:00"}},
        "interactive",
        "Tue 10:00",
    ),
    (
        "interactive",
        {"type": "list_reply", "list_reply": {"id": "1", "title": "2-bed", "description": "Cy"}},
        "interactive",
        "2-bed\nCy",
    ),
    (
        "interactive",
        {
            "type": "nfm_reply",
            "nfm_reply": {"body": "Sent", "response_json": '{"flow_token":"f","budget":"1500"}'},
        },
        "interactive",
        "budget: 1500",
    ),
    (
        "interactive",
        {"type": "nfm_reply", "nfm_reply": {"body": "Sent", "response_json": "[1]"}},
        "interactive",
        "Sent",
    ),
    (
        "interactive",
        {"type": "call_permission_reply", "call_permission_reply": {"response": "accept"}},
        "system",
        "",
    ),
    (
        "interactive",
        {
            "type": "nfm_reply",
            "nfm_reply": {
                "name": "address_message",
                "response_json": '{"saved_address_id":"a1","values":{"city":"Paphos","x":{}}}',
            },
        },
        "interactive",
        "saved_address_id: a1\ncity: Paphos",
    ),
    ("interactive", {"type": "button_reply"}, "unsupported", ""),
    ("button", {"payload": "VIEW_YES", "text": "Yes, confirm"}, "button", "Yes, confirm"),
    (
        "order",
        {
            "text": "Please",
            "product_items": [
                {"product_retailer_id": "L-1", "quantity": 2, "item_price": 9.5, "currency": "EUR"}
            ],
        },
        "order",
        "Please\n2 × L-1 (9.5 EUR)",
    ),
    ("system", {"body": "Eleni changed number", "type": "other"}, "system", "Eleni changed number"),
    ("request_welcome", None, "system", ""),
    ("unsupported", {"type": "poll"}, "unsupported", ""),
    ("hologram", {"depth": 3}, "unsupported", ""),
    ("media_placeholder", None, "unsupported", ""),
    ("ephemeral", None, "unsupported", ""),
    ("text", None, "unsupported", ""),
    ("text", ["not", "a", "dict"], "unsupported", ""),
]


@pytest.mark.parametrize(("type_", "content", "kind", "body"), BODIES)
def test_every_type_gets_a_kind_and_a_readable_body(type_, content, kind, body):
    incoming = parse(message(type_, content))

    assert (incoming.kind, incoming.body) == (kind, body)
    assert incoming.payload["type"] == type_


def test_reaction_names_its_message_and_its_removal_has_no_emoji():
    put = parse(message("reaction", {"message_id": "wamid.OUT", "emoji": "👍"}))
    removed = parse(message("reaction", {"message_id": "wamid.OUT"}))

    assert (put.reaction.wamid, put.reaction.emoji) == ("wamid.OUT", "👍")
    assert removed.reaction.emoji == ""


def test_edit_carries_the_new_text_and_the_id_of_the_old_message():
    inner = {"context": {"id": "wamid.Q"}, "type": "text", "text": {"body": "At six"}}
    incoming = parse(message("edit", {"original_message_id": "wamid.OLD", "message": inner}))

    assert (incoming.original_wamid, incoming.kind, incoming.body) == (
        "wamid.OLD",
        "text",
        "At six",
    )


def test_quoted_message_and_advertisement_are_kept():
    referral = {"source_id": "120", "ctwa_clid": "ARAk"}
    incoming = parse(text(context={"from": "357", "id": "wamid.OUT"}, referral=referral))

    assert incoming.reply_to_wamid == "wamid.OUT"
    assert incoming.payload["referral"] == referral


def test_forwarded_message_quotes_nothing():
    assert parse(text(context={"forwarded": True})).reply_to_wamid == ""


def test_customer_without_a_phone_is_known_by_the_business_scoped_id():
    card = {"profile": {"name": "Eleni", "username": "@eleni.k"}, "user_id": "CY.48"}
    item = text(**{"from": None, "from_user_id": "CY.48"})
    [found] = parse_raw(value(NUMBER, contacts=[card], messages=[item]))

    assert found.content.sender == Sender(user_id="CY.48", name="Eleni", username="eleni.k")


def test_business_scoped_id_in_the_place_of_the_phone_is_no_phone():
    card = {"profile": {}, "wa_id": "CY.48", "user_id": "foo_bar"}
    item = text(**{"from": "CY.48", "from_user_id": "foo_bar"})
    [found] = parse_raw(value(NUMBER, contacts=[card], messages=[item]))

    assert found.content.sender == Sender(user_id="CY.48")


def test_message_without_any_id_of_the_sender_says_so():
    item = text(**{"from": None, "from_user_id": "foo_bar"})
    [found] = parse_raw(value(NUMBER, contacts=[], messages=[item]))

    assert (found.content, found.problem) == (None, "no_sender")


def test_each_message_finds_its_own_contact_card():
    cards = [
        {"profile": {"name": "Eleni"}, "wa_id": "35799000001", "user_id": "CY.1"},
        {"profile": {"name": "Maria"}, "wa_id": "35799000002", "user_id": "CY.2"},
    ]
    items = [
        text(wamid="a", **{"from": "35799000002", "from_user_id": None}),
        text(wamid="b", **{"from": None, "from_user_id": "CY.1"}),
        text(wamid="c", **{"from": "35799000003", "from_user_id": None}),
    ]
    found = parse_raw(value(NUMBER, contacts=cards, messages=items))

    assert [item.content.sender.name for item in found] == ["Maria", "Eleni", ""]


def test_hostile_text_becomes_storable_and_keeps_its_meaning():
    incoming = parse(text("a\x00b \ud800 \u202egnp \U0001f3e0"))

    assert incoming.body == "ab \ufffd \u202egnp \U0001f3e0"
    assert json.dumps(incoming.payload).count("\\u0000") == 0


def test_name_loses_what_turns_the_text_around_it_and_what_is_too_long():
    name = "\u202eEle\x00\nni\u2066" + "x" * 500
    [found] = parse_raw(value(NUMBER, name=name, messages=[text()]))

    assert found.content.sender.name == ("Eleni" + "x" * 500)[:200]


@pytest.mark.parametrize("timestamp", ["", "soon", "99999999999999", "-5", None, "٣"])
def test_unreadable_time_counts_as_the_time_of_arrival(timestamp, time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 9, tzinfo=UTC), tick=False)

    assert parse(text(timestamp=timestamp)).sent_at == datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_time_in_the_future_counts_as_now(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 9, tzinfo=UTC), tick=False)

    assert parse(text(timestamp="4000000000")).sent_at == datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize("wamid", ["", "x" * 201, None])
def test_message_without_a_usable_id_is_malformed_and_spoils_no_other(wamid):
    found = split_event(delivery_of(NUMBER, text(wamid=wamid), text(wamid="wamid.GOOD")))

    assert [item.problem for item in found] == ["malformed", ""]
    assert found[1].content.wamid == "wamid.GOOD"


def test_statuses_are_read_with_error_and_callback_data():
    sent = status("wamid.OUT", "sent", biz_opaque_callback_data="msg:7")
    found = parse_raw(value(NUMBER, statuses=[sent, failed("wamid.OUT", 131047)]))

    assert [item.kind for item in found] == ["status", "status"]
    assert found[0].content.callback_data == "msg:7"
    assert (found[1].content.error_code, found[1].content.error_text) == (131047, "Details.")


def test_status_of_a_call_is_no_status_of_a_message():
    [found] = parse_raw(value(NUMBER, statuses=[status("wacid.1", "RINGING", type="call")]))

    assert (found.kind, found.content.event) == ("change", "RINGING")
    assert found.content.is_by_customer is False


def test_echo_names_the_customer_it_went_to():
    echo = {
        "from": "35725000001",
        "to": "35799123456",
        "to_user_id": "CY.4",
        "id": "wamid.ECHO",
        "timestamp": "1767225600",
        "type": "text",
        "text": {"body": "Maria here."},
    }
    card = [{"user_id": "CY.4"}]
    for field in ("smb_message_echoes", "message_echoes"):
        [found] = parse_raw(value(NUMBER, contacts=card, message_echoes=[echo]), field)

        assert (found.kind, found.content.is_echo) == ("echo", True)
        assert found.content.sender == Sender(user_id="CY.4", phone="35799123456")


def test_history_is_split_into_both_sides():
    thread = {
        "id": "35799123456",
        "messages": [
            text("Hi", wamid="h1", history_context={"status": "READ"}),
            text("Hello!", wamid="h2", **{"from": "35725000001", "from_user_id": None}),
        ],
    }
    content = value(NUMBER, history=[{"metadata": {"phase": 0}, "threads": [thread]}])
    found = parse_raw(content, "history")

    assert [(i.kind, i.content.is_history, i.content.sender.phone) for i in found[:-1]] == [
        ("message", True, "35799123456"),
        ("echo", True, "35799123456"),
    ]
    assert found[-1].content.value == {"history": [{"metadata": {"phase": 0}}]}


def test_standby_messages_are_marked():
    content = value(NUMBER, standby={"messages": [text()]})
    [found] = parse_raw(content, "standby")

    assert (found.kind, found.content.is_standby) == ("message", True)


@pytest.mark.parametrize(
    "field", ["message_template_status_update", "account_update", "never_heard_of"]
)
def test_other_fields_are_one_change_each(field):
    [found] = parse_raw({"event": "APPROVED"}, field)

    assert (found.kind, found.content.field, found.phone_number_id) == ("change", field, "")


def test_everything_in_a_batch_is_numbered_in_its_order():
    body = delivery(
        value(NUMBER, messages=[text(wamid="a"), text(wamid="b")]),
        value("other", statuses=[status("c", "sent")]),
    )

    assert [(i.position, i.phone_number_id) for i in split_event(body)] == [
        (0, NUMBER),
        (1, NUMBER),
        (2, "other"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b'{"entry": {}}',
        b'{"object":"x"}',
        b"[" * 100_000,
        b'{"entry":[' + b"9" * 5000 + b"]}",
    ],
)
def test_body_that_is_no_delivery_says_so(body):
    with pytest.raises(NotAWebhook):
        split_event(body)


@pytest.mark.parametrize("strange", [None, 7, "x", [], [None, 1, [], "x"], {"a": 1}])
@pytest.mark.parametrize("place", ["entry", "changes", "value", "messages", "contacts", "message"])
def test_no_shape_makes_the_reader_fail(place, strange):
    shapes = {
        "entry": {"entry": strange if isinstance(strange, list) else []},
        "changes": {"entry": [{"changes": strange}]},
        "value": {"entry": [{"changes": [{"field": strange, "value": strange}]}]},
        "messages": {"entry": [{"changes": [{"field": "messages", "value": {
            "messages": strange, "statuses": strange, "message_echoes": strange,
            "history": strange, "standby": strange, "metadata": strange}}]}]},
        "contacts": {"entry": [{"changes": [{"field": "messages", "value": {
            "contacts": strange, "messages": [text()]}}]}]},
        "message": {"entry": [{"changes": [{"field": "messages", "value": {
            "messages": [dict.fromkeys(text(), strange) | {"type": type_, type_: strange}
                         for type_ in ("text", "location", "contacts", "order", "interactive",
                                       "edit", "reaction", "system", "revoke", "button")]}}]}]},
    }  # fmt: skip

    for item in split_event(json.dumps(shapes[place]).encode()):
        assert item.problem in ("", "malformed", "no_sender")


def test_every_documented_kind_fits_our_column():
    assert max(map(len, Message.Kind.values)) <= 11
