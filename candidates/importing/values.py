"""The content of one cell: numbers, dates of birth, names that can be printed."""

import re
from datetime import date

from django.utils import timezone

from portal.files import printing
from portal.kit import csv_files

MAX_NAME = 60
YOUNGEST, OLDEST = 10, 100  # years; outside these, a date of birth is a typing mistake
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ]+(\d{1,2}|[A-Za-z]{3,9})[/.\- ,]+(\d{4}|\d{2})", re.ASCII)
MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})[. ]+(\d{1,2})(?:st|nd|rd|th)?[, ]+(\d{4})", re.ASCII)
RUN_TOGETHER = re.compile(r"(\d{1,2})([A-Za-z]{3})(\d{4})", re.ASCII)
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2}|[A-Za-z]{3})[-/.](\d{1,2})", re.ASCII)
DIGITS_ALONE = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", re.ASCII)
WRITTEN_OTHERWISE = {ord("\xa0"): " ", ord("\u202f"): " ", **dict.fromkeys(map(ord, "‐‑‒–−"), "-")}
# Systems add midnight to a date. Any other time may mean the day before or after, so the day is not guessed.
MIDNIGHT = re.compile(
    r"[T ] ?(?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? ?a\.?m\.?)(?: ?(?:Z|UTC|GMT|[+-]00:?00))?", re.IGNORECASE
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
    """31/12/2010, 31.12.10, 31st December 2010, December 31, 2010, 2010-12-31, 20101231.

    Each may include midnight and the day of the week. A year of two digits is the latest one not in the future.
    """
    typed = WEEKDAY.sub("", csv_files.cell(typed).translate(WRITTEN_OTHERWISE))
    if found := MIDNIGHT.search(typed):
        typed = typed[: found.start()] + typed[found.end() :]
    typed = ORDINAL.sub(r"\1", typed).strip(" ,.")
    if found := YEAR_FIRST.fullmatch(typed) or DIGITS_ALONE.fullmatch(typed):
        year, month, day = found.groups()
    elif found := DAY_FIRST.fullmatch(typed) or RUN_TOGETHER.fullmatch(typed):
        day, month, year = found.groups()
    elif found := MONTH_FIRST.fullmatch(typed):
        month, day, year = found.groups()
    else:
        return None
    try:
        return date(_year(year), _month(month), int(day))
    except ValueError:
        return None


def why_no_day(typed: str) -> str:
    """Why `typed` is not a date of birth, and what to do."""
    if SERIAL.fullmatch(typed):
        return f"“{typed}” is a date as a spreadsheet stores it. Format the column as a date."
    if (found := DAY_FIRST.match(typed)) and found[2].isdigit() and int(found[2]) > 12 >= int(found[1]):
        return (
            f"“{typed}” has the month first, and other lines may have it too. Format the whole column as dates "
            "like 31/12/2010, and check that they are right."
        )
    if re.search(r"\d:\d\d", typed):
        return f"“{typed}” has a time, so the day is not certain. Enter a date like 31/12/2010."
    return f"“{typed}” is not a date like 31/12/2010."


def _year(typed: str) -> int:
    if len(typed) == 4:
        return int(typed)
    this = timezone.localdate().year
    return this - (this - int(typed)) % 100


def _month(typed: str) -> int:
    """The month that `typed` means, in digits, in full or by its first three letters; 0 for none."""
    if typed.isdigit():
        return int(typed)
    short = typed[:3].lower()
    return MONTHS.index(short) + 1 if short in MONTHS else 0


def is_likely_birth(day: date) -> bool:
    return YOUNGEST <= (timezone.localdate() - day).days / 365.25 <= OLDEST


def why_unlikely(day: date, typed: str) -> str:
    """What is wrong with a date of birth that is a date; empty if nothing."""
    if day > timezone.localdate():
        return f"The date of birth {typed} is in the future."
    if not is_likely_birth(day):
        return f"The date of birth {typed} is unlikely: the candidate would be {_age(day)} years old."
    return ""


def _age(day: date) -> int:
    today = timezone.localdate()
    return today.year - day.year - ((today.month, today.day) < (day.month, day.day))


def unprintable(text: str) -> list[str]:
    """Characters of a name that cannot be printed on a certificate, described so that people can find them."""
    hidden = [letter for letter in text if not letter.isprintable()]
    return [f"U+{ord(letter):04X}" for letter in hidden] + [
        f"{letter} (U+{ord(letter):04X})" for letter in printing.unwritable(text)
    ]
