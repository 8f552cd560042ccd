"""What can be read from names, and what cannot."""

import pytest
from django.utils import timezone

from portfolios.sorting import labels


@pytest.mark.parametrize(
    ("path", "numbers"),
    [
        ("0012 poster.png", ["0012"]),
        ("0012_poster.png", ["0012"]),
        ("0012poster.png", ["0012"]),
        (" 0012-IM201.png", ["0012"]),
        ("0012/poster.png", ["0012"]),
        ("Class 9/0012 Ana/IM201/poster.png", ["0012"]),
        ("0047/0012 poster.png", ["0012", "0047"]),
        ("0012/0012 poster.png", ["0012"]),
        ("00123 poster.png", []),
        ("012 poster.png", []),
        ("poster 0012.png", []),
        ("20261122.png", []),
        ("poster.png", []),
    ],
)
def test_candidate_numbers_stand_at_the_beginning(path, numbers):
    assert labels.numbers(path) == numbers


@pytest.mark.parametrize("after", ["", " coursework", "-27", "/IM201", "_Y11"])
@pytest.mark.parametrize("back", [-1, 0, 1, 9])
def test_a_year_in_a_folders_name_is_no_candidate_number(after, back):
    year = timezone.localdate().year - back
    assert labels.numbers(f"{year}{after}/0012 Ana/poster.png") == ["0012"]
    assert labels.numbers(f"{year}{after}/poster.png") == []
    assert labels.numbers(f"0012/{year} poster.png") == [f"{year}", "0012"]  # for a file it may be either


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("0012 IM201 poster.png", ["IM201"]),
        ("0012_im201_poster.png", ["IM201"]),
        ("0012/IM202/poster.png", ["IM202"]),
        ("0012 IM2010 poster.png", []),
        ("0012 AIM201.png", []),
        ("IM202/0012 IM201.png", ["IM201", "IM202"]),
        ("0012 poster.png", []),
    ],
)
def test_units_stand_as_words_of_their_own(path, codes):
    assert labels.codes(path, ["IM201", "IM202"]) == codes


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("0012 IM201 poster final.png", "poster final"),
        ("0012/IMG_1234.jpg", "IMG_1234"),
        ("0012/2026 poster.png", "2026 poster"),
        ("0012/20261122.png", "20261122"),
        ("0012 poster 2026.png", "poster 2026"),
        ("0012/IM201/poster.png", "poster"),
        ("0012_IM201_poster.png", "poster"),
        ("0012 – a poster, in red.png", "a poster, in red"),
        ("0012.png", "0012"),
        ("0012 IM201.pdf", "0012 IM201"),
    ],
)
def test_titles_are_what_is_left(path, title):
    assert labels.title(path, "0012", "IM201") == title
