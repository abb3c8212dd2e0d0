"""Factories of the assistant's memory and of the records of its turns."""

import factory
from django.utils.timezone import now

from assistant.models import AssistantVersion, Dialogue, Run
from assistant.shape import Shape
from inbox.tests.factories import ConversationFactory
from organizations.models import Organization
from organizations.tenancy import tenant
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


def live_version(organization: Organization, number: int = 1, **shape: object) -> AssistantVersion:
    """A published version of the assistant's manner."""
    with tenant(organization):
        return AssistantVersion.objects.create(
            organization=organization,
            number=number,
            published_at=now(),
            content=Shape(**shape).as_json(),
        )
