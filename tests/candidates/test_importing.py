"""Reading a CSV file: what spreadsheets write is understood, and every error is listed by line and column."""

import csv
import io
from datetime import date

import pytest

from candidates.importing import (
    MAX_ROWS,
    Known,
    Problem,
    Row,
    Table,
    Unreadable,
    check_rows,
    guess,
    read_rows,
    remember,
)
from candidates.importing.values import day_of_birth
from candidates.matching import Person

HEADINGS = "Candidate number,First names,Last name,Known as,Date of birth,Group,UCI,ULN"
ANN = "0001,Ann,Lee,Annie,31/12/2010,10B,,"
ROW = Row(2, "0001", "Ann", "Lee", "Annie", date(2010, 12, 31), "10B")
TOO_WIDE = (
    "There are 9 cells under 8 headings. "
    "Check for a comma inside a name, which needs quotation marks around the name."
)
NUMBER, BIRTH = "Candidate number", "Date of birth"
NO_NAME = "“{}” is not a name. If the person has one name only, leave the other cell empty."
IF_A_NOTE = "If this is a total or a note, delete the line."
LOST = (
    "The last name has lost a letter: “{}”. It was lost when the file was made. Correct it there, "
    "or save the file as “CSV UTF-8”."
)


def read(*lines: str, known=None):
    table = Table("\n".join(lines))
    rows, problems = [], []
    for row, faults in check_rows(table, guess(table.headings, {}), known or Known()):
        problems += faults
        rows += [row] if row else []
    return rows, problems


def person(number, name, born=date(2010, 12, 31), **values) -> Person:
    first, last = name.split()
    return Person(f"candidate {number}", number, first, last, "", born, **values)


def test_line_becomes_a_row():
    assert read(HEADINGS, ANN) == ([ROW], [])


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeff{HEADINGS}\n{ANN}",
        f"{HEADINGS}\r\n{ANN}\r\n",
        f"\n\n{HEADINGS}\n{ANN}".replace("\n\n", ""),
        f"{HEADINGS}\n{ANN}".replace(",", ";"),
        f"{HEADINGS}\n{ANN}".replace(",", "\t"),
        f"{HEADINGS.upper()}\n{ANN}",
        f"{HEADINGS}\n1,  Ann ,Lee,Annie,31-12-2010,10B",
        f"{HEADINGS}\n1,Ann,Lee,Annie,2010-12-31,10B",
        f"{HEADINGS}\n1,Ann,Lee,Annie,31.12.2010,10B",
        f"{HEADINGS}\n1,Ann,Lee,Annie,31/12/10,10B",
        f'{HEADINGS}\n"0001","Ann","Lee","Annie","31/12/2010","10B"',
        f"{HEADINGS}\n{ANN},,",
        f"{HEADINGS}\n{ANN}\n,,,,,\n\n",
        f"{HEADINGS}\n1,Ann,Lee,Annie,31/12/2010,'10B".replace("'10B", "10B"),
    ],
)
def test_what_spreadsheets_write_is_understood(text):
    assert read_rows(text) == ([ROW], [])


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("1/2/2010", date(2010, 2, 1)),
        ("01/02/10", date(2010, 2, 1)),
        ("1/2/99", date(1999, 2, 1)),
        ("1 Feb 2010", date(2010, 2, 1)),
        ("1-Feb-10", date(2010, 2, 1)),
        ("1 February 2010", date(2010, 2, 1)),
        ("2010-02-01", date(2010, 2, 1)),
        ("2010-02-01 00:00:00", date(2010, 2, 1)),
        ("29/2/2012", date(2012, 2, 29)),
        ("1/2/2010 00:00", date(2010, 2, 1)),
        ("1/2/2010 0:00:00", date(2010, 2, 1)),
        ("1/2/2010 12:00:00 AM", date(2010, 2, 1)),
        ("2010-02-01T00:00:00.000Z", date(2010, 2, 1)),
        ("2010-02-01T00:00:00+00:00", date(2010, 2, 1)),
        ("2010/02/01", date(2010, 2, 1)),
        ("1st February 2010", date(2010, 2, 1)),
        ("1st of Feb, 2010", date(2010, 2, 1)),
        ("Monday 1 February 2010", date(2010, 2, 1)),
        ("Mon, 1 Feb 2010 00:00", date(2010, 2, 1)),
        ('="1/2/2010"', date(2010, 2, 1)),
        ("'1/2/2010", date(2010, 2, 1)),
        ("1\xa0February\u202f2010", date(2010, 2, 1)),
        ("1–2‑2010", date(2010, 2, 1)),
        ("1.2.2010.", date(2010, 2, 1)),
        ("01FEB2010", date(2010, 2, 1)),
        ("20100201", date(2010, 2, 1)),
        ("2010-Feb-01", date(2010, 2, 1)),
        ("February 1, 2010", date(2010, 2, 1)),
        ("Monday, Feb 1st 2010", date(2010, 2, 1)),
        ("1/2/2010 00:00:00 GMT", date(2010, 2, 1)),
        ("1/2/2010 12:00 a.m.", date(2010, 2, 1)),
        ("01022010", None),
        ("2010-01-31T23:00:00Z", None),
        ("1/2/2010 12:00", None),
        ("2/13/2010", None),
        ("29/2/2011", None),
        ("2/1", None),
        ("1 Foo 2010", None),
        ("1/2/010", None),
        ("٣/2/2010", None),
        ("40210", None),
    ],
)
def test_days_are_read_as_people_write_them(typed, day):
    assert day_of_birth(typed) == day


def test_columns_stand_in_any_order_and_under_other_names_and_may_be_left_out():
    text = "Surname,D.O.B.,Exam No,Forename(s),House\nLee,31/12/2010,7,Ann,Red\n"
    assert read_rows(text.replace("(s)", "s")) == (
        [Row(2, "0007", "Ann", "Lee", "", date(2010, 12, 31), "")],
        [],
    )


@pytest.mark.parametrize(
    "above", ["sep=;\n", "sep=;\r\n", "Candidates of 11B\n\n", "Candidates;;;\n;Printed 1/2/2026\n\n"]
)
def test_headings_are_found_below_what_stands_above_them(above):
    lines = f"{HEADINGS}\n{ANN}".replace(",", ";")
    (row,), problems = read_rows(f"{above}{lines}")
    assert (row.first_names, problems) == ("Ann", [])


@pytest.mark.parametrize("below", ["Total: 1,,,,,,,", "Printed on 1/2/2026,,,,,,,"])
def test_totals_and_notes_below_are_said_to_be_deleted(below):
    rows, problems = read(HEADINGS, ANN, below)
    assert (rows, problems) == (
        [ROW],
        [Problem(3, "", f"There is no name and no date of birth. {IF_A_NOTE}")],
    )


def test_headings_that_stand_over_each_page_are_passed_over():
    assert read(HEADINGS, ANN, HEADINGS) == ([ROW], [])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_that_were_put_into_quotation_marks_whole_are_read(end):
    """Excel does this to a file opened as one column."""
    lines = [
        f'"{HEADINGS}"',
        '"0001,""Ann"",Lee,Annie,31/12/2010,10B,,"',
        '"0002,Bob,""Ng, Jr"",,31/12/2010,,,"',
    ]
    rows, (problem,) = read_rows(end.join(lines))
    assert (rows, problem.line, problem.reason) == (
        [ROW],
        3,
        "“Ng, Jr” is not right: a name cannot contain ,.",
    )


def test_separator_inside_quotation_marks_does_not_count():
    heads = (
        'Candidate number;"First, names";"Last name, legal, as printed";"Date of birth (day, month, year)"'
    )
    table = Table(f"{heads}\n7;Ann;Lee;31/12/2010")
    assert [len(table.headings), *(cells for _, cells in table.lines())] == [
        4,
        ["7", "Ann", "Lee", "31/12/2010"],
    ]


def test_of_two_equal_headings_the_one_that_was_used_is_remembered():
    heads = ["Born on", "Born on", "House"]
    assert remember(heads, ["date_of_birth", "", ""]) == {"bornon": "date_of_birth", "house": ""}
    assert remember(heads, ["", "date_of_birth", ""]) == {"bornon": "date_of_birth", "house": ""}


def test_columns_are_guessed_once_and_as_they_were_the_last_time():
    assert guess(["Name", "Surname", "Last name"], {}) == ["", "last_name", ""]
    assert guess(["Name", "House"], {"name": "last_name", "house": "group"}) == ["last_name", "group"]


def test_of_two_columns_the_one_that_says_it_better_is_guessed():
    assert guess(["No.", "Candidate number", "Exam number"], {}) == ["", "number", ""]
    assert guess(["Number", "Candidate no", "Born"], {"number": "number"}) == ["number", "", "date_of_birth"]
    assert guess(["No.", "Surname"], {}) == ["number", "last_name"]


def test_how_to_fill_a_column_in_is_no_part_of_its_heading():
    heads = ["Candidate number (4 digits)", "DOB dd/mm/yyyy", "Surname [required]", "First name (preferred)"]
    assert guess(heads, {}) == ["number", "date_of_birth", "last_name", ""]


def test_spaces_inside_names_are_tidied_and_accents_put_together():
    (row,), _ = read(HEADINGS, "1,Sia\u0302n   Marie,van  der Berg,,31/12/2010,10  B")
    assert (row.first_names, row.last_name, row.group) == ("Siân Marie", "van der Berg", "10 B")


def test_identifiers_are_read_and_a_missing_check_letter_is_filled_in():
    (row,), _ = read(HEADINGS, "1,Ann,Lee,,31/12/2010,,999990260001,123 456 7899")
    assert (row.uci, row.uln) == ("999990260001T", "1234567899")


@pytest.mark.parametrize(
    "typed", ["7", '"=""0007"""', "=7", "'0007", "7.0", "7.00", "\u200b7\xa0", '" 0007"', "\t7", "‘7’"]
)
def test_what_spreadsheets_put_round_a_number_is_left_out(typed):
    assert read(HEADINGS, f"{typed},Ann,Lee,,31/12/2010,")[0][0].number == "0007"


@pytest.mark.parametrize(
    ("typed", "number"), [("7.007E3", "7007"), ("7.00700E+03", "7007"), ("1.03e2", "0103"), ("7.01E+03", "")]
)
def test_numbers_in_powers_are_read_unless_digits_are_lost(typed, number):
    rows, _ = read(HEADINGS, f"{typed},Ann,Lee,,31/12/2010,")
    assert [row.number for row in rows] == [number] * bool(number)


def test_month_before_the_day_is_said_to_be_so_of_the_whole_column():
    _, (problem,) = read(HEADINGS, "1,Ann,Lee,,12/31/2010,")
    assert problem.reason == (
        "“12/31/2010” has the month first, and other lines may have it too. Format the whole column as dates "
        "like 31/12/2010, and check that they are right."
    )


def test_numbers_in_thousands_are_read():
    (row,), _ = read(HEADINGS, '"7,006",Ann,Lee,,31/12/2010,,,"1,234,567,899.0"')
    assert (row.number, row.uln) == ("7006", "1234567899")


@pytest.mark.parametrize(
    "name", ["O'Neill", "D’Arcy", "'t Hart", "Ŵyn", "Adébáyọ̀", "Gal·la", "St. John-Smith", "s/o Rao"]
)
def test_right_names_are_asked_nothing(name):
    (row,), problems = read(HEADINGS, f"1,Ann,{name},,31/12/2010,")
    assert (row.last_name, row.question, problems) == (name, "", [])


@pytest.mark.parametrize(
    ("names", "question"),
    [
        (",Suharto", "This person has one name only."),
        ("Madonna,", "This person has one name only."),
        ("Ann,None", "“None” is often written where a name is not known."),
        ("ann,TBC", "“TBC” is often written where a name is not known."),
        ("ZoÃ,Lee", "“ZoÃ” has a capital with an accent inside a word."),
        ("Ann,McÉvoy", ""),
    ],
)
def test_names_that_may_be_wrong_are_asked_about(names, question):
    (row,), problems = read(HEADINGS, f"1,{names},,31/12/2010,")
    assert (row.question, problems) == (question, [])


def test_what_an_export_marked_as_no_formula_is_read_as_it_was():
    (row,), _ = read(HEADINGS, "1,Ann,'-Lee,,31/12/2010,")
    assert row.last_name == "-Lee"


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (",Ann,Lee,,31/12/2010,", NUMBER, "The candidate number is missing."),
        ("x,Ann,Lee,,31/12/2010,", NUMBER, "“x” is not a candidate number from 0001 to 9999."),
        ("0000,Ann,Lee,,31/12/2010,", NUMBER, "“0000” is not a candidate number from 0001 to 9999."),
        ("12345,Ann,Lee,,31/12/2010,", NUMBER, "“12345” is not a candidate number from 0001 to 9999."),
        ("٣,Ann,Lee,,31/12/2010,", NUMBER, "“٣” is not a candidate number from 0001 to 9999."),
        (
            "42,Ann,Lee,,31/12/2010,",
            NUMBER,
            "The number 0042 belongs to Bob Ng, who is already a candidate at your centre.",
        ),
        (
            "43,Ann,Lee,,31/12/2010,",
            NUMBER,
            "The number 0043 is reserved for a candidate who was merged with another.",
        ),
        ("1,Ann,Lee,,31/12/2010,", NUMBER, "The number 0001 is also in line 2."),
        (
            f"2,{'A' * 61},Lee,,31/12/2010,",
            "First names",
            "The first names have 61 characters. The most allowed is 60.",
        ),
        (
            f"2,Ann,Lee,,31/12/2010,{'G' * 61}",
            "Group",
            "The group has 61 characters. The most allowed is 60.",
        ),
        (
            "2,Ann,L\x07ee,,31/12/2010,",
            "Last name",
            "The last name contains characters that cannot be printed: U+0007.",
        ),
        ("2,Ann,-,,31/12/2010,", "Last name", NO_NAME.format("-")),
        ("2,N/A,Lee,,31/12/2010,", "First names", NO_NAME.format("N/A")),
        ("2,Zo‰,Lee,,31/12/2010,", "First names", "“Zo‰” is not right: a name cannot contain ‰."),
        ("2,Ann,L£e (2),,31/12/2010,", "Last name", "“L£e (2)” is not right: a name cannot contain £ ( 2 )."),
        ("2,Ann,Bront\ufffd,,31/12/2010,", "Last name", LOST.format("Bront\ufffd")),
        (
            "2,Ann,李,,31/12/2010,",
            "Last name",
            "The last name contains characters that cannot be printed: 李 (U+674E).",
        ),
        (
            "2,Ann😀,Lee,,31/12/2010,",
            "First names",
            "The first names contain characters that cannot be printed: 😀 (U+1F600).",
        ),
        ("2,Ann,Lee,,31/12/2010,10\x07", "Group", "The group contains a character that cannot be shown."),
        ("2,Ann,Lee,,,", BIRTH, "The date of birth is missing."),
        ("2,Ann,Lee,,30/02/2010,", BIRTH, "“30/02/2010” is not a date like 31/12/2010."),
        ("2,Ann,Lee,,32/12/2010,", BIRTH, "“32/12/2010” is not a date like 31/12/2010."),
        (
            "2,Ann,Lee,,40178,",
            BIRTH,
            "“40178” is a date as a spreadsheet stores it. Format the column as a date.",
        ),
        (
            "2,Ann,Lee,,2010-06-30T23:00:00Z,",
            BIRTH,
            "“2010-06-30T23:00:00Z” has a time, so the day is not certain. Enter a date like 31/12/2010.",
        ),
        ("2,Ann,Lee,,31/12/2090,", BIRTH, "The date of birth 31/12/2090 is in the future."),
        (
            "2,Ann,Lee,,31/12/2025,",
            BIRTH,
            "The date of birth 31/12/2025 is unlikely: the candidate would be 0 years old.",
        ),
        (
            "2,Ann,Lee,,31/12/1890,",
            BIRTH,
            "The date of birth 31/12/1890 is unlikely: the candidate would be 135 years old.",
        ),
        (
            "2,Ann,Lee,,31/12/2010,,999990140001X",
            "UCI",
            "The UCI 999990140001X is not right: check for a mistyped digit or letter.",
        ),
        (
            "2,Ann,Lee,,31/12/2010,,n/a",
            "UCI",
            "The UCI n/a must be 12 digits and a letter, like 999990260001T.",
        ),
        (
            "2,Ann,Lee,,31/12/2010,,,1000000060",
            "ULN",
            "The ULN 1000000060 is not right: check for a mistyped digit.",
        ),
        (
            "2,Ann,Lee,,31/12/2010,,,12345",
            "ULN",
            "The ULN 12345 must be 10 digits, and the first cannot be 0.",
        ),
        (
            "2,Ann,Lee,,31/12/2010,,,1.23E+09",
            "ULN",
            "The ULN 1.23E+09 was shortened by the spreadsheet: format its column as text.",
        ),
        ("2,Ann,Lee,,31/12/2010,10B,,,more", "", TOO_WIDE),
        ("2,Ann", "", f"There are 2 cells under 8 headings. {IF_A_NOTE}"),
        ("2", "", f"There is 1 cell under 8 headings. {IF_A_NOTE}"),
    ],
)
def test_fault_is_named_by_line_and_column(line, column, reason, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2026, 11, 22))
    rows, problems = read(HEADINGS, ANN, "", line, known=Known({"0042": person("0042", "Bob Ng")}, {"0043"}))
    assert problems == [Problem(4, column, reason)]
    assert rows == [ROW]


@pytest.mark.parametrize(("place", "value", "label"), [(6, "999990260001T", "UCI"), (7, "1234567899", "ULN")])
def test_identifier_of_two_lines_is_named(place, value, label):
    one = ["1", "Ann", "Lee", "", "31/12/2010", "", "", ""]
    two = ["2", "Bob", "Ng", "", "1/1/2011", "", "", ""]
    one[place] = two[place] = value
    _, problems = read(HEADINGS, ",".join(one), ",".join(two))
    assert problems == [Problem(3, label, f"The {label} {value} is also in line 2.")]


def test_number_of_the_same_person_is_no_fault_but_a_likely_duplicate():
    """The list was uploaded again with more rows; see test_imports."""
    rows, problems = read(HEADINGS, ANN, known=Known({"0001": person("0001", "ANN LEE")}))
    assert (rows, problems) == ([ROW], [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The file is empty."),
        (" \n\n", "The file is empty."),
        (HEADINGS, "The file has headings but no candidates below them."),
        (f'{HEADINGS}\n{ANN}\n2,"Ann,Lee,,31/12/2010,10B', "Line 3 of the file is not proper CSV"),
        (
            ",".join(f"H{number}" for number in range(61)) + "\nx",
            "The file has 61 columns. The most allowed is 60.",
        ),
        (
            "\n".join([HEADINGS, *["x"] * (MAX_ROWS + 1)]),
            f"The file has {MAX_ROWS + 1} candidates. The most allowed is {MAX_ROWS}.",
        ),
    ],
)
def test_fault_of_the_whole_file_is_named(text, words):
    with pytest.raises(Unreadable, match=words.replace(".", r"\.")):
        Table(text).count()


def test_every_fault_of_a_line_is_listed_in_the_order_of_the_columns():
    _, problems = read(HEADINGS, "x,.,,,tomorrow,,n/a,n/a")
    assert [(problem.line, problem.column) for problem in problems] == [
        (2, NUMBER), (2, "First names"), (2, BIRTH), (2, "UCI"), (2, "ULN"),
    ]  # fmt: skip


def test_line_numbers_are_those_of_the_spreadsheet():
    buffer = io.StringIO()
    two_lines = ["1", "Ann", "Lee", "", "31/12/2010", "10\nB"]
    csv.writer(buffer).writerows([HEADINGS.split(","), two_lines, [], ["2", "Ann", ".", "", "1/1/2010", ""]])
    _, (problem,) = read_rows(buffer.getvalue())
    assert problem.line == 4
