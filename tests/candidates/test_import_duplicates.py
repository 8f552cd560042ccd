"""Lines of a file that may be somebody already at the centre."""

from datetime import date

import pytest
from django.urls import reverse

from candidates.models import CandidateImport
from portal.kit.models import Event
from tests.factories import candidates

from .uploading import GOOD, HEADINGS, TWIN, checked, do, run, upload

pytestmark = pytest.mark.django_db


def test_likely_duplicate_is_shown_beside_the_candidate_and_waits_for_an_answer(office):
    client, centre = office
    candidates.candidate(
        centre, number="0001", first_names="Siân", last_name="EVANS", date_of_birth=date(2010, 12, 31)
    )
    page = upload(client, centre, TWIN).content.decode()
    assert "1 line may be somebody you already have." in page and "Yes, add" not in page
    file = CandidateImport.objects.get()
    assert "have no answer yet" in do(client, "candidate-import-complete", file)
    asked = client.get(reverse("candidate-import-duplicates", args=[centre.number, file.pk])).content.decode()
    assert "Candidate 0001 at your centre" in asked and "Same name and date of birth" in asked
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
    client.post(url, {"line-2": answer})  # the same again
    (event,) = Event.objects.filter(verb="answer duplicates")
    assert (event.by, list(event.details["answers"].values())) == (file.uploaded_by, [answer])
    run(client, file)
    assert sorted(centre.candidates.values_list("number", flat=True)) == numbers


def test_likely_duplicate_within_the_file_is_asked_about(office):
    client, centre = office
    upload(client, centre, GOOD + "4,Sian,Evans,,31/12/2010,\n")
    (question,) = CandidateImport.objects.get().duplicates
    assert (question["line"], question["others"][0]["where"], question["may_add"]) == (5, "Line 2", True)


def test_file_uploaded_a_second_time_adds_those_who_are_new(office):
    """Numbers that the same people already have are not an error: the lines can only be excluded."""
    client, centre = office
    upload(client, centre, GOOD)
    run(client, CandidateImport.objects.get())
    upload(client, centre, GOOD + "4,Dee,Oh,,5/6/2010,\n")
    file = CandidateImport.objects.first()
    assert [question["may_add"] for question in file.duplicates] == [False] * 3
    url = reverse("candidate-import-duplicates", args=[centre.number, file.pk])
    assert 'value="other"' not in client.get(url).content.decode().split("<details")[0]
    client.post(url, {"all": "other"})  # lines that cannot be added are still excluded
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
        candidates.candidate(centre, number=f"{number:04}", first_names="Ann", last_name=f"Name{'a' * number}",
                             date_of_birth=date(2010, 1, number))  # fmt: skip
    lines = "".join(f"{100 + number},Ann,Name{'a' * number},,{number}/1/2010,\n" for number in range(1, 13))
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
    for number in range(1, 4):
        candidates.candidate(
            centre,
            number=f"{number:04}",
            last_name=f"Name{'a' * number}",
            date_of_birth=date(2010, 1, number),
        )
    lines = "".join(f"{100 + number},Megan,Name{'a' * number},,{number}/1/2010,\n" for number in range(1, 4))
    many = checked(centre, HEADINGS + lines)
    assert len(many.duplicates) == 3
    client.get(few.get_absolute_url())
    for name in ("candidate-import", "candidate-import-duplicates", "candidate-import-columns"):
        of_few, of_many = (
            queries_of(lambda file=file, name=name: client.get(reverse(name, args=[centre.number, file.pk])))
            for file in (few, many)
        )
        assert of_few == of_many, name
