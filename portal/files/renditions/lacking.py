"""Characters in a document for which this machine has no font: they appear as boxes, and the page says so."""

import re
import subprocess
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import Path

from .. import inside

MAX_PART_BYTES = 8 * 1024**2
MAX_ASKED = 60  # one character of each block
BLOCK_LETTERS = 128
# Spaces, marks that only join, private characters that a font uses for drawings, and what every font has.
UNDRAWN = re.compile(
    "[\x00-\u02ff\u2000-\u206f\ufe00-\ufe0f\ufeff\ue000-\uf8ff\ufff0-\uffff\U000e0000-\U0010ffff]"
)
EMOJI = range(0x1F000, 0x1FB00)
WORDS_OF = {"CJK": "Chinese", "HANGUL": "Korean", "HIRAGANA": "Japanese", "KATAKANA": "Japanese",
            "DEVANAGARI": "Hindi", "GURMUKHI": "Punjabi"}  # fmt: skip


def note(source: Path, shown: Iterable[str] = ()) -> str:
    """What to say about them; empty if nothing is missing. `shown`: texts of the pages, for kinds that are not zips."""
    lacking = sorted(
        {_script(letter) for letter in _one_of_each_block(_letters(source, shown)) if not _is_had(letter)}
    )
    if not lacking:
        return ""
    return (
        f"Characters are missing here ({', '.join(lacking)}): this portal has no font for them. "
        "Download the file to see them."
    )


def _letters(source: Path, shown: Iterable[str]) -> set[str]:
    found: set[str] = set()
    try:
        with zipfile.ZipFile(source) as archive:
            for info in archive.infolist():
                if info.filename.endswith(".xml"):
                    with archive.open(info) as part:
                        found |= set(part.read(MAX_PART_BYTES).decode(errors="ignore"))
    except inside.BROKEN:
        found = {letter for text in shown for letter in text}
    return {letter for letter in found if not UNDRAWN.match(letter)}


def _one_of_each_block(letters: set[str]) -> list[str]:
    """A font that has one character of a block usually has the others."""
    return list({ord(letter) // BLOCK_LETTERS: letter for letter in sorted(letters)}.values())[:MAX_ASKED]


def _is_had(letter: str) -> bool:
    """Whether some font has it, according to fontconfig; without fontconfig, assume that one does."""
    try:
        told = subprocess.run(
            ["fc-list", f":charset={ord(letter):x}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=20,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return True
    return bool(told.stdout.strip())


def _script(letter: str) -> str:
    """Its script in words: “Tamil”, “emoji”."""
    if ord(letter) in EMOJI:
        return "emoji"
    word = unicodedata.name(letter, "others").split()[0]
    return WORDS_OF.get(word, word.capitalize() if unicodedata.category(letter)[0] in "LM" else "signs")
