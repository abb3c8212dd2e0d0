"""The second factor: how it is set up, used and turned off, and that its secrets stay sealed."""

import json
from base64 import b64decode
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory

from organizations.secrets import SecretUnreadable, open_for_user, seal_for_user
from organizations.tests.codes import SECRET, code_of, set_up, wrong_code
from organizations.tests.factories import OrganizationFactory, UserFactory

PASSWORD = "a-long-test-password"


@pytest.fixture(autouse=True)
def standing_clock(db):
    """A code is good for half a minute by the clock, which a test must not run across."""
    cache.clear()
    with time_machine.travel(1_790_000_000, tick=False):
        yield


@pytest.fixture
def user(db):
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def protected(user):
    """A user whose second factor is set up."""
    set_up(user)
    return user


def sign_in(client, user, code=None):
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    if code is not None:
        return client.post("/accounts/2fa/authenticate/", {"code": code})
    return None


def is_signed_in(client):
    return "_auth_user_id" in client.session


def recovery_codes(user):
    return Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()


def everything_stored():
    """All rows that could hold a secret of the second factor, as text, with sessions decoded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        rows = [row for (row,) in cursor.fetchall()]
        cursor.execute("SELECT cache_key || value FROM rate_limit_cache")
        rows += [row for (row,) in cursor.fetchall()]
    rows += [json.dumps(session.get_decoded()) for session in Session.objects.all()]
    return "\n".join(rows)


# Setting up


def test_an_app_is_set_up_with_its_first_code_and_the_recovery_codes_are_shown(client, user):
    sign_in(client, user)
    page = confirm_password(client, "/accounts/2fa/totp/activate/")
    code = {"code": code_of(page.context["form"].secret)}

    shown = client.post("/accounts/2fa/totp/activate/", code, follow=True)

    assert shown.redirect_chain == [("/accounts/2fa/recovery-codes/", 302)]
    assert [code in shown.content.decode() for code in recovery_codes(user)] == [True] * 10


def test_the_picture_for_the_app_names_the_product_and_the_person(client, user):
    sign_in(client, user)
    page = confirm_password(client, "/accounts/2fa/totp/activate/")

    url = urlsplit(page.context["totp_url"])
    picture = b64decode(page.context["totp_svg_data_uri"].split(",", 1)[1])

    assert (url.scheme, url.path) == ("otpauth", f"/{user.email.replace('@', '%40')}")
    assert parse_qs(url.query) == {"secret": [page.context["form"].secret], "issuer": ["KΛTIKN"]}
    assert picture.lstrip().startswith(b"<?xml")


def test_a_wrong_first_code_keeps_the_secret_that_was_scanned(client, user):
    sign_in(client, user)
    secret = confirm_password(client, "/accounts/2fa/totp/activate/").context["form"].secret

    again = client.post("/accounts/2fa/totp/activate/", {"code": wrong_code(secret)})

    assert again.context["form"].secret == secret
    assert "This code is not right" in again.content.decode()
    assert Authenticator.objects.count() == 0


def test_setting_up_asks_for_the_password_once_more(client, user):
    client.force_login(user)

    response = client.get("/accounts/2fa/totp/activate/")

    assert response.headers["Location"].startswith("/accounts/reauthenticate/")


def test_nobody_sets_up_a_second_factor_before_confirming_the_address(client, db):
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    client.force_login(user)

    response = client.get("/accounts/2fa/totp/activate/", follow=True)

    assert "Confirm your e-mail address first" in response.content.decode()


def test_owners_are_offered_a_second_factor_until_they_have_one(client, db):
    owner = OrganizationFactory().owner.user
    client.force_login(owner)
    offer = "You own an organization"

    before = client.get("/accounts/profile/").content.decode()
    set_up(owner)
    after = client.get("/accounts/profile/").content.decode()

    assert (offer in before, offer in after) == (True, False)


# Signing in


def test_the_password_alone_does_not_sign_in(client, protected):
    sign_in(client, protected)

    assert not is_signed_in(client)


def test_password_and_code_sign_in(client, protected):
    sign_in(client, protected, code_of())

    assert is_signed_in(client)


def test_a_wrong_code_does_not_sign_in(client, protected):
    response = sign_in(client, protected, wrong_code())

    assert not is_signed_in(client)
    assert "This code is not right" in response.content.decode()


def test_a_code_works_once(client, protected):
    code = code_of()
    sign_in(client, protected, code)
    client.post("/accounts/logout/")

    sign_in(client, protected, code)

    assert not is_signed_in(client)


def test_codes_are_guessed_a_few_times_only(client, protected):
    client.post("/accounts/login/", {"login": protected.email, "password": PASSWORD})
    for _ in range(10):
        client.post("/accounts/2fa/authenticate/", {"code": wrong_code()})

    response = client.post("/accounts/2fa/authenticate/", {"code": code_of()})

    assert "Too many attempts" in response.content.decode()
    assert not is_signed_in(client)


def test_a_recovery_code_signs_in_once(client, protected):
    code = recovery_codes(protected)[3]
    sign_in(client, protected, code)
    first = is_signed_in(client)
    client.post("/accounts/logout/")
    cache.clear()

    sign_in(client, protected, code)

    assert (first, is_signed_in(client)) == (True, False)
    assert len(recovery_codes(protected)) == 9


def test_a_code_proves_who_it_is_instead_of_the_password(client, protected):
    sign_in(client, protected, recovery_codes(protected)[0])

    asked = client.get("/accounts/2fa/recovery-codes/")
    shown = client.post(
        "/accounts/2fa/reauthenticate/?next=/accounts/2fa/recovery-codes/",
        {"code": code_of(), "next": "/accounts/2fa/recovery-codes/"},
        follow=True,
    )

    assert asked.status_code == 302
    assert recovery_codes(protected)[0] in shown.content.decode()


def test_the_second_factor_is_turned_off(client, protected):
    sign_in(client, protected, code_of())
    confirm_password(client, "/accounts/2fa/totp/deactivate/")

    client.post("/accounts/2fa/totp/deactivate/")

    assert Authenticator.objects.count() == 0


def test_a_person_is_told_by_mail_what_happens_to_their_second_factor(
    transactional_db, client, user
):
    sign_in(client, user)
    page = confirm_password(client, "/accounts/2fa/totp/activate/")
    code = {"code": code_of(page.context["form"].secret)}

    client.post("/accounts/2fa/totp/activate/", code)
    client.post("/accounts/2fa/recovery-codes/generate/")
    client.post("/accounts/2fa/totp/deactivate/")

    assert [message.subject for message in mail.outbox] == [
        "Two-factor sign-in is on",
        "You have new recovery codes",
        "Two-factor sign-in is off",
    ]


def test_new_recovery_codes_replace_the_old_ones(client, protected):
    old = recovery_codes(protected)
    sign_in(client, protected, code_of())
    confirm_password(client, "/accounts/2fa/recovery-codes/generate/")

    client.post("/accounts/2fa/recovery-codes/generate/")

    assert set(old) & set(recovery_codes(protected)) == set()


def test_the_recovery_codes_can_be_kept_in_a_file(client, protected):
    sign_in(client, protected, code_of())
    confirm_password(client, "/accounts/2fa/recovery-codes/")

    file = client.get("/accounts/2fa/recovery-codes/download/")

    assert file.headers["Content-Type"] == "text/plain"
    assert file.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert file.content.decode().split("\n")[2:12] == recovery_codes(protected)


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/2fa/",
        "/accounts/2fa/reauthenticate/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/generate/",
    ],
)
def test_a_page_of_the_second_factor_is_in_our_look(client, protected, address):
    sign_in(client, protected, code_of())
    confirm_password(client, "/accounts/2fa/recovery-codes/")

    response = client.get(address)

    assert response.status_code == 200
    assert 'class="sheet"' in response.content.decode()


def test_the_page_that_asks_for_the_code_is_in_our_look(client, protected):
    sign_in(client, protected)

    assert 'class="sheet"' in client.get("/accounts/2fa/authenticate/").content.decode()


# Sealed


def test_no_table_holds_the_secret_in_the_clear(client, user):
    sign_in(client, user)
    secret = confirm_password(client, "/accounts/2fa/totp/activate/").context["form"].secret
    pending = everything_stored()
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    stored = everything_stored()

    assert "mfa.totp.secret" in pending
    assert '"seed"' in stored
    assert str(secret) not in pending + stored
    assert [code for code in recovery_codes(user) if code in stored] == []


@pytest.mark.parametrize("kind", ["totp", "recovery_codes"])
def test_a_secret_moved_to_another_user_does_not_open(protected, kind):
    """Whoever may write to the table could otherwise plant a factor of their own."""
    other = UserFactory()
    Authenticator.objects.filter(user=protected, type=kind).update(user=other)
    moved = Authenticator.objects.get(user=other)

    with pytest.raises(SecretUnreadable, match="somebody else"):
        moved.wrap().validate_code(code_of())


def test_a_value_copied_into_another_users_row_does_not_open(client, protected):
    mallory = UserFactory()
    set_up(mallory, "A" * 32)
    planted = Authenticator.objects.get(user=mallory, type="totp").data
    Authenticator.objects.filter(user=protected, type="totp").update(data=planted)

    response = sign_in(client, protected, code_of("A" * 32))

    assert_refused(client, response)


def test_without_the_key_nobody_is_signed_in_and_support_is_named(client, protected, settings):
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    response = sign_in(client, protected, code_of())

    assert_refused(client, response)


def test_a_secret_in_the_clear_is_never_accepted(client, protected):
    Authenticator.objects.filter(user=protected, type="totp").update(data={"secret": SECRET})

    response = sign_in(client, protected, code_of())

    assert_refused(client, response)


def test_a_page_that_needs_an_unreadable_secret_names_support(client, protected):
    sign_in(client, protected, code_of())
    confirm_password(client, "/accounts/2fa/recovery-codes/")
    damaged = {"seed": "0" * 80, "used_mask": 0}
    Authenticator.objects.filter(user=protected, type="recovery_codes").update(data=damaged)

    response = client.get("/accounts/2fa/recovery-codes/")

    assert response.status_code == 500
    assert "contact support" in response.content.decode()


def test_a_code_after_a_new_key_came_first_still_signs_in(client, protected, settings):
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.ENCRYPTION_KEYS]

    sign_in(client, protected, code_of())

    assert is_signed_in(client)


def test_a_sealed_value_opens_for_its_owner_alone():
    sealed = seal_for_user(1, SECRET)

    assert open_for_user(1, sealed) == SECRET
    for somebody in (0, 11, 2):
        with pytest.raises(SecretUnreadable):
            open_for_user(somebody, sealed)


def test_a_secret_is_sealed_for_a_person_who_is_signed_in_only(client, db):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with context.request_context(request), pytest.raises(PermissionError):
        TOTP.activate(UserFactory(), SECRET)


def assert_refused(client, response):
    assert not is_signed_in(client)
    assert "Please contact support" in response.content.decode()


def confirm_password(client, address):
    """Open a page that asks for the password first, and give it."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": address})
    return client.get(address)
