"""Reading a CSV file: what spreadsheets write is understood, and every fault is named by line and column."""

import csv
import io
from datetime import date

import pytest

from candidates.importing import MAX_ROWS, Problem, Row, decode, read_rows

HEADINGS = "Candidate number,First names,Last name,Known as,Date of birth,Group"
ANN = "0001,Ann,Lee,Annie,31/12/2010,10B"
ROW = Row(2, "0001", "Ann", "Lee", "Annie", date(2010, 12, 31), "10B")


def read(*lines: str, taken=frozenset()):
    return read_rows("\n".join(lines), taken=set(taken))


def test_line_becomes_a_row():
    assert read(HEADINGS, ANN) == ([ROW], [])


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeff{HEADINGS}\n{ANN}",
        f"{HEADINGS}\r\n{ANN}\r\n",
        f"{HEADINGS}\n{ANN}".replace(",", ";"),
        f"{HEADINGS}\n{ANN}".replace(",", "\t"),
        f"{HEADINGS.upper()}\n{ANN}",
        f"{HEADINGS}\n1,  Ann ,Lee,Annie,31-12-2010,10B",
        f"{HEADINGS}\n1,Ann,Lee,Annie,2010-12-31,10B",
        f"{HEADINGS}\n1,Ann,Lee,Annie,31.12.2010,10B",
        f'{HEADINGS}\n"0001","Ann","Lee","Annie","31/12/2010","10B"',
        f"{HEADINGS}\n{ANN},,",
        f"{HEADINGS}\n{ANN}\n,,,,,\n\n",
    ],
)
def test_what_spreadsheets_write_is_understood(text):
    assert read_rows(text, taken=set()) == ([ROW], [])


def test_columns_stand_in_any_order_and_may_be_left_out_where_they_can():
    text = "Last name,Date of birth,Candidate number,First names\nLee,31/12/2010,7,Ann\n"
    assert read_rows(text, taken=set()) == ([Row(2, "0007", "Ann", "Lee", "", date(2010, 12, 31), "")], [])


def test_spaces_inside_names_are_tidied():
    (row,), _ = read(HEADINGS, "1,Ann   Marie,van  der Berg,,31/12/2010,10  B")
    assert (row.first_names, row.last_name, row.group) == ("Ann Marie", "van der Berg", "10 B")


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (",Ann,Lee,,31/12/2010,", "candidate number", "Candidate number is missing."),
        ("x,Ann,Lee,,31/12/2010,", "candidate number", "“x” is not a number from 0001 to 9999."),
        ("0000,Ann,Lee,,31/12/2010,", "candidate number", "“0000” is not a number from 0001 to 9999."),
        ("12345,Ann,Lee,,31/12/2010,", "candidate number", "“12345” is not a number from 0001 to 9999."),
        ("٣,Ann,Lee,,31/12/2010,", "candidate number", "“٣” is not a number from 0001 to 9999."),
        (
            "42,Ann,Lee,,31/12/2010,",
            "candidate number",
            "0042 belongs to a candidate of your centre already.",
        ),
        ("1,Ann,Lee,,31/12/2010,", "candidate number", "0001 stands in line 2 too."),
        ("2,,Lee,,31/12/2010,", "first names", "First names is missing."),
        ("2,Ann,,,31/12/2010,", "last name", "Last name is missing."),
        (f"2,{'A' * 61},Lee,,31/12/2010,", "first names", "First names is longer than 60 letters."),
        (f"2,Ann,Lee,,31/12/2010,{'G' * 61}", "group", "Group is longer than 60 letters."),
        ("2,Ann,L\x07ee,,31/12/2010,", "last name", "Last name holds a letter that cannot be printed."),
        ("2,Ann,Lee,,,", "date of birth", "Date of birth is missing."),
        ("2,Ann,Lee,,30/02/2010,", "date of birth", "“30/02/2010” is not a date like 31/12/2010."),
        ("2,Ann,Lee,,12/31/2010,", "date of birth", "“12/31/2010” is not a date like 31/12/2010."),
        ("2,Ann,Lee,,31/12/2090,", "date of birth", "“31/12/2090” is not a likely date of birth."),
        ("2,Ann,Lee,,31/12/1890,", "date of birth", "“31/12/1890” is not a likely date of birth."),
        ("2,Ann,Lee,,31/12/2010,10B,more", "", "There are 7 cells under 6 headings."),
    ],
)
def test_fault_is_named_by_line_and_column(line, column, reason):
    rows, problems = read(HEADINGS, ANN, "", line, taken={"0042"})
    assert problems == [Problem(4, column, reason)]
    assert rows == [ROW]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", Problem(1, "", "The file is empty.")),
        (" \n\n", Problem(1, "", "The file is empty.")),
        (HEADINGS, Problem(2, "", "There are headings but no candidates below them.")),
        (f"{HEADINGS},Postcode\n{ANN},X", Problem(1, "postcode", "The column “postcode” is not known here.")),
        (f"{HEADINGS},Group\n{ANN},X", Problem(1, "group", "The column “group” stands twice.")),
        (
            "Candidate number,First names,Last name\n1,Ann,Lee",
            Problem(1, "date of birth", "The column “date of birth” is missing."),
        ),
    ],
)
def test_fault_of_the_whole_file_is_named(text, problem):
    assert read_rows(text, taken=set()) == ([], [problem])


def test_unfinished_quotes_are_named_by_line():
    rows, (problem,) = read(HEADINGS, ANN, '2,"Ann,Lee,,31/12/2010,10B')
    assert (rows, problem.line) == ([], 3)
    assert "not proper CSV" in problem.reason


def test_too_many_candidates_are_refused():
    lines = [f"{number},Ann,Lee,,31/12/2010," for number in range(1, MAX_ROWS + 2)]
    rows, (problem,) = read(HEADINGS, *lines)
    assert (rows, problem.reason) == (
        [],
        f"A file may hold {MAX_ROWS} candidates; this one has {MAX_ROWS + 1}.",
    )


def test_every_fault_of_a_line_is_listed():
    _, problems = read(HEADINGS, "x,,Lee,,tomorrow,")
    assert [(problem.line, problem.column) for problem in problems] == [
        (2, "candidate number"), (2, "first names"), (2, "date of birth"),
    ]  # fmt: skip


def test_files_of_windows_and_of_the_web_are_decoded():
    words = "Siân Ní Bhriain–Łódź"
    assert decode(words.encode()) == decode(words.encode("utf-8-sig")) == words
    assert decode("Siân “Bó”".encode("cp1252")) == "Siân “Bó”"


@pytest.mark.parametrize("raw", [b"PK\x03\x04\x14\x00\x06\x00", "Ann".encode("utf-16"), b"\x81\x8d"])
def test_what_is_no_text_is_not_decoded(raw):
    assert decode(raw) is None


def test_line_numbers_are_those_of_the_spreadsheet():
    buffer = io.StringIO()
    csv.writer(buffer).writerows([HEADINGS.split(","), ANN.split(","), ["2", "Ann", "", "", "1/1/2010", ""]])
    _, (problem,) = read_rows(buffer.getvalue(), taken=set())
    assert problem.line == 3
