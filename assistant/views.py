"""The assistant's page: the pause switch, how it is doing, and what it did in each turn."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Aggregate, Count, FloatField, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assistant import configuring, rating, rules, showing, suggesting, versions
from assistant import costs as spent
from assistant import unanswered as gathered
from assistant.fairhousing.packs import pack_of
from assistant.forms import ClaudeForm, JurisdictionForm, ReassuranceForm, SubjectRuleForm
from assistant.models import AssistantSettings, Dialogue, HandOverSettings, Run, SubjectRule
from assistant.reassuring import SENTENCES as REASSURANCE
from inbox import events, handover
from inbox.models import Channel, Signal, Suggestion
from knowledge.models import Listing
from organizations import auditing
from organizations.models import Member
from organizations.pages import MemberRequest, member_required, render_page

PAGE_LENGTH = 30
MOST_REMOVED = 20
RECENT = timedelta(days=7)
SHOWN_LISTINGS = 3
require_form = require_http_methods(["GET", "HEAD", "POST"])


class Median(Aggregate):
    """The middle value, which one slow turn does not move."""

    name = "median"
    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@require_GET
@member_required
def index(request: MemberRequest) -> HttpResponse:
    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in Run.Outcome.values else ""
    runs = _runs(request)
    if outcome:
        runs = runs.filter(outcome=outcome)
    page = Paginator(runs.order_by("-started_at", "-pk"), PAGE_LENGTH).get_page(
        request.GET.get("page")
    )
    for run in page:
        run.tone = showing.TONES.get(run.outcome, "")
    context = {
        "section": "assistant",
        "runs": page,
        "outcome": outcome,
        "outcomes": Run.Outcome.choices,
        "query": f"outcome={outcome}&" if outcome else "",
        "recent": _recent(request),
        "claude": configuring.state_of_claude(request.organization),
        "mode": AssistantSettings.of(request.organization).mode,
        "live": versions.live(request.organization),
        "draft": versions.draft(request.organization),
        "channels": request.organization.channels.order_by("name", "created_at"),
    }
    return render_page(request, "assistant/index.html", "assistant/_runs.html", context)


@require_GET
@member_required
def costs(request: MemberRequest) -> HttpResponse:
    """What the assistant cost in a month, `?month=2026-11`, and how fast it was."""
    current = now().astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    shown = _month_asked_for(request.GET.get("month", ""), current)
    is_current = shown == current
    context = {
        "section": "assistant",
        "costs": spent.of_month(request.organization, shown),
        "is_current": is_current,
        "earlier": (shown - timedelta(days=1)).replace(day=1),
        "later": None if is_current else (shown + timedelta(days=32)).replace(day=1),
        "claude": configuring.state_of_claude(request.organization),
    }
    return render(request, "assistant/costs.html", context)


def _month_asked_for(said: str, current: datetime) -> datetime:
    """The first moment of a month; anything else, and the future, is this month."""
    try:
        asked = datetime.strptime(said, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        return current
    return asked if datetime(2020, 1, 1, tzinfo=UTC) < asked <= current else current


@require_GET
@member_required
def unanswered(request: MemberRequest) -> HttpResponse:
    """What customers asked and nothing stored answers, for somebody to write down."""
    organization = request.organization
    context = {
        "section": "assistant",
        "groups": gathered.groups(organization),
        "dismissed": gathered.dismissed(organization),
        "just": _named(request, organization.hand_overs.exclude(dismissed_at=None)),
    }
    return render(request, "assistant/unanswered.html", context)


@require_POST
@member_required
def dismiss_question(request: MemberRequest, code: UUID) -> HttpResponse:
    """Say that no note is needed about a question and those like it; the page offers to undo it."""
    get_object_or_404(request.organization.hand_overs, code=code)
    gathered.dismiss(request.organization, code, by=request.member)
    address = reverse("assistant:unanswered", args=[request.organization.slug])
    return redirect(f"{address}?just={code}")


@require_POST
@member_required
def bring_question_back(request: MemberRequest, code: UUID) -> HttpResponse:
    get_object_or_404(request.organization.hand_overs, code=code)
    gathered.bring_back(request.organization, code)
    return redirect("assistant:unanswered", slug=request.organization.slug)


@require_GET
@member_required(managers_only=True)
def examples(request: MemberRequest) -> HttpResponse:
    """The changes of suggestions that are shown to Claude, word for word as they are shown."""
    organization = request.organization
    edited = suggesting.edits(organization).select_related("settled_by__user")
    removed = list(suggesting.left_out(organization)[:MOST_REMOVED])
    context = {
        "section": "assistant",
        "learns": AssistantSettings.of(organization).learns_from_edits,
        "examples": [_shown_example(it) for it in edited[: suggesting.MOST_EXAMPLES]],
        "more": max(0, edited.count() - suggesting.MOST_EXAMPLES),
        "removed": [_shown_example(it) for it in removed],
        "just": _named(request, suggesting.left_out(organization)),
    }
    return render(request, "assistant/examples.html", context)


@require_POST
@member_required(managers_only=True)
def remove_example(request: MemberRequest, code: UUID) -> HttpResponse:
    suggesting.leave_out(_edited(request, code), by=request.member)
    address = reverse("assistant:examples", args=[request.organization.slug])
    return redirect(f"{address}?just={code}")


@require_POST
@member_required(managers_only=True)
def bring_example_back(request: MemberRequest, code: UUID) -> HttpResponse:
    suggesting.take_in_again(_edited(request, code), by=request.member)
    return redirect("assistant:examples", slug=request.organization.slug)


def _edited(request: MemberRequest, code: UUID) -> Suggestion:
    edited = request.organization.suggestions.filter(state=Suggestion.State.EDITED)
    return get_object_or_404(edited, code=code)


def _shown_example(suggestion: Suggestion) -> Suggestion:
    suggestion.example = suggesting.as_example(suggestion)
    return suggestion


def _named(request: MemberRequest, rows: QuerySet[Any]) -> Any:
    """The row whose code stands in `?just=`, to offer that it be undone; or None."""
    try:
        return rows.filter(code=UUID(request.GET.get("just", ""))).first()
    except ValueError:
        return None


@require_POST
@member_required(managers_only=True)
def pause(request: MemberRequest) -> HttpResponse:
    """Pause the assistant for the whole organization, or let it answer again."""
    organization = request.organization
    wanted = request.POST.get("paused") == "yes"
    if wanted != organization.assistant_paused:
        organization.assistant_paused = wanted
        organization.save(update_fields=["assistant_paused"])
        action = "assistant.paused" if wanted else "assistant.resumed"
        auditing.record(organization, action, user=request.user)
        events.announce(organization, Signal.Kind.ORGANIZATION)
        if not wanted:
            handover.give_back_recent(organization, by=request.member)
    return redirect("assistant:index", slug=organization.slug)


@require_POST
@member_required(managers_only=True)
def set_mode(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Let the assistant answer on one number, or keep it silent there."""
    channel = get_object_or_404(request.organization.channels, pk=pk)
    mode = request.POST.get("mode", "")
    if mode in Channel.AssistantMode.values and mode != channel.assistant_mode:
        channel.assistant_mode = mode
        channel.save(update_fields=["assistant_mode"])
        auditing.record(
            request.organization,
            "assistant.mode_set",
            user=request.user,
            subject=channel,
            number=channel.display_phone_number,
            mode=mode,
        )
        events.announce(request.organization, Signal.Kind.CHANNEL)
        if mode == Channel.AssistantMode.ON:
            handover.give_back_recent(request.organization, channel, by=request.member)
    return redirect("assistant:index", slug=request.organization.slug)


@require_form
@member_required(managers_only=True)
def hand_over_rules(request: MemberRequest) -> HttpResponse:
    """What happens at each sensitive subject, and whether waiting customers are told once."""
    organization = request.organization
    found = HandOverSettings.objects.filter(organization=organization).first()
    stored = found or HandOverSettings(organization=organization)
    form = ReassuranceForm(request.POST or None, instance=stored)
    if request.method == "POST" and form.is_valid():
        form.save()
        auditing.record(
            organization,
            "hand_over.reassurance_set",
            user=request.user,
            reassures=stored.reassures,
            minutes=stored.reassure_minutes,
        )
        messages.success(request, _("The setting is saved."))
        return redirect("assistant:hand_over_rules", slug=organization.slug)
    found = rules.rules_of(organization)
    for rule in found:
        rule.explanation = rules.EXPLANATIONS[rule.subject]
        rule.sentence = rules.sentence_of(rule.subject, rule.sentences)
        rule.is_fixed = rule.subject in SubjectRule.ALWAYS_HANDED_OVER
    context = {
        "section": "assistant",
        "rules": found,
        "form": form,
        "sentence": REASSURANCE["en"],
    }
    status = 422 if form.is_bound else 200
    return render(request, "assistant/hand_over_rules.html", context, status=status)


@require_form
@member_required(managers_only=True)
def hand_over_rule(request: MemberRequest) -> HttpResponse:
    """Edit the rule of one subject, `?subject=price`; `reset` brings the usual one back."""
    usual = SubjectRule.Subject.values[0]
    subject = request.POST.get("subject") or request.GET.get("subject", usual)
    if subject not in SubjectRule.Subject.values:
        raise Http404
    organization = request.organization
    stored = organization.subject_rules.filter(subject=subject).first()
    if request.method == "POST" and "reset" in request.POST:
        if stored:
            stored.delete()
            _note_rule(request, subject, {"reset": True})
        messages.success(request, _("The usual rule holds again."))
        return redirect("assistant:hand_over_rules", slug=organization.slug)
    rule = stored or rules.usual(organization, subject)
    rule.organization = organization
    form = SubjectRuleForm(
        request.POST or None, instance=rule, usual_sentence=rules.sentence_of(subject, {})
    )
    if request.method == "POST" and form.is_valid():
        rule = form.save()
        _note_rule(request, subject, {"does": rule.action, "to": str(rule.member or rule.send_to)})
        messages.success(request, _("The rule is saved."))
        return redirect("assistant:hand_over_rules", slug=organization.slug)
    context = {
        "section": "assistant",
        "form": form,
        "rule": rule,
        "is_stored": stored is not None,
        "is_fixed": subject in SubjectRule.ALWAYS_HANDED_OVER,
        "explanation": rules.EXPLANATIONS[subject],
        "emergency_number": rules.EMERGENCY_NUMBER["en"] if subject == "emergency" else "",
    }
    status = 422 if form.is_bound else 200
    return render(request, "assistant/hand_over_rule.html", context, status=status)


def _note_rule(request: MemberRequest, subject: str, details: dict[str, Any]) -> None:
    auditing.record(
        request.organization, "hand_over.rule_set", user=request.user, about=subject, **details
    )


@require_GET
@member_required
def run(request: MemberRequest, code: UUID) -> HttpResponse:
    """What the assistant understood, called, cited and checked in one turn."""
    found = get_object_or_404(_runs(request), code=code)
    return show_run(request, found)


@require_GET
@member_required
def run_of_message(request: MemberRequest, pk: int) -> HttpResponse:
    """The turn behind one bubble of the assistant; there may be no record of it any more."""
    message = get_object_or_404(request.organization.messages, pk=pk)
    return show_run(request, _runs(request).filter(message=message).first())


@require_POST
@member_required
def feedback(request: MemberRequest, code: UUID) -> HttpResponse:
    """A member's thumb up or down on one reply; anything else takes it back."""
    found = get_object_or_404(_runs(request), code=code)
    _rate(request, found)
    if request.htmx:
        return show_run(request, found)
    return redirect("assistant:run", slug=request.organization.slug, code=code)


@require_POST
@member_required
def rate_message(request: MemberRequest, pk: int) -> HttpResponse:
    """The same from the thread, where `pk` is the message's."""
    message = get_object_or_404(request.organization.messages, pk=pk, run__isnull=False)
    found = get_object_or_404(_runs(request), message=message)
    _rate(request, found)
    if not request.htmx:
        return redirect("assistant:run", slug=request.organization.slug, code=found.code)
    message.feedback, message.feedback_reason = found.feedback, found.feedback_reason
    context = {"message": message, "reasons": rating.REASONS, "is_new": True}
    return render(request, "assistant/_thumbs.html", context)


def _rate(request: MemberRequest, found: Run) -> None:
    thumb, __, with_it = request.POST.get("feedback", "").partition(" ")
    rating.rate(found, thumb, request.POST.get("reason", with_it), request.member)
    events.announce(request.organization, Signal.Kind.CONVERSATION, found.conversation.code)


@require_GET
@member_required
def settings(request: MemberRequest) -> HttpResponse:
    """What holds at once, whatever version answers: who answers, Claude and its cap."""
    return _show_settings(request, ClaudeForm(instance=AssistantSettings.of(request.organization)))


@require_POST
@member_required
def claude(request: MemberRequest) -> HttpResponse:
    """Switch Claude on or off, and set model and cap. Only an owner decides this."""
    if request.member.role != Member.Role.OWNER:
        return render(request, "403.html", status=403)
    form = ClaudeForm(request.POST, instance=AssistantSettings.of(request.organization))
    if not form.is_valid():
        return _show_settings(request, form, status=422)
    configuring.change(form.instance, form.changed_data, by=request.member)
    messages.success(request, _("The settings are saved."))
    return redirect("assistant:settings", slug=request.organization.slug)


@require_POST
@member_required(managers_only=True)
def jurisdiction(request: MemberRequest) -> HttpResponse:
    """Choose whose fair-housing rules hold."""
    stored = AssistantSettings.of(request.organization)
    form = JurisdictionForm(request.POST, instance=stored)
    if not form.is_valid():
        shown = ClaudeForm(instance=AssistantSettings.of(request.organization))
        return _show_settings(request, shown, rules_form=form, status=422)
    configuring.change(form.instance, form.changed_data, by=request.member)
    messages.success(request, _("The settings are saved."))
    return redirect("assistant:settings", slug=request.organization.slug)


def _show_settings(
    request: MemberRequest,
    form: ClaudeForm,
    rules_form: JurisdictionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    is_owner = request.member.role == Member.Role.OWNER
    stored = AssistantSettings.of(request.organization)
    rules_form = rules_form or JurisdictionForm(instance=stored)
    for each, may_change in ((form, is_owner), (rules_form, request.member.can_manage)):
        for field in each.fields.values():
            field.disabled = not may_change
    context = {
        "section": "assistant",
        "claude_form": form,
        "rules_form": rules_form,
        "claude": configuring.state_of_claude(request.organization),
        "fair_housing": pack_of(request.organization),
        "mode": stored.mode,
        "modes": AssistantSettings.Mode.choices,
        "is_owner": is_owner,
    }
    return render(request, "assistant/settings.html", context, status=status)


@require_GET
@member_required
def panel(request: MemberRequest, code: UUID) -> HttpResponse:
    """The home that a conversation is about, fetched by the inbox; `code` is the conversation's."""
    conversation = get_object_or_404(request.organization.conversations, code=code)
    dialogue = Dialogue.objects.filter(
        organization=request.organization, conversation=conversation
    ).first()
    listings = _listings_spoken_of(request, dialogue.state if dialogue else {})
    for listing in listings:
        listing.line, listing.picture = showing.home_in_words(listing), listing.pk % 4
    context = {"listings": listings, "used": spent.of_conversation(conversation)}
    return render(request, "assistant/_panel.html", context)


def show_run(request: MemberRequest, found: Run | None) -> HttpResponse:
    context = {"section": "assistant"} | (showing.details(found) if found else {"run": None})
    return render_page(request, "assistant/run.html", "assistant/_run.html", context)


def _runs(request: MemberRequest) -> Any:
    runs = request.organization.runs.select_related("conversation__contact", "message")
    return runs.prefetch_related("conversation__contact__identities")


def _recent(request: MemberRequest) -> dict[str, Any]:
    """Figures of the last seven days; `seconds` is the median time a reply took to make."""
    runs = request.organization.runs.filter(started_at__gte=now() - RECENT)
    replied = Q(outcome=Run.Outcome.REPLIED)
    return runs.aggregate(
        replied=Count("pk", filter=replied),
        handed_over=Count("pk", filter=Q(outcome=Run.Outcome.HANDED_OVER)),
        dropped=Count("pk", filter=Q(outcome=Run.Outcome.DROPPED)),
        failed=Count("pk", filter=Q(outcome=Run.Outcome.FAILED)),
        liked=Count("pk", filter=Q(feedback=1)),
        disliked=Count("pk", filter=Q(feedback=-1)),
        seconds=Median("seconds", filter=replied | Q(outcome=Run.Outcome.HANDED_OVER)),
    )


def _listings_spoken_of(request: MemberRequest, state: dict[str, Any]) -> list[Listing]:
    """The listing in focus, or else those shown last, in the order they were shown."""
    focus = state.get("focus")
    wanted = [focus] if focus else (state.get("shown") or [])[:SHOWN_LISTINGS]
    found = request.organization.listings.in_bulk(wanted)
    return [found[pk] for pk in wanted if pk in found]
