import pytest

from knowledge.folding import fold, folded_words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Γλυφάδα", "γλυφαδα"),
        ("ΠΑΦΟΣ", "παφοσ"),
        ("Πάφος", "παφοσ"),
        ("Málaga", "malaga"),
        ("Straße", "strasse"),
        ("Århus Søndre", "arhus sondre"),
        ("İstanbul", "istanbul"),
        ("ΐ", "ι"),
        ("", ""),
    ],
)
def test_case_and_accents_are_folded_in_every_script(text, folded):
    assert fold(text) == folded


def test_folding_twice_changes_nothing():
    assert fold(fold("Ἀθῆναι ΟΔΌΣ")) == fold("Ἀθῆναι ΟΔΌΣ")


def test_words_lose_their_plural_and_numbers_their_thousands_sign():
    assert folded_words("Two viewings, 1,950 EUR; fees & bodies") == [
        "two", "viewing", "1950", "eur", "fee", "body",
    ]  # fmt: skip


def test_viewing_and_sea_view_stay_different_words():
    assert folded_words("viewing") != folded_words("view")
