"""A second factor for tests: set up without a browser, and the codes its app would show."""

from allauth.core import context
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import RequestFactory

from organizations.models import User

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def set_up(user: User, secret: str = SECRET) -> None:
    request = RequestFactory().get("/")
    request.user = user
    with context.request_context(request):
        TOTP.activate(user, secret)
        RecoveryCodes.activate(user)


def code_of(secret: str = SECRET) -> str:
    (counter,) = yield_hotp_counters_from_time()
    return format_hotp_value(hotp_value(secret, counter))


def wrong_code(secret: str = SECRET) -> str:
    return f"{(int(code_of(secret)) + 1) % 10**6:06}"
