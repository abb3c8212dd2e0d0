from collections.abc import Iterator

import pytest

from inbox.models import Conversation
from inbox.tests.factories import ConversationFactory
from leads.models import Lead
from leads.tests.factories import LeadFactory
from organizations.tenancy import tenant


@pytest.fixture
def conversation(db: None) -> Conversation:
    return ConversationFactory()


@pytest.fixture
def lead(conversation: Conversation) -> Lead:
    return LeadFactory(organization=conversation.organization, contact=conversation.contact)


@pytest.fixture
def inside(conversation: Conversation) -> Iterator[None]:
    """What the test itself reads and writes is the organization's."""
    with tenant(conversation.organization):
        yield
