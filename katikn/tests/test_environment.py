"""`.env.example` names what the settings read, and nothing else."""

import ast
import re

from django.conf import settings

READERS = {"required", "database", "key_list", "address_list"}
# Read by the launcher before there are settings.
OUTSIDE_SETTINGS = {"KATIKN_POSTGRES"}


def test_the_example_names_every_variable_of_the_settings():
    text = (settings.BASE_DIR / ".env.example").read_text()

    named = set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))

    assert named == variables_of_settings() | OUTSIDE_SETTINGS


def variables_of_settings() -> set[str]:
    tree = ast.parse((settings.BASE_DIR / "katikn" / "settings.py").read_text())
    return {
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and reads_environment(call.func)
    }


def reads_environment(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id in READERS
    return isinstance(function, ast.Attribute) and getattr(function.value, "id", "") == "env"
