"""Have a child process make the renditions of one file, store them, and record progress and outcome."""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet

from portal.kit import leases

from .. import confined, storage
from ..kinds import Preview
from ..models import Rendition, StoredFile
from ..receiving import delete_after_commit
from . import office

logger = logging.getLogger(__name__)

MAX_PARTS = 100
MAX_LINE_BYTES = 8 * 1024**2
PROGRESS_SECONDS = 1  # between two updates in the database
FACTS = {"pages", "duration_ms", "width", "height", "plays_itself"}
GAVE_UP = "The file could not be shown: it is damaged, or it needs more resources than a preview may use."
TOOK_TOO_LONG = (
    "Making the preview took too long and was stopped. "
    "Download the file, or replace it with a smaller one. Videos play best as MP4."
)


@dataclass
class Outcome:
    """What a child has told so far. `words`: why only part, or nothing, is shown."""

    parts: list[Rendition] = field(default_factory=list)
    facts: dict = field(default_factory=dict)
    words: str = ""
    is_not_shown: bool = False

    def fail(self, words: str) -> None:
        self.words = self.words or words

    @property
    def preview(self) -> str:
        if self.is_not_shown:
            return Preview.NONE
        if self.parts:
            return Preview.PARTLY if self.words else Preview.READY
        return Preview.FAILED


def make(stored: StoredFile) -> None:
    """Make the renditions of `stored`, replacing earlier ones. Safe to run twice.

    Raises confined.Broken if the portal could not even start.
    """
    StoredFile.objects.filter(pk=stored.pk).update(
        preview=Preview.MAKING, preview_fault="", preview_done=None, preview_of=None
    )
    with tempfile.TemporaryDirectory(prefix="rendition-") as folder, _on_disk(stored, folder) as source:
        outcome = _run(stored, source, Path(folder))
        office.tidy(Path(folder))
    _save(stored, outcome)


@contextmanager
def _on_disk(stored: StoredFile, folder: str) -> Iterator[Path]:
    """A path where decoders can reach it: the file itself, or a copy made piece by piece."""
    try:
        yield Path(stored.file.path)
    except NotImplementedError:  # the storage is not on this machine
        with tempfile.NamedTemporaryFile(dir=folder) as copy:
            for block in storage.blocks(stored.file.storage, str(stored.file.name)):
                copy.write(block)
            copy.flush()
            yield Path(copy.name)


def _run(stored: StoredFile, source: Path, folder: Path) -> Outcome:
    outcome = Outcome()
    log = (folder / "child.log").open("w+b")
    with log, _child(stored, source, folder, log) as (process, stopped):
        _listen(stored, process, folder, outcome)
        code = process.wait()
        log.seek(0)
        complaint = log.read()
    confined.require_own_end(code, complaint)
    if stopped.is_set():
        outcome.fail(TOOK_TOO_LONG)
    elif code:
        words = confined.last_of(complaint)
        logger.error("The preview of stored file %s ended with %s: %s", stored.pk, code, words)
        outcome.fail(GAVE_UP)
    elif not (outcome.parts or outcome.words):
        outcome.fail(GAVE_UP)
    return outcome


@contextmanager
def _child(stored: StoredFile, source: Path, folder: Path, log):
    """The maker's process, and whether it ran out of time. It ends with the block, as does whatever it started."""
    ending = PurePath(stored.name).suffix.lower().lstrip(".")
    process = subprocess.Popen(
        [sys.executable, "-m", "portal.files.renditions.child", stored.kind, ending, source, folder],
        cwd=folder,
        env=confined.surroundings(TMPDIR=str(folder), HOME=str(folder)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        start_new_session=True,
    )
    stopped = threading.Event()

    def stop() -> None:
        stopped.set()
        _kill(process)

    alarm = threading.Timer(settings.RENDITION_SECONDS, stop)
    alarm.start()
    try:
        yield process, stopped
    finally:
        alarm.cancel()
        _kill(process)
        process.wait()
        if process.stdout:
            process.stdout.close()


def _kill(process: subprocess.Popen) -> None:
    """The whole group, as a program that the child started may still run."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _listen(stored: StoredFile, process: subprocess.Popen, folder: Path, outcome: Outcome) -> None:
    told_at = 0.0
    assert process.stdout is not None  # noqa: S101  (a pipe, as asked for)
    while line := process.stdout.readline(MAX_LINE_BYTES):
        try:
            ((word, value),) = json.loads(line).items()
        except (ValueError, AttributeError):
            continue  # output of a decoder, not of a maker
        if word == "progress" and time.monotonic() - told_at > PROGRESS_SECONDS:
            told_at = time.monotonic()
            StoredFile.objects.filter(pk=stored.pk).update(preview_done=value[0], preview_of=value[1])
        elif word == "part" and len(outcome.parts) < MAX_PARTS:
            outcome.parts.append(_rendition(stored, len(outcome.parts) + 1, value, folder))
        elif word == "facts":
            outcome.facts |= {name: fact for name, fact in value.items() if name in FACTS}
        elif word == "note":
            outcome.words = value
        elif word == "fault":
            outcome.fail(value)
        elif word == "not_shown":
            outcome.is_not_shown, outcome.words = True, value


def _rendition(stored: StoredFile, index: int, part: dict, folder: Path) -> Rendition:
    made = Rendition(
        stored=stored,
        generation=stored.generation + 1,
        index=index,
        kind=part["kind"],
        media_type=part.get("media_type", ""),
        width=part.get("width"),
        height=part.get("height"),
        text=_storable(part.get("text", "")),
        data=part.get("data"),
    )
    if "file" in part:
        path = folder / PurePath(part["file"]).name
        with path.open("rb") as content:
            made.file.name = storage.save(f"previews/{stored.pk}/{uuid4().hex}{path.suffix}", File(content))
        path.unlink()
    return made


def _storable(text: str) -> str:
    """Without null characters and half characters, which PostgreSQL does not accept."""
    return text.replace("\x00", "").encode(errors="replace").decode()


@transaction.atomic
def _save(stored: StoredFile, outcome: Outcome) -> None:
    """Save as the newest generation. Earlier ones are deleted unless the file is kept. Nothing is written if another
    process made one in the meantime; if this try made nothing, the earlier generation stays."""
    locked = StoredFile.objects.select_for_update().get(pk=stored.pk)
    leases.require()
    if locked.generation != stored.generation:
        return
    preview = outcome.preview
    if outcome.parts:
        Rendition.objects.bulk_create(outcome.parts)
        locked.generation += 1
    elif locked.shown:
        preview = Preview.PARTLY
    if locked.kept_at is None:
        _drop(locked.renditions.exclude(generation=locked.generation))
    StoredFile.objects.filter(pk=stored.pk).update(
        generation=locked.generation,
        preview=preview,
        preview_fault=outcome.words[:300],
        preview_done=None,
        preview_of=None,
        **outcome.facts,
    )


def _drop(earlier: QuerySet[Rendition]) -> None:
    for made in earlier.exclude(file=""):
        delete_after_commit(str(made.file.name))
    earlier.delete()
