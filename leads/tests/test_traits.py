"""Nothing that tells of a protected trait becomes a fact, a quote or a score."""

import pytest

from inbox.tests.factories import MessageFactory
from leads.extraction import FoundFact
from leads.models import Fact
from leads.recording import ensure_lead, record_facts
from leads.traits import without_traits
from organizations.tenancy import tenant


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("I am a Muslim woman and need 2 bedrooms", "… and need 2 bedrooms"),
        ("three bedrooms for my two kids", "three bedrooms …"),
        ("I'm from Syria, up to 900 a month", "…, up to 900 a month"),
        ("I use a wheelchair, ground floor please", "I use a …, ground floor please"),
        ("up to 800, I am on universal credit", "up to 800, I am on …"),
        ("We are a retired couple, budget 300k", "…, budget 300k"),
        ("Είμαι πρόσφυγας, θέλω δύο υπνοδωμάτια", "…, θέλω δύο υπνοδωμάτια"),
        ("Soy extranjera y busco piso hasta 900", "… y busco piso hasta 900"),
        ("Ich bin Ausländer und suche bis 900 Euro", "… und suche bis 900 Euro"),
        ("Je suis handicapée, budget 900 euros", "…, budget 900 euros"),
        ("أنا لاجئ وأبحث عن شقة", "… وأبحث عن شقة"),
        ("2 bedrooms in Neapoli up to 900", "2 bedrooms in Neapoli up to 900"),
        ("a white kitchen and a kids' room", "a white kitchen and a kids' room"),
        ("pets allowed, parking, near the church", "pets allowed, parking, near the church"),
    ],
)
def test_quote_leaves_out_who_somebody_is(said, kept):
    assert without_traits(said) == kept


def test_fact_is_stored_without_the_trait_and_the_message_with_it(db):
    said = "I am a refugee on housing benefit and need 2 bedrooms up to 900"
    message = MessageFactory(body=said, direction="in", author_kind="customer")
    found = [
        FoundFact("bedrooms", 2, 0, said, 0.9),
        FoundFact("must_haves", ["guide dog"], 0, "refugee", 0.9),
        FoundFact("financing", "housing benefit", 0, "housing benefit", 0.9),
    ]

    with tenant(message.organization):
        record_facts(ensure_lead(message.conversation.contact), found, [message])
        stored = list(Fact.objects.values_list("field", "value", "quote"))
        message.refresh_from_db()

    assert stored == [("bedrooms", 2, "… … and need 2 bedrooms up to 900")]
    assert message.body == said
