"""The files that others wrote are the ones we looked at; our own styles keep to the tokens."""

import hashlib
import re
import tomllib

import pytest
from django.conf import settings

STATIC = settings.BASE_DIR / "static"
ENTRIES = tomllib.loads((STATIC / "vendor" / "VENDOR.toml").read_text())["file"]
STYLESHEETS = sorted((STATIC / "css").glob("*.css"))
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
def test_a_vendored_file_is_the_one_that_was_reviewed(entry):
    digest = hashlib.sha256((STATIC / entry["file"]).read_bytes()).hexdigest()

    assert digest == entry["sha256"]


def test_every_vendored_file_is_listed():
    present = {f"vendor/{path.name}" for path in (STATIC / "vendor").iterdir()}

    listed = {entry["file"] for entry in ENTRIES}

    assert present - {"vendor/VENDOR.toml"} == listed - {"icons.svg"}


@pytest.mark.parametrize("path", STYLESHEETS, ids=lambda path: path.name)
def test_raw_colours_stand_only_among_the_tokens(path):
    rules = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)

    raw = re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])|\b(?:rgb|hsl|oklch|oklab|lch)a?\(", rules)

    assert (raw == []) is (path.name != "tokens.css")


@pytest.mark.parametrize("path", STYLESHEETS, ids=lambda path: path.name)
def test_styles_follow_the_direction_of_the_text(path):
    physical = re.findall(
        r"(?:margin|padding|border|inset)-(?:left|right)\b|(?:^|[\s;{])(?:left|right)\s*:"
        r"|text-align:\s*(?:left|right)|float:\s*(?:left|right)",
        path.read_text(),
    )

    assert physical == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_inline_style_or_handler(path):
    inline = re.findall(r"<style|\sstyle=|\son[a-z]+=|\shx-on", path.read_text())

    assert inline == []


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))

    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r'(?:\{% icon |icon=)"([a-z0-9-]+)"', path.read_text())
    }

    assert named - sprite == set()
