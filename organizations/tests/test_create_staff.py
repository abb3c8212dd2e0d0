"""`manage.py create_staff`: who belongs to the staff, and that no password is printed."""

import re
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command

from organizations.models import User
from organizations.tests.factories import UserFactory

PASSWORD = "mosaic harbour lemon"
pytestmark = pytest.mark.django_db


def create_staff(*arguments):
    output = StringIO()
    call_command("create_staff", *arguments, stdout=output)
    return output.getvalue()


def test_a_new_person_sets_a_password_by_the_link_of_a_mail(client):
    said = create_staff("Ann@Operator.example", "--name", "Ann Riga")

    user = User.objects.get(email="ann@operator.example")
    (message,) = mail.outbox
    (link,) = re.findall(r"http://\S+?(/accounts/\S+)", message.body)
    form = client.get(link).headers["Location"]
    client.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    user.refresh_from_db()
    assert (user.name, user.is_staff, user.is_superuser) == ("Ann Riga", True, False)
    assert message.to == ["ann@operator.example"]
    assert user.check_password(PASSWORD)
    assert EmailAddress.objects.get(user=user).verified
    assert link not in said


def test_somebody_with_an_account_keeps_their_password():
    user = UserFactory(password=PASSWORD)

    create_staff(user.email)

    user.refresh_from_db()
    assert (user.is_staff, user.check_password(PASSWORD), mail.outbox) == (True, True, [])


def test_the_admin_is_taken_away_again():
    user = UserFactory(is_staff=True)

    create_staff(user.email, "--withdraw")

    user.refresh_from_db()
    assert (user.is_staff, user.is_active) == (False, True)


def test_only_staff_can_be_withdrawn():
    with pytest.raises(CommandError, match="not of the staff"):
        create_staff(UserFactory().email, "--withdraw")


def test_what_is_no_address_is_refused():
    with pytest.raises(CommandError, match="not an e-mail address"):
        create_staff("ann")
