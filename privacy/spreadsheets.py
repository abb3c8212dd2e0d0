"""Tables as files: CSV, XLSX and JSON, written row by row, whose cells no program runs.

A value is text, a number, a bool, a date, an aware datetime, or None. In CSV and XLSX text that a
spreadsheet would take for a formula is defused; in XLSX it is also stored as text. JSON holds it
as it was said.
"""

import csv
import json
import re
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

Value = str | int | float | Decimal | bool | date | datetime | None

# What begins a formula in one program or another, also in full width, or hides such a beginning.
FORMULA = re.compile(r"\A[\s\x00]*[=+\-@＝＋－＠﹢﹣﹦﹫]|\A[\t\r\n]")
# A phone number begins with a plus and is no formula.
PHONE = re.compile(r"\A\+[\d ]+\Z")
LONGEST_CELL = 32_767
# Control characters that neither XML nor a spreadsheet takes.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Column:
    """`name` is the key in JSON, `label` the head of the column, `width` in characters."""

    name: str
    label: str
    width: int = 18


class Table(AbstractContextManager):
    """A file in the making. Leaving the context completes it."""

    def __init__(self, path: Path, columns: Sequence[Column], zone: ZoneInfo, title: str) -> None:
        self.path, self.columns, self.zone, self.title = path, columns, zone, title

    def write(self, values: Iterable[Value]) -> None:
        raise NotImplementedError

    def local(self, value: datetime) -> datetime:
        return value.astimezone(self.zone).replace(microsecond=0)


class CsvTable(Table):
    """UTF-8 with a mark that spreadsheets look for, commas, times of the agency's zone."""

    def __enter__(self) -> "CsvTable":
        self.file = self.path.open("w", encoding="utf-8-sig", newline="")
        self.writer = csv.writer(self.file)
        self.writer.writerow([defused(column.label) for column in self.columns])
        return self

    def write(self, values: Iterable[Value]) -> None:
        self.writer.writerow([self._cell(value) for value in values])

    def _cell(self, value: Value) -> Any:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, datetime):
            return self.local(value).isoformat(sep=" ")
        return defused(value) if isinstance(value, str) else value

    def __exit__(self, *about: Any) -> None:
        self.file.close()


class XlsxTable(Table):
    """One sheet with a head that stays in sight. Dates and numbers are real ones."""

    def __enter__(self) -> "XlsxTable":
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": str(self.path.parent),
        }
        self.book = xlsxwriter.Workbook(str(self.path), options)
        self.moments = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self.days = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.sheet = self.book.add_worksheet(self.title[:31])
        head = self.book.add_format({"bold": True, "bottom": 1})
        self.sheet.freeze_panes(1, 0)
        for place, column in enumerate(self.columns):
            self.sheet.set_column(place, place, column.width)
            self.sheet.write_string(0, place, defused(column.label), head)
        self.row = 0
        return self

    def write(self, values: Iterable[Value]) -> None:
        self.row += 1
        for place, value in enumerate(values):
            self._write_cell(place, value)

    def _write_cell(self, place: int, value: Value) -> None:
        at = (self.row, place)
        if value is None or value == "":
            return
        if isinstance(value, bool):
            self.sheet.write_boolean(*at, value)
        elif isinstance(value, datetime):
            self.sheet.write_datetime(*at, self.local(value).replace(tzinfo=None), self.moments)
        elif isinstance(value, date):
            self.sheet.write_datetime(*at, datetime(value.year, value.month, value.day), self.days)
        elif isinstance(value, str):
            self.sheet.write_string(*at, defused(value)[:LONGEST_CELL])
        else:
            self.sheet.write_number(*at, value)

    def __exit__(self, *about: Any) -> None:
        if self.row:
            self.sheet.autofilter(0, 0, self.row, len(self.columns) - 1)
        self.book.close()


class JsonTable(Table):
    """A list of objects, one a line. Times carry their offset; nothing is defused."""

    def __enter__(self) -> "JsonTable":
        self.file = self.path.open("w", encoding="utf-8")
        self.file.write("[")
        self.is_first = True
        return self

    def write(self, values: Iterable[Value]) -> None:
        named = {
            column.name: self._plain(value)
            for column, value in zip(self.columns, values, strict=True)
        }
        self.file.write("\n" if self.is_first else ",\n")
        self.file.write(json.dumps(named, ensure_ascii=False))
        self.is_first = False

    def _plain(self, value: Value) -> Any:
        if isinstance(value, datetime):
            return self.local(value).isoformat()
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else float(value)
        return value

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self.file.write("\n]\n")
        self.file.close()


TABLES: dict[str, type[Table]] = {"csv": CsvTable, "xlsx": XlsxTable, "json": JsonTable}


def defused(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula; a phone stays as it is."""
    text = CONTROL.sub("", text)
    return f"'{text}" if FORMULA.match(text) and not PHONE.match(text) else text
