"""System checks: the wall between organizations needs the right roles, the secrets good keys."""

import base64
import hashlib
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import psycopg
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections

# 32 random bytes have fewer than 20 different values once in 10^9 times.
LEAST_DIFFERENT_BYTES = 20
VARIABLES = {
    "default": "DATABASE_URL",
    "owner": "DATABASE_OWNER_URL",
    "support": "DATABASE_SUPPORT_URL",
}


@register(Tags.security)
def check_social_tokens(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """allauth would store them in the clear."""
    if getattr(settings, "SOCIALACCOUNT_STORE_TOKENS", False):
        return [
            Error(
                "SOCIALACCOUNT_STORE_TOKENS must stay off: allauth stores tokens unencrypted.",
                id="organizations.E001",
            )
        ]
    return []


@register(Tags.security)
def check_encryption_keys(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A key that follows from `SECRET_KEY` is lost and found together with it."""
    problems: list[CheckMessage] = []
    keys = [_raw_key(key) for key in settings.ENCRYPTION_KEYS]
    for position, key in enumerate(keys, start=1):
        if len(key) != 32:
            problems.append(
                Error(
                    f"Key {position} of ENCRYPTION_KEYS is no Fernet key.", id="organizations.E004"
                )
            )
        elif key in keys[: position - 1]:
            problems.append(
                Error(
                    f"Key {position} of ENCRYPTION_KEYS stands there twice: one key, newest first.",
                    id="organizations.E005",
                )
            )
        elif any(key in _derived(secret) for secret in _signing_keys()):
            problems.append(
                Error(
                    f"Key {position} of ENCRYPTION_KEYS follows from SECRET_KEY. "
                    "Make an independent one, as .env.example says.",
                    id="organizations.E006",
                )
            )
        elif len(set(key)) < LEAST_DIFFERENT_BYTES:
            problems.append(
                Error(f"Key {position} of ENCRYPTION_KEYS is not random.", id="organizations.E007")
            )
    return problems


def _raw_key(key: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(key)
    except ValueError:
        return b""


def _signing_keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _derived(secret: str) -> set[bytes]:
    """Return what people make a key of 32 bytes from a passphrase with."""
    text = secret.encode()
    digests = [hashlib.new(name, text) for name in ("sha256", "sha3_256", "sha512", "blake2s")]
    made = {digest.digest()[:32] for digest in digests}
    made |= {digest.hexdigest()[:32].encode() for digest in digests}
    made |= {hashlib.md5(text, usedforsecurity=False).hexdigest().encode()}
    made |= {text[start : start + 32] for start in range(max(len(text) - 31, 1))}
    made |= {text[:32].ljust(32, filler) for filler in (b"\0", b"0", b"=", b" ")}
    for padding in ("", "=", "=="):
        with suppress(ValueError):
            made.add(base64.urlsafe_b64decode(secret[:44] + padding)[:32])
    return made


@register(Tags.database)
def check_roles(
    app_configs: Sequence[AppConfig] | None = None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """Superusers and BYPASSRLS look past every policy, and an owner could drop them."""
    problems: list[CheckMessage] = []
    if databases:
        users = {alias: settings.DATABASES[alias]["USER"] for alias in VARIABLES}
        if len(set(users.values())) < len(users):
            problems.append(
                Error(
                    "DATABASE_URL, DATABASE_OWNER_URL and DATABASE_SUPPORT_URL must name three "
                    "different roles.",
                    id="organizations.E002",
                )
            )
        problems += _check_attributes(databases[0], users)
    return problems


def _check_attributes(alias: str, users: dict[str, str]) -> list[CheckMessage]:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT rolname FROM pg_roles "
                "WHERE rolname = ANY(%s) AND (rolsuper OR rolbypassrls)",
                [list(users.values())],
            )
            powerful = {name for (name,) in cursor.fetchall()}
    except (DatabaseError, psycopg.Error):
        return []  # whoever asked for this database says it better
    return [
        Error(
            f"{VARIABLES[alias]} names the role {user}, which may look past the policies "
            "between organizations (SUPERUSER or BYPASSRLS).",
            hint="Run manage.py setup_database, which makes the right roles.",
            id="organizations.E003",
        )
        for alias, user in users.items()
        if user in powerful
    ]
