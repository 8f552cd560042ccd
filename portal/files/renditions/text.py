"""Plain text, read as UTF-8 or UTF-16 or, if it is neither, as Windows or DOS wrote it."""

from pathlib import Path

from .. import letters, marks
from .output import MAX_TEXT_LETTERS, Output


def make(source: Path, ending: str, output: Output) -> None:
    text, is_all = read(source, MAX_TEXT_LETTERS)
    output.part("text", text=text)
    if not is_all:
        output.note(
            f"The first {MAX_TEXT_LETTERS:,} characters are shown. Download the file to read all of it."
        )


def read(source: Path, most: int) -> tuple[str, bool]:
    """At most the first `most` characters, and whether that is all. No file is in memory as a whole."""
    with source.open("rb") as stored:
        raw = stored.read(most * 4 + 4)
        more = bool(stored.read(1))
    text = _decoded(raw, more).replace("\x00", "").replace("\x0b", "\n").removesuffix("\x1a")
    return text[:most], not more and len(text) <= most


def _decoded(raw: bytes, is_cut: bool) -> str:
    for mark, code in marks.WIDE.items():
        if raw.startswith(mark):
            return raw.decode(code, errors="replace")
    try:
        return (
            _wide(raw)
            if marks.CONTROL.search(raw) and marks.is_unmarked_utf16(raw)
            else raw.decode("utf-8-sig")
        )
    except UnicodeDecodeError as fault:
        if is_cut and fault.start >= len(raw) - 3:  # cut within a character
            return raw[: fault.start].decode("utf-8-sig")
        return _nearly_utf8(raw) or raw.decode(letters.code_of([raw]), errors="replace")


def _nearly_utf8(raw: bytes) -> str:
    """UTF-8 with a broken byte here and there; empty if most characters beyond ASCII are invalid in it."""
    text = raw.decode("utf-8-sig", errors="replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    return text if sum(letter > "\x7f" for letter in text) > 3 * broken else ""


def _wide(raw: bytes) -> str:
    """Text of two bytes a character, though no mark says so."""
    return raw.decode("utf-16-le" if raw[1:2] == b"\0" else "utf-16-be", errors="replace")
