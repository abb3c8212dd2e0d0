"""Pages for what went wrong: in our look, with what to do next, and without anybody's data."""

import pytest
from django.template.loader import render_to_string

from organizations.tests.factories import OrganizationFactory


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "405", "429", "500"])
def test_each_page_says_what_happened_and_leads_back(name):
    page = render_to_string(f"{name}.html")

    assert "css/app.css" in page
    assert page.count("<h1>") == 1
    assert '<a class="button primary" href="/">' in page
    assert "<script" not in page


def test_a_forms_address_is_told_to_people_as_no_page_and_to_machines_as_405(client, db):
    organization = OrganizationFactory()
    client.force_login(organization.owner.user)
    url = "/accounts/2fa/totp/deactivate/x"
    form = f"/{organization.slug}/inbox/news/seen/"

    person = client.get(form, headers={"Accept": "text/html,*/*"})
    machine = client.get(form, headers={"Accept": "application/json"})

    assert (person.status_code, machine.status_code) == (405, 405)
    assert (person.headers["Allow"], machine.headers["Allow"]) == ("POST", "POST")
    assert "This address is not a page" in person.content.decode()
    assert machine.content == b""
    assert organization.owner.user.email not in person.content.decode()
    assert client.get(url).status_code == 404


def test_too_many_attempts_get_a_page_in_our_look(client, db, settings):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}
    for _ in range(2):
        response = client.post("/accounts/signup/", {})

    assert response.status_code == 429
    assert "That was too often" in response.content.decode()
