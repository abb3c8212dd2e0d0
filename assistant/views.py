"""The assistant page: the pause switch, how it is doing, and what it did in each turn."""

from datetime import timedelta
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Avg, Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from assistant.models import Run
from inbox import events
from inbox.models import Signal
from organizations import auditing
from organizations.pages import MemberRequest, member_required, render_page

PAGE_LENGTH = 30
RECENT = timedelta(days=7)


@require_GET
@member_required
def index(request: MemberRequest) -> HttpResponse:
    runs = request.organization.runs.select_related("conversation__contact", "message")
    runs = runs.prefetch_related("conversation__contact__identities").order_by("-started_at", "-pk")
    recent = request.organization.runs.filter(started_at__gte=now() - RECENT).aggregate(
        replied=Count("pk", filter=Q(outcome=Run.Outcome.REPLIED)),
        handed_over=Count("pk", filter=Q(outcome=Run.Outcome.HANDED_OVER)),
        dropped=Count("pk", filter=Q(outcome=Run.Outcome.DROPPED)),
        seconds=Avg("seconds", filter=Q(outcome=Run.Outcome.REPLIED)),
    )
    page = Paginator(runs, PAGE_LENGTH).get_page(request.GET.get("page"))
    return render_page(
        request, "assistant/index.html", "assistant/_runs.html", {"runs": page, "recent": recent}
    )


@require_POST
@member_required(managers_only=True)
def pause(request: MemberRequest) -> HttpResponse:
    """Pause the assistant for the whole organization, or let it answer again."""
    organization = request.organization
    organization.assistant_paused = request.POST.get("paused") == "yes"
    organization.save(update_fields=["assistant_paused"])
    action = "assistant.paused" if organization.assistant_paused else "assistant.resumed"
    auditing.record(organization, action, user=request.user)
    events.announce(organization, Signal.Kind.ORGANIZATION)
    return redirect("assistant:index", slug=organization.slug)


@require_GET
@member_required
def run(request: MemberRequest, code: UUID) -> HttpResponse:
    """What the assistant understood, called, cited and checked in one turn."""
    found = get_object_or_404(
        request.organization.runs.select_related("conversation__contact", "message"), code=code
    )
    return render_page(request, "assistant/run.html", "assistant/_run.html", {"run": found})


@require_GET
@member_required
def run_of_message(request: MemberRequest, pk: int) -> HttpResponse:
    """The turn behind one bubble of the assistant."""
    found = get_object_or_404(
        request.organization.runs.select_related("conversation__contact", "message"), message_id=pk
    )
    return render_page(request, "assistant/run.html", "assistant/_run.html", {"run": found})


@require_POST
@member_required
def feedback(request: MemberRequest, code: UUID) -> HttpResponse:
    """A member's thumbs up (1) or down (-1) on one reply."""
    found = get_object_or_404(request.organization.runs, code=code)
    found.feedback = {"up": 1, "down": -1}.get(request.POST.get("feedback", ""))
    found.save(update_fields=["feedback"])
    if request.htmx:
        return render(request, "assistant/_run.html", {"run": found})
    return redirect("assistant:run", slug=request.organization.slug, code=code)
