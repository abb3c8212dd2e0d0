"""Customers, and the phone numbers and ids under which WhatsApp knows them."""

import uuid
from datetime import timedelta

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from inbox.models.words import Searchable, WordsField
from organizations.models import Organization
from organizations.tenancy import TenantModel

IDENTITY_IS_NEW = timedelta(days=30)


class Contact(Searchable, TenantModel):
    """The customer on WhatsApp. Identities (business-scoped id, phone) hang on it."""

    class NameSource(models.TextChoices):
        PROFILE = "profile", _("WhatsApp profile")
        PHONE_BOOK = "phone_book", _("Phone book of the business phone")
        MEMBER = "member", _("Member")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="contacts")
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200, blank=True)
    name_source = models.CharField(
        max_length=10, choices=NameSource, default=NameSource.PROFILE, editable=False
    )
    profile_name = models.CharField(max_length=200, blank=True, editable=False)
    phone_book_at = models.DateTimeField(null=True, blank=True, editable=False)
    identity_hash = models.CharField(max_length=200, blank=True, editable=False)
    identity_changed_at = models.DateTimeField(null=True, blank=True)
    username = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=8, blank=True)
    search_text = models.TextField(blank=True, editable=False)
    words = WordsField(of="search_text", parts=True)
    opted_out_at = models.DateTimeField(null=True, blank=True)
    marketing_opted_out_at = models.DateTimeField(null=True, blank=True)
    marketing_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        indexes = [GinIndex(fields=["words"], name="contacts_by_word", fastupdate=False)]

    def __str__(self) -> str:
        return self.name

    @property
    def identity_is_new(self) -> bool:
        """Whether WhatsApp told lately that another device or person may be behind the number."""
        changed = self.identity_changed_at
        return changed is not None and now() - changed < IDENTITY_IS_NEW

    @property
    def phone(self) -> str:
        """The phone number, digits only, or nothing where WhatsApp hides it."""
        return self._identity(Identity.Kind.PHONE)

    @property
    def user_id(self) -> str:
        """The business-scoped id, such as `CY.48210937716650291`, or nothing."""
        return self._identity(Identity.Kind.USER_ID)

    def _identity(self, kind: str) -> str:
        # Through the prefetched list, so that a page of contacts costs one query.
        values = [i.value for i in self.identities.all() if i.kind == kind and not i.ended_at]
        return values[-1] if values else ""

    @property
    def display_name(self) -> str:
        """Profile name, else phone, else username, else the last six of the business-scoped id."""
        if self.name:
            return self.name
        return (self.phone and f"+{self.phone}") or self.username or f"…{self.user_id[-6:]}"


class Identity(TenantModel):
    """One address of a contact: a phone as Meta sends it, or a business-scoped id."""

    class Kind(models.TextChoices):
        USER_ID = "user_id", _("Business-scoped id")
        PARENT_USER_ID = "parent_user_id", _("Parent business-scoped id")
        PHONE = "phone", _("Phone")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="identities")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=14, choices=Kind)
    value = models.CharField(max_length=160)
    created_at = models.DateTimeField(default=now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "identities"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                "organization", "kind", "value", name="one_contact_per_identity"
            )
        ]
