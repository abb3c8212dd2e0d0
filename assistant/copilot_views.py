"""The copilot above the composer: the panel, and what it makes. Nothing here sends or stores."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from assistant import configuring
from assistant.builtin.speaking import SPOKEN
from assistant.copilot import admitting, helping
from assistant.shape import LANGUAGES
from inbox.models import Conversation
from organizations.pages import MemberRequest, member_required
from organizations.tenancy import tenant

TONES = [
    ("friendlier", _("friendlier")),
    ("formal", _("more formal")),
    ("plainer", _("plainer")),
]


class CopilotForm(forms.Form):
    task = forms.ChoiceField(choices=[(task, task) for task in helping.Task])
    text = forms.CharField(max_length=helping.LONGEST_TEXT, required=False, strip=False)
    question = forms.CharField(max_length=helping.LONGEST_QUESTION, required=False)
    language = forms.ChoiceField(choices=[(code, LANGUAGES[code]) for code in SPOKEN])
    tone = forms.ChoiceField(choices=TONES)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        for name in ("language", "tone"):
            self.fields[name].required = False

    @property
    def wanted(self) -> helping.Wanted:
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return helping.Wanted(**given | {"task": helping.Task(given["task"])})


@require_GET
@never_cache
@member_required(atomic=False)
def copilot(request: MemberRequest, code: UUID) -> HttpResponse:
    """The panel above the composer of a conversation, as it opens."""
    conversation = _find(request, code)
    language = helping.customer_language(conversation)
    with tenant(request.organization):
        context = {
            "conversation": conversation,
            "claude": configuring.state_of_claude(request.organization),
            "languages": [(code, LANGUAGES[code]) for code in SPOKEN],
            "language": language,
            "tones": TONES,
        }
        return render(request, "assistant/_copilot.html", context)


@require_POST
@never_cache
@member_required(atomic=False)
def copilot_make(request: MemberRequest, code: UUID) -> HttpResponse:
    """Draft, shorten, translate, change the tone or answer, and show it for the member to use."""
    conversation = _find(request, code)
    form = CopilotForm(request.POST)
    context: dict[str, Any] = {"conversation": conversation}
    if not form.is_valid():
        said = [error for errors in form.errors.values() for error in errors]
        context["problem"] = helping.CannotHelp(" ".join(said))
        return _show(request, context)
    try:
        with admitting.admitted(request.member):
            context["made"] = helping.help_with(conversation, form.wanted)
    except admitting.NotNow as error:
        context["problem"] = helping.CannotHelp(str(error), may_retry=True)
    except helping.CannotHelp as error:
        context["problem"] = error
    return _show(request, context)


def _find(request: MemberRequest, code: UUID) -> Conversation:
    with tenant(request.organization):
        conversations = request.organization.conversations.select_related("contact", "channel")
        found = get_object_or_404(conversations, code=code)
    found.organization = found.contact.organization = request.organization
    return found


def _show(request: MemberRequest, context: dict[str, Any]) -> HttpResponse:
    with tenant(request.organization):
        return render(request, "assistant/_copilot_made.html", context)
