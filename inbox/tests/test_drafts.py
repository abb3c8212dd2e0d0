from datetime import timedelta

import pytest
from django.utils.timezone import now

from inbox import contacts, drafts, handover
from inbox.models import Draft, Signal
from inbox.tests.factories import (
    ChannelFactory,
    ContactFactory,
    ConversationFactory,
    MessageFactory,
)
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory


@pytest.fixture
def conversation(db):
    return ConversationFactory(
        channel=ChannelFactory(organization=OrganizationFactory()), in_charge="person"
    )


@pytest.fixture
def owner(conversation):
    return conversation.organization.owner


@pytest.fixture
def maria(conversation):
    return MemberFactory(organization=conversation.organization, user__name="Maria")


def bodies(conversation, member):
    with tenant(conversation.organization):
        return {k: d.body for k, d in drafts.of_member(conversation, member).items()}


def save(conversation, member, kind, body):
    with tenant(conversation.organization):
        return drafts.save(conversation, member, kind, body)


def address(conversation, name):
    return f"/{conversation.organization.slug}/inbox/{conversation.code}/{name}/"


def page(client, conversation, member):
    client.force_login(member.user)
    return client.get(address(conversation, "").replace("//", "/")).content.decode()


def test_draft_is_kept_for_its_member_conversation_and_kind(conversation, owner, maria):
    save(conversation, owner, "reply", "Good morn")
    save(conversation, owner, "reply", "Good morning")
    save(conversation, owner, "note", "Ask about the lift")
    save(conversation, maria, "reply", "Hello")

    assert bodies(conversation, owner) == {"reply": "Good morning", "note": "Ask about the lift"}
    assert bodies(conversation, maria) == {"reply": "Hello"}


def test_words_taken_out_leave_an_empty_draft_of_a_later_version(conversation, owner):
    first = save(conversation, owner, "reply", "Good morning").version

    last = save(conversation, owner, "reply", " \n").version

    assert bodies(conversation, owner) == {"reply": ""}
    assert last > first


def test_an_older_save_that_arrives_late_is_not_kept_and_told_so(client, conversation, owner):
    client.force_login(owner.user)

    def post(body, stamp):
        fields = {"kind": "reply", "body": body, "stamp": stamp}
        return client.post(address(conversation, "draft"), fields).json()

    answers = [post("Good morning", 2_000), post("Good mor", 1_000), post("Good", "one")]

    assert [it["kept"] for it in answers] == [True, False, True]
    assert answers[1]["version"] == 2_000
    assert bodies(conversation, owner) == {"reply": "Good"}
    assert answers[2]["version"] > 2_000


def test_words_that_were_sent_do_not_come_back_with_a_late_save(client, conversation, owner):
    client.force_login(owner.user)
    late = {"kind": "reply", "body": "Good morning", "stamp": 1_999}
    sending = {"headers": {"X-Draft-Stamp": "2000"}}

    client.post(address(conversation, "send"), {"body": "Good morning"}, **sending)
    refused = client.post(address(conversation, "draft"), late).json()

    assert refused["kept"] is False
    assert bodies(conversation, owner) == {"reply": ""}


def test_a_page_with_a_slow_clock_saves_again_above_the_version_it_is_told(conversation, owner):
    with tenant(conversation.organization):
        drafts.clear(conversation, owner, "reply")
        told = drafts.save(conversation, owner, "reply", "And one more thing", 5_000)
        kept = drafts.save(conversation, owner, "reply", "And one more thing", told.version + 2)

    assert told.body == ""
    assert (kept.body, kept.version) == ("And one more thing", told.version + 2)


def test_draft_takes_nul_and_more_than_whatsapp_does(conversation, owner):
    save(conversation, owner, "reply", "a\x00b" * 9000)

    assert bodies(conversation, owner) == {"reply": ("ab" * 9000)[: drafts.LONGEST]}


def test_browsers_hear_when_a_draft_begins_and_ends_and_not_of_each_stroke(conversation, owner):
    def heard():
        return Signal.objects.filter(object_code=conversation.code).count()

    for body, expected in [("H", 1), ("He", 1), ("Hel", 1), ("", 2), ("", 2)]:
        save(conversation, owner, "reply", body)
        assert heard() == expected


def test_sending_and_noting_take_out_their_draft_alone(client, conversation, owner):
    save(conversation, owner, "reply", "Good morning")
    save(conversation, owner, "note", "Ask about the lift")
    client.force_login(owner.user)

    client.post(address(conversation, "send"), {"body": "Good morning"})
    assert bodies(conversation, owner) == {"reply": "", "note": "Ask about the lift"}

    client.post(address(conversation, "note"), {"body": "Ask about the lift"})
    assert bodies(conversation, owner) == {"reply": "", "note": ""}


def test_refused_reply_stays_a_draft(client, conversation, owner):
    save(conversation, owner, "reply", "Good morning")
    with tenant(conversation.organization):
        handover.hand_back(conversation, owner)
    client.force_login(owner.user)

    response = client.post(address(conversation, "send"), {"body": "Good morning"})

    assert response.status_code == 422
    assert bodies(conversation, owner) == {"reply": "Good morning"}


def test_draft_is_saved_and_told_by_its_address(client, conversation, owner):
    client.force_login(owner.user)

    saved = client.post(address(conversation, "draft"), {"kind": "reply", "body": "Good"}).json()

    told = client.get(address(conversation, "draft")).json()
    assert told == {"reply": {"body": "Good", "version": saved["version"]}}
    assert saved["kept"] is True
    wrong = client.post(address(conversation, "draft"), {"kind": "letter", "body": "Good"})
    assert wrong.status_code == 400


def test_page_shows_ones_own_draft_again_and_nobody_elses(client, conversation, owner, maria):
    save(conversation, owner, "reply", "Good <morning>")
    save(conversation, maria, "reply", "Secret words of Maria")

    shown = page(client, conversation, owner)

    assert "Good &lt;morning&gt;</textarea>" in shown
    assert "Secret words of Maria" not in shown


def test_page_opens_with_what_was_written_last(client, conversation, owner):
    save(conversation, owner, "reply", "Good morning")
    save(conversation, owner, "note", "Ask about the lift")

    assert "Ask about the lift</textarea>" in page(client, conversation, owner)


def test_reply_that_cannot_be_sent_now_is_shown_as_kept(client, conversation, owner):
    save(conversation, owner, "reply", "Good morning")
    assert 'id="kept-reply" role="note" hidden' in page(client, conversation, owner)

    with tenant(conversation.organization):
        handover.hand_back(conversation, owner)

    assert 'id="kept-reply" role="note">' in page(client, conversation, owner)


def test_list_marks_the_conversations_with_ones_own_draft(client, conversation, owner, maria):
    MessageFactory(conversation=conversation)
    path = f"/{conversation.organization.slug}/inbox/list/?view=all"
    save(conversation, maria, "reply", "Hello")
    client.force_login(owner.user)
    assert client.get(path).content.decode().count('class="row-draft"') == 0

    save(conversation, owner, "note", "Hello")

    assert client.get(path).content.decode().count('class="row-draft"') == 1


def test_colleague_who_has_begun_a_reply_is_named(client, conversation, owner, maria):
    hint = "Maria has a reply here that is not sent yet"
    save(conversation, maria, "note", "For us")
    assert hint not in page(client, conversation, owner)

    save(conversation, maria, "reply", "Hello")
    assert hint in page(client, conversation, owner)
    assert hint not in page(client, conversation, maria)

    with tenant(conversation.organization):
        Draft.objects.update(saved_at=now() - drafts.RECENT - timedelta(minutes=1))
    assert hint not in page(client, conversation, owner)


def test_member_who_left_hints_at_nothing(client, conversation, owner, maria):
    save(conversation, maria, "reply", "Hello")
    with tenant(conversation.organization):
        maria.is_active = False
        maria.save(update_fields=["is_active"])

    assert "that is not sent yet" not in page(client, conversation, owner)


def test_drafts_of_two_conversations_that_are_joined_stay(conversation, owner, maria):
    other = ConversationFactory(
        channel=conversation.channel, contact=ContactFactory(organization=owner.organization)
    )
    save(conversation, owner, "reply", "First")
    save(other, owner, "reply", "Second")
    save(other, maria, "reply", "Third")

    with tenant(conversation.organization):
        contacts.join(conversation.contact, other.contact)

    assert bodies(conversation, owner) == {"reply": "First\nSecond"}
    assert bodies(conversation, maria) == {"reply": "Third"}
