from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

AUDIT_WORDS = {
    "contact.joined": _("joined two contacts who are one customer"),
    "contact.opted_out": _("noted that a customer wants no more messages"),
    "contact.opted_in": _("noted that a customer wants messages again"),
    "channel.connected": _("connected a WhatsApp number"),
    "channel.reconnected": _("connected a WhatsApp number again"),
    "channel.changed": _("changed a WhatsApp number's settings"),
    "channel.token_replaced": _("replaced a WhatsApp number's token"),
    "channel.tested": _("tested a WhatsApp number's connection"),
    "channel.subscribed": _("subscribed to a WhatsApp account's messages"),
    "channel.registered": _("registered a WhatsApp number for sending"),
    "channel.webhook_tested": _("tested the address for WhatsApp's messages"),
    "channel.disconnected": _("disconnected a WhatsApp number"),
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
