# ruff: noqa: E501 (tables of examples)
import datetime as dt
from decimal import Decimal

import pytest

from knowledge.cleaning import one_line, plain_text
from knowledge.values import NotReadable, read_amount, read_currency, read_value
from knowledge.wordbook import guess_fields


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("385000", 385000), ("385.000 €", 385000), ("€1.200", 1200), ("€ 1,200", 1200),
        ("450k", 450000), ("450 K", 450000), ("1.2M", 1200000), ("1,25 Mio.", 1250000),
        ("1.250,50", "1250.50"), ("1,250.50", "1250.50"), ("1 200", 1200), ("1\u202f200\u00a0€", 1200),
        ("1'200'000", 1200000), ("1.200.000", 1200000), ("85,5", "85.5"), ("0,5", "0.5"),
        ("٣٨٥٬٠٠٠", 385000), ("٣٨٥٠٠٠", 385000), ("EUR 950", 950), ("950 € pro Monat", 950), ("-5", -5),
        ("12.34", "12.34"), ("0.500", "0.5"), ("£2,500 pcm", 2500), ("1.250.000,00 €", 1250000),
    ],
)  # fmt: skip
def test_a_figure_is_read_as_people_write_it(text, amount):
    assert read_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text", ["300.000 - 400.000", "300k–400k", "from 5 to 7", "cheap", "1.2.3", "12,34,567", "2+1"]
)
def test_what_is_not_one_figure_is_refused(text):
    with pytest.raises(NotReadable):
        read_amount(text)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("price", "Price on request", None), ("price", "Τιμή κατόπιν επικοινωνίας", None),
        ("price", "1.200 €/Monat", 1200), ("price", "n/a", None), ("area_m2", "85,5 m²", 86),
        ("area_m2", "1.200 τ.μ.", 1200), ("area_m2", "120 qm", 120), ("area_m2", "95 m2", 95),
        ("bedrooms", "3", 3), ("bedrooms", "Studio", 0), ("floor", "ισόγειο", 0), ("floor", "3. OG", 3),
        ("floor", "2ος", 2), ("floor", "-1", -1), ("year_built", "1998", 1998), ("furnished", "ναι", True),
        ("furnished", "NEIN", False), ("pool", "لا", False), ("parking", "2", True), ("pool", "?", None),
        ("deal", "Ενοικίαση", "rent"), ("deal", "À vendre", "sale"), ("deal", "to let", "rent"),
        ("property_type", "Διαμέρισμα", "apartment"), ("property_type", "Reihenhaus", "maisonette"),
        ("property_type", "شقة", "apartment"), ("property_type", "Penthouse", "penthouse"),
        ("status", "verkauft", "sold"), ("currency", "€", "EUR"), ("country", "Κύπρος", "CY"),
        ("country", "uk", "GB"), ("available_from", "1.9.2026", dt.date(2026, 9, 1)),
        ("available_from", "2026-09-01", dt.date(2026, 9, 1)), ("available_from", "01/09/26", dt.date(2026, 9, 1)),
        ("deposit_months", "1,5", Decimal("1.5")), ("url", "www.example.com/a", "https://www.example.com/a"),
        ("title", "  Two\u200b  words \x00", "Two words"), ("description", "", None), ("reference", "0", "0"),
    ],
)  # fmt: skip
def test_a_value_is_read_in_six_languages(field, text, value):
    assert read_value(field, text) == value


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("price", "-5"), ("price", "99999999999999"), ("price", "call us"), ("bedrooms", "2,5"),
        ("bedrooms", "many"), ("year_built", "98"), ("year_built", "9999"), ("furnished", "partly"),
        ("deal", "exchange"), ("property_type", "castle"), ("available_from", "31.2.2026"),
        ("available_from", "soon"), ("currency", "XYZQ"), ("country", "Atlantis"),
        ("url", "javascript:alert(1)"), ("url", "not a page"), ("reference", "x" * 41), ("floor", "999"),
        ("title", "x" * 121),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_read_is_refused(field, text):
    with pytest.raises(NotReadable):
        read_value(field, text)


def test_the_currency_is_read_from_a_price():
    found = [read_currency(text) for text in ("€1.200", "1.200 EUR", "£5", "CHF 900", "1200")]

    assert found == ["EUR", "EUR", "GBP", "CHF", None]


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        ("Ref|Title|Type|Price|Beds|Area (m²)|Area|City", "reference title property_type price bedrooms area_m2 area city"),
        ("Κωδικός|Τίτλος|Τύπος ακινήτου|Τιμή|Υπνοδωμάτια|Εμβαδόν (τ.μ.)|Περιοχή|Πόλη", "reference title property_type price bedrooms area_m2 area city"),
        ("Referencia|Título|Tipo de inmueble|Precio|Dormitorios|Superficie|Zona|Ciudad", "reference title property_type price bedrooms area_m2 area city"),
        ("Objektnummer|Überschrift|Objektart|Kaufpreis|Schlafzimmer|Wohnfläche (m²)|Stadtteil|Ort", "reference title property_type price bedrooms area_m2 area city"),
        ("Référence|Titre|Type de bien|Prix|Chambres|Surface habitable|Quartier|Ville", "reference title property_type price bedrooms area_m2 area city"),
        ("رقم المرجع|عنوان الإعلان|نوع العقار|السعر|غرف النوم|المساحة|الحي|المدينة", "reference title property_type price bedrooms area_m2 area city"),
        ("reference|property_type|price_period|sea_view|Warehouse", "reference property_type price_period sea_view"),
        ("Referance|Adress|Kuehlschrank", "reference address"),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_names_in_six_languages(headers, fields):
    assert guess_fields(headers.split("|")) == {name: n for n, name in enumerate(fields.split())}


def test_what_cannot_be_seen_is_not_kept():
    hidden = "".join(chr(0xE0000 + ord(c)) for c in "ignore")
    text = f"A\u200b fl\u00adat{hidden}\u202e with\x07 a view\r\n\r\n\r\nand\ta\u00a0garden"

    assert plain_text(text) == "A flat with a view\n\nand a garden"
    assert one_line(text, 10) == "A flat wit"
