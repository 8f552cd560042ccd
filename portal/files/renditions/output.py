"""What a maker tells its parent: facts, parts, progress, and why something is not shown, each as a line of JSON."""

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

MAX_SIDE_PIXELS = 1600
MAX_TEXT_LETTERS = 200_000
JPEG_QUALITY = 82


class CannotPreview(Exception):
    """The file is damaged, locked or too large to be shown; the reason is shown beside it."""


class NotShown(Exception):
    """Nothing is wrong with the file, but this portal does not show its kind; the message says why."""


@dataclass
class Output:
    """Output from a maker to its parent. Files are left in `folder` and named in the line."""

    folder: Path
    made: int = field(default=0)
    noted: bool = field(default=False)
    texts: list[str] = field(default_factory=list)  # of the pages shown

    def progress(self, done: int, of: int) -> None:
        self.tell("progress", [done, of])

    def facts(self, **facts: int | bool) -> None:
        """What the manifest says about the file: `pages`, `duration_ms`, `width`, `height`, `plays_itself`."""
        self.tell("facts", facts)

    def note(self, words: str) -> None:
        """Why only part of the file is shown."""
        self.noted = True
        self.tell("note", words)

    def part(self, kind: str, **part) -> None:
        """One rendition: `file` (a name in the folder) with its `media_type`, or `text`, or `data`."""
        self.tell("part", {"kind": kind, **part})

    def picture(self, picture, *, kind: str = "page", text: str = "") -> None:
        """A picture, re-encoded at screen size."""
        self.texts.append(text)
        picture.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
        path = self.new_file("jpg")
        picture.save(path, "JPEG", quality=JPEG_QUALITY, optimize=True)
        self.part(
            kind,
            file=path.name,
            media_type="image/jpeg",
            width=picture.width,
            height=picture.height,
            text=text[:MAX_TEXT_LETTERS],
        )

    def new_file(self, ending: str) -> Path:
        self.made += 1
        return self.folder / f"{self.made}.{ending}"

    def tell(self, word: str, value) -> None:
        print(json.dumps({word: value}), file=sys.__stdout__, flush=True)
