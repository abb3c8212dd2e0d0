"""Every type and field of Meta's contract, delivered as it comes: once, twice, out of order."""

import json
import random

import pytest

from inbox import notice_words, tasks
from inbox.models import ChannelNotice, Message, MessageTemplate
from inbox.tests.factories import ChannelFactory
from inbox.tests.payloads import (
    ACCOUNT_FIELDS,
    FIELDS,
    MESSAGES,
    account_delivery,
    event_of,
    sample_deliveries,
)
from organizations.tenancy import tenant

EVERYTHING = [*MESSAGES, *FIELDS, *ACCOUNT_FIELDS]


@pytest.fixture
def channel(db):
    return ChannelFactory()


def process(body: bytes):
    event = event_of(body)
    tasks.process_event(event.pk)
    event.refresh_from_db()
    return event


def snapshot(channel) -> list:
    """Everything members see of what arrived, without keys and times."""
    with tenant(channel.organization) as organization:
        messages = organization.messages.order_by("wamid", "pk")
        notices = organization.channel_notices.order_by("field", "code", "pk")
        contacts = organization.contacts.order_by("name", "pk").prefetch_related("identities")
        channel.refresh_from_db()
        return [
            [
                (m.direction, m.author_kind, m.kind, m.body, m.payload.get("event"), m.wamid)
                for m in messages
            ],
            [(n.field, n.code, n.level, notice_words.in_words(n)) for n in notices],
            [(c.name, c.phone, c.user_id, bool(c.marketing_opted_out_at)) for c in contacts],
            (channel.account_state, channel.messaging_limit, channel.history_state),
        ]


@pytest.mark.parametrize("name", EVERYTHING)
def test_each_type_is_processed_and_delivered_again_changes_nothing(channel, name):
    body = sample_deliveries(channel)[name]

    first = process(body)
    known = snapshot(channel)
    second = process(body)

    assert (first.state, second.state) == ("processed", "processed")
    assert snapshot(channel) == known
    assert known[0] or known[1] or name in LEAVES_NO_LINE


# What says something about rows that this channel does not have.
LEAVES_NO_LINE = {
    "sent",
    "delivered",
    "played",
    "failed",
    "unknown_status",
    "state_sync",
    "user_preferences",
    "user_id_update",
}


def test_everything_in_one_delivery_is_processed_item_by_item(channel):
    bodies = sample_deliveries(channel)
    entries = [entry for body in bodies.values() for entry in json.loads(body)["entry"]]
    for number, entry in enumerate(entries):
        for change in entry["changes"]:
            for item in change["value"].get("messages", []):
                item["id"] = f"wamid.BATCH{number}"

    event = process(json.dumps({"entry": entries}).encode())

    assert (event.state, event.reason) == ("processed", "")
    assert event.items.count() == len(bodies) + 3  # the history has three more inside


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_account_ends_the_same_in_whatever_order_its_news_come(channel, seed):
    # Each news has a time of its own, as Meta's entries have.
    bodies = [
        account_delivery(channel, name, at=1_795_420_800 + number)
        for number, name in enumerate(ACCOUNT_FIELDS)
    ]
    random.Random(seed).shuffle(bodies)

    for body in [*bodies, *bodies[:5]]:
        process(body)

    with tenant(channel.organization):
        channel.refresh_from_db()
        [template] = MessageTemplate.objects.all()
        assert ChannelNotice.objects.count() == len(ACCOUNT_FIELDS)
        assert (channel.account_state, channel.messaging_limit) == ("disabled", "TIER_10K")
        assert (channel.quality_rating, channel.name_status) == ("RED", "REJECTED")
        assert (template.status, template.reason) == ("APPROVED", "")
        assert (template.category, template.category_next) == ("UTILITY", "MARKETING")
        assert (template.quality, template.components) == (
            "RED",
            {"element": "Hello {{1}}", "footer": "Bye"},
        )


def test_a_line_for_each_message_type_reaches_the_thread(channel):
    """Of each type exactly one row of the thread, in the direction it belongs to."""
    lines = {}
    for name, body in sample_deliveries(channel).items():
        if name not in MESSAGES:
            continue
        with tenant(channel.organization):
            Message.objects.all().delete()
        process(body)
        with tenant(channel.organization):
            told = Message.objects.exclude(wamid=None)
            lines[name] = [(m.direction, m.kind) for m in told]

    assert lines == {name: [LINES.get(name, ("in", name))] for name in MESSAGES}


LINES = {
    "contact_request": ("in", "contacts"),
    "button_reply": ("in", "interactive"),
    "list_reply": ("in", "interactive"),
    "nfm_reply": ("in", "interactive"),
    "hostile_nfm_reply": ("in", "unsupported"),
    "call_permission_reply": ("event", "system"),
    "missing_choice": ("in", "unsupported"),
    "reaction": ("in", "text"),
    "user_changed_number": ("event", "system"),
    "user_changed_user_id": ("event", "system"),
    "customer_identity_changed": ("event", "system"),
    "edit": ("in", "text"),
    "revoke": ("in", "unsupported"),
    "request_welcome": ("event", "system"),
    "unsupported_alone": ("in", "unsupported"),
    "ephemeral": ("in", "unsupported"),
    "unknown": ("in", "unsupported"),
    "too_big": ("in", "video"),
    "ad": ("in", "text"),
    "forwarded": ("in", "text"),
    "frequently_forwarded": ("in", "text"),
    "quote_of_unknown": ("in", "text"),
    "product": ("in", "text"),
    "group": ("in", "text"),
}
