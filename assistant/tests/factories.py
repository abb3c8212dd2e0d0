"""Factories of the assistant's memory and of the records of its turns."""

import factory

from assistant.models import Dialogue, Run
from inbox.tests.factories import ConversationFactory
from organizations.tests.factories import TenantFactory


class DialogueFactory(TenantFactory):
    class Meta:
        model = Dialogue

    conversation = factory.SubFactory(ConversationFactory)
    organization = factory.SelfAttribute("conversation.organization")


class RunFactory(TenantFactory):
    """A turn that ended with a reply; the message is only there when it is given."""

    class Meta:
        model = Run

    conversation = factory.SubFactory(ConversationFactory)
    organization = factory.SelfAttribute("conversation.organization")
    seq = 1
    seconds = 0.2
    draft = "Yes, it is still free."
