"""Read a file of rows as agencies send it: any of the usual encodings and separators.

Nothing is unpacked or executed: a workbook, an archive or a picture named .csv is told from its
first bytes. Raises `NotATable` with a sentence for the person who uploaded it.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.cleaning import one_line
from knowledge.wordbook import guess_fields

MOST_BYTES = 5_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 200
ENCODINGS = (
    ("utf-8", gettext_lazy("Unicode (UTF-8)")),
    ("utf-16", gettext_lazy("Unicode (UTF-16)")),
    ("cp1253", gettext_lazy("Greek (Windows-1253)")),
    ("cp1252", gettext_lazy("Western European (Windows-1252)")),
    ("cp1256", gettext_lazy("Arabic (Windows-1256)")),
)
DELIMITERS = (
    (",", gettext_lazy("Comma")),
    (";", gettext_lazy("Semicolon")),
    ("\t", gettext_lazy("Tab")),
    ("|", gettext_lazy("Vertical bar")),
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

# One cell may fill the file; the limit of the csv module is that of the process.
csv.field_size_limit(MOST_BYTES * 2)

_SIGNATURES = (
    (b"PK", gettext_lazy("This is an Excel workbook or an archive. Save it as CSV first.")),
    (b"\xd0\xcf\x11\xe0", gettext_lazy("This is an old Excel workbook. Save it as CSV first.")),
    (b"\x1f\x8b", gettext_lazy("This is a packed file. Unpack it first.")),
    (b"BZh", gettext_lazy("This is a packed file. Unpack it first.")),
    (b"7z\xbc\xaf", gettext_lazy("This is a packed file. Unpack it first.")),
    (b"%PDF", gettext_lazy("This is a PDF. A table as CSV is needed.")),
    (b"\x89PNG", gettext_lazy("This is a picture. A table as CSV is needed.")),
    (b"\xff\xd8\xff", gettext_lazy("This is a picture. A table as CSV is needed.")),
    (b"GIF8", gettext_lazy("This is a picture. A table as CSV is needed.")),
    (b"\x7fELF", gettext_lazy("This is a program. A table as CSV is needed.")),
    (b"MZ", gettext_lazy("This is a program. A table as CSV is needed.")),
)
_SAMPLE_ROWS = 30
_MARKS = (b"\xff\xfe", b"\xfe\xff")


class NotATable(ValueError):
    """The file holds no rows that can be read; the text says why, and what helps."""


@dataclass(frozen=True)
class Table:
    """`rows` are (number, cells), the number as a spreadsheet shows it: the header is 1."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    encoding: str
    delimiter: str


def read_table(content: bytes, encoding: str = "", delimiter: str = "") -> Table:
    """Return the rows below the header; encoding and separator are guessed unless given."""
    _require_text(content)
    encoding = encoding or guess_encoding(content)
    text = _decode(content, encoding)
    first, _newline, rest = text.partition("\n")
    if match := re.fullmatch(r"\s*sep=(.)\s*", first):
        delimiter, text = delimiter or match[1], rest
    delimiter = delimiter or guess_delimiter(text)
    records = _records(text, delimiter)
    number, header = next(records, (0, []))
    header = [one_line(cell, 80) for cell in header]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise NotATable(_("The file is empty: its first row must name the columns."))
    if len(header) > MOST_COLUMNS:
        raise NotATable(
            _("The first row has %(count)d columns; at most %(most)d can be read.")
            % {"count": len(header), "most": MOST_COLUMNS}
        )
    rows = []
    for number, cells in records:
        if len(rows) == MOST_ROWS:
            raise NotATable(
                _("The file has more than %(most)d rows. Split it in two.") % {"most": MOST_ROWS}
            )
        rows.append((number, cells))
    if not rows:
        raise NotATable(_("The file has a first row with names, but no rows below it."))
    return Table(header, rows, encoding, delimiter)


def guess_encoding(content: bytes) -> str:
    if content.startswith(_MARKS) or _utf16_order(content):
        return "utf-16"
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Greek words are runs of high bytes; in western ones they stand alone among letters.
        sample = content[:200_000]
        runs = len(re.findall(rb"[\xb8-\xfe]{3,}", sample))
        alone = len(re.findall(rb"(?<![\xb8-\xff])[\xc0-\xff](?![\xb8-\xff])", sample))
        return "cp1253" if runs > alone else "cp1252"
    return "utf-8"


def guess_delimiter(text: str) -> str:
    """The separator under which most column names are known, and most rows as long as the first."""

    def fitness(delimiter: str) -> tuple[int, int, int]:
        rows = []
        for _number, cells in _records(text[:100_000], delimiter):
            rows.append(cells)
            if len(rows) == _SAMPLE_ROWS:
                break
        width = len(rows[0]) if rows else 0
        if not 0 < width <= MOST_COLUMNS:
            return (0, 0, width)
        even = sum(len(cells) == width for cells in rows) if width > 1 else 0
        return (len(guess_fields([one_line(cell, 80) for cell in rows[0]])), even, width)

    return max((delimiter for delimiter, _name in DELIMITERS), key=fitness)


def write_table(
    header: Iterable[str], rows: Iterable[Iterable[str]], delimiter: str = ","
) -> Iterator[str]:
    """Yield the lines of a CSV file that a spreadsheet opens without running anything in it."""
    line = io.StringIO()
    writer = csv.writer(line, delimiter=delimiter)
    yield "\ufeff"
    for row in (header, *rows):
        writer.writerow([_harmless(cell) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _harmless(cell: str) -> str:
    cell = cell.replace("\0", "")
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


def without_guard(cell: str) -> str:
    """The cell without the quote that `write_table` has put before a formula."""
    return (
        cell[1:]
        if cell.startswith("'") and cell[1:].lstrip(" ").startswith(FORMULA_STARTS)
        else cell
    )


def _require_text(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise NotATable(_("The file is larger than 5 MB. Split it in two."))
    if not content.strip():
        raise NotATable(_("The file is empty."))
    for signature, sentence in _SIGNATURES:
        # A column may be called "PK…": only bytes that no text has make it an archive.
        if content.startswith(signature) and _is_binary(content[:4096]):
            raise NotATable(str(sentence))
    if _is_binary(content[:100_000]) and not _utf16_order(content):
        raise NotATable(_("This is not a text file. A table as CSV is needed."))


def _is_binary(content: bytes) -> bool:
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1a" for byte in content)
    return control > max(len(content) // 50, 2) and not content.startswith(_MARKS)


def _utf16_order(content: bytes) -> str:
    """ "le" or "be" for UTF-16 without a mark: every second byte names the script."""
    sample = content[:2000]
    for order, highs in (("le", sample[1::2]), ("be", sample[0::2])):
        # Latin, Greek, Cyrillic, Arabic, punctuation with €.
        named = sum(highs.count(script) for script in (0x00, 0x03, 0x04, 0x06, 0x20))
        if len(highs) > 4 and highs.count(0) and named > 0.9 * len(highs):
            return order
    return ""


def _decode(content: bytes, encoding: str) -> str:
    if encoding == "utf-16" and not content.startswith(_MARKS):
        encoding = f"utf-16-{_utf16_order(content) or 'le'}"
    if encoding == "utf-8":
        encoding = "utf-8-sig"
    try:
        # Windows leaves a few bytes of its code pages open; an odd one is no reason to refuse.
        return content.decode(encoding, "strict" if encoding == "utf-8-sig" else "replace")
    except UnicodeDecodeError as error:
        raise NotATable(_("The file is not in Unicode. Choose another encoding.")) from error


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, each with its number; an unclosed quote ends with the file."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, 1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise NotATable(
            _("The file cannot be read as a table: %(why)s.") % {"why": error}
        ) from error
