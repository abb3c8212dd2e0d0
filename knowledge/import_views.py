"""Listings from a file and from a page: upload, look, confirm, undo."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from knowledge import importing, readings
from knowledge.forms import ListingForm, MappingForm, PageForm, UploadForm
from knowledge.import_showing import (
    column_rows,
    difference_rows,
    evidence_of,
    outcome_rows,
    plan_rows,
)
from knowledge.models import Import, Listing, Reading
from knowledge.tables import NotATable, write_table
from knowledge.wordbook import FIELDS
from organizations.pages import MemberRequest, member_required, render_page
from organizations.queue import enqueue

RECENT = 10
SHOWN = 50
EXAMPLE_ROWS = (
    {
        "reference": "A-101", "title": "Sunny flat by the park", "deal": "sale",
        "property_type": "apartment", "status": "available", "price": "250000", "currency": "EUR",
        "bedrooms": "2", "bathrooms": "1", "area_m2": "85", "address": "Makariou 12",
        "area": "Neapoli", "city": "Limassol", "country": "CY", "parking": "yes", "pool": "no",
    },
    {
        "reference": "A-102", "title": "Town house in the old town", "deal": "rent",
        "property_type": "house", "status": "available", "price": "1200", "currency": "EUR",
        "bedrooms": "3", "bathrooms": "2", "area_m2": "140", "area": "Old Town",
        "city": "Nicosia", "country": "CY", "furnished": "yes", "available_from": "2027-03-01",
    },
)  # fmt: skip

State = Import.State


@require_GET
@member_required
def import_index(request: MemberRequest) -> HttpResponse:
    return _index(request)


@require_POST
@member_required(managers_only=True)
def import_upload(request: MemberRequest) -> HttpResponse:
    """Keep the file and show what it would do."""
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = importing.start_import(
                request.organization, file.name, file.read(), request.member
            )
            return _to(request, "import_file", batch)
        except NotATable as error:
            form.add_error("file", str(error))
    return _index(request, upload=form, status=422)


@require_GET
@member_required(managers_only=True)
def import_template(request: MemberRequest) -> HttpResponse:
    """A file with the names of all columns and two rows to write over."""
    rows = [[row.get(name, "") for name in FIELDS] for row in EXAMPLE_ROWS]
    return _csv(write_table(FIELDS, rows), "listings.csv")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(managers_only=True)
def import_file(request: MemberRequest, code: UUID) -> HttpResponse:
    """What a file would do or did. A POST changes how its columns are read."""
    batch = _find_import(request, code)
    form = None
    if request.method == "POST" and batch.state == State.DRAFT:
        form = _saved_mapping(request, batch)
        if form is None:
            return _to(request, "import_file", batch)
    context: dict[str, Any] = {"batch": batch}
    if batch.state == State.DRAFT:
        context |= _draft(batch, form)
    else:
        context |= outcome_rows(batch, SHOWN)
    status = 422 if form is not None else 200
    return _page(request, "import_file", context, "knowledge/_import_outcome.html", status)


@require_POST
@member_required(managers_only=True)
def import_run(request: MemberRequest, code: UUID) -> HttpResponse:
    """Import the valid rows: a few at once, many in the background."""
    batch = _find_import(request, code)
    if batch.state == State.DRAFT:
        form = _saved_mapping(request, batch)
        if form is not None:
            context = {"batch": batch} | _draft(batch, form)
            return _page(request, "import_file", context, status=422)
        _begin(request, batch, (State.DRAFT,), State.RUNNING, importing.run_import)
    elif batch.state == State.RUNNING:
        enqueue("knowledge.tasks.run_import", request.organization.pk, batch.pk, cluster="bulk")
    return _to(request, "import_file", batch)


@require_POST
@member_required(managers_only=True)
def import_undo(request: MemberRequest, code: UUID) -> HttpResponse:
    """Put back what the import changed, unless it was changed since."""
    batch = _find_import(request, code)
    if batch.state == State.UNDOING:
        enqueue("knowledge.tasks.undo_import", request.organization.pk, batch.pk, cluster="bulk")
    else:
        _begin(request, batch, (State.DONE,), State.UNDOING, importing.undo_import)
    return _to(request, "import_file", batch)


@require_POST
@member_required(managers_only=True)
def import_discard(request: MemberRequest, code: UUID) -> HttpResponse:
    """Forget a file that was not imported."""
    batch = _find_import(request, code)
    if request.organization.imports.filter(pk=batch.pk, state=State.DRAFT).delete()[0]:
        messages.success(request, _("The file is discarded; nothing was imported."))
    return redirect("knowledge:import", slug=request.organization.slug)


@require_GET
@member_required(managers_only=True)
def import_problems(request: MemberRequest, code: UUID) -> HttpResponse:
    """The rows that were not imported, with what is wrong, to mend and upload again."""
    batch = _find_import(request, code)
    if batch.state == State.DRAFT:
        plan = importing.plan_import(batch)
        header = [*plan.table.header, "problem"]
        rows = importing.planned_problem_rows(plan)
    else:
        header, rows = importing.problem_rows(batch)
    return _csv(write_table(header, rows, batch.delimiter), "problems.csv")


@require_POST
@member_required
def reading_new(request: MemberRequest) -> HttpResponse:
    """Queue the reading of a pasted address."""
    form = PageForm(request.POST)
    if not form.is_valid():
        return _index(request, page=form, status=422)
    try:
        reading = readings.start_reading(
            request.organization, form.cleaned_data["url"], request.member
        )
    except readings.TooManyReadings:
        form.add_error("url", _too_many())
        return _index(request, page=form, status=422)
    return _to(request, "reading", reading)


@require_POST
@member_required
def reading_of_listing(request: MemberRequest, pk: int) -> HttpResponse:
    """Read the page of a stored listing again; a difference is shown before it is applied."""
    listing = get_object_or_404(request.organization.listings, pk=pk)
    if not listing.url:
        messages.error(request, _("This listing has no page."))
        return redirect("knowledge:listing", slug=request.organization.slug, pk=pk)
    try:
        reading = readings.start_reading(
            request.organization, listing.url, request.member, listing=listing
        )
    except readings.TooManyReadings:
        messages.error(request, _too_many())
        return redirect("knowledge:listing", slug=request.organization.slug, pk=pk)
    return _to(request, "reading", reading)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required
def reading(request: MemberRequest, code: UUID) -> HttpResponse:
    """What was found on a page; a POST saves what the member confirms."""
    row = _find_reading(request, code)
    context: dict[str, Any] = {"reading": row, "problem": readings.PROBLEMS.get(row.problem)}
    if row.state == Reading.State.READY and row.listing:
        return _reading_of_stored(request, row, context)
    if row.state == Reading.State.READY:
        return _reading_of_new(request, row, context)
    return _page(request, "reading", context, "knowledge/_reading_wait.html")


@require_POST
@member_required
def reading_again(request: MemberRequest, code: UUID) -> HttpResponse:
    row = _find_reading(request, code)
    readings.read_again(row)
    return _to(request, "reading", row)


@require_POST
@member_required
def reading_discard(request: MemberRequest, code: UUID) -> HttpResponse:
    """Forget what was read; a stored listing stays as it is."""
    row = _find_reading(request, code)
    if row.state != Reading.State.APPLIED:
        row.delete()
        messages.success(request, _("What was read is discarded."))
    return redirect("knowledge:import", slug=request.organization.slug)


def _index(
    request: MemberRequest,
    upload: UploadForm | None = None,
    page: PageForm | None = None,
    status: int = 200,
) -> HttpResponse:
    imports = request.organization.imports.defer("content").select_related("member__user")
    rows = request.organization.readings.select_related("member__user", "listing")
    context = {
        "upload": upload or UploadForm(),
        "page_form": page or PageForm(),
        "imports": imports.order_by("-created_at")[:RECENT] if request.member.can_manage else [],
        "readings": rows.order_by("-created_at")[:RECENT],
        "examples": settings.EXAMPLE_LISTING_PAGES,
    }
    return _page(request, "import", context, status=status)


def _saved_mapping(request: MemberRequest, batch: Import) -> MappingForm | None:
    """Keep how the columns are read; the form comes back if it makes no sense."""
    form = MappingForm(request.POST, batch=batch)
    if not form.is_valid():
        return form
    form.save()
    return None


def _draft(batch: Import, form: MappingForm | None) -> dict[str, Any]:
    try:
        plan = importing.plan_import(batch)
    except NotATable as error:
        return {"form": form or MappingForm(batch=batch), "unreadable": str(error)}
    form = form or MappingForm(batch=batch)
    rows = plan_rows(plan, SHOWN, batch.organization.currency)
    return {"form": form, "columns": column_rows(plan, form)} | rows


def _begin(
    request: MemberRequest, batch: Import, before: tuple[str, ...], state: str, work: Any
) -> None:
    """Set the state once, and do the work here if it is little."""
    rows = request.organization.imports.filter(pk=batch.pk, state__in=before)
    if not rows.update(state=state, member=request.member):
        return
    if batch.total <= importing.AT_ONCE:
        work(request.organization.pk, batch.pk)
    else:
        task = f"knowledge.tasks.{work.__name__}"
        enqueue(task, request.organization.pk, batch.pk, cluster="bulk")


def _reading_of_new(request: MemberRequest, row: Reading, context: dict[str, Any]) -> HttpResponse:
    initial = {name: said[0]["value"] for name, said in row.facts.items()}
    initial["url"] = row.url
    instance = Listing(organization=request.organization)
    posted = request.POST if request.method == "POST" else None
    form = ListingForm(
        posted, instance=instance, organization=request.organization, initial=initial
    )
    if posted is not None and form.is_valid():
        readings.save_reading(row, form.instance, by=request.member)
        messages.success(request, _("The listing is saved and on offer."))
        return redirect("knowledge:listing", slug=request.organization.slug, pk=form.instance.pk)
    groups = [
        (title, [(field, evidence_of(row, field.name)) for field in fields])
        for title, fields in form.groups
    ]
    context |= {"form": form, "groups": groups}
    return _page(request, "reading", context, status=422 if form.is_bound else 200)


def _reading_of_stored(
    request: MemberRequest, row: Reading, context: dict[str, Any]
) -> HttpResponse:
    if request.method == "POST":
        changed = readings.apply_differences(row, set(request.POST.getlist("take")), request.member)
        text = _("The listing is as its page says.") if changed else _("The listing is confirmed.")
        messages.success(request, text)
        return redirect("knowledge:listing", slug=request.organization.slug, pk=row.listing_id)
    context["differences"] = difference_rows(row)
    return _page(request, "reading", context)


def _find_import(request: MemberRequest, code: UUID) -> Import:
    rows = request.organization.imports.select_related("member__user")
    batch = get_object_or_404(rows, code=code)
    batch.organization = request.organization
    return batch


def _find_reading(request: MemberRequest, code: UUID) -> Reading:
    rows = request.organization.readings.select_related("listing__agent__user")
    row = get_object_or_404(rows, code=code)
    row.organization = request.organization
    return row


def _too_many() -> str:
    return _("Many pages were read in the last hour. Try again later, or upload a file.")


def _to(request: MemberRequest, name: str, row: Import | Reading) -> HttpResponse:
    return redirect(f"knowledge:{name}", slug=request.organization.slug, code=row.code)


def _csv(lines: Any, name: str) -> HttpResponse:
    response = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _page(
    request: MemberRequest, name: str, context: dict[str, Any], piece: str = "", status: int = 200
) -> HttpResponse:
    context |= {"section": "knowledge", "tab": "import"}
    if piece:
        return render_page(request, f"knowledge/{name}.html", piece, context, status)
    return render(request, f"knowledge/{name}.html", context, status=status)
