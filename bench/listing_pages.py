"""How many fields of a listing are read right from its page.

    python bench/listing_pages.py [FOLDER]

FOLDER holds pages and `expected.json` ({file: {"url", "facts": {field: value, null: not told}}});
without it, the pages of `knowledge/tests/pages`, which we wrote ourselves after the structures of
real portals: the figure says that the reader does what it was built for, not how it fares on pages
it has never seen. Needs no database and no network. A field is right if the value taken first is
the expected one; wrong if another is; missing if none is. Exit 1 under 95 % right.
"""

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import os

LEAST_RIGHT = 0.95


def main(folder: Path) -> int:
    _set_up()
    from django.utils.timezone import now

    from knowledge.fetching import Page
    from knowledge.pages import NotAListing, read_listing

    right = wrong = missing = 0
    for name, page in json.loads((folder / "expected.json").read_text()).items():
        body = (folder / name).read_bytes()
        try:
            facts = read_listing(Page(page["url"], "text/html", "", body, now()))
        except NotAListing:
            facts = {}
        found = {field: _plain(said[0].value) for field, said in facts.items()}
        errors = []
        for field, expected in page["facts"].items():
            value = found.get(field)
            right += value == expected
            missing += value is None and expected is not None
            wrong += value is not None and value != expected
            if value != expected:
                errors.append(f"{field}: {value!r} instead of {expected!r}")
        total = len(page["facts"])
        print(f"{name:40} {total - len(errors):3} of {total:3}  {'; '.join(errors)}".rstrip())
    every = right + wrong + missing
    print(
        f"fields right: {right} of {every} ({right / every:.1%}), {wrong} wrong, {missing} missing"
    )
    return 0 if right / every >= LEAST_RIGHT else 1


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if hasattr(value, "isoformat") else value


def _set_up() -> None:
    secret = "0123456789" * 6
    for name, value in {
        "SECRET_KEY": secret,
        "ENCRYPTION_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "DATABASE_URL": "postgres://app:x@127.0.0.1/none",
        "DATABASE_OWNER_URL": "postgres://owner:x@127.0.0.1/none",
        "DATABASE_SUPPORT_URL": "postgres://support:x@127.0.0.1/none",
        "DJANGO_SETTINGS_MODULE": "katikn.settings",
    }.items():
        os.environ.setdefault(name, value)
    import django

    django.setup()


if __name__ == "__main__":
    default = Path(__file__).resolve().parent.parent / "knowledge" / "tests" / "pages"
    raise SystemExit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else default))
