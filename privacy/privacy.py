"""What we keep of users, organizations and our libraries' tables, and for how long.

The audit trail of an organization goes with it: what remains of a removed organization is the
receipt of its removal, which holds counts only.
"""

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.apps.registry import Apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django_q.models import OrmQ, Schedule, Task

from organizations.models import (
    AuditEntry,
    Invitation,
    InvitationToken,
    Member,
    Organization,
    OrganizationKey,
    PeriodicJob,
    SupportAccess,
    User,
    WorkerHeartbeat,
)
from organizations.secret_fields import declare
from privacy.holds import covered
from privacy.models import Export, ExportPart, Hold, PurgeRun, Tombstone
from privacy.registry import Category, Days, Kept, UntilDone, WhileActive, With, register


class RateLimit(models.Model):
    """A row of the cache table, which Django knows without a model."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    expires = models.DateTimeField()

    class Meta:
        apps = Apps()
        app_label = "privacy"
        db_table = "rate_limit_cache"
        managed = False


for model in (User, Organization, Member, OrganizationKey, Hold, Tombstone):
    register(model, category=Category.ACCOUNT, period=WhileActive())
register(EmailAddress, category=Category.ACCOUNT, period=With(User, "user"))
register(EmailConfirmation, category=Category.ACCOUNT, period=With(User, "email_address__user"))
register(Authenticator, category=Category.ACCOUNT, period=With(User, "user"))
register(User.groups.through, category=Category.ACCOUNT, period=With(User, "user"))
register(User.user_permissions.through, category=Category.ACCOUNT, period=With(User, "user"))
register(
    Invitation,
    category=Category.ACCOUNT,
    period=Days(30, _("an invitation was accepted, withdrawn or ran out")),
    clock=Coalesce("accepted_at", "revoked_at", "expires_at"),
    held=covered(),
)
register(InvitationToken, category=Category.ACCOUNT, period=With(Invitation, "invitation"))

register(
    Session,
    category=Category.TECHNICAL,
    period=Days(0, _("a sign-in session ends, at most 14 days after its last use")),
    clock="expire_date",
    guarded=False,
)
register(
    RateLimit,
    category=Category.TECHNICAL,
    period=Days(0, _("a counter against abuse runs out, within a day")),
    clock="expires",
    guarded=False,
)
register(OrmQ, category=Category.TECHNICAL, period=UntilDone())
register(
    Task,
    category=Category.TECHNICAL,
    period=Days(14, _("background work ended or failed")),
    clock="stopped",
    guarded=False,
)
register(
    WorkerHeartbeat,
    category=Category.TECHNICAL,
    period=Days(7, _("a server's last sign of life")),
    clock="at",
    guarded=False,
)

register(
    AuditEntry,
    category=Category.AUDIT,
    period=Days(1095, _("the action; an agency's own trail also goes when the agency does")),
    clock="at",
    held=covered(),
)
register(
    SupportAccess,
    category=Category.AUDIT,
    period=Days(1095, _("our staff opened an agency's data; also goes when the agency does")),
    clock="opened_at",
    held=covered(),
)
register(
    LogEntry,
    category=Category.AUDIT,
    period=Days(1095, _("what our staff did")),
    clock="action_time",
)
register(
    PurgeRun,
    category=Category.AUDIT,
    period=Days(1095, _("the deletion that a receipt tells of")),
    clock="started_at",
)

for model in (
    ContentType,
    Group,
    Group.permissions.through,
    MigrationRecorder.Migration,
    Permission,
    PeriodicJob,
    Schedule,
):
    register(model, category=Category.NOT_PERSONAL, period=Kept())

register(
    Export,
    category=Category.LEADS,
    period=Days(7, _("a member asked for an export")),
    clock="created_at",
    held=covered(),
    guarded=False,
)
register(ExportPart, category=Category.LEADS, period=With(Export, "export"))
declare("privacy.ExportPart", "content", "a list that a member asked for, for seven days")
