"""A pytest plugin that gives each test run a PostgreSQL cluster of its own.

Loaded before the settings are, so that they find its addresses in the environment.
"""

import atexit
import contextlib
import os

import psycopg
from cryptography.fernet import Fernet

from organizations import postgres


def _start_cluster() -> None:
    stack = contextlib.ExitStack()
    made = stack.enter_context(postgres.temporary_cluster())
    atexit.register(_stop_in, os.getpid(), stack)
    os.environ.update(made.environment("katikn"))
    os.environ["KATIKN_TEST_ADMIN_URL"] = made.admin_url
    os.environ["SECRET_KEY"] = "only-for-tests-" + "0123456789" * 4
    os.environ["ENCRYPTION_KEYS"] = Fernet.generate_key().decode()
    os.environ["WHATSAPP_APP_SECRET"] = "app-secret"  # noqa: S105
    os.environ["WHATSAPP_VERIFY_TOKEN"] = "verify-token"  # noqa: S105
    os.environ["KATIKN_DEMO"] = "1"
    # What bin/demo has written for itself in this clone is not for the tests.
    os.environ["FETCH_ALLOWED_ADDRESSES"] = os.environ["EXAMPLE_LISTING_PAGES"] = ""
    os.environ["DEMO_WHATSAPP_TOKEN"] = "demo-token"  # noqa: S105
    for name in ("BASE_URL", "PORT", "EMAIL_URL", "ANTHROPIC_API_KEY"):
        os.environ.pop(name, None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "katikn.settings")
    _create_roles(made.admin_url)


def _stop_in(process: int, stack: contextlib.ExitStack) -> None:
    # Forked children inherit the exit handler; only the run itself may stop its cluster.
    if os.getpid() == process:
        stack.close()


def _create_roles(admin_url: str) -> None:
    from organizations import roles

    with psycopg.connect(admin_url, autocommit=True) as admin:
        for statement in roles.role_statements():
            admin.execute(statement)
    # The test databases are copies of template1, so they inherit the grants.
    with psycopg.connect(admin_url.replace("/postgres?", "/template1?"), autocommit=True) as admin:
        for statement in roles.grant_statements():
            admin.execute(statement)


if "KATIKN_TEST_ADMIN_URL" not in os.environ:
    _start_cluster()
