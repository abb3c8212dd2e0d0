"""A rehearsal plays real conversations against a version, and changes nothing else."""

import pytest
from django.urls import reverse

from assistant import rehearsing, tasks, versions
from assistant.models import AssistantVersion, Rehearsal, RehearsalCase
from assistant.shape import Shape
from assistant.tests.talk import Talk
from assistant.tests.test_playing import counts
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory


@pytest.fixture
def talk(db):
    """A customer who was answered three times."""
    talk = Talk(name="Eleni K")
    talk.say("Hello, I want to buy a flat in Kolonaki")
    talk.say("Up to 400,000 euros")
    talk.say("Two bedrooms")
    return talk


@pytest.fixture
def owner(talk):
    return MemberFactory(organization=talk.organization, role="owner")


def draft_of(talk, **shape) -> AssistantVersion:
    with tenant(talk.organization):
        return AssistantVersion.objects.create(
            organization=talk.organization, content=Shape(**shape).as_json()
        )


def started(talk, owner, **fields) -> Rehearsal:
    with tenant(talk.organization):
        found = rehearsing.latest(talk.organization, 10)
        return rehearsing.start(
            talk.organization, versions.draft(talk.organization), found, owner, **fields
        )


def played(rehearsal) -> Rehearsal:
    tasks.rehearse(rehearsal.organization_id, rehearsal.pk)
    with tenant(rehearsal.organization_id):
        return Rehearsal.objects.get(pk=rehearsal.pk)


def test_the_customer_says_the_same_and_the_draft_answers(talk, owner):
    draft_of(talk, persona_name="Lia")
    before = counts(talk.organization)

    rehearsal = played(started(talk, owner))

    with tenant(talk.organization):
        case = RehearsalCase.objects.get()
    said = [turn["said"] for turn in case.turns]
    assert said == [
        ["Hello, I want to buy a flat in Kolonaki"],
        ["Up to 400,000 euros"],
        ["Two bedrooms"],
    ]
    assert "I'm the automated assistant" in case.turns[0]["then"]["text"]
    assert "I'm Lia, the automated assistant" in rehearsing.text_of(case.turns[0]["now"])
    assert (rehearsal.state, rehearsal.done, case.facts, case.rows) == ("done", 1, [], [])
    changed = {name for name, n in counts(talk.organization).items() if n != before[name]}
    assert changed <= {"Rehearsal", "RehearsalCase", "AuditEntry", "tasks"}


def test_facts_that_differ_are_told(talk, owner):
    with tenant(talk.organization):
        talk.conversation.contact.lead.facts.filter(field="bedrooms").update(value=3)

    played(started(talk, owner))

    with tenant(talk.organization):
        assert RehearsalCase.objects.get().facts == [{"field": "bedrooms", "then": 3, "now": 2}]


def test_only_one_worker_plays_and_a_cancelled_rehearsal_stays_cancelled(talk, owner):
    rehearsal = started(talk, owner)
    with tenant(talk.organization):
        claimed = rehearsing._claim(talk.organization.pk, rehearsal.pk)
        again = rehearsing._claim(talk.organization.pk, rehearsal.pk)
        rehearsing.cancel(rehearsal, owner)

    stopped = played(rehearsal)

    assert (claimed, again) == (rehearsal, None)
    assert (stopped.state, stopped.done) == ("cancelled", 0)


def test_what_is_left_is_played_by_the_next_task(talk, owner, monkeypatch):
    monkeypatch.setattr(rehearsing, "WORKING_TIME", rehearsing.timedelta(0))
    rehearsal = started(talk, owner)
    first = played(rehearsal)
    monkeypatch.undo()

    assert (first.state, first.lease_until) == ("running", None)
    assert played(rehearsal).state == "done"


def test_nobody_to_rehearse_with_is_said(db, owner, client):
    organization = owner.organization
    with tenant(organization):
        organization.conversations.all().delete()
    client.force_login(owner.user)

    response = client.post(
        reverse("assistant:rehearse", args=[organization.slug]),
        {"count": "5", "backend": "usual", "version": ""},
        follow=True,
    )

    assert "The assistant has answered nobody yet." in response.content.decode()


def test_the_page_shows_both_sides_and_publishes_the_draft(talk, owner, client):
    draft_of(talk, persona_name="Lia")
    slug = talk.organization.slug
    client.force_login(owner.user)
    client.post(
        reverse("assistant:rehearse", args=[slug]),
        {"count": "5", "backend": "usual", "name": "With a name",
         "version": str(versions_draft_code(talk))},
    )  # fmt: skip
    with tenant(talk.organization):
        rehearsal = Rehearsal.objects.get()
    page = reverse("assistant:rehearsal", args=[slug, rehearsal.code])
    running = client.get(page).content.decode()
    played(rehearsal)
    text = client.get(page).content.decode()
    client.post(reverse("assistant:publish", args=[slug]), {"note": "Named"})

    assert "0 of 1 conversations are played." in running
    assert "Eleni K" in text
    assert "Publish this draft" in text
    assert "I&#x27;m Lia, the automated assistant" in text
    with tenant(talk.organization):
        assert versions.live(talk.organization).shape.persona_name == "Lia"


def versions_draft_code(talk):
    with tenant(talk.organization):
        return versions.draft(talk.organization).code


def test_agents_look_and_do_not_start(talk, client):
    client.force_login(MemberFactory(organization=talk.organization, role="agent").user)
    slug = talk.organization.slug

    looked = client.get(reverse("assistant:rehearsals", args=[slug]))
    tried = client.post(reverse("assistant:rehearse", args=[slug]), {"count": "1"})

    assert (looked.status_code, tried.status_code) == (200, 403)


def test_a_conversation_that_cannot_be_played_is_marked_and_the_rest_goes_on(
    talk, owner, monkeypatch
):
    def break_down(*args, **kwargs):
        raise RuntimeError

    draft_of(talk, persona_name="Lia")
    rehearsal = started(talk, owner)
    monkeypatch.setattr(rehearsing.playing, "answer", break_down)

    rehearsal = played(rehearsal)

    with tenant(talk.organization):
        case = RehearsalCase.objects.get()
    assert (rehearsal.state, rehearsal.done) == ("done", 1)
    assert (case.failed, case.is_done) == (True, True)
