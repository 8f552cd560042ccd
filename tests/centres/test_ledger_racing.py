"""Sessions racing for the last entries, each on its own connection."""

import pytest

from . import racing


@pytest.mark.django_db(transaction=True)
def test_only_as_many_sessions_win_as_there_are_entries():
    for outcome in racing.rounds(sessions=8, number=3):
        assert outcome.is_right()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_64_sessions_race_for_the_last_entries_in_50_rounds():
    outcomes = list(racing.rounds(sessions=64, number=50))
    print(racing.report(outcomes))
    assert [outcome for outcome in outcomes if not outcome.is_right()] == []
