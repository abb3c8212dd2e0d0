"""`manage.py create_staff EMAIL`: make a person of the operator's staff, or withdraw that."""

from argparse import ArgumentTypeError
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from organizations.models import User


class Command(BaseCommand):
    help = (
        "Make a person of the staff, who may open /admin/. A new one is sent a link to set a "
        "password, and sets up a second factor at the first visit. No password is printed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", type=_email)
        parser.add_argument("--name", default="", help="how the owners of an organization see them")
        parser.add_argument(
            "--withdraw", action="store_true", help="take the admin away again; the account stays"
        )

    def handle(self, *args: Any, email: str, name: str, withdraw: bool, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if withdraw:
            self._withdraw(user, email)
            return
        with transaction.atomic():
            user = _make(user, email, name)
        if user.has_usable_password():
            self.stdout.write(f"{email} is of the staff now, with the password they have.")
            return
        _send_link(user)
        self.stdout.write(f"{email} is of the staff now. A link to set a password is on its way.")

    def _withdraw(self, user: User | None, email: str) -> None:
        if user is None or not user.is_staff:
            raise CommandError(f"{email} is not of the staff.")
        user.is_staff = False
        user.save(update_fields=["is_staff"])
        self.stdout.write(f"{email} is not of the staff any more.")


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise ArgumentTypeError(f"{text!r} is not an e-mail address.") from error
    return text.lower()


def _make(user: User | None, email: str, name: str) -> User:
    if user is None:
        user = User.objects.create_user(email, name=name or email.split("@")[0])
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return user


def _send_link(user: User) -> None:
    token = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), token])
    context = {"user": user, "link": settings.BASE_URL + path}
    text = render_to_string("organizations/email/staff.txt", context)
    send_mail("Your account for the support of KΛTIKN", text, None, [user.email])
