"""What members type in the inbox."""

from django import forms
from django.utils.translation import gettext_lazy as _


class MessageForm(forms.Form):
    """A reply or a note; WhatsApp takes at most 4096 characters."""

    kind = forms.ChoiceField(choices=[("reply", _("Reply")), ("note", _("Note"))], required=False)
    body = forms.CharField(
        max_length=4096,
        error_messages={
            "required": _("Write something first."),
            "max_length": _("WhatsApp takes at most %(limit_value)d characters."),
        },
    )
