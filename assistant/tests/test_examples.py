"""What Claude is shown of the team's edits: listed as it is shown, and taken out again."""

import pytest
from django.utils.timezone import now

from assistant import prompts, suggesting
from assistant.models import AssistantSettings
from assistant.tests.talk import agency
from assistant.turn import read_turn
from inbox.models import Suggestion
from inbox.tests.factories import ConversationFactory
from organizations.models import AuditEntry
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory


@pytest.fixture
def organization(db):
    organization = agency()
    with tenant(organization):
        AssistantSettings.objects.create(organization=organization, learns_from_edits=True)
    return organization


def edited(
    organization, sent="Yes, Eleni, for 385.000. Kind regards, Anna", **fields
) -> Suggestion:
    conversation = ConversationFactory(
        channel__organization=organization, contact__name="Eleni Kosta"
    )
    values = {
        "asked": "I am Eleni, 6912345678. Is it free?",
        "text": "It is available for €385,000.",
        "sent_text": sent,
        "state": "edited",
        "settled_at": now(),
        "settled_by": organization.owner,
    }
    with tenant(organization):
        return Suggestion.objects.create(
            organization=organization, conversation=conversation, seq=1, **values | fields
        )


def page(client, organization, query="", member=None):
    client.force_login((member or organization.owner).user)
    return client.get(f"/{organization.slug}/assistant/examples/{query}")


def post(client, organization, suggestion, name):
    client.force_login(organization.owner.user)
    address = f"/{organization.slug}/assistant/examples/{suggestion.code}/{name}/"
    return client.post(address, follow=True).content.decode()


def prompt(organization) -> str:
    with tenant(organization):
        return suggesting.examples(organization)


def trail(organization) -> list[str]:
    with tenant(organization):
        found = AuditEntry.objects.filter(action__startswith="assistant.example")
        return list(found.order_by("pk").values_list("action", flat=True))


def test_each_change_is_listed_as_it_goes_into_the_prompt(organization, client):
    suggestion = edited(organization)
    with tenant(organization):
        turn = read_turn(suggestion.conversation)
        block = prompts.system(turn)[-1]["text"]

    shown = page(client, organization).content.decode()

    for words in ("I am (name), ##########. Is it free?", "Yes, (name), for ###.###. Kind regards"):
        assert (words in shown, words in block) == (True, True)
    assert [word in shown for word in ("Eleni", "6912345678", "385")] == [False] * 3


def test_one_that_is_taken_out_is_shown_to_claude_no_more_until_it_is_put_back(
    organization, client
):
    edited(organization, sent="Gladly.")
    rude = edited(organization, sent="No idea, look yourself.")

    removed = post(client, organization, rude, "remove")
    without = prompt(organization)
    post(client, organization, rude, "back")

    assert [words in removed for words in ("Taken out: it is not shown", ">Undo<")] == [True] * 2
    assert ("Gladly." in without, "look yourself" in without) == (True, False)
    assert "look yourself" in prompt(organization)
    assert trail(organization) == ["assistant.example_removed", "assistant.example_restored"]


def test_taken_out_twice_it_stands_in_the_trail_once(organization, client):
    suggestion = edited(organization)

    post(client, organization, suggestion, "remove")
    post(client, organization, suggestion, "remove")

    assert trail(organization) == ["assistant.example_removed"]


def test_ten_are_shown_and_the_next_one_moves_up(organization, client):
    made = [edited(organization, sent=f"Answer {'abcdefghijkl'[n]}.") for n in range(12)]

    shown = page(client, organization).content.decode()
    post(client, organization, made[11], "remove")

    assert (shown.count('id="example-'), "Answer b." in shown) == (10, False)
    assert "2 older changes move up when one is taken out." in shown
    assert "Answer b." in prompt(organization)


def test_while_the_switch_is_off_nothing_is_listed(organization, client):
    edited(organization, sent="Gladly.")
    with tenant(organization):
        AssistantSettings.objects.update(learns_from_edits=False)

    shown = page(client, organization).content.decode()

    assert ("Claude is shown no changes" in shown, "Gladly." in shown) == (True, False)


def test_agents_do_not_see_it(organization, client):
    agent = MemberFactory(organization=organization, role="agent")

    assert page(client, organization, member=agent).status_code == 403


def test_one_of_another_state_cannot_be_taken_out(organization, client):
    used = edited(organization, state="used")
    client.force_login(organization.owner.user)
    address = f"/{organization.slug}/assistant/examples/{used.code}/remove/"

    assert client.post(address).status_code == 404
