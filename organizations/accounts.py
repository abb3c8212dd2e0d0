"""How allauth signs people in and up here."""

import time

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from organizations.models import User


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("E-mail or password is not right."),
        "too_many_login_attempts": _("Too many attempts. Please wait a few minutes."),
    }

    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:
        user.name = form.cleaned_data["name"]
        return super().save_user(request, user, form, commit)

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        """Let who signed in a moment ago look after the second factor, or export, at once.

        A person who has an authenticator app needs a code of it for that, others their password.
        Everything else asks once more, as does a login with a recovery code.
        """
        if app in ("allauth.mfa", "privacy") and signed_in_lately(self.request):
            return False
        return super().is_reauthentication_required(app=app, **kwargs)


def signed_in_lately(request: HttpRequest) -> bool:
    """Whether this session proved all that its user has, within five minutes."""
    since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    fresh = [record for record in records if record["at"] > since]
    apps = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP)
    ids = set(apps.values_list("pk", flat=True))
    if ids:
        return any(each["method"] == "mfa" and each.get("id") in ids for each in fresh)
    return any(each["method"] == "password" for each in fresh)
