"""The process that opens one file: `python -m portal.files.renditions.child KIND ENDING SOURCE FOLDER`.

It does not import Django, gets no secrets, and sets its limits and puts up walls before it touches the file.
"""

import importlib
import sys
from pathlib import Path

from .. import confined, walls
from .output import CannotPreview, NotShown, Output

# Kind of file: the module whose `make(source, ending, output)` shows it.
MAKERS = {
    "picture": "pictures",
    "pdf": "documents",
    "office": "office",
    "video": "video",
    "audio": "sound",
    "text": "text",
    "table": "tables",
    "zip": "zipped",
}
MAX_MEMORY_BYTES = 3 * 1024**3
MAX_PROCESSOR_SECONDS = 480  # the parent limits the time on the clock
MAX_WRITTEN_BYTES = 400 * 1024**2


def main(kind: str, ending: str, source: str, folder: str) -> None:
    confined.limit(
        memory_bytes=MAX_MEMORY_BYTES,
        processor_seconds=MAX_PROCESSOR_SECONDS,
        written_bytes=MAX_WRITTEN_BYTES,
    )
    maker = importlib.import_module(f".{MAKERS[kind]}", __package__)
    walls.put_up(Path(source), Path(folder), meets_in=getattr(maker, "MEETS_IN", None))
    with confined.opening():
        _make(maker, Path(source), ending, Output(Path(folder)))


def _make(maker, source: Path, ending: str, output: Output) -> None:
    try:
        maker.make(source, ending, output)
    except CannotPreview as fault:
        output.tell("fault", str(fault))
    except NotShown as reason:
        output.tell("not_shown", str(reason))
    except MemoryError:
        output.tell("fault", "It needs more memory than a preview may use. Save it smaller.")


if __name__ == "__main__":
    main(*sys.argv[1:])
