"""Zipped web sites and folders: what is inside, by name and size. Nothing is unpacked here."""

import zipfile
from pathlib import Path, PurePosixPath

from .output import CannotPreview, Output

MAX_LISTED = 500
FIRST_PAGES = ("index.html", "index.htm", "default.html", "default.htm", "home.html", "home.htm")


def make(source: Path, ending: str, output: Output) -> None:
    try:
        with zipfile.ZipFile(source) as opened:
            files = [entry for entry in opened.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise CannotPreview("The zip file is damaged.") from None
    output.part(
        "listing",
        data={
            "files": [[printable(entry.filename), entry.file_size] for entry in files[:MAX_LISTED]],
            "count": len(files),
            "bytes": sum(entry.file_size for entry in files),
            "start": first_page([entry.filename for entry in files]),
        },
    )
    if len(files) > MAX_LISTED:
        output.note(f"The first {MAX_LISTED} of {len(files)} files are listed.")


def printable(name: str) -> str:
    """Without letters that turn a line round or are not seen."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)[:300]


def first_page(names: list[str]) -> str:
    """Where a zipped web site begins: the page of a usual name nearest the top, else the first page there is."""
    pages = [name for name in names if name.lower().endswith((".html", ".htm"))]
    return min(pages, key=_nearness, default="")


def _nearness(name: str) -> tuple:
    path = PurePosixPath(name.lower())
    usual = FIRST_PAGES.index(path.name) if path.name in FIRST_PAGES else len(FIRST_PAGES)
    is_usual = usual < len(FIRST_PAGES)
    return (not is_usual, len(path.parts), usual, name)
