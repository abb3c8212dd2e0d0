"""`encryption_audit`: what is planted, moved or lost is found, and no value is printed."""

import os
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.timezone import now

from inbox.models import Channel
from inbox.tests.factories import ChannelFactory
from organizations.models import AuditEntry, OrganizationKey
from organizations.secrets import new_key_text, seal_for_user, wrap
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory, UserFactory

TOKEN = "EAAcanaryOfTheAudit0123456789"


def audit() -> tuple[list[str], bool]:
    """Return the lines that were printed, and whether all was well."""
    out = StringIO()
    try:
        call_command("encryption_audit", stdout=out)
    except CommandError as error:
        return [*out.getvalue().splitlines(), str(error)], False
    return out.getvalue().splitlines(), True


def findings() -> list[str]:
    lines, is_well = audit()
    found = [line.removeprefix("Finding: ") for line in lines if line.startswith("Finding: ")]
    assert (is_well, lines[-1]) == (not found, lines[-1] if is_well else f"{len(found)} findings.")
    return found


def write(organization, sql, *values) -> None:
    with tenant(organization), connection.cursor() as cursor:
        cursor.execute(sql, values)


def plant(channel, sealed: bytes) -> None:
    sql = "UPDATE inbox_channel SET sealed_access_token = %s WHERE id = %s"
    write(channel.organization, sql, sealed, channel.pk)


def sealed_of(channel) -> bytes:
    with tenant(channel.organization):
        return bytes(Channel.objects.get(pk=channel.pk).sealed_access_token)


@pytest.fixture
def channel(transactional_db):
    """The audit looks through the support role, which sees only what is committed."""
    return ChannelFactory(token=TOKEN)


def test_a_sound_installation_is_counted_by_field_and_key(channel):
    user = UserFactory()
    data = {"secret": seal_for_user(user.pk, "JBSWY3DPEHPK3PXP")}
    Authenticator.objects.create(user=user, type="totp", data=data)
    OrganizationFactory()

    assert audit() == (
        [
            "Organizations that keep no secret: 1",
            "inbox.Channel.sealed_access_token: by data key version 1: 1",
            "mfa.Authenticator.data: by ENCRYPTION_KEYS[1] (the newest): 1",
            "organizations.OrganizationKey.wrapped: by ENCRYPTION_KEYS[1] (the newest): 2",
            "Every stored secret is encrypted and opens.",
        ],
        True,
    )


def test_each_organization_reads_in_its_trail_that_support_looked(channel):
    audit()

    with tenant(channel.organization):
        assert AuditEntry.objects.latest("pk").action == "support.encryption_checked"


@pytest.mark.parametrize("planted", [TOKEN.encode(), b"x", b"", "κλειδί".encode()])
def test_a_token_in_the_clear_is_found(channel, planted):
    plant(channel, planted)

    assert findings() == [f"inbox.Channel.sealed_access_token {channel.pk} is not encrypted."]


def test_a_damaged_value_is_found(channel):
    sealed = bytearray(sealed_of(channel))
    sealed[-1] ^= 1
    plant(channel, bytes(sealed))

    assert findings() == [f"inbox.Channel.sealed_access_token {channel.pk} does not open."]


@pytest.mark.parametrize("is_same_organization", [True, False])
def test_a_value_moved_to_another_row_is_found_with_its_origin(channel, is_same_organization):
    more = {"organization": channel.organization} if is_same_organization else {}
    other = ChannelFactory(token="theirs", **more)
    plant(other, sealed_of(channel))

    assert findings() == [
        f"inbox.Channel.sealed_access_token {other.pk} belongs to inbox.Channel {channel.pk} "
        f"of organization {channel.organization_id}."
    ]


def test_a_value_whose_key_is_gone_is_found(channel):
    plant(channel, b"\x00\x09" + os.urandom(40))

    assert findings() == [
        f"inbox.Channel.sealed_access_token {channel.pk} names data key version 9, "
        "which does not open or is not there."
    ]


def test_an_organization_without_a_key_is_found(transactional_db):
    organization = OrganizationFactory()
    write(organization, "DELETE FROM organizations_organizationkey")

    assert findings() == [f"Organization {organization.pk} has no data key."]


def test_a_renewal_that_was_cut_short_is_found(channel):
    organization = channel.organization
    with tenant(organization):
        organization.keys.update(retired_at=now())
        OrganizationKey.objects.create(organization=organization, version=2, wrapped=new_key_text())

    assert findings() == [
        f"Organization {organization.pk} still uses its retired data key 1: "
        "run rotate_keys --new-data-key again."
    ]


def test_a_retired_key_without_use_is_found(transactional_db):
    organization = OrganizationFactory()
    with tenant(organization):
        OrganizationKey.objects.create(
            organization=organization, version=2, wrapped=new_key_text(), retired_at=now()
        )

    assert findings() == [
        f"Organization {organization.pk} has a retired data key 2 without use: "
        "run rotate_keys --new-data-key again."
    ]


def key_of(organization) -> OrganizationKey:
    with tenant(organization):
        return organization.keys.get()


@pytest.mark.parametrize(
    ("wrapped", "says"),
    [
        (lambda: new_key_text(), "is not encrypted"),
        (lambda: Fernet(Fernet.generate_key()).encrypt(b"a" * 64).decode(), "does not open"),
        (lambda: wrap("short"), "holds no key of 32 bytes"),
        (lambda: wrap("zz" * 32), "holds no key of 32 bytes"),
    ],
)
def test_a_data_key_that_is_none_is_found(transactional_db, wrapped, says):
    organization = OrganizationFactory()
    pk = key_of(organization).pk
    write(organization, "UPDATE organizations_organizationkey SET wrapped = %s", wrapped())

    (found,) = findings()
    assert found.endswith(f" {pk} {says}.")


def test_two_organizations_with_one_key_are_found(transactional_db):
    first, second = OrganizationFactory(), OrganizationFactory()
    text = str(key_of(first).wrapped)
    write(second, "UPDATE organizations_organizationkey SET wrapped = %s", wrap(text))

    assert findings() == [
        f"organizations.OrganizationKey {key_of(second).pk} is the same key as another one."
    ]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (lambda user: {"secret": "JBSWY3DPEHPK3PXP"}, "secret is not encrypted"),
        (lambda user: {"seed": "a" * 40}, "seed is not encrypted"),
        (
            lambda user: {"secret": seal_for_user(user.pk + 1, "X")},
            "secret belongs to somebody else",
        ),
        (lambda user: {"secret": wrap("X")}, "secret belongs to somebody else"),
        (
            lambda user: {"secret": Fernet(Fernet.generate_key()).encrypt(b"x" * 32).decode()},
            "secret does not open",
        ),
    ],
)
def test_a_second_factor_that_is_not_sealed_for_its_person_is_found(transactional_db, data, says):
    user = UserFactory()
    row = Authenticator.objects.create(user=user, type="totp", data=data(user))

    assert findings() == [f"mfa.Authenticator.data {row.pk} {says}."]


def test_keys_that_stand_in_the_wrong_order_are_noted(transactional_db, settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    with time_machine.travel("2026-01-01", tick=False):
        settings.ENCRYPTION_KEYS = [old]
        OrganizationFactory()
    with time_machine.travel("2026-02-01", tick=False):
        settings.ENCRYPTION_KEYS = [new, old]
        OrganizationFactory()
    rightly, _is_well = audit()
    settings.ENCRYPTION_KEYS = [old, new]

    wrongly, is_well = audit()

    note = (
        "Note: ENCRYPTION_KEYS[2] was used after ENCRYPTION_KEYS[1] (the newest). "
        "ENCRYPTION_KEYS stand newest first, in every process alike."
    )
    assert (note in rightly, note in wrongly, is_well) == (False, True, True)


def test_what_is_printed_holds_no_value(channel):
    other = ChannelFactory(token="EAAother")
    plant(other, TOKEN.encode())

    printed = "\n".join(audit()[0])

    private = [TOKEN, "EAA", "gAAAA", str(key_of(channel.organization).wrapped)]
    assert [text for text in private if text in printed] == []
