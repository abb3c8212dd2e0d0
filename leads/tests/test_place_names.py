"""A city is found by the name that the customer's language has for it."""

import pytest

from leads.language.packs import packs, readable
from leads.language.places import find_address, find_areas

AREAS = ["Limassol", "Paphos", "Nicosia", "Athens", "Kolonaki", "Dubai"]


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("Θέλω διαμέρισμα να αγοράσω στη Λεμεσό", "el", ["Limassol"]),
        ("σπίτι στην Πάφο ή στη Λευκωσία", "el", ["Paphos", "Nicosia"]),
        ("στο κέντρο της Λεμεσού", "el", ["Limassol"]),
        ("κάτι στο Κολωνάκι, Αθήνα", "el", ["Kolonaki", "Athens"]),
        ("Busco un piso en Atenas", "es", ["Athens"]),
        ("Eine Wohnung in Nikosia oder Athen", "de", ["Nicosia", "Athens"]),
        ("Je cherche un appartement à Nicosie", "fr", ["Nicosia"]),
        ("أبحث عن شقة في ليماسول", "ar", ["Limassol"]),
        ("شقة للإيجار في دبي", "ar", ["Dubai"]),
        ("a flat in Lemesos", "en", ["Limassol"]),
    ],
)
def test_a_place_is_known_by_its_name_in_every_language(text, code, found):
    places = find_areas(readable(text, code), AREAS, words=packs()[code])

    assert [place.name for place in places] == found


def test_the_agencys_own_spelling_may_be_any_of_them():
    found = find_areas("a flat in Limassol", ["Λεμεσός"], words=packs()["en"])

    assert [place.name for place in found] == ["Λεμεσός"]


def test_what_is_not_wanted_stays_unwanted():
    (place,) = find_areas("οχι Παφο", AREAS, words=packs()["el"])

    assert (place.name, place.wished) == ("Paphos", False)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Its on Georgiou A street 45", "Georgiou A street 45"),
        ("I told you, Georgiou A street 45", "Georgiou A street 45"),
        ("my house, 12 Ermou Street", "12 Ermou Street"),
    ],
)
def test_a_number_may_stand_before_or_after_the_street(text, address):
    found = find_address(text)

    assert found is not None
    assert found[0] == address
