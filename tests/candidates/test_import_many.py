"""Files of thousands: every error listed, all candidates or none, few queries; and the CSV files for download."""

import csv
import gc
import io
from datetime import date, timedelta

import pytest
from django.urls import reverse

from candidates import actions
from candidates.models import Candidate, CandidateImport
from portal.accounts.roles import Role
from portal.kit import csv_files, outbox
from tests.factories import candidates, centres
from tests.pages import html_of

from .uploading import GOOD, HEADINGS, checked, do, run, upload

pytestmark = pytest.mark.django_db

FIRST = [
    "Megan", "Owen", "Ffion", "Łukasz", "Siân", "Aisha", "Tomasz", "Niamh", "Gethin", "Zoë", "Rhys", "Amelia", "Noah",
    "Oliwia", "Seren", "Dafydd",
]  # fmt: skip
LAST = [
    "Evans", "Pritchard", "Wiśniewska", "O'Connor", "Begum", "Llewelyn", "Smith", "Jones", "Ŵyn", "Grant", "Nowak",
    "Hughes", "Khan", "Price",
]  # fmt: skip


def two_thousand() -> list[list[str]]:
    """Rows in which nobody looks like anybody else: people with similar names have different dates of birth."""
    return [
        [str(number), FIRST[number % 16], LAST[number // 16 % 14], "",
         f"{date(2008, 1, 1) + timedelta(days=number // 2):%d/%m/%Y}", f"Group {number % 40}", "", ""]
        for number in range(1, 2001)
    ]  # fmt: skip


FAULTS = [  # what is done to a row, and the message about it
    (lambda row: row.__setitem__(0, ""), "The candidate number is missing."),
    (lambda row: row.__setitem__(0, "12a"), "“12a” is not a candidate number"),
    (lambda row: row.__setitem__(0, "1"), "The number 0001 is also in line 2."),
    (lambda row: row.__setitem__(0, f"9{row[0][-3:]}"), " belongs to Cy Ap, who is already a candidate"),
    (lambda row: row.__setitem__(1, "."), "“.” is not a name."),
    (lambda row: row.__setitem__(2, "N/A"), "“N/A” is not a name."),
    (lambda row: row.__setitem__(2, "E" * 61), "The last name has 61 characters"),
    (lambda row: row.__setitem__(1, "Zoë😀"), "characters that cannot be printed: 😀"),
    (lambda row: row.__setitem__(4, ""), "The date of birth is missing."),
    (lambda row: row.__setitem__(4, "31/02/2010"), "“31/02/2010” is not a date"),
    (lambda row: row.__setitem__(4, "01/01/2099"), "is in the future"),
    (lambda row: row.__setitem__(4, "01/01/1900"), "is unlikely"),
    (lambda row: row.__setitem__(6, "999990140001X"), "The UCI 999990140001X is not right"),
    (lambda row: row.__setitem__(7, "1000000060"), "The ULN 1000000060 is not right"),
    (lambda row: row.append("more"), "There are 9 cells under 8 headings"),
]


def as_csv(rows) -> str:
    file = io.StringIO()
    csv.writer(file).writerows([[*HEADINGS.strip().split(","), "UCI", "ULN"], *rows])
    return file.getvalue()


def test_sixty_faults_of_two_thousand_are_all_named_none_imported_then_the_corrected_file_is(office):
    client, centre = office
    for number in ("9119", "9569", "9019", "9469"):
        candidates.candidate(centre, number=number, first_names="Cy", last_name="Ap")
    rows, expected = two_thousand(), []
    for place in range(60):
        line, (spoil, words) = 30 * (place + 1), FAULTS[place % len(FAULTS)]
        spoil(rows[line - 2])
        expected.append((line, words))

    page = html_of(upload(client, centre, as_csv(rows)))
    assert "60 problems in 60 lines." in page and "1940 other lines are fine" in page
    faulty = CandidateImport.objects.get()
    answer = client.get(reverse("candidate-import-problems", args=[centre.number, faulty.pk]))
    named = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))[1:]
    assert [int(line) for line, _, _ in named] == [line for line, _ in expected]
    for (_, _, reason), (_, words) in zip(named, expected, strict=True):
        assert words in reason
    do(client, "candidate-import-complete", faulty)
    outbox.work_all()
    assert centre.candidates.count() == 4

    assert "The first 10 of 2000 lines" in html_of(upload(client, centre, as_csv(two_thousand())))
    assert "2000 candidates added on" in run(client, CandidateImport.objects.first())
    assert centre.candidates.count() == 2004
    assert sorted(set(centre.groups.with_size().values_list("size", flat=True))) == [50]


def test_import_takes_few_queries_for_many_rows(queries_of):
    centre = centres.centre()
    rows = two_thousand()

    def run(first, last):
        file = checked(centre, as_csv([[*row[:5], "10B", "", ""] for row in rows[first:last]]))
        actions.start_import(file, by=file.checked_by)
        return queries_of(lambda: actions.complete_import(file))

    run(1, 2)
    assert run(2, 3) == run(10, 200)


def test_import_holds_no_more_candidates_than_it_adds_at_once(monkeypatch):
    """However many rows there are; without waiting for Python's garbage collector."""
    monkeypatch.setattr("candidates.actions.people.BATCH", 10)
    file = checked(centres.centre(), as_csv(two_thousand()[:100]))
    actions.start_import(file, by=file.checked_by)
    held = []

    def in_memory() -> int:
        return sum(type(each) is Candidate for each in gc.get_objects())

    monkeypatch.setattr("candidates.actions.imports.tell_progress", lambda *_: held.append(in_memory()))
    gc.collect()
    before = in_memory()  # something else in this process may still hold one
    gc.disable()
    try:
        actions.complete_import(file)
    finally:
        gc.enable()
    assert [count - before for count in held] == [10] * 10


def test_many_problems_are_paged_and_all_of_them_can_be_downloaded(office, monkeypatch):
    client, centre = office
    monkeypatch.setattr("candidates.importing.checking.KEPT_PROBLEMS", 100)
    lines = "".join(f"{n},.,Lee,,31/12/2010,\n" for n in range(1, 121))
    page = html_of(upload(client, centre, HEADINGS + lines))
    assert "Showing 1 to 50 of 100" in page and "The CSV file has all 120." in page
    found = CandidateImport.objects.get()
    answer = client.get(reverse("candidate-import-problems", args=[centre.number, found.pk]))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="problems-year-10.csv"'
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert rows[0] == ["Line", "Column", "What is wrong"]
    assert rows[120] == [
        "121",
        "First names",
        "“.” is not a name. If the person has one name only, leave the other cell empty.",
    ]
    assert len(rows) == 121


def test_downloaded_files_hold_no_formula():
    written = csv_files.written([["=HYPERLINK(1)", "-1", "@x", "fine", -1]])
    (row,) = csv.reader(io.StringIO(written.decode("utf-8-sig")))
    assert row == ["'=HYPERLINK(1)", "'-1", "'@x", "fine", "-1"]


def test_long_files_are_written_in_parts_that_together_are_the_file():
    rows = [["x" * 100, number] for number in range(1000)]
    asked = []
    parts = csv_files.streamed(asked.append(row) or row for row in rows)
    first = next(parts)
    assert len(asked) < 200
    text = b"".join([first, *parts]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [[name, str(number)] for name, number in rows]


def test_template_file_has_the_headings_that_are_understood(office):
    client, centre = office
    template = b"".join(client.get(reverse("candidate-import-template", args=[centre.number])))
    page = html_of(upload(client, centre, template + b"1,Ann,Lee,,31/12/2010,,,\r\n"))
    assert "Add 1 candidate to" in page


def test_imports_belong_to_the_centre_and_to_those_who_manage_candidates(office, client):
    _, centre = office
    upload(client, centre, GOOD)
    found = CandidateImport.objects.get()
    names = [
        "candidate-import",
        "candidate-import-problems",
        "candidate-import-columns",
        "candidate-import-duplicates",
    ]
    pages = [reverse(name, args=[centre.number, found.pk]) for name in names]
    client.force_login(centres.person(centre, Role.TUTOR))
    assert [client.get(page).status_code for page in pages] == [403] * 4
    elsewhere = centres.centre()
    client.force_login(centres.person(elsewhere))
    assert [client.get(page).status_code for page in pages] == [404] * 4
    assert client.get(reverse("candidate-import", args=[elsewhere.number, found.pk])).status_code == 404
    complete = reverse("candidate-import-complete", args=[centre.number, found.pk])
    assert client.post(complete).status_code == 404
    assert Candidate.objects.count() == 0
