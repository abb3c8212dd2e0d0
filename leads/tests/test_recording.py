from datetime import timedelta

import pytest
from django.utils.timezone import now

from inbox.models import ConversationSummary, Signal
from inbox.tests.factories import ContactFactory, ConversationFactory, MessageFactory
from leads.extraction import FoundFact
from leads.models import Lead
from leads.recording import (
    UnknownField,
    ensure_lead,
    known,
    record_facts,
    remove_fact,
    set_fact,
    set_facts,
    set_owner,
    unlock_fact,
)
from leads.tasks import make_lead, rescore_every_day
from leads.tests.factories import LeadFactory
from organizations.models import AuditEntry
from organizations.tests.factories import MemberFactory

pytestmark = pytest.mark.usefixtures("inside")


def found(field="bedrooms", value=2, quote="two bedrooms", turn=0, confidence=0.9):
    return FoundFact(field, value, turn, quote, confidence)


@pytest.fixture
def said(conversation):
    """A message of the customer with these words."""
    return lambda body: MessageFactory(conversation=conversation, body=body)


@pytest.fixture
def member(conversation):
    return MemberFactory(organization=conversation.organization, user__name="Anna Riga")


def actions():
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_a_contact_has_one_lead_however_often_it_is_made(conversation):
    first = ensure_lead(conversation.contact)
    second = ensure_lead(conversation.contact)

    assert first == second
    assert Lead.objects.count() == 1


def test_the_task_makes_the_lead_and_leaves_a_contact_alone_that_is_gone(conversation):
    organization, contact = conversation.organization, conversation.contact

    make_lead(organization.pk, contact.pk)
    make_lead(organization.pk, contact.pk + 1000)

    assert [lead.contact for lead in Lead.objects.all()] == [contact]


def test_a_fact_names_the_message_that_proves_it(lead, said):
    message = said("We need two bedrooms.")

    changed = record_facts(lead, [found()], [message])

    fact = lead.facts.get()
    assert changed == [fact]
    assert (fact.field, fact.value, fact.quote) == ("bedrooms", 2, "two bedrooms")
    assert (fact.evidence, fact.confidence) == (message, 0.9)


def test_a_quote_that_is_not_in_the_message_proves_nothing(lead, said):
    changed = record_facts(lead, [found(quote="three bedrooms")], [said("We need two bedrooms.")])

    assert changed == []
    assert known(lead) == {}


@pytest.mark.parametrize(
    "claim", [{"quote": ""}, {"quote": "  "}, {"turn": 1}, {"turn": -1}], ids=str
)
def test_a_fact_without_a_quote_or_a_message_is_not_stored(lead, said, claim):
    assert record_facts(lead, [found(**claim)], [said("We need two bedrooms.")]) == []


def test_what_the_assistant_wrote_proves_nothing(lead, conversation):
    ours = MessageFactory(conversation=conversation, direction="out", body="It has two bedrooms.")

    assert record_facts(lead, [found()], [ours]) == []


@pytest.mark.parametrize("body", ["TWO   bedrooms", "two\nbedrooms", "I’d like two bedrooms"])
def test_a_quote_is_found_whatever_its_case_spaces_and_apostrophes(lead, said, body):
    quote = "i'd like two bedrooms" if "’" in body else "two bedrooms"

    assert record_facts(lead, [found(quote=quote)], [said(body)]) == [lead.facts.get()]


def test_a_later_statement_supersedes_the_earlier_one_and_history_is_kept(lead, said):
    record_facts(lead, [found()], [said("two bedrooms")])

    record_facts(lead, [found(value=3, quote="three")], [said("sorry, three")])

    history = lead.facts.order_by("pk")
    assert [(fact.value, fact.superseded_at is None) for fact in history] == [
        (2, False),
        (3, True),
    ]
    assert known(lead) == {"bedrooms": 3}


def test_the_same_value_again_changes_nothing(lead, said):
    record_facts(lead, [found()], [said("two bedrooms")])

    assert record_facts(lead, [found()], [said("two bedrooms, as I said")]) == []
    assert lead.facts.count() == 1


def test_what_a_member_set_the_assistant_leaves_alone(lead, said, member):
    set_fact(lead, "bedrooms", 3, member)

    changed = record_facts(lead, [found()], [said("two bedrooms")])

    assert changed == []
    assert known(lead) == {"bedrooms": 3}


def test_an_unlocked_fact_follows_the_conversation_again(lead, said, member):
    set_fact(lead, "bedrooms", 3, member)

    unlock_fact(lead, "bedrooms", member)
    record_facts(lead, [found()], [said("two bedrooms")])

    assert known(lead) == {"bedrooms": 2}
    assert actions() == ["organization.founded", "lead.fact_set", "lead.fact_unlocked"]


def test_confirming_what_the_customer_said_locks_it_and_keeps_the_evidence(lead, said, member):
    message = said("two bedrooms")
    record_facts(lead, [found(confidence=0.4)], [message])

    set_fact(lead, "bedrooms", 2, member)

    fact = lead.facts.get()
    assert (fact.locked_by, fact.evidence, fact.confidence) == (member, message, 1.0)


def test_a_removed_fact_is_history(lead, member):
    set_fact(lead, "bedrooms", 3, member)

    remove_fact(lead, "bedrooms", member)

    assert known(lead) == {}
    assert lead.facts.get().superseded_at is not None
    assert actions()[-1] == "lead.fact_removed"


def test_removing_what_is_not_known_leaves_no_trace(lead, member):
    remove_fact(lead, "bedrooms", member)
    unlock_fact(lead, "bedrooms", member)

    assert actions() == ["organization.founded"]


def test_a_budget_is_set_as_one_and_what_is_empty_goes(lead, member):
    set_facts(lead, {"budget_min": 100, "budget_max": 200, "currency": "EUR"}, member)

    set_facts(lead, {"budget_min": None, "budget_max": 300, "currency": "EUR"}, member)

    assert known(lead) == {"budget_max": 300, "currency": "EUR"}


def test_a_field_that_no_lead_has_is_refused(lead, member):
    with pytest.raises(UnknownField):
        set_fact(lead, "religion", "none", member)


def test_score_and_stage_reach_the_row_that_lists_read(lead, conversation, member):
    set_fact(lead, "intent", "buy", member)

    summary = ConversationSummary.objects.get(conversation=conversation)
    assert (summary.score, summary.stage) == (lead.score, "new")
    assert lead.score == 4


def test_open_browsers_hear_which_lead_changed(lead, member):
    set_fact(lead, "intent", "buy", member)

    signals = Signal.objects.filter(kind="lead")
    assert {signal.object_code for signal in signals} == {lead.code}


def test_a_lead_gets_an_owner_and_loses_them_again(lead, member):
    set_owner(lead, member, by=member)
    set_owner(lead, None, by=member)

    lead.refresh_from_db()
    assert lead.owner is None
    assert actions()[1:] == ["lead.owner_set", "lead.owner_set"]


def test_a_contact_without_conversation_can_have_a_lead(conversation):
    contact = ContactFactory(organization=conversation.organization)

    assert ensure_lead(contact).score == 0


def test_two_conversations_of_a_contact_show_the_same_score(lead, conversation, member):
    other = ConversationFactory(
        channel__organization=conversation.organization, contact=conversation.contact
    )

    set_fact(lead, "intent", "buy", member)

    scores = ConversationSummary.objects.values_list("conversation", "score")
    assert dict(scores) == {conversation.pk: 4, other.pk: 4}


def test_silence_lowers_the_score_from_day_to_day(lead, conversation, run_queue):
    for _ in range(3):
        MessageFactory(conversation=conversation, sent_at=now() - timedelta(days=14))
    quiet = LeadFactory(organization=lead.organization)

    rescore_every_day()
    ran = run_queue(only="leads.tasks.rescore")

    lead.refresh_from_db()
    assert ran == ["leads.tasks.rescore"]
    assert (lead.score, [r["reason"] for r in lead.score_reasons]) == (5, ["answers", "silence"])
    assert [signal.object_code for signal in Signal.objects.filter(kind="lead")] == [lead.code]
    assert Lead.objects.get(pk=quiet.pk).updated_at == quiet.updated_at


def test_the_price_of_an_order_and_the_card_of_a_stranger_prove_nothing(lead, conversation):
    order = MessageFactory(conversation=conversation, kind="order", body="1 × L-7 (900000 EUR)")
    card = MessageFactory(conversation=conversation, kind="contacts", body="Nikos, +35799654321")
    facts = [
        found(field="budget_max", value=900000, quote="900000 EUR"),
        found(field="phone", value="+35799654321", quote="+35799654321", turn=1),
    ]

    assert record_facts(lead, facts, [order, card]) == []
