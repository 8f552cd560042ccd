"""What the name of a file and its folders say: whose it is, for which unit, and what its title may be.

`0012 IM201 poster.png`, or `0012/IM201/poster.png` (domain reference 8: the leading four-digit candidate number).
"""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from django.utils import timezone

NUMBER = re.compile(r"\A\s*([0-9]{4})(?![0-9])")
YEARS_BACK, YEARS_AHEAD = 10, 2
BETWEEN = " _-–.,"


def numbers(path: str) -> list[str]:
    """The candidate numbers at the start of its parts, nearest to the file first.

    A folder's number may also be a year (“2026 coursework”); then it does not name a candidate.
    """
    *folders, name = path.split("/")
    found = [NUMBER.match(part) for part in (name, *reversed(folders))]
    said = [match[1] for match in found if match]
    of_name = 1 if found[0] else 0
    return list(
        dict.fromkeys([*said[:of_name], *(number for number in said[of_name:] if not _is_year(number))])
    )


def _is_year(number: str) -> bool:
    """Whether it is a year of work that may still exist or is planned."""
    this_year = timezone.localdate().year
    return this_year - YEARS_BACK <= int(number) <= this_year + YEARS_AHEAD


def codes(path: str, among: Iterable[str]) -> list[str]:
    """Those of the unit codes that are separate words in it."""
    return [code for code in among if _as_word(code).search(path)]


def title(path: str, number: str, code: str) -> str:
    """The file's name without this number, unit and ending; the whole stem if nothing else would be left."""
    stem = PurePosixPath(path).stem
    rest = NUMBER.sub("", stem) if numbers(stem) == [number] else stem
    rest = _as_word(code).sub(" ", rest, count=1)
    return " ".join(rest.split()).strip(BETWEEN) or stem


def stem(name: str) -> str:
    """Its title until somebody gives it one."""
    return PurePosixPath(name).stem[:120]


def _as_word(code: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(code)}(?![A-Za-z0-9])", re.IGNORECASE)
