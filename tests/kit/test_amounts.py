"""How long a file takes, in words."""

from portal.kit.amounts import time_words, times_to_send


def test_times_are_rounded_as_people_say_them():
    assert [time_words(seconds) for seconds in (0.2, 1, 8.4, 32, 59.6, 160, 5400, 7200, 90_000)] == [
        "under 1 second", "1 second", "8 seconds", "32 seconds", "1 minute", "3 minutes", "90 minutes", "2 hours",
        "25 hours",
    ]  # fmt: skip


def test_a_size_is_told_at_the_common_speeds():
    assert times_to_send(20_000_000) == (
        "3 minutes at 1 Mbit/s, 32 seconds at 5 Mbit/s, 3 seconds at 50 Mbit/s"
    )
