"""The website of an invented agency: two pages of homes that an import can be tried on.

The Meta twin serves it under `/homes/`, so that the demonstration needs no further program.
"""

from pathlib import Path

HERE = Path(__file__).parent
PAGES = {
    "/homes/": ("index.html", "text/html; charset=utf-8"),
    "/homes/sea-breeze-4711/": ("sea-breeze.html", "text/html; charset=utf-8"),
    "/homes/diamerisma-koukaki-4712/": ("koukaki.html", "text/html; charset=utf-8"),
    "/homes/site.css": ("site.css", "text/css; charset=utf-8"),
}


def read_page(path: str) -> tuple[bytes, str] | None:
    """The bytes of a page and their content type, or nothing for an unknown path."""
    if path not in PAGES:
        return None
    name, content_type = PAGES[path]
    return (HERE / name).read_bytes(), content_type
