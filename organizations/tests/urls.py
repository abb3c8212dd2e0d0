"""Every URL of the product and who may open it, for the sweep in `test_tenancy.py`.

A new URL below a slug gets a line in `TENANT_URLS`: its name, and a function that makes what its
address names besides the slug. `sample("app.Model", organization)` gives a row of any table.

    "leads:detail": lambda organization: {"code": sample("leads.Lead", organization).code},

A URL for owners and admins also stands in `MANAGERS_ONLY`. A form that names rows in its body,
such as the member to assign, has a line in `BODIES`. Anything open to strangers needs its reason
in `PUBLIC_URLS`.
"""

from collections.abc import Callable
from typing import Any

from organizations.models import Organization
from organizations.tests.factories import InvitationFactory, MemberFactory
from organizations.tests.samples import sample

Arguments = Callable[[Organization], dict[str, Any]]


def nothing(organization: Organization) -> dict[str, Any]:
    """The address names nothing besides the slug."""
    return {}


def key_of(label: str) -> Arguments:
    return lambda organization: {"pk": sample(label, organization).pk}


def code_of(label: str) -> Arguments:
    return lambda organization: {"code": sample(label, organization).code}


def member(organization: Organization) -> dict[str, Any]:
    return {"pk": MemberFactory(organization=organization).pk}


def invitation(organization: Organization) -> dict[str, Any]:
    return {"pk": InvitationFactory(organization=organization).pk}


def fact(organization: Organization) -> dict[str, Any]:
    row = sample("leads.Fact", organization, field="bedrooms", value=2)
    return {"code": row.lead.code, "field": row.field}


TENANT_URLS: dict[str, Arguments] = {
    "organizations:settings": nothing,
    "organizations:members": nothing,
    "organizations:invite": nothing,
    "organizations:change_role": member,
    "organizations:deactivate": member,
    "organizations:reactivate": member,
    "organizations:resend": invitation,
    "organizations:revoke": invitation,
    "organizations:audit": nothing,
}

MANAGERS_ONLY = {
    "organizations:invite",
    "organizations:change_role",
    "organizations:deactivate",
    "organizations:reactivate",
    "organizations:resend",
    "organizations:revoke",
    "organizations:audit",
}

# What a form's body names, as rows of the given organization. Sent with another organization's
# rows it must be refused.
BODIES: dict[str, Arguments] = {}

SIGNED_IN_URLS = {
    "organizations:profile",
    "organizations:theme",
    "organizations:switch",
    "organizations:found",
}

ALLAUTH = "accounts: allauth asks for a login where one is needed"
PUBLIC_URLS = {
    "healthz": "tells whether the process lives, nothing else",
    "readyz": "tells which part of the installation fails",
    "organizations:home": "leads to the login or to the user's own organization",
    "organizations:invitation": "the link of an invitation's mail",
    "privacy:policy": "the public policy",
    "account_login": ALLAUTH,
    "account_logout": ALLAUTH,
    "account_inactive": ALLAUTH,
    "account_signup": ALLAUTH,
    "account_reauthenticate": ALLAUTH,
    "account_email": ALLAUTH,
    "account_email_verification_sent": ALLAUTH,
    "account_change_password": ALLAUTH,
    "account_set_password": ALLAUTH,
    "account_reset_password": ALLAUTH,
    "account_confirm_login_code": ALLAUTH,
    "account_confirm_email": ALLAUTH,
    "account_reset_password_from_key_done": ALLAUTH,
    "account_reset_password_from_key": ALLAUTH,
    "account_reset_password_done": ALLAUTH,
}
