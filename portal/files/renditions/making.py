"""Have the renditions of one file made by a child process, store them, and say how far it is and what became of it."""

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
from functools import partial
from pathlib import Path, PurePath

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from ..kinds import Preview
from . import office

logger = logging.getLogger(__name__)

MAX_PARTS = 100
MAX_LINE_BYTES = 8 * 1024**2
PROGRESS_SECONDS = 1  # between two lines in the database
FACTS = {"pages", "duration_ms", "width", "height", "plays_itself"}
GAVE_UP = "The file could not be drawn: it is damaged, or it needs more than a preview may take."
TOOK_TOO_LONG = (
    "Making the preview took too long and was stopped. "
    "Download the file, or replace it by a smaller one. Videos play best as MP4."
)


@dataclass
class Outcome:
    """What a child has told so far. `words`: why not all, or nothing, is shown."""

    parts: list = field(default_factory=list)
    facts: dict = field(default_factory=dict)
    words: str = ""
    has_failed: bool = False
    is_not_shown: bool = False

    def fail(self, words: str) -> None:
        self.has_failed, self.words = True, self.words or words

    @property
    def preview(self) -> str:
        if self.is_not_shown:
            return Preview.NONE
        if self.parts:
            return Preview.PARTLY if self.words else Preview.READY
        return Preview.FAILED


def make(version) -> None:
    """Make the renditions of `version`, replacing earlier ones. Safe to run twice."""
    type(version).objects.filter(pk=version.pk).update(
        preview=Preview.MAKING, preview_fault="", preview_done=None, preview_of=None
    )
    with tempfile.TemporaryDirectory(prefix="rendition-") as folder, _on_disk(version, folder) as source:
        outcome = _run(version, source, Path(folder))
        office.tidy(Path(folder))
    _save(version, outcome)


@contextmanager
def _on_disk(version, folder: str) -> Iterator[Path]:
    """The file where decoders can reach it: its own place, or a copy made piece by piece."""
    try:
        yield Path(version.file.path)
    except NotImplementedError:  # the storage is not of this machine
        with tempfile.NamedTemporaryFile(dir=folder) as copy, version.file.open("rb") as stored:
            for block in stored.chunks():
                copy.write(block)
            copy.flush()
            yield Path(copy.name)


def _run(version, source: Path, folder: Path) -> Outcome:
    outcome = Outcome()
    log = (folder / "child.log").open("w+b")
    with log, _child(version, source, folder, log) as (process, stopped):
        _listen(version, process, folder, outcome)
        code = process.wait()
        log.seek(0)
        complaint = log.read()[-2000:].decode(errors="replace")
    if stopped.is_set():
        outcome.fail(TOOK_TOO_LONG)
    elif code:
        logger.error("The preview of version %s ended with %s: %s", version.pk, code, complaint)
        outcome.fail(GAVE_UP)
    elif not (outcome.parts or outcome.words):
        outcome.fail(GAVE_UP)
    return outcome


@contextmanager
def _child(version, source: Path, folder: Path, log):
    """The maker's process, and whether its time ran out. It and whatever it started end with the block."""
    ending = PurePath(version.file_name).suffix.lower().lstrip(".")
    process = subprocess.Popen(
        [sys.executable, "-m", "portal.files.renditions.child", version.kind, ending, source, folder],
        cwd=folder,
        # No secrets, no proxies, no home.
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": str(settings.BASE_DIR),
            "LANG": "C.UTF-8",
            "TMPDIR": str(folder),
            "HOME": str(folder),
        },
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


def _listen(version, process: subprocess.Popen, folder: Path, outcome: Outcome) -> None:
    told_at = 0.0
    assert process.stdout is not None  # noqa: S101  (a pipe, as asked for)
    while line := process.stdout.readline(MAX_LINE_BYTES):
        try:
            ((word, value),) = json.loads(line).items()
        except (ValueError, AttributeError):
            continue  # a decoder that talks: nothing that we said
        if word == "progress" and time.monotonic() - told_at > PROGRESS_SECONDS:
            told_at = time.monotonic()
            type(version).objects.filter(pk=version.pk).update(preview_done=value[0], preview_of=value[1])
        elif word == "part" and len(outcome.parts) < MAX_PARTS:
            outcome.parts.append(_rendition(version, len(outcome.parts) + 1, value, folder))
        elif word == "facts":
            outcome.facts |= {name: fact for name, fact in value.items() if name in FACTS}
        elif word == "note":
            outcome.words = value
        elif word == "fault":
            outcome.fail(value)
        elif word == "not_shown":
            outcome.is_not_shown, outcome.words = True, value


def _rendition(version, index: int, part: dict, folder: Path):
    made = version.renditions.model(
        version=version,
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
            made.file.name = default_storage.save(f"previews/{version.pk}/{path.name}", File(content))
        path.unlink()
    return made


def _storable(text: str) -> str:
    """Without null characters and halves of letters, which PostgreSQL does not take."""
    return text.replace("\x00", "").encode(errors="replace").decode()


@transaction.atomic
def _save(version, outcome: Outcome) -> None:
    """Instead of what was made before."""
    locked = type(version).objects.select_for_update().get(pk=version.pk)
    for old in locked.renditions.exclude(file=""):
        transaction.on_commit(partial(default_storage.delete, str(old.file.name)))
    locked.renditions.all().delete()
    locked.renditions.bulk_create(outcome.parts)
    type(version).objects.filter(pk=version.pk).update(
        preview=outcome.preview,
        preview_fault=outcome.words[:300],
        preview_done=None,
        preview_of=None,
        **outcome.facts,
    )
