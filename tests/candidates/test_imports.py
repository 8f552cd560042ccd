"""A file over HTTP: upload, matching of columns, dry run, and all of its candidates or none."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from candidates import actions
from candidates.models import Candidate, CandidateImport, Group
from portal.accounts.models import User
from portal.kit import outbox
from portal.kit.models import Event, OutboxEntry
from portal.kit.stateful import TransitionRefused
from tests import states
from tests.factories import accounts, candidates, centres
from tests.pages import html_of

from .uploading import BAD, GOOD, HEADINGS, checked, do, run, send, upload

pytestmark = pytest.mark.django_db

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
        (["number", "first_names", "last_name", ""], "Choose the column for: Date of birth"),
        (
            ["number", "number", "last_name", "date_of_birth"],
            "is already Candidate number. Choose one of the two",
        ),
        (["number", "x", "last_name", "date_of_birth"], "from the list"),
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


def test_audit_trail_says_who_put_the_candidates_into_groups(office):
    client, centre = office
    old = candidates.group(centre, candidates.candidate(centre, number="0900"), name="10B")
    upload(client, centre, GOOD + "4,Dee,Oh,,5/6/2010,9C\n")
    run(client, CandidateImport.objects.get())
    by = CandidateImport.objects.get().importing_by
    new = centre.groups.get(name="9C")
    lines = Event.objects.filter(verb="change members").order_by("pk")
    assert list(lines.values_list("by", "subject_id", "before", "after")) == [
        (by.pk, old.pk, "1", "3"),
        (by.pk, new.pk, "0", "1"),
    ]


def test_identifiers_are_imported(office):
    client, centre = office
    text = HEADINGS.strip() + ",UCI,ULN\n1,Ann,Lee,,31/12/2010,,999990260001,1234567899\n"
    upload(client, centre, text)
    run(client, CandidateImport.objects.get())
    assert list(centre.candidates.values_list("uci", "uln")) == [("999990260001T", "1234567899")]


def test_one_fault_keeps_the_whole_file_out(office):
    client, centre = office
    page = html_of(upload(client, centre, BAD))
    assert "3 problems in 1 line." in page and "3 other lines are fine" in page
    for words in (
        "The number 0003 is also in line 4.",
        "“-” is not a name.",
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
    assert "The number 0002 belongs to Cy Ap, who is already a candidate at your centre." in page
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
    assert "Importing" in page and "0 of 3" in page and "data-poll" in page
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
        ("list.csv", b'a,b\n"x,y\n', "Line 2 of the file is not proper CSV"),
        ("list.csv", b"x" * 2_000_001, "The largest allowed is"),
    ],
)
def test_what_is_no_csv_file_is_refused_at_once(office, name, raw, words):
    client, centre = office
    assert words in send(client, centre, raw, name).content.decode()
    assert not CandidateImport.objects.exists()


def test_limit_is_said_in_plain_words(office):
    client, centre = office
    page = html_of(client.get(reverse("candidate-import-new", args=[centre.number])))
    assert "A CSV file of up to 2 MB." in page


def test_import_given_up_says_so_and_can_be_started_again(office, monkeypatch):
    client, centre = office
    upload(client, centre, GOOD)
    file = CandidateImport.objects.get()
    with monkeypatch.context() as broken:
        broken.setattr(actions, "complete_import", lambda file: 1 / 0)
        do(client, "candidate-import-complete", file)
        for _ in range(6):
            OutboxEntry.objects.filter(kind="import-candidates").update(not_before=timezone.now())
            outbox.work_all()
    assert OutboxEntry.objects.get(kind="import-candidates").state == "failed"
    page = client.get(file.get_absolute_url()).content.decode()
    assert "The import was stopped." in page and "could not add the candidates" in page
    assert (centre.candidates.count(), "Add 3 candidates to" in page) == (0, True)
    assert "3 candidates added on" in run(client, file)


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
