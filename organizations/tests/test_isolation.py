"""`tenant()` and the policies behind it."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from organizations.models import Invitation, Member
from organizations.pages import memberships
from organizations.tenancy import OtherOrganizationEntered, entered_organization, tenant
from organizations.tests.factories import InvitationFactory, MemberFactory, OrganizationFactory


def test_rows_are_out_of_sight_without_an_organization(db):
    InvitationFactory()

    with pytest.raises(DatabaseError, match="no organization in context"), transaction.atomic():
        Invitation.objects.count()


def test_only_the_entered_organization_is_visible(db):
    mine, theirs = InvitationFactory(), InvitationFactory()

    with tenant(mine.organization):
        assert list(Invitation.objects.all()) == [mine]
        assert Invitation.objects.filter(pk=theirs.pk).update(email="x@y.example") == 0


def test_a_row_cannot_be_inserted_for_another_organization(db):
    mine, theirs = OrganizationFactory(), OrganizationFactory()
    stranger = InvitationFactory.build(organization=theirs, invited_by=None)

    with (
        pytest.raises(DatabaseError, match="row-level security"),
        tenant(mine),
        transaction.atomic(),
    ):
        stranger.save()


def test_a_reference_to_another_organizations_row_is_refused(db):
    mine, theirs = OrganizationFactory(), OrganizationFactory()

    with pytest.raises(IntegrityError, match="invited_by_id_same_org"):
        invite_by(theirs.owner, mine)


def invite_by(stranger, organization):
    with tenant(organization), connection.cursor() as cursor:
        InvitationFactory(organization=organization, invited_by_id=stranger.pk, invited_by=None)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_nesting_the_same_organization_keeps_it_until_the_outer_one_ends(db):
    organization = OrganizationFactory()

    with tenant(organization):
        with tenant(organization):
            pass
        assert Member.objects.count() == 1
        assert entered_organization() == organization.pk
    assert entered_organization() is None


def test_entering_a_second_organization_is_refused(db):
    mine, theirs = OrganizationFactory(), OrganizationFactory()

    with tenant(mine), pytest.raises(OtherOrganizationEntered), tenant(theirs):
        pass


def test_a_rolled_back_savepoint_leaves_the_organization_as_it_was(db):
    organization = OrganizationFactory()

    with tenant(organization):
        with pytest.raises(ZeroDivisionError), tenant(organization):
            raise ZeroDivisionError
        assert Member.objects.count() == 1
    with pytest.raises(ZeroDivisionError), tenant(organization):
        raise ZeroDivisionError
    with pytest.raises(DatabaseError), transaction.atomic():
        Invitation.objects.count()


def test_tenant_accepts_an_id_and_yields_the_organization(db):
    organization = OrganizationFactory()

    with tenant(organization.pk) as entered:
        assert entered == organization


def test_a_user_sees_their_own_memberships_everywhere_and_nobody_elses(db):
    first, second = OrganizationFactory(), OrganizationFactory()
    member = MemberFactory(organization=second, user=first.owner.user)

    found = memberships(first.owner.user)

    assert {m.pk for m in found} == {first.owner.pk, member.pk}


def test_the_app_role_sees_no_member_without_context(db):
    OrganizationFactory()

    assert Member.objects.count() == 0
