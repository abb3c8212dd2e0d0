from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

AUDIT_WORDS = {
    "contact.joined": _("joined two contacts who are one customer"),
    "contact.opted_out": _("noted that a customer wants no more messages"),
    "contact.opted_in": _("noted that a customer wants messages again"),
    "support.traced": _("looked up what became of a message"),
}


class InboxConfig(AppConfig):
    name = "inbox"

    def ready(self) -> None:
        from inbox import panels
        from inbox.models import Signal
        from organizations import auditing

        panels.register("hand_overs", "inbox:hand_overs", Signal.Kind.CONVERSATION, order=40)

        for action, words in AUDIT_WORDS.items():
            auditing.register_words(action, words)
