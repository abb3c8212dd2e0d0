"""Every template can be read, also the pieces that no test happens to show."""

import pytest
from django.conf import settings
from django.template.loader import get_template

FOLDER = settings.BASE_DIR / "templates"
NAMES = sorted(
    str(path.relative_to(FOLDER))
    for path in FOLDER.rglob("*.*")
    if path.suffix in (".html", ".txt")
)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_well_formed(name):
    assert get_template(name).template.name == name
