"""Every URL, asked for by people who must not see it. `urls.py` says what each one needs."""

from collections.abc import Callable, Iterator

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpResponse
from django.test import AsyncClient, Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from organizations.tests import urls
from organizations.tests.factories import MemberFactory, OrganizationFactory
from organizations.tests.urls import (
    BODIES,
    MANAGERS_ONLY,
    PERSONAL,
    PUBLIC_URLS,
    SIGNED_IN_URLS,
    STAFF_NAMESPACE,
    STREAMS,
    TENANT_URLS,
)

every_tenant_url = pytest.mark.parametrize("name", sorted({*TENANT_URLS} - STREAMS))
every_stream = pytest.mark.parametrize("name", sorted(STREAMS))
every_url_of_an_object = pytest.mark.parametrize(
    "name", sorted(name for name, make in TENANT_URLS.items() if make is not urls.nothing)
)
every_url_behind_the_login = pytest.mark.parametrize(
    "name", sorted({*TENANT_URLS, *SIGNED_IN_URLS} - STREAMS)
)


def views(
    patterns: list[URLPattern | URLResolver] | None = None, namespace: str = "", above: str = ""
) -> Iterator[tuple[str, str, Callable]]:
    """Yield every URL's name, such as `inbox:send`, its whole route, and its view.

    All but those of the admin, which the staff's own sweep asks for.
    """
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = f"{above}{pattern.pattern}"
        if f"{getattr(pattern, 'namespace', '')}:" == STAFF_NAMESPACE:
            continue
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from views(pattern.url_patterns, inner, route)
        else:
            yield f"{namespace}{pattern.name or route}", route, pattern.callback


def address(name, organization, arguments=None):
    return reverse(name, kwargs={"slug": organization.slug, **(arguments or {})})


def signed_in_as(member):
    client = Client()
    client.force_login(member.user)
    return client


def both(client: Client, url: str, **options) -> dict[str, HttpResponse]:
    """Ask with GET and POST; what the view does not take at all, it answers with 405."""
    answers = {"GET": client.get(url, **options), "POST": client.post(url, **options)}
    for answer in answers.values():
        answer.close()
    taken = {method: a for method, a in answers.items() if a.status_code != 405}
    assert taken, f"{url} takes neither GET nor POST"
    return taken


def statuses(answers):
    return {answer.status_code for answer in answers.values()}


def test_every_url_is_listed_and_every_line_is_a_url():
    assert {name for name, _route, _view in views()} == {
        *TENANT_URLS,
        *SIGNED_IN_URLS,
        *PUBLIC_URLS,
    }


def test_every_url_below_a_slug_is_for_members_and_no_other_is():
    below = {name for name, route, _view in views() if "<slug:slug>" in route}

    assert below == set(TENANT_URLS)


def test_every_view_has_the_guard_that_the_list_says():
    expected = {
        **dict.fromkeys(TENANT_URLS, "members"),
        **dict.fromkeys(MANAGERS_ONLY, "managers"),
        **dict.fromkeys(SIGNED_IN_URLS, "users"),
        **dict.fromkeys(PUBLIC_URLS),
    }

    assert {name: getattr(view, "guard", None) for name, _route, view in views()} == expected


@every_tenant_url
def test_the_owner_opens_it(db, name):
    """Without this, a wrong address would pass for a closed one."""
    organization = OrganizationFactory()
    url = address(name, organization, TENANT_URLS[name](organization))

    found = statuses(both(signed_in_as(organization.owner), url))

    assert not found & {401, 403, 404}
    assert max(found) < 500


@every_tenant_url
def test_another_organizations_owner_finds_nothing(db, name):
    organization, other = OrganizationFactory(), OrganizationFactory()
    url = address(name, organization, TENANT_URLS[name](organization))

    assert statuses(both(signed_in_as(other.owner), url)) == {404}


@every_tenant_url
def test_a_deactivated_member_finds_nothing(db, name):
    organization = OrganizationFactory()
    former = MemberFactory(organization=organization, role="owner", is_active=False)
    own = PERSONAL[name](former) if name in PERSONAL else TENANT_URLS[name](organization)
    url = address(name, organization, own)

    assert statuses(both(signed_in_as(former), url)) == {404}


@every_url_of_an_object
def test_another_organizations_object_is_not_found_below_the_own_slug(db, name):
    organization, other = OrganizationFactory(), OrganizationFactory()
    url = address(name, organization, TENANT_URLS[name](other))

    assert statuses(both(signed_in_as(organization.owner), url)) == {404}


@pytest.mark.parametrize("name", sorted(BODIES))
def test_a_form_that_names_another_organizations_rows_is_refused(db, name):
    organization, other = OrganizationFactory(), OrganizationFactory()
    url = address(name, organization, TENANT_URLS[name](organization))
    client = signed_in_as(organization.owner)

    own, foreign = BODIES[name](organization), BODIES[name](other)
    named = [key for key in own if own[key] != foreign[key]]
    refused = [client.post(url, own | {key: foreign[key]}).status_code for key in named]
    accepted = client.post(url, own).status_code

    assert named
    assert accepted < 400
    assert [status for status in refused if not 400 <= status < 500] == []


@pytest.mark.parametrize("name", sorted(MANAGERS_ONLY))
def test_an_agent_may_not_do_what_managers_do(db, name):
    organization = OrganizationFactory()
    agent = MemberFactory(organization=organization, role="agent")
    url = address(name, organization, TENANT_URLS[name](organization))

    assert statuses(both(signed_in_as(agent), url)) == {403}


@every_url_behind_the_login
def test_a_stranger_is_sent_to_the_login(db, client, name):
    url = login_protected(name)

    answers = both(client, url).values()

    assert {(a.status_code, a.headers["Location"].split("?")[0]) for a in answers} == {
        (302, "/accounts/login/")
    }


@every_url_behind_the_login
def test_a_piece_sends_a_strangers_whole_page_to_the_login(db, client, name):
    url = login_protected(name)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/shown/"}

    answers = both(client, url, headers=headers).values()

    assert {a.headers["HX-Redirect"] for a in answers} == {"/accounts/login/?next=/shown/"}


@every_stream
def test_a_stream_is_open_to_members_alone(transactional_db, name):
    organization, other = OrganizationFactory(), OrganizationFactory()
    former = MemberFactory(organization=organization, is_active=False)
    url = address(name, organization, TENANT_URLS[name](organization))

    assert stream(url, organization.owner).status_code == 200
    assert stream(url, other.owner).status_code == 404
    assert stream(url, former).status_code == 404
    assert stream(url, None).headers["Location"].split("?")[0] == "/accounts/login/"


def test_an_unknown_slug_is_not_found(db):
    client = signed_in_as(OrganizationFactory().owner)

    assert client.get("/nobody-is-here/settings/").status_code == 404


def test_an_organization_that_is_being_deleted_is_closed(db):
    organization = OrganizationFactory()
    organization.deletion_requested_at = organization.created_at
    organization.save()

    url = address("organizations:members", organization)
    assert signed_in_as(organization.owner).get(url).status_code == 404


def stream(url, member):
    """Open a stream as uvicorn does, and hang up after its head."""
    client = AsyncClient()
    if member:
        client.force_login(member.user)

    async def ask():
        response = await client.get(url)
        if response.streaming:
            await response.streaming_content.aclose()
        return response

    return async_to_sync(ask)()


def login_protected(name):
    if name in SIGNED_IN_URLS:
        return reverse(name)
    organization = OrganizationFactory()
    return address(name, organization, TENANT_URLS[name](organization))
