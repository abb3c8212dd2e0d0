"""Tokens at rest: one AES-256-GCM key per organization, itself wrapped by `ENCRYPTION_KEYS`.

The ciphertext is bound to organization, model, row and field, so a value moved elsewhere does not
open. Rows with a secret have a UUID key made in Python, because the key is part of the binding.
Nothing here ever returns ciphertext as if it were the token. `secret_fields.py` lists the fields.
"""

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, models
from encrypted_model_fields.fields import EncryptedTextField

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
        # The package's own way reads the keys once, at import.
        return None if value is None else wrap(str(value))

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError("A secret field is never serialized.")

    def from_db_value(self, value: str | None, *args: object) -> Secret | None:
        return None if value is None else unwrap(value)

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


class Sealed(bytes):
    """What `seal` returned: the version of the key in two bytes, a nonce, the ciphertext."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class _Stored(Sealed):
    """A sealed value as the database gave it. Writing the row again leaves the column alone."""

    __slots__ = ()


class _Held(Sealed):
    """A sealed value whose key is locked until the transaction ends, so that it may be stored."""

    __slots__ = ()


class SealedField(models.BinaryField):
    """A column for what `seal` returns, and the declaration that a secret is kept there.

    `of` is the name under which the value is sealed. Only a freshly sealed value is ever written:
    a row that was read before its key was replaced, and is saved as a whole afterwards, would
    bring back ciphertext that no key opens. Raises `TypeError` for anything else than `seal`
    returned, for an update past `save()` and for an expression; None forgets the secret.
    """

    def __init__(self, *args: object, of: str = "", **kwargs: object) -> None:
        self.of = of
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple:
        # For the database it is a column like any other, so no migration needs this class.
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs

    def from_db_value(self, value: object, *args: object) -> Sealed | None:
        return None if value is None else _Stored(value)

    def pre_save(self, row: models.Model, add: bool) -> object:
        value = getattr(row, self.attname)
        if isinstance(value, _Stored) and not add:
            return models.F(self.attname)
        if isinstance(value, Sealed) and not isinstance(value, _Stored):
            _hold_key(row, value)
            return _Held(value)
        return value

    def get_db_prep_save(self, value: object, connection: object) -> object:
        if self._is_itself(value):
            return value
        if value is not None and not isinstance(value, _Held):
            raise TypeError(f"{self} takes what seal() returned, written by save().")
        return super().get_db_prep_save(value, connection)

    def get_placeholder(self, value: object, compiler: object, connection: object) -> str:
        if not self._is_itself(value):
            _refuse_expression(value)
        return super().get_placeholder(value, compiler, connection)

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError("A secret field is never serialized.")

    def _is_itself(self, value: object) -> bool:
        """Whether the column is set to itself, as `pre_save` does it."""
        return getattr(value, "target", None) is self


def seal(row: models.Model, field: str, secret: str) -> Sealed:
    """Encrypt `secret` for one field of one row, to be stored in a `SealedField`.

    Runs inside `tenant()`. Raises `ValueError` for a row whose key the database has not given yet:
    the key is part of the binding.
    """
    if row.pk is None:
        raise ValueError(f"{row._meta.label} has no key yet; give it a UUID made in Python.")
    key = row.organization.keys.current()
    nonce = os.urandom(NONCE_BYTES)
    binding = bind(row.organization_id, row._meta.label, row.pk, field, key.version)
    body = AESGCM(_raw(key)).encrypt(nonce, secret.encode(), binding)
    return Sealed(key.version.to_bytes(2, "big") + nonce + body)


def unseal(row: models.Model, field: str, sealed: bytes) -> Secret:
    """Decrypt what `seal` returned for the same row and field, or raise `SecretUnreadable`."""
    key = _key_of(row, sealed)
    if key is None and (stored := _read_again(row, field)):
        # The data key was replaced since the row was read.
        sealed, key = stored, _key_of(row, stored)
    if key is None:
        raise SecretUnreadable(f"The organization has no key of version {version_of(sealed)}.")
    where = (row.organization_id, row._meta.label, row.pk, field, key.version)
    return open_sealed(_raw(key), sealed, bind(*where))


def open_sealed(key: bytes, sealed: bytes, binding: bytes) -> Secret:
    """Decrypt with one data key for one place, or raise `SecretUnreadable`."""
    nonce, body = bytes(sealed)[2 : 2 + NONCE_BYTES], bytes(sealed)[2 + NONCE_BYTES :]
    try:
        return Secret(AESGCM(key).decrypt(nonce, body, binding).decode())
    except (InvalidTag, ValueError) as error:
        raise SecretUnreadable("The value was changed, or belongs to another row.") from error


def version_of(sealed: bytes) -> int:
    """Return the version of the data key that a sealed value names."""
    return int.from_bytes(bytes(sealed)[:2], "big")


def bind(organization_id: int, label: str, pk: object, field: str, version: int) -> bytes:
    """Return what a sealed value is bound to: it opens in this place and nowhere else."""
    return f"{organization_id}|{label}|{pk}|{field}|{version}".encode()


def wrapping_keys() -> MultiFernet:
    """Return `ENCRYPTION_KEYS`, newest first, as the settings name them at this moment."""
    return _wrapping_keys(tuple(settings.ENCRYPTION_KEYS))


def wrap(text: str) -> str:
    """Encrypt with the newest of `ENCRYPTION_KEYS`."""
    return wrapping_keys().encrypt(text.encode()).decode()


def unwrap(wrapped: str) -> Secret:
    """Decrypt with whichever of `ENCRYPTION_KEYS` fits, or raise `SecretUnreadable`."""
    try:
        return Secret(wrapping_keys().decrypt(wrapped.encode()).decode())
    except (InvalidToken, ValueError) as error:
        raise SecretUnreadable("No key of ENCRYPTION_KEYS opens this value.") from error


def wrapped_by(wrapped: str) -> int | None:
    """Return the position in `ENCRYPTION_KEYS` of the key that opens the value: 0 is the newest."""
    for position, key in enumerate(settings.ENCRYPTION_KEYS):
        try:
            Fernet(key).decrypt(wrapped.encode())
        except (InvalidToken, ValueError):
            continue
        return position
    return None


def seal_for_user(user_id: int, secret: str) -> str:
    """Encrypt a secret of one person, such as that of their second factor, with `ENCRYPTION_KEYS`.

    A person may be a member of several organizations or of none, so no organization's key fits.
    Whose it is is sealed in with it.
    """
    return wrap(_owned_by(user_id) + secret)


def open_for_user(user_id: int, sealed: str) -> Secret:
    """Decrypt what `seal_for_user` returned for the same person, or raise `SecretUnreadable`."""
    text = unwrap(sealed)
    if not text.startswith(_owned_by(user_id)):
        raise SecretUnreadable("The value belongs to somebody else.")
    return Secret(text.removeprefix(_owned_by(user_id)))


def new_key_text() -> str:
    return os.urandom(32).hex()


def _raw(key: "OrganizationKey") -> bytes:
    return bytes.fromhex(key.wrapped)


def _owned_by(user_id: int) -> str:
    return f"user|{user_id}|"


def _key_of(row: models.Model, sealed: bytes) -> "OrganizationKey | None":
    return row.organization.keys.filter(version=version_of(sealed)).first()


def _read_again(row: models.Model, field: str) -> bytes | None:
    """Return what the row's column holds now, if a `SealedField` is declared for the secret."""
    for column in row._meta.concrete_fields:
        if isinstance(column, SealedField) and column.of == field:
            rows = type(row)._base_manager.using(row._state.db or DEFAULT_DB_ALIAS)
            return rows.filter(pk=row.pk).values_list(column.attname, flat=True).first()
    return None


def _hold_key(row: models.Model, sealed: bytes) -> None:
    """Keep the key of a value from being deleted until the value is committed."""
    alias = row._state.db or row.organization._state.db or DEFAULT_DB_ALIAS
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM organizations_organizationkey "
            "WHERE organization_id = %s AND version = %s FOR KEY SHARE",
            [row.organization_id, version_of(sealed)],
        )
        if cursor.fetchone() is None:
            raise SecretUnreadable(f"The key of version {version_of(sealed)} is gone: seal again.")


@lru_cache(maxsize=8)
def _wrapping_keys(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
