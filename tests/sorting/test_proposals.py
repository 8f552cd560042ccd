"""Where a file would go according to its name; nothing is guessed beyond what the name says."""

import pytest

from candidates import actions as candidate_actions
from portal.kit import outbox
from portfolios.sorting.roster import Roster, Unsorted
from tests.factories import candidates, portfolios
from tests.states import put

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


def propose(group, path: str, unit=None):
    return Roster.for_names(group.centre, [path]).propose(path, unit)


def test_number_and_unit_of_the_name(group):
    found = propose(group, "0012 IM202 poster.png")
    assert (found.work, found.remark) == (group.ana_second, "")


def test_unit_meant_is_taken_where_the_name_gives_none(group):
    assert propose(group, "0012 poster.png", group.second).work == group.ana_second
    assert propose(group, "0012 IM201 poster.png", group.second).work == group.ana


def test_the_only_open_unit_is_proposed_and_said(group):
    found = propose(group, "0047 poster.png")
    assert found.work == group.ben
    assert found.remark == "Its name does not give a unit. IM201 is the only open unit."


@pytest.mark.parametrize(
    ("path", "number", "code", "remark"),
    [
        ("poster.png", "", "", "Its name does not start with a candidate number."),
        ("0999 poster.png", "", "", "No candidate of your centre has the number 0999."),
        ("0012 poster.png", "0012", "", "0012 Ana Nowak has more than one open unit: IM201, IM202. Choose one."),
        ("0047/0012 IM201.png", "", "", "Its name and its folder give different candidate numbers: 0012 and 0047."),
        ("IM202/0012 IM201.png", "0012", "", "Its name gives more than one unit: IM201 and IM202."),
        ("0047 IM202.png", "0047", "IM202",
         "0047 Ben Owen does not have IM202. Assign it, or choose another unit."),
        ("0047 IM209.png", "0047", "IM209",
         "0047 Ben Owen does not have IM209. Assign it, or choose another unit."),
    ],
)  # fmt: skip
def test_what_the_name_leaves_open_is_left_open(group, path, number, code, remark):
    found = propose(group, path)
    assert (found.work, found.number, found.code, found.remark) == (None, number, code, remark)


def test_a_year_at_the_front_is_no_candidate_and_the_folder_counts(group):
    assert propose(group, "0047/2026 poster.png").work == group.ben


def test_work_that_was_handed_in_takes_no_files(group):
    put(group.ben, "handed_in")
    assert propose(group, "0047 IM201.png").remark == (
        "IM201 of 0047 Ben Owen: The work is “Handed in”, so its evidence cannot be changed."
    )
    assert propose(group, "0047.png").remark == "0047 Ben Owen has no unit that files can be added to now."


def test_a_candidate_of_another_centre_is_not_found(group):
    elsewhere = candidates.candidate(number="0333")
    portfolios.assignment(elsewhere, group.first)
    with pytest.raises(Unsorted, match="No candidate of your centre has the number 0333"):
        Roster(group.centre, ["0333"]).resolve("0333", "IM201")


def test_queries_do_not_grow_with_files(group, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        roster = Roster.for_names(group.centre, [f"{number:04} a.png" for number in range(1, 300)])
        for number in range(1, 300):
            roster.propose(f"{number:04} a.png", group.first)


def test_a_place_that_a_merge_takes_away_is_no_place_any_more(group):
    twin = candidates.candidate(group.centre, number="0048", first_names="Ben", last_name="Owen")
    portfolios.assignment(twin, group.first)
    portfolios.evidence(group.ben)
    upload = portfolios.bulk_file(group.bulk(), "0048 IM201 notes.txt")
    outbox.work_all()
    candidate_actions.merge_candidates(group.ben.candidate, twin, by=group.tutor)
    upload.refresh_from_db()
    assert (upload.state, upload.proposed) == ("sorting", None)
