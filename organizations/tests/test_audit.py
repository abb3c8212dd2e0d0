"""The audit trail as members read it: sentences, names, local times, filters."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils.timezone import now

from inbox import opting_out
from inbox.tests.factories import ConversationFactory
from organizations import audit_wording, auditing
from organizations.models import AuditEntry, Organization
from organizations.tenancy import tenant
from organizations.tests.codes import code_of
from organizations.tests.factories import MemberFactory, OrganizationFactory

# Names of other things that look like an action in the source.
NOT_ACTIONS = {
    "assistant.assistantversion",
    "assistant.claudecall",
    "assistant.playgroundtalk",
    "assistant.rehearsal",
    "assistant.run",
    "assistant.urls",
    "listings.csv",
    "member.organization",
    "lead.organization",
    "channel.organization",
}


@pytest.fixture
def organization(db):
    return OrganizationFactory()


def page(client, organization, query=""):
    client.force_login(organization.owner.user)
    return client.get(f"/{organization.slug}/settings/audit/{query}")


def shown(organization):
    with tenant(organization) as inside:
        entries = inside.audit_entries.select_related("user").order_by("pk")
        return audit_wording.lines(entries)[1:]


def record(organization, action, **details):
    with tenant(organization) as inside:
        return auditing.record(inside, action, **details)


def test_every_action_in_the_source_has_words():
    prefixes = {prefix for _label, found in audit_wording.KINDS.values() for prefix in found}
    pattern = re.compile(rf'"((?:{"|".join(prefixes)})\.[a-z_]+)"')
    files = [
        path
        for path in Path(settings.BASE_DIR).glob("[a-z]*/**/*.py")
        if "tests" not in path.parts and path.parts[-3] != "site-packages"
    ]
    assert get_resolver().url_patterns  # loads what registers words
    actions = {each for path in files for each in pattern.findall(path.read_text())}

    assert {"contact.opted_out", "hours.changed"} <= actions
    assert {each for each in actions - NOT_ACTIONS if each not in auditing._words} == set()


def test_every_action_belongs_to_a_kind():
    prefixes = {prefix for _label, found in audit_wording.KINDS.values() for prefix in found}

    assert {action.split(".")[0] for action in auditing._words} - prefixes == set()


def test_changes_are_told_with_labels_and_what_was_before(organization):
    record(
        organization, "organization.changed", name=["Old", "New"], assistant_paused=[False, True]
    )
    record(organization, "assistant.changed", fields=["tone", "monthly_cap_usd"])
    record(organization, "hours.changed", hours=["0 09:00-17:00", "1 10:00-12:00"])
    record(organization, "member.role_changed", before="agent", after="admin", member="Ann")
    record(organization, "listings.imported", file="homes.csv", added=3, joined=44)

    assert [line.details for line in shown(organization)] == [
        [("Name", "Old → New"), ("Assistant paused", "no → yes")],
        [("Changed", "Tone, Monthly cap (USD)")],
        [("Hours", "Monday 09:00-17:00, Tuesday 10:00-12:00")],
        [("Member", "Ann"), ("Before", "Agent"), ("Now", "Admin")],
        [("File", "homes.csv"), ("Added", "3")],
    ]


def test_a_line_names_whom_it_is_about_and_who_did_it(organization):
    conversation = ConversationFactory(
        channel__organization=organization, contact__opted_out_at=now()
    )
    record(organization, "contact.opted_out", subject=conversation.contact)
    with tenant(organization):
        opting_out.allow_again(conversation, organization.owner)

    lines = shown(organization)

    about = f"Contact: {conversation.contact.display_name}"
    assert [(line.who, line.did, line.about) for line in lines] == [
        ("KΛTIKN", "noted that a customer wants no more messages", about),
        (
            organization.owner.user.name,
            "noted that a customer wants messages again",
            about,
        ),
    ]


def test_a_line_about_a_row_or_a_person_that_is_gone_is_still_told(organization):
    with tenant(organization) as inside:
        for subject, key in (("inbox.contact", "99999999"), ("nothing.here", "1"), ("x", "y")):
            AuditEntry.objects.create(
                organization=inside,
                user_id=99999999,
                action="future.deed",
                subject=subject,
                subject_id=key,
                details={"odd": {"a": [1, None]}},
            )

    assert {(line.who, line.about) for line in shown(organization)} == {("Somebody who left", "")}
    assert {line.did for line in shown(organization)} == {"future: deed"}


def test_the_page_tells_local_times_and_shows_no_codes(client, organization):
    Organization.objects.filter(pk=organization.pk).update(timezone="Asia/Nicosia")
    record(organization, "key.deleted", versions=[1, 2])

    text = page(client, organization).content.decode()

    assert "Versions:</dt> <dd><bdi>1, 2</bdi>" in text
    assert '<span class="zone">EE' in text
    assert "[1, 2]" not in text


def test_lines_are_narrowed_by_kind_person_and_day(client, organization):
    member = MemberFactory(organization=organization)
    record(organization, "assistant.paused", user=member.user)
    record(organization, "key.renewed", version=2)

    def found(query):
        return [line.entry.action for line in page(client, organization, query).context["lines"]]

    assert found("?kind=assistant") == ["assistant.paused"]
    assert found("?kind=support&person=none") == ["key.renewed"]
    assert found(f"?person={member.user_id}") == ["assistant.paused"]
    assert found("?until=2001-01-01") == []
    assert len(found("?since=2001-01-01")) == 3
    assert len(found("?kind=nonsense&since=x&person=999999999")) == 3


def test_a_list_of_lines_costs_the_same_queries_for_one_and_for_three(client, organization):
    record(organization, "assistant.paused", user=organization.owner.user)
    page(client, organization)
    with CaptureQueriesContext(connection) as one:
        page(client, organization)
    for _ in range(3):
        record(organization, "assistant.paused", user=organization.owner.user)
    with CaptureQueriesContext(connection) as more:
        page(client, organization)

    assert len(one) == len(more)


@pytest.mark.usefixtures("transactional_db")
def test_the_second_factor_leaves_lines_when_set_up_and_turned_off(client):
    organization = OrganizationFactory()
    user = organization.owner.user
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": "a-long-test-password"})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    client.post("/accounts/2fa/totp/deactivate/")

    assert [(line.who, line.did) for line in shown(organization)] == [
        (user.name, "set up two-factor sign-in"),
        (user.name, "turned two-factor sign-in off"),
    ]
