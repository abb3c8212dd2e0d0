"""Lists as files: made in the background, once, for who may have them, and gone in a week."""

import csv
import io
import json
import re
import time
from datetime import timedelta

import pytest
import time_machine
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.urls import reverse
from django.utils.timezone import now

from inbox.tests.factories import ConversationFactory, MessageFactory
from leads.models import Lead
from leads.tests.factories import LeadFactory
from organizations.models import AuditEntry
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory
from organizations.tests.samples import sample
from privacy import exporting, purging
from privacy.models import Export, ExportPart


@pytest.fixture
def organization(db):
    return OrganizationFactory(timezone="Europe/Athens")


def signed_in(client, member):
    """As who has just typed a password."""
    client.force_login(member.user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(member.user_id)
    session.save()
    return client


def leads_of(organization, *names: str) -> None:
    for name in names:
        LeadFactory(organization=organization, contact__name=name)


def made(organization, kind: str = "leads", format: str = "csv", **filters) -> Export:
    with tenant(organization):
        export = exporting.start(
            organization, organization.owner, exporting.kinds()[kind], format, filters
        )
    exporting.run(organization.pk, export.pk)
    with tenant(organization):
        return Export.objects.get(pk=export.pk)


def content(export: Export) -> str:
    return b"".join(exporting.parts(export)).decode("utf-8-sig")


def table(export: Export) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content(export))))


def test_every_lead_is_in_the_file_however_many_batches_it_takes(organization, monkeypatch):
    monkeypatch.setattr(exporting, "BATCH", 2)
    leads_of(organization, "Ann", "Bob", "Cid", "Dan", "Eve")
    leads_of(OrganizationFactory(), "Stranger")

    export = made(organization)

    assert [row["Name"] for row in table(export)] == ["Ann", "Bob", "Cid", "Dan", "Eve"]
    assert (export.state, export.done, export.total) == ("done", 5, 5)


def test_a_big_file_comes_back_whole(organization, monkeypatch):
    monkeypatch.setattr(exporting, "PART", 100)
    leads_of(organization, *(f"Customer {number}" for number in range(9)))

    export = made(organization, format="json")

    with tenant(organization):
        assert ExportPart.objects.count() == -(-export.size // 100)
    assert [row["name"] for row in json.loads(content(export))][-1] == "Customer 8"


def test_the_filters_of_the_page_hold_for_the_file(organization):
    leads_of(organization, "Ann", "Bob")
    with tenant(organization):
        Lead.objects.filter(contact__name="Bob").update(stage="won", owner=organization.owner)

    assert [row["Name"] for row in table(made(organization, stage="won"))] == ["Bob"]
    assert [row["Name"] for row in table(made(organization, owner="nobody"))] == ["Ann"]
    assert [row["Name"] for row in table(made(organization, search="an"))] == ["Ann"]


def test_a_transcript_holds_one_conversation_without_what_was_deleted(organization):
    talk = ConversationFactory(channel__organization=organization)
    MessageFactory(conversation=talk, body="=cmd|' /C calc'!A0")
    MessageFactory(conversation=talk, body="A secret", revoked_at=now())
    MessageFactory(conversation__channel=talk.channel, body="Somebody else")

    rows = table(made(organization, "messages", conversation=str(talk.code)))

    assert [row["Text"] for row in rows] == ["'=cmd|' /C calc'!A0", ""]


def test_days_are_those_of_the_agency(organization):
    talk = ConversationFactory(channel__organization=organization)
    for hour, body in ((20, "30 June"), (22, "1 July")):
        at = now().replace(2026, 6, 30, hour, 0, 0, 0)
        MessageFactory(conversation=talk, body=body, sent_at=at)

    found = {}
    for day in ("2026-06-30", "2026-07-01"):
        export = made(organization, "messages", **{"from": day, "until": day})
        found[day] = [row["Text"] for row in table(export)]

    assert found == {"2026-06-30": ["30 June"], "2026-07-01": ["1 July"]}


LABELS = {
    "contacts": "inbox.Contact",
    "conversations": "inbox.Conversation",
    "messages": "inbox.Message",
    "listings": "knowledge.Listing",
    "appointments": "scheduling.Appointment",
}


@pytest.mark.parametrize("kind", sorted(LABELS))
def test_every_list_can_be_had_in_every_format(organization, kind):
    sample(LABELS[kind], organization)

    for format in Export.Format.values:
        export = made(organization, kind, format)
        assert (export.state, export.done) == ("done", 1)
        assert export.size == len(b"".join(exporting.parts(export)))


def test_a_second_worker_leaves_it_and_a_dead_ones_is_taken_up(organization):
    leads_of(organization, "Ann")
    with tenant(organization):
        kind = exporting.kinds()["leads"]
        export = exporting.start(organization, organization.owner, kind, "csv", {})
        Export.objects.update(state="running", touched_at=now())

    exporting.run(organization.pk, export.pk)
    with tenant(organization):
        left = Export.objects.get().state
    with time_machine.travel(now() + exporting.SILENCE + timedelta(seconds=1)):
        exporting.run(organization.pk, export.pk)

    with tenant(organization):
        assert (left, Export.objects.get().state) == ("running", "done")


def test_a_cancelled_export_stops_and_leaves_no_file(organization, monkeypatch):
    monkeypatch.setattr(exporting, "BATCH", 1)
    leads_of(organization, "Ann", "Bob")
    tell = exporting._tell

    def cancelled(export, done):
        tell(export, done)
        exporting.cancel(export)

    monkeypatch.setattr(exporting, "_tell", cancelled)
    export = made(organization)

    with tenant(organization):
        assert (export.state, export.done, ExportPart.objects.count()) == ("cancelled", 1, 0)


def test_a_failure_is_told_and_can_be_tried_again(organization, monkeypatch):
    leads_of(organization, "Ann")
    with monkeypatch.context() as patched:
        patched.setattr(exporting, "_store", lambda export, path: 1 / 0)
        failed = made(organization)

    with tenant(organization):
        exporting.again(failed)
    exporting.run(organization.pk, failed.pk)

    with tenant(organization):
        assert (failed.state, Export.objects.get().state) == ("failed", "done")


def test_only_so_many_at_once_and_only_so_long(organization, monkeypatch):
    leads_of(organization, "Ann", "Bob")
    kind = exporting.kinds()["leads"]
    with tenant(organization):
        for _number in range(exporting.MOST_AT_ONCE):
            exporting.start(organization, organization.owner, kind, "csv", {})
        with pytest.raises(exporting.TooManyExports):
            exporting.start(organization, organization.owner, kind, "csv", {})
        Export.objects.all().delete()
        monkeypatch.setattr(exporting, "MOST_ROWS", 1)
        with pytest.raises(exporting.TooManyRows):
            exporting.start(organization, organization.owner, kind, "csv", {})


def test_the_page_asks_for_the_password_makes_and_hands_out_the_file(organization, client):
    leads_of(organization, "Ann")
    address = reverse("exports:new", args=[organization.slug])
    client.force_login(organization.owner.user)

    asked = client.get(address)
    signed_in(client, organization.owner)
    shown = client.get(address, {"kind": "leads", "search": "Ann"})
    posted = client.post(f"{address}?kind=leads&search=Ann", {"kind": "leads", "format": "csv"})
    with tenant(organization):
        export = Export.objects.get()
    exporting.run(organization.pk, export.pk)
    page = client.get(reverse("exports:index", args=[organization.slug]))
    file = client.get(reverse("exports:file", args=[organization.slug, export.code]))

    assert "/reauthenticate/" in asked.headers["Location"]
    assert "“Ann”" in shown.content.decode()
    assert (posted.status_code, export.filters) == (302, {"search": "Ann"})
    assert "1 line" in page.content.decode()
    assert b"Ann" in b"".join(file.streaming_content)
    assert re.search(r'attachment; filename=".*-leads-.*\.csv"', file["Content-Disposition"])
    with tenant(organization):
        made_by = AuditEntry.objects.filter(action__startswith="export").order_by("pk")
        assert [entry.action for entry in made_by] == ["export.made", "export.downloaded"]


def test_an_agent_exports_a_conversation_and_sees_the_own_exports_only(organization, client):
    talk = ConversationFactory(channel__organization=organization)
    agent = MemberFactory(organization=organization, role="agent")
    owners = made(organization)
    signed_in(client, agent)
    address = reverse("exports:new", args=[organization.slug])

    lists = client.get(address, {"kind": "leads"})
    cheated = client.post(f"{address}?conversation={talk.code}", {"kind": "leads", "format": "csv"})
    allowed = client.post(
        address, {"kind": "messages", "format": "csv", "conversation": str(talk.code)}
    )
    others = client.get(reverse("exports:file", args=[organization.slug, owners.code]))

    assert (lists.status_code, cheated.status_code) == (403, 422)
    assert (allowed.status_code, others.status_code) == (302, 404)
    with tenant(organization):
        assert [export.kind for export in Export.objects.filter(member=agent)] == ["messages"]


def test_days_the_wrong_way_round_are_refused(organization, client):
    signed_in(client, organization.owner)

    answer = client.post(
        reverse("exports:new", args=[organization.slug]),
        {"kind": "messages", "format": "csv", "from": "2026-07-02", "until": "2026-07-01"},
    )

    assert answer.status_code == 422
    assert "This is before the first day." in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_after_seven_days_it_is_gone_with_its_file():
    organization = OrganizationFactory()
    made(organization)

    with time_machine.travel(now() + timedelta(days=8)):
        purging.purge()

    with tenant(organization):
        assert (Export.objects.count(), ExportPart.objects.count()) == (0, 0)


def test_a_cancelled_export_can_be_made_again(organization):
    leads_of(organization, "Ann")
    with tenant(organization):
        kind = exporting.kinds()["leads"]
        export = exporting.start(organization, organization.owner, kind, "csv", {})
        exporting.cancel(export)
    exporting.run(organization.pk, export.pk)
    with tenant(organization):
        left = Export.objects.get().state
        exporting.again(export)

    exporting.run(organization.pk, export.pk)

    with tenant(organization):
        assert (left, Export.objects.get().state) == ("cancelled", "done")


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "soon"])
def test_a_day_beyond_every_calendar_is_refused_with_words(organization, client, day):
    signed_in(client, organization.owner)
    address = reverse("exports:new", args=[organization.slug])

    shown = client.get(address, {"kind": "messages", "until": day})
    posted = client.post(address, {"kind": "messages", "format": "csv", "until": day})

    assert (shown.status_code, posted.status_code) == (200, 422)


def test_what_the_database_does_not_take_is_left_out_of_a_filter(organization, client):
    leads_of(organization, "Ann")
    signed_in(client, organization.owner)

    posted = client.post(
        reverse("exports:new", args=[organization.slug]),
        {"kind": "leads", "format": "csv", "search": "A\x00nn"},
    )

    with tenant(organization):
        assert (posted.status_code, Export.objects.get().filters) == (302, {"search": "Ann"})
