"""System checks: the wall between organizations stands only on the right database roles."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections

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
