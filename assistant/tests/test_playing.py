"""The playground answers as customers are answered, and keeps nothing but its transcript."""

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse
from django_q.models import OrmQ

from assistant import playing
from assistant.models import (
    AssistantSettings,
    AssistantVersion,
    ClaudeCall,
    PlaygroundTalk,
    PlaygroundTurn,
)
from assistant.shape import Shape
from assistant.tests.claude_script import calls, offering, says
from assistant.tests.talk import agency
from organizations import tenancy
from organizations.models import Organization
from organizations.tenancy import RoutingModel, TenantModel, tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory
from scheduling.models import Appointment

OWN = {"PlaygroundTalk", "PlaygroundTurn", "ClaudeCall", "AssistantSettings"}


@pytest.fixture
def organization(db):
    return agency()


@pytest.fixture
def member(organization):
    return MemberFactory(organization=organization, role="agent", user__name="Nikos")


def counts(organization) -> dict[str, int]:
    """How many rows each table of the product holds, and how many tasks wait."""
    owned = [m for m in apps.get_models() if issubclass(m, TenantModel | RoutingModel)]
    with tenant(organization):
        found = {m.__name__: m._base_manager.count() for m in owned if m.__name__ not in OWN}
    return found | {"tasks": OrmQ.objects.count()}


def talk_of(organization, member, **fields) -> PlaygroundTalk:
    return playing.start(organization, member, None, **({"name": "Maria"} | fields))


def say(talk, text, button="") -> PlaygroundTurn:
    with tenant(talk.organization):
        fresh = PlaygroundTalk.objects.select_related("version").get(pk=talk.pk)
    fresh.organization, fresh.member = talk.organization, talk.member
    return playing.say(fresh, text, button)


def reply(turn) -> str:
    return turn.told["replies"][0]["text"]


def test_a_whole_talk_with_a_booking_leaves_nothing_behind(organization, member):
    before = counts(organization)
    talk = talk_of(organization, member)

    first = say(talk, "Hello! Is Skoufa 28 still available? How much is it?")
    offered = say(talk, "Can I see Skoufa 28?")
    button, title = offered.told["replies"][0]["buttons"][1]
    booked = say(talk, title, button)

    assert "€385,000" in reply(first)
    assert len(offered.told["replies"][0]["buttons"]) >= 2
    assert len(booked.told["booked"]) == 1
    assert counts(organization) == before


@pytest.mark.parametrize(
    "text", ["STOP", "I want to speak to a person", "There is a gas leak, help!", "🙂"]
)
def test_stopping_and_handing_over_leave_nothing_behind(organization, member, text):
    before = counts(organization)
    talk = talk_of(organization, member)

    say(talk, "Hello, I want to buy a flat in Kolonaki for up to 400k")
    say(talk, text)

    assert counts(organization) == before


def test_the_talk_goes_on_where_it_was(organization, member):
    talk = talk_of(organization, member)

    say(talk, "Hello, I want to buy a flat in Kolonaki")
    turn = say(talk, "Up to 400,000 euros, two bedrooms")

    assert turn.told["known"]["locations"] == ["Kolonaki"]
    changed = {change["field"]: change["now"] for change in turn.told["facts"]}
    assert (changed["budget_max"], changed["bedrooms"]) == (400_000, 2)


def test_a_person_is_handed_the_talk_and_hands_it_back(organization, member):
    talk = talk_of(organization, member)
    handed = say(talk, "I want to speak to a person")
    silent = say(talk, "Are you there?")

    with tenant(organization):
        talk.refresh_from_db(fields=["rows", "used_at"])
    before = playing.is_with_person(talk)
    playing.hand_back(talk)
    with tenant(organization):
        talk.refresh_from_db(fields=["rows", "used_at"])
    assert (before, playing.is_with_person(talk)) == (True, False)
    again = say(talk, "How much is Skoufa 28?")

    assert (handed.told["handed_over"], silent.told["silent"]) == ("asked", "person")
    assert silent.told["replies"] == []
    assert "€385,000" in reply(again)


def test_the_draft_answers_with_what_it_says(organization, member):
    with tenant(organization):
        draft = AssistantVersion.objects.create(
            organization=organization, content=Shape(persona_name="Lia").as_json()
        )
    talk = playing.start(organization, member, draft, name="Maria")

    assert "I'm Lia, the automated assistant" in reply(say(talk, "Hello"))


def test_a_returning_customer_is_not_greeted_as_a_new_one(organization, member):
    talk = talk_of(organization, member, customer="returning")

    assert "automated assistant" not in reply(say(talk, "Hello, what do you have to rent?"))


def test_a_paused_or_switched_off_assistant_can_be_tried_and_stays_so(organization, member):
    with tenant(organization):
        AssistantSettings.objects.create(organization=organization, mode="off")
    Organization.objects.filter(pk=organization.pk).update(assistant_paused=True)

    turn = say(talk_of(organization, member), "Hello")

    assert turn.told["outcome"] == "replied"
    assert Organization.objects.get(pk=organization.pk).assistant_paused is True


def test_claude_is_asked_outside_transactions_and_only_its_cost_is_kept(
    organization, member, script
):
    with tenant(organization):
        AssistantSettings.objects.create(organization=organization, claude_enabled=True)
    before = counts(organization)
    script.then(
        calls(offering(reference="L-1042")), says("I have some times, which one suits you?")
    )
    talk = talk_of(organization, member)

    offered = say(talk, "Can I see Skoufa 28?")
    button, title = offered.told["replies"][0]["buttons"][0]
    code = button.removeprefix("slot:")[:8]
    script.then(
        calls(("book_slot", {"time": code})),
        says("Booked. See you then."),
        says("A colleague will confirm."),
    )
    say(talk, title, button)

    assert (offered.told["backend"], offered.told["tokens"]["input"]) == ("claude", 200)
    assert code in str(script.requests[2]["messages"])
    with tenant(organization):
        call = ClaudeCall.objects.order_by("pk").first()
        assert (call.state, call.conversation_id, call.cost_usd > 0) == ("done", None, True)
    assert counts(organization) == before


def test_the_built_in_assistant_can_be_chosen_where_claude_is_on(organization, member, script):
    with tenant(organization):
        AssistantSettings.objects.create(organization=organization, claude_enabled=True)

    turn = say(talk_of(organization, member, backend="builtin"), "Hello")

    assert (turn.told["backend"], script.requests) == ("builtin", [])


def test_what_escapes_the_sandbox_is_refused_by_the_database(organization):
    other = OrganizationFactory()
    with tenancy.rolled_back(organization.pk, lambda: None, lambda: None):
        with pytest.raises(tenancy.OtherOrganizationEntered), tenant(other):
            pass
        with tenant(organization):
            AssistantSettings.objects.create(organization=organization)
        with tenancy.for_real(), tenant(organization):
            found = AssistantSettings.objects.count()

    assert found == 0


def test_nothing_is_rolled_back_that_was_done_before(organization):
    with (
        tenant(organization),
        pytest.raises(RuntimeError),
        tenancy.rolled_back(organization.pk, lambda: None, lambda: None),
    ):
        pass


def test_two_messages_at_once_are_not_both_stored(organization, member):
    talk = talk_of(organization, member)
    playing.say(talk, "Hello")

    with pytest.raises(playing.Overtaken), transaction.atomic():
        playing.say(talk, "Hello again")

    with tenant(organization):
        assert PlaygroundTurn.objects.count() == 1


def test_an_agent_plays_in_the_browser(organization, member, client):
    client.force_login(member.user)
    page = reverse("assistant:playground", args=[organization.slug])
    chosen = {"version": "", "customer": "new", "language": "en", "backend": "usual", "name": "M"}

    empty = client.get(page).content.decode()
    client.post(page, chosen)
    with tenant(organization):
        talk = PlaygroundTalk.objects.get()
    said = client.post(
        reverse("assistant:play", args=[organization.slug, talk.code]),
        {"text": "How much is Skoufa 28?"},
        headers={"HX-Request": "true"},
    ).content.decode()

    assert "Nothing was said yet" in empty
    assert all(
        shown in said for shown in ("€385,000", "built-in assistant", "checks passed", "1 source")
    )


def test_nobody_plays_on_in_a_colleagues_talk(organization, member, client):
    talk = talk_of(organization, member)
    client.force_login(MemberFactory(organization=organization, role="owner").user)

    url = reverse("assistant:play", args=[organization.slug, talk.code])

    assert client.post(url, {"text": "Hello"}).status_code == 404


def test_a_real_booking_of_the_imagined_time_ends_the_imagined_one(organization, member):
    talk = talk_of(organization, member)
    offered = say(talk, "Can I see Skoufa 28?")
    button, title = offered.told["replies"][0]["buttons"][0]
    booked = say(talk, title, button)
    with tenant(organization):
        stored = PlaygroundTalk.objects.get(pk=talk.pk).rows
        imagined = next(row for row in stored if row["model"] == "scheduling.appointment")
        fields = imagined["fields"]
        occupied = Appointment._meta.get_field("occupied").to_python(fields["occupied"])
        Appointment.objects.create(
            organization=organization,
            member_id=fields["member"],
            kind="viewing",
            status="booked",
            starts_at=occupied.lower,
            ends_at=occupied.upper,
            occupied=occupied,
            timezone="Europe/Athens",
        )

    after = say(talk, "Thank you")

    assert len(booked.told["booked"]) == 1
    assert after.told["booked"] == []


def test_what_the_database_does_not_take_is_left_out(organization, member, client):
    talk = talk_of(organization, member)
    client.force_login(member.user)

    answer = client.post(
        reverse("assistant:play", args=[organization.slug, talk.code]), {"text": "Hello\x00 there"}
    )

    assert answer.status_code in (200, 302)
    with tenant(organization):
        assert PlaygroundTurn.objects.get().said == "Hello there"
