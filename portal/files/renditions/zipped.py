"""Zipped web sites and folders: what is inside, by name and size. Nothing is unpacked here."""

import zipfile
from pathlib import Path, PurePosixPath

from .. import inside, letters
from .output import CannotPreview, Output

MAX_LISTED = 500


def make(source: Path, ending: str, output: Output) -> None:
    try:
        with zipfile.ZipFile(source) as opened:
            files = inside.entries(opened)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise CannotPreview("The zip file is damaged.") from None
    output.part(
        "listing",
        data={
            "files": [[printable(entry.name), entry.info.file_size] for entry in files[:MAX_LISTED]],
            "count": len(files),
            "bytes": sum(entry.info.file_size for entry in files),
            "start": first_page([entry.name for entry in files]),
        },
    )
    if len(files) > MAX_LISTED:
        output.note(f"The first {MAX_LISTED} of {len(files)} files are listed.")


def printable(name: str) -> str:
    """Without letters that turn a line round or are not seen, unless they join two others."""
    joined = {at for found in letters.JOINERS.finditer(name) for at in range(*found.span())}
    return "".join(
        letter if at in joined or letter.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for at, letter in enumerate(name)
    )[:300]


def first_page(names: list[str]) -> str:
    """Where a zipped web site begins: the page of a usual name nearest the top, else the first page there is."""
    pages = [name for name in names if name.lower().endswith((".html", ".htm"))]
    return min(pages, key=_nearness, default="")


def _nearness(name: str) -> tuple:
    path = PurePosixPath(name.lower())
    usual = (
        inside.FOLDER_PAGES.index(path.name) if path.name in inside.FOLDER_PAGES else len(inside.FOLDER_PAGES)
    )
    is_usual = usual < len(inside.FOLDER_PAGES)
    return (not is_usual, len(path.parts), usual, name)
