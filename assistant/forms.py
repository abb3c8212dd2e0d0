"""Forms of the assistant's settings and of the hand-over rules."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assistant.fairhousing import breaches
from assistant.fairhousing.packs import PACKS, by_zone, pack_of
from assistant.models import AssistantSettings, HandOverSettings, SubjectRule
from assistant.rules import LONGEST_SENTENCE

MOST_WORDS = 50
LONGEST_WORD = 60


class SubjectRuleForm(forms.ModelForm):
    """The rule of one subject. What may not be weakened has no choice to make."""

    sentence = forms.CharField(
        label=_("What the customer is told"),
        required=False,
        max_length=LONGEST_SENTENCE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    class Meta:
        model = SubjectRule
        fields = ("action", "send_to", "member", "extra_words")
        widgets = {
            "extra_words": forms.Textarea(attrs={"rows": 4}),
            "action": forms.RadioSelect,
        }

    def __init__(self, *args: Any, usual_sentence: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = self.instance
        self.fields["member"].queryset = rule.organization.members.active().with_people()
        self.fields["member"].empty_label = _("Choose a member")
        self.fields["sentence"].initial = rule.sentences.get("en", "")
        self.fields["sentence"].help_text = _("Left empty: “%(text)s”") % {"text": usual_sentence}
        self.fields["extra_words"].help_text = _(
            "One word or phrase on each line, in any language. They count beside what the "
            "assistant recognizes by itself."
        )
        self.fields["action"].choices = SubjectRule.Action.choices
        if rule.subject in SubjectRule.ALWAYS_HANDED_OVER:
            del self.fields["action"]
        self.order_fields(("action", "send_to", "member", "sentence", "extra_words"))

    def clean_sentence(self) -> str:
        sentence = " ".join(self.cleaned_data["sentence"].split())
        found = breaches(sentence, pack_of(self.instance.organization))
        if found:
            text = _("Fair-housing rules forbid “%(words)s”. %(reason)s")
            said = {"words": found[0].words, "reason": found[0].law.reason}
            raise ValidationError(text % said)
        return sentence

    def clean_extra_words(self) -> str:
        words = [" ".join(line.split()) for line in self.cleaned_data["extra_words"].splitlines()]
        words = list(dict.fromkeys(word for word in words if word))
        if len(words) > MOST_WORDS:
            raise ValidationError(_("At most %(count)s lines.") % {"count": MOST_WORDS})
        if long := [word for word in words if len(word) > LONGEST_WORD]:
            text = _("At most %(count)s characters on a line; this one has more: %(word)s")
            raise ValidationError(text % {"count": LONGEST_WORD, "word": long[0][:LONGEST_WORD]})
        if short := [word for word in words if sum(letter.isalnum() for letter in word) < 2]:
            raise ValidationError(_("Too short to be found safely: %(word)s") % {"word": short[0]})
        return "\n".join(words)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("send_to") == SubjectRule.SendTo.MEMBER:
            if not data.get("member") and "member" not in self.errors:
                self.add_error("member", _("Choose who gets it."))
        else:
            data["member"] = None
        return data

    def save(self, commit: bool = True) -> SubjectRule:
        rule = self.instance
        rest = {code: text for code, text in rule.sentences.items() if code != "en"}
        said = self.cleaned_data["sentence"]
        rule.sentences = rest | ({"en": said} if said else {})
        return super().save(commit)


class ReassuranceForm(forms.ModelForm):
    class Meta:
        model = HandOverSettings
        fields = ("reassures", "reassure_minutes")


# Those a conversation may use; the price table knows more.
MODELS = {
    "claude-haiku-5-5": _("Haiku 5.5: fastest, about a tenth of a cent a reply"),
    "claude-sonnet-5-5": _("Sonnet 5.5: balanced, about one cent a reply"),
    "claude-opus-5-5": _("Opus 5.5: most capable, about two cents a reply"),
}


class JurisdictionForm(forms.ModelForm):
    """Whose fair-housing rules hold."""

    class Meta:
        model = AssistantSettings
        fields = ("jurisdiction",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.instance.organization.timezone
        by_the_zone = _("By the time zone: %(name)s") % {"name": PACKS[by_zone(zone)].name}
        packs = [(code, pack.name) for code, pack in PACKS.items()]
        self.fields["jurisdiction"].choices = [("", by_the_zone), *packs]
        self.fields["jurisdiction"].help_text = _(
            "What neither the assistant nor, without a warning, your team writes to customers. "
            "Not legal advice."
        )


class ClaudeForm(forms.ModelForm):
    """Whether Claude answers, with which model, and for how much at most."""

    conversation_model = forms.ChoiceField(label=_("Model"), required=False)

    class Meta:
        model = AssistantSettings
        fields = (
            "claude_enabled",
            "claude_sees_photos",
            "claude_drafts_for_cards",
            "learns_from_edits",
            "conversation_model",
            "monthly_cap_usd",
        )
        labels = {
            "claude_enabled": _("Let Claude answer our customers"),
            "claude_sees_photos": _("Let Claude look at photos that customers send"),
            "claude_drafts_for_cards": _(
                "Let Claude also write the suggestions of hand-over cards"
            ),
            "learns_from_edits": _("Show Claude how your team changes its suggestions"),
        }
        help_texts = {
            "claude_sees_photos": _(
                "The latest four of a conversation, made smaller, without place and camera. "
                "Without this the assistant says that it cannot look at them, and tells a "
                "colleague."
            ),
            "claude_drafts_for_cards": _(
                "One more answer to pay for at each hand-over, and after each message that follows "
                "it. Without this the built-in assistant suggests what your records answer."
            ),
            "learns_from_edits": _(
                "The latest ten changes, each with what the customer had asked, are shown to "
                "Claude in your other conversations; first names, figures and addresses are "
                "blotted out, other words are not."
            ),
            "monthly_cap_usd": _(
                "In US dollars for each calendar month. You are warned at 80 %. At 100 % the "
                "built-in assistant answers until the next month."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = MODELS.get(settings.ANTHROPIC_MODEL, settings.ANTHROPIC_MODEL)
        of_the_installation = _("As this installation: %(model)s") % {"model": usual}
        self.fields["conversation_model"].choices = [("", of_the_installation), *MODELS.items()]
