from decimal import Decimal

import pytest

from knowledge.listings import Wish, find_listings, find_named
from knowledge.models import Listing
from knowledge.tests.factories import ListingFactory
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory


def matches(organization, wish, **options):
    with tenant(organization):
        found = find_listings(organization, wish, **options)
    return [(match.listing.title, match.misses) for match in found]


def named(organization, text):
    with tenant(organization):
        return [listing.title for listing in find_named(organization, text)]


@pytest.fixture
def organization(db):
    return OrganizationFactory()


def test_exact_matches_come_first_then_the_nearest_with_what_they_miss(organization):
    ListingFactory(organization=organization, title="Small", bedrooms=1)
    ListingFactory(organization=organization, title="Right", bedrooms=2)
    ListingFactory(organization=organization, title="Dear", bedrooms=2, price=Decimal(240_000))

    wish = Wish(deal="sale", bedrooms=2, budget_max=Decimal(220_000))

    assert matches(organization, wish) == [
        ("Right", []),
        ("Dear", ["price"]),
        ("Small", ["bedrooms"]),
    ]


def test_an_unknown_feature_is_no_match_but_is_told_as_unknown(organization):
    ListingFactory(organization=organization, title="Unknown", parking=None)
    ListingFactory(organization=organization, title="Without", parking=False)
    ListingFactory(organization=organization, title="With", parking=True)

    assert matches(organization, Wish(features={"parking": True})) == [
        ("With", []),
        ("Unknown", ["unknown:parking"]),
        ("Without", ["parking"]),
    ]


def test_an_unknown_price_is_not_within_the_budget(organization):
    ListingFactory(organization=organization, title="On request", price=None)

    assert matches(organization, Wish(budget_max=Decimal(1))) == [("On request", ["unknown:price"])]


def test_a_wish_for_a_home_without_pets_is_met_by_such_a_home(organization):
    ListingFactory(organization=organization, title="Quiet", pets_allowed=False)

    assert matches(organization, Wish(features={"pets": False})) == [("Quiet", [])]


def test_a_feature_that_nobody_stores_is_unknown(organization):
    ListingFactory(organization=organization, title="Home")

    assert matches(organization, Wish(features={"organization": True, "sauna": True})) == [
        ("Home", ["unknown:organization", "unknown:sauna"])
    ]


@pytest.mark.parametrize("status", ["reserved", "sold", "let", "withdrawn"])
def test_what_is_not_available_is_never_offered(organization, status):
    ListingFactory(organization=organization, status=status)

    assert matches(organization, Wish()) == []


def test_a_sale_is_no_near_miss_for_who_wants_to_rent(organization):
    ListingFactory(organization=organization, deal="sale")

    assert matches(organization, Wish(deal="rent")) == []


def test_far_outside_the_budget_or_different_in_three_things_is_left_out(organization):
    ListingFactory(organization=organization, price=Decimal(300_000))
    ListingFactory(
        organization=organization, area="Kolonaki", city="Athens", bedrooms=1, pool=False
    )

    wish = Wish(areas=["Neapoli"], bedrooms=2, features={"pool": True}, budget_max=Decimal(200_000))

    assert matches(organization, wish) == []


@pytest.mark.parametrize("area", ["Limassol", "neapoli", "NEÁPOLI", "Neapoly", "Neapoli Limassol"])
def test_an_area_is_the_district_or_the_city_however_it_is_written(organization, area):
    ListingFactory(organization=organization, title="Home", area="Neapoli", city="Limassol")

    assert matches(organization, Wish(areas=[area])) == [("Home", [])]


def test_a_house_may_be_a_villa_but_not_a_flat(organization):
    ListingFactory(organization=organization, title="Villa", property_type="villa")
    ListingFactory(organization=organization, title="Flat", property_type="apartment")

    assert matches(organization, Wish(property_types=["house"])) == [
        ("Villa", []),
        ("Flat", ["property_type"]),
    ]


def test_more_bedrooms_fit_but_the_wished_number_comes_first(organization):
    ListingFactory(organization=organization, title="Four", bedrooms=4)
    ListingFactory(organization=organization, title="Two", bedrooms=2)

    assert matches(organization, Wish(bedrooms=2)) == [("Two", []), ("Four", [])]


def test_a_price_in_another_currency_is_not_compared(organization):
    ListingFactory(organization=organization, title="Home", currency="GBP", price=Decimal(900_000))

    wish = Wish(budget_max=Decimal(200_000), currency="EUR")

    assert matches(organization, wish) == [("Home", ["unknown:price"])]


def test_what_was_shown_already_is_left_out(organization):
    shown = ListingFactory(organization=organization)
    ListingFactory(organization=organization, title="Next")

    assert matches(organization, Wish(), exclude=[shown.pk]) == [("Next", [])]


def test_another_organizations_listings_are_neither_found_nor_named(organization):
    ListingFactory(title="Amathountos 71")

    assert matches(organization, Wish()) == []
    assert named(organization, "Amathountos 71") == []


@pytest.mark.parametrize(
    "text",
    [
        "Is the flat at Amathountos 71 still free?",
        "amathountos street 71?",
        "I mean 71 Amathountos Avenue",
        "Is Amathuntos 71 available",
        "I saw L-1001 on your site",
        "ref L1001 please",
    ],
)
def test_a_message_names_one_home(organization, text):
    ListingFactory(
        organization=organization,
        reference="L-1001",
        title="Amathountos 71",
        address="71 Amathountos Avenue, 4532 Limassol",
    )
    ListingFactory(organization=organization, reference="L-1002", title="Amathountos 12")

    assert named(organization, text) == ["Amathountos 71"]


def test_a_street_without_number_names_every_home_on_it(organization):
    for title in ("Amathountos 71", "Amathountos 12", "Kanari 5"):
        ListingFactory(organization=organization, title=title)

    assert named(organization, "the Amathountos flat, tomorrow at 12 pm") == [
        "Amathountos 71",
        "Amathountos 12",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Amathountos 17",
        "Anything in Neapoli?",
        "A villa with a garden and sea view",
        "Kolonaki, 2 bedrooms, 1950 EUR",
        "L-10",
        "Hello",
        "",
    ],
)
def test_a_message_that_names_no_home_names_none(organization, text):
    ListingFactory(organization=organization, reference="L-1001", title="Amathountos 71")
    ListingFactory(organization=organization, title="Pyrgos Garden Villa", area="Pyrgos")
    ListingFactory(organization=organization, title="Kolonakiou 61", area="Kolonaki")

    assert named(organization, text) == []


def test_one_telling_word_of_a_title_is_enough(organization):
    ListingFactory(organization=organization, title="Saripolou Loft")
    ListingFactory(organization=organization, title="Villa Amathea")

    assert named(organization, "And the Saripolu one?") == ["Saripolou Loft"]


def test_what_is_sold_is_named_after_what_is_on_offer_and_withdrawn_not_at_all(organization):
    for title, status in (
        ("Kanari 5", Listing.Status.SOLD),
        ("Kanari 7", Listing.Status.WITHDRAWN),
        ("Kanari 9", Listing.Status.AVAILABLE),
    ):
        ListingFactory(organization=organization, title=title, status=status)

    assert named(organization, "Kanari") == ["Kanari 9", "Kanari 5"]
