"""CSV files as spreadsheets and other systems write and read them: one reader and one writer for all rooms."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

SEPARATORS = ",;\t|"
PART_LETTERS = 16_000  # of a file, written at once
HEAD_LINES = 30  # used to find the separator
_SEP_LINE = re.compile(r"""["']?sep=(.)["']?[,;\t|]*(?:\r\n|\r|\n|$)""", re.IGNORECASE)
_QUOTED = re.compile(r'(^|[,;\t|])([ ]*)"(?:[^"]|"")*"', re.MULTILINE)
_LINE_IN_MARKS = re.compile(r'"(?:[^"]|"")*[,;\t|](?:[^"]|"")*"[,;]*')
_LINES_IN_MARKS = re.compile(r'(?<![^\r\n])"((?:[^"\r\n]|"")*)"[,;]*(?=\r|\n|\Z)')
_AS_FORMULA = re.compile(r'=\s*(?:"((?:[^"]|"")*)"|([-+.\d]+))', re.ASCII)
_IN_MARKS = re.compile(r"""["“”„](.*[^"“”])["“”]|['‘’](.*[^'‘’])['‘’]""")
_IN_POWERS = re.compile(r"(\d)[.,](\d+)E\+?(\d{1,2})", re.ASCII | re.IGNORECASE)
_UNSEEN = "\u200b\u200e\u200f\u2060\ufeff\u00ad\u202a\u202b\u202c\u202d\u202e"


def rows(text: str, *, strict: bool = False) -> Iterator[tuple[int, list[str]]]:
    """(row number as in a spreadsheet, cells as they are) of every row; blank rows have no cells.

    A first line "sep=;" names the separator and is not a row. `strict` raises csv.Error at a misplaced quotation
    mark, which is otherwise read as it is.
    """
    separator, text = _separator_and_rest(text.removeprefix("\ufeff"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)
    return enumerate(reader, 1)


def separator(text: str) -> str:
    """Comma, semicolon, tab or bar: the one that most lines contain equally often, outside quotation marks."""
    return _separator_and_rest(text)[0]


def lines_without_marks(text: str) -> str:
    """`text` without the quotation marks that some programs put around whole lines.

    They write "7001,""Zoë"",Brontë", one cell, where 7001,"Zoë",Brontë was meant.
    """
    lines = list(islice(filter(None, re.split(r"\r\n|\r|\n", text[:100_000])), 2))
    if len(lines) < 2 or not all(_LINE_IN_MARKS.fullmatch(line) for line in lines):
        return text
    return _LINES_IN_MARKS.sub(lambda found: found[1].replace('""', '"'), text)


def _separator_and_rest(text: str) -> tuple[str, str]:
    if said := _SEP_LINE.match(text):
        return said[1], text[said.end() :]
    head = _QUOTED.sub(r"\1", text[:100_000])
    lines = [line for line in re.split(r"\r\n|\r|\n", head) if line.strip()][:HEAD_LINES]
    return max(SEPARATORS, key=lambda mark: _agreement(mark, lines)), text


def _agreement(mark: str, lines: list[str]) -> tuple[int, int]:
    """(cells in the lines that have the most common number, cells in total)."""
    found = Counter(line.count(mark) for line in lines)
    agreed = max((often * count for count, often in found.items()), default=0)
    return agreed, sum(count * often for count, often in found.items())


def cell(text: str) -> str:
    """The content of a cell, without surrounding spaces, invisible characters, ="…", quotation marks and text marks.

    An apostrophe before a digit or a sign marks text; before a letter it is part of a name.
    """
    text = text.strip(f"{_UNSEEN} \t\r\n\xa0")
    if formula := _AS_FORMULA.fullmatch(text):
        return (formula[1] or formula[2] or "").replace('""', '"').strip()
    if marked := _IN_MARKS.fullmatch(text):
        return (marked[1] or marked[2]).strip()
    if text[:1] in ("'", "’") and re.match(r"[\d=+@-]", text[1:2]):
        return text[1:].removesuffix("'")
    return text


def whole_number(text: str) -> str:
    """The digits of a whole number as systems write it: 7006.0, 7,006, '7006 and 7.006E+03 are 7006.

    Other text is left as it is, such as 7.01E+03, which has lost digits.
    """
    text = cell(text).strip("'’‘\"“”")
    if re.fullmatch(r"\d{1,3}(?:[, \xa0\u202f]\d{3})+(?:\.0*)?", text, re.ASCII):
        text = re.sub(r"[^\d.]", "", text)
    if found := re.fullmatch(r"(\d+)[.,]0*", text, re.ASCII):
        return found[1]
    if found := _IN_POWERS.fullmatch(text):
        digits, power = found[1] + found[2], len(found[1]) + int(found[3])
        if len(digits) >= power and not digits[power:].strip("0"):
            return digits[:power]
    return text


def written(rows: Iterable[Iterable]) -> bytes:
    """`rows` as a CSV file: UTF-8 with its mark. Numbers stay numbers; formulas are marked as text."""
    return b"".join(streamed(rows))


def streamed(rows: Iterable[Iterable]) -> Iterator[bytes]:
    """Like `written`, some rows at a time."""
    part = io.StringIO("\ufeff")
    part.seek(1)
    writer = csv.writer(part)
    for row in rows:
        writer.writerow([_not_a_formula(cell) for cell in row])
        if part.tell() >= PART_LETTERS:
            yield part.getvalue().encode()
            part.seek(0)
            part.truncate()
    yield part.getvalue().encode()


def _not_a_formula(cell):
    is_formula = isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{cell}" if is_formula else cell
