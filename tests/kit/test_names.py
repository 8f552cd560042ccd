"""What a name may contain."""

import pytest

from portal.kit import names


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("  Ann   Lee ", "Ann Lee"), ("Sia\u0302n", "Siân"), ("O`Neill", "O’Neill"), ("O´Neill", "O’Neill"),
        ("Mary–Jane", "Mary-Jane"), ("Griﬃths", "Griffiths"),
        ("Ann\u200b", "Ann"), ("O'Neill", "O'Neill"), ("Ann\xa0Lee", "Ann Lee"),
    ],
)  # fmt: skip
def test_names_are_tidied(typed, tidied):
    assert names.tidy(typed) == tidied


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Łucja ŁĄCKA-ØSTBY", "lucja lacka ostby"), ("Đặng Eiðs Þóra", "dang eids thora"),
        ("Ǿrsted ǼBELØ", "orsted aebelo"),
        ("Großmann GROẞMANN", "grossmann grossmann"), ("Œuvre Ħabib", "oeuvre habib"), ("Yıldız İnce", "yildiz ince"),
        ("O'N O’N O‘N OʼN O`N O´N O′N", "on on on on on on on"), ("Adébáyọ̀ ﬀoulkes", "adebayo ffoulkes"), ("%_ .", ""),
    ],
)  # fmt: skip
def test_plain_letters(name, letters):
    assert names.plain(name) == letters


@pytest.mark.parametrize(
    "name",
    [
        "Ŵyn",
        "Adébáyọ̀",
        "D’Arcy",
        "O'Neill",
        "Smith-Jones",
        "St. John",
        "Gal·la",
        "Ravi A/L Kumar",
        "Lim @ Tan",
    ],
)
def test_right_names_hold_nothing_strange(name):
    assert (names.signs(name), names.is_stand_in(name), names.is_oddly_written(name)) == ([], False, False)


@pytest.mark.parametrize(
    ("name", "signs"),
    [
        ("Zo‰", ["‰"]),
        ("N£¤ez", ["£", "¤"]),
        ("Ann2", ["2"]),
        ("Jo\ufffd", ["\ufffd"]),
        ("JosƒÂ", ["ƒ"]),
        ("A & B", ["&"]),
    ],
)
def test_signs_that_no_name_holds_are_found(name, signs):
    assert names.signs(name) == signs


@pytest.mark.parametrize("name", [".", "-", "N/A", "n/a", "?", "--", "’"])
def test_stand_ins_are_no_names(name):
    assert names.is_stand_in(name)
