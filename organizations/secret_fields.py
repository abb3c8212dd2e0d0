"""Where secrets are kept: read by the rotation, the audit of encryption, and the tests.

A `SealedField` (under the organization's data key) and a `SecretTextField` (under
`ENCRYPTION_KEYS`) declare themselves; the secrets of a second factor lie inside allauth's JSON.
Whatever else looks like a secret is declared with the reason why it is none, or why it may lie
there as it is; a test fails for a field that is not.
"""

import re

from django.apps import apps
from django.db import models

from organizations.secrets import SealedField, SecretTextField

LOOKS_SECRET = re.compile(
    r"token|secret|passw|passphrase|pin$|api_?key|private|credential|seed|sealed|wrapped|cipher"
    r"|signature|totp|otp|session_key|session_data|recovery|bearer|oauth|auth_|cookie"
)
TEXTS = (models.CharField, models.TextField, models.BinaryField, models.JSONField)

_declared: dict[tuple[str, str], str] = {}


def declare(label: str, field: str, because: str) -> None:
    """Say why a field that looks like a secret is kept as it is. `label` is `app.Model`."""
    _declared[label.lower(), field] = because


def sealed_fields() -> list[tuple[type[models.Model], SealedField]]:
    """Return each field whose values are sealed under a data key of the row's organization."""
    return _fields_of(SealedField)


def wrapped_fields() -> list[tuple[type[models.Model], SecretTextField]]:
    """Return each field whose values are encrypted with `ENCRYPTION_KEYS`."""
    return _fields_of(SecretTextField)


def undeclared(among: list[type[models.Model]] | None = None) -> list[str]:
    """Name the fields that may hold a secret and that nobody has declared."""
    found = []
    for model in apps.get_models(include_auto_created=True) if among is None else among:
        for field in model._meta.concrete_fields:
            is_known = isinstance(field, SealedField | SecretTextField)
            if is_known or (model._meta.label_lower, field.name) in _declared:
                continue
            if isinstance(field, models.BinaryField) or (
                isinstance(field, TEXTS) and LOOKS_SECRET.search(field.name)
            ):
                found.append(f"{model._meta.label}.{field.name}")
    return sorted(found)


def declared() -> dict[tuple[str, str], str]:
    return dict(_declared)


def _fields_of(kind: type[models.Field]) -> list[tuple[type[models.Model], models.Field]]:
    return [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, kind)
    ]


declare("organizations.User", "password", "a salted hash")
declare("organizations.InvitationToken", "token_hash", "the hash of a random token")
declare("sessions.Session", "session_key", "Django looks the cookie up by it; rows end in 14 days")
declare("sessions.Session", "session_data", "signed; what is secret in it is sealed on its own")
