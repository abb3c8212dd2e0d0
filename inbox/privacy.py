"""What is kept of customers and their messages, and of Meta's raw deliveries.

A raw delivery carries message text before anybody knows whose it is. A hold finds it through its
items, which name organization and conversation.
"""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from inbox import storing
from inbox.models import (
    Attachment,
    AttachmentWork,
    Channel,
    ChannelNotice,
    ChannelRoute,
    Contact,
    Conversation,
    ConversationSummary,
    ConversationWork,
    Draft,
    HandOver,
    Identity,
    Message,
    MessageStatus,
    MessageTemplate,
    OutboundWork,
    Reaction,
    SavedView,
    Signal,
    Suggestion,
    WebhookEvent,
    WebhookItem,
)
from organizations.secret_fields import declare
from privacy.holds import covered
from privacy.models import Hold
from privacy.registry import Category, Days, WhileActive, With, after_purge, register

EDITED = Q(state=Suggestion.State.EDITED.value)
PROCESSED = Q(state=WebhookEvent.State.PROCESSED.value)


def held_delivery() -> Exists:
    """Match the raw deliveries with an item that a standing hold covers."""
    contact = Conversation.objects.filter(pk=OuterRef(OuterRef("conversation_id")))
    hold = Hold.objects.standing().filter(
        Q(scope=Hold.Scope.ORGANIZATION)
        | Q(scope=Hold.Scope.CONTACT, contact_id__in=contact.values("contact_id")),
        organization_id=OuterRef("organization_id"),
    )
    return Exists(WebhookItem.objects.filter(Exists(hold), event_id=OuterRef("pk")))


for model in (Channel, ChannelRoute, MessageTemplate, ChannelNotice, SavedView):
    register(model, category=Category.ACCOUNT, period=WhileActive())
for model in (
    Contact,
    Identity,
    Conversation,
    ConversationSummary,
    ConversationWork,
    HandOver,
    Message,
    Attachment,
    AttachmentWork,
    MessageStatus,
    OutboundWork,
    Reaction,
):
    register(model, category=Category.CONVERSATIONS, period=WhileActive())
register(
    Draft,
    category=Category.CONVERSATIONS,
    period=Days(90, _("a member last changed words that were never sent")),
    clock="saved_at",
    held=covered(contact="conversation__contact_id"),
)
register(
    Suggestion,
    category=Category.CONVERSATIONS,
    period=Days(90, _("the assistant suggested a reply")),
    clock="made_at",
    where=~EDITED,
    held=covered(contact="conversation__contact_id"),
)
register(
    Suggestion,
    category=Category.CONVERSATIONS,
    period=Days(365, _("a member changed a suggested reply, from which the assistant may learn")),
    clock="made_at",
    where=EDITED,
    held=covered(contact="conversation__contact_id"),
)
register(
    WebhookEvent,
    category=Category.WEBHOOKS,
    period=Days(30, _("a delivery arrived")),
    clock="received_at",
    where=PROCESSED,
    held=held_delivery(),
    guarded=False,
)
register(
    WebhookEvent,
    category=Category.WEBHOOKS,
    period=Days(90, _("a delivery arrived that could not be processed")),
    clock="received_at",
    where=~PROCESSED,
    held=held_delivery(),
    guarded=False,
)
register(WebhookItem, category=Category.WEBHOOKS, period=With(WebhookEvent, "event"))
register(
    Signal,
    category=Category.TECHNICAL,
    period=Days(7, _("a page was told that something changed")),
    clock="at",
    guarded=False,
)
after_purge(storing.remove_orphans)

declare("inbox.WebhookEvent", "body", "what Meta sent, which holds no key of ours")
