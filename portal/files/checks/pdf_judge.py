"""The process that judges a PDF by its objects: `python -P pdf_judge.py SOURCE FOLDER`.

It is confined like those that show files, and run by its path, because the package of the checks imports Django.
It prints one key of the checks' list of refusals, or “harmless”.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

from portal.files import confined, walls

MAX_MEMORY_BYTES = 1536 * 1024**2
MAX_PROCESSOR_SECONDS = 15
MAX_WRITTEN_BYTES = 1024**2  # it prints one word
MAX_STEPS = 2_000_000  # objects and what is directly in them
# What a page or document may do by itself: go to a place within it, play, show and hide.
MAY_START = {
    "/GoTo", "/Named", "/Hide", "/SetOCGState", "/Trans", "/Sound", "/Movie", "/Rendition", "/Thread", "/GoTo3DView",
    "/ResetForm",
}  # fmt: skip
# What a form field does when somebody points at it, types in it or leaves it: scripts that check a date are allowed.
BY_HAND = {"/E", "/X", "/Fo", "/Bl", "/K", "/F", "/V", "/C"}
PRESSED = {"/D", "/U"}
# What a link that only leads somewhere does not do.
SENDS = {"/SubmitForm", "/ImportData", "/GoToE"}
ELSEWHERE = re.compile(r"\s*(\\\\|//|[a-z][a-z0-9+.-]+:)", re.IGNORECASE)  # of a file: on another computer
MAX_CHAIN = 1_000
MAX_XFA_BYTES = 20_000_000
XFA_ACTS = re.compile(rb"<(?:\w+:)?(?:script|submit|execute)\b")


class Verdict(Exception):
    """The word that the parent process is waiting for."""


def main(source: str, folder: str) -> None:
    confined.limit(
        memory_bytes=MAX_MEMORY_BYTES,
        processor_seconds=MAX_PROCESSOR_SECONDS,
        written_bytes=MAX_WRITTEN_BYTES,
    )
    walls.put_up(Path(source), Path(folder))
    with confined.opening():
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
    """Whether a name tree has any entries."""
    return isinstance(tree, pikepdf.Dictionary) and bool(tree.get("/Names") or tree.get("/Kids"))


def _dictionaries(document: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary in the file: the library unpacks those in object streams."""
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
    if held.get("/Subtype") in ("/FileAttachment", "/RichMedia") or "/EF" in held:
        raise Verdict("attached")
    if held.get("/S") == "/Launch" and _is_action(held):
        raise Verdict("launches")
    if "/OnInstantiate" in held or _acts(held.get("/XFA")):
        raise Verdict("scripts")
    _starts(held.get("/OpenAction"))
    is_field = _is_field(held)
    triggers = held.get("/AA")
    if isinstance(triggers, pikepdf.Dictionary):
        for moment, action in triggers.items():
            if not is_field or moment not in BY_HAND | PRESSED:
                _starts(action)
            elif moment not in PRESSED:
                _calls(action)
    if not is_field:
        _follows(held.get("/A"))
        _follows(held.get("/PA"))


def _is_field(held: pikepdf.Object) -> bool:
    """Whether it is a form field or a parent of one; a page or a link does not become one by stating a type."""
    return held.get("/Subtype") == "/Widget" or (
        "/FT" in held and not {"/Type", "/Subtype"} & set(held.keys())
    )


def _is_action(held: pikepdf.Object) -> bool:
    """A mark in the structure of a text may have the same type; an action says what it starts."""
    return held.get("/Type") == "/Action" or any(key in held for key in ("/F", "/Win", "/Mac", "/Unix"))


def _is_script(action: pikepdf.Object) -> bool:
    return action.get("/S") == "/JavaScript" or "/JS" in action


def _starts(first) -> None:
    """Judge what happens without a click."""
    if any(_is_script(action) for action in _chain(first)):
        raise Verdict("scripts")
    _calls(first)


def _calls(first) -> None:
    """Judge what happens without a click, where scripts are allowed."""
    for action in _chain(first):
        kind = action.get("/S")
        if kind == "/Launch":
            raise Verdict("launches")
        if kind is not None and str(kind) not in MAY_START | {"/JavaScript"}:
            raise Verdict("calls")


def _follows(first) -> None:
    """Judge what a link does when it is clicked."""
    for action in _chain(first):
        if _is_script(action):
            raise Verdict("scripts")
        kind = action.get("/S")
        if kind in SENDS or (kind == "/GoToR" and _is_elsewhere(action.get("/F"))):
            raise Verdict("sends")


def _is_elsewhere(file) -> bool:
    """Whether a file is on another computer: Windows would send that one the user's name and password."""
    named = [file.get("/F"), file.get("/UF")] if isinstance(file, pikepdf.Dictionary) else [file]
    return any(ELSEWHERE.match(str(name)) for name in named if name is not None)


def _acts(form) -> bool:
    """Whether an XFA form, one stream or named parts of one, contains scripts or sends what is filled in."""
    parts = list(form) if isinstance(form, pikepdf.Array) else [form]
    content = b""
    for part in parts:
        if isinstance(part, pikepdf.Stream):
            content += part.read_bytes()
            if len(content) > MAX_XFA_BYTES:
                raise Verdict("too much")
    for mark in (b"\xff\xfe", b"\xfe\xff"):
        if content.startswith(mark):
            content = content.replace(b"\0", b"")
    return bool(XFA_ACTS.search(content))


def _chain(first) -> Iterator[pikepdf.Object]:
    """An action and those that follow it."""
    waiting, seen = [first], 0
    while waiting:
        action = waiting.pop()
        if isinstance(action, pikepdf.Array):
            waiting += [each for each in action if isinstance(each, pikepdf.Dictionary)]
        elif isinstance(action, pikepdf.Dictionary):
            seen += 1
            if seen > MAX_CHAIN:
                raise Verdict("too much")
            yield action
            waiting.append(action.get("/Next"))


def _open_as_shown(source: Path) -> None:
    """Open it in PDFium, which will show it, as a second opinion."""
    with pypdfium2.PdfDocument(source) as document:
        if not len(document):
            raise Verdict("damaged")
        if pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0:
            raise Verdict("scripts")
        if pdfium.FPDFDoc_GetAttachmentCount(document) > 0:
            raise Verdict("attached")


if __name__ == "__main__":
    main(*sys.argv[1:])
