"""What is done with several conversations at once, taken back, and kept as a view."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from inbox import bulk, saved_views
from inbox.briefing import open_cards
from inbox.handover import hand_over
from inbox.listing import Asked
from inbox.models import Conversation, ConversationWork, SavedView
from inbox.tests.factories import ChannelFactory, ConversationFactory
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory

HTMX = {"HX-Request": "true"}


@pytest.fixture
def channel(db):
    return ChannelFactory()


@pytest.fixture
def member(channel):
    return channel.organization.owner


@pytest.fixture
def colleague(channel):
    return MemberFactory(organization=channel.organization)


@pytest.fixture
def inbox(client, member):
    """Pages as a member sees them: `inbox(name, data, query)` posts."""

    def post(name, data=None, query="", by=None, htmx=True, **kwargs):
        client.force_login((by or member).user)
        slug = member.organization.slug
        address = reverse(f"inbox:{name}", kwargs={"slug": slug, **kwargs})
        return client.post(address + query, data or {}, headers=HTMX if htmx else None)

    return post


def codes(*conversations):
    return [str(conversation.code) for conversation in conversations]


def stored(conversation, *names):
    with tenant(conversation.organization):
        values = Conversation.objects.filter(pk=conversation.pk).values_list(*names)
        return values.get() if len(names) > 1 else values.get()[0]


def toast(response):
    return json.loads(response.headers["HX-Trigger"])["toast"]


# Doing and taking back


def test_picked_conversations_are_closed_and_opened_again(inbox, channel):
    at = now() - timedelta(minutes=5)
    state = {"in_charge": "person", "waiting_since": at, "unread_count": 2}
    picked = [ConversationFactory(channel=channel, **state) for _ in range(2)]
    other = ConversationFactory(channel=channel)

    told = toast(inbox("bulk", {"verb": "close", "conversation": codes(*picked)}))

    assert told["text"] == "2 conversations closed."
    assert [stored(c, "status") for c in (*picked, other)] == ["closed", "closed", "open"]

    undone = toast(inbox("bulk_undo", {"token": told["undo"]["token"]}))

    assert undone["text"] == "Taken back for 2 conversations."
    as_before = ("open", at, 2)
    assert [stored(c, "status", "waiting_since", "unread_count") for c in picked] == [as_before] * 2


def test_the_card_of_a_hand_over_stands_again(inbox, channel):
    conversation = ConversationFactory(channel=channel)
    with tenant(channel.organization):
        hand_over(conversation, "asked")

    token = toast(inbox("bulk", {"verb": "close", "conversation": codes(conversation)}))["undo"]
    inbox("bulk_undo", {"token": token["token"]})

    with tenant(channel.organization):
        assert [card.reason for card in open_cards(conversation)] == ["asked"]


def test_the_assistant_answers_after_all(inbox, channel):
    conversation = ConversationFactory(channel=channel, waiting_since=now())

    told = toast(inbox("bulk", {"verb": "close", "conversation": codes(conversation)}))
    inbox("bulk_undo", {"token": told["undo"]["token"]})

    assert ConversationWork.objects.get(pk=conversation.pk).state == "due"


def test_a_snoozed_conversation_is_snoozed_again(inbox, channel):
    until = now() + timedelta(hours=1)
    snoozed = ConversationFactory(channel=channel, status="snoozed", snoozed_until=until)

    told = toast(inbox("bulk", {"verb": "close", "conversation": codes(snoozed)}))
    inbox("bulk_undo", {"token": told["undo"]["token"]})

    assert stored(snoozed, "status", "snoozed_until") == ("snoozed", until)


def test_picked_conversations_are_given_to_a_member_and_back(inbox, channel, member, colleague):
    hers = ConversationFactory(channel=channel, assignee=member)
    nobodys = ConversationFactory(channel=channel)
    already = ConversationFactory(channel=channel, assignee=colleague)

    told = toast(inbox("bulk", {"to": colleague.pk, "conversation": codes(hers, nobodys, already)}))

    assert told["text"] == "2 conversations assigned."
    everybody = (hers, nobodys, already)
    assert [stored(c, "assignee") for c in everybody] == [colleague.pk] * 3

    inbox("bulk_undo", {"token": told["undo"]["token"]})

    assert [stored(c, "assignee") for c in everybody] == [member.pk, None, colleague.pk]


def test_picked_conversations_are_marked_as_read_and_back(inbox, channel):
    unread = ConversationFactory(channel=channel, unread_count=3)
    read = ConversationFactory(channel=channel)

    told = toast(inbox("bulk", {"verb": "read", "conversation": codes(unread, read)}))
    assert (told["text"], stored(unread, "unread_count")) == (
        "1 conversation marked as read.",
        0,
    )

    inbox("bulk_undo", {"token": told["undo"]["token"]})
    assert stored(unread, "unread_count") == 3


def test_what_somebody_changed_since_stays(inbox, channel, member, colleague):
    closed = ConversationFactory(channel=channel, status="open")
    given = ConversationFactory(channel=channel)
    first = toast(inbox("bulk", {"verb": "close", "conversation": codes(closed)}))
    second = toast(inbox("bulk", {"to": colleague.pk, "conversation": codes(given)}))
    inbox("reopen", code=closed.code)
    inbox("close", code=closed.code)
    inbox("assign", {"member": member.pk}, code=given.code)

    for told in (first, second):
        undone = toast(inbox("bulk_undo", {"token": told["undo"]["token"]}))
        assert undone["text"] == "Taken back for 0 conversations."
    assert (stored(closed, "status"), stored(given, "assignee")) == ("closed", member.pk)


def test_only_who_did_it_takes_it_back_and_not_for_ever(inbox, channel, colleague, monkeypatch):
    conversation = ConversationFactory(channel=channel)
    told = toast(inbox("bulk", {"verb": "close", "conversation": codes(conversation)}))
    token = told["undo"]["token"]

    strange = toast(inbox("bulk_undo", {"token": token}, by=colleague))
    forged = toast(inbox("bulk_undo", {"token": "x" + token}))
    monkeypatch.setattr(bulk, "VALID_SECONDS", -1)
    late = toast(inbox("bulk_undo", {"token": token}))

    assert {each["text"] for each in (strange, forged, late)} == {
        "This cannot be taken back any more."
    }
    assert stored(conversation, "status") == "closed"


def test_conversations_of_another_agency_are_not_touched(inbox, channel):
    theirs = ConversationFactory()

    told = toast(inbox("bulk", {"verb": "close", "conversation": [*codes(theirs), "x", ""]}))

    assert told["text"] == "0 conversations closed."
    assert "undo" not in told
    assert stored(theirs, "status") == "open"


def test_without_scripts_the_list_comes_back_with_what_was_asked(inbox, channel):
    conversation = ConversationFactory(channel=channel)

    data = {"verb": "close", "conversation": codes(conversation)}
    response = inbox("bulk", data, "?view=all&unread=1", htmx=False)

    assert response.headers["Location"].endswith("/inbox/?view=all&unread=1")
    assert stored(conversation, "status") == "closed"


def test_an_unknown_verb_is_refused(inbox):
    assert inbox("bulk", {"verb": "erase"}).status_code == 400


# Views that are kept


def test_a_view_is_kept_and_leads_to_its_list(inbox, client, channel, member):
    inbox("saved", {"name": "  Hot   leads "}, "?view=all&score=hot&search=Γλυφάδα")

    page = client.get(reverse("inbox:saved", args=[channel.organization.slug]))

    with tenant(channel.organization):
        kept = SavedView.objects.get()
    assert (kept.name, kept.is_shared) == ("Hot leads", False)
    assert kept.query == Asked(view="all", score="hot", search="Γλυφάδα").query
    assert f'href="/{channel.organization.slug}/inbox/?view=all&amp;search=' in page.text


def test_the_same_name_replaces_ones_own_view(inbox, channel, colleague):
    inbox("saved", {"name": "Mine"}, "?view=mine")
    inbox("saved", {"name": "Mine", "is_shared": "1"}, "?view=closed")
    inbox("saved", {"name": "Mine"}, "?view=all", by=colleague)

    with tenant(channel.organization):
        views = SavedView.objects.order_by("pk").values_list("query", "is_shared")
        assert list(views) == [("view=closed", True), ("view=all", False)]


def test_a_private_view_is_its_members_own_and_managers_look_after_shared_ones(
    inbox, channel, member, colleague
):
    third = MemberFactory(organization=channel.organization)
    with tenant(channel.organization):
        private = saved_views.save(colleague, "Private", Asked())
        shared = saved_views.save(colleague, "Shared", Asked(), is_shared=True)
        seen = {
            who: {view.name for view in saved_views.seen_by(who)}
            for who in (member, colleague, third)
        }

    assert seen == {
        member: {"Shared"},
        colleague: {"Private", "Shared"},
        third: {"Shared"},
    }
    assert inbox("saved_remove", code=shared.code, by=third).status_code == 404
    assert inbox("saved_remove", code=private.code, by=member).status_code == 404
    assert inbox("saved_share", code=private.code, by=colleague).status_code == 302
    assert inbox("saved_remove", code=private.code, by=member).status_code == 302
    with tenant(channel.organization):
        assert list(SavedView.objects.values_list("name", flat=True)) == ["Shared"]


@pytest.mark.parametrize(("name", "number"), [("", 0), ("   ", 0), ("x" * 99, 1), ("a\x00b", 1)])
def test_a_view_needs_a_name(inbox, channel, name, number):
    inbox("saved", {"name": name})

    with tenant(channel.organization):
        assert SavedView.objects.count() == number


def test_a_member_keeps_fifty_views(inbox, channel, member, monkeypatch):
    monkeypatch.setattr(saved_views, "MOST", 2)
    for name in ("one", "two", "three", "two"):
        inbox("saved", {"name": name})

    with tenant(channel.organization):
        assert sorted(SavedView.objects.values_list("name", flat=True)) == ["one", "two"]
