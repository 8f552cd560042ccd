"""One file of a corpus: what it is called, what it is meant to be, and how its bytes are made when they are wanted."""

import io
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    kind: str
    name: str
    make: Callable[[], bytes]
    words: str = ""  # part of the refusal; empty for what is to be taken

    def __str__(self) -> str:
        return f"{self.kind}: {self.name!r}"


class Upload(io.BytesIO):
    """A file as the checks see one, with its name as it was sent: Django's own class has cleaned it already."""

    def __init__(self, sample: Sample):
        content = sample.make()
        super().__init__(content)
        self.name = sample.name
        self.size = len(content)
