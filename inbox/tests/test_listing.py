"""Which conversations the list shows, in which order, and that it costs what it shows."""

import json
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from inbox import listing, searching
from inbox.listing import Asked
from inbox.models import Contact, ConversationSummary, Message
from inbox.models.words import vector
from inbox.tests.factories import (
    ChannelFactory,
    ContactFactory,
    ConversationFactory,
    MessageFactory,
)
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory


@pytest.fixture
def channel(db):
    return ChannelFactory()


@pytest.fixture
def organization(channel):
    return channel.organization


@pytest.fixture
def member(organization):
    return MemberFactory(organization=organization)


@pytest.fixture
def rows(organization, member):
    """Names of the conversations that `asked` shows, such as `rows(view="mine")`."""

    def rows(after="", length=0, **asked):
        with tenant(organization):
            read = listing.read(organization, member, Asked(**asked), after, length)
        return [row.contact.name for row in read.rows]

    return rows


def talk(channel, name, minutes=0, score=None, stage="", **fields):
    """A conversation that was quiet for `minutes`."""
    contact = ContactFactory(organization=channel.organization, name=name)
    fields = {"last_message_at": now() - timedelta(minutes=minutes)} | fields
    conversation = ConversationFactory(channel=channel, contact=contact, **fields)
    with tenant(channel.organization):
        summaries = ConversationSummary.objects.filter(conversation=conversation)
        summaries.update(score=score, stage=stage)
    return conversation


def said(channel, name, body, search_text=None, **fields):
    """A conversation in which the customer wrote `body`."""
    conversation = talk(channel, name, **fields)
    with tenant(channel.organization):
        contact = conversation.contact
        contact.search_text = search_text or name.lower()
        contact.save(update_fields=["search_text"])
    return MessageFactory(conversation=conversation, body=body)


# Views and filters


def test_each_view_shows_its_own(channel, member, rows):
    person = {"in_charge": "person"}
    talk(channel, "waits", minutes=1, **person, waiting_since=now())
    talk(channel, "asked", minutes=2, hand_over_reason="unsure")
    talk(channel, "mine", minutes=3, **person, assignee=member)
    talk(channel, "hers", minutes=4, **person, assignee=channel.organization.owner)
    talk(channel, "assistant", minutes=5)
    talk(channel, "snoozed", minutes=6, status="snoozed", **person, assignee=member)
    talk(channel, "closed", minutes=7, status="closed", assignee=member)

    assert {view: rows(view=view) for view in listing.VIEWS} == {
        "waiting": ["waits", "asked"],
        "mine": ["mine"],
        "unassigned": ["waits"],
        "assistant": ["asked", "assistant"],
        "snoozed": ["snoozed"],
        "closed": ["closed"],
        "all": ["waits", "asked", "mine", "hers", "assistant", "snoozed", "closed"],
    }


def test_filters_narrow_together(channel, member, rows):
    other = ChannelFactory(organization=channel.organization)
    wanted = {"score": 80, "stage": "qualified", "unread_count": 1, "assignee": member}
    talk(channel, "wanted", **wanted)
    for name, change in {
        "cold": {"score": 69},
        "new": {"stage": "new"},
        "read": {"unread_count": 0},
        "nobody's": {"assignee": None},
    }.items():
        talk(channel, name, **(wanted | change))
    talk(other, "elsewhere", **wanted)

    asked = {"score": "hot", "stage": "qualified", "unread": "1", "view": "all"}
    number, person = str(channel.pk), str(member.pk)
    assert rows(**asked, number=number, member=person) == ["wanted"]
    assert sorted(rows(**asked, member=person)) == ["elsewhere", "wanted"]
    assert sorted(rows(**asked, number=number)) == ["nobody's", "wanted"]


def test_counts_are_made_by_one_query_and_end_at_999(channel, member, monkeypatch):
    monkeypatch.setattr(listing, "MOST_COUNTED", 2)
    for number in range(4):
        talk(channel, f"closed {number}", status="closed")
    talk(channel, "assistant")

    with tenant(channel.organization), CaptureQueriesContext(connection) as captured:
        counts = listing.count(channel.organization, member)

    assert len(captured) == 1
    assert counts == {
        "waiting": "0",
        "mine": "0",
        "unassigned": "0",
        "assistant": "1",
        "snoozed": "0",
        "closed": "2+",
    }


def test_the_address_holds_what_is_asked_and_nothing_else():
    asked = Asked(view="mine", search="Γλυφάδα 2", stage="qualified", unread="1")

    values = {name: given[0] for name, given in parse_qs(asked.query).items()}
    assert Asked.read(values) == asked
    assert Asked.read({"view": "all", "sort": "latest"}).query == "view=all"
    assert f"view={asked.after_view}" == asked.query


@pytest.mark.parametrize(
    "nonsense",
    [
        {"view": "x", "sort": "x", "stage": "x", "score": "x", "number": "x", "member": "x"},
        {"number": "1' OR 1", "member": "²", "unread": "yes", "search": "\x00"},
        {"member": "9" * 30},
    ],
)
def test_what_makes_no_sense_in_an_address_is_left_aside(nonsense):
    assert Asked.read(nonsense) == Asked()


# Order and pages


def in_order(channel):
    for number in range(7):
        talk(
            channel,
            str(number),
            minutes=number // 2,  # some at the same moment
            score=[50, None, 90, 50, 0, None, 100][number],
            in_charge="person",
            hand_over_reason="emergency" if number in (3, 5) else "asked",
            waiting_since=None if number in (1, 2) else now() - timedelta(minutes=number * 7 % 5),
        )


@pytest.mark.parametrize(
    ("view", "sort"),
    [
        (view, sort)
        for view in ("all", "unassigned", "waiting")
        for sort in ("latest", "waiting", "score")
    ],
)
def test_pages_follow_each_other_without_a_gap_or_a_double(channel, member, rows, view, sort):
    in_order(channel)
    whole = rows(view=view, sort=sort, length=50)
    asked, pages, after = Asked(view=view, sort=sort), [], ""

    for _ in range(20):
        with tenant(channel.organization):
            page = listing.read(channel.organization, member, asked, after, 2)
        pages += [row.contact.name for row in page.rows]
        after = page.next
        if not after:
            break

    assert pages == whole
    assert len(whole) == (5 if view == "waiting" else 7)


def test_orders(channel, rows):
    at = now()
    talk(channel, "calm", minutes=1, score=10, in_charge="person", waiting_since=at)
    older = {"in_charge": "person", "waiting_since": at - timedelta(hours=1)}
    talk(channel, "urgent", minutes=2, score=None, hand_over_reason="emergency", **older)
    talk(channel, "served", minutes=0, score=90)

    assert rows(view="waiting") == ["urgent", "calm"]
    assert rows(view="all") == ["served", "calm", "urgent"]
    assert rows(view="all", sort="waiting") == ["urgent", "calm", "served"]
    assert rows(view="all", sort="score") == ["served", "calm", "urgent"]


@pytest.mark.parametrize("after", ["x", "x~1", "2026-01-01T00:00:00~1", "~", "1~2~3", "²~²"])
def test_a_place_that_makes_no_sense_begins_at_the_top(channel, rows, after):
    talk(channel, "first")

    assert rows(view="all", after=after) == ["first"]
    assert rows(view="all", sort="score", after=after) == ["first"]


# Search


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("μαρία", ["Maria"]),
        ("ΜΑΡΙΑ παπ", ["Maria"]),
        ("lefk", ["Halefka"]),
        ("99 123", ["Maria"]),
        ("+357 99-123", ["Maria"]),
        ("3456", ["Maria"]),
        ("glyfada", ["Halefka"]),
        ("view glyf", ["Halefka"]),
        ("παραλια", ["Maria"]),
        ("350000", ["Halefka"]),
        ("350.000", ["Halefka"]),
        ("κολωνάκι glyfada", []),
        ("zebra", []),
        ("?!", []),
        ("' & | ! :* \\", []),
        ("%_", []),
    ],
)
def test_search_finds_people_numbers_and_words(channel, rows, search, found):
    said(channel, "Maria", "Κοντά στην ΠΑΡΑΛΊΑ;", "μαρια παπαδοπουλου 35799123456")
    said(channel, "Halefka", "A viewing in Glyfáda, up to 350.000 €", "halefka 447700900123")

    assert rows(view="all", search=search) == found


def test_a_word_that_stands_in_many_messages_is_found_as_well(channel, rows, monkeypatch):
    monkeypatch.setattr(searching, "MOST_HITS", 2)
    for number in range(4):
        said(channel, f"flat {number}", "Is the flat free?", minutes=number)
    said(channel, "house", "Is the house free?")

    assert rows(view="all", search="flat") == [f"flat {number}" for number in range(4)]


def test_search_stays_within_the_view(channel, rows):
    said(channel, "open", "Is the flat free?")
    said(channel, "closed", "Is the flat free?", status="closed")

    assert rows(view="closed", search="flat") == ["closed"]


def test_search_does_not_leave_the_organization(channel, rows):
    elsewhere = said(ChannelFactory(), "Theirs", "Is the zebra free?")
    with tenant(channel.organization):
        found = searching.matching(
            channel.organization, channel.organization.conversations.all(), "zebra"
        )

        assert list(found) == []
    assert rows(view="all", search="zebra") == []
    with tenant(elsewhere.organization) as other:
        assert searching.matching(other, other.conversations.all(), "zebra").count() == 1


def test_what_the_customer_changes_or_takes_back_is_found_no_more(channel, rows):
    message = said(channel, "Eleni", "Is the flat free?")
    with tenant(channel.organization):
        message.body = "Is the house free?"
        message.save(update_fields=["body"])

    assert (rows(view="all", search="flat"), rows(view="all", search="house")) == ([], ["Eleni"])

    with tenant(channel.organization):
        Message.objects.filter(pk=message.pk).update(revoked_at=now())
    assert rows(view="all", search="house") == []


def test_words_stand_under_their_organization_and_are_bounded():
    assert vector(7, "Σπίτι σπιτι, 1.950 it's") == "'7:σπιτι' '7:1950' '7:it' '7:s'"
    assert vector(7, "anna", parts=True) == "'7:anna' '7:nna' '7:na'"
    assert vector(7, "x" * 99) == f"'7:{'x' * 40}'"
    assert len(vector(7, " ".join(map(str, range(5000)))).split()) == 600


def test_bulk_rows_get_their_words_too(channel):
    conversation = talk(channel, "Eleni")
    with tenant(channel.organization) as organization:
        fields = {"organization": organization, "conversation": conversation, "channel": channel}
        Message.objects.bulk_create([Message(**fields, direction="in", body="Καλημέρα")])
        Contact.objects.filter(pk=conversation.contact_id).update(words=None)
        conversation.contact.save()

        assert Message.objects.get().words == f"'{organization.pk}:καλημερα'"
        assert Contact.objects.get().words == ""


# What it costs: plans as the app role gets them, with the statistics of a large agency

TENANT_TABLES = (
    "inbox_conversation",
    "inbox_message",
    "inbox_contact",
    "inbox_conversationsummary",
)
LARGE, SMALL = 15_000, 20


@pytest.fixture
def crowd(transactional_db, admin_cursor):
    """The large one of eleven organizations; PostgreSQL has statistics of all of them."""
    organizations = [OrganizationFactory() for _ in range(11)]
    admin_cursor.execute("SET session_replication_role = replica")  # keys are checked elsewhere
    for place, organization in enumerate(organizations):
        channel = ChannelFactory(organization=organization)
        fill(admin_cursor, organization, channel, LARGE if place == 0 else SMALL)
    admin_cursor.execute("VACUUM ANALYZE")
    return organizations[0]


def fill(cursor, organization, channel, number):
    first = 1_000_000 * organization.pk
    here = {"organization": organization.pk, "channel": channel.pk, "owner": organization.owner.pk}
    here |= {"first": first, "last": first + number - 1}
    series = "FROM generate_series(%(first)s::bigint, %(last)s) AS n"
    cursor.execute(
        "INSERT INTO inbox_contact (id, organization_id, code, name, name_source, profile_name, "
        "identity_hash, username, language, search_text, words, created_at) SELECT n, "
        "%(organization)s, gen_random_uuid(), 'Eleni ' || n, 'profile', '', '', '', '', "
        "'eleni ' || n, array_to_tsvector(ARRAY[%(organization)s || ':eleni', %(organization)s "
        f"|| ':' || n]), now() {series}",
        here,
    )
    cursor.execute(
        "INSERT INTO inbox_conversation (id, organization_id, code, channel_id, contact_id, "
        "status, in_charge, hand_over_reason, assignee_id, waiting_since, takeover_seq, "
        "unread_count, last_message_at, ctwa_clid, preview, preview_author, created_at) "
        "SELECT n, %(organization)s, gen_random_uuid(), %(channel)s, n, "
        "CASE WHEN n %% 20 < 12 THEN 'closed' WHEN n %% 20 = 12 THEN 'snoozed' ELSE 'open' END, "
        "CASE WHEN n %% 20 > 15 THEN 'person' ELSE 'assistant' END, '', "
        "CASE WHEN n %% 60 > 57 THEN %(owner)s END, CASE WHEN n %% 20 > 17 THEN now() END, 0, "
        "CASE WHEN n %% 50 = 0 THEN 1 ELSE 0 END, now() - n * interval '1 second', '', '', '', "
        f"now() {series}",
        here,
    )
    cursor.execute(
        "INSERT INTO inbox_conversationsummary (organization_id, conversation_id, score, stage, "
        "next_appointment_kind) SELECT %(organization)s, n, n %% 101, "
        f"CASE WHEN n %% 20 = 0 THEN 'qualified' ELSE 'engaged' END, '' {series}",
        here,
    )
    cursor.execute(
        "INSERT INTO inbox_message (organization_id, conversation_id, channel_id, direction, "
        "author_kind, kind, body, words, payload, reply_to_wamid, status, sent_at, created_at, "
        "failure_text, possibly_sent_twice, is_stale, is_history, pricing_category, pricing_type) "
        "SELECT %(organization)s, n, %(channel)s, 'in', 'customer', 'text', 'Hello', "
        "array_to_tsvector(ARRAY[%(organization)s || ':hello', %(organization)s || ':ref' || n]), "
        f"'{{}}', '', '', now(), now(), '', false, false, false, '', '' {series}, "
        "generate_series(1, 3) AS m",
        here,
    )


def scans(plan):
    """(kind of scan, table) of a plan, and of the plans below it."""
    if plan.get("Relation Name") in TENANT_TABLES:
        yield plan["Node Type"], plan["Relation Name"]
    for below in plan.get("Plans", ()):
        yield from scans(below)


def plan_of(query):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT json) {query}")
        (plan,) = cursor.fetchone()
    return (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]


def test_no_page_of_the_list_reads_a_whole_table(crowd, monkeypatch):
    monkeypatch.setattr(listing, "MOST_COUNTED", 50)  # as few, beside all, as in a large agency
    organization, member = crowd, crowd.owner
    asked = [Asked(view=view, sort=sort) for view in listing.VIEWS for sort in listing.SORTS]
    asked += [Asked(view="all", unread="1"), Asked(view="all", stage="qualified")]
    asked += [Asked(view="all", score="hot"), Asked(view="mine", score="hot")]
    asked += [Asked(view="all", search=text) for text in ("ref44", "hello", "eleni", "zebra")]
    faults, walks = [], []

    for each in asked:
        with tenant(organization), CaptureQueriesContext(connection) as captured:
            first = listing.read(organization, member, each)
            listing.read(organization, member, each, first.next)
            listing.count(organization, member)
        with tenant(organization):
            for query in [q["sql"] for q in captured if q["sql"].startswith("SELECT")]:
                found = list(scans(plan_of(query)))
                faults += [(each.query, s[1], query) for s in found if s[0] == "Seq Scan"]
                walks += found

    assert faults == []
    assert len(walks) > 100
