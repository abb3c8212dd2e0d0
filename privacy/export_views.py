"""The page of exports: ask for a list as a file, watch it being made, download it."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from asgiref.sync import sync_to_async
from django import forms
from django.contrib import messages
from django.core.handlers.asgi import ASGIRequest
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from organizations import auditing
from organizations.pages import MemberRequest, member_required, render_page
from organizations.tenancy import tenant
from privacy import exporting
from privacy.models import Export

require_form = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = 50
TYPES = {
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Export.Format.JSON: "application/json",
}


class ExportForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("List"))
    format = forms.ChoiceField(
        label=gettext_lazy("Format"), choices=Export.Format.choices, initial=Export.Format.XLSX
    )

    def __init__(self, data: object, chosen: list[exporting.Kind], initial: dict) -> None:
        super().__init__(data, initial=initial)
        self.fields["kind"].choices = [(kind.code, kind.label) for kind in chosen]
        for name, label in (("from", _("From")), ("until", _("Until"))):
            self.fields[name] = forms.DateField(
                label=label,
                required=False,
                widget=forms.DateInput({"type": "date"}),
                validators=[
                    MinValueValidator(exporting.FIRST_DAY),
                    MaxValueValidator(exporting.LAST_DAY),
                ],
            )

    def period(self) -> list[forms.BoundField]:
        return [self["from"], self["until"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("from") and data.get("until") and data["from"] > data["until"]:
            self.add_error("until", _("This is before the first day."))
        return data


@require_GET
@member_required
def exports(request: MemberRequest) -> HttpResponse:
    """The exports of the last seven days: an agent's own, or the agency's for owners and admins."""
    found = list(_visible(request)[:SHOWN])
    for export in found:
        kind = exporting.kinds().get(export.kind)
        export.label = kind.label if kind else export.kind
    context = {
        "tab": "exports",
        "section": "settings",
        "exports": found,
        "is_busy": any(export.is_under_way for export in found),
    }
    return render_page(request, "privacy/exports.html", "privacy/_exports.html", context)


@require_form
@member_required
@reauthentication_required(app="privacy")
def export_new(request: MemberRequest) -> HttpResponse:
    """Choose list and format; what narrows the list comes with the address."""
    given = {**request.GET.dict(), **request.POST.dict()}
    allowed = [
        kind for kind in exporting.kinds().values() if kind.may(request.member, kind.chosen(given))
    ]
    if not allowed:
        return render(request, "403.html", status=403)
    form = ExportForm(
        request.POST if request.method == "POST" else None,
        allowed,
        initial={name: request.GET.get(name, "") for name in ("kind", "from", "until")},
    )
    if form.is_bound and form.is_valid() and _start(request, form, given):
        return redirect("exports:index", slug=request.organization.slug)
    shown = exporting.kinds().get(given.get("kind", ""))
    filters = shown.chosen(given) if shown else {}
    narrowed = {name: value for name, value in filters.items() if name not in form.fields}
    context = {
        "tab": "exports",
        "section": "settings",
        "form": form,
        "filters": narrowed,
        "about": shown.about(request.organization, filters) if shown else "",
    }
    status = 422 if form.is_bound else 200
    return render(request, "privacy/export_new.html", context, status=status)


@require_GET
@member_required(atomic=False)
def export_file(request: MemberRequest, code: UUID) -> HttpResponseBase:
    with tenant(request.organization):
        export = get_object_or_404(_visible(request), code=code, state=Export.State.DONE)
        auditing.record(
            request.organization,
            "export.downloaded",
            user=request.user,
            kind=export.kind,
            format=export.format,
        )
    read = _later if isinstance(request, ASGIRequest) else exporting.parts
    response = StreamingHttpResponse(read(export), content_type=TYPES[export.format])
    response["Content-Length"] = str(export.size)
    name = f"{request.organization.slug}-{export.kind}-{export.created_at:%Y-%m-%d}"
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{export.format}")
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@member_required
def export_again(request: MemberRequest, code: UUID) -> HttpResponse:
    exporting.again(get_object_or_404(_visible(request), code=code))
    return redirect("exports:index", slug=request.organization.slug)


@require_POST
@member_required
def export_delete(request: MemberRequest, code: UUID) -> HttpResponse:
    """Cancel an export that is being made; delete one that is there."""
    export = get_object_or_404(_visible(request), code=code)
    if export.is_under_way:
        exporting.cancel(export)
    else:
        export.delete()
        auditing.record(request.organization, "export.deleted", user=request.user, kind=export.kind)
        messages.success(request, _("The export is deleted."))
    return redirect("exports:index", slug=request.organization.slug)


def _visible(request: MemberRequest) -> QuerySet[Export]:
    found = request.organization.exports.select_related("member__user").order_by("-created_at")
    return found if request.member.can_manage else found.filter(member=request.member)


def _start(request: MemberRequest, form: ExportForm, given: dict[str, str]) -> bool:
    kind = exporting.kinds()[form.cleaned_data["kind"]]
    try:
        exporting.start(
            request.organization,
            request.member,
            kind,
            form.cleaned_data["format"],
            kind.chosen(given),
        )
    except exporting.TooManyExports:
        form.add_error(None, _("Three exports are being made. Wait until one of them is ready."))
    except exporting.TooManyRows:
        form.add_error(
            None,
            _("This list is longer than %(most)s lines. Choose fewer, such as a shorter time.")
            % {"most": f"{exporting.MOST_ROWS:,}"},
        )
    else:
        return True
    return False


async def _later(export: Export) -> AsyncIterator[bytes]:
    found: Iterator[bytes] = exporting.parts(export)
    while part := await sync_to_async(next)(found, b""):
        yield part
