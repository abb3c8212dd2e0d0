"""Tokens at rest: bound to their place, closed without the key, and shown nowhere."""

import logging
import uuid

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.db import connection, models
from django.db.models import F, Value
from django.db.models.functions import Concat

from organizations import secrets
from organizations.models import OrganizationKey
from organizations.secrets import Secret, SecretUnreadable, new_key_text, seal, unseal
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory

TOKEN = "EAAsecretTokenOfAnAgency0123456789"


class Vault(models.Model):
    """A row with a sealed field, known to no migration."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, related_name="+")

    class Meta:
        app_label = "vaults"


class Drawer(models.Model):
    organization = models.ForeignKey("organizations.Organization", models.CASCADE, related_name="+")

    class Meta:
        app_label = "vaults"


@pytest.fixture
def organization(db):
    return OrganizationFactory()


@pytest.fixture
def inside(organization):
    with tenant(organization):
        yield organization


@pytest.fixture
def row(inside):
    return Vault(organization=inside)


def test_what_is_sealed_opens_again(row):
    assert unseal(row, "token", seal(row, "token", TOKEN)) == TOKEN


def test_the_sealed_value_does_not_contain_the_token(row):
    sealed = seal(row, "token", TOKEN)

    assert TOKEN.encode() not in sealed
    assert seal(row, "token", TOKEN) != sealed


def test_a_value_moved_to_another_row_does_not_open(row):
    sealed = seal(row, "token", TOKEN)

    with pytest.raises(SecretUnreadable):
        unseal(Vault(organization=row.organization), "token", sealed)


def test_a_value_moved_to_another_field_does_not_open(row):
    with pytest.raises(SecretUnreadable):
        unseal(row, "refresh_token", seal(row, "token", TOKEN))


def test_a_value_moved_to_another_model_does_not_open(row):
    other = Drawer(organization=row.organization, pk=row.pk)

    with pytest.raises(SecretUnreadable):
        unseal(other, "token", seal(row, "token", TOKEN))


def test_a_value_moved_to_another_organization_does_not_open(db):
    mine, theirs = OrganizationFactory(), OrganizationFactory()
    pk = uuid.uuid4()
    with tenant(mine):
        sealed = seal(Vault(pk=pk, organization=mine), "token", TOKEN)

    with tenant(theirs), pytest.raises(SecretUnreadable):
        unseal(Vault(pk=pk, organization=theirs), "token", sealed)


def test_the_binding_alone_keeps_organizations_apart(db):
    """Even were two organizations to have one key, a value would open in its own one only."""
    mine, theirs = OrganizationFactory(), OrganizationFactory()
    pk, same = uuid.uuid4(), new_key_text()
    for organization in (mine, theirs):
        with tenant(organization):
            key = organization.keys.get()
            key.wrapped = same
            key.save()
    with tenant(mine):
        sealed = seal(Vault(pk=pk, organization=mine), "token", TOKEN)

    with tenant(theirs), pytest.raises(SecretUnreadable):
        unseal(Vault(pk=pk, organization=theirs), "token", sealed)


@pytest.mark.parametrize("position", [0, 1, 5, -1])
def test_a_damaged_value_does_not_open(row, position):
    sealed = bytearray(seal(row, "token", TOKEN))
    sealed[position] ^= 1

    with pytest.raises(SecretUnreadable):
        unseal(row, "token", bytes(sealed))


@pytest.mark.parametrize(
    "sealed", [b"", b"\x00", b"\x00\x01", b"\x00\x01short", b"\x00\x01" + b"x" * 12]
)
def test_a_value_that_was_cut_off_does_not_open(row, sealed):
    with pytest.raises(SecretUnreadable):
        unseal(row, "token", sealed)


def test_a_row_without_a_key_of_its_own_cannot_hold_a_secret(inside):
    with pytest.raises(ValueError, match="UUID"):
        seal(Drawer(organization=inside), "token", TOKEN)


def test_after_a_new_key_old_values_open_and_new_ones_use_it(row):
    organization = row.organization
    before = seal(row, "token", TOKEN)
    OrganizationKey.objects.create(organization=organization, version=2, wrapped=new_key_text())

    after = seal(row, "token", TOKEN)

    assert (before[:2], after[:2]) == (b"\x00\x01", b"\x00\x02")
    assert unseal(row, "token", before) == unseal(row, "token", after) == TOKEN


def test_an_organization_key_does_not_open_without_the_wrapping_key(inside, settings):
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(SecretUnreadable):
        inside.keys.get()


def test_ciphertext_is_never_taken_for_the_secret(inside):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE organizations_organizationkey SET wrapped = 'in the clear'")

    with pytest.raises(SecretUnreadable):
        inside.keys.get()


def test_the_database_holds_the_wrapped_key_only(inside):
    clear = inside.keys.get().wrapped
    with connection.cursor() as cursor:
        cursor.execute("SELECT wrapped FROM organizations_organizationkey")
        stored = cursor.fetchone()[0]

    assert str(clear) not in stored
    assert len(bytes.fromhex(clear)) == 32


@pytest.mark.parametrize(
    "write",
    [
        lambda keys: keys.update(wrapped=F("version")),
        lambda keys: keys.update(wrapped=Value("in the clear")),
        lambda keys: keys.update(wrapped=Concat(Value("a"), Value("b"))),
        lambda keys: keys.create(
            organization=keys.get().organization, version=2, wrapped=Value("in the clear")
        ),
    ],
)
def test_a_secret_field_takes_no_expression(inside, write):
    with pytest.raises(TypeError, match="not an expression"):
        write(OrganizationKey.objects.all())


@pytest.mark.parametrize(
    "lookup", [{"wrapped": "x"}, {"wrapped__contains": "x"}, {"wrapped__lower": "x"}]
)
def test_a_secret_field_is_not_searched(inside, lookup):
    with pytest.raises(TypeError, match="cannot be searched"):
        list(OrganizationKey.objects.filter(**lookup))


def test_whether_a_secret_is_there_may_be_asked(inside):
    assert OrganizationKey.objects.filter(wrapped__isnull=False).count() == 1


def test_an_update_with_a_value_is_encrypted(inside):
    OrganizationKey.objects.update(wrapped="ab" * 32)

    assert inside.keys.get().wrapped == "ab" * 32
    with connection.cursor() as cursor:
        cursor.execute("SELECT wrapped FROM organizations_organizationkey")
        assert "abab" not in cursor.fetchone()[0]


def test_a_secret_is_in_no_fixture(inside):
    with pytest.raises(TypeError, match="never serialized"):
        serializers.serialize("json", inside.keys.all())


def test_a_secret_hides_from_tracebacks_and_containers():
    secret = Secret(TOKEN)

    assert TOKEN not in repr(secret)
    assert TOKEN not in f"{[secret]} { ({'token': secret}) } {secret!r}"
    assert f"Bearer {secret}" == f"Bearer {TOKEN}"


def test_a_token_is_in_no_log(row, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="django.db.backends")
    connection.force_debug_cursor = True
    try:
        sealed = seal(row, "token", TOKEN)
        secret = unseal(row, "token", sealed)
        key = row.organization.keys.get()
        key.save()
        logging.getLogger("test").debug("%r of %s", secret, row.pk)
        with pytest.raises(SecretUnreadable):
            unseal(row, "other", sealed)
    finally:
        connection.force_debug_cursor = False

    assert "organizations_organizationkey" in caplog.text
    assert TOKEN not in caplog.text
    assert str(key.wrapped) not in caplog.text


def test_errors_do_not_quote_the_secret(row):
    sealed = seal(row, "token", TOKEN)

    with pytest.raises(SecretUnreadable) as caught:
        unseal(row, "other", sealed)

    assert TOKEN not in str(caught.value)
    assert secrets.NONCE_BYTES == 12
