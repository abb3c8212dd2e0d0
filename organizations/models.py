"""Users, organizations, members, invitations, keys and the audit trail."""

import zoneinfo
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from organizations.secrets import SecretTextField
from organizations.tenancy import GlobalModel, RoutingModel, TenantModel


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin, GlobalModel):
    """A person who signs in with an e-mail address; may be a member of several organizations."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("Like the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=8, default="en")
    theme = models.CharField(_("theme"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    last_organization = models.ForeignKey(
        "Organization", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_email")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]


def validate_time_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("%(value)s is not a known time zone."), params={"value": value})


class Organization(GlobalModel):
    """One agency: the tenant. Every product row belongs to one."""

    name = models.CharField(_("company"), max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    phone = models.CharField(_("phone"), max_length=32)
    agent_count = models.PositiveIntegerField(
        _("number of agents"), default=1, validators=[MinValueValidator(1), MaxValueValidator(9999)]
    )
    timezone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Athens", validators=[validate_time_zone]
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="EUR",
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Three capital letters, such as EUR."))],
    )
    assistant_paused = models.BooleanField(
        _("assistant paused"),
        default=False,
        help_text=_("While paused, the assistant answers nobody; messages wait for a person."),
    )
    created_at = models.DateTimeField(default=now, editable=False)
    deletion_requested_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.timezone)


class MemberQuerySet(models.QuerySet["Member"]):
    def active(self) -> "MemberQuerySet":
        return self.filter(is_active=True)

    def with_people(self) -> "MemberQuerySet":
        return self.select_related("user").order_by("user__name", "pk")


class Member(TenantModel):
    """A person of the agency. `agent` is a role here: agents are people."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        ADMIN = "admin", _("Admin")
        AGENT = "agent", _("Agent")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=5, choices=Role, default=Role.AGENT)
    title = models.CharField(_("title"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", "user", name="one_membership_per_user")
        ]

    def __str__(self) -> str:
        return self.user.name

    @property
    def can_manage(self) -> bool:
        """Owners and admins change settings and invite members."""
        return self.role in (self.Role.OWNER, self.Role.ADMIN)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def unanswered(self) -> "InvitationQuerySet":
        """Neither accepted nor withdrawn; may have expired."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(TenantModel):
    """An e-mailed invitation to become a member. Its token is known only by its hash."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=5, choices=Member.Role, default=Member.Role.AGENT)
    invited_by = models.ForeignKey(
        Member, models.SET_NULL, null=True, related_name="sent_invitations"
    )
    created_at = models.DateTimeField(default=now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organization",
                Lower("email"),
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_per_email",
            )
        ]

    @property
    def is_open(self) -> bool:
        return not self.accepted_at and not self.revoked_at and self.expires_at > now()


class InvitationToken(RoutingModel):
    """Leads from the hash of an invitation's token to its organization."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="token")
    token_hash = models.CharField(max_length=64, unique=True)


class OrganizationKeyQuerySet(models.QuerySet["OrganizationKey"]):
    def current(self) -> "OrganizationKey":
        return self.filter(retired_at=None).latest("version")


class OrganizationKey(TenantModel):
    """A data key of one organization, 32 bytes as hex, wrapped by `ENCRYPTION_KEYS`."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="keys")
    version = models.PositiveSmallIntegerField(default=1)
    wrapped = SecretTextField()
    created_at = models.DateTimeField(default=now, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = OrganizationKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", "version", name="one_key_per_version")
        ]


class AuditEntry(TenantModel):
    """Who did what, for the organization to read. Rows are added, never changed."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="audit_entries")
    at = models.DateTimeField(default=now, editable=False)
    # Nobody may update the trail, so it keeps the id of a user who is gone.
    user = models.ForeignKey(
        User, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["organization", "-at"], name="audit_by_time")]


class SupportAccessQuerySet(models.QuerySet["SupportAccess"]):
    def open_for(self, user: User) -> "SupportAccessQuerySet":
        """Those of this person that have neither run out nor been closed."""
        return self.filter(user=user, expires_at__gt=now(), closed_at=None)


class SupportAccess(TenantModel):
    """A staff member's look into one organization: why, and until when. Only its end changes."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="support_accesses")
    user = models.ForeignKey(
        User, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    reason = models.CharField(_("reason"), max_length=300)
    opened_at = models.DateTimeField(default=now, editable=False)
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = SupportAccessQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "support accesses"
        indexes = [models.Index(fields=["user", "expires_at"], name="support_accesses_of_user")]


class PeriodicJob(GlobalModel):
    """When a recurring job was last queued, so that of several machines one queues it."""

    name = models.CharField(max_length=60, primary_key=True)
    last_queued_at = models.DateTimeField()


class WorkerHeartbeat(GlobalModel):
    """The last sign of life of one machine's `run_worker`."""

    machine = models.CharField(max_length=120, primary_key=True)
    at = models.DateTimeField()
    restarts = models.PositiveIntegerField(default=0)
