"""What stands in one cell: numbers, days of birth, names that can be printed."""

import re
from datetime import date

from django.utils import timezone

from portal.files import printing
from portal.kit import csv_files

MAX_NAME = 60
YOUNGEST, OLDEST = 10, 100  # years; outside, a date of birth is a slip of the pen
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ]+(\d{1,2}|[A-Za-z]{3,9})[/.\- ,]+(\d{4}|\d{2})", re.ASCII)
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
# Midnight is what systems add to a day. Any other time may belong to the day before or after: it is not guessed.
MIDNIGHT = re.compile(
    r"[T ] ?(?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? ?am)(?: ?(?:Z|UTC|[+-]00:?00))?", re.IGNORECASE
)
WEEKDAY = re.compile(
    r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[., ]+", re.IGNORECASE
)
ORDINAL = re.compile(r"^(\d{1,2}) ?(?:st|nd|rd|th)\b(?: of\b)?", re.IGNORECASE | re.ASCII)
SERIAL = re.compile(r"[1-4]\d{4}(?:\.0+)?", re.ASCII)


def candidate_number(typed: str) -> str | None:
    """The four-digit number; spreadsheets drop leading zeros, so 7 means 0007."""
    typed = csv_files.whole_number(typed)
    if not re.fullmatch(r"[0-9]{1,4}", typed) or int(typed) == 0:
        return None
    return typed.zfill(4)


def day_of_birth(typed: str) -> date | None:
    """31/12/2010, 31.12.10, 31st December 2010, 2010-12-31, each with or without midnight and the day of the week.

    A year of two digits is the last one that is over.
    """
    typed = WEEKDAY.sub("", csv_files.cell(typed))
    if found := MIDNIGHT.search(typed):
        typed = typed[: found.start()] + typed[found.end() :]
    typed = ORDINAL.sub(r"\1", typed).strip(" ,")
    if found := YEAR_FIRST.fullmatch(typed):
        year, month, day = (int(part) for part in found.groups())
    elif found := DAY_FIRST.fullmatch(typed):
        day, year = int(found[1]), _year(found[3])
        month = int(found[2]) if found[2].isdigit() else _month(found[2])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def why_no_day(typed: str) -> str:
    """Why `typed` is no day of birth, and what to do."""
    if SERIAL.fullmatch(typed):
        return f"“{typed}” is a day as a spreadsheet counts them: format its column as a date."
    if re.search(r"\d:\d\d", typed):
        return f"“{typed}” has a time, so that the day is not sure: write a date like 31/12/2010."
    return f"“{typed}” is not a date like 31/12/2010."


def _year(typed: str) -> int:
    if len(typed) == 4:
        return int(typed)
    this = timezone.localdate().year
    return this - (this - int(typed)) % 100


def _month(typed: str) -> int:
    """The month that `typed` is, in full or its first three letters; 0 for none."""
    short = typed[:3].lower()
    return MONTHS.index(short) + 1 if short in MONTHS else 0


def is_likely_birth(day: date) -> bool:
    return YOUNGEST <= (timezone.localdate() - day).days / 365.25 <= OLDEST


def why_unlikely(day: date, typed: str) -> str:
    """What is wrong with a date of birth that is a date; empty if nothing is."""
    if day > timezone.localdate():
        return f"The date of birth {typed} lies in the future."
    if not is_likely_birth(day):
        return f"The date of birth {typed} is not likely: it makes the candidate {_age(day)} years old."
    return ""


def _age(day: date) -> int:
    today = timezone.localdate()
    return today.year - day.year - ((today.month, today.day) < (day.month, day.day))


def unprintable(text: str) -> list[str]:
    """Letters of a name that cannot be printed on a certificate, told so that people find them."""
    hidden = [letter for letter in text if not letter.isprintable()]
    return [f"U+{ord(letter):04X}" for letter in hidden] + [
        f"{letter} (U+{ord(letter):04X})" for letter in printing.unwritable(text)
    ]
