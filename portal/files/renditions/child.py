"""The process in which one file is opened: `python -m portal.files.renditions.child KIND ENDING SOURCE FOLDER`.

It knows nothing of Django, gets no secrets, and limits itself and puts walls up before it touches the file.
"""

import importlib
import resource
import sys
from pathlib import Path

from . import walls
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
MAX_MEMORY_BYTES = 3 * 1024**3  # of addresses, most of which a decoder never touches
MAX_PROCESSOR_SECONDS = 480  # the parent counts the time on the clock
MAX_WRITTEN_BYTES = 400 * 1024**2


def limit_myself() -> None:
    for what, most in {
        resource.RLIMIT_AS: MAX_MEMORY_BYTES,
        resource.RLIMIT_CPU: MAX_PROCESSOR_SECONDS,
        resource.RLIMIT_FSIZE: MAX_WRITTEN_BYTES,
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_CORE: 0,
    }.items():
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


def main(kind: str, ending: str, source: str, folder: str) -> None:
    limit_myself()
    maker = importlib.import_module(f".{MAKERS[kind]}", __package__)
    walls.put_up(Path(source), Path(folder), meets_in=getattr(maker, "MEETS_IN", None))
    output = Output(Path(folder))
    try:
        maker.make(Path(source), ending, output)
    except CannotPreview as fault:
        output.tell("fault", str(fault))
    except NotShown as reason:
        output.tell("not_shown", str(reason))
    except MemoryError:
        output.tell("fault", "It needs more memory than a preview may take. Save it smaller.")


if __name__ == "__main__":
    main(*sys.argv[1:])
