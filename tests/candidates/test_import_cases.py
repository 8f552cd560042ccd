"""Files as real spreadsheets and school systems save them, from the upload to the candidates."""

from datetime import date
from pathlib import Path

import pytest

from candidates.models import Candidate, CandidateImport
from portal.kit import outbox
from portal.kit.models import Event

from .uploading import HEADINGS, do, run, send, upload

pytestmark = pytest.mark.django_db
CASES = Path(__file__).parent / "cases"
BORN = date(2009, 12, 31)


def imported(office, name: str) -> list[tuple]:
    client, centre = office
    upload(client, centre, (CASES / name).read_bytes(), name)
    run(client, CandidateImport.objects.latest("pk"))
    return list(centre.candidates.order_by("number").values_list("number", "first_names", "last_name"))


ZOE = [("7001", "Zoë", "Brontë"), ("7002", "José", "Núñez")]


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("csv-msdos-cp850.csv", ZOE),
        ("sep-line.csv", ZOE),
        ("title-row.csv", ZOE),
        ("html-entities.csv", [("7406", "Zoë", "O'Neill")]),
        ("excel-formula-numbers.csv", [("7004", "Ada", "Byron")]),
        ("dup-heading.csv", [("7060", "Ann", "Smith")]),
    ],
)
def test_file_is_read_as_it_was_meant(office, name, people):
    assert imported(office, name) == people


@pytest.mark.parametrize("mark", ["'{}'", "“{}”", "‘{}’"])
def test_marks_round_every_cell_are_no_part_of_names(office, mark):
    client, centre = office
    lines = HEADINGS + ",".join(mark.format(cell) for cell in ["7", "Zoë", "O’Neill", "", "31/12/2009", ""])
    upload(client, centre, lines.replace(mark.format(""), ""))
    run(client, CandidateImport.objects.get())
    assert [str(made) for made in centre.candidates.all()] == ["0007 Zoë O’Neill"]


def test_columns_that_are_not_known_can_be_matched_by_hand(office):
    client, centre = office
    page = send(client, centre, (CASES / "semicolon-comma-heads.csv").read_bytes())
    columns = dict(
        zip(page.context["form"].fields, ["number", "first_names", "last_name", "date_of_birth"], strict=True)
    )
    client.post(page.redirect_chain[-1][0], columns)
    run(client, CandidateImport.objects.get())
    assert [str(made) for made in centre.candidates.all()] == ["7418 Ann Smith"]


def test_dates_with_midnight_are_dates_and_the_others_are_named(office):
    client, centre = office
    upload(client, centre, (CASES / "dates-with-time.csv").read_bytes())
    file = CandidateImport.objects.get()
    assert [(line, reason) for line, _, reason in file.problems] == [
        (7, "“40178” is a date as a spreadsheet stores it. Format the column as a date."),
        (
            11,
            "“12/31/2009” has the month first, and other lines may have it too. Format the whole column as dates "
            "like 31/12/2010, and check that they are right.",
        ),
    ]
    assert file.rows == 9 and {row["born"] for row in file.first_rows} == {"31 December 2009"}


def test_file_after_one_with_two_equal_headings_is_guessed_whole(office):
    assert imported(office, "dup-heading.csv") == [("7060", "Ann", "Smith")]
    client, centre = office
    upload(client, centre, (CASES / "after-dup-heading.csv").read_bytes())
    file = CandidateImport.objects.latest("pk")
    assert (file.columns, file.problems, file.rows) == (
        ["number", "first_names", "last_name", "date_of_birth"], [], 1,
    )  # fmt: skip


def test_people_with_one_name_are_asked_about_and_entered(office):
    client, centre = office
    page = upload(client, centre, (CASES / "single-name.csv").read_bytes()).content.decode()
    assert page.count("This person has one name only.") == 2 and "Yes, add" not in page
    file = CandidateImport.objects.get()
    assert "Some names have not been checked yet." in do(client, "candidate-import-complete", file)
    for _ in range(2):  # a second click
        assert "Add 2 candidates to" in do(client, "candidate-import-names", file)
    (event,) = Event.objects.about(file).filter(verb="confirm names")
    assert (event.by, event.details) == (file.uploaded_by, {"names": ["Suharto", "Madonna"]})
    run(client, file)
    assert [(made.certificate_name, made.display_name) for made in centre.candidates.order_by("number")] == [
        ("Suharto", "Suharto"), ("Madonna", "Madonna"),
    ]  # fmt: skip


def test_answer_about_names_is_for_those_that_were_shown(office):
    """Names that come up after columns are matched differently are also asked about."""
    client, centre = office
    heads = "Candidate number,First names,Last name,Nickname,Date of birth\n"
    lines = heads + "1,Suharto,,Sue,1/2/2010\n2,Ann,Lee,,1/2/2010\n"
    page = upload(client, centre, lines)
    file = CandidateImport.objects.get()
    do(client, "candidate-import-names", file)
    columns = dict(
        zip(
            page.context["import"].headings,
            ["number", "last_name", "", "first_names", "date_of_birth"],
            strict=True,
        )
    )
    posted = {f"column_{place}": column for place, column in enumerate(columns.values())}
    page = client.post(f"{file.get_absolute_url()}columns/", posted, follow=True).content.decode()
    assert "This name is right" in page and "Add 2 candidates" not in page


def test_letters_that_may_be_two_are_asked_about_at_the_upload(office):
    client, centre = office
    page = send(client, centre, (HEADINGS + "1,Agnès,Lee,,31/12/2009,\n").encode("cp850")).content.decode()
    assert "The file does not show which letters are meant: “Agn" in page
    assert "CSV UTF-8" in page and not CandidateImport.objects.exists()


def test_words_that_were_mended_are_shown(office):
    client, centre = office
    page = upload(client, centre, (CASES / "html-entities.csv").read_bytes()).content.decode()
    assert "Zo&amp;euml; is read as <strong>Zoë</strong>" in page
    file = CandidateImport.objects.get()
    do(client, "candidate-import-complete", file)
    outbox.work_all()
    file.refresh_from_db()
    assert (file.mended, file.name_questions) == ([], [])  # deleted with the rest
    assert Candidate.objects.get().date_of_birth == BORN
