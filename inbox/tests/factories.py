"""Factories of the inbox. Each enters `tenant()` itself, unlike the code of a test."""

from datetime import timedelta
from typing import Any

import factory
from django.utils.timezone import now

from inbox.models import (
    Channel,
    ChannelRoute,
    Contact,
    Conversation,
    ConversationSummary,
    ConversationWork,
    Identity,
    Message,
    OutboundWork,
)
from inbox.whatsapp.parsing import IncomingMessage, IncomingReaction, Sender
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory, TenantFactory

ELENI = Sender(user_id="CY.48210937716650291", phone="35799123456", name="Eleni")


class ChannelFactory(TenantFactory):
    """A connected channel with its route and its token, `token-1` unless `token` says otherwise."""

    class Meta:
        model = Channel

    organization = factory.SubFactory(OrganizationFactory)
    name = "Main number"
    phone_number_id = factory.Sequence(lambda n: f"30500000000{n:04}")
    waba_id = factory.Sequence(lambda n: f"20400000000{n:04}")
    display_phone_number = "35725000001"

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Channel:
        token = kwargs.pop("token", "token-1")
        with tenant(kwargs["organization"]) as organization:
            channel = model_class(**kwargs)
            channel.set_access_token(token)
            channel.save()
            ChannelRoute.objects.create(
                phone_number_id=channel.phone_number_id, organization=organization, channel=channel
            )
        return channel


class ContactFactory(TenantFactory):
    """A contact with identities of `phone` (by default a fresh one) and `user_id`, if any."""

    class Meta:
        model = Contact

    organization = factory.SubFactory(OrganizationFactory)
    name = "Eleni"
    phone = factory.Sequence(lambda n: f"357991{n:05}")
    user_id = ""

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Contact:
        ids = {kind: kwargs.pop(kind) for kind in ("phone", "user_id")}
        with tenant(kwargs["organization"]) as organization:
            contact = model_class.objects.create(**kwargs)
            for kind, value in ids.items():
                if value:
                    Identity.objects.create(
                        organization=organization, contact=contact, kind=kind, value=value
                    )
        return contact


class ConversationFactory(TenantFactory):
    """A conversation with its work and summary rows; the customer wrote a minute ago."""

    class Meta:
        model = Conversation

    channel = factory.SubFactory(ChannelFactory)
    organization = factory.SelfAttribute("channel.organization")
    contact = factory.SubFactory(
        ContactFactory, organization=factory.SelfAttribute("..organization")
    )
    last_customer_message_at = factory.LazyFunction(lambda: now() - timedelta(minutes=1))

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Conversation:
        with tenant(kwargs["organization"]) as organization:
            conversation = model_class.objects.create(**kwargs)
            ConversationWork.objects.create(conversation=conversation, organization=organization)
            ConversationSummary.objects.create(conversation=conversation, organization=organization)
        return conversation


class MessageFactory(TenantFactory):
    """A customer's text. `direction="out"` makes a message of the assistant that was sent."""

    class Meta:
        model = Message

    conversation = factory.SubFactory(ConversationFactory)
    organization = factory.SelfAttribute("conversation.organization")
    channel = factory.SelfAttribute("conversation.channel")
    direction = Message.Direction.INBOUND
    body = "Is the flat still free?"
    wamid = factory.Sequence(lambda n: f"wamid.FACTORY{n}")

    @factory.lazy_attribute
    def author_kind(self) -> str:
        is_inbound = self.direction == Message.Direction.INBOUND
        return Message.Author.CUSTOMER if is_inbound else Message.Author.ASSISTANT

    @factory.lazy_attribute
    def status(self) -> str:
        is_outbound = self.direction == Message.Direction.OUTBOUND
        return Message.Status.SENT if is_outbound else Message.Status.NONE


def queued_message(conversation: Conversation, body: str = "Yes, it is.", **fields: Any) -> Message:
    """A message on its way out, with its outbound work, and without a queued task."""
    work = fields.pop("work", {})
    message = MessageFactory(
        conversation=conversation,
        direction=Message.Direction.OUTBOUND,
        body=body,
        **{"status": Message.Status.QUEUED, "wamid": None, **fields},
    )
    OutboundWork.objects.create(message=message, organization=conversation.organization, **work)
    return message


def incoming_message(**fields: Any) -> IncomingMessage:
    """What the door makes of one customer's text; `sender` is Eleni unless given."""
    numbers = incoming_message.counter = getattr(incoming_message, "counter", 0) + 1
    type_ = fields.get("type", "text")
    reaction = fields.pop("reaction", None)
    values: dict[str, Any] = {
        "wamid": f"wamid.IN{numbers}",
        "type": type_,
        "kind": Message.Kind.TEXT,
        "body": "Is the flat still free?",
        "sent_at": now(),
        "sender": ELENI,
        "payload": {"type": type_},
        **fields,
    }
    if reaction is not None:
        wamid, emoji = reaction
        values |= {"type": "reaction", "reaction": IncomingReaction(wamid=wamid, emoji=emoji)}
    return IncomingMessage(**values)
