"""PDFs are judged by what their objects do, wherever these lie: both halves, what is taken and what is refused."""

import io
import time

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from pikepdf import Array, Dictionary, Name

from portal.files import checks
from portal.files.checks import pdfs

from .sample import Sample, Upload

Save = dict[str, pikepdf.ObjectStreamMode]
PACKED = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}
PLAIN = {"object_stream_mode": pikepdf.ObjectStreamMode.disable}


def script():
    return Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def launch():
    return Dictionary(S=Name.Launch, F=pikepdf.String("cmd.exe"))


def annotation(**more):
    return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), **more)


def put(document: pikepdf.Pdf, *annotations) -> None:
    document.pages[0].obj.Annots = document.make_indirect(
        Array([document.make_indirect(a) for a in annotations])
    )


def opens(action):
    def change(document):
        document.Root.OpenAction = document.make_indirect(action())

    return change


def on(holder, moment, action):
    def change(document):
        held = document.Root if holder == "document" else document.pages[0].obj
        held.AA = document.make_indirect(Dictionary({f"/{moment}": document.make_indirect(action())}))

    return change


def field(moment, action):
    def change(document):
        put(document, Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=pikepdf.String("date"),
                                 Rect=Array([0, 0, 9, 9]), AA=Dictionary({f"/{moment}": action()})))  # fmt: skip

    return change


def named(tree, held):
    def change(document):
        listed = Dictionary(Names=Array([pikepdf.String("run"), document.make_indirect(held())]))
        document.Root.Names = document.make_indirect(Dictionary({f"/{tree}": document.make_indirect(listed)}))

    return change


def attached(document):
    document.attachments["run.exe"] = b"MZ"


def linking(**more):
    def change(document):
        put(document, annotation(A=document.make_indirect(Dictionary(**more))))

    return change


SCRIPTS, LAUNCHES, CALLS, FILES = (
    "it holds scripts",
    "it starts other programs",
    "web addresses by itself",
    "other files",
)
REFUSED = {
    "script when opened": (opens(script), SCRIPTS),
    "script after another step": (opens(lambda: Dictionary(S=Name.GoTo, Next=Array([script()]))), SCRIPTS),
    "script when closed": (on("document", "WC", script), SCRIPTS),
    "script of a page": (on("page", "O", script), SCRIPTS),
    "script by its name": (named("JavaScript", script), SCRIPTS),
    "script of a link": (linking(S=Name.JavaScript, JS=pikepdf.String("x")), SCRIPTS),
    "script of a field's page": (field("PO", script), SCRIPTS),
    "film with a script": (opens(lambda: Dictionary(S=Name.Rendition, JS=pikepdf.String("x"))), SCRIPTS),
    "program when opened": (opens(launch), LAUNCHES),
    "program of a link": (linking(S=Name.Launch, F=pikepdf.String("cmd.exe")), LAUNCHES),
    "program of a field": (field("K", launch), LAUNCHES),
    "program of Windows": (linking(S=Name.Launch, Win=Dictionary(F=pikepdf.String("cmd.exe"))), LAUNCHES),
    "address when opened": (opens(lambda: Dictionary(S=Name.URI, URI=pikepdf.String("http://evil.example"))), CALLS),
    "form sent when opened": (on("page", "O", lambda: Dictionary(S=Name.SubmitForm)), CALLS),
    "file attached": (attached, FILES),
    "file pinned to a page": (lambda document: put(document, Dictionary(Subtype=Name.FileAttachment)), FILES),
}  # fmt: skip
TAKEN = {
    "link to a page named Launch": linking(S=Name.URI, URI=pikepdf.String("https://example.org/Launch")),
    "place named Launch": lambda document: put(document, annotation(Dest=Name.Launch)),
    "title of JavaScript": lambda document: document.docinfo.__setitem__("/Title", "/JavaScript /Launch /OpenAction"),
    "opened at a place": opens(lambda: Dictionary(S=Name.GoTo, D=Array([]))),
    "opened at a page": lambda document: document.Root.__setattr__(
        "OpenAction", Array([document.pages[0].obj, Name.Fit])),
    "script that checks a field": field("K", script),
    "mark of a text called Launch": lambda document: document.Root.__setattr__(
        "StructTreeRoot", document.make_indirect(Dictionary(K=Array([Dictionary(S=Name.Launch, P=Dictionary())])))),
    "empty tree of scripts": lambda document: document.Root.__setattr__("Names", Dictionary(JavaScript=Dictionary())),
}  # fmt: skip


def made(change, saved: Save) -> Upload:
    written = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(200, 200))
        change(document)
        document.save(written, **saved)
    return Upload(Sample("pdf", "guide.pdf", written.getvalue))


@pytest.mark.parametrize("saved", [PLAIN, PACKED], ids=["plain", "in object streams"])
@pytest.mark.parametrize("what", REFUSED)
def test_what_starts_something_is_refused(what, saved):
    change, words = REFUSED[what]
    with pytest.raises(ValidationError, match=words):
        checks.inspect(made(change, saved))


@pytest.mark.parametrize("saved", [PLAIN, PACKED], ids=["plain", "in object streams"])
@pytest.mark.parametrize("what", TAKEN)
def test_what_starts_nothing_is_taken(what, saved):
    assert checks.inspect(made(TAKEN[what], saved)).forms == ("pdf",)


def test_judge_that_takes_too_long_is_stopped_and_the_file_refused(monkeypatch):
    monkeypatch.setattr(pdfs, "SECONDS", 0.01)
    with pytest.raises(ValidationError, match="more than can be looked through here"):
        checks.inspect(made(TAKEN["opened at a place"], PLAIN))


@pytest.mark.hostile
def test_more_than_can_be_looked_through_is_refused_within_bounds():
    """Some megabytes that are millions of objects."""
    content = made(lambda document: document.Root.__setattr__("Held", Array([Name.Here])), PLAIN).getvalue()
    bomb = content.replace(b"/Here", b"[] " * 2_200_000)
    started = time.monotonic()
    with pytest.raises(ValidationError, match="more than can be looked through here"):
        checks.inspect(Upload(Sample("pdf", "guide.pdf", bomb.__bytes__)))
    assert time.monotonic() - started < pdfs.SECONDS
