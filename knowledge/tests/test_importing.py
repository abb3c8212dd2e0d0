# ruff: noqa: E501 (tables of examples)
import csv
import io
from decimal import Decimal

import pytest

from knowledge import importing
from knowledge.importing import plan_import, problem_rows, run_import, start_import, undo_import
from knowledge.keeping import change_status, save_listing
from knowledge.models import Import, Listing
from knowledge.retrieval import search_knowledge
from knowledge.tables import NotATable
from knowledge.tests.factories import ListingFactory
from organizations.models import AuditEntry
from organizations.tenancy import tenant
from organizations.tests.factories import OrganizationFactory

HEADER = "Ref,Title,Deal,Type,Price,Beds,Area,City"
TWO = f"{HEADER}\nA-1,Sea flat,sale,apartment,250k,2,Neapoli,Limassol\nA-2,Town house,rent,house,€1.200,3,Old Town,Nicosia\n"


@pytest.fixture
def agency(db):
    return OrganizationFactory()


def upload(agency, text, encoding="utf-8", **fields):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    with tenant(agency):
        batch = start_import(agency, "stock.csv", content, agency.owner)
        for name, value in fields.items():
            setattr(batch, name, value)
        batch.save()
    return batch


def planned(agency, text, **options):
    batch = upload(agency, text, **options)
    with tenant(agency):
        return plan_import(batch)


def run(agency, text, **options):
    batch = upload(agency, text, **options)
    set_state(batch, Import.State.RUNNING)
    run_import(agency.pk, batch.pk)
    return fresh(batch)


def set_state(batch, state):
    with tenant(batch.organization_id):
        Import.objects.filter(pk=batch.pk).update(state=state)


def undo(batch):
    set_state(batch, Import.State.UNDOING)
    undo_import(batch.organization_id, batch.pk)
    return fresh(batch)


def fresh(row):
    with tenant(row.organization_id):
        return type(row).objects.get(pk=row.pk)


def listing(agency, reference):
    with tenant(agency):
        return Listing.objects.get(reference=reference)


def stored(agency):
    with tenant(agency):
        return {
            row.pop("reference"): row
            for row in agency.listings.values("reference", "title", "price", "status", "bedrooms")
        }


def problems(plan):
    return [(row.number, problem) for row in plan.rows for problem in row.problems]


def test_new_rows_become_listings_with_their_origin(agency):
    batch = run(agency, TWO)

    flat, house = listing(agency, "A-1"), listing(agency, "A-2")
    assert (flat.price, flat.currency, flat.deal, flat.bedrooms) == (250000, "EUR", "sale", 2)
    assert (house.price, house.price_period, house.property_type) == (1200, "month", "house")
    assert (flat.source, flat.as_of) == ("file", batch.created_at)
    assert flat.provenance["price"] == {
        "from": "file",
        "name": "stock.csv",
        "row": 2,
        "at": batch.created_at.isoformat(),
    }
    assert (batch.state, batch.counts, batch.done) == ("done", {"created": 2}, 2)


def test_an_imported_listing_is_found_by_the_assistant(agency):
    run(agency, TWO)

    with tenant(agency):
        found = search_knowledge(agency, "sea flat in Neapoli")
        assert [str(finding.listing) for finding in found][:1] == ["Sea flat"]
        assert found[0].as_of == Import.objects.get().created_at


def test_an_import_is_one_line_of_the_audit_trail(agency):
    run(agency, TWO)

    with tenant(agency):
        entry = AuditEntry.objects.filter(action="listings.imported").get()
        assert (entry.user, entry.details) == (
            agency.owner.user,
            {"file": "stock.csv", "created": 2},
        )


def test_the_same_file_twice_changes_nothing_but_says_that_it_still_holds(agency):
    run(agency, TWO)
    before = stored(agency)

    second = run(agency, TWO)

    assert second.counts == {"unchanged": 2}
    assert stored(agency) == before
    assert listing(agency, "A-1").as_of == second.created_at


def test_a_changed_row_changes_what_it_names_and_nothing_else(agency):
    ListingFactory(organization=agency, reference="a-1", title="Sea flat", bedrooms=2, pool=True)

    batch = run(agency, "Ref,Price,Beds\nA-1,240.000,\n")

    row = listing(agency, "a-1")
    assert (row.price, row.bedrooms, row.pool, row.title) == (240000, 2, True, "Sea flat")
    with tenant(agency):
        change = batch.rows.get()
        assert (change.outcome, change.after) == ("changed", {"price": "240000"})
        assert change.before["price"] == "200000"


def test_bad_rows_come_back_and_the_good_ones_are_imported(agency):
    text = TWO + "A-3,No price,sale,castle,cheap,two,Neapoli,Limassol\n"

    batch = run(agency, text)

    assert batch.counts == {"created": 2, "bad": 1}
    with tenant(agency):
        header, rows = problem_rows(batch)
        rows = list(rows)
    assert header == [*HEADER.split(","), "problem"]
    assert rows[0][:-1] == [
        "A-3",
        "No price",
        "sale",
        "castle",
        "cheap",
        "two",
        "Neapoli",
        "Limassol",
    ]
    assert rows[0][-1] == (
        "Type: “castle” is not one of: Apartment, Studio, Penthouse, Maisonette, House, Villa, "
        "Land, Office, Shop. Price: “cheap” is not a number. Beds: “two” is not a number."
    )


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",X,sale,house,1,1,A,B", ("Ref", "The reference is missing: it tells which listing the row is.")),
        ("A-1,X,sale,house,1,1,A,B", ("Ref", "The reference stands already in row 2.")),
        ("B-1,X,sale,house,-5,1,A,B", ("Price", "“-5” is below zero.")),
        ("B-1,X,sale,house,300k-400k,1,A,B", ("Price", "“300k-400k” is a range. Write one figure.")),
        ("B-1,X,sale,house,1,1,A,B,C,D", ("", "The row has more cells than there are names of columns. Is a quotation mark missing?")),
        ("B-1,X,,,1,1,,", ("", "A new listing needs: whether it is for sale or to let, the type of property, the area or the city.")),
        ("B-1,a\0b,sale,house,1,1,A,B", ("Title", "The cell holds a letter that cannot be stored.")),
        (f"B-1,{'x' * 130},sale,house,1,1,A,B", ("Title", "The text has 130 characters; at most 120 can be kept.")),
    ],
)  # fmt: skip
def test_a_problem_names_row_and_column_in_plain_words(agency, row, problem):
    plan = planned(agency, f"{HEADER}\nA-1,Flat,sale,apartment,1,1,A,B\n{row}\n")

    assert problems(plan) == [(3, problem)]
    assert plan.counts["created"] == 1


def test_a_row_of_quoted_lines_keeps_its_number(agency):
    plan = planned(
        agency,
        'Ref;Description;Deal;Type;City\nA;"One\nTwo\n\nThree";sale;house;Nicosia\n\nB;x;sale;den;Nicosia\n',
    )

    assert plan.rows[0].values["description"] == "One\nTwo\n\nThree"
    assert [number for number, _problem in problems(plan)] == [4]


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-16-le", ";"), ("cp1253", ";")],
)
def test_encodings_and_separators_of_real_files_are_told(agency, encoding, delimiter):
    lines = [
        ["Κωδικός", "Τίτλος", "Συναλλαγή", "Τύπος", "Τιμή", "Περιοχή", "Πόλη"],
        ["ΑΒ-1", "Διαμέρισμα με θέα", "Πώληση", "Διαμέρισμα", "385.000 €", "Γλυφάδα", "Αθήνα"],
    ]
    text = "\r\n".join(delimiter.join(line) for line in lines)

    plan = planned(agency, text, encoding=encoding)

    values = plan.rows[0].values
    assert plan.counts["created"] == 1
    assert (values["reference"], values["title"], values["price"]) == (
        "ΑΒ-1",
        "Διαμέρισμα με θέα",
        385000,
    )


def test_western_windows_text_is_told_from_greek(agency):
    text = "Objektnummer;Überschrift;Vermarktungsart;Objektart;Ort\n7;Schönes Häuschen;Kauf;Haus;Köln\n"

    plan = planned(agency, text, encoding="cp1252")

    assert plan.table.encoding == "cp1252"
    assert plan.rows[0].values["title"] == "Schönes Häuschen"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"  \n ", "The file is empty."),
        (b"Ref,Title\n", "The file has a first row with names, but no rows below it."),
        (b"PK\x03\x04\x14\0\x06\0" + b"\0\x01\x02" * 50, "This is an Excel workbook or an archive. Save it as CSV first."),
        (b"%PDF-1.7\n" + bytes(range(32)) * 9, "This is a PDF. A table as CSV is needed."),
        (b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" * 9, "This is a picture. A table as CSV is needed."),
        (bytes(range(256)) * 40, "This is not a text file. A table as CSV is needed."),
        (b"\x1f\x8b\x08\0" + b"\0\x02\x03" * 50, "This is a packed file. Unpack it first."),
        (b",".join(b"c%d" % n for n in range(10_000)) + b"\n" + b"1\n", "The first row has 10000 columns; at most 200 can be read."),
        (b"Ref\n" + b"1\n" * 5001, "The file has more than 5000 rows. Split it in two."),
        (b"a" * 5_000_001, "The file is larger than 5 MB. Split it in two."),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_what_helps(agency, content, sentence):
    with tenant(agency), pytest.raises(NotATable) as refusal:
        start_import(agency, "stock.csv", content, None)

    assert str(refusal.value) == sentence


def test_a_huge_cell_is_the_problem_of_its_row(agency):
    plan = planned(agency, f'{HEADER}\nA-1,"{"x" * 3_000_000}",sale,house,1,1,A,B\n')

    assert problems(plan) == [
        (2, ("Title", "The cell is longer than 20000 letters. Is a quotation mark missing?"))
    ]


def test_an_unclosed_quote_loses_no_row_silently(agency):
    plan = planned(
        agency, f'{HEADER}\nA-1,"Flat,sale,house,1,1,A,B\nA-2,House,sale,house,1,1,A,B\n'
    )

    assert plan.counts["bad"] == 1
    assert "A-2" in plan.rows[0].cells[1]


def test_formulas_and_markup_are_text_and_harmless_in_the_file_of_problems(agency):
    formula = '"=HYPERLINK(""http://evil.example"")"'
    batch = run(agency, f"{HEADER}\n+A,{formula},sale,den,-1,1,<b>A</b>,B\n")

    from knowledge.tables import write_table

    with tenant(agency):
        header, rows = problem_rows(batch)
        text = "".join(write_table(header, rows))
    cells = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1]
    assert cells[:7] == [
        "'+A",
        '\'=HYPERLINK("http://evil.example")',
        "sale",
        "den",
        "'-1",
        "1",
        "<b>A</b>",
    ]


def test_the_file_of_problems_can_be_mended_and_imported(agency):
    batch = run(agency, f"{HEADER}\n+A,=Flat,sale,den,5,1,A,B\n")
    with tenant(agency):
        from knowledge.tables import write_table

        text = "".join(write_table(*problem_rows(batch)))

    run(agency, text.replace("den", "house"))

    assert listing(agency, "+A").title == "=Flat"


def test_listings_that_the_file_no_longer_has_are_withdrawn_if_one_asks_for_it(agency):
    ListingFactory(organization=agency, reference="HAND")
    run(agency, TWO)
    only_first = "\n".join(TWO.split("\n")[:2])

    kept = run(agency, only_first)
    gone = run(agency, only_first, withdraw_missing=True)

    assert (kept.counts, gone.counts) == ({"unchanged": 1}, {"unchanged": 1, "withdrawn": 1})
    assert {ref: row["status"] for ref, row in stored(agency).items()} == {
        "HAND": "available",
        "A-1": "available",
        "A-2": "withdrawn",
    }


def test_a_bad_row_does_not_withdraw_its_listing(agency):
    run(agency, TWO)

    batch = run(agency, TWO.replace("house", "castle"), withdraw_missing=True)

    assert batch.counts == {"unchanged": 1, "bad": 1}


def test_a_missing_deal_is_that_of_the_whole_file(agency):
    batch = run(agency, "Ref,Type,City\nA,flat,Paphos\n", default_deal="rent")

    row = listing(agency, "A")
    assert (batch.counts, row.deal, row.price_period) == ({"created": 1}, "rent", "month")
    assert (row.title, row.area) == ("Apartment, Paphos", "Paphos")


def test_the_agent_is_found_by_name_or_mail(agency):
    mail = agency.owner.user.email
    text = (
        f"Ref,Deal,Type,City,Agent\nA,sale,flat,Paphos,{mail.upper()}\nB,sale,flat,Paphos,Nobody\n"
    )

    batch = run(agency, text)

    assert listing(agency, "A").agent_id == agency.owner.pk
    with tenant(agency):
        assert batch.rows.get(outcome="bad").problems == [
            ["Agent", "No member has this name or e-mail address."]
        ]


def test_undoing_puts_every_value_back(agency):
    old = ListingFactory(
        organization=agency, reference="A-1", title="Old", price=Decimal("199000.50")
    )
    before = stored(agency)
    batch = run(agency, TWO)

    batch = undo(batch)

    assert (batch.state, batch.counts) == ("undone", {"created": 1, "changed": 1, "restored": 2})
    assert stored(agency) == before
    row = listing(agency, "A-1")
    assert (row.as_of, row.source, row.provenance) == (fresh(old).as_of, "hand", {})
    with tenant(agency):
        found = search_knowledge(agency, "sea flat")
        assert [str(finding.listing) for finding in found] == ["Old"]


def test_undoing_keeps_what_was_changed_since(agency):
    ListingFactory(organization=agency, reference="A-1", title="Old", bedrooms=1)
    batch = run(agency, TWO)
    with tenant(agency):
        for row in agency.listings.all():
            row.title = f"{row.title}, by hand"
            save_listing(row)

    batch = undo(batch)

    assert (batch.counts["kept"], batch.counts.get("restored")) == (2, None)
    first = listing(agency, "A-1")
    assert (first.title, first.bedrooms) == ("Sea flat, by hand", 1)
    assert listing(agency, "A-2").title == "Town house, by hand"


def test_undoing_brings_back_what_was_withdrawn(agency):
    run(agency, TWO)
    batch = run(agency, "\n".join(TWO.split("\n")[:2]), withdraw_missing=True)

    undo(batch)

    assert listing(agency, "A-2").status == "available"


def test_undoing_does_not_bring_back_what_was_sold_since(agency):
    run(agency, TWO)
    batch = run(agency, "\n".join(TWO.split("\n")[:2]), withdraw_missing=True)
    with tenant(agency):
        change_status(agency.listings.get(reference="A-2"), "sold")

    undo(batch)

    assert listing(agency, "A-2").status == "sold"


def test_a_run_that_died_goes_on_where_it_stopped(agency, monkeypatch):
    monkeypatch.setattr(importing, "PIECE", 3)
    lines = [f"R-{n},Flat {n},sale,apartment,{n}000,1,A,B" for n in range(1, 11)]
    batch = upload(agency, "\n".join([HEADER, *lines]))
    set_state(batch, Import.State.RUNNING)
    store, calls = importing._store, []

    def dying(*arguments):
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError("killed")
        store(*arguments)

    monkeypatch.setattr(importing, "_store", dying)
    with pytest.raises(RuntimeError):
        run_import(agency.pk, batch.pk)
    assert (fresh(batch).done, len(stored(agency))) == (6, 6)

    monkeypatch.setattr(importing, "_store", store)
    run_import(agency.pk, batch.pk)
    run_import(agency.pk, batch.pk)

    assert (fresh(batch).state, fresh(batch).counts) == ("done", {"created": 10})
    assert len(stored(agency)) == 10


def test_an_import_touches_no_listing_of_another_agency(agency):
    other = OrganizationFactory()
    theirs = ListingFactory(organization=other, reference="A-1", title="Theirs")

    run(agency, TWO, withdraw_missing=True)

    assert fresh(theirs).title == "Theirs"


def test_five_thousand_rows_take_few_queries(agency, django_assert_max_num_queries):
    lines = [f"R-{n},Flat {n},sale,apartment,{n}000,1,A,B" for n in range(400)]
    batch = upload(agency, "\n".join([HEADER, *lines]))

    with tenant(agency), django_assert_max_num_queries(3):
        assert plan_import(batch).counts["created"] == 400
