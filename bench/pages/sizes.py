"""The one centre that pages are measured at, in three sizes. Each has a database of its own, alike but for the size."""

from dataclasses import dataclass

CENTRE = "20001"
OFFICER, TUTOR = "officer@centre.example", "tutor1@centre.example"
MODERATOR, STAFF = "moderator@body.example", "staff@body.example"
FILES = {"1 MB": 1_000_000, "100 MB": 100_000_000}  # sent whole by `make bench-http`


@dataclass(frozen=True)
class Size:
    """A centre with so many candidates: ten assignments, six items of evidence and thirty judgements each."""

    name: str
    candidates: int
    tutors: int

    @property
    def claimed(self) -> int:
        """How many candidates are on each large claim, with five units each."""
        return self.candidates // 10

    @property
    def assignments(self) -> int:
        return 10 * self.candidates


TINY = Size("tiny", 20, tutors=2)
SMALL = Size("small", 200, tutors=4)
LARGE = Size("large", 2000, tutors=8)  # claims of 1,000 lines
SIZES = [TINY, SMALL, LARGE]
BY_NAME = {size.name: size for size in SIZES}
