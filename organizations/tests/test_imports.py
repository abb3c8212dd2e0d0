"""Imports go one way, so that an app can be read with what lies below it and nothing else."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ORDER = ("organizations", "privacy", "knowledge", "inbox", "leads", "scheduling", "assistant")
# Tools of the tests that stand outside the `tests` folders.
TEST_TOOLS = {"organizations/testing.py", "organizations/live.py"}


def modules(app: str) -> list[Path]:
    return [
        path
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if "tests" not in path.parts and str(path.relative_to(settings.BASE_DIR)) not in TEST_TOOLS
    ]


def imported(path: Path) -> Iterator[str]:
    """Yield every module that a file imports anywhere in it, also inside functions."""
    package = path.relative_to(settings.BASE_DIR).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = ".".join(package[: len(package) - node.level + 1])
            yield f"{base}.{node.module}" if node.module else base
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def upward(app: str, forbidden: set[str]) -> list[str]:
    return [
        f"{path.relative_to(settings.BASE_DIR)}: {name}"
        for path in modules(app)
        for name in imported(path)
        if name.split(".")[0] in forbidden
    ]


def test_an_app_imports_only_what_lies_below_it():
    found = {app: upward(app, set(ORDER[n + 1 :]) | {"katikn"}) for n, app in enumerate(ORDER)}

    assert found == {app: [] for app in ORDER}


def test_the_twins_stand_apart():
    """A double of Meta that used our code would agree with our mistakes."""
    assert upward("twins", {*ORDER, "katikn"}) == []
    assert {app: upward(app, {"twins"}) for app in ORDER} == {app: [] for app in ORDER}


def test_every_app_has_its_place_in_the_order():
    ours = [app for app in settings.INSTALLED_APPS if (settings.BASE_DIR / app).is_dir()]

    assert ours == [*ORDER, "katikn"]


def test_the_reader_of_the_environment_imports_nothing_of_ours():
    found = {name.split(".")[0] for name in imported(settings.BASE_DIR / "katikn/environment.py")}

    assert found & {*ORDER, "katikn"} == set()
