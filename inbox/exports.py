"""Contacts, conversations and messages as files."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox.models import Contact, Conversation, Message
from organizations.models import Organization
from privacy.exporting import Filters, Kind, during, register, said_period
from privacy.spreadsheets import Column, Value


def contact_columns() -> list[Column]:
    return [
        Column("name", _("Name"), 24),
        Column("whatsapp_phone", _("WhatsApp number")),
        Column("whatsapp_id", _("WhatsApp id"), 24),
        Column("username", _("Username")),
        Column("profile_name", _("Profile name"), 24),
        Column("language", _("Language"), 10),
        Column("opted_out_at", _("Wants no messages since")),
        Column("marketing_opted_out_at", _("Wants no offers since")),
        Column("created_at", _("First message")),
        Column("code", _("Code"), 36),
    ]


def contact_rows(organization: Organization, filters: Filters) -> models.QuerySet:
    return organization.contacts.prefetch_related("identities")


def contact_line(contact: Contact) -> list[Value]:
    return [
        contact.display_name,
        _phone(contact),
        contact.user_id,
        contact.username,
        contact.profile_name,
        contact.language,
        contact.opted_out_at,
        contact.marketing_opted_out_at,
        contact.created_at,
        str(contact.code),
    ]


def conversation_columns() -> list[Column]:
    return [
        Column("customer", _("Customer"), 24),
        Column("whatsapp_phone", _("WhatsApp number")),
        Column("channel", _("Channel"), 24),
        Column("status", _("Status"), 10),
        Column("in_charge", _("In charge"), 12),
        Column("hand_over_reason", _("Why a person"), 20),
        Column("assignee", _("Assigned to")),
        Column("waiting_since", _("Waiting since")),
        Column("stage", _("Stage")),
        Column("score", _("Score"), 8),
        Column("next_appointment_at", _("Next appointment")),
        Column("last_customer_message_at", _("Last message of the customer")),
        Column("last_message_at", _("Last message")),
        Column("created_at", _("First message")),
        Column("code", _("Code"), 36),
    ]


def conversation_rows(organization: Organization, filters: Filters) -> models.QuerySet:
    talks = organization.conversations.for_list().prefetch_related("contact__identities")
    if filters.get("status"):
        talks = talks.filter(status=filters["status"])
    return during(talks, "last_message_at", organization, filters)


def conversation_line(conversation: Conversation) -> list[Value]:
    summary = getattr(conversation, "summary", None)
    return [
        conversation.contact.display_name,
        _phone(conversation.contact),
        str(conversation.channel),
        str(conversation.get_status_display()),
        str(conversation.get_in_charge_display()),
        str(conversation.get_hand_over_reason_display()),
        conversation.assignee.user.name if conversation.assignee else None,
        conversation.waiting_since,
        summary.stage if summary else None,
        summary.score if summary else None,
        summary.next_appointment_at if summary else None,
        conversation.last_customer_message_at,
        conversation.last_message_at,
        conversation.created_at,
        str(conversation.code),
    ]


def conversations_about(organization: Organization, filters: Filters) -> str:
    status = str(dict(Conversation.Status.choices).get(filters.get("status", ""), ""))
    return " · ".join(filter(None, (status, said_period(organization, filters))))


def message_columns() -> list[Column]:
    return [
        Column("sent_at", _("Sent")),
        Column("customer", _("Customer"), 24),
        Column("direction", _("Direction"), 16),
        Column("author", _("Author"), 20),
        Column("kind", _("Kind"), 14),
        Column("text", _("Text"), 80),
        Column("file", _("File"), 24),
        Column("status", _("Status"), 14),
        Column("delivered_at", _("Delivered")),
        Column("read_at", _("Read")),
        Column("failure", _("Why it was not sent"), 30),
        Column("edited_at", _("Changed by its author")),
        Column("deleted_at", _("Deleted by its author")),
        Column("conversation", _("Conversation"), 36),
        Column("whatsapp_message_id", _("WhatsApp's id"), 30),
    ]


def message_rows(organization: Organization, filters: Filters) -> models.QuerySet:
    messages = organization.messages.select_related(
        "author__user", "conversation__contact", "attachment"
    ).prefetch_related("conversation__contact__identities")
    if filters.get("conversation"):
        code = _uuid(filters["conversation"])
        messages = messages.filter(conversation__code=code) if code else messages.none()
    return during(messages, "sent_at", organization, filters)


def message_line(message: Message) -> list[Value]:
    attachment = getattr(message, "attachment", None)
    author = message.author.user.name if message.author else message.get_author_kind_display()
    return [
        message.sent_at,
        message.conversation.contact.display_name,
        str(message.get_direction_display()),
        str(author),
        str(message.get_kind_display()),
        None if message.revoked_at else message.body,
        attachment.file_name if attachment and not message.revoked_at else None,
        str(message.get_status_display()),
        message.delivered_at,
        message.read_at,
        message.failure_text,
        message.edited_at,
        message.revoked_at,
        str(message.conversation.code),
        message.wamid,
    ]


def messages_about(organization: Organization, filters: Filters) -> str:
    parts = []
    if code := _uuid(filters.get("conversation", "")):
        talk = organization.conversations.filter(code=code).select_related("contact").first()
        parts.append(talk.contact.display_name if talk else "–")
    return " · ".join(filter(None, (*parts, said_period(organization, filters))))


def _phone(contact: Contact) -> str | None:
    return f"+{contact.phone}" if contact.phone else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


register(Kind("contacts", gettext_lazy("Contacts"), contact_columns, contact_rows, contact_line))
register(
    Kind(
        "conversations",
        gettext_lazy("Conversations"),
        conversation_columns,
        conversation_rows,
        conversation_line,
        filters=("status", "from", "until"),
        about=conversations_about,
    )
)
register(
    Kind(
        "messages",
        gettext_lazy("Messages"),
        message_columns,
        message_rows,
        message_line,
        filters=("conversation", "from", "until"),
        about=messages_about,
        for_members=lambda filters: bool(filters.get("conversation")),
    )
)
