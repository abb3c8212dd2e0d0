"""The leads page, one lead, and the lead card beside a conversation."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inbox.panels import panels_of
from leads import recording, showing, stages
from leads.forms import BUDGET, EDITABLE, BudgetForm, FactForm, StageForm
from leads.models import Fact, Lead, LeadQuerySet
from organizations.pages import MemberRequest, member_required, render_page

PAGE_LENGTH = 50
HISTORY_LENGTH = 30
SORTS = {
    "score": (_("Score"), ("-score", "-pk")),
    "latest": (_("Last message"), (F("last_message_at").desc(nulls_last=True), "-pk")),
    "newest": (_("Newest"), ("-created_at", "-pk")),
    "name": (_("Name"), ("contact__name", "pk")),
}
OWNERS = {"": _("Everybody's"), "me": _("Mine"), "nobody": _("Nobody's")}
require_form = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@member_required
def index(request: MemberRequest) -> HttpResponse:
    chosen = _chosen(request)
    leads = _filtered(request, chosen).order_by(*SORTS[chosen["sort"]][1])
    page = Paginator(leads, PAGE_LENGTH).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "section": "leads",
        "leads": page,
        "rows": [showing.row(lead) for lead in page],
        "chosen": chosen,
        "stages": Lead.Stage.choices,
        "sorts": [(code, label) for code, (label, _order) in SORTS.items()],
        "owners": OWNERS.items(),
        "is_filtered": any(chosen[name] for name in ("stage", "owner", "search")),
        "query": f"{kept.urlencode()}&" if kept else "",
        "export_url": _export_url(request, chosen),
    }
    return render_page(request, "leads/index.html", "leads/_table.html", context)


@require_GET
@member_required
def detail(request: MemberRequest, code: UUID) -> HttpResponse:
    context = lead_context(request, find_lead(request, code))
    return render_page(request, "leads/lead.html", "leads/_lead.html", context)


@require_GET
@member_required
def panel(request: MemberRequest, code: UUID) -> HttpResponse:
    """The lead card of a conversation, fetched by the inbox; `code` is the conversation's."""
    conversation = get_object_or_404(request.organization.conversations, code=code)
    lead = request.organization.leads.filter(contact=conversation.contact_id).first()
    if lead is None:
        return render(request, "leads/_panel.html", {"lead": None})
    lead.organization = request.organization
    address = reverse("inbox:conversation", args=[request.organization.slug, code])
    return render(request, "leads/_panel.html", showing.card(lead, link_to=address))


@require_POST
@member_required
def set_stage(request: MemberRequest, code: UUID) -> HttpResponse:
    """Choose the stage, or with `stage` empty let it follow the conversation again."""
    lead = find_lead(request, code)
    form = StageForm(request.POST)
    if form.is_valid():
        stages.set_stage(lead, form.cleaned_data["stage"], request.member)
    elif request.POST.get("stage") == "":
        stages.release_stage(lead, request.member)
    return show_lead(request, code)


@require_POST
@member_required
def set_owner(request: MemberRequest, code: UUID) -> HttpResponse:
    lead = find_lead(request, code)
    chosen = request.POST.get("member", "")
    members = request.organization.members.active().select_related("user")
    owner = get_object_or_404(members, pk=chosen) if chosen.isdecimal() else None
    recording.set_owner(lead, owner, request.member)
    return show_lead(request, code)


@require_form
@member_required
def set_fact(request: MemberRequest, code: UUID, field: str) -> HttpResponse:
    """Show the form of one field, or store what a member stated. `budget` has a form of its own."""
    lead = find_lead(request, code)
    form = _fact_form(request, lead, field)
    if request.method == "POST" and form.is_valid():
        recording.set_facts(lead, _stated(field, form.cleaned_data), request.member)
        return show_lead(request, code)
    context = {"lead": lead, "form": form, "editing": field, "label": _label(field)}
    status = 422 if form.is_bound else 200
    if request.htmx:
        return render(request, "leads/_fact_form.html", context, status=status)
    return render(request, "leads/lead.html", lead_context(request, lead) | context, status=status)


@require_POST
@member_required
def unlock_fact(request: MemberRequest, code: UUID, field: str) -> HttpResponse:
    lead = find_lead(request, code)
    for part in _parts(field):
        recording.unlock_fact(lead, part, request.member)
    return show_lead(request, code)


@require_POST
@member_required
def remove_fact(request: MemberRequest, code: UUID, field: str) -> HttpResponse:
    lead = find_lead(request, code)
    for part in _parts(field):
        recording.remove_fact(lead, part, request.member)
    return show_lead(request, code)


def find_lead(request: MemberRequest, code: UUID) -> Lead:
    lead = get_object_or_404(request.organization.leads.for_list(), code=code)
    lead.organization = request.organization
    return lead


def show_lead(request: MemberRequest, code: UUID) -> HttpResponse:
    """The lead as it is now: the piece for HTMX, else the way back to its page."""
    if not request.htmx:
        return redirect("leads:detail", slug=request.organization.slug, code=code)
    return render(request, "leads/_lead.html", lead_context(request, find_lead(request, code)))


def lead_context(request: MemberRequest, lead: Lead) -> dict[str, Any]:
    address = showing.conversation_url(lead)
    card = showing.card(lead, link_to=address)
    history = (
        lead.facts.filter(superseded_at__isnull=False)
        .select_related("locked_by__user")
        .order_by("-superseded_at", "-pk")[:HISTORY_LENGTH]
    )
    return card | {
        "section": "leads",
        "conversation": showing.latest_conversation(lead),
        "conversation_url": address,
        "panels": _other_panels(lead),
        "stages": Lead.Stage.choices,
        "members": request.organization.members.active().with_people(),
        "unknown": showing.unknown_fields(card["facts"]),
        "history": [{"fact": fact, "text": showing.in_words(fact)} for fact in history],
    }


def _chosen(request: MemberRequest) -> dict[str, str]:
    asked = request.GET
    return {
        "stage": asked["stage"] if asked.get("stage") in Lead.Stage.values else "",
        "owner": asked["owner"] if asked.get("owner") in OWNERS else "",
        "sort": asked["sort"] if asked.get("sort") in SORTS else "score",
        "search": asked.get("search", "").replace("\x00", "").strip()[:100],
    }


def _filtered(request: MemberRequest, chosen: dict[str, str]) -> LeadQuerySet:
    leads = request.organization.leads.for_list()
    if chosen["stage"]:
        leads = leads.filter(stage=chosen["stage"])
    if chosen["owner"]:
        leads = leads.filter(owner=request.member if chosen["owner"] == "me" else None)
    return leads.matching(chosen["search"]) if chosen["search"] else leads


def _export_url(request: MemberRequest, chosen: dict[str, str]) -> str:
    """Lead to the export of the list as it is narrowed now."""
    owner = str(request.member.pk) if chosen["owner"] == "me" else chosen["owner"]
    wanted = {"stage": chosen["stage"], "owner": owner, "search": chosen["search"]}
    query = urlencode({"kind": "leads"} | {name: value for name, value in wanted.items() if value})
    return f"{reverse('exports:new', args=[request.organization.slug])}?{query}"


def _fact_form(request: MemberRequest, lead: Lead, field: str) -> FactForm | BudgetForm:
    data = request.POST if request.method == "POST" else None
    known = recording.known(lead)
    if field == "budget":
        return BudgetForm(data, known=known, currency=request.organization.currency)
    if field not in EDITABLE:
        raise Http404
    return FactForm(data, field=field, value=known.get(field))


def _stated(field: str, data: dict[str, Any]) -> dict[str, Any]:
    if field == "budget":
        return {part: data[part] if data[part] != "" else None for part in BUDGET}
    return {field: data["value"]}


def _parts(field: str) -> tuple[str, ...]:
    if field == "budget":
        return BUDGET
    if field not in Fact.Field.values:
        raise Http404
    return (field,)


def _label(field: str) -> str:
    return _("Budget") if field == "budget" else Fact.Field(field).label


def _other_panels(lead: Lead) -> list[dict[str, str]]:
    """What the apps above show beside the lead's latest conversation, such as its appointments."""
    conversation = showing.latest_conversation(lead)
    if conversation is None:
        return []
    conversation.organization = lead.organization
    return [panel for panel in panels_of(conversation) if panel["name"] != "lead"]
