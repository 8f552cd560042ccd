"""A file over HTTP: upload, matching of columns, dry run, likely duplicates, and all of its candidates or nobody."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from candidates import actions
from candidates.importing import guess
from candidates.models import Candidate, CandidateImport, Group
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kit import outbox
from portal.kit.models import Event, OutboxEntry
from portal.kit.stateful import TransitionRefused
from tests import states
from tests.factories import accounts, candidates, centres

pytestmark = pytest.mark.django_db

HEADINGS = "Candidate number,First names,Last name,Known as,Date of birth,Group\n"
GOOD = HEADINGS + "1,Siân,Evans,,31/12/2010,10B\n2,Ann,Lee,Annie,1/2/2011,10B\n3,Bob,Ng,,3/4/2011,\n"
BAD = GOOD + "3,Cy,,,31/02/2011,10B\n"
TWIN = HEADINGS + "7,Sian,Evans,,31/12/2010,\n8,Bob,Ng,,3/4/2011,\n"


@pytest.fixture
def office(client):
    """A signed-in exams officer: (client, centre)."""
    centre = centres.centre()
    client.force_login(centres.person(centre))
    return client, centre


def send(client, centre, content, name="year 10.csv"):
    raw = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, raw, content_type="text/csv")
    return client.post(reverse("candidate-import-new", args=[centre.number]), {"file": file}, follow=True)


def upload(client, centre, content, name="year 10.csv"):
    """The page after the columns were matched as they are guessed."""
    page = send(client, centre, content, name)
    form = page.context["form"]
    columns = {name: form[name].initial for name in form.fields}
    return client.post(page.redirect_chain[-1][0], columns, follow=True)


def do(client, name, of: CandidateImport):
    answer = client.post(reverse(name, args=[of.centre.number, of.pk]), follow=True)
    return answer.content.decode()


def run(client, file: CandidateImport) -> str:
    """Start the import and let a worker do it: the page afterwards."""
    do(client, "candidate-import-complete", file)
    outbox.work_all()
    return client.get(file.get_absolute_url()).content.decode()


def checked(centre, text, *, by=None) -> CandidateImport:
    by = by or centres.person(centre)
    file = actions.upload_import(centre, file_name="f.csv", text=text, by=by)
    actions.check_import(file, guess(file.headings, {}), by=by)
    return file


# --- columns ------------------------------------------------------------------------------


def test_columns_are_guessed_and_shown_with_their_first_values(office):
    client, centre = office
    page = send(
        client, centre, "Exam No;Forename;Surname;DOB;House\n1;Siân;Evans;31/12/2010;Red\n2;Ann;Lee;1/2/11;\n"
    )
    form = page.context["form"]
    assert [form[name].initial for name in form.fields] == [
        "number",
        "first_names",
        "last_name",
        "date_of_birth",
        "",
    ]
    assert "Siân · Ann" in page.content.decode() and "Check all 2 lines" in page.content.decode()
    assert CandidateImport.objects.get().state == "uploaded"


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (["number", "first_names", "last_name", ""], "Choose the column of: Date of birth"),
        (
            ["number", "number", "last_name", "date_of_birth"],
            "is Candidate number already. Choose one of the two",
        ),
        (["number", "x", "last_name", "date_of_birth"], "from those listed"),
    ],
)
def test_columns_that_do_not_do_are_named_and_the_choice_is_kept(office, columns, words):
    client, centre = office
    page = send(client, centre, "a,b,c,d\n1,Ann,Lee,31/12/2010\n")
    typed = {f"column_{place}": column for place, column in enumerate(columns)}
    answer = client.post(page.redirect_chain[-1][0], typed)
    assert words in answer.content.decode()
    assert '<option value="last_name" selected>' in answer.content.decode()
    assert CandidateImport.objects.get().state == "uploaded"


def test_columns_are_remembered_for_the_centre(office):
    client, centre = office
    text = "Name 1,Name 2,No,Birth\nAnn,Lee,1,31/12/2010\n"
    typed = {
        "column_0": "first_names",
        "column_1": "last_name",
        "column_2": "number",
        "column_3": "date_of_birth",
    }
    client.post(send(client, centre, text).redirect_chain[-1][0], typed)
    form = send(client, centre, "No,Name 2,Name 1,Birth\n2,Ng,Bob,1/1/2011\n").context["form"]
    assert [form[name].initial for name in form.fields] == [
        "number",
        "last_name",
        "first_names",
        "date_of_birth",
    ]
    elsewhere = centres.centre()
    client.force_login(centres.person(elsewhere))
    form = send(client, elsewhere, text).context["form"]
    assert [form[name].initial for name in form.fields] == ["", "", "number", ""]


def test_columns_can_be_matched_again_until_it_is_imported(office):
    client, centre = office
    upload(client, centre, GOOD)
    file = CandidateImport.objects.get()
    url = reverse("candidate-import-columns", args=[centre.number, file.pk])
    assert client.get(url).status_code == 200
    run(client, file)
    assert client.get(url).url == file.get_absolute_url()


# --- the dry run --------------------------------------------------------------------------


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
    assert "3 candidates added on" in run(client, CandidateImport.objects.get())

    (group,) = centre.groups.all()
    assert sorted(group.candidates.values_list("number", flat=True)) == ["0001", "0002", "0900"]
    annie = centre.candidates.get(number="0002")
    assert (annie.certificate_name, annie.display_name) == ("Ann Lee", "Annie Lee")
    assert annie.user.sign_in_name == f"{centre.number}/0002"
    assert not annie.user.has_usable_password()
    done = CandidateImport.objects.get()
    assert (done.state, done.text, done.rows, done.first_rows) == ("imported", "", 3, [])
    assert done.imported_by == done.importing_by == done.checked_by
    assert Event.objects.get(verb="add candidate", subject_id=annie.pk).by == done.imported_by


def test_identifiers_are_imported(office):
    client, centre = office
    text = HEADINGS.strip() + ",UCI,ULN\n1,Ann,Lee,,31/12/2010,,999990260001,1234567899\n"
    upload(client, centre, text)
    run(client, CandidateImport.objects.get())
    assert list(centre.candidates.values_list("uci", "uln")) == [("999990260001T", "1234567899")]


def test_one_fault_keeps_the_whole_file_out(office):
    client, centre = office
    page = upload(client, centre, BAD).content.decode()
    assert "3 problems in 1 line." in page and "3 other lines are fine" in page
    for words in (
        "The number 0003 stands in line 4 too.",
        "The last name is missing.",
        "“31/02/2011” is not a date",
    ):
        assert words in page
    assert "Yes, add" not in page
    file = CandidateImport.objects.get()
    assert "The file has problems." in do(client, "candidate-import-complete", file)
    outbox.work_all()
    assert (Candidate.objects.count(), Group.objects.count()) == (0, 0)
    assert not User.objects.filter(email=None).exists()
    file.refresh_from_db()
    assert file.state == "checked"


def test_number_taken_between_the_dry_run_and_the_import_stops_it_with_the_reason(office):
    client, centre = office
    upload(client, centre, GOOD)
    file = CandidateImport.objects.get()
    do(client, "candidate-import-complete", file)
    candidates.candidate(centre, number="0002", first_names="Cy", last_name="Ap")
    outbox.work_all()
    page = client.get(file.get_absolute_url()).content.decode()
    assert "Nobody was added." in page
    assert "The number 0002 belongs to Cy Ap, who is a candidate of your centre already." in page
    assert list(centre.candidates.values_list("number", flat=True)) == ["0002"]
    file.refresh_from_db()
    assert (file.state, file.problem_count, file.imported_at) == ("checked", 1, None)


def test_somebody_alike_added_between_the_dry_run_and_the_import_is_asked_about(office):
    client, centre = office
    upload(client, centre, GOOD)
    file = CandidateImport.objects.get()
    do(client, "candidate-import-complete", file)
    candidates.candidate(
        centre, number="0900", first_names="Bob", last_name="Ng", date_of_birth=date(2011, 4, 3)
    )
    outbox.work_all()
    page = client.get(file.get_absolute_url()).content.decode()
    assert "there are new likely duplicates" in page and "Look at likely duplicates" in page
    assert centre.candidates.count() == 1


def test_number_of_another_centre_is_free_here(office):
    client, centre = office
    candidates.candidate(number="0001")
    assert "Add 3 candidates to" in upload(client, centre, GOOD).content.decode()


def test_running_import_shows_how_far_it_is_and_refreshes_without_script(office):
    client, centre = office
    upload(client, centre, GOOD)
    file = CandidateImport.objects.get()
    page = do(client, "candidate-import-complete", file)
    assert "Being imported" in page and "0 of 3" in page and "data-poll" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    outbox.work_all()
    assert "data-poll" not in client.get(file.get_absolute_url()).content.decode()


def test_worker_that_runs_twice_imports_once(office):
    client, centre = office
    upload(client, centre, GOOD)
    file = CandidateImport.objects.get()
    run(client, file)
    file.refresh_from_db()
    assert actions.complete_import(file) == 0
    assert centre.candidates.count() == 3
    assert "so it was not possible" in do(client, "candidate-import-complete", file)


def test_two_who_confirm_at_once_start_it_once(office):
    _, centre = office
    by = centres.person(centre)
    first = checked(centre, GOOD, by=by)
    second = CandidateImport.objects.get()
    actions.start_import(first, by=by)
    with pytest.raises(TransitionRefused):
        actions.start_import(second, by=by)
    assert OutboxEntry.objects.filter(kind="import-candidates").count() == 1


def test_discarded_file_adds_nobody_and_is_not_kept(office):
    client, centre = office
    upload(client, centre, GOOD)
    found = CandidateImport.objects.get()
    assert "Nobody was added." in do(client, "candidate-import-discard", found)
    found.refresh_from_db()
    assert (found.state, found.text, found.first_rows, Candidate.objects.count()) == ("discarded", "", [], 0)
    assert "so it was not possible" in do(client, "candidate-import-complete", found)
    page = client.get(found.get_absolute_url()).content.decode()
    assert "This file was discarded." in page and "Yes, add" not in page


@pytest.mark.parametrize(
    "raw",
    [
        GOOD.encode("utf-8-sig"),
        GOOD.encode("cp1252"),
        GOOD.replace(",", ";").encode(),
        GOOD.replace(",", "\t").encode("cp1252"),
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
        ("list.csv", HEADINGS.encode(), "no candidates below them"),
        ("list.csv", b'a,b\n"x,y\n', "not proper CSV at line 2"),
        ("list.csv", b"x" * 2_000_001, "or smaller"),
    ],
)
def test_what_is_no_csv_file_is_refused_at_once(office, name, raw, words):
    client, centre = office
    assert words in send(client, centre, raw, name).content.decode()
    assert not CandidateImport.objects.exists()


def test_limit_is_said_in_plain_words(office):
    client, centre = office
    page = client.get(reverse("candidate-import-new", args=[centre.number])).content.decode()
    assert "A CSV file of up to 2 MB." in page


# --- likely duplicates --------------------------------------------------------------------


def test_likely_duplicate_is_shown_beside_the_candidate_and_waits_for_an_answer(office):
    client, centre = office
    candidates.candidate(
        centre, number="0001", first_names="Siân", last_name="EVANS", date_of_birth=date(2010, 12, 31)
    )
    page = upload(client, centre, TWIN).content.decode()
    assert "1 line may be somebody you have already." in page and "Yes, add" not in page
    file = CandidateImport.objects.get()
    assert "have no answer yet" in do(client, "candidate-import-complete", file)
    asked = client.get(reverse("candidate-import-duplicates", args=[centre.number, file.pk])).content.decode()
    assert "Candidate 0001 of your centre" in asked and "Same name and date of birth" in asked
    assert " checked" not in asked


@pytest.mark.parametrize(
    ("answer", "numbers"), [("same", ["0001", "0008"]), ("other", ["0001", "0007", "0008"])]
)
def test_answer_decides_whether_the_line_is_added(office, answer, numbers):
    client, centre = office
    candidates.candidate(
        centre, number="0001", first_names="Siân", last_name="Evans", date_of_birth=date(2010, 12, 31)
    )
    upload(client, centre, TWIN)
    file = CandidateImport.objects.get()
    url = reverse("candidate-import-duplicates", args=[centre.number, file.pk])
    page = client.post(url, {"line-2": answer}, follow=True).content.decode()
    assert "Every likely duplicate has an answer." in page
    run(client, file)
    assert sorted(centre.candidates.values_list("number", flat=True)) == numbers


def test_likely_duplicate_within_the_file_is_asked_about(office):
    client, centre = office
    upload(client, centre, GOOD + "4,Sian,Evans,,31/12/2010,\n")
    (question,) = CandidateImport.objects.get().duplicates
    assert (question["line"], question["others"][0]["where"], question["may_add"]) == (5, "Line 2", True)


def test_file_uploaded_a_second_time_adds_those_who_are_new(office):
    """Numbers that the same people have already are no fault: the lines can only be left out."""
    client, centre = office
    upload(client, centre, GOOD)
    run(client, CandidateImport.objects.get())
    upload(client, centre, GOOD + "4,Dee,Oh,,5/6/2010,\n")
    file = CandidateImport.objects.first()
    assert [question["may_add"] for question in file.duplicates] == [False] * 3
    url = reverse("candidate-import-duplicates", args=[centre.number, file.pk])
    assert 'value="other"' not in client.get(url).content.decode().split("<details")[0]
    client.post(url, {"all": "other"})  # what cannot be added is left out all the same
    run(client, file)
    assert sorted(centre.candidates.values_list("number", flat=True)) == ["0001", "0002", "0003", "0004"]


@pytest.mark.parametrize(("name", "value"), [("uci", "999990260001T"), ("uln", "1234567899")])
def test_same_identifier_as_a_candidate_of_the_centre_can_only_be_left_out(office, name, value):
    client, centre = office
    candidates.candidate(centre, number="0001", **{name: value})
    text = (
        f"Candidate number,First names,Last name,Date of birth,{name.upper()}\n2,Ann,Lee,1/2/2011,{value}\n"
    )
    upload(client, centre, text)
    (question,) = CandidateImport.objects.get().duplicates
    assert (question["may_add"], question["others"][0]["why"]) == (False, f"Same {name.upper()}")


def test_identifier_of_a_candidate_elsewhere_is_free_here(office):
    client, centre = office
    candidates.candidate(uln="1234567899")
    text = "Candidate number,First names,Last name,Date of birth,ULN\n2,Ann,Lee,1/2/2011,1234567899\n"
    assert "Add 1 candidate to" in upload(client, centre, text).content.decode()


def test_many_likely_duplicates_are_answered_page_by_page_or_at_once(office):
    client, centre = office
    for number in range(1, 13):
        candidates.candidate(centre, number=f"{number:04}", first_names="Ann", last_name=f"Name{number}",
                             date_of_birth=date(2010, 1, number))  # fmt: skip
    lines = "".join(f"{100 + number},Ann,Name{number},,{number}/1/2010,\n" for number in range(1, 13))
    upload(client, centre, HEADINGS + lines)
    file = CandidateImport.objects.get()
    url = reverse("candidate-import-duplicates", args=[centre.number, file.pk])
    first_page = {f"line-{line}": "same" for line in range(2, 12)}
    answer = client.post(f"{url}?page=1", first_page)
    assert answer.url == f"{url}?page=2"
    file.refresh_from_db()
    assert len(file.unanswered) == 2
    client.post(url, {"all": "other"})
    file.refresh_from_db()
    assert (file.unanswered, len(file.skipped), file.to_add) == ([], 10, 2)
    run(client, file)
    assert centre.candidates.count() == 14


def test_everybody_left_out_adds_nobody(office):
    client, centre = office
    upload(client, centre, GOOD)
    run(client, CandidateImport.objects.get())
    upload(client, centre, GOOD)
    file = CandidateImport.objects.first()
    client.post(reverse("candidate-import-duplicates", args=[centre.number, file.pk]), {"all": "same"})
    assert "Nobody would be added." in do(client, "candidate-import-complete", file)


def test_pages_of_a_file_take_the_same_queries_whatever_it_holds(office, queries_of):
    client, centre = office
    few = checked(centre, GOOD)
    for number in range(1, 31):
        candidates.candidate(
            centre, number=f"{number:04}", last_name=f"Name{number}", date_of_birth=date(2010, 1, number)
        )
    lines = "".join(f"{100 + number},Megan,Name{number},,{number}/1/2010,\n" for number in range(1, 31))
    many = checked(centre, HEADINGS + lines)
    assert len(many.duplicates) == 30
    client.get(few.get_absolute_url())
    for name in ("candidate-import", "candidate-import-duplicates", "candidate-import-columns"):
        of_few, of_many = (
            queries_of(lambda file=file, name=name: client.get(reverse(name, args=[centre.number, file.pk])))
            for file in (few, many)
        )
        assert of_few == of_many, name


# --- two thousand -------------------------------------------------------------------------

FIRST = [
    "Megan", "Owen", "Ffion", "Łukasz", "Siân", "Aisha", "Tomasz", "Niamh", "Gethin", "Zoë", "Rhys", "Amelia", "Noah",
    "Oliwia", "Seren", "Dafydd",
]  # fmt: skip
LAST = [
    "Evans", "Pritchard", "Wiśniewska", "O'Connor", "Begum", "Llewelyn", "Smith", "Jones", "Ŵyn", "Grant", "Nowak",
    "Hughes", "Khan", "Price",
]  # fmt: skip


def two_thousand() -> list[list[str]]:
    """Rows of which nobody looks like another: whoever has nearly the same name was born on another day."""
    return [
        [str(number), FIRST[number % 16], LAST[number // 16 % 14], "",
         f"{date(2008, 1, 1) + timedelta(days=number // 2):%d/%m/%Y}", f"Group {number % 40}", "", ""]
        for number in range(1, 2001)
    ]  # fmt: skip


FAULTS = [  # what is done to a row, and what is said of it
    (lambda row: row.__setitem__(0, ""), "The candidate number is missing."),
    (lambda row: row.__setitem__(0, "12a"), "“12a” is not a candidate number"),
    (lambda row: row.__setitem__(0, "1"), "The number 0001 stands in line 2 too."),
    (lambda row: row.__setitem__(0, f"9{row[0][-3:]}"), " belongs to Cy Ap, who is a candidate"),
    (lambda row: row.__setitem__(1, ""), "The first names are missing."),
    (lambda row: row.__setitem__(2, ""), "The last name is missing."),
    (lambda row: row.__setitem__(2, "E" * 61), "The last name has 61 letters"),
    (lambda row: row.__setitem__(1, "Zoë😀"), "what cannot be printed: 😀"),
    (lambda row: row.__setitem__(4, ""), "The date of birth is missing."),
    (lambda row: row.__setitem__(4, "31/02/2010"), "“31/02/2010” is not a date"),
    (lambda row: row.__setitem__(4, "01/01/2099"), "lies in the future"),
    (lambda row: row.__setitem__(4, "01/01/1900"), "is not likely"),
    (lambda row: row.__setitem__(6, "999990140001X"), "The UCI 999990140001X does not add up"),
    (lambda row: row.__setitem__(7, "1000000060"), "The ULN 1000000060 does not add up"),
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

    page = upload(client, centre, as_csv(rows)).content.decode()
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

    assert "The first 10 of 2000 lines" in upload(client, centre, as_csv(two_thousand())).content.decode()
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


def test_many_problems_are_paged_and_all_of_them_can_be_downloaded(office, monkeypatch):
    client, centre = office
    monkeypatch.setattr("candidates.actions.imports.KEPT_PROBLEMS", 100)
    lines = "".join(f"{n},,Lee,,31/12/2010,\n" for n in range(1, 121))
    page = upload(client, centre, HEADINGS + lines).content.decode()
    assert "Showing 1 to 50 of 100" in page and "The CSV file has all 120." in page
    found = CandidateImport.objects.get()
    answer = client.get(reverse("candidate-import-problems", args=[centre.number, found.pk]))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="problems-year-10.csv"'
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert rows[0] == ["Line", "Column", "What is wrong"]
    assert rows[120] == ["121", "First names", "The first names are missing."]
    assert len(rows) == 121


def test_downloaded_problems_hold_no_formula():
    from candidates.views.files import csv_file

    answer = csv_file("a.csv", [["=HYPERLINK(1)", "-1", "@x", "fine"]])
    (row,) = csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig")))
    assert row == ["'=HYPERLINK(1)", "'-1", "'@x", "fine"]


def test_template_file_has_the_headings_that_are_understood(office):
    client, centre = office
    template = b"".join(client.get(reverse("candidate-import-template", args=[centre.number])))
    page = upload(client, centre, template + b"1,Ann,Lee,,31/12/2010,,,\r\n").content.decode()
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


# --- states -------------------------------------------------------------------------------

MOVES = {
    ("uploaded", "check_columns", "checked"),
    ("checked", "check_columns", "checked"),
    ("checked", "start", "importing"),
    ("importing", "give_back", "checked"),
    ("importing", "complete", "imported"),
    ("uploaded", "discard", "discarded"),
    ("checked", "discard", "discarded"),
}


def test_file_moves_only_as_the_table_says():
    file = checked(centres.centre(), GOOD)
    file.forget = lambda: None  # so that conditions are met from every state
    assert states.moves_made(lambda: file, by=accounts.adult()) == MOVES


def test_database_lets_no_other_move_of_a_file_through():
    passed = states.bypassing_moves(lambda: checked(centres.centre(), GOOD))
    assert passed == {(source, target) for source, _, target in MOVES if target != source}
