"""Listings, notes, and a box to try what the assistant would find."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from knowledge import keeping
from knowledge.forms import ListingFilter, ListingForm, NoteForm
from knowledge.import_showing import origins_of
from knowledge.models import Listing, Note
from knowledge.passages import listing_facts
from knowledge.retrieval import listings_with_words, search_knowledge
from organizations.pages import MemberRequest, member_required, render_page

LISTINGS_PER_PAGE = 25
NOTES_PER_PAGE = 50
require_form = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@member_required
def index(request: MemberRequest) -> HttpResponse:
    return redirect("knowledge:listings", slug=request.organization.slug)


@require_GET
@member_required
def listings(request: MemberRequest) -> HttpResponse:
    wanted = ListingFilter(request.GET).wanted()
    rows = _filtered(request, wanted).select_related("agent__user").order_by("-created_at", "-pk")
    every = request.organization.listings
    context = {
        "page": Paginator(rows, LISTINGS_PER_PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "query": f"{urlencode(wanted)}&" if wanted else "",
        "statuses": Listing.Status.choices,
        "deals": Listing.Deal.choices,
        "areas": every.order_by("area").values_list("area", flat=True).distinct(),
        "archived": _just_archived(request),
    }
    return _page(request, "listings", context, piece="knowledge/_listings.html")


@require_form
@member_required
def listing_new(request: MemberRequest) -> HttpResponse:
    form = ListingForm(_posted(request), organization=request.organization)
    if request.method == "POST" and form.is_valid():
        return _save_listing(request, form, _("The listing is saved."))
    return _page(request, "listing", {"form": form}, status=422 if form.is_bound else 200)


@require_form
@member_required
def listing(request: MemberRequest, pk: int) -> HttpResponse:
    row = _find_listing(request, pk)
    # A form that is not valid has changed its instance, which the page also shows.
    instance = Listing.objects.get(pk=row.pk)
    form = ListingForm(_posted(request), instance=instance, organization=request.organization)
    if request.method == "POST" and form.is_valid():
        return _save_listing(request, form, _("The listing is saved."))
    context = {
        "form": form,
        "listing": row,
        "facts": listing_facts(row),
        "origins": origins_of(row),
        "statuses": Listing.Status.choices,
    }
    return _page(request, "listing", context, status=422 if form.is_bound else 200)


@require_POST
@member_required
def listing_status(request: MemberRequest, pk: int) -> HttpResponse:
    row = _find_listing(request, pk)
    status = request.POST.get("status")
    if status not in Listing.Status.values:
        messages.error(request, _("Choose one of the listed states."))
    else:
        keeping.change_status(row, status, by=request.member)
        text = _("%(title)s: %(status)s.")
        messages.success(request, text % {"title": row.title, "status": row.get_status_display()})
    return redirect("knowledge:listing", slug=request.organization.slug, pk=pk)


@require_POST
@member_required
def listing_archive(request: MemberRequest, pk: int) -> HttpResponse:
    """Withdraw a listing and offer to undo it."""
    row = _find_listing(request, pk)
    before = row.status
    keeping.change_status(row, Listing.Status.WITHDRAWN, by=request.member)
    response = redirect("knowledge:listings", slug=request.organization.slug)
    response["Location"] += "?" + urlencode({"archived": row.pk, "was": before})
    return response


@require_GET
@member_required
def notes(request: MemberRequest) -> HttpResponse:
    rows = request.organization.notes.select_related("author__user").order_by("title", "pk")
    page = Paginator(rows, NOTES_PER_PAGE).get_page(request.GET.get("page"))
    return _page(request, "notes", {"page": page, "query": ""})


@require_form
@member_required
def note_new(request: MemberRequest) -> HttpResponse:
    # A question that nothing answers leads here with its words.
    title = request.GET.get("title", "").replace("\0", "")[:120]
    note = Note(organization=request.organization, title=title)
    form = NoteForm(_posted(request), instance=note)
    if request.method == "POST" and form.is_valid():
        return _save_note(request, form)
    return _page(request, "note", {"form": form}, status=422 if form.is_bound else 200)


@require_form
@member_required
def note(request: MemberRequest, pk: int) -> HttpResponse:
    row = _find_note(request, pk)
    form = NoteForm(_posted(request), instance=Note.objects.get(pk=row.pk))
    if request.method == "POST" and form.is_valid():
        return _save_note(request, form)
    return _page(request, "note", {"form": form, "note": row}, status=422 if form.is_bound else 200)


@require_form
@member_required
def note_delete(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask, then delete for good."""
    row = _find_note(request, pk)
    if request.method != "POST":
        return _page(request, "note_delete", {"note": row})
    keeping.delete_note(row, by=request.member)
    messages.success(request, _("The note is deleted."))
    return redirect("knowledge:notes", slug=request.organization.slug)


@require_GET
@member_required
def try_search(request: MemberRequest) -> HttpResponse:
    """Show what the assistant would find for a question, with scores and sources."""
    question = request.GET.get("q", "").replace("\0", "").strip()[:500]
    findings = search_knowledge(request.organization, question, limit=8) if question else []
    context = {"question": question, "findings": [_shown(finding) for finding in findings]}
    return _page(request, "try_search", context, piece="knowledge/_findings.html")


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _filtered(request: MemberRequest, wanted: dict[str, str]) -> QuerySet[Listing]:
    rows = request.organization.listings.all()
    if "text" in wanted:
        rows = listings_with_words(rows, wanted["text"])
    if "status" in wanted:
        rows = rows.filter(status=wanted["status"])
    else:
        rows = rows.exclude(status=Listing.Status.WITHDRAWN)
    return rows.filter(**{name: wanted[name] for name in ("deal", "area") if name in wanted})


def _just_archived(request: MemberRequest) -> dict[str, Any] | None:
    """The listing of which the last page said that it was withdrawn, with what it was before."""
    pk, was = request.GET.get("archived", ""), request.GET.get("was")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18) or was not in Listing.Status.values:
        return None
    row = request.organization.listings.filter(pk=pk, status=Listing.Status.WITHDRAWN).first()
    return {"listing": row, "was": was} if row else None


def _find_listing(request: MemberRequest, pk: int) -> Listing:
    row = get_object_or_404(request.organization.listings.select_related("agent__user"), pk=pk)
    row.organization = request.organization
    return row


def _find_note(request: MemberRequest, pk: int) -> Note:
    return get_object_or_404(
        request.organization.notes.select_related("organization", "author__user"), pk=pk
    )


def _save_listing(request: MemberRequest, form: ListingForm, text: str) -> HttpResponse:
    keeping.save_listing(form.instance, by=request.member, changes=form.changed_data)
    messages.success(request, text)
    return redirect("knowledge:listing", slug=request.organization.slug, pk=form.instance.pk)


def _save_note(request: MemberRequest, form: NoteForm) -> HttpResponse:
    keeping.save_note(form.instance, by=request.member)
    messages.success(request, _("The note is saved."))
    return redirect("knowledge:notes", slug=request.organization.slug)


def _shown(finding: Any) -> dict[str, Any]:
    title, _newline, text = finding.text.partition("\n")
    return {
        "finding": finding,
        "title": title,
        "text": text,
        "percent": round(finding.score * 100),
    }


def _page(
    request: MemberRequest, name: str, context: dict[str, Any], piece: str = "", status: int = 200
) -> HttpResponse:
    context |= {"section": "knowledge", "tab": name}
    page = f"knowledge/{name}.html"
    if piece:
        return render_page(request, page, piece, context, status)
    return render(request, page, context, status=status)
