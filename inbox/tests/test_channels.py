import http.server
import logging
import threading
from html import unescape

import pytest
from django.test import Client
from django_q.models import OrmQ

from inbox import connecting, sending
from inbox.models import Channel, ChannelRoute, WebhookEvent
from inbox.receiving import receive
from inbox.tasks import check_channel, check_channels, deliver
from inbox.tests.conftest import NUMBER
from inbox.tests.factories import ELENI, ChannelFactory, incoming_message
from organizations.models import AuditEntry
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory

NEW = {
    "name": "Main number",
    "phone_number_id": NUMBER.phone_number_id,
    "waba_id": NUMBER.waba_id,
    "token": "token-1",
    "subscribe": "on",
}


@pytest.fixture(autouse=True)
def graph(settings, twin):
    settings.WHATSAPP_GRAPH_URL = twin.url
    settings.WHATSAPP_APP_ID = "demo"
    settings.WHATSAPP_APP_SECRETS = ["app-secret"]


@pytest.fixture
def organization(db):
    return OrganizationFactory()


def signed_in(member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def client(organization) -> Client:
    return signed_in(organization.owner)


def page(organization, channel=None, action="") -> str:
    part = f"{channel.pk}/" if channel else ""
    return f"/{organization.slug}/settings/channels/{part}{action}"


def connect(client, organization, **changes):
    return client.post(page(organization, action="new/"), NEW | changes)


def fresh(channel) -> Channel:
    with tenant(channel.organization_id):
        return Channel.objects.select_related("organization").get(pk=channel.pk)


def only_channel(organization) -> Channel:
    with tenant(organization):
        return organization.channels.select_related("organization").get()


def token_of(channel) -> str:
    with tenant(channel.organization):
        return fresh(channel).access_token()


def trail(organization) -> list[str]:
    with tenant(organization):
        entries = AuditEntry.objects.filter(action__startswith="channel.")
        return list(entries.order_by("pk").values_list("action", flat=True))


def test_a_number_is_tested_connected_and_routed(client, organization, twin):
    twin.state.subscribed.clear()

    answer = connect(client, organization)

    channel = only_channel(organization)
    assert (answer.status_code, answer.url) == (302, page(organization, channel))
    assert (channel.status, channel.waba_id, channel.verified_name, channel.quality_rating) == (
        "connected",
        NUMBER.waba_id,
        "Aphrodite Homes",
        "GREEN",
    )
    assert (channel.messaging_limit, channel.display_phone_number) == ("TIER_2K", "35725000001")
    assert channel.checked_at is not None
    assert token_of(channel) == "token-1"
    [route] = ChannelRoute.objects.filter(channel=channel)
    assert (route.phone_number_id, route.waba_id) == (NUMBER.phone_number_id, NUMBER.waba_id)
    assert twin.state.subscribed == {NUMBER.waba_id}
    assert trail(organization) == ["channel.connected", "channel.subscribed"]


def test_a_new_number_sends_and_receives(client, organization, eleni, twin):
    connect(client, organization)
    channel = only_channel(organization)

    with tenant(organization):
        channel.organization = organization
        message = receive(channel, incoming_message(sender=ELENI))
        reply = sending.queue_message(message.conversation, "Yes.", author_kind="assistant")
    deliver(organization.pk, reply.pk)

    assert [each.text for each in eleni.wait_for_replies()] == ["Yes."]


@pytest.mark.parametrize(
    ("changes", "fault", "said"),
    [
        ({"token": "token-0"}, None, "does not accept the token"),
        ({"phone_number_id": "999999"}, None, "shows no number of this ID"),
        ({"waba_id": "204000000000009"}, None, "does not reach this WhatsApp account"),
        ({}, {"kind": "500", "on": "number"}, "WhatsApp could not be reached"),
        ({}, {"kind": "dropped", "on": "number"}, "WhatsApp could not be reached"),
        ({}, {"kind": "429", "on": "numbers"}, "WhatsApp could not be reached"),
        ({}, {"kind": "error", "code": 10, "on": "number"}, "shows no number of this ID"),
        ({}, {"kind": "error", "code": 190, "on": "number"}, "does not accept the token"),
    ],
)
def test_what_does_not_pass_is_refused_with_the_reason_and_nothing_is_saved(
    client, organization, twin, changes, fault, said
):
    if fault:
        twin.fault(**fault)

    answer = connect(client, organization, **changes)

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert said in shown
    assert 'value="Main number"' in shown
    assert (NEW | changes)["token"] not in shown
    with tenant(organization):
        assert not organization.channels.exists()
    assert not ChannelRoute.objects.exists()
    assert trail(organization) == []


def test_a_number_of_another_account_is_refused(client, organization, twin):
    twin.add_number("305000000000003", "204000000000003", "35725000003", "token-1")

    answer = connect(client, organization, waba_id="204000000000003")

    assert "does not belong to this WhatsApp account" in answer.content.decode()


def test_a_token_without_a_permission_is_refused(client, organization, twin):
    twin.state.numbers[NUMBER.phone_number_id].scopes = "whatsapp_business_messaging"

    answer = connect(client, organization)

    shown = answer.content.decode()
    assert "The token lacks a permission: whatsapp_business_management." in shown
    assert "lacks a permission: whatsapp_business_messaging" not in shown


def test_a_token_of_another_app_is_refused(client, organization, settings, twin):
    twin.app_id = "another"
    settings.WHATSAPP_APP_ID = "another"
    assert connect(client, organization).status_code == 302

    other = OrganizationFactory()
    twin.add_number("305000000000009", NUMBER.waba_id, "35725000009", "token-9")
    monkey = connecting.Account.inspect_token

    def foreign(self):
        from dataclasses import replace

        return replace(monkey(self), app_id="foreign")

    connecting.Account.inspect_token = foreign
    try:
        answer = connect(
            signed_in(other.owner), other, phone_number_id="305000000000009", token="token-9"
        )
    finally:
        connecting.Account.inspect_token = monkey

    assert "belongs to another Meta app" in answer.content.decode()


def test_without_an_app_the_permissions_are_said_to_be_unchecked(client, organization, settings):
    settings.WHATSAPP_APP_ID = ""
    connect(client, organization)
    channel = only_channel(organization)

    answer = client.post(page(organization, channel, "test/"))

    assert "permissions were not checked" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"phone_number_id": "+357 25"}, "digits only"),
        ({"waba_id": ""}, "This field is required"),
        ({"token": "two words"}, "copy it whole"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_what_is_no_id_or_token_is_said_before_meta_is_asked(client, organization, changes, said):
    answer = connect(client, organization, **changes)

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_number_of_another_agency_is_refused_without_saying_where_it_is(client, organization):
    other = ChannelFactory(
        phone_number_id=NUMBER.phone_number_id, organization__name="Secret Homes"
    )

    answer = connect(client, organization)

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "This number cannot be connected here." in shown
    assert "Secret Homes" not in shown
    with tenant(organization):
        assert not organization.channels.exists()
    assert ChannelRoute.objects.get().organization_id == other.organization_id


def test_an_own_number_is_not_connected_twice(client, organization):
    connect(client, organization)

    answer = connect(client, organization)

    assert "This number is connected already." in answer.content.decode()
    assert only_channel(organization).status == "connected"


def test_a_token_is_replaced_only_by_one_that_passes(client, organization, twin):
    connect(client, organization)
    channel = only_channel(organization)

    refused = client.post(page(organization, channel, "token/"), {"token": "wrong-token"})
    before = token_of(channel)
    twin.state.numbers[NUMBER.phone_number_id].token = "token-2"
    accepted = client.post(page(organization, channel, "token/"), {"token": "token-2"})

    assert refused.status_code == 422
    assert "The new token was not saved." in refused.content.decode()
    assert "wrong-token" not in refused.content.decode()
    assert (before, accepted.status_code, token_of(channel)) == ("token-1", 302, "token-2")


def test_name_and_mode_are_changed_and_noted(client, organization):
    connect(client, organization)
    channel = only_channel(organization)

    client.post(page(organization, channel), {"name": "Sales", "assistant_mode": "off"})

    assert (fresh(channel).name, fresh(channel).assistant_mode) == ("Sales", "off")
    assert trail(organization)[-1] == "channel.changed"


def test_disconnecting_deletes_the_token_frees_the_number_and_keeps_the_history(
    client, organization, twin, eleni
):
    connect(client, organization)
    channel = only_channel(organization)
    with tenant(organization):
        channel.organization = organization
        message = receive(channel, incoming_message(sender=ELENI))
        conversation = message.conversation
        conversation.in_charge = "person"
        conversation.save(update_fields=["in_charge"])

    client.post(page(organization, channel, "disconnect/"))

    found = fresh(channel)
    assert (found.status, found.sealed_access_token) == ("disconnected", None)
    assert not ChannelRoute.objects.exists()
    assert twin.state.subscribed == set()
    with tenant(organization):
        assert organization.messages.filter(direction="in").count() == 1
        with pytest.raises(sending.NotConnected, match="was disconnected"):
            sending.send_reply(organization.conversations.get(), "Hello", author=organization.owner)
    assert trail(organization)[-1] == "channel.disconnected"


def test_webhooks_stay_while_another_number_of_the_account_needs_them(client, organization, twin):
    connect(client, organization)
    channel = only_channel(organization)
    ChannelFactory(phone_number_id="305000000099999", waba_id=NUMBER.waba_id)

    client.post(page(organization, channel, "disconnect/"))

    assert twin.state.subscribed == {NUMBER.waba_id}


def test_disconnecting_works_also_when_meta_does_not_answer(client, organization, twin):
    connect(client, organization)
    channel = only_channel(organization)
    twin.stop()

    answer = client.post(page(organization, channel, "disconnect/"), follow=True)

    assert fresh(channel).status == "disconnected"
    assert "WhatsApp was not told" in answer.content.decode()


def test_a_disconnected_number_is_connected_again_or_moves_to_another_agency(
    client, organization, twin
):
    connect(client, organization)
    channel = only_channel(organization)
    client.post(page(organization, channel, "disconnect/"))
    again = client.post(page(organization, channel, "token/"), {"token": "token-1"})
    assert (again.status_code, fresh(channel).status) == (302, "connected")

    client.post(page(organization, channel, "disconnect/"))
    other = OrganizationFactory()
    connect(signed_in(other.owner), other)
    back = client.post(page(organization, channel, "token/"), {"token": "token-1"})

    assert only_channel(other).status == "connected"
    assert "cannot be connected here any more" in back.content.decode()
    assert (fresh(channel).status, fresh(channel).sealed_access_token) == ("disconnected", None)


def test_the_test_says_what_is_missing_and_offers_to_mend_it(client, organization, twin):
    connect(client, organization)
    channel = only_channel(organization)
    twin.state.subscribed.clear()
    twin.state.numbers[NUMBER.phone_number_id].status = "PENDING"
    twin.state.numbers[NUMBER.phone_number_id].can_send = "BLOCKED"

    shown = client.post(page(organization, channel, "test/")).content.decode()
    blocked = fresh(channel)
    registered = client.post(page(organization, channel, "register/"), {"pin": "482913"})
    twin.state.numbers[NUMBER.phone_number_id].can_send = "AVAILABLE"
    subscribed = client.post(page(organization, channel, "subscribe/")).content.decode()

    assert "do not reach KΛTIKN yet" in shown
    assert "not registered for sending yet" in shown
    assert (blocked.account_state, blocked.account_note) == (
        "restricted",
        "The account has no valid payment method. Add a payment method in WhatsApp Manager.",
    )
    assert "The number is registered." in registered.content.decode()
    assert "Messages to this account reach KΛTIKN." in subscribed
    assert fresh(channel).account_state == "ok"
    assert "482913" not in registered.content.decode()


@pytest.mark.parametrize("pin", ["", "12345", "abcdef", "1234567"])
def test_a_pin_has_six_digits(client, organization, pin):
    connect(client, organization)
    channel = only_channel(organization)

    assert client.post(page(organization, channel, "register/"), {"pin": pin}).status_code == 422


def test_a_wrong_pin_is_said_in_plain_words(client, organization, twin):
    connect(client, organization)
    channel = only_channel(organization)
    twin.fault("error", on="register", code=133005)

    answer = client.post(page(organization, channel, "register/"), {"pin": "111111"})

    assert answer.status_code == 422
    assert "PIN" in answer.content.decode()


# Trouble, and the hourly look


def test_a_refused_token_breaks_the_channel_and_everybody_sees_it(
    client, organization, twin, eleni
):
    connect(client, organization)
    channel = only_channel(organization)
    with tenant(organization):
        channel.organization = organization
        message = receive(channel, incoming_message(sender=ELENI))
        reply = sending.queue_message(message.conversation, "Yes.", author_kind="assistant")
    twin.fault("error", on="messages", code=190)
    deliver(organization.pk, reply.pk)
    agent = MemberFactory(organization=organization, role="agent")

    inbox = client.get(f"/{organization.slug}/inbox/").content.decode()
    agents = signed_in(agent).get(f"/{organization.slug}/inbox/numbers/").content.decode()

    assert fresh(channel).status == "broken"
    assert "WhatsApp does not accept this number's access any more" in unescape(inbox)
    assert "Connect again" in inbox
    assert "to mend it." in unescape(agents)
    assert "Enter a new one below" in client.get(page(organization, channel)).content.decode()


def test_a_refusal_for_the_accounts_state_is_shown_as_a_restriction(
    client, organization, twin, eleni
):
    connect(client, organization)
    channel = only_channel(organization)
    with tenant(organization):
        channel.organization = organization
        message = receive(channel, incoming_message(sender=ELENI))
        reply = sending.queue_message(message.conversation, "Yes.", author_kind="assistant")
    twin.fault("error", on="messages", code=131042)
    deliver(organization.pk, reply.pk)

    inbox = client.get(f"/{organization.slug}/inbox/").content.decode()

    assert fresh(channel).account_state == "restricted"
    assert "The WhatsApp account has no valid payment method." in inbox


def test_the_hourly_look_reads_quality_and_limit(client, organization, twin):
    connect(client, organization)
    channel = only_channel(organization)
    number = twin.state.numbers[NUMBER.phone_number_id]
    number.quality, number.limit = "RED", "TIER_250"

    check_channel(organization.pk, channel.pk)

    found = fresh(channel)
    assert (found.quality_rating, found.messaging_limit) == ("RED", "TIER_250")


def test_the_hourly_look_finds_a_refused_token_and_its_return(client, organization, twin):
    connect(client, organization)
    channel = only_channel(organization)
    number = twin.state.numbers[NUMBER.phone_number_id]

    number.token = "token-2"
    check_channel(organization.pk, channel.pk)
    broken = fresh(channel).status
    number.token = "token-1"
    check_channel(organization.pk, channel.pk)

    assert (broken, fresh(channel).status) == ("broken", "connected")


def test_a_look_that_meta_does_not_answer_changes_nothing(client, organization, twin):
    connect(client, organization)
    channel = only_channel(organization)
    before = fresh(channel).checked_at
    twin.fault("500", on="number")

    check_channel(organization.pk, channel.pk)

    assert (fresh(channel).status, fresh(channel).checked_at) == ("connected", before)


def test_every_connected_number_gets_one_look_an_hour(organization):
    first, second = ChannelFactory(), ChannelFactory()
    OrmQ.objects.all().delete()

    check_channels()

    tasks = [task.task for task in OrmQ.objects.all()]
    assert sorted((t["func"], t["args"]) for t in tasks) == sorted(
        ("inbox.tasks.check_channel", (each.organization_id, each.pk)) for each in (first, second)
    )


# The address for messages


@pytest.fixture
def address(settings):
    """A public address of which the test says how it answers."""
    seen = {"status": 200, "says": None, "requests": []}

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self) -> None:
            from urllib.parse import parse_qs, urlsplit

            query = parse_qs(urlsplit(self.path).query)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            seen["requests"].append((self.command, dict(self.headers), body))
            said = seen["says"] or query.get("hub.challenge", [""])[0]
            self.send_response(seen["status"])
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said.encode())

        do_GET = do_POST = answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    settings.BASE_URL = f"http://127.0.0.1:{server.server_port}"
    settings.WHATSAPP_VERIFY_TOKEN = "verify-me-please"
    yield seen
    server.shutdown()
    server.server_close()


def test_the_test_event_is_one_that_the_webhook_takes(client, organization, address):
    connect(client, organization)
    channel = only_channel(organization)

    shown = client.post(page(organization, channel, "webhook/")).content.decode()
    _method, headers, body = address["requests"][-1]
    taken = Client().post(
        "/webhooks/whatsapp/",
        body,
        content_type="application/json",
        headers={"X-Hub-Signature-256": headers["X-Hub-Signature-256"]},
    )

    assert "A signed test event was taken." in shown
    assert taken.status_code == 200
    assert WebhookEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "says", "shown"),
    [(404, None, "answered with 404"), (200, "something else", "Something else answers there")],
)
def test_an_address_that_is_not_ours_is_told(client, organization, address, status, says, shown):
    connect(client, organization)
    address["status"], address["says"] = status, says

    answer = client.post(page(organization, only_channel(organization), "webhook/"))

    assert shown in answer.content.decode()


def test_an_address_that_nobody_answers_is_told(client, organization, settings):
    connect(client, organization)
    settings.BASE_URL, settings.WHATSAPP_VERIFY_TOKEN = "http://127.0.0.1:9", "verify-me-please"

    answer = client.post(page(organization, only_channel(organization), "webhook/"))

    assert "could not be reached from here" in answer.content.decode()


# Who may see it


def test_agents_see_neither_the_page_nor_its_link(organization):
    agent = signed_in(MemberFactory(organization=organization, role="agent"))

    assert agent.get(page(organization)).status_code == 403
    assert "Channels" not in agent.get(f"/{organization.slug}/settings/").content.decode()


def test_two_agencies_each_see_their_own_numbers(client, organization, twin):
    connect(client, organization)
    other = ChannelFactory(name="Their number")

    own = client.get(page(organization)).content.decode()
    theirs = signed_in(other.organization.owner).get(page(other.organization)).content.decode()

    assert ("Main number" in own, "Their number" in own) == (True, False)
    assert ("Main number" in theirs, "Their number" in theirs) == (False, True)


def test_the_token_is_in_no_page_log_queue_or_trail(client, organization, twin, caplog):
    secret = "EAAcanary0123456789token"
    twin.state.numbers[NUMBER.phone_number_id].token = secret
    with caplog.at_level(logging.DEBUG, logger="inbox"):
        pages = [connect(client, organization, token=secret)]
        channel = only_channel(organization)
        pages += [client.get(page(organization)), client.get(page(organization, channel))]
        pages += [client.post(page(organization, channel, "test/"))]
        check_channel(organization.pk, channel.pk)

    with tenant(organization):
        details = [str(each.details) for each in AuditEntry.objects.all()]
    queued = [str(task.task) for task in OrmQ.objects.all()]
    written = [each.content.decode() for each in pages] + details + queued + [caplog.text]
    assert [text for text in written if secret in text] == []
    assert bytes(secret, "ascii") not in bytes(fresh(channel).sealed_access_token)


@pytest.mark.parametrize("step", ["connect", "_subscribe"])
def test_a_process_that_dies_between_two_steps_leaves_nothing_half(
    client, organization, monkeypatch, step
):
    class Killed(BaseException):
        pass

    def killed(*args, **options):
        raise Killed

    from inbox import channels

    where = connecting if step == "connect" else channels
    monkeypatch.setattr(where, step, killed)
    if step == "_subscribe":
        monkeypatch.setattr(connecting.Report, "needs_subscription", True)

    with pytest.raises(Killed):
        connect(client, organization)

    with tenant(organization):
        found = list(organization.channels.values_list("status", flat=True))
    routes = ChannelRoute.objects.count()
    assert (found, routes) == (([], 0) if step == "connect" else (["connected"], 1))


def test_the_test_event_is_stored_and_makes_no_news(client, organization, address, run_queue):
    from inbox.models import ChannelNotice

    connect(client, organization)
    channel = only_channel(organization)
    client.post(page(organization, channel, "webhook/"))
    _method, headers, body = address["requests"][-1]
    signature = {"X-Hub-Signature-256": headers["X-Hub-Signature-256"]}
    Client().post("/webhooks/whatsapp/", body, content_type="application/json", headers=signature)

    run_queue(only="inbox.tasks.process_event")

    with tenant(organization):
        assert not ChannelNotice.objects.exists()
    assert [event.state for event in WebhookEvent.objects.all()] == ["processed"]
    assert "none yet" not in client.get(page(organization, channel)).content.decode()


@pytest.mark.parametrize(
    "form", ["test", "token", "subscribe", "register", "webhook", "disconnect"]
)
def test_the_address_of_a_form_leads_back_to_the_page_when_it_is_loaded_again(
    client, organization, form
):
    connect(client, organization)
    address = page(organization, only_channel(organization))

    response = client.get(f"{address}{form}/")

    assert (response.status_code, response.headers["Location"]) == (302, address)


def test_owners_can_copy_what_the_meta_app_asks_for(client, organization, settings):
    connect(client, organization)
    settings.WHATSAPP_VERIFY_TOKEN = "the-verify-token-of-meta"

    text = client.get(page(organization, only_channel(organization))).content.decode()

    assert '<k-copy><code dir="ltr">the-verify-token-of-meta</code>' in text
    assert text.count("<k-copy>") == 2
