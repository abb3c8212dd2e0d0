"""What stays on a connection, and what the support role may do. These need real commits."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, connections, transaction

from organizations.models import AuditEntry, Invitation, Member, OrganizationKey
from organizations.pages import memberships
from organizations.tenancy import acting_user, entered_organization, tenant
from organizations.tests.factories import InvitationFactory, MemberFactory, OrganizationFactory


def settings_of_connection():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_backend_pid(), coalesce(current_setting('katikn.organization', true), ''), "
            "coalesce(current_setting('katikn.user', true), '')"
        )
        return cursor.fetchone()


def in_another_thread(function):
    """Run as the next request would: in a thread of its own, giving its connection back."""

    def run():
        try:
            return function()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as executor:
        return executor.submit(run).result(timeout=20)


@pytest.fixture
def pool_of_one(transactional_db):
    """The pool of the web process, with a single connection, so that everybody gets the same."""
    connection.close()
    options = connection.settings_dict["OPTIONS"]
    options["pool"] = {"min_size": 1, "max_size": 1, "timeout": 5}
    age, connection.settings_dict["CONN_MAX_AGE"] = connection.settings_dict["CONN_MAX_AGE"], 0
    yield
    connection.close()
    connection.close_pool()
    del options["pool"]
    connection.settings_dict["CONN_MAX_AGE"] = age


def enter(organization, fail=False):
    with tenant(organization), acting_user(organization.owner.user_id):
        pid = settings_of_connection()[0]
        if fail:
            raise ZeroDivisionError
        return pid


def test_the_next_user_of_a_pooled_connection_inherits_no_organization(pool_of_one):
    organization = OrganizationFactory()
    connection.close()

    pid = in_another_thread(lambda: enter(organization))

    assert in_another_thread(settings_of_connection) == (pid, "", "")
    with pytest.raises(DatabaseError, match="no organization in context"):
        in_another_thread(Invitation.objects.count)


def test_a_request_that_failed_leaves_nothing_behind(pool_of_one):
    organization = OrganizationFactory()
    connection.close()
    with pytest.raises(ZeroDivisionError):
        in_another_thread(lambda: enter(organization, fail=True))

    assert in_another_thread(settings_of_connection)[1:] == ("", "")
    assert in_another_thread(entered_organization) is None


def test_a_refused_statement_leaves_nothing_behind(pool_of_one):
    organization = OrganizationFactory()
    connection.close()

    def break_off():
        with tenant(organization), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    with pytest.raises(DatabaseError):
        in_another_thread(break_off)

    assert in_another_thread(settings_of_connection)[1:] == ("", "")


def test_a_kept_connection_forgets_the_organization(transactional_db):
    organization = OrganizationFactory()

    pid = enter(organization)

    assert settings_of_connection() == (pid, "", "")


def test_an_inner_user_gives_way_to_the_outer_one_again(db):
    with acting_user(1):
        with acting_user(2):
            assert settings_of_connection()[2] == "2"
        assert settings_of_connection()[2] == "1"


def test_two_threads_are_in_two_organizations_at_once(transactional_db):
    organizations = [OrganizationFactory(), OrganizationFactory()]
    barrier = threading.Barrier(2)

    def count(organization):
        try:
            with tenant(organization):
                barrier.wait(10)
                return list(Member.objects.values_list("pk", flat=True))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as executor:
        found = list(executor.map(count, organizations))

    assert found == [[organization.owner.pk] for organization in organizations]


def test_a_users_own_memberships_cannot_be_changed_from_outside(db):
    organization = OrganizationFactory()
    user = organization.owner.user

    with acting_user(user.pk):
        assert Member.objects.filter(user=user).update(role="agent") == 0
    assert [member.role for member in memberships(user)] == ["owner"]


def test_the_acting_user_shows_memberships_and_nothing_else(db):
    organization = OrganizationFactory()
    MemberFactory(organization=organization)

    with acting_user(organization.owner.user_id):
        assert list(Member.objects.all()) == [organization.owner]
        with pytest.raises(DatabaseError), transaction.atomic():
            OrganizationKey.objects.count()


def test_support_sees_every_organization(transactional_db):
    mine, theirs = InvitationFactory(), InvitationFactory()

    found = Invitation.objects.using("support").order_by("pk")

    assert list(found) == [mine, theirs]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "ALTER TABLE organizations_member DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON organizations_member",
        "TRUNCATE organizations_member",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET ROLE katikn_owner",
    ],
)
@pytest.mark.parametrize("alias", ["default", "support"])
def test_app_and_support_change_no_structure(transactional_db, alias, statement):
    with (
        pytest.raises(DatabaseError, match=r"permission denied|must be (owner|able)"),
        connections[alias].cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("alias", "change"),
    [
        ("default", lambda entries: entries.update(action="nothing.happened")),
        ("default", lambda entries: entries._raw_delete("default")),
        ("support", lambda entries: entries.update(action="nothing.happened")),
    ],
)
def test_the_audit_trail_is_never_changed(transactional_db, alias, change):
    organization = OrganizationFactory()

    with pytest.raises(DatabaseError, match="permission denied"), tenant(organization, using=alias):
        change(AuditEntry.objects.using(alias))


def test_the_purge_removes_old_lines_of_the_audit_trail(transactional_db):
    OrganizationFactory()

    deleted, _ = AuditEntry.objects.using("support").delete()

    assert deleted == 1
