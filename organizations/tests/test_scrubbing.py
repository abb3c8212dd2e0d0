"""What opens a door does not reach the logs."""

import logging
import re
from io import StringIO

import pytest
from django.urls import reverse

from organizations import inviting
from organizations.scrubbing import scrub
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory, UserFactory


@pytest.mark.parametrize(
    ("line", "scrubbed"),
    [
        ("Gone: /invitations/4xK5u-sBc_Hi/", "Gone: /invitations/…/"),
        ("GET /accounts/confirm-email/MQ:1vN:x_y/ 200", "GET /accounts/confirm-email/…/ 200"),
        ("/accounts/password/reset/key/1-set-password/", "/accounts/password/reset/key/…/"),
        ("Authorization: Bearer EAAsecretToken012345", "Authorization: Bearer …"),
        ("token EAAGm0PX4ZCpsBAKZCZC", "token EAA…"),
        ("?access_token=abc.def&fields=id", "?access_token=…&fields=id"),
        ("postgres://katikn_app:hunter2@/x", "postgres://katikn_app:…@/x"),
        ("https://agency.example:8000/a@b", "https://agency.example:8000/a@b"),
        ("the bearer of this letter", "the bearer of this letter"),
    ],
)
def test_a_line_loses_its_secrets_and_nothing_else(line, scrubbed):
    assert scrub(line) == scrubbed


@pytest.fixture
def console():
    """The handler of the settings, writing to a string."""
    handler = next(h for h in logging.getLogger().handlers if h.name == "console")
    stream, before = StringIO(), handler.stream
    handler.setStream(stream)
    yield stream
    handler.setStream(before)


def test_a_refused_invitation_does_not_log_its_link(client, db, console):
    organization = OrganizationFactory()
    with tenant(organization):
        _invitation, token = inviting.invite(
            organization, "new@agency.example", "agent", organization.owner
        )
    client.force_login(UserFactory())

    client.get(reverse("organizations:invitation", args=[token]))

    assert re.search(r"Forbidden: /invitations/…/", console.getvalue())


def test_a_traceback_is_scrubbed_too(console):
    try:
        raise RuntimeError("Bearer EAAsecretToken012345")
    except RuntimeError:
        logging.getLogger("katikn").exception("It failed.")

    assert "Traceback" in console.getvalue()
    assert "secretToken" not in console.getvalue()
