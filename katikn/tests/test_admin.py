"""The staff's admin: who gets in, what an opening shows, and what is never shown."""

import json
import pickle
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import DatabaseError, connection, connections, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver
from django.utils.timezone import now
from django_q.models import OrmQ, Task

from assistant.models import ClaudeBreaker, Evaluation
from inbox.models import Message, WebhookEvent, WebhookItem
from inbox.tests.factories import ChannelFactory, ConversationFactory, MessageFactory
from organizations import queue_listing
from organizations.admin_site import SupportAdmin, TenantAdmin, support_site
from organizations.models import (
    AuditEntry,
    Member,
    Organization,
    SupportAccess,
    WorkerHeartbeat,
)
from organizations.queue import enqueue
from organizations.tenancy import tenant
from organizations.tests.codes import code_of, set_up
from organizations.tests.factories import (
    InvitationFactory,
    MemberFactory,
    OrganizationFactory,
    UserFactory,
)
from organizations.tests.samples import sample
from organizations.tests.staff import REASON, open_organization, staff_client, staff_user
from privacy.models import Hold, PurgeRun

HIDDEN, SECRET = "CanaryHiddenText", "CanarySecretValue"
TENANT_PAGES = [m for m, page in support_site._registry.items() if isinstance(page, TenantAdmin)]
OTHER_PAGES = [m for m in support_site._registry if m not in TENANT_PAGES]

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture(autouse=True)
def no_limits(transactional_db):
    # No model stands for this table, so the flush after a test leaves it alone.
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM rate_limit_cache")


@pytest.fixture
def organization():
    return OrganizationFactory()


@pytest.fixture
def closed():
    """Another organization, which nobody opens."""
    return OrganizationFactory()


@pytest.fixture
def staff():
    return staff_user(name="Maria Support")


@pytest.fixture
def client(staff):
    return staff_client(staff)


@pytest.fixture
def inside(client, organization):
    """A client of staff who have opened the organization."""
    open_organization(client, organization)
    return client


def address(row: models.Model | type[models.Model], page: str = "") -> str:
    base = f"/admin/{row._meta.app_label}/{row._meta.model_name}/"
    return base if isinstance(row, type) else f"{base}{row.pk}/{page or 'change/'}"


def row_of(model: type[models.Model], organization: Organization) -> models.Model:
    if model is Organization:
        return organization
    if model in TENANT_PAGES:
        return sample(model, organization, **hidden_values(model))
    return {
        "User": lambda: organization.owner.user,
        "WebhookEvent": lambda: WebhookEvent.objects.create(body=HIDDEN.encode()),
        "WorkerHeartbeat": lambda: WorkerHeartbeat.objects.create(machine="m1", at=now()),
        "ClaudeBreaker": lambda: ClaudeBreaker.objects.create(),
        "Evaluation": lambda: Evaluation.objects.create(
            label="talks",
            fingerprint="0" * 12,
            backend="builtin",
            version="1",
            conversations=1,
            turns=1,
            precision=1,
            recall=1,
            f1=1,
        ),
        "PurgeRun": lambda: PurgeRun.objects.create(as_of=now(), policy_version="1"),
    }[model.__name__]()


def hidden_values(model: type[models.Model]) -> dict[str, Any]:
    """A value for each hidden field of the model that holds the canary."""
    values: dict[str, Any] = {}
    for name in support_site._registry[model].hidden:
        field = model._meta.get_field(name)
        values[name] = [HIDDEN] if isinstance(field, models.JSONField) else HIDDEN
    return values


def trail(organization: Organization) -> list[AuditEntry]:
    with tenant(organization):
        lines = AuditEntry.objects.filter(action__startswith="support.").select_related("user")
        return list(lines.order_by("pk"))


def deeds(organization: Organization) -> list[str]:
    return [line.action.removeprefix("support.") for line in trail(organization)]


def every_address(organization: Organization) -> dict[str, str]:
    """Return every address of the admin by its name, each made for rows of the organization."""
    return dict(_addresses(support_site.get_urls(), "/admin/", None, organization))


def _addresses(
    patterns: list[URLPattern | URLResolver],
    above: str,
    model: type[models.Model] | None,
    organization: Organization,
) -> Iterator[tuple[str, str]]:
    rows: dict[type[models.Model], models.Model] = {}
    for pattern in patterns:
        route = str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found = apps.get_model(*route.strip("/").split("/"))
            yield from _addresses(pattern.url_patterns, above + route, found, organization)
            continue
        if "<path:object_id>" in route:
            if model not in rows:
                rows[model] = row_of(model, organization)
            row = rows[model]
            route = route.replace("<path:object_id>", str(row.pk)).replace("<str:field>", "body")
        route = re.sub(r"^\^?\(\?P<app_label>([a-z]+).*", r"\1/", route)
        route = re.sub(r"\(\?P<url>.*", "nothing/here/", route)
        yield pattern.name or f"{above}{route}", above + route


# Who gets in


def refusals(client: Client, addresses: dict[str, str]) -> set[tuple[int, str]]:
    """Ask for each address with GET and POST; return statuses and where they lead."""
    answers = [ask(url) for url in addresses.values() for ask in (client.get, client.post)]
    return {(a.status_code, a.headers.get("Location", "").split("?")[0]) for a in answers}


def test_the_sweep_knows_every_address(organization):
    found = every_address(organization)

    assert len(found) > 100
    assert {"index", "queue", "autocomplete", "app_list", "inbox_message_reveal"} <= set(found)


def test_strangers_are_sent_to_the_login(organization):
    assert refusals(Client(), every_address(organization)) == {(302, "/accounts/login/")}


def test_a_member_is_refused_everywhere_even_an_owner(organization):
    client = Client()
    client.force_login(organization.owner.user)

    assert refusals(client, every_address(organization)) == {(403, "")}


def test_a_deactivated_staff_member_is_refused(organization):
    user = staff_user()
    client = staff_client(user)
    user.is_active = False
    user.save()

    assert refusals(client, every_address(organization)) == {(302, "/accounts/login/")}


def test_staff_without_a_second_factor_are_sent_to_set_one_up(organization):
    client = staff_client(staff_user(second_factor=False))

    assert refusals(client, every_address(organization)) == {(302, "/accounts/2fa/totp/activate/")}


def test_staff_whose_session_gave_no_code_are_asked_for_one(organization):
    client = staff_client(proved_seconds_ago=None)

    assert refusals(client, every_address(organization)) == {(302, "/accounts/2fa/reauthenticate/")}


@pytest.mark.parametrize(("seconds", "status"), [(12 * 3600 - 60, 200), (12 * 3600 + 60, 302)])
def test_a_code_is_good_for_twelve_hours(seconds, status):
    assert staff_client(proved_seconds_ago=seconds).get("/admin/").status_code == status


def test_a_code_of_a_factor_that_was_taken_away_proves_nothing(staff):
    client = staff_client(staff)
    Authenticator.objects.filter(user=staff).delete()
    staff_second_factor = staff_user().authenticator_set.get()
    Authenticator.objects.filter(pk=staff_second_factor.pk).update(user=staff)

    assert client.get("/admin/").headers["Location"].startswith("/accounts/2fa/reauthenticate/")


def test_all_the_way_in_by_password_and_one_code(client):
    user = staff_user(second_factor=False, email="ann@operator.example")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client = Client()
    password = {"password": "a-long-test-password"}
    with time_machine.travel(now(), tick=False) as clock:
        client.post("/accounts/login/", {"login": user.email, **password})
        asked = client.get("/admin/")
        secret = client.get(asked.headers["Location"]).context["form"].secret
        client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
        first = client.get("/admin/").status_code
        client.post("/accounts/logout/")
        clock.shift(31)
        client.post("/accounts/login/", {"login": user.email, **password})
        client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
        later = [
            client.get(url).status_code for url in ("/admin/", "/accounts/2fa/recovery-codes/")
        ]
        clock.shift(12 * 3600)
        at_last = client.get("/admin/").headers["Location"]

    assert asked.headers["Location"] == "/accounts/2fa/totp/activate/"
    assert (first, later) == (200, [200, 200])
    assert at_last.startswith("/accounts/2fa/reauthenticate/")


# Opening an organization


def test_opening_asks_for_a_reason_of_ten_letters(client, organization):
    response = open_organization(client, organization, "too short")

    assert response.status_code == 422
    assert SupportAccess.objects.using("support").count() == 0
    assert deeds(organization) == []


def test_an_opening_is_kept_and_told_to_the_organization(client, staff, organization):
    with time_machine.travel("2026-03-06T09:30:00+00:00", tick=False):
        open_organization(staff_client(staff), organization)

    access = SupportAccess.objects.using("support").get()
    (line,) = trail(organization)
    assert (access.user, access.organization, access.reason) == (staff, organization, REASON)
    assert access.expires_at - access.opened_at == timedelta(minutes=60)
    assert (line.action, line.user, line.details) == (
        "support.opened",
        staff,
        {"reason": REASON, "minutes": 60},
    )


def test_owners_read_the_reason_on_their_page(inside, organization):
    owner = Client()
    owner.force_login(organization.owner.user)

    page = owner.get(f"/{organization.slug}/settings/audit/").content.decode()

    assert [text in page for text in ("Maria Support", "opened your data", REASON)] == [True] * 3


def test_every_row_of_an_organization_that_is_not_open_is_not_found(inside, closed):
    """Asked for with each address that has a row, in the way that the page takes."""
    answers = {
        name: {inside.get(url).status_code, inside.post(url).status_code}
        for name, url in every_address(closed).items()
        if any(name.startswith(f"{m._meta.app_label}_{m._meta.model_name}_") for m in TENANT_PAGES)
        and re.search(r"/\d+/|/[0-9a-f-]{36}/", url)
    }

    assert len(answers) > 60
    # A page that changes or deletes nothing refuses before it looks.
    assert set().union(*answers.values()) <= {404, 403, 302}
    assert {n for n, found in answers.items() if 200 in found} == set()
    assert {n for n, found in answers.items() if 302 in found and not n.endswith("_reveal")} == {
        n for n in answers if n.startswith("/admin/")
    }
    assert deeds(closed) == []


@pytest.mark.parametrize("model", TENANT_PAGES, ids=lambda m: m._meta.label)
def test_a_list_shows_the_open_organization_alone(inside, organization, closed, model):
    mine, theirs = row_of(model, organization), row_of(model, closed)

    page = inside.get(address(model))

    listed = [row.pk for row in page.context["cl"].result_list]
    assert mine.pk in listed
    assert theirs.pk not in listed
    assert inside.get(address(mine)).status_code == 200
    assert inside.get(address(theirs)).status_code == 404


def test_two_of_the_staff_do_not_share_an_opening(inside, organization):
    message = MessageFactory(conversation__channel__organization=organization)
    other = staff_client()

    assert inside.get(address(message)).status_code == 200
    assert other.get(address(message)).status_code == 404
    assert other.get(address(Message)).context["cl"].result_count == 0


def test_an_opening_ends_after_an_hour(staff, organization):
    message = MessageFactory(conversation__channel__organization=organization)
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        client = staff_client(staff)
        open_organization(client, organization)
        clock.move_to(start + timedelta(minutes=59))
        before = client.get(address(message)).status_code
        clock.move_to(start + timedelta(minutes=60))
        after = client.get(address(message)).status_code

    assert (before, after) == (200, 404)


def test_an_opening_can_be_closed_earlier(inside, organization):
    message = MessageFactory(conversation__channel__organization=organization)

    inside.post(address(organization, "close/"))

    assert inside.get(address(message)).status_code == 404
    assert deeds(organization) == ["opened", "closed"]


def test_an_organization_that_is_not_open_shows_its_name_and_no_more(client, organization):
    Organization.objects.filter(pk=organization.pk).update(phone="+357 25 987654")

    page = client.get(address(organization)).content.decode()
    refused = client.post(address(organization), {"name": "Other"})

    assert organization.name in page
    assert "987654" not in page
    assert refused.status_code == 403
    assert deeds(organization) == []


# Looking


def test_a_look_at_a_row_is_in_the_trail_and_a_list_is_not(inside, organization):
    message = MessageFactory(conversation__channel__organization=organization)

    inside.get(address(Message))
    inside.get(address(message))
    inside.get(address(message, "history/"))

    assert deeds(organization) == ["opened", "viewed", "viewed"]
    line = trail(organization)[1]
    assert (line.subject, line.subject_id) == ("inbox.message", str(message.pk))
    assert line.details == {"record": f"message {message.pk}"}


def test_hidden_text_is_shown_once_by_a_post_that_is_kept(inside, organization):
    message = MessageFactory(conversation__channel__organization=organization, body=HIDDEN)
    page = inside.get(address(message)).content.decode()

    asked = inside.get(address(message, "reveal/body/"))
    shown = inside.post(address(message, "reveal/body/"))

    assert (HIDDEN in page, "••••" in page, "../reveal/body/" in page) == (False, True, True)
    assert asked.status_code == 302
    assert HIDDEN in shown.content.decode()
    assert deeds(organization) == ["opened", "viewed", "revealed"]
    assert trail(organization)[-1].details == {"record": f"message {message.pk}", "field": "body"}
    assert HIDDEN not in inside.get(address(message)).content.decode()


def test_only_a_hidden_field_can_be_shown(inside, organization):
    message = MessageFactory(conversation__channel__organization=organization)
    channel = message.channel

    asked = [
        address(message, "reveal/wamid/"),
        address(channel, "reveal/sealed_access_token/"),
        address(organization.owner.user, "reveal/password/"),
    ]

    assert [inside.post(url).status_code for url in asked] == [404, 404, 404]


def test_a_phone_number_is_shown_in_part(inside, organization):
    conversation = ConversationFactory(
        channel__organization=organization, contact__phone="35799123456"
    )

    pages = [inside.get(address(conversation.contact._meta.model)).content.decode()]
    pages.append(inside.get(address(conversation.contact)).content.decode())

    assert ["3579••••56" in page for page in pages] == [True, True]
    assert ["35799123456" in page for page in pages] == [False, False]


def test_a_delivery_is_shown_where_all_that_it_brought_is_open(inside, organization, closed):
    event = WebhookEvent.objects.create(body=HIDDEN.encode())
    for position, owner in enumerate([organization, closed]):
        WebhookItem.objects.create(
            event=event, organization=owner, position=position, kind="message", state="dead"
        )

    refused = inside.post(address(event, "reveal/body/"), follow=True).content.decode()
    open_organization(inside, closed)
    shown = inside.post(address(event, "reveal/body/")).content.decode()

    assert (HIDDEN in refused, HIDDEN in shown) == (False, True)
    assert deeds(organization) == deeds(closed) == ["opened", "revealed"]


@pytest.mark.parametrize("names", ["number", "account"])
@pytest.mark.parametrize("state", ["received", "dead"])
def test_a_delivery_that_became_nothing_is_shown_where_its_number_or_account_is_open(
    inside, closed, state, names
):
    channel = ChannelFactory(organization=closed, status="disconnected", waba_id="204000000007777")
    number = channel.phone_number_id if names == "number" else "305000000009999"
    metadata = {"phone_number_id": number}
    message = {"from": "35799123456", "id": "wamid.X", "type": "text", "text": {"body": HIDDEN}}
    change = {"field": "messages", "value": {"metadata": metadata, "messages": [message]}}
    body = json.dumps({"entry": [{"id": channel.waba_id, "changes": [change]}]}).encode()
    event = WebhookEvent.objects.create(body=body, state=state)

    refused = inside.post(address(event, "reveal/body/"), follow=True).content.decode()
    open_organization(inside, closed)
    shown = inside.post(address(event, "reveal/body/")).content.decode()

    assert (HIDDEN in refused, HIDDEN in shown) == (False, True)
    assert deeds(closed) == ["opened", "revealed"]


# Asking around the opening


def test_search_finds_nothing_that_is_not_open(inside, closed):
    conversation = ConversationFactory(channel__organization=closed, contact__name="Zenobia")

    found = [
        inside.get(f"{address(Message)}?q=wamid.FACTORY"),
        inside.get(f"{address(conversation.contact._meta.model)}?q=Zenobia"),
        inside.get(f"{address(type(conversation))}?q={conversation.code}"),
        inside.get(f"{address(Member)}?q={closed.owner.user.email}"),
    ]

    assert [page.context["cl"].result_count for page in found] == [0] * 4


def test_dates_are_those_of_open_organizations(inside, organization, closed):
    MessageFactory(conversation__channel__organization=organization, sent_at="2024-05-01T10:00Z")
    MessageFactory(conversation__channel__organization=closed, sent_at="2021-05-01T10:00Z")

    page = inside.get(address(Message)).content.decode()
    year = inside.get(f"{address(Message)}?sent_at__year=2021")

    assert ("2024" in page, "2021" in page) == (True, False)
    assert year.context["cl"].result_count == 0


def test_suggestions_are_those_of_open_organizations(inside, organization, closed):
    query = "app_label=inbox&model_name=conversation&field_name=channel"
    ChannelFactory(organization=organization, name="Ours")
    ChannelFactory(organization=closed, name="Theirs")

    found = inside.get(f"/admin/autocomplete/?{query}&term=").json()["results"]

    assert [line["text"] for line in found] == ["Ours"]


def test_an_action_reaches_rows_of_open_organizations_alone(inside, organization, closed):
    events = [WebhookEvent.objects.create(body=b"{}", state="dead") for _ in range(2)]
    items = [
        WebhookItem.objects.create(
            event=event, organization=owner, position=0, kind="message", state="dead"
        )
        for event, owner in zip(events, (organization, closed), strict=True)
    ]
    action = {"action": "replay_deliveries", "_selected_action": [i.pk for i in items]}

    inside.post(address(WebhookItem), action)
    inside.post(address(WebhookItem), action | {"select_across": "1"})

    states = [WebhookEvent.objects.get(pk=event.pk).state for event in events]
    assert states == ["received", "dead"]
    assert deeds(organization) == ["opened", "replayed"]
    assert deeds(closed) == []


def test_a_delivery_is_replayed_by_hand_unless_part_of_it_is_closed(inside, organization, closed):
    events = [WebhookEvent.objects.create(body=b"{}", state="dead") for _ in range(2)]
    for event, owner in zip(events, (organization, closed), strict=True):
        WebhookItem.objects.create(
            event=event, organization=owner, position=0, kind="message", state="dead"
        )
    action = {"action": "replay_deliveries", "_selected_action": [e.pk for e in events]}

    page = inside.post(address(WebhookEvent), action, follow=True).content.decode()

    states = [WebhookEvent.objects.get(pk=event.pk).state for event in events]
    assert states == ["received", "dead"]
    assert "1 belong to an organization that is not open" in page
    assert [task.name for task in queue_listing.waiting()] == ["inbox.tasks.process_event"]


@pytest.mark.parametrize(
    "question",
    [
        "inbox/message/?body__contains=secret",
        "inbox/message/?body__startswith=s",
        "inbox/message/?payload__contains=x",
        "inbox/message/?conversation__contact__identities__value__startswith=3",
        "inbox/channel/?sealed_access_token__isnull=1",
        "leads/fact/?quote__contains=x",
        "organizations/user/?password__startswith=md5",
        "organizations/user/?authenticator__data__contains=x",
        "organizations/member/?organization__members__user__email=x",
        "inbox/webhookevent/?body__contains=x",
    ],
)
def test_a_question_that_no_filter_asks_is_refused(inside, question):
    """The number of answers would tell what hidden text says, letter by letter."""
    assert inside.get(f"/admin/{question}").status_code == 400


def test_the_filters_ask_nothing_of_other_tables():
    asked = {
        (model._meta.label, name)
        for model, page in support_site._registry.items()
        for name in page.list_filter
        if model._meta.get_field(name).is_relation
    }

    assert asked == set()


# Never shown


def test_no_page_shows_a_secret_or_hidden_text(inside, organization, staff):
    """Every list, row, history and page, with the organization full of canaries."""
    secrets = plant_secrets(organization)
    set_up(organization.owner.user, "CANARYSECRETVALUECANARYSECRETVAL")
    secrets.append("CANARYSECRETVALUECANARYSECRETVAL")
    secrets += [json.dumps(a.data)[12:60] for a in Authenticator.objects.all()]
    rows = [row_of(model, organization) for model in support_site._registry]

    urls = ["/admin/", "/admin/queue/", *(address(m) for m in support_site._registry)]
    urls += [address(row, page) for row in rows for page in ("change/", "history/")]
    pages = {url: inside.get(url) for url in urls}

    assert {page.status_code for page in pages.values()} == {200}
    shown = {url: page.content.decode() for url, page in pages.items()}
    assert [url for url, text in shown.items() if any(s in text for s in secrets)] == []
    assert [url for url, text in shown.items() if HIDDEN in text] == []
    assert len(urls) > 70


def plant_secrets(organization: Organization) -> list[str]:
    """Fill the organization with secrets, and return how each is written down."""
    ChannelFactory(organization=organization, token=SECRET)
    with tenant(organization):
        key = str(organization.keys.get().wrapped)
        channel = organization.channels.first()
        sealed = bytes(channel.sealed_access_token)
    with connection.cursor() as cursor, tenant(organization):
        cursor.execute("SELECT wrapped FROM organizations_organizationkey")
        wrapped = cursor.fetchone()[0]
    enqueue("inbox.tasks.deliver", SECRET)
    Task.objects.create(
        id="1" * 32, name="x", func="a.b", args=(SECRET,), result=SECRET, success=False,
        started=now(), stopped=now(),
    )  # fmt: skip
    invitation = InvitationFactory(organization=organization)
    sample("organizations.InvitationToken", organization, invitation=invitation, token_hash=SECRET)
    session = Client()
    session.force_login(organization.owner.user)
    user = organization.owner.user
    return [
        SECRET,
        key,
        wrapped,
        sealed.hex(),
        str(sealed)[2:40],
        user.password,
        session.session.session_key,
        OrmQ.objects.first().payload,
    ]


@pytest.mark.parametrize("model", list(support_site._registry), ids=lambda m: m._meta.label)
def test_a_page_names_what_it_shows_and_nothing_secret(model):
    page: SupportAdmin = support_site._registry[model]
    named = {*page.fields, *page.list_display, *page.search_fields, *page.list_filter}
    hidden = set(page.hidden)

    assert page.fields
    assert hidden <= set(page.fields)
    assert hidden & {*page.list_display, *page.list_filter, *page.editable} == set()
    assert [n for n in named if re.search(r"token$|password|wrapped|seal|hash|secret", n)] in (
        [],
        ["has_token"],
    )


# Each with the reason why support has no page for it.
WITHOUT_A_PAGE = {
    "organizations.InvitationToken": "holds nothing but the hash of an invitation's link",
    "organizations.OrganizationKey": "holds wrapped keys; rotate_keys and encryption_audit tell",
    "organizations.PeriodicJob": "one row a job, told by check_workers",
    "privacy.Export": "told by the audit trail; its list is in the tables that it was made of",
    "privacy.ExportPart": "a copy of rows that have pages; gone after seven days",
    "privacy.Tombstone": "hashes of erased people, kept so that they stay erased",
    "knowledge.Passage": "made from notes and listings, which have pages",
    "inbox.ConversationSummary": "a copy of what the lead and the appointment say",
    "assistant.Completion": "what a killed turn takes up again; gone when the turn is committed",
    "assistant.PlaygroundTalk": "what a member plays; nobody was written to, gone after 30 days",
    "assistant.PlaygroundTurn": "what a member plays; nobody was written to, gone after 30 days",
    "assistant.RehearsalCase": "a copy of a conversation, which has a page; gone after 90 days",
    "inbox.Suggestion": "a reply in the making; its run has a page",
    "inbox.Draft": "what a member is typing, which nobody else reads",
    "inbox.SavedView": "a name and the filters of a list, which members keep and delete themselves",
    "inbox.Signal": "wakes browsers; gone within the hour",
    "scheduling.CalendarLink": "holds nothing but the hash of a calendar file's link",
}


def test_every_table_of_ours_has_a_page_or_a_reason_against_one():
    ours = {c.label for c in apps.get_app_configs() if "site-packages" not in str(c.path)}
    tables = {m._meta.label for m in apps.get_models() if m._meta.app_label in ours}
    pages = {m._meta.label for m in support_site._registry}

    assert tables - pages == set(WITHOUT_A_PAGE)


def test_rows_without_a_name_are_called_by_kind_and_key():
    unnamed = {m._meta.label for m in support_site._registry if m.__str__ is models.Model.__str__}

    assert unnamed == set()


def test_a_conversation_leads_to_its_messages_alone_with_their_text_hidden(inside, organization):
    channel = ChannelFactory(organization=organization)
    mine, other = (MessageFactory(conversation__channel=channel, body=HIDDEN) for _ in range(2))

    page = inside.get(address(mine.conversation)).content.decode()
    link = f"/admin/inbox/message/?conversation={mine.conversation_id}"
    listed = inside.get(link).content.decode()

    assert link in page
    assert [address(row) in listed for row in (mine, other)] == [True, False]
    assert HIDDEN not in listed
    assert inside.get("/admin/inbox/message/?conversation=abc").status_code == 200


def test_pages_say_in_which_zone_their_times_are(inside):
    assert "All times are UTC." in inside.get(address(Message)).content.decode()


def test_an_open_organization_asks_for_no_second_reason(client, organization):
    before = client.get(address(organization)).content.decode()
    open_organization(client, organization)
    after = client.get(address(organization)).content.decode()

    assert ["Open with a reason" in page for page in (before, after)] == [True, False]


def test_the_libraries_add_no_pages():
    found = {model._meta.app_label for model in support_site._registry}

    assert found == {
        "organizations", "privacy", "knowledge", "inbox", "leads", "scheduling", "assistant",
    }  # fmt: skip


def test_text_of_customers_is_hidden_in_every_table():
    """A new field that may hold what somebody wrote is shown only if it is known to be harmless."""
    harmless = {
        "organizations.AuditEntry.details", "inbox.Channel.account_note", "privacy.PurgeRun.counts",
        "assistant.Run.request_ids", "assistant.Evaluation.fields",
    }  # fmt: skip
    shown = {
        f"{model._meta.label}.{field.name}"
        for model, page in support_site._registry.items()
        for field in model._meta.concrete_fields
        if isinstance(field, models.TextField | models.JSONField | models.BinaryField)
        and field.name in page.fields
        and field.name not in page.hidden
    }

    assert shown - harmless == set()


def test_the_queue_is_listed_without_opening_a_pickle(inside, monkeypatch):
    enqueue("inbox.tasks.deliver", 1, 2)
    enqueue("assistant.tasks.reply", 3, cluster="assistant", delay=timedelta(hours=1))
    OrmQ.objects.create(key="live", payload="not a package", lock=now())
    OrmQ.objects.create(key="live", payload=evil_package(), lock=now())

    def refuse(*args: Any) -> None:
        raise AssertionError("A pickle was opened.")

    monkeypatch.setattr(pickle, "loads", refuse)
    monkeypatch.setattr(pickle, "load", refuse)
    page = inside.get("/admin/queue/").content.decode()

    names = [task.name for task in queue_listing.waiting()]
    assert sorted(names) == ["?", "?", "assistant.tasks.reply", "inbox.tasks.deliver"]
    assert ("inbox.tasks.deliver" in page, "<script>" in page) == (True, False)


def evil_package() -> str:
    """A row that somebody wrote into the queue: code in its pickle, markup for a name."""

    class Evil:
        def __reduce__(self):
            return (exec, ("raise AssertionError('code of a pickle ran')",))

    data = pickle.dumps({"func": "<script>x</script>", "args": Evil()})
    return urlsafe_b64encode(data).decode().strip("=") + ":time:signature"


# Changing


def test_nothing_is_added_or_deleted_but_holds_are_placed(inside, organization):
    rows = {model: row_of(model, organization) for model in support_site._registry}

    added = {m for m in rows if inside.get(f"{address(m)}add/").status_code != 403}
    deleted = {m for m in rows if inside.post(address(rows[m], "delete/")).status_code != 403}
    bulk = {"action": "delete_selected", "_selected_action": [organization.pk]}
    inside.post(address(Organization), bulk)

    assert (added, deleted) == ({Hold}, set())
    assert Organization.objects.filter(pk=organization.pk).exists()


def test_a_change_is_kept_with_the_names_of_its_fields(inside, staff, organization):
    values = {
        "name": "Renamed Homes", "phone": "+357 25 000001", "agent_count": 3,
        "timezone": "Asia/Nicosia", "currency": "EUR",
    }  # fmt: skip

    inside.post(address(organization), values)

    organization.refresh_from_db()
    assert organization.name == "Renamed Homes"
    assert deeds(organization) == ["opened", "changed"]
    assert trail(organization)[-1].details["fields"] == "name"
    log = LogEntry.objects.get()
    assert (log.user, log.object_repr) == (staff, f"organization {organization.pk}")


def test_the_log_of_the_admin_holds_no_text_of_messages(inside, organization):
    message = MessageFactory(conversation__channel__organization=organization, body=HIDDEN)
    contact = message.conversation.contact
    inside.post(address(message, "reveal/body/"))
    inside.get(address(contact))

    logged = json.dumps(list(LogEntry.objects.values("object_repr", "change_message")))

    assert f"message {message.pk}" in logged
    assert HIDDEN not in logged
    assert contact.name not in logged


def test_the_last_owner_is_not_shut_out(inside, organization):
    member = MemberFactory(organization=organization)

    owner = inside.post(address(organization.owner), {"title": "", "phone": ""})
    agent = inside.post(address(member), {"title": "", "phone": ""})

    with tenant(organization):
        active = {m.pk: m.is_active for m in organization.members.all()}
    assert "keeps at least one owner" in owner.content.decode()
    assert agent.status_code == 302
    assert active == {organization.owner.pk: True, member.pk: False}


def test_a_hold_is_placed_and_released_in_open_organizations_alone(inside, organization, closed):
    values = {"scope": "organization", "contact_id": "", "reason": "A lawsuit"}

    refused = inside.post(f"{address(Hold)}add/", values | {"organization": closed.pk})
    inside.post(f"{address(Hold)}add/", values | {"organization": organization.pk})
    hold = Hold.objects.using("support").get()
    inside.post(address(hold, "release/"), {"reason": "The lawsuit is over"})

    hold.refresh_from_db(using="support")
    assert refused.status_code == 200
    assert hold.organization_id == organization.pk
    assert hold.released_at is not None
    assert deeds(organization) == ["opened", "changed", "released"]


@pytest.mark.parametrize("alias", ["default", "support"])
def test_staff_cannot_change_what_is_kept_of_them(inside, organization, alias):
    for table in ("organizations_auditentry", "organizations_supportaccess", "django_admin_log"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            connections[alias].cursor() as cursor,
        ):
            cursor.execute(f"UPDATE {table} SET user_id = 1")


# Users


@pytest.fixture
def customer(organization):
    """A member of the organization, whose account support looks after."""
    user = UserFactory(email="nikos@agency.example", name="Nikos")
    MemberFactory(organization=organization, user=user)
    return user


def test_a_user_is_deactivated_and_activated_with_a_reason(client, organization, customer):
    member = Client()
    member.force_login(customer)

    client.post(address(customer, "deactivate/"), {"reason": REASON})
    shut_out = member.get("/accounts/profile/").status_code
    client.post(address(customer, "activate/"), {"reason": REASON})

    customer.refresh_from_db()
    assert (shut_out, customer.is_active) == (302, True)
    assert deeds(organization) == ["user_deactivated", "user_activated"]
    assert trail(organization)[0].details == {"member": "Nikos", "reason": REASON}


def test_without_a_reason_nothing_is_done_to_a_user(client, customer):
    response = client.post(address(customer, "deactivate/"), {"reason": "short"})

    customer.refresh_from_db()
    assert (response.status_code, customer.is_active) == (422, True)


def test_a_lost_second_factor_is_reset_and_its_owner_told(client, organization, customer):
    set_up(customer)
    mail.outbox.clear()

    client.post(address(customer, "reset_second_factor/"), {"reason": REASON})

    assert Authenticator.objects.filter(user=customer).count() == 0
    assert [(m.subject, m.to) for m in mail.outbox] == [
        ("Your two-factor sign-in was reset", ["nikos@agency.example"])
    ]
    assert deeds(organization) == ["second_factor_reset"]


def test_the_confirmation_is_sent_again(client, customer):
    EmailAddress.objects.create(user=customer, email=customer.email, verified=False, primary=True)

    client.post(address(customer, "confirm/"), {"reason": REASON})

    assert [(m.subject, m.to) for m in mail.outbox] == [
        ("Confirm your e-mail address", ["nikos@agency.example"])
    ]


def test_staff_accounts_are_not_changed_here(client, staff):
    other = staff_user()
    verbs = ("deactivate", "activate", "confirm", "reset_second_factor")

    answers = [
        client.post(address(user, f"{verb}/"), {"reason": REASON}).status_code
        for user in (other, staff)
        for verb in verbs
    ]

    other.refresh_from_db()
    assert set(answers) == {403}
    assert other.is_active
    assert Authenticator.objects.filter(user=other).count() == 1


def test_the_form_of_a_user_changes_nothing(client, customer):
    response = client.post(address(customer), {"is_staff": "on", "is_superuser": "on"})

    customer.refresh_from_db()
    assert (response.status_code, customer.is_staff, customer.is_superuser) == (403, False, False)


# The alias


def test_rows_are_read_and_written_as_support(inside, organization):
    message = MessageFactory(conversation__channel__organization=organization)
    with (
        CaptureQueriesContext(connections["default"]) as as_app,
        CaptureQueriesContext(connections["support"]) as as_support,
    ):
        inside.get(address(message))
        inside.post(address(message, "reveal/body/"))

    def tables(queries):
        return {
            t
            for q in queries
            for t in re.findall(r'"((?:inbox|organizations|django_admin)_\w+)"', q["sql"])
        }

    assert tables(as_app) <= {"organizations_user"}
    assert {"inbox_message", "organizations_auditentry", "django_admin_log"} <= tables(as_support)


def test_more_staff_than_connections_wait_for_each_other(organization):
    """With a pool of two, eight at once are all answered, and no connection is left over."""
    settings = connections["support"].settings_dict
    before = settings["CONN_MAX_AGE"]
    connections["support"].close()
    settings["CONN_MAX_AGE"] = 0
    settings["OPTIONS"]["pool"] = {"min_size": 0, "max_size": 2, "timeout": 10}
    clients = [staff_client() for _ in range(8)]

    def ask(client: Client) -> int:
        try:
            return client.get(address(Organization)).status_code
        finally:
            connections.close_all()

    try:
        with ThreadPoolExecutor(8) as threads:
            statuses = list(threads.map(ask, clients))
        size = connections["support"].pool.get_stats()["pool_size"]
    finally:
        connections["support"].close_pool()
        del settings["OPTIONS"]["pool"]
        settings["CONN_MAX_AGE"] = before

    assert statuses == [200] * 8
    assert size <= 2
