#!/usr/bin/env python
"""Break the wall between organizations in one place after the other; each time a test must fail.

Over every policy, every composite key and every URL guard: break it, run the tests of that table,
reference or URL until one fails, mend it. Prints "N mutations, N caught"; exit 1 if one survives.

    bench/tenancy_mutations.py [-v] [WORD]      only mutations whose description holds WORD
"""

import contextlib
import inspect
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import psycopg
import pytest
from _pytest.runner import runtestprotocol

CLONE = Path(__file__).resolve().parent.parent
TESTS = [f"organizations/tests/test_{name}.py" for name in ("tenancy", "rows", "catalogue")]
OPTIONS = ["-q", "-p", "no:randomly", "-p", "no:warnings", "--no-header", "--show-capture=no"]


@dataclass(frozen=True)
class Mutation:
    """One broken place. `tests` are parts of test ids: those of behaviour first."""

    name: str
    break_it: Callable[[], contextlib.AbstractContextManager]
    tests: tuple[str, ...]


class Mutator:
    """A pytest plugin that runs the tests once as they are, then once for each mutation."""

    def __init__(self, word: str, verbose: bool) -> None:
        self.word, self.verbose = word, verbose
        self.caught: list[pytest.Item] = []
        self.survived: list[Mutation] = []
        self.broken_before: list[pytest.Item] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.broken_before = [item for item in session.items if self._fails(item)]
        # A test that fails anyway proves nothing.
        sound = [item for item in session.items if item not in self.broken_before]
        for mutation in all_mutations():
            if self.word in mutation.name:
                self._try(mutation, sound)
        session._setupstate.teardown_exact(None)
        return True

    def _try(self, mutation: Mutation, items: list[pytest.Item]) -> None:
        chosen = [item for part in mutation.tests for item in items if part in item.nodeid]
        with mutation.break_it():
            failed = next((item for item in chosen if self._fails(item)), None)
        if failed is None:
            self.survived.append(mutation)
        else:
            self.caught.append(failed)
        if self.verbose or failed is None:
            print(f"{mutation.name}: {failed.nodeid if failed else 'SURVIVED'}", flush=True)

    def _fails(self, item: pytest.Item) -> bool:
        reports = runtestprotocol(item, log=False, nextitem=AnyTest(item.session))
        return any(report.failed for report in reports)


class AnyTest:
    """Stands for the next test: pytest keeps the fixtures of the session, and no others."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session

    def listchain(self) -> list[pytest.Session]:
        return [self.session]


def all_mutations() -> Iterator[Mutation]:
    yield from policy_mutations()
    yield from key_mutations()
    yield from right_mutations()
    yield from guard_mutations()


def policy_mutations() -> Iterator[Mutation]:
    from organizations.tenancy import TenantModel, role
    from organizations.tests.samples import models_of

    app, support = f'"{role("default")}"', f'"{role("support")}"'
    for model in models_of(TenantModel):
        table, label = f'"{model._meta.db_table}"', model._meta.label
        statements = {
            "no tenant policy": f"DROP POLICY tenant ON {table}",
            "USING (true)": f"ALTER POLICY tenant ON {table} USING (true)",
            "WITH CHECK (true)": f"ALTER POLICY tenant ON {table} WITH CHECK (true)",
            "tenant policy for everybody": f"ALTER POLICY tenant ON {table} TO PUBLIC",
            "no support policy": f"DROP POLICY support ON {table}",
            "support policy for the app": f"ALTER POLICY support ON {table} TO {support}, {app}",
            "not forced": f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            "not enabled": f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        }
        if label == "organizations.Member":
            own = f"POLICY own_memberships ON {table}"
            statements["no policy of one's own"] = f"DROP {own}"
            statements["everybody's memberships"] = f"ALTER {own} USING (true)"
        for what, statement in statements.items():
            tests = tuple(
                f"{test}[{label}]"
                for test in (
                    "test_another_organizations_row_is_out_of_sight",
                    "test_another_organizations_row_is_neither_changed_nor_deleted",
                    "test_a_row_is_not_inserted_for_another_organization",
                    "test_a_row_is_not_moved_to_another_organization",
                    "test_nothing_is_read_without_an_organization",
                    "test_a_tenant_table_is_behind_its_policies_and_no_others",
                )
            )
            yield Mutation(f"{label}: {what}", sql(statement, policies_again(model)), tests)


def key_mutations() -> Iterator[Mutation]:
    from organizations.tenancy import composite_key_name, composite_key_sql
    from organizations.tests.samples import references

    for model, field in references():
        label = f"{model._meta.label}-{field.name}"
        table, key = model._meta.db_table, composite_key_name(model, field.name)
        drop = f'ALTER TABLE "{table}" DROP CONSTRAINT "{key}"'
        tests = (
            f"test_a_reference_to_another_organizations_row_is_refused[{label}]",
            f"test_a_reference_is_tied_to_the_organization[{label}]",
        )
        again = composite_key_sql(model, field.name)
        yield Mutation(f"{label}: no composite key", sql(drop, lambda again=again: [again]), tests)


def right_mutations() -> Iterator[Mutation]:
    from organizations.tenancy import FUNCTIONS, role

    app = f'"{role("default")}"'
    name = "CREATE FUNCTION current_organization()"
    original = name + FUNCTIONS.split(name)[1]
    silent = (
        "CREATE OR REPLACE FUNCTION current_organization() RETURNS bigint LANGUAGE sql STABLE "
        "AS 'SELECT current_organization_or_null()'"
    )
    yield Mutation(
        "current_organization(): silent when unset",
        sql(silent, lambda: [original.replace("CREATE", "CREATE OR REPLACE", 1)]),
        ("test_nothing_is_read_without_an_organization",),
    )
    definer = "ALTER FUNCTION current_organization() SECURITY"
    yield Mutation(
        "current_organization(): with the owner's rights",
        sql(f"{definer} DEFINER", lambda: [f"{definer} INVOKER"]),
        ("test_functions_are_the_known_ones",),
    )
    for right in ("UPDATE", "DELETE"):
        on = f"{right} ON organizations_auditentry"
        yield Mutation(
            f"organizations.AuditEntry: the app may {right}",
            sql(f"GRANT {on} TO {app}", lambda on=on: [f"REVOKE {on} FROM {app}"]),
            ("test_the_audit_trail_is_added_to_only",),
        )
    yield Mutation(
        "a table that nobody declared",
        sql("CREATE TABLE stray (id int)", lambda: ["DROP TABLE stray"]),
        ("test_every_table_is_declared",),
    )


def guard_mutations() -> Iterator[Mutation]:
    from organizations.tests import urls
    from organizations.tests.test_tenancy import views

    def tests(name: str, *parts: str) -> tuple[str, ...]:
        return tuple(f"{part}[{name}]" for part in parts)

    stranger = "test_another_organizations_owner_finds_nothing"
    login = "test_a_stranger_is_sent_to_the_login"
    view_of = {name: view for name, _route, view in views()}
    for name in urls.STREAMS:
        alone = tests(name, "test_a_stream_is_open_to_members_alone")
        yield Mutation(f"{name}: anybody is a member", anybody, alone)
        yield Mutation(f"{name}: a former member is one", former_members, alone)
    for name, make in urls.TENANT_URLS.items():
        if name in urls.STREAMS:
            continue
        yield Mutation(f"{name}: anybody is a member", anybody, tests(name, stranger))
        former = tests(name, "test_a_deactivated_member_finds_nothing")
        yield Mutation(f"{name}: a former member is one", former_members, former)
        yield Mutation(
            f"{name}: no guard at all",
            lambda view=view_of[name]: unguarded(view),
            (*tests(name, login, stranger), "test_every_view_has_the_guard"),
        )
        # A member's own things are looked for by the member, who is of one organization only.
        if make is not urls.nothing and name not in urls.PERSONAL:
            elsewhere = "test_another_organizations_object_is_not_found_below_the_own_slug"
            yield Mutation(f"{name}: looks elsewhere", looks_elsewhere, tests(name, elsewhere))
    for name in urls.MANAGERS_ONLY:
        agent = tests(name, "test_an_agent_may_not_do_what_managers_do")
        yield Mutation(f"{name}: agents are managers", agents_manage, agent)
    for name in urls.SIGNED_IN_URLS:
        yield Mutation(
            f"{name}: no guard at all",
            lambda view=view_of[name]: unguarded(view),
            (*tests(name, login), "test_every_view_has_the_guard"),
        )


@contextlib.contextmanager
def executed(statement: str, again: Callable[[], list[str]]) -> Iterator[None]:
    from django.db import connections

    values = connections["owner"].settings_dict
    address = {"host": values["HOST"], "dbname": values["NAME"], "user": values["USER"]}
    with psycopg.connect(**address, password=values["PASSWORD"], autocommit=True) as owner:
        # A connection that a test left inside a transaction would hold this up for ever.
        owner.execute("SET lock_timeout = '10s'")
        owner.execute(statement)
        try:
            yield
        finally:
            for statement in again():
                owner.execute(statement)


def sql(
    statement: str, again: Callable[[], list[str]]
) -> Callable[[], contextlib.AbstractContextManager]:
    return lambda: executed(statement, again)


def policies_again(model: type) -> Callable[[], list[str]]:
    from organizations.tenancy import policy_sql

    table = model._meta.db_table
    names = ("tenant", "support", "own_memberships")
    drops = [f'DROP POLICY IF EXISTS {name} ON "{table}"' for name in names]
    for_member = model._meta.label == "organizations.Member"
    return lambda: drops + policy_sql(table, for_member=for_member)


def anybody() -> contextlib.AbstractContextManager:
    return find_member_replaced(lambda user, slug: owner_of(slug))


def former_members() -> contextlib.AbstractContextManager:
    from organizations.models import Member
    from organizations.pages import find_member
    from organizations.tenancy import acting_user

    def find(user: object, slug: str) -> Member:
        with acting_user(user.pk):
            mine = Member.objects.select_related("organization", "user").filter(user=user)
            found = mine.filter(organization__slug=slug).first()
        return found or find_member(user, slug)

    return find_member_replaced(find)


def looks_elsewhere() -> contextlib.AbstractContextManager:
    from organizations.models import Member, Organization
    from organizations.pages import find_member

    def find(user: object, slug: str) -> Member:
        member = find_member(user, slug)
        member.organization = Organization.objects.latest("pk")
        return member

    return find_member_replaced(find)


@contextlib.contextmanager
def find_member_replaced(find: Callable) -> Iterator[None]:
    from organizations.pages import find_member

    users = [m for m in list(sys.modules.values()) if vars(m).get("find_member") is find_member]
    with contextlib.ExitStack() as stack:
        for module in users:
            stack.enter_context(mock.patch.object(module, "find_member", find))
        yield


def agents_manage() -> contextlib.AbstractContextManager:
    return mock.patch("organizations.models.Member.can_manage", True)


def unguarded(view: Callable) -> contextlib.AbstractContextManager:
    """Let a view run for anybody, as if its decorator had been forgotten."""
    from django.contrib.auth.models import AnonymousUser
    from django.urls import get_resolver

    inner = inspect.unwrap(view)

    def open_to_all(request: object, *args: object, **kwargs: object) -> object:
        from organizations.tenancy import tenant

        if "slug" not in kwargs:
            return inner(request, *args, **kwargs)
        request.member = owner_of(kwargs.pop("slug"))
        request.organization = request.member.organization
        if isinstance(request.user, AnonymousUser):
            request.user = request.member.user
        with tenant(request.organization):
            return inner(request, *args, **kwargs)

    return mock.patch.object(pattern_of(get_resolver(), view), "callback", open_to_all)


def pattern_of(resolver: object, view: Callable) -> object:
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            if found := pattern_of(pattern, view):
                return found
        elif pattern.callback is view:
            return pattern
    return None


def owner_of(slug: str) -> object:
    from organizations.models import Member, Organization
    from organizations.tenancy import tenant

    with tenant(Organization.objects.get(slug=slug)) as organization:
        people = Member.objects.select_related("user", "organization")
        return people.filter(organization=organization, role="owner", is_active=True).first()


def main() -> int:
    os.chdir(CLONE)
    sys.path.insert(0, str(CLONE))
    words = [word for word in sys.argv[1:] if word != "-v"]
    mutator = Mutator(words[0] if words else "", verbose="-v" in sys.argv)
    started = time.monotonic()
    pytest.main([*OPTIONS, *TESTS], plugins=[mutator])
    if mutator.broken_before:
        names = [item.nodeid for item in mutator.broken_before]
        print("These tests fail before anything is broken:", *names, sep="\n  ")
    count, caught = len(mutator.caught) + len(mutator.survived), len(mutator.caught)
    by_catalogue = sum(item.path.name == "test_catalogue.py" for item in mutator.caught)
    print(f"{caught - by_catalogue} by what they do, {by_catalogue} by what the catalogue says")
    print(f"{count} mutations, {caught} caught ({time.monotonic() - started:.0f} s)")
    return 0 if count and count == caught and not mutator.broken_before else 1


if __name__ == "__main__":
    sys.exit(main())
