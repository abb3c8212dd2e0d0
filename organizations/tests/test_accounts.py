"""Signing up, in and out; what a stranger can learn from it: nothing."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from organizations.founding import found_organization, reserved_slugs
from organizations.models import AuditEntry, Organization, User
from organizations.pages import memberships
from organizations.tenancy import tenant
from organizations.tests.factories import MemberFactory, OrganizationFactory, UserFactory

PASSWORD = "mosaic harbour lemon"
FORM = {
    "name": "Eleni Georgiou",
    "email": "Eleni@Agency.example",
    "password1": PASSWORD,
    "company": "Georgiou Homes",
    "phone": "+357 25 123456",
    "agent_count": "4",
}


def link_in(message):
    (link,) = re.findall(r"http://testserver(/\S+)", message.body)
    return link


def verified(user):
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def test_sign_up_makes_a_user_and_the_organization_they_own(client, db):
    client.post("/accounts/signup/", FORM)

    user = User.objects.get()
    (member,) = memberships(user)
    organization = member.organization
    assert (user.email, user.name) == ("eleni@agency.example", "Eleni Georgiou")
    assert (organization.name, organization.phone) == ("Georgiou Homes", "+357 25 123456")
    assert (organization.agent_count, organization.slug) == (4, "georgiou-homes")
    assert member.role == "owner"


def test_the_mail_of_sign_up_opens_the_organization(client, db):
    client.post("/accounts/signup/", FORM)
    client.post(link_in(mail.outbox[0]))

    response = client.get("/")

    assert response.headers["Location"] == "/georgiou-homes/inbox/"


def test_nobody_enters_before_confirming_the_address(client, db):
    client.post("/accounts/signup/", FORM)

    client.post("/accounts/login/", {"login": "eleni@agency.example", "password": PASSWORD})

    assert "_auth_user_id" not in client.session


def test_sign_up_answers_the_same_for_a_known_address_and_mails_its_owner(client, db):
    verified(UserFactory(email="eleni@agency.example"))

    known = client.post("/accounts/signup/", FORM)
    client.cookies.clear()
    new = client.post("/accounts/signup/", FORM | {"email": "other@agency.example"})

    assert (known.status_code, known.headers["Location"]) == (
        new.status_code,
        new.headers["Location"],
    )
    assert [m.subject for m in mail.outbox] == [
        "You have an account already",
        "Welcome to KΛTIKN: confirm your e-mail address",
    ]
    assert Organization.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("password1", "too short", "at least 12 characters"),
        ("password1", "administrator", "too common"),
        ("phone", "call me", "Write a telephone number"),
        ("agent_count", "0", "greater than or equal to 1"),
        ("company", "", "This field is required"),
        ("company", "a\x00b", "Null characters"),
        ("email", "nobody", "valid email"),
    ],
)
def test_sign_up_says_what_is_wrong_and_keeps_the_rest(client, db, field, value, error):
    response = client.post("/accounts/signup/", FORM | {field: value})

    assert error in response.content.decode()
    assert "Eleni Georgiou" in response.content.decode()
    assert User.objects.count() == 0


def test_sign_in_leads_to_the_organization_opened_last(client, db):
    first, second = OrganizationFactory(), OrganizationFactory()
    user = verified(first.owner.user)
    MemberFactory(organization=second, user=user)
    client.force_login(user)
    client.get(reverse("organizations:members", args=[second.slug]))
    client.logout()

    client.post("/accounts/login/", {"login": user.email, "password": "a-long-test-password"})
    response = client.get("/")

    assert response.headers["Location"] == f"/{second.slug}/inbox/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, db):
    user = verified(UserFactory())

    wrong = client.post("/accounts/login/", {"login": user.email, "password": "x" * 12})
    unknown = client.post("/accounts/login/", {"login": "no@body.example", "password": "x" * 12})

    errors = [response.context["form"].errors for response in (wrong, unknown)]
    assert errors[0] == errors[1] != {}


def test_a_password_is_reset_by_mail(client, db):
    user = verified(UserFactory())
    client.post("/accounts/password/reset/", {"email": user.email})
    form_address = client.get(link_in(mail.outbox[0])).headers["Location"]

    client.post(form_address, {"password1": PASSWORD, "password2": PASSWORD})

    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_reset_answers_the_same_for_an_unknown_address(client, db):
    user = verified(UserFactory())

    known = client.post("/accounts/password/reset/", {"email": user.email})
    unknown = client.post("/accounts/password/reset/", {"email": "no@body.example"})

    assert known.headers["Location"] == unknown.headers["Location"]
    assert [m.subject for m in mail.outbox] == [
        "Set a new password",
        "No account with this address",
    ]


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-abc/",
        "/accounts/password/reset/key/done/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/abc/",
        "/accounts/inactive/",
    ],
)
def test_a_page_for_strangers_is_in_our_look(client, db, address):
    response = client.get(address)

    assert response.status_code == 200
    assert 'class="sheet"' in response.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/logout/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
        "/accounts/profile/",
        "/accounts/organizations/",
        "/accounts/organizations/new/",
    ],
)
def test_a_page_of_ones_own_is_in_our_look(client, db, address):
    user = verified(OrganizationFactory().owner.user)
    user.set_password(PASSWORD)
    user.save()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})

    response = client.get(address)

    assert response.status_code == 200
    assert 'class="sheet"' in response.content.decode()


def test_a_user_without_an_organization_founds_one(client, db):
    user = UserFactory()
    client.force_login(user)

    asked = client.get("/", follow=True)
    client.post(asked.redirect_chain[-1][0], {k: FORM[k] for k in FORM if k != "email"})

    assert [m.organization.name for m in memberships(user)] == ["Georgiou Homes"]


def test_the_theme_is_remembered(client, db):
    user = UserFactory()
    client.force_login(user)

    response = client.post(
        reverse("organizations:theme"), {"theme": "dark"}, headers={"HX-Request": "true"}
    )

    user.refresh_from_db()
    assert (response.status_code, user.theme) == (204, "dark")


def test_an_unknown_theme_is_refused(client, db):
    client.force_login(UserFactory())

    assert client.post(reverse("organizations:theme"), {"theme": "neon"}).status_code == 422


def test_the_profile_is_saved(client, db):
    user = UserFactory()
    client.force_login(user)

    client.post(
        reverse("organizations:profile"), {"name": "Nikos", "language": "en", "theme": "light"}
    )

    user.refresh_from_db()
    assert (user.name, user.language, user.theme) == ("Nikos", "en", "light")


def test_a_profile_without_a_name_comes_back_with_the_reason(client, db):
    client.force_login(UserFactory())

    response = client.post(reverse("organizations:profile"), {"language": "en", "theme": "light"})

    assert response.status_code == 422


def test_two_companies_of_one_name_get_different_addresses(db):
    first = found_organization(UserFactory(), "Sea View", "+357 25 1", 1)
    second = found_organization(UserFactory(), "Sea View", "+357 25 1", 1)

    assert first.slug == "sea-view"
    assert second.slug.startswith("sea-view-")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Κατοικία & Θέα", "katoikia-thea"),
        ("Accounts", "accounts-agency"),
        ("de", "de-agency"),
        ("漢字", "agency"),
    ],
)
def test_an_address_is_made_of_plain_letters_and_never_a_reserved_word(db, name, slug):
    assert found_organization(UserFactory(), name, "+357 25 1", 1).slug == slug


def test_every_first_part_of_an_address_is_reserved():
    assert {"accounts", "admin", "invitations", "privacy", "webhooks"} <= reserved_slugs()


def test_founding_is_in_the_audit_trail(db):
    organization = OrganizationFactory()

    with tenant(organization):
        actions = list(AuditEntry.objects.values_list("action", flat=True))
    assert actions == ["organization.founded"]
