"""Channels, contacts, conversations, messages, and the work that they cause.

Tables ending in `Work`, `ChannelRoute`, `WebhookItem` and `Signal` are routing tables: workers
read them before they know the organization, so they hold ids, times and states only.
"""

from inbox.models.attachments import (
    Attachment,
    AttachmentWork,
)
from inbox.models.channels import (
    Channel,
    ChannelNotice,
    ChannelQuerySet,
    ChannelRoute,
    MessageTemplate,
)
from inbox.models.contacts import (
    IDENTITY_IS_NEW,
    Contact,
    Identity,
)
from inbox.models.conversations import (
    CALM,
    SERVICE_WINDOW,
    UNASSIGNED,
    WAITS_FOR_A_PERSON,
    WINDOW_MARGIN,
    WINDOW_SOON,
    WITH_ASSISTANT,
    Conversation,
    ConversationQuerySet,
    ConversationSummary,
    ConversationWork,
    Draft,
    HandOver,
)
from inbox.models.messages import (
    Message,
    MessageQuerySet,
    MessageStatus,
    OutboundWork,
    Reaction,
    ShownReactions,
    this_second,
)
from inbox.models.signals import (
    Signal,
)
from inbox.models.suggestions import (
    Suggestion,
)
from inbox.models.views import (
    SavedView,
)
from inbox.models.webhooks import (
    WebhookEvent,
    WebhookItem,
)

__all__ = [
    "CALM",
    "IDENTITY_IS_NEW",
    "SERVICE_WINDOW",
    "UNASSIGNED",
    "WAITS_FOR_A_PERSON",
    "WINDOW_MARGIN",
    "WINDOW_SOON",
    "WITH_ASSISTANT",
    "Attachment",
    "AttachmentWork",
    "Channel",
    "ChannelNotice",
    "ChannelQuerySet",
    "ChannelRoute",
    "Contact",
    "Conversation",
    "ConversationQuerySet",
    "ConversationSummary",
    "ConversationWork",
    "Draft",
    "HandOver",
    "Identity",
    "Message",
    "MessageQuerySet",
    "MessageStatus",
    "MessageTemplate",
    "OutboundWork",
    "Reaction",
    "SavedView",
    "ShownReactions",
    "Signal",
    "Suggestion",
    "WebhookEvent",
    "WebhookItem",
    "this_second",
]
