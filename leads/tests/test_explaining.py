"""The score in sentences: why, what took points away, and what would add some."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from inbox.tests.factories import MessageFactory
from leads import recording, scoring, stages
from leads.explaining import BRIEF_WORDS, GAINS, LOSSES, gains, losses, reasons
from leads.models import Fact
from leads.scoring import BRIEF_FIELDS, REASONS, possible_gains
from leads.showing import card
from leads.tests.factories import FactFactory
from organizations.tests.factories import MemberFactory

pytestmark = pytest.mark.usefixtures("inside")

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def current(lead) -> dict[str, Fact]:
    return {fact.field: fact for fact in lead.facts.current()}


def texts(lines) -> dict[str, int]:
    return {line["text"]: line["points"] for line in lines}


def test_a_reason_is_a_sentence_with_the_customers_words_and_their_message(lead, conversation):
    message = MessageFactory(conversation=conversation, body="We move in December")
    FactFactory(
        lead=lead, field="timeline_days", value=20, quote="move in December", evidence=message
    )
    recording.rescore(lead)

    (reason,) = reasons(lead, current(lead), "/a/inbox/b/")

    assert reason == {
        "points": 15,
        "text": "Wants to move within 30 days",
        "quote": "move in December",
        "href": f"/a/inbox/b/?message={message.pk}#message-{message.pk}",
    }


def test_what_a_member_set_names_the_member_instead(lead):
    member = MemberFactory(organization=lead.organization, user__name="Anna Riga")
    FactFactory(lead=lead, field="financing", value="cash", locked_by=member)
    recording.rescore(lead)

    (reason,) = reasons(lead, current(lead))

    assert (reason["text"], reason["said_by"]) == ("Has the money ready", "Anna Riga")


def test_the_brief_says_what_was_told_but_not_its_values(lead):
    FactFactory(lead=lead, field="locations", value=["Neapoli"], quote="in Neapoli")
    FactFactory(lead=lead, field="budget_max", value=250_000)
    recording.rescore(lead)

    (reason,) = reasons(lead, current(lead))

    assert reason == {"points": 8, "text": "Told us 2 of 5 things about the wish: where, budget"}


def test_who_somebody_is_appears_in_no_sentence(lead):
    for field, value in {"name": "Ahmed", "language": "ar", "locations": ["Chinatown"]}.items():
        FactFactory(lead=lead, field=field, value=value, quote=str(value))
    recording.rescore(lead)

    shown = card(lead)
    told = str([shown["reasons"], shown["gains"], shown["losses"]])

    assert [word for word in ("Ahmed", "ar'", "Chinatown", "Arabic") if word in told] == []


def test_silence_names_its_beginning(lead, conversation):
    for days in (20, 21, 22):
        MessageFactory(conversation=conversation, sent_at=NOW - timedelta(days=days))

    with time_machine.travel(NOW, tick=False):
        recording.rescore(lead)

    text = "Has not written since 4 November, so what they did counts for less"
    assert texts(reasons(lead, {}))[text] == -6


def test_what_lowered_the_score_is_kept_with_its_time_until_it_is_regained(lead):
    fact = FactFactory(lead=lead, field="timeline_days", value=20)
    recording.rescore(lead)
    Fact.objects.filter(pk=fact.pk).update(value=80)
    with time_machine.travel(NOW, tick=False):
        recording.rescore(lead)

    lowered = losses(lead)
    Fact.objects.filter(pk=fact.pk).update(value=10)
    recording.rescore(lead)

    assert lowered == [{"points": -15, "text": "No longer wants to move within 30 days", "at": NOW}]
    assert [loss["text"] for loss in losses(lead)] == ["No longer wants to move within 90 days"]


def test_a_cancelled_appointment_is_among_what_lowered_it():
    before = [{"points": 15, "reason": "booked", "detail": ""}]

    lost = scoring.losses(before, [], [], NOW)

    assert lost == [{"points": -15, "reason": "booked", "at": NOW.isoformat()}]


def test_only_the_latest_five_losses_are_kept():
    known = [{"points": -1, "reason": f"old{n}", "at": NOW.isoformat()} for n in range(5)]
    before = [{"points": 15, "reason": "booked", "detail": ""}]

    lost = scoring.losses(before, [], known, NOW)

    assert [loss["reason"] for loss in lost] == ["booked", "old0", "old1", "old2", "old3"]


def test_an_opt_out_is_a_reason_and_no_row_of_losses(lead):
    FactFactory(lead=lead, field="timeline_days", value=20)
    recording.rescore(lead)
    lead.contact.opted_out_at = NOW
    lead.contact.save()

    recording.rescore(lead)

    assert (losses(lead), gains(lead, current(lead))) == ([], [])
    assert texts(reasons(lead, {})) == {"Does not want to be written to": 0}


def test_what_would_raise_it_comes_with_its_points_most_first(lead):
    FactFactory(lead=lead, field="intent", value="buy")
    FactFactory(lead=lead, field="timeline_days", value=80)
    recording.rescore(lead)

    told = gains(lead, current(lead))

    assert [line["points"] for line in told] == [16, 15, 15, 15]
    assert told[0]["text"] == "Knowing more of the wish: kind of home, where, bedrooms, budget"
    assert "A booked appointment" in texts(told)


@pytest.mark.parametrize("intent", ["sell", "let"])
def test_an_owner_is_not_to_bring_money_or_to_view_a_home(lead, intent):
    FactFactory(lead=lead, field="intent", value=intent)

    codes = {code for _points, code in possible_gains(lead, {"intent": intent})}

    assert codes == {"brief", "soon", "answers", "booked"}


def test_a_gain_is_never_more_than_what_is_missing(lead):
    FactFactory(lead=lead, field="timeline_days", value=80)
    recording.rescore(lead)

    possible = {code: points for points, code in scoring.possible_gains(lead, {"intent": 1})}

    assert (possible["soon"], possible["brief"]) == (5, 16)


def test_every_reason_has_its_sentences():
    positive = set(REASONS) - {"silence", "opted_out"}

    assert positive == set(LOSSES)
    assert set(GAINS) == positive - {"brief", "this_season", "this_year"}
    assert set(BRIEF_WORDS) == set(BRIEF_FIELDS)


def test_the_third_message_counts_although_it_states_nothing(lead, conversation):
    for _number in range(2):
        MessageFactory(conversation=conversation)
    stages.advance_by_facts(lead)
    MessageFactory(conversation=conversation)

    stages.advance_by_facts(lead)

    assert "answers" in {reason["reason"] for reason in lead.score_reasons}
