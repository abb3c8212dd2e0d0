"""Tokens at rest: one AES-256-GCM key per organization, itself wrapped by `ENCRYPTION_KEYS`.

The ciphertext is bound to organization, model, row and field, so a value moved elsewhere does not
open. Rows with a secret have a UUID key made in Python, because the key is part of the binding.
Nothing here ever returns ciphertext as if it were the token.
"""

import os
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models
from encrypted_model_fields.fields import EncryptedTextField, decrypt_str, encrypt_str

if TYPE_CHECKING:
    from organizations.models import OrganizationKey

NONCE_BYTES = 12


class SecretUnreadable(RuntimeError):
    """The stored secret does not open: wrong key, moved row or damaged value."""


class Secret(str):
    """A token in the clear. Hides itself from logs and tracebacks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret('…')"


class SecretTextField(EncryptedTextField):
    """django-encrypted-model-fields, guarded: no expression, no lookup, no silent failure."""

    def get_placeholder(self, value: object, compiler: object, connection: object) -> str:
        # `update(field=Value("…"))` compiles the expression and never asks `get_db_prep_save`.
        _refuse_expression(value)
        return "%s"

    def get_db_prep_save(self, value: object, connection: object) -> object:
        _refuse_expression(value)
        return super().get_db_prep_save(value, connection)

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError("A secret field is never serialized.")

    def from_db_value(self, value: str | None, *args: object) -> Secret | None:
        if value is None:
            return None
        try:
            return Secret(decrypt_str(value))
        except InvalidToken as error:
            raise SecretUnreadable("No key of ENCRYPTION_KEYS opens this value.") from error

    def to_python(self, value: object) -> object:
        return value

    def get_lookup(self, lookup_name: str) -> object:
        if lookup_name != "isnull":
            raise TypeError("A secret field cannot be searched.")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> None:
        raise TypeError("A secret field cannot be searched.")


def _refuse_expression(value: object) -> None:
    if hasattr(value, "resolve_expression") or hasattr(value, "as_sql"):
        raise TypeError("A secret field takes a value, not an expression.")


def seal(row: models.Model, field: str, secret: str) -> bytes:
    """Encrypt `secret` for one field of one row. Runs inside `tenant()`.

    Raises `ValueError` for a row whose key the database has not given yet: the key is part of the
    binding.
    """
    if row.pk is None:
        raise ValueError(f"{row._meta.label} has no key yet; give it a UUID made in Python.")
    key = row.organization.keys.current()
    nonce = os.urandom(NONCE_BYTES)
    body = AESGCM(_raw(key)).encrypt(nonce, secret.encode(), _binding(row, field, key.version))
    return key.version.to_bytes(2, "big") + nonce + body


def unseal(row: models.Model, field: str, sealed: bytes) -> Secret:
    """Decrypt what `seal` returned for the same row and field, or raise `SecretUnreadable`."""
    sealed = bytes(sealed)
    version = int.from_bytes(sealed[:2], "big")
    key = row.organization.keys.filter(version=version).first()
    if key is None:
        raise SecretUnreadable(f"The organization has no key of version {version}.")
    nonce, body = sealed[2 : 2 + NONCE_BYTES], sealed[2 + NONCE_BYTES :]
    try:
        return Secret(
            AESGCM(_raw(key)).decrypt(nonce, body, _binding(row, field, version)).decode()
        )
    except (InvalidTag, ValueError) as error:
        raise SecretUnreadable("The value was changed, or belongs to another row.") from error


def seal_for_user(user_id: int, secret: str) -> str:
    """Encrypt a secret of one person, such as that of their second factor, with `ENCRYPTION_KEYS`.

    A person may be a member of several organizations or of none, so no organization's key fits.
    Whose it is is sealed in with it.
    """
    return encrypt_str(_owned_by(user_id) + secret).decode()


def open_for_user(user_id: int, sealed: str) -> Secret:
    """Decrypt what `seal_for_user` returned for the same person, or raise `SecretUnreadable`."""
    try:
        text = decrypt_str(sealed)
    except InvalidToken as error:
        raise SecretUnreadable("No key of ENCRYPTION_KEYS opens this value.") from error
    if not text.startswith(_owned_by(user_id)):
        raise SecretUnreadable("The value belongs to somebody else.")
    return Secret(text.removeprefix(_owned_by(user_id)))


def new_key_text() -> str:
    return os.urandom(32).hex()


def _raw(key: "OrganizationKey") -> bytes:
    return bytes.fromhex(key.wrapped)


def _owned_by(user_id: int) -> str:
    return f"user|{user_id}|"


def _binding(row: models.Model, field: str, version: int) -> bytes:
    return f"{row.organization_id}|{row._meta.label}|{row.pk}|{field}|{version}".encode()
