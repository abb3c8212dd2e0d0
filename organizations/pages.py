"""The decorators behind `request.organization`, and the helper that renders a page or its piece."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from organizations.models import Member, Organization, User
from organizations.tenancy import acting_user, tenant

P = ParamSpec("P")
View = Callable[..., HttpResponse]


class MemberRequest(HttpRequest):
    """A request of a signed-in member, inside their organization."""

    organization: Organization
    member: Member
    user: User
    htmx: HtmxDetails


def member_required(
    view: View | None = None, *, atomic: bool = True, managers_only: bool = False
) -> Any:
    """Let members of the organization in the URL through; for anybody else the page is a 404.

    The view takes the request without the slug. With `atomic` (the default) view and rendering
    run inside `tenant()`; a view that talks to a network passes `atomic=False` and opens it for
    each short step. `managers_only` asks for an owner or admin, others get a 403 page.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _ask_to_sign_in(request)
            request = cast(MemberRequest, request)
            request.member = find_member(request.user, slug)
            request.organization = request.member.organization
            _remember(request)
            if managers_only and not request.member.can_manage:
                return render(request, "403.html", status=403)
            if not atomic:
                return view(request, *args, **kwargs)
            with tenant(request.organization):
                return _rendered(view(request, *args, **kwargs))

        guarded.guard = "managers" if managers_only else "members"
        return guarded

    return decorate(view) if view else decorate


def signed_in(view: View) -> View:
    """Let signed-in users through to a page that belongs to no organization."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _ask_to_sign_in(request)
        return view(request, *args, **kwargs)

    guarded.guard = "users"
    return guarded


def find_member(user: User, slug: str) -> Member:
    """Return the user's membership in the organization with this slug, or raise `Http404`."""
    with acting_user(user.pk):
        member = (
            Member.objects.select_related("organization", "user")
            .filter(
                user=user,
                is_active=True,
                organization__slug=slug,
                organization__deletion_requested_at=None,
            )
            .first()
        )
    if member is None:
        raise Http404
    return member


def memberships(user: User) -> list[Member]:
    """Return the user's active memberships with their organizations, by name."""
    with acting_user(user.pk):
        return list(
            Member.objects.select_related("organization")
            .filter(user=user, is_active=True, organization__deletion_requested_at=None)
            .order_by("organization__name")
        )


def render_page(
    request: MemberRequest, page: str, piece: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Answer HTMX with the piece and anything else with the whole page."""
    wants_piece = request.htmx and not request.htmx.boosted
    response = render(request, piece if wants_piece else page, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the login, and from there back to the page that the browser shows."""
    if request.headers.get("HX-Request"):
        shown = request.htmx.current_url_abs_path or "/"
        return HttpResponseClientRedirect(redirect_to_login(shown).url)
    # The address of a form's target is no page to come back to.
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


def _remember(request: MemberRequest) -> None:
    """Note which organization to open at the next login: that of the last page, not of a piece."""
    user, organization = request.user, request.organization
    if request.method != "GET" or request.htmx or user.last_organization_id == organization.pk:
        return
    user.last_organization = organization
    user.save(update_fields=["last_organization"])


def _rendered(response: HttpResponse) -> HttpResponse:
    # A lazy response would render after the transaction, where the rows are out of sight.
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.render()
    return response
