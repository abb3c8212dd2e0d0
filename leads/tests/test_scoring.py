from datetime import UTC, datetime, timedelta

import pytest

from inbox.models import ConversationSummary
from inbox.tests.factories import MessageFactory
from knowledge.tests.factories import ListingFactory
from leads.models import Fact
from leads.scoring import REASONS, score
from leads.tests.factories import FactFactory

pytestmark = pytest.mark.usefixtures("inside")

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def know(lead):
    """State facts of the lead: `know(intent="buy", bedrooms=2)`."""

    def know(**values):
        for field, value in values.items():
            FactFactory(lead=lead, field=field, value=value)

    return know


@pytest.fixture
def wrote(conversation):
    """Let the customer write so many messages, the last one `days` ago."""

    def wrote(count, days=0.0):
        for _ in range(count):
            MessageFactory(conversation=conversation, sent_at=NOW - timedelta(days=days))

    return wrote


def points(lead, at=NOW):
    return {reason["reason"]: reason["points"] for reason in score(lead, at).reasons}


EVERYTHING = {
    "intent": "buy", "property_type": "apartment", "locations": ["Neapoli"], "bedrooms": 2,
    "budget_max": 250_000, "financing": "cash", "timeline_days": 20,
    "viewing": {"date": "2026-05-09"},
}  # fmt: skip


def test_nothing_known_is_zero_without_reasons(lead):
    assert (score(lead, NOW).points, score(lead, NOW).reasons) == (0, [])


def test_every_reason_there_is_makes_a_hundred(lead, know, wrote, conversation):
    ListingFactory(organization=lead.organization, price=200_000)
    know(**EVERYTHING)
    wrote(3)
    ConversationSummary.objects.filter(conversation=conversation).update(
        next_appointment_at=NOW + timedelta(days=2)
    )

    assert points(lead) == {
        "brief": 20, "budget_matches": 10, "funding": 15, "soon": 15, "answers": 10,
        "wants_viewing": 15, "booked": 15,
    }  # fmt: skip
    assert score(lead, NOW).points == 100


@pytest.mark.parametrize("days", [0, 1, 6.5, 14, 90, 2000])
def test_the_points_of_the_reasons_add_up_to_the_score(lead, know, wrote, days):
    know(**EVERYTHING)
    wrote(3, days=days)

    result = score(lead, NOW)

    assert result.points == sum(reason["points"] for reason in result.reasons)
    assert 0 <= result.points <= 100


def test_each_part_of_the_wish_counts_four_points(lead, know):
    know(intent="buy", bedrooms=2, locations=["Neapoli"])

    assert score(lead, NOW).reasons == [{"points": 12, "reason": "brief", "detail": "3/5"}]


@pytest.mark.parametrize(
    ("days", "reason"),
    [(0, "soon"), (30, "soon"), (31, "this_season"), (90, "this_season"), (365, "this_year")],
)
def test_the_sooner_the_move_the_more_it_counts(lead, know, days, reason):
    know(timeline_days=days)

    assert list(points(lead)) == [reason]


def test_a_move_in_more_than_a_year_counts_nothing(lead, know):
    know(timeline_days=366)

    assert points(lead) == {}


def test_a_budget_counts_only_where_a_home_on_offer_meets_it(lead, know):
    ListingFactory(organization=lead.organization, price=300_000)
    ListingFactory(organization=lead.organization, price=200_000, status="sold")
    ListingFactory(organization=lead.organization, price=900, deal="rent")
    know(intent="buy", budget_max=250_000)

    assert "budget_matches" not in points(lead)


def test_a_mortgage_only_thought_of_is_not_funding(lead, know):
    know(financing="mortgage")

    assert points(lead) == {}


def test_silence_halves_engagement_every_fourteen_days_and_leaves_the_wish(lead, know, wrote):
    know(intent="buy", viewing={"date": "2026-05-09"})
    wrote(3, days=14)

    reasons = points(lead)

    assert reasons == {"brief": 4, "answers": 10, "wants_viewing": 15, "silence": -13}
    assert score(lead, NOW + timedelta(days=14)).points == 4 + 25 - 19


def test_a_message_from_the_future_does_not_raise_the_score(lead, know, wrote):
    know(viewing={"date": "2026-05-09"})
    wrote(3, days=-2)

    assert score(lead, NOW).points == 25


def test_our_own_messages_are_no_engagement(lead, conversation):
    for _ in range(5):
        MessageFactory(conversation=conversation, direction="out", sent_at=NOW)

    assert points(lead) == {}


def test_who_asked_for_no_more_messages_scores_nothing(lead, know, wrote):
    know(**EVERYTHING)
    wrote(3)
    lead.contact.opted_out_at = NOW

    assert score(lead, NOW).points == 0
    assert score(lead, NOW).reasons == [{"points": 0, "reason": "opted_out", "detail": ""}]


@pytest.mark.parametrize(
    "who",
    [
        {"name": "Amira Haddad"},
        {"name": "John Smith", "language": "en"},
        {"language": "ar", "phone": "+971500000106"},
        {"email": "rabbi@example.org", "address": "Main Street 1"},
    ],
)
def test_who_somebody_is_never_counts(lead, know, wrote, who):
    know(intent="buy", locations=["Neapoli"], budget_max=250_000)
    wrote(3)
    before = score(lead, NOW)

    know(**who)
    lead.contact.language, lead.contact.name = who.get("language", ""), who.get("name", "")

    assert score(lead, NOW) == before


def test_whether_an_area_was_named_counts_but_never_which(lead, know):
    know(locations=["Neapoli"])
    first = score(lead, NOW)

    Fact.objects.filter(field="locations").update(value=["Agia Fyla", "Zakaki"])

    assert score(lead, NOW) == first


def test_every_reason_has_words(lead, know, wrote):
    know(**EVERYTHING)
    wrote(3, days=20)

    assert {*points(lead)} <= {*REASONS}
