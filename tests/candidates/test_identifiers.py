"""UCI and ULN: every test vector of the domain reference, moderation (j)."""

import re

import pytest

from candidates import identifiers
from candidates.identifiers import BadIdentifier, uci, uln

PREFIX = "999990260"
EVERY_LETTER = [
    "002A", "009B", "018C", "006D", "015E", "003F", "012G", "019H", "007K", "016L", "004M", "013R", "001T", "008V",
    "017W", "005X", "014Y",
]  # fmt: skip


@pytest.mark.parametrize(
    "whole",
    ["681990012058G", "689990980001D", "999990260001T", "999990260002A", "999990260014Y"]
    + [PREFIX + rest for rest in EVERY_LETTER],
)
def test_uci_of_the_reference_is_right_and_its_letter_is_filled_in(whole):
    assert uci(whole) == whole
    assert uci(whole[:12]) == whole
    assert uci(f" {whole[:5]} {whole[5:].lower()} ") == whole
    assert re.fullmatch(identifiers.UCI_PATTERN, whole)


def test_the_letters_are_all_seventeen():
    assert "".join(sorted(rest[-1] for rest in EVERY_LETTER)) == identifiers.UCI_LETTERS


@pytest.mark.parametrize("letter", [letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter != "T"])
def test_uci_with_any_other_letter_is_refused(letter):
    with pytest.raises(BadIdentifier, match="is not right"):
        uci(f"999990260001{letter}")


def test_the_boards_illustration_computes_to_b_and_is_refused():
    assert identifiers.uci_letter("999990140001") == "B"
    assert uci("999990140001") == "999990140001B"
    with pytest.raises(BadIdentifier, match="is not right"):
        uci("999990140001X")


def test_one_wrong_digit_of_a_uci_is_always_found():
    for place in range(12):
        for digit in "0123456789":
            typed = "999990260001T"[:place] + digit + "999990260001T"[place + 1 :]
            if typed != "999990260001T":
                with pytest.raises(BadIdentifier):
                    uci(typed)


def test_uci_of_a_board_abroad_is_taken_without_a_check():
    assert uci("99999b260001X") == "99999B260001X"
    assert not identifiers.is_checked("99999B260001X")
    assert identifiers.is_checked("999990260001T")
    with pytest.raises(BadIdentifier, match="needs its check letter"):
        uci("99999B260001")
    with pytest.raises(BadIdentifier, match="needs its check letter"):
        uci("99999B260001I")


@pytest.mark.parametrize(
    "typed", ["", "n/a", "99999", "9999902600011", "999990260001TT", "99999026000٣T", "X" * 13]
)
def test_what_has_not_the_form_of_a_uci_is_refused(typed):
    with pytest.raises(BadIdentifier, match="must be 12 digits"):
        uci(typed)


@pytest.mark.parametrize("whole", ["9276308686", "1234567899", "1000000000"])
def test_uln_of_the_reference_is_right(whole):
    assert uln(whole) == whole
    assert uln(f"{whole[:3]} {whole[3:]} ") == whole
    assert identifiers.uln_digit(whole[:9]) == whole[9]
    # The published form of the same rule: weights 10 to 1 over all ten leave remainder 10.
    assert sum(int(digit) * (10 - place) for place, digit in enumerate(whole)) % 11 == 10


@pytest.mark.parametrize("digit", "0123456789")
def test_uln_with_remainder_nought_was_never_issued(digit):
    assert identifiers.uln_digit("100000006") is None
    with pytest.raises(BadIdentifier, match="is not right"):
        uln(f"100000006{digit}")


def test_one_wrong_digit_of_a_uln_is_always_found():
    for place in range(10):
        for digit in "0123456789":
            typed = "9276308686"[:place] + digit + "9276308686"[place + 1 :]
            if typed != "9276308686":
                with pytest.raises(BadIdentifier):
                    uln(typed)


@pytest.mark.parametrize("typed", ["", "none", "0276308686", "927630868", "92763086860", "٩276308686"])
def test_what_has_not_the_form_of_a_uln_is_refused(typed):
    with pytest.raises(BadIdentifier, match="must be 10 digits"):
        uln(typed)


@pytest.mark.parametrize("typed", ["9.28E+09", "9.276308686E+09", "9,28E+09"])
def test_uln_shortened_by_a_spreadsheet_is_explained(typed):
    with pytest.raises(BadIdentifier, match="was shortened by the spreadsheet"):
        uln(typed)
