from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from inbox.tests.factories import ConversationFactory, MessageFactory
from leads.forms import BudgetForm, FactForm
from leads.models import Fact, Lead
from leads.showing import (
    STEPS,
    brief,
    budget,
    card,
    conversation_url,
    in_words,
    persona,
    row,
    shown_facts,
    unknown_fields,
)
from leads.tests.factories import FactFactory, LeadFactory


def facts(**values):
    """Facts as `shown_facts` takes them, not stored."""
    return {field: Fact(pk=1, field=field, value=value) for field, value in values.items()}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("intent", "let", "Let out"),
        ("property_type", "townhouse", "Town house"),
        ("property_type", "castle", "castle"),
        ("locations", ["Kolonaki", "Pangrati"], "Kolonaki, Pangrati"),
        ("must_haves", ["sea_view", "lift"], "sea view, lift"),
        ("pets", True, "Yes"),
        ("furnished", False, "No"),
        ("area_m2_min", 1200, "1,200 m²"),
        ("timeline_days", 0, "At once"),
        ("timeline_days", 1, "Within 1 day"),
        ("timeline_days", 30, "Within 30 days"),
        ("timeline_days", 90, "Within 3 months"),
        ("financing", "mortgage_approved", "Mortgage approved"),
        ("language", "el", "Greek"),
        ("bedrooms", 2, "2"),
        ("bathrooms", 1.5, "1.5"),
        ("email", "a@example.org", "a@example.org"),
        (
            "viewing",
            {"date": "2026-11-28", "time": "11:00", "listing": "Skoufa 28"},
            "Sat 28 Nov, 11:00, Skoufa 28",
        ),
        ("viewing", {"date": "someday"}, "someday"),
    ],
)
def test_a_fact_is_said_as_people_say_it(field, value, words):
    assert in_words(Fact(field=field, value=value)) == words


def test_words_follow_the_readers_language():
    with override("de"):
        assert in_words(Fact(field="language", value="el")) == "Griechisch"
        assert in_words(Fact(field="area_m2_min", value=1200)) == "1.200 m²"


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"budget_min": 350_000, "budget_max": 400_000, "currency": "EUR"}, "€350,000 – €400,000"),
        ({"budget_max": 400_000, "currency": "EUR"}, "up to €400,000"),
        ({"budget_min": 900, "currency": "GBP", "budget_period": "month"}, "from £900 per month"),
        ({"budget_min": 900, "budget_max": 900, "budget_period": "total"}, "900"),
        ({"budget_max": 1300}, "up to 1,300"),
    ],
)
def test_the_parts_of_a_budget_read_as_one(stated, words):
    assert budget(facts(**stated)) == words


def test_facts_come_in_reading_order_with_the_budget_as_one_line():
    lines = shown_facts(
        facts(parking=True, currency="EUR", budget_max=100, bedrooms=2, intent="buy")
    )

    assert [(line["field"], str(line["label"]), line["text"]) for line in lines] == [
        ("intent", "Wants to", "Buy"),
        ("bedrooms", "Bedrooms", "2"),
        ("budget", "Budget", "Up to €100"),
        ("parking", "Parking", "Yes"),
    ]


def test_a_currency_alone_is_no_budget():
    assert shown_facts(facts(currency="EUR", budget_period="month")) == []


def test_what_is_not_known_can_be_added_but_a_visit_only_in_the_calendar():
    fields = [
        field for field, _label in unknown_fields(shown_facts(facts(budget_max=1, pets=True)))
    ]

    assert "budget" not in fields
    assert "pets" not in fields
    assert "viewing" not in fields
    assert fields[:4] == ["name", "email", "phone", "language"]


def test_the_wish_in_a_line():
    known = facts(
        locations=["Zakaki"], bedrooms=1, property_type="apartment", budget_max=900, pets=True
    )

    assert brief(known) == ["Apartment", "1 bedroom", "up to 900", "Zakaki"]
    assert brief({}) == []


@pytest.mark.parametrize(
    ("intent", "name"), [("buy", "Buyer"), ("rent", "Tenant"), ("sell", "Seller"), (None, "Lead")]
)
def test_a_lead_is_called_after_what_they_want(intent, name):
    assert persona(facts(intent=intent) if intent else {}) == name


def test_every_stage_has_its_steps():
    assert {*STEPS} == {*Lead.Stage}


@pytest.mark.usefixtures("inside")
def test_a_fact_leads_to_the_message_that_proves_it(lead, conversation):
    message = MessageFactory(conversation=conversation, body="two bedrooms, I think")
    FactFactory(lead=lead, evidence=message, quote="two bedrooms", confidence=0.5)

    (line,) = card(lead, link_to="/a/inbox/b/")["facts"]

    assert line["href"] == f"/a/inbox/b/?message={message.pk}#message-{message.pk}"
    assert (line["quote"], line["unsure"], line["locked"]) == ("two bedrooms", True, False)


@pytest.mark.usefixtures("inside")
def test_the_card_says_each_reason_with_its_points(lead):
    lead.score_reasons = [
        {"points": 16, "reason": "brief", "detail": "4/5"},
        {"points": -3, "reason": "silence", "detail": ""},
        {"points": 1, "reason": "of_another_release", "detail": ""},
    ]

    assert card(lead)["reasons"] == [
        {"points": 16, "text": "Told us 4 of 5 things about the wish"},
        {"points": -3, "text": "Has been silent, so what they did counts for less"},
        {"points": 1, "text": "of_another_release"},
    ]


@pytest.mark.usefixtures("inside")
def test_a_lead_leads_to_the_conversation_of_the_latest_message(lead, conversation):
    later = ConversationFactory(
        channel__organization=conversation.organization,
        contact=conversation.contact,
        last_message_at=datetime(2050, 1, 1, tzinfo=UTC),
    )

    listed = Lead.objects.for_list().get()
    listed.organization = conversation.organization

    assert conversation_url(listed) == f"/{lead.organization.slug}/inbox/{later.code}/"
    assert row(listed)["conversation"] == later


@pytest.mark.usefixtures("inside")
def test_a_lead_without_a_conversation_leads_nowhere(lead):
    other = LeadFactory(organization=lead.organization)

    assert conversation_url(other) == ""


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        ("bedrooms", "2", 2),
        ("bathrooms", "1.5", 1.5),
        ("area_m2_min", " 1 200 ", 1200),
        ("timeline_days", "0", 0),
        ("pets", "no", False),
        ("pets", "yes", True),
        ("intent", "rent", "rent"),
        ("language", "el", "el"),
        ("locations", "Zakaki, Neapoli ,, Zakaki", ["Zakaki", "Neapoli"]),
        ("name", "Eleni K.", "Eleni K."),
    ],
)
def test_what_a_member_types_becomes_the_stored_shape(field, typed, stored):
    form = FactForm({"value": typed}, field=field)

    assert form.is_valid()
    assert form.cleaned_data["value"] == stored


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("bedrooms", "many"),
        ("bedrooms", "-1"),
        ("bedrooms", "nan"),
        ("bedrooms", "1e9"),
        ("area_m2_min", "9999999999999"),
        ("pets", "perhaps"),
        ("intent", "steal"),
        ("email", "no mail"),
        ("locations", " , "),
        ("name", "x" * 201),
        ("name", "a\x00b"),
        ("name", ""),
    ],
)
def test_what_does_not_fit_the_field_is_refused(field, typed):
    assert not FactForm({"value": typed}, field=field).is_valid()


@pytest.mark.parametrize("value", [True, False])
def test_a_stored_yes_or_no_is_chosen_in_the_form(value):
    html = str(FactForm(field="pets", value=value)["value"])

    assert f'<option value="{"yes" if value else "no"}" selected>' in html


def test_a_stored_value_that_is_no_choice_stays_one():
    form = FactForm({"value": "castle"}, field="property_type", value="castle")

    assert form.is_valid()


@pytest.mark.parametrize("typed", ["450000", "450,000", "450.000", "€450 000", "450’000"])
def test_an_amount_may_have_marks(typed):
    form = BudgetForm({"budget_max": typed}, known={}, currency="EUR")

    assert form.is_valid()
    assert form.cleaned_data["budget_max"] == 450_000


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"budget_min": "300", "budget_max": "200"}, "budget_max"),
        ({}, "budget_max"),
        ({"budget_max": "a lot"}, "budget_max"),
        ({"budget_max": "1", "currency": "Euro"}, "currency"),
        ({"budget_max": "1", "budget_period": "week"}, "budget_period"),
    ],
)
def test_a_budget_that_makes_no_sense_is_refused(typed, field):
    form = BudgetForm(typed, known={}, currency="EUR")

    assert list(form.errors) == [field]
