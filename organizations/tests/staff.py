"""Staff for tests, signed in with a second factor or short of it."""

import time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.test import Client

from organizations.models import Organization, User
from organizations.secrets import seal_for_user
from organizations.tests.factories import UserFactory

REASON = "Ticket 4711: messages do not arrive"


def staff_user(second_factor: bool = True, **fields: Any) -> User:
    user = UserFactory(is_staff=True, **fields)
    if second_factor:
        sealed = seal_for_user(user.pk, generate_totp_secret())
        Authenticator.objects.create(user=user, type="totp", data={"secret": sealed})
    return user


def staff_client(user: User | None = None, proved_seconds_ago: float | None = 0) -> Client:
    """A client of a staff member; None as `proved_seconds_ago` is a session without a code."""
    user = user or staff_user()
    client = Client()
    client.force_login(user)
    factor = Authenticator.objects.filter(user=user).first()
    if factor and proved_seconds_ago is not None:
        proof = {"method": "mfa", "at": time.time() - proved_seconds_ago, "id": factor.pk}
        session = client.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [proof]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
    return client


def open_organization(client: Client, organization: Organization, reason: str = REASON) -> Any:
    address = f"/admin/organizations/organization/{organization.pk}/open/"
    return client.post(address, {"reason": reason})
