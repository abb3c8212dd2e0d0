from itertools import permutations

import pytest
from django.utils.timezone import now

from inbox.models import Conversation, Message, MessageStatus
from inbox.receiving import apply_status
from inbox.statuses import apply_waiting, callback_data
from inbox.tests.factories import (
    ChannelFactory,
    ConversationFactory,
    MessageFactory,
    queued_message,
)
from inbox.whatsapp.parsing import IncomingStatus
from organizations.tenancy import tenant

FAILURE = {"error_code": 131047, "error_text": "Details."}


@pytest.fixture
def conversation(db):
    conversation = ConversationFactory()
    with tenant(conversation.organization):
        yield conversation


@pytest.fixture
def message(conversation):
    return MessageFactory(conversation=conversation, direction="out", wamid="wamid.OUT")


def tell(target: Message, status: str, wamid: str = "wamid.OUT", **fields) -> MessageStatus:
    incoming = IncomingStatus(wamid=wamid, status=status, at=now(), **fields)
    return apply_status(target.channel, incoming)


def status_of(message: Message) -> str:
    return Message.objects.get(pk=message.pk).status


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "read"])))
def test_ticks_never_go_backwards(message, order):
    for status in order:
        tell(message, status)

    message.refresh_from_db()
    assert message.status == "read"
    assert message.delivered_at is not None
    assert message.read_at is not None


def test_status_told_twice_is_stored_once(message):
    tell(message, "delivered")
    tell(message, "delivered")

    assert message.statuses.count() == 1


def test_voice_note_that_was_heard_counts_as_read(message):
    tell(message, "played")

    assert status_of(message) == "read"


@pytest.mark.parametrize("status", ["deleted", "warning", "never_heard_of"])
def test_unknown_status_is_kept_and_changes_nothing(message, status):
    row = tell(message, status)

    assert (row.status, row.message, status_of(message)) == (status, message, "sent")


def test_failure_is_final_and_shows_its_reason(message):
    tell(message, "failed", **FAILURE)
    tell(message, "delivered")

    message.refresh_from_db()
    assert (message.status, message.failure_code) == ("failed", 131047)
    assert message.failure_text.startswith("More than 24 hours")


def test_failure_of_the_assistants_message_asks_for_a_person(message, conversation):
    tell(message, "failed", **FAILURE)

    conversation.refresh_from_db()
    assert (conversation.in_charge, conversation.hand_over_reason) == ("person", "unsent")
    assert list(Conversation.objects.waiting_for_a_person()) == [conversation]


def test_failure_after_delivery_is_kept_and_changes_nothing(message):
    tell(message, "delivered")
    tell(message, "failed", **FAILURE)

    assert status_of(message) == "delivered"
    assert message.statuses.count() == 2


def test_status_before_the_answer_to_our_call_finds_its_message_by_the_callback_data(conversation):
    message = queued_message(conversation, status="sending", work={"state": "sending"})

    tell(message, "delivered", callback_data=callback_data(message.pk))

    message.refresh_from_db()
    message.work.refresh_from_db()
    assert (message.wamid, message.status) == ("wamid.OUT", "delivered")
    assert message.work.state == "done"


def test_status_before_its_message_is_kept_and_applied_when_the_wamid_becomes_known(conversation):
    message = queued_message(conversation)
    tell(message, "read")
    waiting = MessageStatus.objects.get()
    message.wamid, message.status = "wamid.OUT", "sent"
    message.save()

    apply_waiting(conversation, message)

    assert waiting.message is None
    assert (status_of(message), message.statuses.count()) == ("read", 1)


def test_status_that_waited_is_applied_when_it_is_told_again(conversation):
    message = queued_message(conversation)
    tell(message, "delivered")
    message.wamid, message.status = "wamid.OUT", "sent"
    message.save()

    tell(message, "delivered")

    assert (status_of(message), message.statuses.count()) == ("delivered", 1)


@pytest.mark.parametrize(
    "data", ["", "msg:", "msg:x", "msg:-1", "msg:999999", "msg:" + "9" * 40, "other:1", "msg:٣"]
)
def test_callback_data_of_nobody_finds_nothing(message, data):
    row = tell(message, "sent", wamid="wamid.STRANGE", callback_data=data)

    assert row.message is None


def test_callback_data_does_not_reach_another_channel_of_the_same_agency(message):
    other = ChannelFactory(organization=message.organization)
    incoming = IncomingStatus(
        wamid="wamid.X", status="read", at=now(), callback_data=callback_data(message.pk)
    )

    assert apply_status(other, incoming).message is None
    assert status_of(message) == "sent"


def test_callback_data_does_not_turn_a_customers_message_into_ours(conversation):
    inbound = MessageFactory(conversation=conversation, wamid="wamid.IN")

    assert tell(inbound, "read", callback_data=callback_data(inbound.pk)).message is None
    assert tell(inbound, "read", wamid="wamid.IN").message is None


def test_ids_of_another_organization_touch_nothing_of_theirs(db):
    mine, theirs = ChannelFactory(), ConversationFactory()
    with tenant(theirs.organization):
        target = MessageFactory(conversation=theirs, direction="out", wamid="wamid.THEIRS")

    with tenant(mine.organization):
        for wamid, data in (("wamid.THEIRS", ""), ("wamid.X", callback_data(target.pk))):
            incoming = IncomingStatus(wamid=wamid, status="failed", at=now(), callback_data=data)
            assert apply_status(mine, incoming).message is None

    with tenant(theirs.organization):
        assert (status_of(target), target.statuses.count()) == ("sent", 0)


def test_price_category_is_kept(message):
    tell(message, "delivered", payload={"pricing": {"category": "service"}})

    message.refresh_from_db()
    assert message.pricing_category == "service"


def test_refused_marketing_message_is_remembered_at_the_contact(message, conversation):
    tell(message, "failed", error_code=131050)

    conversation.contact.refresh_from_db()
    assert conversation.contact.marketing_opted_out_at is not None
