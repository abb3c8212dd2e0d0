from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from inbox import notice_words, sending, tasks
from inbox.models import Channel, ChannelNotice, ChannelRoute, Contact, Conversation, Message
from inbox.tests.factories import ChannelFactory, ContactFactory, ConversationFactory
from inbox.tests.payloads import (
    ACCOUNT_FIELDS,
    AT,
    FIELDS,
    MESSAGES,
    account_delivery,
    delivery,
    delivery_of,
    event_of,
    message,
    text,
    value,
)
from inbox.whatsapp import errors
from organizations.tenancy import tenant


@pytest.fixture
def channel(db):
    return ChannelFactory()


def process(body: bytes):
    event = event_of(body)
    tasks.process_event(event.pk)
    event.refresh_from_db()
    return event


def tell(channel, name: str, at: int = AT, **changes):
    return process(account_delivery(channel, name, at, **changes))


def words(channel) -> list[str]:
    with tenant(channel.organization) as organization:
        return [
            notice_words.in_words(notice) for notice in organization.channel_notices.order_by("pk")
        ]


def stored(channel) -> Channel:
    with tenant(channel.organization) as organization:
        return organization.channels.get(pk=channel.pk)


SAID = {
    "template_rejected": "The template “viewing_reminder” (en) was rejected and cannot be sent. "
    "Meta's reason: It advertises. Make it marketing.",
    "template_approved": "The template “viewing_reminder” (en) was approved and can be sent.",
    "template_quality": "Customers' opinion of the template “viewing_reminder” (en) is now: Low.",
    "template_components": "The text of the template “viewing_reminder” (en) was changed.",
    "template_category": "Meta moved the template “viewing_reminder” (en) from the category "
    "utility to marketing. It costs more then, and customers can refuse it.",
    "template_category_ahead": "Meta will move the template “viewing_reminder” (en) to the "
    "category marketing on 24 November 2026. It costs more then, and customers can refuse it.",
    "partner_removed": "The WhatsApp account was disconnected from KΛTIKN. Nothing can be sent and "
    "nothing arrives until it is connected again; everything received so far stays here.",
    "offboarded": "The number was disconnected in the WhatsApp Business app. Nothing can be sent "
    "and nothing arrives until it is connected again; everything received so far stays here. "
    "(inactivity)",
    "reconnected": "The number is connected again.",
    "violation": "Meta says that the account broke a rule: spam.",
    "restriction": "Meta has restricted the WhatsApp account: templates cannot be sent until "
    "24 November 2026.",
    "disabled": "Meta has disabled the WhatsApp account. Nothing can be sent. (May 1, 2026)",
    "account_deleted": "The WhatsApp account was deleted. Nothing can be sent.",
    "account_unknown": "WhatsApp sent news that KΛTIKN does not know yet "
    "(account update: something new). It is kept.",
    "number_quality": "Customers reported messages of this number: its quality is low. "
    "Limit: tier 2k.",
    "number_name": "The name “Aphrodite” was rejected. (name not consistent)",
    "alert": "The picture was removed.",
    "review": "Meta has reviewed the WhatsApp account and rejected it.",
    "capability": "The account may now write to this many customers a day first: tier 10k.",
    "security": "The PIN of the number was changed.",
    "settings": "A setting of the account was changed in WhatsApp Manager.",
    "flows": "WhatsApp sent news that KΛTIKN does not know yet (flows: flow status change). "
    "It is kept.",
    "payment": "WhatsApp sent news that KΛTIKN does not know yet (payment configuration update). "
    "It is kept.",
    "partner_solutions": "WhatsApp sent news that KΛTIKN does not know yet "
    "(partner solutions: solution created). It is kept.",
    "unheard_of": "WhatsApp sent news that KΛTIKN does not know yet (never heard of). It is kept.",
}


@pytest.mark.parametrize("name", ACCOUNT_FIELDS)
def test_each_news_is_told_in_plain_words(channel, name):
    tell(channel, name)

    assert words(channel) == [SAID[name]]


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("partner_removed", "offboarded"),
        ("offboarded", "offboarded"),
        ("disabled", "disabled"),
        ("account_deleted", "disabled"),
        ("restriction", "restricted"),
        ("violation", "ok"),
        ("account_unknown", "ok"),
    ],
)
def test_news_of_the_account_changes_the_state_of_its_numbers(channel, name, state):
    other = ChannelFactory(organization=channel.organization, waba_id=channel.waba_id)
    strange = ChannelFactory(organization=channel.organization)

    tell(channel, name)

    assert [stored(each).account_state for each in (channel, other, strange)] == [
        state,
        state,
        "ok",
    ]
    assert stored(channel).account_note == ("" if state == "ok" else SAID[name])


def test_a_number_that_is_connected_again_works_again(channel):
    tell(channel, "offboarded")
    tell(channel, "reconnected", at=AT + 60)

    assert (stored(channel).account_state, stored(channel).account_note) == ("ok", "")


def test_an_account_taken_away_keeps_everything_and_lets_nobody_write(channel):
    process(delivery_of(channel, text("Hello")))

    tell(channel, "partner_removed")

    with tenant(channel.organization) as organization:
        conversation = Conversation.objects.select_related("work").get()
        member = organization.members.get()
        assert Message.objects.spoken().count() == 1
        assert (conversation.in_charge, conversation.hand_over_reason) == ("person", "paused")
        assert conversation.work.state == "idle"
        with pytest.raises(sending.NumberStopped):
            sending.send_reply(conversation, "Hello!", author=member)


def test_what_was_queued_when_whatsapp_stops_the_number_fails_with_the_reason(channel):
    conversation = ConversationFactory(channel=channel, in_charge="person")
    with tenant(channel.organization) as organization:
        member = organization.members.get()
        queued = sending.send_reply(conversation, "Hello!", author=member)
    tell(channel, "disabled")

    sending.deliver(channel.organization_id, queued.pk)

    with tenant(channel.organization):
        queued.refresh_from_db()
        assert (queued.status, queued.failure_text) == ("failed", errors.ACCOUNT_TEXT)


def test_a_reply_refused_because_of_the_number_comes_back_with_its_text(client, channel):
    conversation = ConversationFactory(channel=channel, in_charge="person")
    tell(channel, "disabled")
    client.force_login(channel.organization.owner.user)
    url = reverse("inbox:send", args=[channel.organization.slug, conversation.code])

    answer = client.post(
        url, {"kind": "reply", "body": "My long answer"}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 422
    assert "My long answer</textarea>" in answer.content.decode()


def test_members_are_told_until_one_has_read_it(client, channel):
    tell(channel, "template_rejected")
    client.force_login(channel.organization.owner.user)
    slug = channel.organization.slug
    before = client.get(reverse("inbox:index", args=[slug])).content.decode()

    client.post(reverse("inbox:news_seen", args=[slug]))

    after = client.get(reverse("inbox:index", args=[slug])).content.decode()
    assert "was rejected and cannot be sent" in before
    assert "was rejected and cannot be sent" not in after
    assert "viewing_reminder" in client.get(reverse("inbox:news", args=[slug])).content.decode()


def test_an_account_of_two_agencies_tells_both_and_neither_sees_the_others(channel):
    other = ChannelFactory(waba_id=channel.waba_id)

    event = tell(channel, "template_rejected")

    assert (words(channel), words(other)) == ([SAID["template_rejected"]],) * 2
    item = event.items.get()
    assert (item.state, item.organization_id) == ("processed", None)


def test_news_of_an_account_that_nobody_has_is_kept_and_told_to_nobody(channel):
    event = process(
        account_delivery(channel, "violation").replace(channel.waba_id.encode(), b"111")
    )

    assert (event.state, words(channel)) == ("processed", [])
    assert event.items.get().organization_id is None


def test_the_route_follows_the_account_of_its_channel(channel):
    with tenant(channel.organization):
        channel.waba_id = "999"
        channel.save(update_fields=["waba_id"])

    assert ChannelRoute.objects.get(channel=channel).waba_id == "999"


def test_news_about_one_number_leaves_the_others_alone(channel):
    other = ChannelFactory(
        organization=channel.organization,
        waba_id=channel.waba_id,
        display_phone_number="+357 25 000099",
    )

    tell(channel, "number_quality")

    assert [stored(each).quality_rating for each in (channel, other)] == ["RED", "UNKNOWN"]


# The import of old messages, and the phone book


def test_an_import_shows_how_far_it_is_and_asks_for_nobody(channel):
    field, content = FIELDS["history"]
    process(delivery(value(channel, **content), field=field))
    channel = stored(channel)

    with tenant(channel.organization):
        conversation = Conversation.objects.select_related("work").get()
        messages = list(Message.objects.order_by("wamid"))
        assert (channel.history_state, channel.history_progress) == ("importing", 55)
        assert [(m.direction, m.status, m.is_history) for m in messages] == [
            ("in", "", True),
            ("out", "delivered", True),
            ("in", "", True),
        ]
        assert (conversation.unread_count, conversation.work.state) == (0, "idle")
        assert conversation.waiting_since is None


def test_old_messages_that_were_not_shared_are_told(channel):
    field, content = FIELDS["history_declined"]
    process(delivery(value(channel, **content), field=field))

    assert stored(channel).history_state == "declined"
    assert words(channel) == [
        "The business did not share its old messages when the number was connected, so the inbox "
        "begins with that day."
    ]


def sync(channel, name="Eleni K. buyer", action="add", at=AT, phone="+357 99 123456"):
    entry = {
        "type": "contact",
        "contact": {"full_name": name, "first_name": name.split(" ")[0], "phone_number": phone},
        "action": action,
        "metadata": {"timestamp": str(at)},
    }
    process(delivery(value(channel, state_sync=[entry]), field="smb_app_state_sync"))


def names(channel) -> list[tuple[str, str]]:
    with tenant(channel.organization):
        return list(Contact.objects.order_by("pk").values_list("name", "name_source"))


def test_a_name_of_the_phone_book_takes_the_place_of_the_profiles_and_goes_again(channel):
    process(delivery_of(channel, text("Hello")))
    sync(channel)
    named = names(channel)
    sync(channel, action="remove", at=AT + 1)

    assert named == [("Eleni K. buyer", "phone_book")]
    assert names(channel) == [("Eleni", "profile")]


def test_a_name_that_a_member_gave_stays(channel):
    ContactFactory(
        organization=channel.organization,
        phone="35799123456",
        name="Mrs Kyriakou",
        name_source="member",
    )
    sync(channel)

    assert names(channel) == [("Mrs Kyriakou", "member")]


def test_an_older_name_of_the_phone_book_that_comes_later_is_left_aside(channel):
    sync(channel, name="New", at=AT + 60)
    sync(channel, name="Old", at=AT)

    assert names(channel) == [("New", "phone_book")]


def test_who_never_wrote_leaves_with_the_phone_book(channel):
    sync(channel)
    sync(channel, action="remove", at=AT + 1)

    assert names(channel) == []


# The customer's own number


def without_phone(channel, item) -> bytes:
    """What a customer sends whose number WhatsApp hides."""
    item = {key: each for key, each in item.items() if key != "from"}
    card = {"profile": {"name": "Eleni"}, "user_id": "CY.48210937716650291"}
    return delivery(value(channel, contacts=[card], messages=[item]))


def phones(channel) -> list[str]:
    with tenant(channel.organization):
        return [contact.phone for contact in Contact.objects.order_by("pk")]


def test_a_number_given_on_our_request_is_learned(channel):
    process(without_phone(channel, MESSAGES["contact_request"]))

    assert phones(channel) == ["35799123456"]


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "other"},
        {"origin": None},
        {"phones": [{"phone": "+357 99 123456"}]},
        {"phones": [{"wa_id": "35799123456"}, {"wa_id": "35799000000"}]},
    ],
    ids=["other", "none", "not on WhatsApp", "two numbers"],
)
def test_a_card_that_may_be_somebody_elses_teaches_no_number(channel, change):
    [card] = MESSAGES["contact_request"]["contacts"]
    process(without_phone(channel, message("contacts", [{**card, **change}])))

    assert phones(channel) == [""]


def test_a_number_of_somebody_known_under_another_id_is_not_taken_over(channel):
    ContactFactory(organization=channel.organization, phone="35799123456", user_id="CY.2")
    process(without_phone(channel, MESSAGES["contact_request"]))

    assert phones(channel) == ["35799123456", ""]


def test_a_number_known_without_an_id_joins_the_two_contacts(channel):
    ContactFactory(organization=channel.organization, phone="35799123456")
    process(without_phone(channel, MESSAGES["contact_request"]))

    assert phones(channel) == ["35799123456"]


def test_a_changed_security_code_is_remembered(channel):
    process(delivery_of(channel, MESSAGES["customer_identity_changed"]))

    with tenant(channel.organization):
        contact = Contact.objects.get()
        assert (contact.identity_hash, contact.identity_is_new) == ("h4sh", True)


def test_the_free_time_of_an_advertisement_is_known_before_and_after_the_answer(channel):
    process(delivery_of(channel, MESSAGES["ad"]))
    with tenant(channel.organization):
        conversation = Conversation.objects.get()
        before = (conversation.free_entry_may_open, conversation.free_entry_is_open)
        conversation.free_entry_until = now() + timedelta(hours=1)
        after = (conversation.free_entry_may_open, conversation.free_entry_is_open)

    assert (before, after) == ((True, False), (False, True))


def test_news_without_a_time_counts_from_its_arrival(channel, time_machine):
    time_machine.move_to(datetime(2026, 11, 24, tzinfo=UTC), tick=False)
    body = account_delivery(channel, "violation").replace(f'"time": {AT}, '.encode(), b"")
    process(body)

    with tenant(channel.organization):
        assert ChannelNotice.objects.get().at == datetime(2026, 11, 24, tzinfo=UTC)
