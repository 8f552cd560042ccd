"""PDFs are judged by what their objects do, wherever they are: both what is accepted and what is refused."""

import io
import time

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from pikepdf import Array, Dictionary, Name

from portal.files import checks, confined, taking
from portal.files.checks import pdfs
from portal.files.uses import USES
from portal.kit import outbox
from portal.kit.models import OutboxEntry
from tests.factories import portfolios as make
from tests.files.missing import without_library

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


def far_behind(document):
    action = document.make_indirect(script())
    for _ in range(1_100):
        action = document.make_indirect(Dictionary(S=Name.Named, N=Name.NextPage, Next=action))
    document.Root.OpenAction = action


def xfa(content, *, in_parts=False):
    def change(document):
        stream = document.make_stream(content)
        held = Array([pikepdf.String("template"), stream]) if in_parts else stream
        document.Root.AcroForm = document.make_indirect(Dictionary(Fields=Array([]), XFA=held))

    return change


def beside(holder):
    """A file associated with the document or a page (PDF/A-3), not in the list of attached ones."""

    def change(document):
        held = document.Root if holder == "document" else document.pages[0].obj
        file = Dictionary(F=document.make_stream(b"MZ"))
        held.AF = Array([Dictionary(Type=Name.Filespec, F=pikepdf.String("a.exe"), EF=file)])

    return change


def called_a_field(document):
    put(document, annotation(FT=Name.Tx, A=script()))


def page_called_a_field(document):
    document.pages[0].obj.FT = Name.Tx
    document.pages[0].obj.AA = Dictionary(C=script())


def drawn_in_space(document):
    drawing = document.make_stream(b"PRC", Type=Name("/3D"), OnInstantiate=document.make_stream(b"run()"))
    put(document, Dictionary({"/Subtype": Name("/3D"), "/3DD": drawing}))


def address():
    return Dictionary(S=Name.URI, URI=pikepdf.String("http://evil.example"))


SCRIPTS, LAUNCHES, CALLS, FILES = (
    "it contains scripts",
    "it starts other programs",
    "web addresses by itself",
    "other files",
)
SENDS = "links that send or fetch data"
REFUSED = {
    "script of a link called a field": (called_a_field, SCRIPTS),
    "script of a page called a field": (page_called_a_field, SCRIPTS),
    "script behind a thousand steps": (far_behind, "more than can be checked"),
    "script of an XFA form": (xfa(b"<event><script>x</script></event>"), SCRIPTS),
    "script of an XFA form in parts": (xfa(b"<x:script contentType='a'>x</x:script>", in_parts=True), SCRIPTS),
    "script of a drawing in space": (drawn_in_space, SCRIPTS),
    "script of a link's earlier action": (lambda document: put(document, annotation(PA=script())), SCRIPTS),
    "address when pointed at": (field("E", address), CALLS),
    "form sent by a link": (linking(S=Name.SubmitForm, F=pikepdf.String("http://evil.example")), SENDS),
    "data fetched by a link": (linking(S=Name.ImportData, F=pikepdf.String("a.fdf")), SENDS),
    "document on another computer": (linking(S=Name.GoToR, F=pikepdf.String("\\\\evil\\a.pdf")), SENDS),
    "document within another": (linking(S=Name.GoToE, F=pikepdf.String("a.pdf")), SENDS),
    "file beside the document": (beside("document"), FILES),
    "file beside a page": (beside("page"), FILES),
    "rich media": (lambda document: put(document, Dictionary(Subtype=Name.RichMedia)), FILES),
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
    "link to another document": linking(S=Name.GoToR, F=pikepdf.String("appendix.pdf")),
    "XFA form without scripts": xfa(b"<template><subform name='scripts'/></template>"),
    "address when a field is pressed": field("U", address),
    "script when a field is pressed": field("D", script),
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
    with pytest.raises(ValidationError, match="more than can be checked here"):
        checks.inspect(made(TAKEN["opened at a place"], PLAIN))


@pytest.fixture
def portal_without_pikepdf(tmp_path, monkeypatch):
    """As after a failed update."""
    with monkeypatch.context() as patch:
        without_library("pikepdf", tmp_path, patch)
        yield patch


def test_judge_that_the_portal_cannot_start_refuses_nobody(portal_without_pikepdf):
    with pytest.raises(confined.Broken, match=r"pikepdf was updated by halves"):
        checks.inspect(made(TAKEN["opened at a place"], PLAIN))


@pytest.mark.django_db
def test_pdf_waits_where_the_judge_cannot_start(world, portal_without_pikepdf, settings):
    settings.OUTBOX_PAUSES_SECONDS = [0, 0]
    stored = make.received_upload(
        world.work, "guide.pdf", made(TAKEN["opened at a place"], PLAIN).getvalue()
    ).stored
    outbox.work_all()
    stored.refresh_from_db()
    assert (stored.state, stored.reason, stored.parts.count()) == ("held", taking.CANNOT_CHECK, 1)
    portal_without_pikepdf.undo()
    outbox.retry(OutboxEntry.objects.filter(kind="take-file"))
    outbox.work_all()
    stored.refresh_from_db()
    assert (stored.state, stored.kind) == ("ready", "pdf")


@pytest.mark.django_db
def test_who_waits_for_the_answer_is_told_to_try_later(portal_without_pikepdf):
    with pytest.raises(
        ValidationError, match=r"the portal cannot check it at the moment. Keep the file and try"
    ):
        taking.inspected_now(made(TAKEN["opened at a place"], PLAIN), USES["application"])


@pytest.mark.hostile
def test_more_than_can_be_looked_through_is_refused_within_bounds():
    """A few megabytes with millions of objects."""
    content = made(lambda document: document.Root.__setattr__("Held", Array([Name.Here])), PLAIN).getvalue()
    bomb = content.replace(b"/Here", b"[] " * 2_200_000)
    started = time.monotonic()
    with pytest.raises(ValidationError, match="more than can be checked here"):
        checks.inspect(Upload(Sample("pdf", "guide.pdf", bomb.__bytes__)))
    assert time.monotonic() - started < pdfs.SECONDS
