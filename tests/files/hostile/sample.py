"""One file of a corpus: its name, what it is meant to be, and how its bytes are made when needed."""

import io
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    kind: str
    name: str
    make: Callable[[], bytes]
    words: str = ""  # part of the refusal; empty if it must be accepted

    def __str__(self) -> str:
        return f"{self.kind}: {self.name!r}"


class Upload(io.BytesIO):
    """A file as the checks see it, with its name as sent: Django's own class would have cleaned it."""

    def __init__(self, sample: Sample):
        content = sample.make()
        super().__init__(content)
        self.name = sample.name
        self.size = len(content)
