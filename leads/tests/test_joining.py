from datetime import timedelta

import pytest
from django.utils.timezone import now

from inbox.contacts import join
from inbox.models import Contact
from inbox.tests.factories import ContactFactory, ConversationFactory, MessageFactory
from leads.models import Lead
from leads.recording import known, set_fact
from leads.tests.factories import FactFactory, LeadFactory
from organizations.tests.factories import MemberFactory

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def other(conversation):
    """The lead of a younger contact, who will turn out to be the same customer."""
    contact = ContactFactory(
        organization=conversation.organization, created_at=now() + timedelta(seconds=1)
    )
    ConversationFactory(channel=conversation.channel, contact=contact)
    return LeadFactory(organization=conversation.organization, contact=contact)


def joined(lead, other):
    join(lead.contact, other.contact)
    return Lead.objects.get()


def test_the_facts_of_both_leads_are_known_of_the_one(lead, other):
    FactFactory(lead=lead, field="bedrooms", value=2)
    FactFactory(lead=other, field="intent", value="buy")

    one = joined(lead, other)

    assert one == lead
    assert known(one) == {"bedrooms": 2, "intent": "buy"}
    assert one.score == 8


def test_of_two_values_the_later_one_stands_and_the_other_is_history(lead, other):
    FactFactory(lead=lead, value=2, created_at=now())
    FactFactory(lead=other, value=3, created_at=now() + timedelta(minutes=1))

    one = joined(lead, other)

    assert known(one) == {"bedrooms": 3}
    assert [f.value for f in one.facts.exclude(superseded_at=None)] == [2]


def test_what_a_member_locked_stands(lead, other):
    set_fact(lead, "bedrooms", 2, MemberFactory(organization=lead.organization))
    FactFactory(lead=other, value=3, created_at=now() + timedelta(minutes=1))

    assert known(joined(lead, other)) == {"bedrooms": 2}


def test_a_fact_keeps_its_evidence(lead, other):
    message = MessageFactory(conversation=other.contact.conversations.get(), body="two bedrooms")
    FactFactory(lead=other, evidence=message, quote="two bedrooms")

    fact = joined(lead, other).facts.get()

    assert fact.evidence == message
    assert fact.evidence.conversation.contact == lead.contact


@pytest.mark.parametrize(
    ("mine", "theirs", "stage"),
    [
        ("new", "qualified", "qualified"),
        ("qualified", "new", "qualified"),
        ("won", "qualified", "won"),
    ],
)
def test_the_stage_is_the_further_one(lead, other, mine, theirs, stage):
    Lead.objects.filter(pk=lead.pk).update(stage=mine)
    Lead.objects.filter(pk=other.pk).update(stage=theirs)

    assert joined(lead, other).stage == stage


def test_a_stage_that_a_member_chose_stands(lead, other):
    member = MemberFactory(organization=lead.organization)
    Lead.objects.filter(pk=other.pk).update(stage="lost", stage_set_by=member, owner=member)

    one = joined(lead, other)

    assert (one.stage, one.stage_set_by, one.owner) == ("lost", member, member)


def test_a_lead_that_only_the_younger_contact_has_moves_over(conversation, other):
    FactFactory(lead=other)

    join(conversation.contact, other.contact)

    one = Lead.objects.get()
    assert (one, one.contact, known(one)) == (other, conversation.contact, {"bedrooms": 2})
    assert Contact.objects.count() == 1
