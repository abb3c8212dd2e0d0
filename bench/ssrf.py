"""Hostile pages against the fetcher: forbidden addresses, drip-feeds, decompression bombs.

    python bench/ssrf.py

Needs no database. Name lookups and connections are intercepted (`knowledge/tests/hostile.py`), so
that nothing leaves the machine. Exit 0 if no forbidden address was reached, every drip-feed ended
within half a second of the deadline and no bomb held more than 16 MB.
"""

import os
import sys
import time
import tracemalloc
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django
from django.conf import settings

DEADLINE = 2.0
MOST_HELD = 16_000_000


def main() -> int:
    settings.configure(
        BASE_URL="https://inbox.example.com",
        FETCH_ALLOWED_ADDRESSES=[],
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.dummy"}},
    )
    django.setup()
    from knowledge.fetching import NotFetched, SafeFetcher
    from knowledge.tests import hostile

    def outcome(url: str, **options: float) -> str:
        try:
            return f"{len(SafeFetcher(**options).fetch(url).body)} bytes"
        except NotFetched as refusal:
            return str(refusal.reason)

    fine = True
    with hostile.internet() as net:
        for case in [*hostile.HOSTILE, hostile.REBINDING]:
            before = len(net.forbidden)
            said = outcome(case.url)
            reached = len(net.forbidden) - before
            print(f"{case.name:24} {said:12} {'REACHED' if reached else ''}".rstrip())
        for case in hostile.CONTROLS:
            said = outcome(case.url)
            fine &= said == f"{len(hostile.PAGE)} bytes"
            print(f"control: {case.name:24} {said}")
        number = len(hostile.HOSTILE) + 1
        print(f"forbidden addresses reached: {len(net.forbidden)} of {number} cases")
        fine &= not net.forbidden
        for name in ("drip-body", "drip-headers", "silence"):
            begun = time.monotonic()
            said = outcome(f"http://public.example/{name}", deadline=DEADLINE)
            held = time.monotonic() - begun
            fine &= said == "timeout" and held < DEADLINE + 0.5
            print(f"{name:24} {said:12} held {held:.2f} s with a deadline of {DEADLINE} s")
        for encoding in ("gzip", "deflate", "raw-deflate", "br", "nested"):
            sent = len(hostile.bomb(encoding)[0])
            tracemalloc.start()
            begun = time.monotonic()
            said = outcome(f"http://public.example/bomb-{encoding}")
            held, (_now, peak) = time.monotonic() - begun, tracemalloc.get_traced_memory()
            tracemalloc.stop()
            fine &= said in ("too_big", "unreadable") and peak < MOST_HELD
            print(
                f"bomb {encoding:12} {said:12} {sent / 1e3:.1f} kB for 200 MB, at most "
                f"{peak / 1e6:.1f} MB held, {held:.2f} s"
            )
    return 0 if fine else 1


if __name__ == "__main__":
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    raise SystemExit(main())
