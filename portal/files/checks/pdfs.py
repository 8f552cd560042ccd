"""PDFs: complete, not locked with a password, and starting nothing by themselves.

What a PDF does is decided by its objects, which are read in a separate process (`pdf_judge`) with limits on time and
memory: a word in a link is not a program, and a program may be compressed where no search for words finds it.
"""

import logging
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from .. import confined
from .faults import SCAN_BYTES, Cut, Damaged, Fault, Locked, size_of, tail

log = logging.getLogger(__name__)

JUDGE = Path(__file__).with_name("pdf_judge.py")
END_BYTES = 64 * 1024  # some programs leave their own marks after the end
SECONDS = 120  # on the clock, for a judge that may use 15 of processor time: a busy machine refuses no file
PRINT_IT = "Print it to a new PDF."
REFUSALS = {
    "scripts": f"it contains scripts that run when it is opened or clicked. {PRINT_IT}",
    "launches": f"it starts other programs when it is opened or clicked. {PRINT_IT}",
    "calls": f"it opens other files or web addresses by itself. {PRINT_IT}",
    "sends": f"it has links that send or fetch data, or open files on other computers. {PRINT_IT}",
    "attached": "it has other files attached. Save it without them and upload them separately.",
    "too much": f"it contains more than can be checked here. {PRINT_IT}",
}


def look(file: BinaryIO, ending: str) -> None:
    if b"%%EOF" not in tail(file, END_BYTES) or _promised_bytes(file) > size_of(file):
        raise Cut
    with _on_disk(file) as source, tempfile.TemporaryDirectory(prefix="judge-") as folder:
        verdict = _judged(source, folder)
    if verdict == "locked":
        raise Locked
    if verdict == "damaged":
        raise Damaged
    if verdict != "harmless":
        raise Fault(REFUSALS[verdict])


def _promised_bytes(file: BinaryIO) -> int:
    """The length that a PDF made for the web states at its start; 0 if it states none."""
    file.seek(0)
    found = re.search(rb"/Linearized\b[^>]{0,200}?/L\s+(\d{1,12})", file.read(1024))
    return int(found.group(1)) if found else 0


@contextmanager
def _on_disk(file: BinaryIO) -> Iterator[str]:
    """A path where another process can read it: the file itself, or a copy made piece by piece."""
    if hasattr(file, "temporary_file_path"):
        yield file.temporary_file_path()
        return
    with tempfile.NamedTemporaryFile(prefix="judge-") as copy:
        file.seek(0)
        while block := file.read(SCAN_BYTES):
            copy.write(block)
        copy.flush()
        yield copy.name


def _judged(source: str, folder: str) -> str:
    """The judge's word; “too much” if it took too long, or if the file crashed it.

    Raises confined.Broken where the portal's own part failed.
    """
    with (Path(folder) / "judge.log").open("w+b") as complaints:
        try:
            ended = subprocess.run(
                [sys.executable, "-P", str(JUDGE), str(Path(source).resolve()), folder],
                cwd=folder,
                env=confined.surroundings(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                timeout=SECONDS,
                start_new_session=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "too much"
        complaints.seek(0)
        told = complaints.read()
    confined.require_own_end(ended.returncode, told)
    if ended.returncode:
        log.warning("The judge of a PDF ended with %s: %s", ended.returncode, confined.last_of(told))
        return "too much"
    return ended.stdout.decode().strip()
