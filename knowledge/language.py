"""Words of each language that say nothing about a subject, and words that mean the same.

All are folded and singular, as `folding.folded_words` gives them.
"""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


STOP_WORDS = {
    "en": _set("""
        a about after all also am an and any anyone anything are at be been before bring but by
        can come could d did do doe does don else ever for from get give go got had ha has have
        having hello help hey hi how i if in into is it its itself just know let like ll m make
        many may me might mine more most much must my need no not now of off ok okay on once one
        only or other our out over please re s say see shall should since so some something soon
        still such sure t take tell than thank that the their them then there these they thing
        this those to too up us use ve very want was way we well were what when where whether
        which while who whom why will with would wonder yes you your
    """),
}

# Each group is one idea in the mouth of a customer.
ALIKE = {
    "en": (
        {"flat", "apartment"},
        {"fee", "commission", "charge"},
        {"pet", "animal", "dog", "cat"},
        {"document", "paper", "paperwork"},
        {"elevator", "lift"},
        {"tenant", "renter"},
        {"rent", "rental"},
        {"laundry", "washer"},
        {"electricity", "power"},
        {"utility", "bill"},
        {"balcony", "veranda", "terrace"},
        {"pool", "swimming"},
        {"seller", "vendor"},
        {"hour", "open", "opening"},
    ),
}

# What stands beside the name of a street, and after a number that is not a house number.
STREET_WORDS = _set("avenue ave street str st road rd lane square drive way odos leoforos")
COUNTED = _set(
    "bed bedroom bath bathroom room sqm m m2 am pm people person month year day oclock euro eur"
)

# Part of many titles, so that alone they name no home.
COMMON_IN_TITLES = _set("""
    apartment flat studio penthouse maisonette house villa land plot office shop townhouse loft
    garden court hill terrace heights park residence home sea view tower building new breeze
""")

_ALL_STOP_WORDS = frozenset().union(*STOP_WORDS.values())


def is_stop_word(word: str) -> bool:
    """Whether a word says nothing in any language: a question does not say which it is in."""
    return word in _ALL_STOP_WORDS


def alike(word: str) -> set[str]:
    """The other words that mean nearly the same."""
    groups = [group for groups in ALIKE.values() for group in groups if word in group]
    return set().union(*groups) - {word}
