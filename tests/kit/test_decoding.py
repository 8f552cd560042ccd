"""Files that do not state their encoding: the characters in names show it, or the person is asked."""

import pytest

from portal.kit.decoding import Decoded, decode

NAMES = "Zoë,Brontë\r\nJosé,Núñez\r\nSiân,Ní Bhriain\r\nFrançois,Müller\r\n"
POLISH = "Łukasz,Wiśniewska\r\nZofia,Żak\r\nJózef,Ślęzak\r\n"


@pytest.mark.parametrize(
    "encoding", ["cp1252", "cp850", "cp437", "mac_roman", "utf-8", "utf-8-sig", "utf-16"]
)
def test_encoding_is_told_from_the_letters_of_names(encoding):
    assert decode(NAMES.encode(encoding)) == Decoded(NAMES)


@pytest.mark.parametrize("encoding", ["cp1250", "utf-16-le", "utf-16-be"])
def test_encodings_of_central_europe_and_without_a_mark_are_told(encoding):
    assert decode(POLISH.encode(encoding)) == Decoded(POLISH)


@pytest.mark.parametrize(
    "words",
    ["Siân “Bó” – D’Arcy", "Zoë", "José", "Renée O’Connor", "MÜLLER", "Søren", "Ŵyn", "Adébáyọ̀", "Íñigo"],
)
def test_right_names_come_back_as_they_were(words):
    assert decode(words.encode()) == Decoded(words)


def test_few_letters_are_enough_where_they_are_clear():
    assert [decode(raw) for raw in (b"Zo\x89", b"Zo\xeb", b"N\xa3\xa4ez", b"Jos\x82")] == [
        Decoded("Zoë"), Decoded("Zoë"), Decoded("Núñez"), Decoded("José"),
    ]  # fmt: skip


def test_letters_that_may_be_two_are_a_doubt():
    decoded = decode("Agnès".encode("cp850"))
    assert ("Agnès", "Agnäs") in decoded.doubts or ("Agnäs", "Agnès") in decoded.doubts


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850", "cp437"])
@pytest.mark.parametrize("name", ["Zoë", "José", "Núñez", "Łódź", "D’Arcy"])
def test_what_was_encoded_twice_is_mended(name, encoding):
    try:
        damaged = name.encode().decode(encoding)
    except UnicodeDecodeError:
        damaged = name.encode().decode("latin-1")
    assert decode(damaged.encode()) == Decoded(name, [], [(damaged, name)])


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Zo&euml;", "Zoë"), ("O&#39;Neill", "O'Neill"), ("O&rsquo;Neill", "O’Neill"), ("&#x141;ucja", "Łucja"),
        ("Zo&amp;euml;", "Zoë"), ("Jos&eacute;&nbsp;N&uacute;&ntilde;ez", "José\xa0Núñez"),
    ],
)  # fmt: skip
def test_letters_written_for_web_pages_are_read(written, name):
    for separator in ",;":
        text = f"1{separator}{written}{separator}x"
        assert decode(text.encode()) == Decoded(text.replace(written, name), [], [(written, name)])


def test_stray_bytes_in_utf_8_are_read_or_named_as_lost():
    good = "Siân,Zoë,Núñez,".encode()
    assert decode(good + b"Jos\xe9") == Decoded("Siân,Zoë,Núñez,José")
    assert decode(good + b"Zo\xc3,x") == Decoded("Siân,Zoë,Núñez,Zo\ufffd,x")


def test_end_mark_of_ms_dos_is_left_out():
    assert decode(b"Ann\r\n\x1a") == Decoded("Ann\r\n")


@pytest.mark.parametrize(
    "raw", [b"PK\x03\x04\x14\x00\x00\x00\x08\x00\xb7\xac\xce\x34\x94\xa9", b"\x7fELF\x02\x01\x01\x00"]
)
def test_what_is_no_text_is_not_decoded(raw):
    assert decode(raw) is None
