import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from inbox import sending, tasks, wording
from inbox.models import Channel, Contact, Conversation, Message, OutboundWork
from inbox.tests.factories import (
    ChannelFactory,
    ConversationFactory,
    MessageFactory,
    queued_message,
)
from inbox.tests.payloads import (
    FIELDS,
    MESSAGES,
    delivery,
    delivery_of,
    event_of,
    text,
    value,
)
from inbox.whatsapp import errors
from organizations.tenancy import tenant


@pytest.fixture
def channel(db):
    return ChannelFactory()


@pytest.fixture
def thread(client, channel):
    """Return a function that gives the words of the only conversation's page."""
    client.force_login(channel.organization.owner.user)

    def words(conversation=None) -> str:
        with tenant(channel.organization):
            code = (conversation or Conversation.objects.get()).code
        url = reverse("inbox:conversation", args=[channel.organization.slug, code])
        page = client.get(url, headers={"HX-Request": "true"}).content.decode()
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())

    return words


def process(body: bytes) -> None:
    tasks.process_event(event_of(body).pk)


# Each type in the thread

SHOWN = {
    "text": "Hello",
    "image": "The kitchen",
    "sticker": "Sticker",
    "location": "Home",
    "contacts": "+357 99 1",
    "contact_request": "Their own number, which we asked for",
    "button_reply": "Tue 10:00",
    "list_reply": "EUR 1,450",
    "nfm_reply": "budget: 1500",
    "hostile_nfm_reply": "WhatsApp did not pass on what the customer wrote or chose. Ask them.",
    "call_permission_reply": "The customer allows you to call them until 30 November 2026",
    "missing_choice": "WhatsApp did not pass on what the customer wrote or chose. Ask them.",
    "button": "Yes, confirm",
    "reaction": "👍",
    "order": "These two 1 × AH-1 (€9.50)",
    "user_changed_number": "The customer's number changed from +35799123456 to +35799777777",
    "user_changed_user_id": "WhatsApp gave the customer a new id; it is the same person",
    "customer_identity_changed": "The customer's security code changed: a new phone, or somebody",
    "edit": "The flat at the sea",
    "revoke": "This message was deleted",
    "request_welcome": "The customer opened the chat and has not written yet",
    "unsupported": "A poll. WhatsApp shows it on the phone only.",
    "unsupported_alone": "A message that WhatsApp shows on the phone only.",
    "ephemeral": "A disappearing message. Look into WhatsApp on the phone.",
    "unknown": "A message that WhatsApp shows on the phone only.",
    "too_big": "Too big",
    "ad": "Came by an advertisement New homes in Paphos Book a viewing today",
    "forwarded": "Forwarded Look",
    "frequently_forwarded": "Forwarded many times Look",
    "quote_of_unknown": "Answers a message that is not here This one",
    "product": "Asks about the product AH-1 of the catalogue",
    "group": "Written in a WhatsApp group: the assistant keeps out. Hello all",
}


@pytest.mark.parametrize("name", SHOWN)
def test_each_type_is_shown_in_plain_words(channel, thread, name):
    process(delivery_of(channel, MESSAGES[name]))

    assert SHOWN[name] in thread()


TOLD = {
    "smb_message_echoes": "Maria here, I will call you at 5. from the phone",
    "call": "The customer called, and nobody answered: call back or write",
    "call_over": "The customer called: 0 min 33 s",
    "call_status": "A call to the customer",
    "standby": "Meta's own agent answers here; KΛTIKN's assistant keeps silent",
    "standby_echo": "Maria here, I will call you at 5. Meta's own agent",
    "handover": "Meta's own agent gave the conversation back",
    "history": "Good morning from before the connection",
}


@pytest.mark.parametrize("name", TOLD)
def test_each_field_about_a_customer_is_told_in_the_thread(channel, thread, name):
    field, content = FIELDS[name]
    process(delivery(value(channel, **content), field=field))

    assert TOLD[name] in thread()


def test_every_message_type_has_its_words():
    assert set(MESSAGES) - set(SHOWN) == {"video", "audio", "document"}  # shown by their files


def test_a_number_of_the_advertisement_is_kept_for_conversions(channel):
    process(delivery_of(channel, MESSAGES["ad"]))

    with tenant(channel.organization):
        assert Conversation.objects.get().ctwa_clid == "ARAkClick"


# Opted out, window, stale


def test_an_opted_out_customer_is_marked_with_how_and_what_undoes_it(channel, thread):
    process(delivery_of(channel, text("STOP")))

    words = thread()
    assert "Opted out by writing STOP" in words
    assert "Nothing is sent until they write. START undoes it" in words
    assert "Allow again" in words


def test_after_a_later_message_the_mark_says_that_one_may_answer(channel, thread):
    process(delivery_of(channel, text("STOP", timestamp=str(int(now().timestamp()) - 60))))
    process(delivery_of(channel, text("One more question", "wamid.LATER")))

    assert "They wrote again since: you may answer what they ask, nothing more." in thread()


def test_a_member_allows_messages_again(channel, thread, client):
    process(delivery_of(channel, text("STOP")))
    with tenant(channel.organization):
        code = Conversation.objects.get().code

    client.post(reverse("inbox:allow", args=[channel.organization.slug, code]))

    assert "Opted out by writing STOP" not in thread()
    with tenant(channel.organization):
        assert Contact.objects.get().opted_out_at is None


def test_a_choice_in_whatsapp_is_marked_as_one_that_only_the_customer_undoes(channel, thread):
    process(delivery_of(channel, text("Hello")))
    field, content = FIELDS["user_preferences"]
    process(delivery(value(channel, **content), field=field))

    words = thread()
    assert "No marketing messages, chosen in WhatsApp" in words
    assert "The customer chose in WhatsApp to get no marketing messages" in words
    assert "Opted out by writing STOP" not in words


def test_a_choice_that_came_before_a_later_one_changes_nothing(channel):
    field, content = FIELDS["user_preferences"]
    [stop] = content["user_preferences"]
    resume = {**stop, "value": "resume", "timestamp": stop["timestamp"] + 60}
    for item in (resume, stop):
        process(delivery(value(channel, user_preferences=[item]), field=field))

    with tenant(channel.organization):
        assert Contact.objects.get().marketing_opted_out_at is None


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (1, "Window open"),
        (23, "The time for answering closes in"),
        (30, "The 24 hours after the customer's last message are over"),
        (None, "The customer has not written to this number yet."),
    ],
)
def test_the_window_is_told_in_words(channel, thread, hours, words):
    at = hours and now() - timedelta(hours=hours)
    conversation = ConversationFactory(
        channel=channel, in_charge="person", last_customer_message_at=at
    )

    assert words in thread(conversation)


def test_with_the_window_closed_the_page_says_what_can_still_be_done(channel, thread):
    conversation = ConversationFactory(
        channel=channel, in_charge="person", last_customer_message_at=now() - timedelta(days=3)
    )

    assert "You can add a note, call, or answer as soon as they write. Call" in thread(conversation)


def test_a_stale_message_says_how_late_it_came(channel, thread):
    late = str(int((now() - timedelta(hours=3)).timestamp()))
    process(delivery_of(channel, text("Still free?", timestamp=late)))

    assert "Arrived 3 hours late: the assistant did not answer." in thread()


def test_what_was_imported_is_not_called_late(channel, thread):
    process(delivery(value(channel, **FIELDS["history"][1]), field="history"))

    assert " late" not in thread()


# What became of our messages


def outbound(channel, status, work=None, **fields):
    conversation = ConversationFactory(channel=channel, in_charge="person")
    return queued_message(conversation, status=status, work=work or {}, **fields)


def test_a_message_that_waits_for_whatsapp_says_when_it_goes_again(channel, thread):
    message = outbound(channel, "queued", work={"attempts": 2})

    assert "WhatsApp was busy. The next attempt is at" in thread(message.conversation)


def test_a_withdrawn_draft_says_why(channel, thread):
    message = outbound(channel, "cancelled", failure_text=errors.TAKEN_OVER_TEXT)

    words = thread(message.conversation)
    assert "Not sent: A person took over before it was sent." in words


def test_an_uncertain_message_first_waits_and_then_asks_a_person(channel, thread):
    message = outbound(channel, "uncertain", work={"state": "uncertain"})
    waiting = thread(message.conversation)
    with tenant(channel.organization):
        OutboundWork.objects.update(state="done")

    over = thread(message.conversation)

    assert "WhatsApp has not confirmed this yet. We are waiting for its word." in waiting
    assert "Send again" not in waiting
    assert "The customer may have it; if you send it again, they may get it twice." in over
    assert "Send again" in over


def test_a_message_sent_twice_perhaps_says_so(channel, thread):
    message = outbound(channel, "sent", wamid="wamid.OUT", possibly_sent_twice=True)

    assert "Possibly sent twice: WhatsApp did not confirm the first time." in thread(
        message.conversation
    )


def test_a_failed_message_says_why_and_can_be_tried_again(channel, thread):
    message = outbound(
        channel, "failed", work={"state": "done"}, failure_text=errors.NOT_CONNECTED_TEXT
    )

    words = thread(message.conversation)
    assert "Not sent: The WhatsApp number has to be connected again. Try again" in words


def test_stop_says_at_the_withdrawn_draft_that_the_customer_asked_for_it(channel, thread):
    process(delivery_of(channel, text("Hello")))
    with tenant(channel.organization):
        conversation = Conversation.objects.select_related("organization", "channel").get()
    draft = queued_message(conversation, "Yes, it is.")

    process(delivery_of(channel, text("STOP", "wamid.STOP")))

    assert "Yes, it is." in thread()
    with tenant(channel.organization):
        draft.refresh_from_db()
        assert (draft.status, draft.failure_text) == ("cancelled", errors.OPTED_OUT_TEXT)


# Meta's own agent, a stopped number


def test_while_metas_agent_answers_nobody_else_does_and_the_page_says_so(channel, thread):
    field, content = FIELDS["standby"]
    process(delivery(value(channel, **content), field=field))

    words = thread()
    assert "Meta's own agent answers this customer" in words
    with tenant(channel.organization):
        conversation = Conversation.objects.select_related("work").get()
        assert conversation.work.state == "idle"
        assert Channel.objects.get().meta_agent_at is not None


def test_a_message_that_comes_to_us_again_ends_the_time_of_metas_agent(channel, thread):
    field, content = FIELDS["standby"]
    [item] = content["standby"]["messages"]
    early = {**item, "timestamp": str(int(now().timestamp()) - 60)}
    process(delivery(value(channel, standby={"messages": [early]}), field=field))

    process(delivery_of(channel, text("Are you there?")))

    with tenant(channel.organization):
        conversation = Conversation.objects.select_related("work").get()
        assert (conversation.meta_agent_since, conversation.work.state) == (None, "due")


def test_our_own_reply_takes_the_conversation_from_metas_agent(channel, thread):
    conversation = ConversationFactory(channel=channel, meta_agent_since=now())
    with tenant(channel.organization):
        message = Message.objects.get(
            pk=queued_message(conversation, status="sending", work={"state": "sending"}).pk
        )
        sending._note_sent(sending.Post(message.pk, None, lambda: "w"), "wamid.NEW")
        conversation.refresh_from_db()

    assert conversation.meta_agent_since is None


def test_a_call_opens_the_window_and_asks_for_a_person(channel, thread):
    field, content = FIELDS["call"]
    [call] = content["calls"]
    content = {"calls": [{**call, "timestamp": str(int(now().timestamp()))}]}
    process(delivery(value(channel, **content), field=field))

    with tenant(channel.organization):
        conversation = Conversation.objects.select_related("work").get()
        assert conversation.window_is_open
        assert (conversation.hand_over_reason, conversation.unread_count) == ("called", 1)
        assert (conversation.work.state, Conversation.objects.waiting_for_a_person().count()) == (
            "idle",
            1,
        )


def test_a_call_that_somebody_took_asks_for_nobody_any_more(channel):
    for name in ("call", "call_over"):
        field, content = FIELDS[name]
        process(delivery(value(channel, **content), field=field))

    with tenant(channel.organization):
        assert Conversation.objects.get().hand_over_reason == ""
        [line] = Message.objects.filter(payload__event="call")
        assert [step["event"] for step in line.payload["steps"]] == ["connect", "terminate"]


def test_a_message_in_a_group_opens_no_window_and_is_not_answered(channel):
    process(delivery_of(channel, MESSAGES["group"]))

    with tenant(channel.organization):
        conversation = Conversation.objects.select_related("work").get()
        assert (conversation.window_is_open, conversation.work.state) == (False, "idle")
        assert conversation.in_charge == "person"


def test_start_undoes_the_mark(channel, thread):
    process(delivery_of(channel, text("STOP")))
    process(delivery_of(channel, text("START", "wamid.START")))

    words = thread()
    assert "Opted out by writing STOP" not in words
    assert "The customer may be written to again" in words


def test_a_quote_that_came_before_its_message_leads_to_it_later(channel):
    answer = text("This one", "wamid.ANSWER", context={"from": "35725000001", "id": "wamid.FIRST"})
    process(delivery_of(channel, answer))

    process(delivery_of(channel, text("The flat", "wamid.FIRST")))

    with tenant(channel.organization):
        assert Message.objects.get(wamid="wamid.ANSWER").reply_to.body == "The flat"


def test_a_status_tells_the_id_of_a_customer_known_by_phone_only(channel):
    conversation = ConversationFactory(channel=channel)
    MessageFactory(conversation=conversation, direction="out", wamid="wamid.OUT")
    field, content = FIELDS["delivered"]

    process(delivery(value(channel, **content), field=field))

    with tenant(channel.organization):
        conversation.refresh_from_db()
        assert conversation.contact.user_id == "CY.48210937716650291"
        assert conversation.free_entry_until.timestamp() == 1_795_420_800 + 259_200
        message = Message.objects.get(wamid="wamid.OUT")
        assert (message.pricing_category, message.pricing_type) == ("service", "regular")


@pytest.mark.parametrize(
    ("price", "currency", "shown"),
    [
        (320000, "EUR", "€320,000"),
        ("1450.5", "USD", "$1,450.50"),
        ("1E999999", "EUR", "1E999999 EUR"),
        ("NaN", "EUR", "NaN EUR"),
        (-5, "EUR", "-5 EUR"),
        (20, "euros", "20 euros"),
        ("on request", "", "on request"),
    ],
)
def test_an_order_shows_its_prices_as_the_product_does_and_odd_ones_as_they_came(
    price, currency, shown
):
    product = {"product_retailer_id": "L-1", "item_price": price, "currency": currency}
    message = Message(kind="order", payload={"order": {"product_items": [product]}})

    assert wording.order_lines(message) == [f"1 × L-1 ({shown})"]
