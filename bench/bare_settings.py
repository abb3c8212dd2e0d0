"""The product's settings with the addresses of `bench/bare.py`."""

from katikn.settings import *  # noqa: F403

ROOT_URLCONF = "bench.bare"
