"""What a kind of hostile file is, and the list of them."""

import struct
from collections.abc import Callable, Iterator

from ..sample import Sample

Variants = Iterator[tuple[str, Callable[[], bytes]]]
KINDS: dict[str, tuple[str, Callable[[], Variants]]] = {}
# Django's own form parser removes these from names before anybody sees them.
CLEANED_ON_THE_WAY = {"turned writing", "unseen letters", "control letters", "path as name"}
CUT, LOCKED, MACROS = "it is incomplete", "it is protected with a password", "it contains macros"


def kind(name: str, words: str):
    def kept(variants: Callable[[], Variants]):
        KINDS[name] = (words, variants)
        return variants

    return kept


def samples() -> Iterator[Sample]:
    for name, (words, variants) in KINDS.items():
        for file_name, content in variants():
            yield Sample(name, file_name, content, words)


def one_of_each() -> list[Sample]:
    found: dict[str, Sample] = {}
    for sample in samples():
        found.setdefault(sample.kind, sample)
    return list(found.values())


def cut(whole: Callable[[], bytes], share: float) -> Callable[[], bytes]:
    def made() -> bytes:
        content = whole()
        return content[: int(len(content) * share)]

    return made


def text() -> bytes:
    return b"Purpose, audience, ideas.\n"


def patched(content: bytes, at: int, form: str, *numbers: int) -> bytes:
    changed = bytearray(content)
    struct.pack_into(form, changed, at, *numbers)
    return bytes(changed)
