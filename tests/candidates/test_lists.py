"""At a glance: who has signed in, what there is to do, who is in no group; and the list as a file."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from candidates import actions
from candidates.importing import read_rows
from candidates.models import Candidate, Learner
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kit.models import Event
from tests.factories import accounts, candidates, catalogue, centres, portfolios
from tests.pages import html_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def working(office):
    """Three candidates: one with work to mark, one with work to do, one with nothing."""
    client, centre = office
    unit = catalogue.unit()
    marks, does, _ = (
        candidates.candidate(centre, number=number, last_name=name)
        for number, name in (("0001", "Marks"), ("0002", "Does"), ("0003", "Idles"))
    )
    portfolios.handed_in(marks, unit)
    portfolios.assignment(does, unit)
    portfolios.assignment(does)
    return client, centre


def shown(client, centre, **asked) -> list[str]:
    answer = client.get(reverse("candidates", args=[centre.number]), asked)
    return [candidate.number for candidate, *_ in answer.context["rows"]]


def test_list_says_what_waits_and_is_filtered_and_sorted_by_it(working):
    client, centre = working
    answer = client.get(reverse("candidates", args=[centre.number]), {"sort": "number"})
    assert [work for *_, work in answer.context["rows"]] == [["1 to mark"], ["2 to do"], []]
    assert "No unit yet" in answer.content.decode()
    assert shown(client, centre, work="to_mark") == ["0001"]
    assert shown(client, centre, work="to_do") == ["0002"]
    assert shown(client, centre, work="returned") == []
    assert shown(client, centre, work="none") == ["0003"]
    assert shown(client, centre, sort="-work") == ["0001", "0002", "0003"]
    assert shown(client, centre, sort="work") == ["0003", "0002", "0001"]


def test_list_is_sorted_by_last_sign_in(office):
    client, centre = office
    for number, days in (("0001", 2), ("0002", None), ("0003", 1)):
        made = candidates.candidate(centre, number=number)
        if days:
            User.objects.filter(pk=made.user_id).update(last_login=timezone.now() - timedelta(days=days))
    assert shown(client, centre, sort="-signed_in") == ["0003", "0001", "0002"]
    assert shown(client, centre, sort="signed_in") == ["0002", "0001", "0003"]


def test_list_finds_by_every_identifier(office):
    client, centre = office
    made = candidates.candidate(centre, number="0001", uci="999990260001T", uln="1234567899")
    candidates.candidate(centre, number="0002")
    learner = Learner.objects.create(ocr_number="87654321")
    Candidate.objects.filter(pk=made.pk).update(ocr_number="87654321", learner=learner, own_learner=learner)
    for words in ("999990260001t", "12345678", "8765"):
        assert shown(client, centre, find=words) == ["0001"]


def test_group_and_holding_list_say_it_too(working):
    client, centre = working
    group = candidates.group(centre, *centre.candidates.filter(number__in=["0001", "0002"]))
    answer = client.get(group.get_absolute_url(), {"sort": "-work"})
    assert [work for *_, work in answer.context["rows"]] == [["1 to mark"], ["2 to do"]]
    holding = client.get(reverse("holding-list", args=[centre.number]))
    assert [candidate.number for candidate, *_ in holding.context["rows"]] == ["0003"]


# --- those in no group --------------------------------------------------------------------


def test_those_ticked_are_put_into_a_group(office):
    client, centre = office
    one, two = candidates.candidate(centre), candidates.candidate(centre)
    group = candidates.group(centre, name="10B")
    url = reverse("holding-list", args=[centre.number])
    page = client.post(url, {"candidates": [one.pk], "group": group.pk}, follow=True).content.decode()
    assert "1 candidate was put in 10B." in page
    assert (list(group.candidates.all()), list(centre.candidates.in_no_group())) == ([one], [two])


def test_what_is_ticked_stays_ticked_when_the_group_is_missing(office):
    client, centre = office
    one = candidates.candidate(centre)
    candidates.group(centre)
    page = html_of(client.post(reverse("holding-list", args=[centre.number]), {"candidates": [one.pk]}))
    assert "Choose the group for" not in page and "Choose a group" in page
    assert f'value="{one.pk}" id="tick-{one.pk}" checked' in page


def test_holding_list_without_groups_says_what_to_do_and_empty_says_so(office):
    client, centre = office
    url = reverse("holding-list", args=[centre.number])
    assert "Every candidate is in a group" in client.get(url).content.decode()
    candidates.candidate(centre)
    assert "There is no group yet." in client.get(url).content.decode()
    assert url in client.get(reverse("groups", args=[centre.number])).content.decode()
    assert url in client.get(reverse("home")).content.decode()


def test_tutor_sees_the_holding_list_and_puts_nobody_anywhere(client):
    centre = centres.centre()
    one, group = candidates.candidate(centre), candidates.group(centre)
    client.force_login(centres.person(centre, Role.TUTOR))
    url = reverse("holding-list", args=[centre.number])
    assert "checkbox" not in client.get(url).content.decode()
    assert client.post(url, {"candidates": [one.pk], "group": group.pk}).status_code == 403


def test_holding_list_and_export_take_the_same_queries_for_one_and_for_three(office, queries_of):
    client, centre = office
    candidates.group(centre)
    candidates.candidate(centre)
    urls = [
        reverse(name, args=[centre.number]) + sort
        for name in ("candidates", "holding-list", "candidates-export")
        for sort in ("", "?sort=-work")
    ]

    def count(url):
        return queries_of(lambda: b"".join(client.get(url)))

    for url in urls:
        count(url)
    before = [count(url) for url in urls]
    for _ in range(2):
        portfolios.handed_in(candidates.candidate(centre))
    assert [count(url) for url in urls] == before


# --- export -------------------------------------------------------------------------------


def exported(client, centre, **asked) -> str:
    answer = client.get(reverse("candidates-export", args=[centre.number]), asked)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return b"".join(answer).decode()


def test_export_is_what_the_list_shows_and_can_be_imported_again(office):
    client, centre = office
    one = candidates.candidate(
        centre,
        number="0001",
        first_names="Siân",
        last_name="-Ŵyn",
        known_as="-Sh",
        uci="999990260001T",
        uln="1234567899",
    )
    candidates.candidate(centre, number="0002", last_name="Other")
    candidates.group(centre, one, name="10B")
    text = exported(client, centre, find="-Ŵyn")
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["Candidate number"], row["Last name"], row["Known as"]) for row in rows] == [
        ("0001", "'-Ŵyn", "'-Sh")
    ]
    ((row,), problems) = read_rows(text)
    assert problems == []
    assert (row.first_names, row.last_name, row.known_as, row.date_of_birth, row.group, row.uci, row.uln) == (
        "Siân", "-Ŵyn", "-Sh", one.date_of_birth, "10B", "999990260001T", "1234567899",
    )  # fmt: skip
    assert Event.objects.get(verb="export candidates").after == "1"


def test_export_names_every_group_and_the_last_sign_in_and_is_sorted_as_the_list(working):
    client, centre = working
    two = Candidate.objects.get(number="0002")
    User.objects.filter(pk=two.user_id).update(last_login=datetime(2026, 3, 5, 9, 0, tzinfo=UTC))
    for name in ("11C", "10B", "11A"):
        candidates.group(centre, two, name=name)
    text = exported(client, centre, sort="work")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    names = ("Candidate number", "Group", "Other groups", "Last signed in")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("0003", "", "", ""),
        ("0002", "10B", "11A, 11C", "05/03/2026"),
        ("0001", "", "", ""),
    ]


def test_export_of_another_centre_is_not_found(office):
    client, _ = office
    assert client.get(reverse("candidates-export", args=[centres.centre().number])).status_code == 404


# --- adding one by hand -------------------------------------------------------------------

TYPED = {
    "number": "12", "first_names": "Megan", "last_name": "Evans", "known_as": "", "uci": "", "uln": "",
    "date_of_birth_day": "14", "date_of_birth_month": "3", "date_of_birth_year": "2010",
}  # fmt: skip


def add(client, centre, **typed):
    return client.post(reverse("candidate-add", args=[centre.number]), {**TYPED, **typed}, follow=True)


def test_identifiers_are_saved_as_they_are_meant_and_shown(office):
    client, centre = office
    page = add(client, centre, uci="99999 026 0001", uln="123 456 7899").content.decode()
    assert list(centre.candidates.values_list("uci", "uln")) == [("999990260001T", "1234567899")]
    assert "999990260001T" in page and "1234567899" in page and "could not be checked" not in page


def test_uci_of_a_board_abroad_is_flagged(office):
    client, centre = office
    assert (
        "The check letter could not be checked" in add(client, centre, uci="99999B260001X").content.decode()
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"uci": "999990140001X"}, "The UCI 999990140001X is not right"),
        ({"uln": "1000000060"}, "The ULN 1000000060 is not right: check for a mistyped digit"),
        ({"uln": "unknown"}, "must be 10 digits"),
        ({"first_names": "李"}, "李 (U+674E) cannot be printed on certificates"),
        ({"uci": "999990260002A"}, "Another candidate at your centre has this UCI."),
        ({"uln": "9276308686"}, "Another candidate at your centre has this ULN."),
        ({"date_of_birth_year": "2099"}, "is in the future"),
    ],
)
def test_fault_is_named_and_nothing_typed_is_lost(office, typed, words):
    client, centre = office
    candidates.candidate(
        centre, number="0001", first_names="Bob", last_name="Ng", uci="999990260002A", uln="9276308686"
    )
    page = add(client, centre, **typed).content.decode()
    assert words in page and 'value="Evans"' in page
    assert centre.candidates.count() == 1


def test_somebody_alike_is_asked_about_before_another_is_added(office):
    client, centre = office
    candidates.candidate(centre, number="0001", first_names="Meghan", last_name="Evans")
    page = add(client, centre).content.decode()
    assert "Is this somebody you already have?" in page and "0001 Meghan Evans" in page
    assert centre.candidates.count() == 1
    add(client, centre, is_another="yes")
    assert centre.candidates.count() == 2


def test_two_who_add_the_same_number_at_once_get_words_and_no_fault(office):
    _, centre = office
    candidates.candidate(centre, number="0012")
    with pytest.raises(actions.Taken) as refusal:
        candidates.candidate(centre, number="0012")
    assert (refusal.value.field, refusal.value.for_people()) == (
        "number", "Another candidate at your centre has this number.",
    )  # fmt: skip


def test_next_steps_are_named_until_they_are_done(office):
    client, centre = office
    page = add(client, centre).content.decode()
    made = centre.candidates.get()
    assert (
        "Next for Megan Evans" in page and "Put them in a group" in page and "Issue a one-time code" in page
    )
    assert f"{reverse('assign-unit', args=[centre.number])}?candidate=0012" in page
    candidates.group(centre, made)
    portfolios.assignment(made)
    actions.issue_slips([made], by=accounts.adult())
    assert "Next for" not in client.get(made.get_absolute_url()).content.decode()
