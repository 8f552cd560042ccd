"""What the name of a file says, with the folders it lies in: whose it is, for which unit, and what it may be called.

`0012 IM201 poster.png`, or `0012/IM201/poster.png` (domain reference 8: the leading four-digit candidate number).
"""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

NUMBER = re.compile(r"\A\s*([0-9]{4})(?![0-9])")
BETWEEN = " _-–.,"


def numbers(path: str) -> list[str]:
    """The candidate numbers at the beginnings of its parts, the nearest to the file first."""
    found = (NUMBER.match(part) for part in reversed(path.split("/")))
    return list(dict.fromkeys(match[1] for match in found if match))


def codes(path: str, among: Iterable[str]) -> list[str]:
    """Those of the unit codes that stand in it as words of their own."""
    return [code for code in among if _as_word(code).search(path)]


def title(path: str, number: str, code: str) -> str:
    """The file's name without this number and unit, and ending; its whole stem where nothing else would be left."""
    stem = PurePosixPath(path).stem
    rest = NUMBER.sub("", stem) if numbers(stem) == [number] else stem
    rest = _as_word(code).sub(" ", rest, count=1)
    return " ".join(rest.split()).strip(BETWEEN) or stem


def stem(name: str) -> str:
    """What it is called until somebody says more."""
    return PurePosixPath(name).stem[:120]


def _as_word(code: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(code)}(?![A-Za-z0-9])", re.IGNORECASE)
