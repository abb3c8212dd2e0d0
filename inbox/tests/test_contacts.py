import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils.timezone import now

from inbox.contacts import NUMBER_REST, find_contact, open_conversation
from inbox.models import Contact, Conversation, Identity, Message
from inbox.receiving import receive
from inbox.tests.factories import (
    ELENI,
    ChannelFactory,
    ContactFactory,
    ConversationFactory,
    MessageFactory,
    incoming_message,
)
from inbox.whatsapp.parsing import IncomingChange, Sender
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory

BOTH = Sender(user_id="CY.1", phone="35799000001", name="Eleni", username="eleni.k")
ID_ONLY = Sender(user_id="CY.1")
PHONE_ONLY = Sender(phone="35799000001")


@pytest.fixture
def organization(db):
    organization = OrganizationFactory()
    with tenant(organization):
        yield organization


@pytest.mark.parametrize("first", [BOTH, ID_ONLY, PHONE_ONLY])
@pytest.mark.parametrize("second", [BOTH, ID_ONLY, PHONE_ONLY])
def test_contact_is_found_by_either_id(organization, first, second):
    found = find_contact(organization, first)
    again = find_contact(organization, BOTH)
    third = find_contact(organization, second)

    assert found == again == third
    assert (third.phone, third.user_id) == ("35799000001", "CY.1")


def test_new_contact_gets_what_meta_tells(organization):
    contact = find_contact(organization, BOTH)

    contact.refresh_from_db()
    assert (contact.name, contact.username) == ("Eleni", "eleni.k")
    assert contact.search_text == "eleni eleni.k 35799000001"


def test_name_that_is_known_is_kept_and_the_username_follows(organization):
    contact = find_contact(organization, BOTH)

    find_contact(organization, BOTH.model_copy(update={"name": "E", "username": "new"}))

    contact.refresh_from_db()
    assert (contact.name, contact.username) == ("Eleni", "new")


def test_two_contacts_who_turn_out_to_be_one_are_joined_into_the_older(organization):
    channel, other = (ChannelFactory(organization=organization) for _ in range(2))
    older = ContactFactory(organization=organization, name="", phone="35799000001")
    younger = ContactFactory(organization=organization, name="Eleni", phone="", user_id="CY.1")
    kept = ConversationFactory(channel=channel, contact=older)
    given = ConversationFactory(channel=channel, contact=younger, unread_count=2)
    moved = ConversationFactory(channel=other, contact=younger)
    messages = [MessageFactory(conversation=it) for it in (kept, given, moved)]

    found = find_contact(organization, BOTH)

    assert found == older
    assert list(Contact.objects.all()) == [older]
    assert (found.name, found.phone, found.user_id) == ("Eleni", "35799000001", "CY.1")
    assert set(Conversation.objects.all()) == {kept, moved}
    places = Message.objects.spoken().order_by("pk").values_list("conversation", flat=True)
    assert list(places) == [kept.pk, kept.pk, moved.pk]
    assert [m.pk for m in Message.objects.spoken().order_by("pk")] == [m.pk for m in messages]
    kept.refresh_from_db()
    assert kept.unread_count == 2


def test_joined_contact_keeps_an_opt_out_of_either(organization):
    stopped = now()
    ContactFactory(organization=organization, phone="35799000001")
    ContactFactory(organization=organization, phone="", user_id="CY.1", opted_out_at=stopped)

    assert find_contact(organization, BOTH).opted_out_at == stopped


def test_joined_contact_keeps_the_later_of_two_opt_outs(organization):
    later = now()
    ContactFactory(
        organization=organization, phone="35799000001", opted_out_at=later - timedelta(days=1)
    )
    ContactFactory(organization=organization, phone="", user_id="CY.1", opted_out_at=later)

    assert find_contact(organization, BOTH).opted_out_at == later


def test_joining_makes_the_kept_conversation_due_if_the_other_was(organization):
    channel = ChannelFactory(organization=organization)
    older = ContactFactory(organization=organization, phone="35799000001")
    kept = ConversationFactory(channel=channel, contact=older)
    receive(channel, incoming_message(sender=ID_ONLY))

    receive(channel, incoming_message(sender=BOTH))

    kept.work.refresh_from_db()
    assert (kept.work.state, kept.messages.count()) == ("due", 2)


def test_what_points_at_the_younger_contact_moves_along(organization):
    from privacy.models import Hold

    older = ContactFactory(organization=organization, phone="35799000001")
    younger = ContactFactory(organization=organization, phone="", user_id="CY.1")
    hold = Hold.objects.create(
        organization=organization, scope=Hold.Scope.CONTACT, contact_id=younger.pk
    )

    find_contact(organization, BOTH)

    hold.refresh_from_db()
    assert hold.contact_id == older.pk


def test_changed_number_leads_to_the_same_contact(organization):
    channel = ChannelFactory(organization=organization)
    first = receive(channel, incoming_message(sender=ELENI))
    notice = incoming_message(
        type="system",
        kind="system",
        sender=Sender(phone=ELENI.phone),
        new_sender=Sender(phone="35799777777"),
    )

    receive(channel, notice)
    receive(channel, notice)

    contact = find_contact(organization, Sender(phone="35799777777"))
    assert contact == first.conversation.contact
    assert contact.phone == "35799777777"


def test_late_message_from_the_old_number_still_belongs_to_its_contact(organization):
    channel = ChannelFactory(organization=organization)
    old, new = Sender(phone="35799000001"), Sender(phone="35799777777")
    receive(channel, incoming_message(sender=old))
    receive(channel, incoming_message(type="system", kind="system", sender=old, new_sender=new))

    contact = find_contact(organization, old)

    assert (Contact.objects.count(), contact.phone) == (1, "35799777777")


def test_number_given_to_somebody_else_long_after_is_a_new_contact(organization):
    channel = ChannelFactory(organization=organization)
    old, new = Sender(phone="35799000001"), Sender(phone="35799777777")
    receive(channel, incoming_message(sender=old))
    receive(channel, incoming_message(type="system", kind="system", sender=old, new_sender=new))
    Identity.objects.exclude(ended_at=None).update(ended_at=now() - NUMBER_REST - timedelta(days=1))

    stranger = find_contact(organization, old)

    assert stranger != find_contact(organization, new)


def test_new_number_of_a_contact_known_under_both_joins_them(organization):
    channel = ChannelFactory(organization=organization)
    old, new = Sender(phone="35799000001"), Sender(phone="35799777777")
    first = receive(channel, incoming_message(sender=old))
    receive(channel, incoming_message(sender=new))

    receive(channel, incoming_message(type="system", kind="system", sender=old, new_sender=new))

    assert [it.pk for it in Contact.objects.all()] == [first.conversation.contact_id]
    assert Message.objects.spoken().count() == 2
    assert Message.objects.filter(direction="event").count() == 1


def test_update_of_the_business_scoped_id_is_followed(organization):
    channel = ChannelFactory(organization=organization)
    receive(channel, incoming_message(sender=ID_ONLY))
    item = {"user_id": {"previous": "CY.1", "current": "CY.2"}, "wa_id": "35799000001"}
    change = IncomingChange(
        field="user_id_update", value={"user_id_update": [item, {"user_id": None}]}
    )

    receive(channel, change)
    receive(channel, change)

    [contact] = Contact.objects.all()
    assert (contact.user_id, contact.phone) == ("CY.2", "35799000001")


def test_update_of_an_unknown_id_makes_no_contact(organization):
    channel = ChannelFactory(organization=organization)
    item = {"user_id": {"previous": "CY.8", "current": "CY.9"}}

    receive(channel, IncomingChange(field="user_id_update", value={"user_id_update": [item]}))

    assert Contact.objects.count() == 0


def test_conversation_on_a_number_without_assistant_belongs_to_people(organization):
    channel = ChannelFactory(organization=organization, assistant_mode="off")

    conversation = open_conversation(channel, find_contact(organization, BOTH))

    assert conversation.in_charge == "person"


def test_many_workers_who_meet_a_customer_at_once_end_with_one_contact(transactional_db):
    channel = ChannelFactory()
    senders = [BOTH, ID_ONLY, PHONE_ONLY, BOTH] * 3
    failures = []
    ready = threading.Barrier(len(senders))

    def work(sender: Sender) -> None:
        try:
            ready.wait()
            with tenant(channel.organization_id):
                receive(channel, incoming_message(sender=sender))
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(sender,)) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with tenant(channel.organization):
        find_contact(channel.organization, BOTH)
        [contact] = Contact.objects.all()
        [conversation] = Conversation.objects.all()
        assert (contact.phone, contact.user_id) == ("35799000001", "CY.1")
        assert conversation.messages.spoken().count() == len(senders)
