"""Plain text, read as UTF-8 or, where it is not, as Windows wrote it."""

from pathlib import Path

from .output import MAX_TEXT_LETTERS, Output


def make(source: Path, ending: str, output: Output) -> None:
    text, is_all = read(source, MAX_TEXT_LETTERS)
    output.part("text", text=text)
    if not is_all:
        output.note(f"The first {MAX_TEXT_LETTERS:,} letters are shown. Download the file to read all of it.")


def read(source: Path, most: int) -> tuple[str, bool]:
    """The first `most` letters at the most, and whether that is all. No file is held whole."""
    with source.open("rb") as stored:
        raw = stored.read(most * 4 + 4)
        more = bool(stored.read(1))
    text = _decoded(raw, more).replace("\x00", "")
    return text[:most], not more and len(text) <= most


def _decoded(raw: bytes, is_cut: bool) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        if is_cut and fault.start >= len(raw) - 3:  # cut in mid-letter
            return raw[: fault.start].decode("utf-8-sig")
        return raw.decode("cp1252", errors="replace")
