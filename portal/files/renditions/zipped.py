"""Zipped websites and folders: what is inside, by name and size. Nothing is unpacked here."""

import zipfile
from pathlib import Path, PurePosixPath

from .. import inside, letters
from .output import CannotPreview, Output

MAX_LISTED = 500
MAX_NAMED, MAX_NAMED_LETTERS = 3, 40


def make(source: Path, ending: str, output: Output) -> None:
    try:
        with zipfile.ZipFile(source) as opened:
            entries = inside.entries(opened)
    except inside.BROKEN:
        raise CannotPreview("The zip file is damaged.") from None
    files = [entry for entry in entries if not entry.is_left_out]
    output.part(
        "listing",
        data={
            "files": [[printable(entry.name), entry.info.file_size] for entry in files[:MAX_LISTED]],
            "count": len(files),
            "bytes": sum(entry.info.file_size for entry in files),
            "start": first_page([entry.name for entry in files]),
        },
    )
    notes = [f"The first {MAX_LISTED} of {len(files)} files are listed."] if len(files) > MAX_LISTED else []
    if left_out := [printable(entry.name) for entry in entries if entry.is_left_out]:
        notes.append(_left_out(left_out))
    if notes:
        output.note(" ".join(notes))


def _left_out(names: list[str]) -> str:
    named = ", ".join(f"“{name[-MAX_NAMED_LETTERS:]}”" for name in names[:MAX_NAMED])
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return f"Left out here because they are shortcuts, links or misleading names: {named}{more}."


def printable(name: str) -> str:
    """Without characters that change the direction of writing or are invisible, unless they join two others."""
    joined = {at for found in letters.JOINERS.finditer(name) for at in range(*found.span())}
    return "".join(
        letter if at in joined or letter.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for at, letter in enumerate(name)
    )[:300]


def first_page(names: list[str]) -> str:
    """Where a zipped website starts: the page with a usual name nearest the top, or else the first page."""
    pages = [name for name in names if name.lower().endswith((".html", ".htm"))]
    return min(pages, key=_nearness, default="")


def _nearness(name: str) -> tuple:
    path = PurePosixPath(name.lower())
    usual = (
        inside.FOLDER_PAGES.index(path.name) if path.name in inside.FOLDER_PAGES else len(inside.FOLDER_PAGES)
    )
    is_usual = usual < len(inside.FOLDER_PAGES)
    return (not is_usual, len(path.parts), usual, name)
