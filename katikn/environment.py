"""Settings from the environment, each with a clear sentence when it is missing or wrong."""

import sys
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules

env = environ.Env()


def load_files() -> None:
    """Read `.env`, else what `bin/demo` wrote; a variable of the process always wins."""
    for path in (BASE_DIR / ".env", BASE_DIR / ".data" / "demo.env"):
        if path.exists():
            environ.Env.read_env(path)
            return


def required(name: str, explanation: str) -> str:
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. {explanation} See .env.example, or run bin/demo, which sets it."
        )
    return value


def database(name: str, explanation: str) -> dict[str, object]:
    """Return Django's settings for one PostgreSQL address.

    `postgres://user:password@host:5432/name`, or `postgres://user:password@/name?host=/folder`
    for a Unix socket.
    """
    url = urlsplit(required(name, explanation))
    if url.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(
            f"{name} must start with postgres://, not {url.scheme or 'nothing'}://. "
            "KΛTIKN runs on PostgreSQL only."
        )
    if not url.username or not url.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must name a role and a database.")
    options = dict(parse_qsl(url.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username),
        "PASSWORD": unquote(url.password or ""),
        "HOST": options.pop("host", None) or unquote(url.hostname or ""),
        "PORT": options.pop("port", None) or (str(url.port) if url.port else ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def key_list(name: str, explanation: str) -> list[str]:
    keys = [key.strip() for key in required(name, explanation).split(",") if key.strip()]
    if not keys:
        raise ImproperlyConfigured(f"{name} holds no key. {explanation}")
    for position, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            raise ImproperlyConfigured(
                f"Key {position} of {name} is no Fernet key, which is 32 random bytes in "
                f"URL-safe base64. {explanation} .env.example says how to make one."
            ) from None
    return keys


def address_list(name: str) -> list[str]:
    """Return the `address:port` pairs of a variable; a name of a host is refused."""
    places = [place.strip() for place in env.list(name, default=[]) if place.strip()]
    for place in places:
        host, _colon, port = place.rpartition(":")
        try:
            ip_address(host.strip("[]"))
            int(port)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name} holds {place!r}. Write address:port with a literal address, such as "
                "127.0.0.1:8100."
            ) from error
    return places
