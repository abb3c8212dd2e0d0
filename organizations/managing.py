"""What owners and admins do: settings, roles, and ending or renewing a membership."""

from django.utils.timezone import now

from organizations import auditing
from organizations.models import Member, Organization


class NotAllowed(Exception):
    """Only an owner may make, change or deactivate an owner."""


class LastOwner(Exception):
    """An organization keeps at least one active owner."""


def may_grant(by: Member, role: str) -> bool:
    return by.role == Member.Role.OWNER or (by.can_manage and role != Member.Role.OWNER)


def change_role(member: Member, role: str, by: Member) -> None:
    """Give a member another role, inside `tenant()`; raises `NotAllowed` or `LastOwner`."""
    member, by = _lock(member, by)
    if not (may_grant(by, member.role) and may_grant(by, role)):
        raise NotAllowed
    if role == member.role:
        return
    if role != Member.Role.OWNER:
        keep_an_owner(member)
    before, member.role = member.role, role
    member.save(update_fields=["role"])
    auditing.record(
        member.organization,
        "member.role_changed",
        user=by.user,
        subject=member,
        member=member.user.name,
        before=before,
        after=role,
    )


def deactivate(member: Member, by: Member) -> None:
    """End a membership, inside `tenant()`; raises `NotAllowed` or `LastOwner`.

    What the member wrote stays. Their unanswered invitations end with them.
    """
    member, by = _lock(member, by)
    if not may_grant(by, member.role):
        raise NotAllowed
    if not member.is_active:
        return
    keep_an_owner(member)
    member.is_active = False
    member.save(update_fields=["is_active"])
    member.sent_invitations.unanswered().update(revoked_at=now())
    auditing.record(
        member.organization,
        "member.deactivated",
        user=by.user,
        subject=member,
        member=member.user.name,
    )


def reactivate(member: Member, by: Member) -> None:
    """Renew a membership with its former role, inside `tenant()`; raises `NotAllowed`."""
    member, by = _lock(member, by)
    if not may_grant(by, member.role):
        raise NotAllowed
    if member.is_active:
        return
    member.is_active = True
    member.save(update_fields=["is_active"])
    auditing.record(
        member.organization,
        "member.reactivated",
        user=by.user,
        subject=member,
        member=member.user.name,
    )


def change_settings(organization: Organization, fields: list[str], by: Member) -> None:
    """Save the given fields of the organization, inside `tenant()`, and say what changed."""
    if not fields:
        return
    before = Organization.objects.values(*fields).get(pk=organization.pk)
    organization.save(update_fields=fields)
    changes = {name: [before[name], getattr(organization, name)] for name in fields}
    auditing.record(organization, "organization.changed", user=by.user, **changes)


def _lock(member: Member, by: Member) -> tuple[Member, Member]:
    """Let one change of members happen at a time, and read both as they are now."""
    # NO KEY: a plain FOR UPDATE would wait for every insert that refers to the organization.
    Organization.objects.select_for_update(no_key=True).get(pk=member.organization_id)
    rows = Member.objects.select_related("user", "organization").in_bulk([member.pk, by.pk])
    if not rows[by.pk].is_active:
        raise NotAllowed
    return rows[member.pk], rows[by.pk]


def keep_an_owner(member: Member) -> None:
    """Raise `LastOwner` if the organization would have no active owner without this one."""
    if not (member.is_active and member.role == Member.Role.OWNER):
        return
    owners = member.organization.members.active().filter(role=Member.Role.OWNER)
    if not owners.exclude(pk=member.pk).exists():
        raise LastOwner
