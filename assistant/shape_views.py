"""The pages on which an agency shapes its assistant: the draft, its versions, who answers."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assistant import configuring, versions
from assistant.fairhousing.packs import pack_of
from assistant.models import AssistantSettings, AssistantVersion
from assistant.shape import Shape
from assistant.shape_forms import ShapeForm
from organizations.pages import MemberRequest, member_required

CHANGED = gettext_lazy("Somebody changed this meanwhile. Look at it again before you go on.")

require_form = require_http_methods(["GET", "HEAD", "POST"])


@require_form
@member_required
def shape(request: MemberRequest) -> HttpResponse:
    """The draft, or what is live where there is none; posting saves the draft."""
    organization, member = request.organization, request.member
    if request.method == "POST" and not member.can_manage:
        return render(request, "403.html", status=403)
    draft, live = versions.draft(organization), versions.live(organization)
    form = ShapeForm(
        request.POST if request.method == "POST" else None,
        shape=(draft or live).shape if draft or live else Shape(),
        pack=pack_of(organization),
        based_on=versions.stamp(organization),
        disabled=not member.can_manage,
    )
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                saved = versions.save_draft(
                    organization, form.shape(), member, based_on=form.cleaned_data["based_on"]
                )
            except versions.EditedMeanwhile:
                status = 409
                text = _("%(name)s changed the draft meanwhile. Yours is below; nothing is saved.")
                form.add_error(None, text % {"name": (draft and draft.author) or _("Somebody")})
            else:
                said = _("The draft is saved.") if saved else _("This is what is live already.")
                messages.success(request, said)
                return redirect("assistant:shape", slug=organization.slug)
    context = {
        "section": "assistant",
        "form": form,
        "draft": draft,
        "live": live,
        "changes": versions.diff(live.shape if live else Shape(), draft.shape) if draft else [],
        "stamp": versions.stamp(organization),
    }
    return render(request, "assistant/shape.html", context, status=status)


@require_POST
@member_required(managers_only=True)
def publish(request: MemberRequest) -> HttpResponse:
    """Let the draft answer customers from now on."""
    try:
        version = versions.publish(
            request.organization,
            request.POST.get("note", "").replace("\x00", ""),
            request.member,
            based_on=request.POST.get("based_on"),
        )
    except versions.EditedMeanwhile:
        messages.error(request, CHANGED)
    except versions.NothingToPublish:
        messages.error(request, _("There is nothing to publish."))
    else:
        messages.success(request, _("%(version)s answers now.") % {"version": version})
    return redirect("assistant:shape", slug=request.organization.slug)


@require_POST
@member_required(managers_only=True)
def discard(request: MemberRequest) -> HttpResponse:
    try:
        gone = versions.discard(request.organization, request.member, request.POST.get("based_on"))
    except versions.EditedMeanwhile:
        messages.error(request, CHANGED)
    else:
        if gone:
            messages.success(request, _("The draft is gone. What is live stays."))
    return redirect("assistant:shape", slug=request.organization.slug)


@require_GET
@member_required
def version_list(request: MemberRequest) -> HttpResponse:
    """All versions, and the difference between any two: `?from=…&to=…`, codes of versions."""
    found = list(
        request.organization.assistant_versions.select_related(
            "author__user", "restored_from"
        ).order_by("-number")
    )
    found.sort(key=lambda version: version.number is not None)  # the draft first
    by_code = {str(version.code): version for version in found}
    after = by_code.get(request.GET.get("to", ""), found[0] if found else None)
    before = by_code.get(request.GET.get("from", ""))
    if before is None and after is not None:
        place = found.index(after) + 1
        before = found[place] if place < len(found) else None
    context = {
        "section": "assistant",
        "versions": found,
        "live": next((version for version in found if version.number), None),
        "before": before,
        "after": after,
        "changes": versions.diff(before.shape if before else Shape(), after.shape) if after else [],
    }
    return render(request, "assistant/versions.html", context)


@require_POST
@member_required(managers_only=True)
def restore(request: MemberRequest, code: UUID) -> HttpResponse:
    """Publish an earlier version anew."""
    found = get_object_or_404(
        AssistantVersion.objects.filter(organization=request.organization, number__isnull=False),
        code=code,
    )
    try:
        version = versions.restore(found, request.member)
    except versions.NothingToPublish:
        messages.error(request, _("That is what answers already."))
    else:
        messages.success(request, _("%(version)s answers now.") % {"version": version})
    return redirect("assistant:versions", slug=request.organization.slug)


@require_POST
@member_required(managers_only=True)
def set_who_answers(request: MemberRequest) -> HttpResponse:
    """Off, suggest or on, for all numbers, at once."""
    mode = request.POST.get("mode", "")
    if mode in AssistantSettings.Mode.values:
        configuring.set_mode(request.organization, mode, by=request.member)
    return redirect("assistant:settings", slug=request.organization.slug)
