"""Every field that may hold a secret is declared, and a sealed one guards what is written."""

import uuid

import pytest
from django.core import serializers
from django.db import models
from django.db.models import F, Value
from django.test.utils import isolate_apps

from organizations import checks, secret_fields
from organizations.secrets import SealedField, SecretTextField, seal
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory
from organizations.tests.samples import sample

SEALED = secret_fields.sealed_fields()


def test_every_field_that_may_hold_a_secret_is_declared():
    assert secret_fields.undeclared() == []


def test_what_is_declared_exists():
    from django.apps import apps

    for (label, field), because in secret_fields.declared().items():
        assert apps.get_model(label)._meta.get_field(field).name == field
        assert because


@pytest.mark.parametrize(
    ("field", "is_found"),
    [
        (models.BinaryField(), True),
        (models.TextField(), False),
        (SealedField(of="x"), False),
        (SecretTextField(), False),
    ],
)
def test_a_new_column_of_bytes_has_to_be_declared(field, is_found):
    with isolate_apps("organizations"):
        model = type("New", (models.Model,), vars(Named) | {"anything": field})
        assert (secret_fields.undeclared([model]) != []) == is_found


class Named:
    class Meta:
        app_label = "organizations"

    __module__ = __name__


@pytest.mark.parametrize(
    ("name", "is_found"),
    [
        *[(name, True) for name in ("access_token", "client_secret", "api_key", "recovery_codes")],
        *[(name, True) for name in ("password", "oauth_state", "private_notes", "totp_seed")],
        *[(name, False) for name in ("body", "name", "phone")],
    ],
)
@pytest.mark.parametrize("kind", [models.TextField, models.JSONField])
def test_a_new_field_that_looks_like_a_secret_has_to_be_declared(name, is_found, kind):
    with isolate_apps("organizations"):
        model = type("New", (models.Model,), vars(Named) | {name: kind()})
        assert (secret_fields.undeclared([model]) == [f"organizations.New.{name}"]) == is_found


def test_numbers_and_times_cannot_hold_a_secret():
    with isolate_apps("organizations"):
        fields = {"input_tokens": models.IntegerField(), "lease_token": models.UUIDField()}
        model = type("New", (models.Model,), vars(Named) | fields)
        assert secret_fields.undeclared([model]) == []


def test_for_migrations_a_sealed_field_is_a_column_of_bytes():
    _name, path, _args, kwargs = SealedField(of="access_token", null=True).deconstruct()

    assert (path, kwargs) == ("django.db.models.BinaryField", {"null": True})


@pytest.fixture(params=SEALED, ids=lambda pair: f"{pair[0]._meta.label}.{pair[1].name}")
def vault(request, db):
    """A row of each model with a sealed field, as the database has it, inside its organization."""
    model, field = request.param
    organization = OrganizationFactory()
    with tenant(organization):
        row = sample(model._meta.label, organization)
        setattr(row, field.attname, seal(row, field.of, "the secret"))
        row.save()
        yield model.objects.get(pk=row.pk), field


def test_a_sealed_field_takes_only_what_seal_returned(vault):
    row, field = vault
    for planted in (b"in the clear", "in the clear", memoryview(b"x")):
        setattr(row, field.attname, planted)
        with pytest.raises(TypeError, match="takes what seal"):
            row.save(update_fields=[field.attname])


@pytest.mark.parametrize("value", [b"in the clear", Value(b"in the clear"), F("id"), None])
def test_an_update_may_only_forget_a_secret(vault, value):
    row, field = vault
    rows = type(row).objects.filter(pk=row.pk)
    if value is None:
        rows.update(**{field.attname: None})
        assert rows.values_list(field.attname, flat=True).get() is None
    else:
        with pytest.raises(TypeError):
            rows.update(**{field.attname: value})


def test_even_a_sealed_value_is_written_by_save_alone(vault):
    row, field = vault
    sealed = seal(row, field.of, "another")

    with pytest.raises(TypeError, match="written by save"):
        type(row).objects.filter(pk=row.pk).update(**{field.attname: sealed})
    setattr(row, field.attname, sealed)
    with pytest.raises(TypeError):
        type(row).objects.bulk_update([row], [field.attname])


def test_a_row_cannot_be_copied_with_its_secret(vault):
    row, _field = vault
    row.pk, row._state.adding = uuid.uuid4(), True

    with pytest.raises(TypeError, match="takes what seal"):
        row.save(force_insert=True)


def test_a_sealed_value_is_in_no_fixture_and_shows_itself_nowhere(vault):
    row, field = vault

    with pytest.raises(TypeError, match="never serialized"):
        serializers.serialize("json", [row])
    assert repr(getattr(row, field.attname)) == "_Stored(…)"


# The keys of the settings


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        (lambda secret, good: [good], None),
        (lambda secret, good: [good, good], "organizations.E005"),
        (lambda secret, good: [good, "short"], "organizations.E004"),
        (lambda secret, good: [derive(secret, "sha256")], "organizations.E006"),
        (lambda secret, good: [derive(secret, "sha512")], "organizations.E006"),
        (lambda secret, good: [good, key_text(secret.encode()[:32])], "organizations.E006"),
        (lambda secret, good: [key_text(secret.encode()[7:39])], "organizations.E006"),
        (lambda secret, good: [key_text(b"0" * 32)], "organizations.E007"),
        (
            lambda secret, good: [key_text(b"passwordpasswordpasswordpassword")],
            "organizations.E007",
        ),
    ],
)
def test_encryption_keys_are_well_formed_independent_and_random(settings, keys, problem):
    from cryptography.fernet import Fernet

    settings.SECRET_KEY = "k3y-of-the-signatures-" + "Qx7bZ0wLpV2mR9tHcJ4nYs8dGfKaEu1i"
    settings.ENCRYPTION_KEYS = keys(settings.SECRET_KEY, Fernet.generate_key().decode())

    found = [each.id for each in checks.check_encryption_keys()]

    assert found == ([problem] if problem else [])


def test_a_key_that_follows_from_a_former_secret_key_is_refused(settings):
    settings.SECRET_KEY_FALLBACKS = ["a-former-key-of-the-signatures-0123456789"]
    settings.ENCRYPTION_KEYS = [derive(settings.SECRET_KEY_FALLBACKS[0], "sha256")]

    assert [each.id for each in checks.check_encryption_keys()] == ["organizations.E006"]


def derive(secret: str, name: str) -> str:
    import hashlib

    return key_text(hashlib.new(name, secret.encode()).digest()[:32])


def key_text(raw: bytes) -> str:
    import base64

    return base64.urlsafe_b64encode(raw).decode()


@pytest.mark.parametrize("text", ["short", "x" * 44, "é" * 32, "A" * 43])
def test_a_malformed_key_ends_the_start_with_a_sentence(monkeypatch, text):
    from cryptography.fernet import Fernet
    from django.core.exceptions import ImproperlyConfigured

    from katikn.environment import key_list

    monkeypatch.setenv("SOME_KEYS", f"{Fernet.generate_key().decode()},{text}")

    with pytest.raises(ImproperlyConfigured) as caught:
        key_list("SOME_KEYS", "It wraps.")
    assert str(caught.value).startswith("Key 2 of SOME_KEYS is no Fernet key")
    assert text not in str(caught.value)
