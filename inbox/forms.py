"""What members type in the inbox, and into the settings of its numbers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inbox.models import Channel


class MessageForm(forms.Form):
    """A reply or a note; WhatsApp takes at most 4096 characters.

    `suggestion` is the code of the suggestion that the words were made of.
    """

    suggestion = forms.CharField(max_length=36, required=False)
    kind = forms.ChoiceField(choices=[("reply", _("Reply")), ("note", _("Note"))], required=False)
    body = forms.CharField(
        max_length=4096,
        error_messages={
            "required": _("Write something first."),
            "max_length": _("WhatsApp takes at most %(limit_value)d characters."),
        },
    )


class MetaIdField(forms.RegexField):
    """An id as Meta writes it: digits only."""

    def __init__(self, **options: Any) -> None:
        wrong = _("Write the ID as WhatsApp Manager shows it: digits only.")
        super().__init__(
            r"^[0-9]{5,40}$",
            error_messages={"invalid": wrong},
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            **options,
        )


class TokenField(forms.CharField):
    """A token. What was typed is never shown again."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=1000,
            widget=forms.PasswordInput(
                render_value=False, attrs={"autocomplete": "off", "spellcheck": "false"}
            ),
            **options,
        )

    def clean(self, value: Any) -> str:
        token = super().clean(value)
        if not (token.isascii() and token.isprintable() and " " not in token):
            raise forms.ValidationError(_("This is not a token: copy it whole, without blanks."))
        return token


class NewChannelForm(forms.Form):
    """What connecting a number by hand asks for."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("How your team calls this number.")
    )
    phone_number_id = MetaIdField(
        label=_("Phone number ID"),
        help_text=_(
            "In Meta's app dashboard under WhatsApp, API setup, below the number. Neither the "
            "number itself nor the account's ID."
        ),
    )
    waba_id = MetaIdField(
        label=_("WhatsApp Business account ID"),
        help_text=_(
            "On the same page, beside the phone number ID, and in Business settings under WhatsApp "
            "accounts. It holds all numbers of the account."
        ),
    )
    token = TokenField(
        label=_("Access token"),
        help_text=_(
            "Of a system user of your business, without expiry, with the permissions "
            "whatsapp_business_messaging and whatsapp_business_management, for this account. Not "
            "the one of API setup, which ends after a day. It is stored encrypted and never shown."
        ),
    )
    subscribe = forms.BooleanField(
        label=_("Receive this account's messages"),
        help_text=_("Subscribes KΛTIKN to the account, if it is not yet."),
        required=False,
    )


class ChannelForm(forms.ModelForm):
    class Meta:
        model = Channel
        fields = ("name", "assistant_mode")


class TokenForm(forms.Form):
    token = TokenField(
        label=_("New access token"),
        help_text=_(
            "Of a system user, with the permissions whatsapp_business_messaging and "
            "whatsapp_business_management. It is tested first. The one in use stays until the new "
            "one passes."
        ),
    )


class PinForm(forms.Form):
    pin = forms.RegexField(
        r"^[0-9]{6}$",
        label=_("PIN of six digits"),
        help_text=_("The number's two-step PIN, or a new one of your choice. We do not keep it."),
        error_messages={"invalid": _("Write six digits.")},
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
