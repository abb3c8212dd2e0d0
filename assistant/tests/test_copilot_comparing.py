# ruff: noqa: E501  (pairs of sentences read better unbroken)
"""What a text states has to survive being shortened, translated or said in another tone."""

import pytest

from assistant.copilot.comparing import differences, states_nothing

SAME = [
    ("Skoufa 28 costs €385,000 and has 92 m².", "Το Skoufa 28 κοστίζει 385.000 € και έχει 92 τ.μ."),
    ("See you on Saturday 28 November at 11:00.", "Nos vemos el sábado 28 de noviembre a las 11:00."),
    ("Tomorrow at 3 pm?", "Morgen um 15 Uhr?"),
    ("Come tomorrow at 11.", "Kommen Sie morgen um 11:00 Uhr."),
    ("It has two bedrooms and 1 bathroom.", "Il a deux chambres et 1 salle de bains."),
    ("It has two bedrooms.", "Es hat 2 Schlafzimmer."),
    ("The rent is €1,450 per month.", "الإيجار ١٤٥٠ € في الشهر."),
    ("Call +30 210 1234567 or write to anna@litharia.example", "Καλέστε +30 210 1234567 ή anna@litharia.example"),
    ("See https://litharia.example/homes/1", "Voir https://litharia.example/homes/1"),
    ("My flat is on the 3rd floor.", "Mon appartement est au 3e étage."),
    ("Good morning! Can you come on Monday?", "Guten Morgen! Können Sie am Montag kommen?"),
    ("The fee is 1.25 %.", "Die Gebühr beträgt 1,25 %."),
    ("I can come in the morning.", "Puedo ir por la mañana."),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), SAME)
def test_the_same_in_other_words_is_the_same(before, after):
    assert differences(before, after) == []


CHANGED = [
    ("It costs €385,000.", "It costs €358,000.", ["385000", "358000"]),
    ("It costs €385,000.", "It costs $385,000.", ["EUR", "USD"]),
    ("It costs €385,000.", "It is affordable.", ["EUR", "385000"]),
    ("Come on Saturday.", "Kommen Sie am Sonntag.", ["saturday", "sonntag"]),
    ("Come tomorrow.", "Venga hoy.", ["tomorrow", "hoy"]),
    ("At 11:00 then.", "Alors à 12h00.", ["11:00", "12:00"]),
    ("On 28 November.", "Le 29 novembre.", ["28 November", "Le 29 novembre"]),
    ("It has 2 bedrooms.", "It has 2 bathrooms and 3 bedrooms.", ["2 bedrooms", "3"]),
    ("Call +30 210 1234567", "Call +30 210 7654321", ["302101234567", "302107654321"]),
    ("Hello.", "Hello. See https://evil.example/pay", ["https://evil.example/pay"]),
    ("Write to anna@litharia.example", "Write to anna@evil.example",
     ["anna@litharia.example", "anna@evil.example"]),
    ("It has 92 m².", "It has a good size.", ["92"]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "said"), CHANGED)
def test_a_figure_that_is_changed_lost_or_added_is_named(before, after, said):
    assert [it for it in said if it in differences(before, after)] == said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thank you very much.", True),
        ("See you on Monday.", False),
        ("I have two.", False),
        ("Call 99 123456.", False),
    ],
)
def test_what_states_nothing(text, expected):
    assert states_nothing(text) == expected
