"""The dry run and the import over HTTP: all candidates of a file or none."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from candidates import actions
from candidates.models import Candidate, CandidateImport, Group
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from tests.factories import candidates, centres

pytestmark = pytest.mark.django_db

HEADINGS = "Candidate number,First names,Last name,Known as,Date of birth,Group\n"
GOOD = HEADINGS + "1,Siân,Evans,,31/12/2010,10B\n2,Ann,Lee,Annie,1/2/2011,10B\n3,Bob,Ng,,3/4/2011,\n"
BAD = GOOD + "3,Cy,,,31/02/2011,10B\n"


@pytest.fixture
def office(client):
    """A signed-in exams officer: (client, centre)."""
    centre = centres.centre()
    client.force_login(centres.person(centre))
    return client, centre


def upload(client, centre, content, name="year 10.csv"):
    raw = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, raw, content_type="text/csv")
    return client.post(reverse("candidate-import-new", args=[centre.number]), {"file": file}, follow=True)


def do(client, name, of: CandidateImport):
    answer = client.post(reverse(name, args=[of.centre.number, of.pk]), follow=True)
    return answer.content.decode()


def test_dry_run_shows_what_would_happen_and_writes_no_candidate(office):
    client, centre = office
    page = upload(client, centre, GOOD).content.decode()
    assert "Add 3 candidates to" in page
    assert "Siân Evans" in page and "0001" in page and "31 December 2010" in page
    assert (Candidate.objects.count(), Group.objects.count()) == (0, 0)


def test_good_file_is_imported_whole_with_its_groups(office):
    client, centre = office
    candidates.group(centre, candidates.candidate(centre, number="0900"), name="10B")
    upload(client, centre, GOOD)
    page = do(client, "candidate-import-complete", CandidateImport.objects.get())
    assert "3 candidates are added." in page

    (group,) = centre.groups.all()
    assert sorted(group.candidates.values_list("number", flat=True)) == ["0001", "0002", "0900"]
    annie = centre.candidates.get(number="0002")
    assert (annie.certificate_name, annie.display_name) == ("Ann Lee", "Annie Lee")
    assert annie.user.sign_in_name == f"{centre.number}/0002"
    assert not annie.user.has_usable_password()
    done = CandidateImport.objects.get()
    assert (done.state, done.text) == ("imported", "")
    assert Event.objects.filter(verb="add candidate", subject_id=annie.pk).count() == 1


def test_one_fault_keeps_the_whole_file_out(office):
    client, centre = office
    page = upload(client, centre, BAD).content.decode()
    assert "3 problems in 1 line." in page and "3 other lines are fine" in page
    for words in ("0003 stands in line 4 too.", "Last name is missing.", "“31/02/2011” is not a date"):
        assert words in page
    assert "Yes, add" not in page
    found = CandidateImport.objects.get()
    assert "3 problems were found" in do(client, "candidate-import-complete", found)
    assert (Candidate.objects.count(), Group.objects.count(), User.objects.filter(email=None).count()) == (
        0,
        0,
        0,
    )
    found.refresh_from_db()
    assert found.state == "checked"


def test_number_taken_between_the_dry_run_and_the_import_is_named(office):
    client, centre = office
    upload(client, centre, GOOD)
    candidates.candidate(centre, number="0002")
    page = do(client, "candidate-import-complete", CandidateImport.objects.get())
    assert "A problem was found." in page
    assert "0002 belongs to a candidate of your centre already." in page
    assert list(centre.candidates.values_list("number", flat=True)) == ["0002"]


def test_number_of_another_centre_is_free_here(office):
    client, centre = office
    candidates.candidate(number="0001")
    assert "Add 3 candidates to" in upload(client, centre, GOOD).content.decode()


def test_file_is_not_imported_twice(office):
    client, centre = office
    upload(client, centre, GOOD)
    found = CandidateImport.objects.get()
    do(client, "candidate-import-complete", found)
    assert "so it was not possible" in do(client, "candidate-import-complete", found)
    assert centre.candidates.count() == 3


def test_two_who_confirm_at_once_import_once(office):
    client, centre = office
    upload(client, centre, GOOD)
    first, second = CandidateImport.objects.get(), CandidateImport.objects.get()
    by = centres.person(centre)
    assert actions.complete_import(first, by=by) == 3
    with pytest.raises(TransitionRefused):
        actions.complete_import(second, by=by)
    assert centre.candidates.count() == 3


def test_discarded_file_adds_nobody_and_is_not_kept(office):
    client, centre = office
    upload(client, centre, GOOD)
    found = CandidateImport.objects.get()
    assert "Nobody was added." in do(client, "candidate-import-discard", found)
    found.refresh_from_db()
    assert (found.state, found.text, Candidate.objects.count()) == ("discarded", "", 0)
    assert "so it was not possible" in do(client, "candidate-import-complete", found)
    page = client.get(found.get_absolute_url()).content.decode()
    assert "This file was discarded." in page and "Yes, add" not in page


@pytest.mark.parametrize(
    "raw",
    [
        GOOD.encode("utf-8-sig"),
        GOOD.encode("cp1252"),
        GOOD.replace(",", ";").encode(),
        GOOD.replace("\n", "\r\n").encode(),
    ],
)
def test_files_as_spreadsheets_save_them(office, raw):
    client, centre = office
    page = upload(client, centre, raw).content.decode()
    assert "Add 3 candidates to" in page and "Siân Evans" in page


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("list.xlsx", b"PK\x03\x04", "list.xlsx cannot be used here"),
        ("list.csv", b"PK\x03\x04\x00\x00", "list.csv is not a CSV file"),
        ("list.csv", b"", "empty"),
        ("list.csv", b"x" * (2 * 1024 * 1024 + 1), "or smaller"),
    ],
)
def test_what_is_no_csv_file_is_refused_at_once(office, name, raw, words):
    client, centre = office
    assert words in upload(client, centre, raw, name).content.decode()
    assert not CandidateImport.objects.exists()


def test_two_thousand_candidates_are_imported(office):
    client, centre = office
    text = HEADINGS + "".join(f"{n},Ann,Lee {n},,31/12/2010,Group {n % 40}\n" for n in range(1, 2001))
    assert "The first 10 of 2000 lines" in upload(client, centre, text).content.decode()
    assert "2000 candidates are added." in do(
        client, "candidate-import-complete", CandidateImport.objects.get()
    )
    assert centre.candidates.count() == 2000
    assert sorted(set(centre.groups.with_size().values_list("size", flat=True))) == [50]


def test_import_takes_few_queries_for_many_rows(queries_of):
    centre = centres.centre()
    by = centres.person(centre)

    def run(first, last):
        lines = "".join(f"{n},Ann,Lee,,31/12/2010,10B\n" for n in range(first, last))
        checked = actions.check_import(centre, file_name="f.csv", text=HEADINGS + lines, by=by)
        return queries_of(lambda: actions.complete_import(checked, by=by))

    run(1, 2)
    assert run(2, 3) == run(10, 200)


def test_many_problems_are_paged_and_all_of_them_can_be_downloaded(office):
    client, centre = office
    lines = "".join(f"{n},,Lee,,31/12/2010,\n" for n in range(1, 121))
    page = upload(client, centre, HEADINGS + lines).content.decode()
    assert "Showing 1 to 50 of 120" in page
    found = CandidateImport.objects.get()
    answer = client.get(reverse("candidate-import-problems", args=[centre.number, found.pk]))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="problems-year-10.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Line", "Column", "Reason"]
    assert rows[120] == ["121", "first names", "First names is missing."]
    assert len(rows) == 121


def test_downloaded_problems_hold_no_formula(office):
    client, centre = office
    upload(client, centre, "=HYPERLINK(1);x\n1;2\n")
    found = CandidateImport.objects.get()
    answer = client.get(reverse("candidate-import-problems", args=[centre.number, found.pk]))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert "'=hyperlink(1)" in {row[1] for row in rows}
    assert not [cell for row in rows for cell in row if cell.startswith("=")]


def test_template_file_has_the_headings_that_are_understood(office):
    client, centre = office
    template = client.get(reverse("candidate-import-template", args=[centre.number])).content
    page = upload(client, centre, template + b"1,Ann,Lee,,31/12/2010,\r\n").content.decode()
    assert "Add 1 candidate to" in page


def test_imports_belong_to_the_centre_and_to_those_who_manage_candidates(office, client):
    _, centre = office
    upload(client, centre, GOOD)
    found = CandidateImport.objects.get()
    pages = [found.get_absolute_url(), reverse("candidate-import-problems", args=[centre.number, found.pk])]
    client.force_login(centres.person(centre, Role.TUTOR))
    assert [client.get(page).status_code for page in pages] == [403, 403]
    elsewhere = centres.centre()
    client.force_login(centres.person(elsewhere))
    assert [client.get(page).status_code for page in pages] == [404, 404]
    assert client.get(reverse("candidate-import", args=[elsewhere.number, found.pk])).status_code == 404
    complete = reverse("candidate-import-complete", args=[centre.number, found.pk])
    assert client.post(complete).status_code == 404
    assert Candidate.objects.count() == 0
