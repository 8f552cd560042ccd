"""The process in which a PDF is judged by its objects: `python -m portal.files.renditions.pdf_judge SOURCE FOLDER`.

As `child`, it knows nothing of Django, gets no secrets, and limits itself and puts walls up before it opens the file.
It prints one word, a key of the checks' own list of refusals, or “harmless”.
"""

import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

from . import walls

MAX_MEMORY_BYTES = 1536 * 1024**2  # of addresses
MAX_PROCESSOR_SECONDS = 15
MAX_STEPS = 2_000_000  # objects and what lies directly in them
# What a page or document may do by itself: go to a place of its own, play, show and hide.
MAY_START = {
    "/GoTo", "/Named", "/Hide", "/SetOCGState", "/Trans", "/Sound", "/Movie", "/Rendition", "/Thread", "/GoTo3DView",
    "/ResetForm",
}  # fmt: skip
# What a form's field does when somebody points at it, types in it or leaves it: scripts that check a date may stay.
BY_HAND = {"/E", "/X", "/D", "/U", "/Fo", "/Bl", "/K", "/F", "/V", "/C"}


class Verdict(Exception):
    """The word that the parent is waiting for."""


def main(source: str, folder: str) -> None:
    for what, most in {
        resource.RLIMIT_AS: MAX_MEMORY_BYTES,
        resource.RLIMIT_CPU: MAX_PROCESSOR_SECONDS,
        resource.RLIMIT_CORE: 0,
    }.items():
        resource.setrlimit(what, (most, most))
    walls.put_up(Path(source), Path(folder))
    print(verdict(Path(source)))


def verdict(source: Path) -> str:
    try:
        with pikepdf.open(source) as document:
            _judge(document)
        _open_as_shown(source)
    except Verdict as word:
        return str(word)
    except pikepdf.PasswordError:
        return "locked"
    except (pikepdf.PdfError, pypdfium2.PdfiumError, ValueError, TypeError, KeyError, AttributeError):
        return "damaged"
    except (MemoryError, RecursionError):
        return "too much"
    return "harmless"


def _judge(document: pikepdf.Pdf) -> None:
    names = document.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        if _is_filled(names.get("/JavaScript")):
            raise Verdict("scripts")
        if _is_filled(names.get("/EmbeddedFiles")):
            raise Verdict("attached")
    for held in _dictionaries(document):
        _judge_one(held)


def _is_filled(tree) -> bool:
    """Whether anything hangs on a tree of names."""
    return isinstance(tree, pikepdf.Dictionary) and bool(tree.get("/Names") or tree.get("/Kids"))


def _dictionaries(document: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary of the file: what lies packed in streams of objects is unpacked by the library."""
    steps = 0
    for top in document.objects:
        waiting = [top]
        while waiting:
            steps += 1
            if steps > MAX_STEPS:
                raise Verdict("too much")
            held = waiting.pop()
            if isinstance(held, pikepdf.Array):
                inside = list(held)
            elif isinstance(held, pikepdf.Dictionary | pikepdf.Stream):
                yield held
                inside = [value for _, value in held.items()]
            else:
                continue
            waiting += [each for each in inside if isinstance(each, pikepdf.Object) and not each.is_indirect]


def _judge_one(held: pikepdf.Object) -> None:
    if held.get("/Subtype") == "/FileAttachment":
        raise Verdict("attached")
    if held.get("/S") == "/Launch" and _is_action(held):
        raise Verdict("launches")
    _starts(held.get("/OpenAction"))
    is_field = held.get("/Subtype") == "/Widget" or "/FT" in held
    triggers = held.get("/AA")
    if isinstance(triggers, pikepdf.Dictionary):
        for moment, action in triggers.items():
            if not (is_field and moment in BY_HAND):
                _starts(action)
    if not is_field:
        for action in _chain(held.get("/A")):
            if _is_script(action):
                raise Verdict("scripts")


def _is_action(held: pikepdf.Object) -> bool:
    """A mark in the structure of a text may be called so, too; an action says what it starts."""
    return held.get("/Type") == "/Action" or any(key in held for key in ("/F", "/Win", "/Mac", "/Unix"))


def _is_script(action: pikepdf.Object) -> bool:
    return action.get("/S") == "/JavaScript" or "/JS" in action


def _starts(first) -> None:
    """Judge what happens without being asked."""
    for action in _chain(first):
        if _is_script(action):
            raise Verdict("scripts")
        kind = action.get("/S")
        if kind == "/Launch":
            raise Verdict("launches")
        if kind is not None and str(kind) not in MAY_START:
            raise Verdict("calls")


def _chain(first) -> Iterator[pikepdf.Object]:
    """An action and those that follow it."""
    waiting, seen = [first], 0
    while waiting and seen < 1_000:
        action = waiting.pop()
        if isinstance(action, pikepdf.Array):
            waiting += [each for each in action if isinstance(each, pikepdf.Dictionary)]
        elif isinstance(action, pikepdf.Dictionary):
            seen += 1
            yield action
            waiting.append(action.get("/Next"))


def _open_as_shown(source: Path) -> None:
    """PDFium is what will show it, and has a second opinion."""
    with pypdfium2.PdfDocument(source) as document:
        if not len(document):
            raise Verdict("damaged")
        if pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0:
            raise Verdict("scripts")
        if pdfium.FPDFDoc_GetAttachmentCount(document) > 0:
            raise Verdict("attached")


if __name__ == "__main__":
    main(*sys.argv[1:])
