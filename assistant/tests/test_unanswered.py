"""Questions that nothing stored answers, gathered for somebody to write the answer down."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from assistant import unanswered
from inbox import handover
from inbox.models import HandOver
from inbox.tests.factories import ConversationFactory
from knowledge.tests.factories import NoteFactory
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory


@pytest.fixture
def organization(db):
    return OrganizationFactory()


def ask(organization, question, days_ago=1, **fields):
    conversation = ConversationFactory(channel__organization=organization)
    with tenant(organization):
        handover.ask_colleague(conversation, question, **fields)
        opened_at = now() - timedelta(days=days_ago)
        HandOver.objects.filter(conversation=conversation).update(opened_at=opened_at)
    return conversation


def gathered(organization) -> list[tuple[str, int]]:
    with tenant(organization):
        return [(it.question, len(it.cards)) for it in unanswered.groups(organization)]


def test_alike_questions_are_one_group_and_the_most_frequent_comes_first(organization):
    ask(organization, "Do you accept crypto?", days_ago=1)
    ask(organization, "Is there a gym in the building?", days_ago=3)
    ask(organization, "is there a GYM in this building", days_ago=2)

    assert gathered(organization) == [
        ("is there a GYM in this building", 2),
        ("Do you accept crypto?", 1),
    ]


def test_only_what_the_assistant_did_not_know_counts_and_not_for_ever(organization):
    ask(organization, "Somebody sent a photo", reason="media")
    ask(organization, "Is there a gym?", days_ago=91)

    assert gathered(organization) == []


def test_a_note_about_it_settles_a_group_until_it_is_asked_again(organization):
    ask(organization, "Is there a gym in the building?")
    NoteFactory(organization=organization, title="Is there a gym in the building?")
    settled = gathered(organization)

    ask(organization, "Is there a gym in the building?", days_ago=-1)

    assert settled == []
    assert gathered(organization) == [("Is there a gym in the building?", 2)]


def test_another_agency_sees_none_of_it(organization):
    ask(organization, "Is there a gym?")

    assert gathered(OrganizationFactory()) == []


def test_the_page_leads_to_a_note_with_the_question_filled_in(organization, client):
    conversation = ask(organization, "Is there a gym & pool?")
    client.force_login(organization.owner.user)

    page = client.get(f"/{organization.slug}/assistant/unanswered/").content.decode()
    note = client.get(f"/{organization.slug}/knowledge/notes/new/?title=Is there a gym %26 pool?")

    assert "notes/new/?title=Is%20there%20a%20gym%20%26%20pool%3F" in page
    assert str(conversation.code) in page
    assert 'value="Is there a gym &amp; pool?"' in note.content.decode()


def post(client, organization, conversation, name, member=None):
    with tenant(organization):
        code = HandOver.objects.get(conversation=conversation).code
    client.force_login((member or organization.owner).user)
    address = f"/{organization.slug}/assistant/unanswered/{code}/{name}/"
    return client.post(address, follow=True).content.decode()


def set_aside(organization) -> list[str]:
    with tenant(organization):
        return [it.question for it in unanswered.dismissed(organization)]


def test_a_member_dismisses_a_group_and_undoes_it(organization, client):
    ask(organization, "Is there a gym in the building?", days_ago=3)
    latest = ask(organization, "is there a GYM in this building", days_ago=2)
    ask(organization, "Do you accept crypto?")
    anna = MemberFactory(organization=organization, user__name="Anna")

    page = post(client, organization, latest, "dismiss", member=anna)
    after, aside = gathered(organization), set_aside(organization)
    back = post(client, organization, latest, "back", member=anna)

    assert after == [("Do you accept crypto?", 1)]
    assert aside == ["is there a GYM in this building"]
    assert [words in page for words in ("is dismissed.", ">Undo<", "dismissed by Anna")] == [
        True
    ] * 3
    assert gathered(organization)[0] == ("is there a GYM in this building", 2)
    assert (set_aside(organization), "is dismissed." in back) == ([], False)


def test_a_dismissed_group_is_back_with_all_its_questions_when_it_is_asked_again(
    organization, client
):
    seen = ask(organization, "Is there a gym in the building?", days_ago=2)
    post(client, organization, seen, "dismiss")

    ask(organization, "Is there a gym in this building?", days_ago=1)

    assert gathered(organization) == [("Is there a gym in this building?", 2)]
    assert set_aside(organization) == []


def test_a_question_that_came_while_one_read_the_page_is_not_dismissed_unseen(organization, client):
    seen = ask(organization, "Is there a gym in the building?", days_ago=2)
    ask(organization, "Is there a gym in this building?", days_ago=1)

    post(client, organization, seen, "dismiss")

    assert gathered(organization) == [("Is there a gym in this building?", 2)]


def test_dismissing_twice_keeps_the_first_moment(organization, client):
    seen = ask(organization, "Is there a gym?")
    post(client, organization, seen, "dismiss")
    with tenant(organization):
        first = HandOver.objects.get().dismissed_at

    post(client, organization, seen, "dismiss")

    with tenant(organization):
        assert HandOver.objects.get().dismissed_at == first


def test_pages_of_other_organizations_take_no_words_from_here(organization, client):
    seen = ask(organization, "Is there a gym?")
    with tenant(organization):
        unanswered.dismiss(organization, HandOver.objects.get().code, by=organization.owner)
        code = HandOver.objects.get(conversation=seen).code
    other = OrganizationFactory()
    client.force_login(other.owner.user)

    page = client.get(f"/{other.slug}/assistant/unanswered/?just={code}").content.decode()

    assert "gym" not in page
