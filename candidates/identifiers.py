"""The check characters of UCI and ULN (domain reference, moderation (j)). Pure functions of text."""

import re

UCI_LETTERS = "ABCDEFGHKLMRTVWXY"  # the index is the remainder
UCI_PATTERN = r"^[0-9]{5}[0-9A-Z][0-9]{6}[A-HKLMRTV-Y]$"
ULN_PATTERN = r"^[1-9][0-9]{9}$"
UCI_STEM = re.compile(r"[0-9]{5}[0-9A-Z][0-9]{6}")
BOARD = 5  # a letter here means a board outside the UK; its value in the check is not published
SHORTENED = re.compile(r"[0-9][.,]?[0-9]*E\+?[0-9]+")  # 1.23E+09, as spreadsheets write long numbers


class BadIdentifier(ValueError):
    """The typed text is not a UCI or ULN; the message is for people."""


def uci(typed: str) -> str:
    """The intended UCI, in capitals and without spaces. A missing check letter is filled in.

    With a letter in position 6 the check is skipped (`is_checked`). Raises BadIdentifier.
    """
    text = _plain(typed)
    stem, letter = text[:12], text[12:]
    if not UCI_STEM.fullmatch(stem) or not re.fullmatch("[A-Z]?", letter):
        raise BadIdentifier(f"The UCI {typed.strip()} must be 12 digits and a letter, like 999990260001T.")
    if stem[BOARD].isalpha():
        if not letter or letter not in UCI_LETTERS:
            raise BadIdentifier(f"The UCI {text} needs its check letter at the end.")
        return text
    right = uci_letter(stem)
    if letter and letter != right:
        raise BadIdentifier(f"The UCI {text} is not right: check for a mistyped digit or letter.")
    return stem + right


def uci_letter(stem: str) -> str:
    """The check letter for the first 12 digits: weights 16 to 5, remainder by 17."""
    return UCI_LETTERS[sum(int(digit) * (16 - place) for place, digit in enumerate(stem)) % 17]


def is_checked(uci: str) -> bool:
    """Whether the check letter of a stored UCI could be checked: not if position 6 is a letter."""
    return not uci[BOARD : BOARD + 1].isalpha()


def uln(typed: str) -> str:
    """The intended ULN, without spaces. Raises BadIdentifier."""
    text = _plain(typed)
    if SHORTENED.fullmatch(text):
        raise BadIdentifier(
            f"The ULN {typed.strip()} was shortened by the spreadsheet: format its column as text."
        )
    if not re.fullmatch(ULN_PATTERN, text):
        raise BadIdentifier(f"The ULN {typed.strip()} must be 10 digits, and the first cannot be 0.")
    if text[9:] != uln_digit(text[:9]):
        raise BadIdentifier(f"The ULN {text} is not right: check for a mistyped digit.")
    return text


def uln_digit(stem: str) -> str | None:
    """The check digit for the first 9: weights 10 to 2, remainder by 11. None: such a ULN is never issued."""
    rest = sum(int(digit) * (10 - place) for place, digit in enumerate(stem)) % 11
    return str(10 - rest) if rest else None


def _plain(typed: str) -> str:
    return re.sub(r"\s", "", typed).upper()
