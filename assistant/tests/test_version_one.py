"""What an agency had set before there were versions becomes version 1, and can go back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import now

from organizations import live
from organizations.tenancy import each_organization_in_migration

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

BEFORE = ("assistant", "0009_versions_isolation")
AFTER = ("assistant", "0010_version_one")


@pytest.fixture
def apps_at() -> Iterator[Any]:
    """Migrate a database of its own; the tables of the other tests stay as they are."""
    names = {alias: connections[alias].settings_dict["NAME"] for alias in connections}
    live.create_database("before_versions")
    live.point_at(dict.fromkeys(names, "before_versions"))

    def migrated(target: tuple[str, str]) -> Any:
        executor = MigrationExecutor(connections["owner"])
        executor.migrate([target])
        return executor.loader.project_state([target]).apps

    yield migrated
    live.point_at(names)


def inside(apps: Any) -> Iterator[int]:
    return each_organization_in_migration(apps, "owner")


def test_what_was_set_becomes_version_one_and_goes_back(apps_at):
    apps = apps_at(BEFORE)
    organizations = apps.get_model("organizations", "Organization").objects.using("owner")
    shaped = organizations.create(name="Shaped", slug="shaped")
    organizations.create(name="As delivered", slug="as-delivered")
    for pk in inside(apps):
        named = {"persona_name": "Lia", "tone": "warm"} if pk == shaped.pk else {}
        settings = apps.get_model("assistant", "AssistantSettings").objects.using("owner")
        settings.create(organization_id=pk, **named)

    apps = apps_at(AFTER)
    found = {}
    for pk in inside(apps):
        versions = apps.get_model("assistant", "AssistantVersion").objects.using("owner")
        found[pk] = [(row.number, row.content["persona_name"]) for row in versions.all()]
        if pk == shaped.pk:
            content = {"persona_name": "Eva", "tone": "brief"}
            at = now()
            versions.create(
                organization_id=pk, number=2, content=content, changed_at=at, published_at=at
            )
    apps = apps_at(BEFORE)
    back = {}
    for pk in inside(apps):
        settings = apps.get_model("assistant", "AssistantSettings").objects.using("owner")
        back[pk] = settings.values_list("persona_name", "tone").get()

    assert sorted(found.values()) == [[], [(1, "Lia")]]
    assert back.pop(shaped.pk) == ("Eva", "brief")
    assert list(back.values()) == [("", "")]
