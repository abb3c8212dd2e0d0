"""Invitations, roles, and the end of a membership."""

import re
import threading
from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from organizations import inviting, managing
from organizations.models import AuditEntry, InvitationToken, Member, User
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory, UserFactory


def actions(organization):
    with tenant(organization):
        return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))[1:]


def invited(organization, email="new@agency.example", role="agent", by=None):
    with tenant(organization):
        return inviting.invite(organization, email, role, by or organization.owner)


def accept_link(token):
    return reverse("organizations:invitation", args=[token])


@pytest.fixture
def organization(db):
    return OrganizationFactory(name="Georgiou Homes")


@pytest.fixture
def owner(client, organization):
    client.force_login(organization.owner.user)
    return organization.owner


def address(organization, name, **kwargs):
    return reverse(f"organizations:{name}", kwargs={"slug": organization.slug, **kwargs})


def test_an_invited_person_gets_a_mail_and_joins_with_a_name_and_a_password(
    client, organization, owner
):
    client.post(address(organization, "invite"), {"email": "Maria@Agency.example", "role": "admin"})
    (link,) = re.findall(r"http://\S+?(/invitations/\S+/)", mail.outbox[0].body)
    client.logout()

    client.post(link, {"name": "Maria Ioannou", "password": "mosaic harbour lemon"})

    user = User.objects.get(email="maria@agency.example")
    with tenant(organization):
        assert organization.members.get(user=user).role == "admin"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert user.emailaddress_set.get().verified is True
    assert actions(organization) == ["invitation.sent", "invitation.accepted"]


def test_the_token_is_stored_as_a_hash_only(organization):
    _invitation, token = invited(organization)

    assert token not in str(list(InvitationToken.objects.values()))
    assert inviting.find_token(token).organization == organization


def test_a_weak_password_of_a_newcomer_is_refused(client, organization):
    _invitation, token = invited(organization)

    response = client.post(accept_link(token), {"name": "Maria", "password": "short"})

    assert response.status_code == 422
    assert User.objects.filter(email="new@agency.example").exists() is False


def test_a_person_with_an_account_signs_in_and_joins(client, organization):
    user = UserFactory(email="new@agency.example")
    _invitation, token = invited(organization)

    before = client.get(accept_link(token)).content.decode()
    client.force_login(user)
    client.post(accept_link(token))

    assert f"/accounts/login/?next=/invitations/{token}/" in before
    with tenant(organization):
        assert organization.members.filter(user=user).count() == 1


def test_a_stranger_with_the_link_cannot_take_an_accounts_place(client, organization):
    UserFactory(email="new@agency.example")
    _invitation, token = invited(organization)

    client.post(accept_link(token), {"name": "Mallory", "password": "mosaic harbour lemon"})

    assert "_auth_user_id" not in client.session
    with tenant(organization):
        assert organization.members.count() == 1


def test_somebody_else_who_is_signed_in_cannot_accept(client, organization):
    other = UserFactory()
    client.force_login(other)
    _invitation, token = invited(organization)

    response = client.post(accept_link(token))

    assert response.status_code == 403
    with tenant(organization):
        assert organization.members.filter(user=other).exists() is False


@pytest.mark.parametrize("end", ["accepted", "revoked", "expired"])
def test_a_link_that_is_over_says_so(client, organization, end):
    invitation, token = invited(organization)
    with tenant(organization):
        if end == "expired":
            invitation.expires_at = now() - timedelta(seconds=1)
        else:
            setattr(invitation, f"{end}_at", now())
        invitation.save()

    shown = client.get(accept_link(token))
    posted = client.post(accept_link(token), {"name": "Maria", "password": "mosaic harbour lemon"})

    assert (shown.status_code, posted.status_code) == (410, 410)
    assert User.objects.filter(email="new@agency.example").exists() is False


def test_an_unknown_link_is_not_found(client, db):
    assert client.get(accept_link("nobody-knows-this")).status_code == 404


def test_an_invitation_is_accepted_once(organization):
    invitation, _token = invited(organization)

    with tenant(organization):
        inviting.accept(invitation, UserFactory(email="new@agency.example"))
        with pytest.raises(inviting.InvitationClosed):
            inviting.accept(invitation, UserFactory())


def test_sending_again_ends_the_older_link(client, organization, owner):
    invitation, token = invited(organization)

    client.post(address(organization, "resend", pk=invitation.pk))

    assert inviting.find_token(token) is None
    assert len(mail.outbox) == 1


def test_inviting_an_address_twice_renews_the_invitation(organization):
    first, _ = invited(organization)
    second, _ = invited(organization, email="NEW@agency.example", role="admin")

    assert (first.pk, second.role) == (second.pk, "admin")


def test_a_withdrawn_invitation_leaves_the_list(client, organization, owner):
    invitation, token = invited(organization)

    client.post(address(organization, "revoke", pk=invitation.pk))

    assert "new@agency.example" not in client.get(address(organization, "members")).content.decode()
    assert client.get(accept_link(token)).status_code == 410
    assert actions(organization) == ["invitation.sent", "invitation.revoked"]


def test_a_member_is_not_invited_again(client, organization, owner):
    response = client.post(
        address(organization, "invite"), {"email": owner.user.email, "role": "agent"}
    )

    assert response.status_code == 422
    assert "member already" in response.content.decode()
    assert mail.outbox == []


def test_a_mail_that_cannot_be_sent_leaves_the_invitation_to_be_sent_again(
    client, organization, owner, monkeypatch
):
    def fail(*args, **kwargs):
        raise SMTPServerDisconnected

    monkeypatch.setattr(inviting, "send_mail", fail)
    form = {"email": "new@agency.example", "role": "agent"}

    response = client.post(address(organization, "invite"), form, follow=True)

    assert "could not be sent" in response.content.decode()
    assert "Send again" in response.content.decode()


def test_a_line_break_in_the_companys_name_makes_no_header(organization):
    organization.name = "Homes\r\nBcc: all@agency.example"
    invitation, token = invited(organization)

    inviting.send(invitation, token)

    assert mail.outbox[0].subject == "Your invitation to Homes Bcc: all@agency.example"


def test_an_agent_manages_nothing(client, organization):
    agent = MemberFactory(organization=organization)
    client.force_login(agent.user)

    page = client.get(address(organization, "members")).content.decode()
    answers = [
        client.post(address(organization, "invite"), {"email": "x@y.example", "role": "agent"}),
        client.post(address(organization, "change_role", pk=agent.pk), {"role": "owner"}),
        client.post(address(organization, "deactivate", pk=organization.owner.pk)),
        client.post(address(organization, "settings"), {"name": "Mine"}),
        client.get(address(organization, "audit")),
    ]

    assert [answer.status_code for answer in answers] == [403] * 5
    assert "Send invitation" not in page


@pytest.mark.parametrize("name", ["change_role", "deactivate"])
def test_an_admin_cannot_touch_an_owner(client, organization, name):
    admin = MemberFactory(organization=organization, role="admin")
    MemberFactory(organization=organization, role="owner")
    client.force_login(admin.user)

    client.post(address(organization, name, pk=organization.owner.pk), {"role": "agent"})

    with tenant(organization):
        owner = organization.members.get(pk=organization.owner.pk)
    assert (owner.role, owner.is_active) == ("owner", True)


def test_an_admin_makes_and_invites_no_owner(client, organization):
    admin = MemberFactory(organization=organization, role="admin")
    client.force_login(admin.user)

    client.post(address(organization, "change_role", pk=admin.pk), {"role": "owner"})
    response = client.post(
        address(organization, "invite"), {"email": "x@y.example", "role": "owner"}
    )

    with tenant(organization):
        assert organization.members.get(pk=admin.pk).role == "admin"
    assert response.status_code == 422


def test_an_owner_changes_a_role(client, organization, owner):
    agent = MemberFactory(organization=organization)

    client.post(address(organization, "change_role", pk=agent.pk), {"role": "admin"})

    with tenant(organization):
        assert organization.members.get(pk=agent.pk).role == "admin"
    assert actions(organization) == ["member.role_changed"]


def test_a_deactivated_member_is_out_with_the_next_request(client, organization):
    agent = MemberFactory(organization=organization)
    client.force_login(agent.user)
    before = client.get(address(organization, "members")).status_code

    with tenant(organization):
        managing.deactivate(agent, by=organization.owner)

    assert (before, client.get(address(organization, "members")).status_code) == (200, 404)
    assert actions(organization) == ["member.deactivated"]


def test_invitations_of_a_deactivated_member_end(client, organization):
    admin = MemberFactory(organization=organization, role="admin")
    _invitation, token = invited(organization, by=admin)

    with tenant(organization):
        managing.deactivate(admin, by=organization.owner)

    assert client.get(accept_link(token)).status_code == 410


def test_a_deactivated_member_returns(client, organization, owner):
    agent = MemberFactory(organization=organization, is_active=False)

    client.post(address(organization, "reactivate", pk=agent.pk))

    with tenant(organization):
        assert organization.members.get(pk=agent.pk).is_active is True


@pytest.mark.parametrize(
    "step",
    [
        lambda owner: managing.change_role(owner, "admin", by=owner),
        lambda owner: managing.deactivate(owner, by=owner),
    ],
)
def test_the_last_owner_stays(organization, step):
    with tenant(organization), pytest.raises(managing.LastOwner):
        step(organization.owner)


def test_of_two_owners_who_leave_at_once_one_stays(transactional_db):
    organization = OrganizationFactory()
    owners = [organization.owner, MemberFactory(organization=organization, role="owner")]
    barrier, outcomes = threading.Barrier(2), []

    def leave(owner):
        try:
            barrier.wait(10)
            with tenant(organization):
                managing.deactivate(owner, by=owner)
            outcomes.append("left")
        except managing.LastOwner:
            outcomes.append("stayed")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=leave, args=[owner]) for owner in owners]
    [thread.start() for thread in threads]
    [thread.join(20) for thread in threads]

    with tenant(organization):
        active = Member.objects.active().filter(role="owner").count()
    assert (sorted(outcomes), active) == (["left", "stayed"], 1)


def test_settings_are_saved_and_audited(client, organization, owner):
    form = {
        "name": "Georgiou & Co",
        "phone": "+357 25 999999",
        "agent_count": "9",
        "timezone": "Europe/Berlin",
        "currency": "GBP",
    }

    client.post(address(organization, "settings"), form)

    organization.refresh_from_db()
    assert (organization.name, organization.timezone) == ("Georgiou & Co", "Europe/Berlin")
    trail = client.get(address(organization, "audit")).content.decode()
    assert "Georgiou Homes → Georgiou &amp; Co" in trail


@pytest.mark.parametrize(
    ("field", "value"),
    [("timezone", "Mars/Base"), ("currency", "XYZ"), ("currency", "eur "), ("agent_count", "-1")],
)
def test_wrong_settings_change_nothing(client, organization, owner, field, value):
    form = {
        "name": "Other",
        "phone": "+357 25 999999",
        "agent_count": "9",
        "timezone": "Europe/Berlin",
        "currency": "GBP",
    }

    response = client.post(address(organization, "settings"), form | {field: value})

    organization.refresh_from_db()
    assert (response.status_code, organization.name) == (422, "Georgiou Homes")


def test_the_list_of_members_costs_the_same_for_one_and_for_three(client, organization, owner):
    client.get(address(organization, "members"))
    with CaptureQueriesContext(connection) as one:
        client.get(address(organization, "members"))
    MemberFactory.create_batch(2, organization=organization)

    with CaptureQueriesContext(connection) as three:
        client.get(address(organization, "members"))

    assert len(three) == len(one)


def test_the_switcher_lists_the_users_organizations_and_no_others(client, organization, owner):
    OrganizationFactory(name="Strangers")

    page = client.get(reverse("organizations:switch"), headers={"HX-Request": "true"})

    assert "Georgiou Homes" in page.content.decode()
    assert "Strangers" not in page.content.decode()
