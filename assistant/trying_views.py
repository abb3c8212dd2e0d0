"""The pages on which members try the assistant out: playground, rehearsals, quality."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assistant import playing, quality, rehearsing, showing, versions
from assistant import shape as shapes
from assistant.models import AssistantVersion, PlaygroundTalk
from inbox.handover import CannotHandOver
from organizations.models import Organization
from organizations.pages import MemberRequest, member_required, render_page
from organizations.tenancy import tenant

require_form = require_http_methods(["GET", "HEAD", "POST"])
Talk = PlaygroundTalk


class TalkForm(forms.Form):
    version = forms.ChoiceField(label=gettext_lazy("Version"), required=False)
    customer = forms.ChoiceField(label=gettext_lazy("Customer"), choices=Talk.Customer.choices)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[(code, shapes.LANGUAGES[code]) for code in playing.OPENINGS],
    )
    backend = forms.ChoiceField(label=gettext_lazy("Who answers"), choices=Talk.Backend.choices)
    name = forms.CharField(
        label=gettext_lazy("Name of the customer"), max_length=40, required=False
    )

    def __init__(self, data: Any, found: list[AssistantVersion]) -> None:
        super().__init__(
            data,
            initial={"customer": "new", "language": "en", "backend": "usual", "name": "Maria"},
        )
        choices = [(str(version.code), str(version)) for version in found]
        self.fields["version"].choices = choices or [("", _("As delivered"))]


class RehearsalForm(forms.Form):
    version = forms.ChoiceField(label=gettext_lazy("Version"), required=False)
    count = forms.IntegerField(
        label=gettext_lazy("Latest conversations"),
        min_value=1,
        max_value=rehearsing.MOST_CONVERSATIONS,
        initial=10,
    )
    backend = forms.ChoiceField(
        label=gettext_lazy("Who answers"), choices=Talk.Backend.choices, initial="usual"
    )
    name = forms.CharField(
        label=gettext_lazy("Name of this rehearsal"), max_length=80, required=False
    )

    def __init__(self, data: Any, found: list[AssistantVersion]) -> None:
        super().__init__(data)
        choices = [(str(version.code), str(version)) for version in found]
        self.fields["version"].choices = choices or [("", _("As delivered"))]


@require_form
@member_required(atomic=False)
def playground(request: MemberRequest) -> HttpResponse:
    """The member's latest talk; posting begins a new one."""
    organization = request.organization
    with tenant(organization):
        found = _versions(organization)
    form = TalkForm(request.POST if request.method == "POST" else None, found)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        version = next((v for v in found if str(v.code) == data["version"]), None)
        playing.start(
            organization,
            request.member,
            version,
            **{name: data[name] for name in ("customer", "language", "backend", "name")},
        )
        return redirect("assistant:playground", slug=organization.slug)
    with tenant(organization):
        talk = _talk(request)
        if talk and not form.is_bound:
            form.initial |= {
                "version": str(talk.version.code) if talk.version else "",
                "customer": talk.customer,
                "language": talk.language,
                "backend": talk.backend,
                "name": talk.name,
            }
        context = {"section": "assistant", "form": form} | _shown(talk)
        status = 422 if form.is_bound else 200
        return render(request, "assistant/playground.html", context, status=status)


@require_POST
@member_required(atomic=False)
def play(request: MemberRequest, code: UUID) -> HttpResponse:
    """Say something as the played customer."""
    with tenant(request.organization):
        talk = _own_talk(request, code)
    text, button = (request.POST.get(name, "").replace("\x00", "") for name in ("text", "button"))
    if text.strip():
        try:
            playing.say(talk, text.strip(), button[:200])
        except playing.Overtaken:
            messages.error(request, _("Another message of this talk was answered meanwhile."))
    return _show_talk(request, code)


@require_POST
@member_required(atomic=False)
def play_on(request: MemberRequest, code: UUID) -> HttpResponse:
    """Let the assistant go on after it gave the talk to a person."""
    with tenant(request.organization):
        talk = _own_talk(request, code)
    try:
        playing.hand_back(talk)
    except playing.Overtaken:
        messages.error(request, _("Another message of this talk was answered meanwhile."))
    except CannotHandOver as error:
        messages.error(request, str(error))
    return _show_talk(request, code)


@require_GET
@member_required
def rehearsals(request: MemberRequest) -> HttpResponse:
    found = _versions(request.organization)
    context = {
        "section": "assistant",
        "form": RehearsalForm(None, found),
        "rehearsals": request.organization.rehearsals.select_related(
            "version", "member__user"
        ).order_by("-started_at")[:30],
    }
    return render(request, "assistant/rehearsals.html", context)


@require_POST
@member_required(managers_only=True)
def rehearse(request: MemberRequest) -> HttpResponse:
    """Begin a rehearsal: the latest conversations, or (`again`) those of an earlier one."""
    organization = request.organization
    found = _versions(organization)
    earlier = request.POST.get("again", "")
    if earlier:
        before = organization.rehearsals.filter(code=_uuid(earlier)).first()
        if before is None:
            raise Http404
        conversations = rehearsing.same_as(before)
        version, backend, name = found[0] if found else None, before.backend, before.name
    else:
        form = RehearsalForm(request.POST, found)
        if not form.is_valid():
            messages.error(request, _("Choose between 1 and 50 conversations."))
            return redirect("assistant:rehearsals", slug=organization.slug)
        data = form.cleaned_data
        version = next((v for v in found if str(v.code) == data["version"]), None)
        conversations = rehearsing.latest(organization, data["count"])
        backend, name = data["backend"], data["name"]
    try:
        rehearsal = rehearsing.start(
            organization, version, conversations, request.member, name=name, backend=backend
        )
    except rehearsing.NothingToRehearse:
        messages.error(request, _("The assistant has answered nobody yet."))
        return redirect("assistant:rehearsals", slug=organization.slug)
    return redirect("assistant:rehearsal", slug=organization.slug, code=rehearsal.code)


@require_GET
@member_required
def rehearsal(request: MemberRequest, code: UUID) -> HttpResponse:
    """Side by side: what was said then, and what the version says."""
    found = get_object_or_404(
        request.organization.rehearsals.select_related("version", "member__user"), code=code
    )
    cases = list(
        found.cases.select_related("conversation__contact")
        .prefetch_related("conversation__contact__identities")
        .order_by("position")
    )
    only = request.GET.get("only", "")
    for case in cases:
        case.shown = [
            turn
            | {
                "differs": rehearsing.differs(turn),
                "text": rehearsing.text_of(turn["now"]),
                "refused": [v for v in turn["now"].get("verdicts", []) if not v["passed"]],
                "refused_then": [v for v in turn["then"].get("verdicts", []) if not v["passed"]],
            }
            for turn in case.turns
            if "now" in turn
        ]
        for turn in case.shown:
            for name in ("refused", "refused_then"):
                turn[name] = [showing.GUARDRAILS.get(v["guardrail"], "") for v in turn[name]]
        case.differs = any(turn["differs"] for turn in case.shown) or bool(case.facts)
        case.changes = [showing.fact_change(change) for change in case.facts]
    draft = versions.draft(request.organization)
    context = {
        "section": "assistant",
        "rehearsal": found,
        "cases": [case for case in cases if case.differs] if only == "changed" else cases,
        "only": only,
        "summary": rehearsing.summary(found, cases),
        "stamp": versions.stamp(request.organization),
        "may_publish": bool(draft and draft.content == found.content),
        "draft_changed": bool(draft and found.version == draft and draft.content != found.content),
    }
    return render_page(request, "assistant/rehearsal.html", "assistant/_rehearsal.html", context)


@require_POST
@member_required(managers_only=True)
def rehearsal_cancel(request: MemberRequest, code: UUID) -> HttpResponse:
    found = get_object_or_404(request.organization.rehearsals, code=code)
    rehearsing.cancel(found, request.member)
    return redirect("assistant:rehearsal", slug=request.organization.slug, code=code)


@require_GET
@member_required
def quality_page(request: MemberRequest) -> HttpResponse:
    """What was measured of the assistant, over time."""
    context = {"section": "assistant"} | quality.shown(request.organization)
    return render(request, "assistant/quality.html", context)


def _versions(organization: Organization) -> list[AssistantVersion]:
    """The draft first, then the latest published ones."""
    draft = versions.draft(organization)
    return [*([draft] if draft else []), *versions.published(organization)[:20]]


def _talk(request: MemberRequest) -> PlaygroundTalk | None:
    mine = request.member.playground_talks.select_related("version").order_by("-used_at")
    return mine.first()


def _own_talk(request: MemberRequest, code: UUID) -> PlaygroundTalk:
    mine = PlaygroundTalk.objects.filter(
        organization=request.organization, member=request.member
    ).select_related("version")
    talk = get_object_or_404(mine, code=code)
    talk.organization, talk.member = request.organization, request.member
    return talk


def _show_talk(request: MemberRequest, code: UUID) -> HttpResponse:
    if not request.htmx:
        return redirect("assistant:playground", slug=request.organization.slug)
    with tenant(request.organization):
        context = {"section": "assistant"} | _shown(_own_talk(request, code))
        return render(request, "assistant/_talk.html", context)


def _shown(talk: PlaygroundTalk | None) -> dict[str, Any]:
    if talk is None:
        return {"talk": None}
    turns = list(talk.turns.order_by("pk"))
    for turn in turns:
        turn.record = showing.record(talk.organization, turn.told)
    replies = turns[-1].told.get("replies", []) if turns else []
    return {
        "talk": talk,
        "turns": turns,
        "with_person": playing.is_with_person(talk),
        "buttons": replies[-1]["buttons"] if replies else [],
        "openings": playing.OPENINGS[talk.language] if not turns else (),
        "cost": sum(float(turn.told.get("cost_usd", 0)) for turn in turns),
        "draft_changed": bool(talk.version and talk.version.changed_at > talk.started_at),
    }


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
