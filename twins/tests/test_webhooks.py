import json
import socket

from twins.meta import MetaTwin
from twins.meta.webhooks import Update, encode, sign

from .conftest import NUMBER, OTHER, SECRET


def test_signature_is_the_hmac_of_the_raw_bytes():
    plain = b'{"object":"whatsapp_business_account","entry":[]}'
    escaped = rb'{"t":"na\u00efve \ud83c\udfe0"}'

    assert sign(plain, SECRET) == (
        "sha256=d3e4f9da0ce6c71ab3dba55929b8eeeee2455349e534924ead19f98d143e904f"
    )
    assert sign(escaped, SECRET) == (
        "sha256=510358dacad2c2e96cc105ec115cf83bafdf8169fb4c483b616b244720320b5b"
    )


def test_non_ascii_text_is_escaped_and_signed_as_sent(twin, target):
    twin.customer("35799123456", "Ελένη").send_text("naïve 🏠")

    assert twin.webhooks.wait_idle()
    [(body, signature)] = target.posts
    assert rb'"na\u00efve \ud83c\udfe0"' in body
    assert signature == sign(body, SECRET)


def test_text_of_a_customer_has_the_documented_shape(twin, target):
    eleni = twin.customer("35799123456", "Eleni", "CY.48210937716650291", username="@eleni.k")

    wamid = eleni.send_text("Is it free?")

    assert twin.webhooks.wait_idle()
    assert json.loads(target.posts[0][0]) == {
        "object": "whatsapp_business_account",
        "entry": [
            {
                "id": "204000000000001",
                "changes": [
                    {
                        "value": {
                            "messaging_product": "whatsapp",
                            "metadata": {
                                "display_phone_number": "35725000001",
                                "phone_number_id": "305000000000002",
                            },
                            "contacts": [
                                {
                                    "profile": {"name": "Eleni", "username": "@eleni.k"},
                                    "wa_id": "35799123456",
                                    "user_id": "CY.48210937716650291",
                                }
                            ],
                            "messages": [
                                {
                                    "from": "35799123456",
                                    "from_user_id": "CY.48210937716650291",
                                    "id": wamid,
                                    "timestamp": "1795420800",
                                    "type": "text",
                                    "text": {"body": "Is it free?"},
                                }
                            ],
                        },
                        "field": "messages",
                    }
                ],
            }
        ],
    }


def test_customer_without_a_shared_phone_has_no_phone_anywhere(twin, target):
    amira = twin.customer(None, "Amira", "AE.1", username="@amira")

    amira.send_text("Hello")

    assert twin.webhooks.wait_idle()
    [value] = target.values()
    assert value["contacts"] == [
        {"profile": {"name": "Amira", "username": "@amira"}, "user_id": "AE.1"}
    ]
    assert sorted(value["messages"][0]) == ["from_user_id", "id", "text", "timestamp", "type"]


def test_each_agency_knows_the_customer_under_another_id(twin):
    at_one = twin.customer("35799123456")
    at_other = twin.customer("35799123456", number=OTHER.phone_number_id)

    assert at_one.id == at_other.id
    assert at_one.user_id != at_other.user_id
    assert at_one.user_id[:3] == "CY."


def test_every_kind_of_message_keeps_its_payload_under_its_type(twin, target, graph):
    eleni = twin.customer("35799123456")
    first = eleni.send_text("Hello", referral={"source_type": "ad", "source_id": "1"})
    eleni.send_image("The hall")
    eleni.send_voice()
    eleni.send_document(b"%PDF-1.4", "id.pdf")
    eleni.send_location(34.7, 33.1, name="Home")
    eleni.react(first, "👍")
    eleni.react(first, "")
    eleni.share_phone()
    eleni.send("unsupported", {"type": "poll"}, errors=[{"code": 131051, "title": "Unsupported"}])

    assert twin.webhooks.wait_idle()
    messages = target.messages()
    kinds = [message["type"] for message in messages]
    assert kinds == [
        "text", "image", "audio", "document", "location",
        "reaction", "reaction", "contacts", "unsupported",
    ]  # fmt: skip
    assert all(message["type"] in message for message in messages)
    assert messages[0]["referral"] == {"source_type": "ad", "source_id": "1"}
    assert messages[1]["image"]["mime_type"] == "image/png"
    assert messages[2]["audio"]["voice"] is True
    assert messages[5]["reaction"] == {"message_id": first, "emoji": "👍"}
    assert messages[6]["reaction"] == {"message_id": first}
    assert messages[7]["contacts"][0]["origin"] == "contact_request"
    assert messages[8]["errors"] == [{"code": 131051, "title": "Unsupported"}]


def test_answer_from_the_business_app_is_an_echo_and_no_status(twin, target):
    eleni = twin.customer("35799123456", user_id="CY.5")

    wamid = eleni.echo_text("Maria here.")

    assert twin.webhooks.wait_idle()
    assert target.values()[0]["message_echoes"] == [
        {
            "from": "35725000001",
            "to": "35799123456",
            "to_user_id": "CY.5",
            "id": wamid,
            "timestamp": "1795420800",
            "type": "text",
            "text": {"body": "Maria here."},
        }
    ]
    assert twin.counters()["accepted"] == {eleni.id: 0}


def test_webhook_is_sent_again_until_the_answer_is_200(twin, target):
    target.answers.extend([500, 503, 201])

    twin.customer("35799123456").send_text("Hello")

    assert twin.webhooks.wait_idle()
    assert [message["text"]["body"] for message in target.messages()] == ["Hello"]
    assert twin.webhooks.counters["retried"] == 3


def test_target_that_comes_up_late_misses_nothing(clock, target):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    twin = MetaTwin(f"http://127.0.0.1:{port}/", SECRET, numbers=[NUMBER], backoff=(0.01,))
    with twin:
        twin.customer("35799123456").send_text("Anyone?")
        assert not twin.webhooks.wait_idle(0.05)

        twin.webhooks.url = target.url

        assert twin.webhooks.wait_idle()
    assert [message["text"]["body"] for message in target.messages()] == ["Anyone?"]


def test_webhook_counts_as_lost_when_the_time_for_retries_is_over(target):
    target.answers.extend([500] * 50)
    twin = MetaTwin(target.url, SECRET, numbers=[NUMBER], backoff=(0.001,), retry_for=0.01)
    with twin:
        twin.customer("35799123456").send_text("Hello")

        assert twin.webhooks.wait_idle()
    assert twin.webhooks.counters["lost"] == 1


def test_messages_of_one_customer_arrive_in_order(twin, target):
    phones = [twin.customer(f"3579900000{i}", f"C{i}") for i in range(8)]
    for turn in range(10):
        for phone in phones:
            phone.send_text(str(turn))

    assert twin.webhooks.wait_idle()
    for phone in phones:
        own = [m for m in target.messages() if m["from"] == phone.customer.phone]
        assert [m["text"]["body"] for m in own] == [str(turn) for turn in range(10)]


def test_duplicate_sends_the_same_bytes_again(twin, target):
    twin.disturb_webhooks(duplicate=2)

    twin.customer("35799123456").send_text("Hello")

    assert twin.webhooks.wait_idle()
    assert len(target.posts) == 3
    assert len(set(target.posts)) == 1


def test_reorder_shuffles_and_loses_nothing(twin, target):
    twin.disturb_webhooks(reorder=20, gather_seconds=5)
    eleni = twin.customer("35799123456")
    sent = [eleni.send_text(str(i)) for i in range(20)]

    assert twin.webhooks.wait_idle()
    arrived = [message["id"] for message in target.messages()]
    assert sorted(arrived) == sorted(sent)
    assert arrived != sent


def test_batch_puts_many_updates_of_several_accounts_into_one_post(twin, target):
    twin.disturb_webhooks(batch=6, gather_seconds=5)
    for number in (NUMBER, OTHER):
        eleni = twin.customer("35799123456", number=number.phone_number_id)
        for word in ("a", "b", "c"):
            eleni.send_text(word)

    assert twin.webhooks.wait_idle()
    [(body, _)] = target.posts
    entries = json.loads(body)["entry"]
    assert [entry["id"] for entry in entries] == [NUMBER.waba_id, OTHER.waba_id]
    values = [change["value"] for entry in entries for change in entry["changes"]]
    assert [len(value["messages"]) for value in values] == [3, 3]
    assert [len(value["contacts"]) for value in values] == [1, 1]


def test_held_webhooks_go_out_on_release(twin, target):
    twin.disturb_webhooks(hold=True)
    twin.customer("35799123456").send_text("Hello")
    assert twin.webhooks.pending() == 1

    twin.disturb_webhooks(hold=False)

    assert twin.webhooks.wait_idle()
    assert len(target.posts) == 1


def test_dropped_posts_are_retried(twin, target):
    twin.disturb_webhooks(drop_first=2)

    twin.customer("35799123456").send_text("Hello")

    assert twin.webhooks.wait_idle()
    assert len(target.posts) == 1
    assert twin.webhooks.counters["dropped"] == 2


def test_handshake_needs_the_right_verify_token(twin):
    assert twin.verify_webhook() is True

    twin.verify_token = "another"

    assert twin.verify_webhook() is False


def test_updates_of_different_fields_stay_separate_changes():
    value = {"metadata": {"phone_number_id": "1"}, "statuses": [{"id": "a"}]}
    body = encode([Update("w", "messages", value, 1), Update("w", "account_update", {}, 1)])

    changes = json.loads(body)["entry"][0]["changes"]

    assert [change["field"] for change in changes] == ["messages", "account_update"]
