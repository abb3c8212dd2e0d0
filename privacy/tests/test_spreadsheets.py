"""Files that spreadsheets open: values keep their kind, and no text becomes a formula."""

import csv
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from privacy.spreadsheets import TABLES, Column, defused

COLUMNS = [Column(name, name.title()) for name in ("text", "number", "yes", "day", "at", "none")]
AT = datetime(2026, 7, 1, 21, 30, 5, tzinfo=UTC)
ROW = ["Ελένη, “the buyer”", Decimal("385000.00"), True, date(2026, 7, 2), AT, None]
NAMESPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def written(tmp_path, kind: str, *rows: list) -> object:
    path = tmp_path / "table"
    with TABLES[kind](path, COLUMNS, ZoneInfo("Europe/Athens"), "Leads") as table:
        for row in rows:
            table.write(row)
    return path


def sheet(path) -> etree._Element:
    with zipfile.ZipFile(path) as book:
        return etree.fromstring(book.read("xl/worksheets/sheet1.xml"))


def test_a_csv_is_what_spreadsheets_open(tmp_path):
    path = written(tmp_path, "csv", ROW)

    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["Text", "Number", "Yes", "Day", "At", "None"],
            [
                ROW[0],
                "385000.00",
                "yes",
                "2026-07-02",
                "2026-07-02 00:30:05+03:00",
                "",
            ],
        ]


def test_json_keeps_what_was_said_and_the_offset_of_times(tmp_path):
    path = written(tmp_path, "json", ROW, ["=1+1", None, False, None, None, None])

    first, second = json.loads(path.read_text())
    assert first == {
        "text": "Ελένη, “the buyer”",
        "number": 385000,
        "yes": True,
        "day": "2026-07-02",
        "at": "2026-07-02T00:30:05+03:00",
        "none": None,
    }
    assert (second["text"], second["yes"]) == ("=1+1", False)


@pytest.mark.parametrize("kind", list(TABLES))
def test_an_empty_table_is_a_whole_file(tmp_path, kind):
    path = written(tmp_path, kind)

    if kind == "json":
        assert json.loads(path.read_text()) == []
    elif kind == "csv":
        assert path.read_text(encoding="utf-8-sig") == "Text,Number,Yes,Day,At,None\n"
    else:
        assert len(sheet(path).findall(".//x:row", NAMESPACE)) == 1


def test_an_excel_file_holds_numbers_dates_and_text_but_no_formula(tmp_path):
    hostile = ['=HYPERLINK("http://bad")', 7, False, None, None, None]
    cells = {
        cell.get("r"): (cell.get("t", "n"), "".join(cell.itertext()))
        for cell in sheet(written(tmp_path, "xlsx", ROW, hostile)).findall(".//x:c", NAMESPACE)
    }

    assert cells["B2"] == ("n", "385000.00")
    assert cells["C2"] == ("b", "1")
    assert cells["D2"][0] == "n"
    assert cells["A3"] == ("inlineStr", '\'=HYPERLINK("http://bad")')
    assert sheet(tmp_path / "table").findall(".//x:f", NAMESPACE) == []


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "＋1", "－1",
        "＠A", "+30 2310=1", "\x00=1",
    ],
)  # fmt: skip
def test_what_would_be_a_formula_is_defused(text):
    assert defused(text).startswith("'")


@pytest.mark.parametrize("text", ["+30 2310 123456", "+447700900123", "a=b", "", "100 - 200", "€5"])
def test_what_is_none_stays_as_it_is(text):
    assert defused(text) == text
