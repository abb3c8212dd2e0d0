"""manage.py setup_database: the roles, the database and the grants, made by a superuser."""

from argparse import ArgumentParser
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from psycopg import sql

from organizations import roles


class Command(BaseCommand):
    help = (
        "Create or update the three roles, the database and the grants that the DATABASE_ "
        "addresses name. Run once before the first migrate."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--admin-url",
            help="address of a superuser, such as postgres://postgres:…@host/postgres",
        )
        parser.add_argument(
            "--print",
            action="store_true",
            dest="print_only",
            help="print the SQL for psql instead; it holds the passwords",
        )

    def handle(self, *args, admin_url: str | None, print_only: bool, **options):
        name = settings.DATABASES["owner"]["NAME"]
        if print_only:
            return self._print(name)
        if not admin_url:
            raise CommandError("Name a superuser by --admin-url, or pass --print.")
        try:
            self._set_up(admin_url, name)
        except psycopg.Error as error:
            raise CommandError(f"PostgreSQL refused: {str(error).strip()}") from error
        self.stdout.write(f"Roles, database {name} and grants are in place.")
        return None

    def _print(self, name: str) -> None:
        for statement in (*roles.role_statements(), *roles.database_statements()):
            self.stdout.write(f"{statement.as_string(None)};")
        self.stdout.write(f"\\connect {sql.Identifier(name).as_string(None)}")
        for statement in roles.grant_statements():
            self.stdout.write(f"{statement.as_string(None)};")

    def _set_up(self, admin_url: str, name: str) -> None:
        with psycopg.connect(admin_url, autocommit=True) as admin:
            for statement in roles.role_statements():
                admin.execute(statement)
            known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if known.fetchone() is None:
                for statement in roles.database_statements():
                    admin.execute(statement)
        there = urlunsplit(urlsplit(admin_url)._replace(path=f"/{name}"))
        with psycopg.connect(there, autocommit=True) as admin:
            for statement in roles.grant_statements():
                admin.execute(statement)
