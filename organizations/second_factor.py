"""The second factor of signing in: codes of an authenticator app, and recovery codes.

allauth stores their secrets as its adapter hands them over, by itself in the clear. Ours are
sealed for the person they belong to, and a value from another person's row does not open.
"""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from django.db.models.signals import post_init
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from organizations import auditing
from organizations.models import Member, User
from organizations.secrets import Secret, SecretUnreadable, open_for_user, seal_for_user
from organizations.tenancy import acting_user, tenant

UNREADABLE = _("Your second factor cannot be read at the moment. Please contact support.")
SECRET_NAMES = ("secret", "seed")


class SealedText(str):
    """A sealed value together with the id of the user in whose row it was found."""

    __slots__ = ("user_id",)

    def __new__(cls, text: str, user_id: int) -> "SealedText":
        sealed = super().__new__(cls, text)
        sealed.user_id = user_id
        return sealed


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": _("Turn two-factor sign-in off before you add an e-mail address."),
        "cannot_generate_recovery_codes": _("Set up an authenticator app first."),
        "incorrect_code": _("This code is not right. Codes change every 30 seconds."),
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def get_totp_issuer(self) -> str:
        return "KΛTIKN"

    def encrypt(self, text: str) -> str:
        """Seal for whoever is signed in: nobody sets up somebody else's second factor."""
        user = context.request.user
        if not user.is_authenticated:
            raise PermissionError("A second factor is set up by a person who is signed in.")
        return seal_for_user(user.pk, text)

    def decrypt(self, encrypted_text: str) -> Secret:
        """Open for the owner of the row it came from, or raise `SecretUnreadable`."""
        if not isinstance(encrypted_text, SealedText):
            raise SecretUnreadable("It is not known whose secret this is.")
        return open_for_user(encrypted_text.user_id, encrypted_text)


@receiver(post_init, sender=Authenticator)
def note_owner(instance: Authenticator, **kwargs: Any) -> None:
    """Put the row's owner beside each sealed value, which alone reaches the adapter."""
    data = instance.__dict__.get("data") or {}
    for name in SECRET_NAMES:
        if name in data:
            data[name] = SealedText(data[name], instance.user_id)


@receiver(authenticator_added)
def note_added(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Count the code that an app was set up with as a proof, and tell the person's organizations.

    The person has just shown a code; asking for the next one would prove nothing more.
    """
    if authenticator.type != Authenticator.Type.TOTP:
        return
    record_authentication(request, user, method="mfa", id=authenticator.pk, type=authenticator.type)
    _tell(user, "second_factor.set_up")


@receiver(authenticator_removed)
def note_removed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        _tell(user, "second_factor.removed")


def _tell(user: User, action: str) -> None:
    """Add a line to the trail of each organization in which the user is an active member."""
    for organization_id in _memberships(user):
        with tenant(organization_id) as organization:
            auditing.record(organization, action, user=user)


def _memberships(user: User) -> list[int]:
    with acting_user(user.pk):
        rows = Member.objects.filter(user=user, is_active=True)
        return list(rows.values_list("organization_id", flat=True))


def pending_secret(user: User, renew: bool) -> Secret:
    """Return the secret that is being set up in this session, a new one with `renew`."""
    session = context.request.session
    if renew or SECRET_SESSION_KEY not in session:
        session[SECRET_SESSION_KEY] = seal_for_user(user.pk, generate_totp_secret())
    return open_for_user(user.pk, session[SECRET_SESSION_KEY])
