"""Support's view of channels, conversations and deliveries. What people wrote is hidden."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from inbox.models import (
    Attachment,
    AttachmentWork,
    Channel,
    ChannelNotice,
    ChannelRoute,
    Contact,
    Conversation,
    ConversationWork,
    HandOver,
    Identity,
    Message,
    MessageStatus,
    MessageTemplate,
    OutboundWork,
    Reaction,
    WebhookEvent,
    WebhookItem,
)
from inbox.replaying import replay
from inbox.whatsapp.parsing import NotAWebhook, split_event
from organizations import supporting
from organizations.admin_site import (
    OneConversation,
    SupportAdmin,
    TenantAdmin,
    opened,
    partly,
    support_site,
)
from organizations.models import Organization


@admin.register(Channel, site=support_site)
class ChannelAdmin(TenantAdmin):
    list_display = ("name", "organization", "display_phone_number", "status", "assistant_mode")
    list_filter = ("status", "assistant_mode", "account_state", "quality_rating")
    search_fields = ("name", "=phone_number_id", "=waba_id")
    fields = (
        "organization",
        "name",
        "phone_number_id",
        "waba_id",
        "display_phone_number",
        "status",
        "status_reason",
        "has_token",
        "assistant_mode",
        "quality_rating",
        "messaging_limit",
        "account_state",
        "checked_at",
        "created_at",
    )

    @admin.display(boolean=True, description="has an access token")
    def has_token(self, channel: Channel) -> bool:
        return channel.sealed_access_token is not None


@admin.register(ChannelNotice, site=support_site)
class ChannelNoticeAdmin(TenantAdmin):
    list_display = ("at", "organization", "field", "code", "level", "seen_at")
    list_filter = ("level",)
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    hidden = ("payload",)
    fields = ("organization", "channel", "field", "code", "level", "payload", "at", "seen_at")


@admin.register(Contact, site=support_site)
class ContactAdmin(TenantAdmin):
    list_display = ("name", "organization", "phone", "opted_out_at", "created_at")
    search_fields = ("name", "=code", "=identities__value")
    ordering = ("-created_at",)
    fields = (
        "organization",
        "code",
        "name",
        "phone",
        "language",
        "opted_out_at",
        "marketing_opted_out_at",
        "created_at",
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).prefetch_related("identities")

    @admin.display(description="phone")
    def phone(self, contact: Contact) -> str:
        return partly(contact.phone) if contact.phone else "–"


@admin.register(Identity, site=support_site)
class IdentityAdmin(TenantAdmin):
    list_display = ("pk", "organization", "contact", "kind", "part", "created_at", "ended_at")
    list_filter = ("kind",)
    list_select_related = ("organization", "contact")
    search_fields = ("=value",)
    hidden = ("value",)
    fields = ("organization", "contact", "kind", "value", "created_at", "ended_at")

    @admin.display(description="value")
    def part(self, identity: Identity) -> str:
        return partly(identity.value)


@admin.register(Conversation, site=support_site)
class ConversationAdmin(TenantAdmin):
    list_display = ("pk", "organization", "contact", "status", "in_charge", "last_message_at")
    list_filter = ("status", "in_charge", "hand_over_reason")
    list_select_related = ("organization", "contact")
    search_fields = ("=pk", "=code", "contact__name")
    ordering = ("-last_message_at",)
    hidden = ("preview",)
    fields = (
        "organization",
        "code",
        "channel",
        "contact",
        "status",
        "in_charge",
        "hand_over_reason",
        "assignee",
        "waiting_since",
        "snoozed_until",
        "last_customer_message_at",
        "last_message_at",
        "preview",
        "created_at",
    )

    def deeds(self, request: HttpRequest, obj: Conversation) -> list[tuple[str, str]]:
        lists = (("message", "Messages"), ("handover", "Cards for people"))
        return [
            (f"{reverse(f'admin:inbox_{model}_changelist')}?conversation={obj.pk}", words)
            for model, words in lists
        ]


@admin.register(ConversationWork, site=support_site)
class ConversationWorkAdmin(TenantAdmin):
    list_display = ("pk", "organization", "state", "due_at", "attempts", "lease_until")
    list_filter = ("state",)
    search_fields = ("=pk",)
    fields = (
        "organization",
        "conversation",
        "state",
        "due_at",
        "first_unanswered_at",
        "seq_in",
        "seq_done",
        "lease_until",
        "attempts",
        "nudged_at",
    )


@admin.register(Message, site=support_site)
class MessageAdmin(TenantAdmin):
    list_display = ("pk", "organization", "direction", "author_kind", "kind", "status", "sent_at")
    list_filter = ("direction", "author_kind", "kind", "status")
    search_fields = ("=pk", "=wamid", "=conversation__code")
    date_hierarchy = "sent_at"
    ordering = ("-sent_at", "-pk")
    hidden = ("body", "payload")
    fields = (
        "organization",
        "conversation",
        "channel",
        "direction",
        "author_kind",
        "author",
        "kind",
        "body",
        "payload",
        "wamid",
        "status",
        "sent_at",
        "created_at",
        "delivered_at",
        "read_at",
        "failure_code",
        "failure_text",
        "possibly_sent_twice",
        "is_stale",
        "is_history",
        "edited_at",
        "revoked_at",
    )

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [OneConversation, *super().get_list_filter(request)]


@admin.register(MessageStatus, site=support_site)
class MessageStatusAdmin(TenantAdmin):
    list_display = ("pk", "organization", "status", "at", "error_code")
    list_filter = ("status",)
    search_fields = ("=wamid",)
    ordering = ("-at",)
    hidden = ("payload",)
    fields = (
        "organization",
        "channel",
        "message",
        "wamid",
        "status",
        "at",
        "error_code",
        "error_text",
        "payload",
    )


@admin.register(OutboundWork, site=support_site)
class OutboundWorkAdmin(TenantAdmin):
    list_display = ("pk", "organization", "state", "attempts", "next_attempt_at", "posting_at")
    list_filter = ("state",)
    search_fields = ("=pk",)
    fields = (
        "organization",
        "message",
        "state",
        "next_attempt_at",
        "attempts",
        "claimed_at",
        "posting_at",
        "uncertain_since",
        "resent_at",
        "nudged_at",
    )


@admin.register(WebhookItem, site=support_site)
class WebhookItemAdmin(TenantAdmin):
    list_display = ("pk", "organization", "event_id", "kind", "state", "reason", "at")
    list_filter = ("kind", "state", "reason")
    search_fields = ("=event__pk", "=message_id", "=conversation_id")
    date_hierarchy = "at"
    ordering = ("-at",)
    actions = ("replay_deliveries",)
    fields = (
        "organization",
        "event",
        "position",
        "kind",
        "state",
        "reason",
        "conversation_id",
        "message_id",
        "at",
    )

    @admin.action(description="Process the deliveries of these items again")
    def replay_deliveries(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        events = WebhookEvent.objects.filter(items__in=queryset).distinct()
        replay_all(self, request, events)


@admin.register(WebhookEvent, site=support_site)
class WebhookEventAdmin(SupportAdmin):
    """A delivery as Meta sent it. Its body is shown where all that it brought is open."""

    list_display = ("pk", "received_at", "state", "reason", "attempts", "processed_at")
    list_filter = ("state",)
    search_fields = ("=pk",)
    date_hierarchy = "received_at"
    ordering = ("-received_at",)
    actions = ("replay_deliveries",)
    hidden = ("body",)
    fields = (
        "received_at",
        "state",
        "reason",
        "attempts",
        "next_attempt_at",
        "processed_at",
        "size",
        "body",
    )

    @admin.display(description="bytes")
    def size(self, event: WebhookEvent) -> int:
        return len(event.body)

    @admin.action(description="Process these deliveries again")
    def replay_deliveries(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        replay_all(self, request, queryset)

    def reveal(self, request: HttpRequest, object_id: str, field: str) -> HttpResponse:
        event = self.find(request, object_id)
        if request.method == "POST" and closed_to(request, event):
            messages.error(request, "Open every organization first whose messages it brought.")
            return redirect("../../change/")
        return super().reveal(request, object_id, field)

    def note(self, request: HttpRequest, obj: WebhookEvent, deed: str, **details: object) -> None:
        for organization in owners_of(obj):
            supporting.note(request.user, organization, deed, subject=obj, **details)


def replay_all(
    page: SupportAdmin, request: HttpRequest, events: models.QuerySet[WebhookEvent]
) -> None:
    """Replay the deliveries whose organizations are all open, and say how many were not."""
    done = refused = 0
    for event in events:
        if closed_to(request, event):
            refused += 1
            continue
        for organization in owners_of(event):
            supporting.note(request.user, organization, "replayed", subject=event)
        page.log_change(request, event, "replayed")
        replay(event)
        done += 1
    if done:
        messages.success(request, f"{done} will be processed again.")
    if refused:
        messages.error(request, f"{refused} belong to an organization that is not open.")


def owners_of(event: WebhookEvent) -> models.QuerySet[Organization]:
    """Whose a delivery is: by what it became, and by the numbers and accounts that it names.

    One that waits has no items yet, and what comes for a number that was disconnected belongs to
    nobody's inbox; both hold what customers wrote.
    """
    owners = {each for each in event.items.values_list("organization_id", flat=True) if each}
    try:
        items = split_event(bytes(event.body))
    except NotAWebhook:
        items = []
    for number, account in {(item.phone_number_id, item.waba_id) for item in items}:
        by_number = Channel.objects.filter(phone_number_id=number) if number else None
        channels = by_number if by_number else Channel.objects.filter(waba_id=account or None)
        owners.update(channels.values_list("organization_id", flat=True))
    return Organization.objects.filter(pk__in=owners)


def closed_to(request: HttpRequest, event: WebhookEvent) -> bool:
    return owners_of(event).exclude(pk__in=list(opened(request))).exists()


@admin.register(HandOver, site=support_site)
class HandOverAdmin(TenantAdmin):
    list_display = (
        "pk",
        "organization",
        "kind",
        "reason",
        "opened_at",
        "resolved_at",
        "resolution",
    )
    list_filter = ("kind", "reason", "resolution")
    search_fields = ("=pk", "=code")
    ordering = ("-opened_at", "-pk")
    hidden = ("words", "summary", "question", "facts", "matters")
    fields = (
        "organization",
        "code",
        "conversation",
        "kind",
        "reason",
        "subject",
        "words",
        "summary",
        "question",
        "asked_in",
        "facts",
        "matters",
        "meant_for",
        "opened_at",
        "resolved_at",
        "resolved_by",
        "resolution",
        "reply_state",
        "reply_seq",
        "reply_began_at",
    )

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [OneConversation, *super().get_list_filter(request)]


@admin.register(Attachment, site=support_site)
class AttachmentAdmin(TenantAdmin):
    list_display = ("pk", "organization", "kind", "state", "reason", "size", "created_at")
    list_filter = ("kind", "state", "reason")
    search_fields = ("=pk", "=code", "=message__wamid")
    ordering = ("-created_at", "-pk")
    hidden = ("file_name",)
    fields = (
        "organization",
        "code",
        "message",
        "kind",
        "state",
        "reason",
        "is_voice",
        "file_name",
        "declared_type",
        "detected_type",
        "size",
        "width",
        "height",
        "created_at",
        "fetched_at",
    )


@admin.register(AttachmentWork, site=support_site)
class AttachmentWorkAdmin(TenantAdmin):
    list_display = ("pk", "organization", "state", "attempts", "next_attempt_at")
    list_filter = ("state",)
    search_fields = ("=pk",)
    fields = ("organization", "attachment", "state", "attempts", "next_attempt_at", "nudged_at")


@admin.register(Reaction, site=support_site)
class ReactionAdmin(TenantAdmin):
    list_display = ("pk", "organization", "author_kind", "sent_at")
    list_filter = ("author_kind",)
    search_fields = ("=wamid",)
    hidden = ("emoji",)
    fields = ("organization", "message", "author_kind", "emoji", "wamid", "sent_at")


@admin.register(MessageTemplate, site=support_site)
class MessageTemplateAdmin(TenantAdmin):
    list_display = ("name", "organization", "language", "status", "category", "quality")
    list_filter = ("status",)
    search_fields = ("name", "=template_id")
    fields = (
        "organization",
        "waba_id",
        "template_id",
        "name",
        "language",
        "status",
        "status_at",
        "reason",
        "category",
        "quality",
        "created_at",
    )


@admin.register(ChannelRoute, site=support_site)
class ChannelRouteAdmin(TenantAdmin):
    list_display = ("phone_number_id", "organization", "waba_id")
    search_fields = ("=phone_number_id", "=waba_id")
    fields = ("organization", "channel", "phone_number_id", "waba_id")
