"""Loopback doubles of outside services, for tests and the demonstration only."""

import os


class OutsideDemonstration(RuntimeError):
    """A twin was started without `KATIKN_DEMO=1` in the environment."""


def require_demonstration() -> None:
    """Raise `OutsideDemonstration` unless `KATIKN_DEMO=1`: a twin trusts whoever reaches it."""
    if os.environ.get("KATIKN_DEMO") != "1":
        raise OutsideDemonstration(
            "The twins are for tests and the demonstration: set KATIKN_DEMO=1 to run them."
        )
