"""The leads page, one lead, and the lead card beside a conversation."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from leads import recording, showing, stages
from leads.forms import FactForm, StageForm
from leads.models import Fact, Lead
from organizations.pages import MemberRequest, member_required, render_page

PAGE_LENGTH = 50
SORTS = {"score": ("-score", "-pk"), "newest": ("-created_at", "-pk"), "name": ("contact__name", "pk")}


@require_GET
@member_required
def index(request: MemberRequest) -> HttpResponse:
    stage = request.GET.get("stage", "")
    search = request.GET.get("search", "").strip()[:100]
    sort = request.GET.get("sort", "") if request.GET.get("sort") in SORTS else "score"
    leads = request.organization.leads.for_list()
    if stage in Lead.Stage.values:
        leads = leads.filter(stage=stage)
    if search:
        leads = leads.filter(
            Q(contact__name__icontains=search) | Q(contact__identities__value__contains=search)
        ).distinct()
    page = Paginator(leads.order_by(*SORTS[sort]), PAGE_LENGTH).get_page(request.GET.get("page"))
    for lead in page:
        lead.organization = request.organization
        lead.url_of_conversation = showing.conversation_url(lead)
    context = {
        "leads": page,
        "stage": stage,
        "stages": Lead.Stage.choices,
        "search": search,
        "sort": sort,
    }
    return render_page(request, "leads/index.html", "leads/_table.html", context)


@require_GET
@member_required
def detail(request: MemberRequest, code: UUID) -> HttpResponse:
    return render(request, "leads/lead.html", lead_context(request, find_lead(request, code)))


@require_GET
@member_required
def panel(request: MemberRequest, code: UUID) -> HttpResponse:
    """The lead card of a conversation, fetched by the inbox; `code` is the conversation's."""
    lead = Lead.objects.filter(
        organization=request.organization, contact__conversations__code=code
    ).first()
    if lead is None:
        get_object_or_404(request.organization.conversations, code=code)
        return render(request, "leads/_panel.html", {"lead": None})
    lead.organization = request.organization
    return render(request, "leads/_panel.html", showing.card(lead))


@require_POST
@member_required
def set_stage(request: MemberRequest, code: UUID) -> HttpResponse:
    lead = find_lead(request, code)
    form = StageForm(request.POST)
    if form.is_valid():
        stages.set_stage(lead, form.cleaned_data["stage"], request.member)
    return redirect("leads:detail", slug=request.organization.slug, code=code)


@require_POST
@member_required
def set_fact(request: MemberRequest, code: UUID) -> HttpResponse:
    lead = find_lead(request, code)
    form = FactForm(request.POST)
    if not form.is_valid():
        context = lead_context(request, lead) | {"form": form}
        return render(request, "leads/lead.html", context, status=422)
    recording.set_fact(lead, form.cleaned_data["field"], form.cleaned_data["value"], request.member)
    return redirect("leads:detail", slug=request.organization.slug, code=code)


@require_POST
@member_required
def unlock_fact(request: MemberRequest, code: UUID, field: str) -> HttpResponse:
    lead = find_lead(request, code)
    recording.unlock_fact(lead, field, request.member)
    return redirect("leads:detail", slug=request.organization.slug, code=code)


@require_POST
@member_required
def remove_fact(request: MemberRequest, code: UUID, field: str) -> HttpResponse:
    lead = find_lead(request, code)
    recording.remove_fact(lead, field, request.member)
    return redirect("leads:detail", slug=request.organization.slug, code=code)


def find_lead(request: MemberRequest, code: UUID) -> Lead:
    lead = get_object_or_404(request.organization.leads.for_list(), code=code)
    lead.organization = request.organization
    return lead


def lead_context(request: MemberRequest, lead: Lead) -> dict[str, Any]:
    address = showing.conversation_url(lead)
    history = (
        lead.facts.filter(superseded_at__isnull=False)
        .select_related("locked_by__user")
        .order_by("-superseded_at")[:30]
    )
    return showing.card(lead, link_to=address) | {
        "conversation_url": address,
        "stages": Lead.Stage.choices,
        "fields": [choice for choice in Fact.Field.choices if choice[0] != "viewing"],
        "history": [{"fact": fact, "text": showing.in_words(fact)} for fact in history],
        "form": FactForm(),
    }
