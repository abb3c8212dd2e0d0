import pytest

from inbox.models import ConversationSummary
from inbox.tests.factories import MessageFactory
from leads.models import Lead
from leads.stages import (
    AUTOMATIC_ORDER,
    advance,
    advance_by_facts,
    release_stage,
    set_stage,
    stage_by_facts,
)
from leads.tests.factories import FactFactory
from organizations.models import AuditEntry
from organizations.tests.factories import MemberFactory

Stage = Lead.Stage


@pytest.fixture
def member(conversation):
    return MemberFactory(organization=conversation.organization)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("start", AUTOMATIC_ORDER)
@pytest.mark.parametrize("wanted", AUTOMATIC_ORDER)
def test_automatic_steps_only_go_forwards(lead, start, wanted):
    Lead.objects.filter(pk=lead.pk).update(stage=start)
    lead.refresh_from_db()

    moved = advance(lead, wanted)

    is_forwards = AUTOMATIC_ORDER.index(wanted) > AUTOMATIC_ORDER.index(start)
    assert moved == is_forwards
    assert Lead.objects.get().stage == (wanted if is_forwards else start)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("stage", sorted({*Stage.values} - {*AUTOMATIC_ORDER}))
def test_a_stage_that_only_people_choose_is_never_left_by_itself(lead, stage):
    Lead.objects.filter(pk=lead.pk).update(stage=stage)
    lead.refresh_from_db()

    assert advance(lead, Stage.VIEWING_BOOKED) is False
    assert Lead.objects.get().stage == stage


@pytest.mark.usefixtures("inside")
def test_a_members_choice_stands(lead, member):
    set_stage(lead, Stage.ENGAGED, member)

    assert advance(lead, Stage.QUALIFIED) is False
    assert Lead.objects.get().stage == Stage.ENGAGED


@pytest.mark.usefixtures("inside")
def test_a_members_choice_made_meanwhile_stands_too(lead, member):
    seen_before = Lead.objects.get(pk=lead.pk)
    set_stage(lead, Stage.ENGAGED, member)

    assert advance(seen_before, Stage.QUALIFIED) is False
    assert Lead.objects.get().stage == Stage.ENGAGED


@pytest.mark.usefixtures("inside")
def test_a_released_stage_moves_forwards_again(lead, member):
    set_stage(lead, Stage.ENGAGED, member)

    release_stage(lead, member)

    assert advance(lead, Stage.QUALIFIED) is True


@pytest.mark.usefixtures("inside")
def test_a_choice_is_audited_with_what_was_and_what_is(lead, member):
    set_stage(lead, Stage.LOST, member)

    entry = AuditEntry.objects.get(action="lead.stage_set")
    assert (entry.user, entry.details) == (member.user, {"before": "new", "after": "lost"})


@pytest.mark.usefixtures("inside")
def test_the_stage_reaches_the_row_that_lists_read(lead, conversation):
    advance(lead, Stage.QUALIFYING)

    summary = ConversationSummary.objects.get(conversation=conversation)
    assert summary.stage == "qualifying"


@pytest.mark.usefixtures("inside")
def test_facts_move_the_lead(lead, conversation):
    MessageFactory(conversation=conversation)
    for field, value in {"intent": "buy", "budget_max": 300_000, "locations": ["Zakaki"]}.items():
        FactFactory(lead=lead, field=field, value=value)

    assert advance_by_facts(lead) is True
    assert Lead.objects.get().stage == Stage.QUALIFIED


@pytest.mark.parametrize(
    ("facts", "messages", "stage"),
    [
        ({}, 1, Stage.NEW),
        ({}, 2, Stage.ENGAGED),
        ({"name": "Eleni", "language": "el"}, 1, Stage.NEW),
        ({"bedrooms": 2}, 1, Stage.QUALIFYING),
        ({"intent": "buy", "budget_max": 1}, 5, Stage.QUALIFYING),
        ({"intent": "buy", "budget_max": 1, "property_type": "villa"}, 1, Stage.QUALIFIED),
        ({"intent": "rent", "budget_max": 1, "locations": ["Zakaki"]}, 1, Stage.QUALIFIED),
    ],
)
def test_the_stage_that_facts_support(facts, messages, stage):
    assert stage_by_facts(facts, messages) == stage
