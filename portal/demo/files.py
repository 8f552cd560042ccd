"""The files that the demo's candidates upload: a small pool drawn once, and each candidate's own written plans."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile

from . import evidence, words


@dataclass(frozen=True)
class Item:
    """One item of evidence to upload. It is tagged to the criteria of `objectives`."""

    title: str
    file_name: str
    content: bytes
    objectives: tuple[int, ...]

    def upload(self) -> SimpleUploadedFile:
        return SimpleUploadedFile(self.file_name, self.content)


def items_for(unit_number: int, seed: int, author: str) -> list[Item]:
    """What a candidate hands in for the unit of this number; `author` signs the diary."""
    project = words.PROJECTS[seed % len(words.PROJECTS)]
    diary = evidence.notes(seed, project) + b"\n\n" + words.review(project, author)
    return [
        *_products(unit_number, seed, project),
        Item("Project diary: plan, tests, review", "diary.txt", diary, (1, 2, 4)),
    ]


def _products(unit_number: int, seed: int, project: str) -> list[Item]:
    board = Item("Storyboard", "storyboard.pdf", _storyboard(seed), (2, 3))
    site = Item(f"{project}: web site", "site.zip", _website(seed), (3,))
    return {
        1: [Item("Mood board", "mood-board.jpg", _picture(seed + 1), (2,)), board],
        2: [Item("Poster", "poster-final.jpg", _picture(seed), (3,))],
        3: [site],
        4: [site],
        5: [Item("Jingle", "jingle.mp3", _sound(), (3,))],
        6: [Item("Title sequence", "titles-v2.mp4", _video(), (3,))],
    }[unit_number]


# Drawn once for each project or pair of projects: thirty candidates do not need thirty posters.


@cache
def _drawn(draw: Callable[[int, str], bytes], project: int) -> bytes:
    return draw(project, words.PROJECTS[project])


def _picture(seed: int) -> bytes:
    return _drawn(evidence.picture, seed % len(words.PROJECTS))


def _website(seed: int) -> bytes:
    return _drawn(evidence.website, seed % len(words.PROJECTS))


def _storyboard(seed: int) -> bytes:
    return _drawn(evidence.storyboard, seed % 2)


_sound = cache(evidence.sound)
_video = cache(evidence.video)
