"""Many rows are saved by one statement, each with its own values."""

from datetime import date

import pytest

from candidates.models import Candidate
from portal.kit.bulk import update_rows
from portfolios.models import Round
from tests.factories import accounts, candidates, portfolios

pytestmark = pytest.mark.django_db


def test_each_row_gets_its_own_values_in_one_query_and_others_stay(django_assert_num_queries):
    first, second, other = (candidates.candidate(known_as="Sam") for _ in range(3))
    first.known_as, first.date_of_birth = "Siân", date(2009, 2, 28)
    second.known_as, second.date_of_birth = "", date(2010, 1, 1)
    with django_assert_num_queries(1):
        update_rows([first, second], ["known_as", "date_of_birth"])
    kept = dict(Candidate.objects.values_list("pk", "known_as"))
    assert kept == {first.pk: "Siân", second.pk: "", other.pk: "Sam"}
    born = set(Candidate.objects.exclude(pk=other.pk).values_list("date_of_birth", flat=True))
    assert born == {date(2009, 2, 28), date(2010, 1, 1)}


def test_nothing_is_asked_for_no_rows(django_assert_num_queries):
    with django_assert_num_queries(0):
        update_rows([], ["known_as"])


def test_empty_values_foreign_keys_and_json_are_kept():
    person = accounts.adult()
    row = candidates.candidate()
    row.added_by, row.merged_into = person, None
    update_rows([row], ["added_by", "merged_into"])
    assert Candidate.objects.get(pk=row.pk).added_by == person
    this_round = portfolios.handed_in().rounds.get()
    this_round.kept, this_round.frozen_at = {"1": {"title": 'Plan’s "end"', "criteria": []}}, None
    update_rows([this_round], ["kept", "frozen_at"])
    again = Round.objects.get(pk=this_round.pk)
    assert (again.kept, again.frozen_at) == ({"1": {"title": 'Plan’s "end"', "criteria": []}}, None)
