"""Invitations by mail. The token is in the mail alone; the database knows its hash."""

import hashlib
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import now

from organizations import auditing
from organizations.managing import NotAllowed, may_grant
from organizations.models import Invitation, InvitationToken, Member, Organization, User

LIFETIME = timedelta(days=7)
MOST_OPEN = 100


class AlreadyMember(Exception):
    """The address belongs to an active member."""


class TooManyInvitations(Exception):
    """The organization has `MOST_OPEN` invitations that nobody has answered."""


class InvitationClosed(Exception):
    """The invitation was used, withdrawn, or has expired."""


def invite(organization: Organization, email: str, role: str, by: Member) -> tuple[Invitation, str]:
    """Make or renew the invitation of an address, inside `tenant()`. Returns it with its token.

    Raises `AlreadyMember`, `NotAllowed` or `TooManyInvitations`. The caller sends the mail with
    `send` after the transaction.
    """
    if not may_grant(by, role):
        raise NotAllowed
    if organization.members.active().filter(user__email__iexact=email).exists():
        raise AlreadyMember
    if organization.invitations.unanswered().count() >= MOST_OPEN:
        raise TooManyInvitations
    invitation = organization.invitations.unanswered().filter(email__iexact=email).first()
    if invitation is None:
        invitation = Invitation(organization=organization, email=email)
    elif not may_grant(by, invitation.role):
        raise NotAllowed
    invitation.role, invitation.invited_by = role, by
    token = _renew(invitation)
    auditing.record(
        organization,
        "invitation.sent",
        user=by.user,
        subject=invitation,
        email=invitation.email,
        role=role,
    )
    return invitation, token


def resend(invitation: Invitation, by: Member) -> str:
    """Renew an unanswered invitation, inside `tenant()`, and return its new and only token."""
    if not may_grant(by, invitation.role):
        raise NotAllowed
    token = _renew(invitation)
    auditing.record(
        invitation.organization,
        "invitation.resent",
        user=by.user,
        subject=invitation,
        email=invitation.email,
    )
    return token


def revoke(invitation: Invitation, by: Member) -> None:
    """Withdraw an unanswered invitation, inside `tenant()`."""
    if not may_grant(by, invitation.role):
        raise NotAllowed
    invitation.revoked_at = now()
    invitation.save(update_fields=["revoked_at"])
    auditing.record(
        invitation.organization,
        "invitation.revoked",
        user=by.user,
        subject=invitation,
        email=invitation.email,
    )


def send(invitation: Invitation, token: str) -> None:
    """Mail the link. Talks to the mail server, so it runs outside a transaction."""
    context = {
        "organization": invitation.organization,
        "inviter": invitation.invited_by,
        "link": settings.BASE_URL + reverse("organizations:invitation", args=[token]),
        "days": LIFETIME.days,
    }
    folder = "organizations/email/"
    subject = render_to_string(f"{folder}invitation_subject.txt", context)
    body = render_to_string(f"{folder}invitation_message.txt", context)
    # A line break in a company's name would otherwise begin a header of its own.
    send_mail(" ".join(subject.split()), body, None, [invitation.email])


def find_token(token: str) -> InvitationToken | None:
    """Return the row that leads from a token to its invitation, if there is one."""
    return InvitationToken.objects.filter(token_hash=_hash(token)).first()


def accept(invitation: Invitation, user: User) -> Member:
    """Make the user a member as invited, inside `tenant()`; raises `InvitationClosed`.

    The caller has made sure that the invited address is the user's.
    """
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not invitation.is_open:
        raise InvitationClosed
    member, is_new = invitation.organization.members.get_or_create(
        user=user, defaults={"role": invitation.role}
    )
    if not is_new and not member.is_active:
        member.role, member.is_active = invitation.role, True
        member.save(update_fields=["role", "is_active"])
    invitation.accepted_at = now()
    invitation.save(update_fields=["accepted_at"])
    user.last_organization = invitation.organization
    user.save(update_fields=["last_organization"])
    auditing.record(
        invitation.organization,
        "invitation.accepted",
        user=user,
        subject=member,
        role=member.role,
    )
    return member


def accept_as_new_user(invitation: Invitation, name: str, password: str) -> User:
    """Create the invited person's account and membership, inside `tenant()`.

    The mail's link proves the address, so it counts as verified. Raises `InvitationClosed`, and
    `IntegrityError` where somebody has signed up with the address meanwhile.
    """
    with transaction.atomic():
        user = User.objects.create_user(invitation.email, password, name=name)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        accept(invitation, user)
    return user


def _renew(invitation: Invitation) -> str:
    invitation.expires_at = now() + LIFETIME
    invitation.save()
    token = secrets.token_urlsafe(32)
    InvitationToken.objects.update_or_create(
        invitation=invitation,
        defaults={"organization": invitation.organization, "token_hash": _hash(token)},
    )
    return token


def _hash(token: str) -> str:
    # The token has 256 random bits, so a fast hash without salt cannot be turned back.
    return hashlib.sha256(token.encode()).hexdigest()
