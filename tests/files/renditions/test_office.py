"""Office documents with LibreOffice itself, if this machine has it: pages are made, and nothing else happens.

`test_documents` shows, with a stand-in, what happens if it hangs or is missing.
"""

import shutil
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image

from portal.files.renditions import office
from portal.local.processes import wait_until

from . import documents_that_link as linking
from .files import RED

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not any(map(shutil.which, office.PROGRAMS)),
        reason="LibreOffice is not installed: libreoffice-{writer,calc,impress}-nogui",
    ),
]
TEXT = linking.open_document("text", "<text:p>The river film</text:p>")
CELL = '<table:table-cell office:value-type="string"><text:p>The river film</text:p></table:table-cell>'
SHEET = linking.open_document(
    "spreadsheet", f'<table:table table:name="A"><table:table-row>{CELL}</table:table-row></table:table>'
)
BOX = "<draw:text-box><text:p>The river film</text:p></draw:text-box>"
SLIDES = linking.open_document(
    "presentation",
    f'<draw:page draw:name="a"><draw:frame svg:width="20cm" svg:height="3cm">{BOX}</draw:frame></draw:page>'
    '<draw:page draw:name="b"/>',
)


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path, monkeypatch):
    """Nothing is left of a run: not its folder, with the profile in it, nor a process, nor the socket."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(office.MEETS_IN.glob("OSL_PIPE_*"))
    yield
    wait_until(lambda: not _orphans(before), seconds=10, what="The end of the socket")
    assert list(tmp_path.glob("rendition-*")) == []
    running = [path for path in Path("/proc").glob("[0-9]*/cmdline") if str(tmp_path) in _read(path)]
    assert running == []


def _orphans(before: set[Path]) -> list[Path]:
    """Sockets made since then that nobody listens on; LibreOffice in another worker's tests listens on its own."""
    made = set(office.MEETS_IN.glob("OSL_PIPE_*")) - before
    open_ones = Path("/proc/net/unix").read_text()
    return [socket for socket in made if str(socket) not in open_ones]


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:  # it has just ended
        return ""


def _written(source: Path, ending: str) -> bytes:
    program = next(filter(None, map(shutil.which, office.PROGRAMS)))
    profile = f"-env:UserInstallation={(source.parent / 'profile').as_uri()}"
    subprocess.run(
        [program, "--headless", profile, "--convert-to", ending, "--outdir", source.parent, source],
        check=True,
        capture_output=True,
    )
    return source.with_suffix(f".{ending}").read_bytes()


# For the other kinds, the tests of links below show the same.
@pytest.mark.parametrize(
    ("source", "made_of", "ending", "pages"),
    [
        (TEXT, "odt", "doc", 1),
        (SHEET, "ods", "xlsx", 1),
        (SHEET, "ods", "xls", 1),
        (SLIDES, "odp", "pptx", 2),
        (SLIDES, "odp", "ppt", 2),
    ],
)
def test_document_is_shown_as_pages_with_text(seen, tmp_path, source, made_of, ending, pages):
    (tmp_path / f"plan.{made_of}").write_bytes(source)
    version = seen(f"plan.{ending}", _written(tmp_path / f"plan.{made_of}", ending))
    assert (version.kind, version.preview, version.preview_fault) == ("office", "ready", "")
    assert version.pages == version.renditions.count() == pages
    first, *_ = version.renditions.all()
    assert "The river film" in first.text
    assert _ink(first) > 100


def _ink(rendition) -> int:
    """How many dots are not white."""
    with rendition.file.open() as stored, Image.open(stored) as picture:
        return sum(picture.convert("L").histogram()[:128])


@pytest.fixture
def heard():
    """(address of a server on this machine, the paths requested from it)."""
    asked: list[str] = []

    class Ear(BaseHTTPRequestHandler):
        def answer(self):
            asked.append(self.path)
            self.send_error(404)

        do_GET = do_HEAD = do_OPTIONS = do_PROPFIND = answer

        def log_message(self, *args):
            """Recorded by `asked`."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Ear) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


@pytest.fixture
def secret(tmp_path) -> Path:
    """A red picture that the worker can read, and the candidate cannot."""
    path = tmp_path / "secret.png"
    Image.new("RGB", (200, 200), RED).save(path)
    return path


@pytest.mark.parametrize("ending", linking.KINDS)
def test_links_are_not_followed(seen, heard, secret, ending):
    address, asked = heard
    version = seen(f"plan.{ending}", linking.KINDS[ending](f"{address}/a.png", secret.as_uri()))
    assert (version.preview, version.pages) == ("ready", 1)
    assert "Words" in version.renditions.get().text
    assert _red(version.renditions.get()) == 0
    assert asked == []


def _red(rendition) -> int:
    with rendition.file.open() as stored, Image.open(stored) as picture:
        red, green, _ = picture.convert("RGB").split()
        seen_red = red.point(lambda level: 255 * (level > 150))
        not_green = green.point(lambda level: 255 * (level < 100))
        return sum(1 for both in zip(seen_red.tobytes(), not_green.tobytes(), strict=True) if all(both))


def test_a_link_is_one_that_would_be_followed(heard, secret, tmp_path):
    """Otherwise the test above would prove nothing: without our settings and sandbox, LibreOffice fetches both."""
    address, asked = heard
    (tmp_path / "plan.odp").write_bytes(linking.odp(f"{address}/a.png", secret.as_uri()))
    assert b"/Image" in _written(tmp_path / "plan.odp", "pdf")
    assert "/a.png" in asked


def test_macro_does_not_run(seen, tmp_path):
    marker = tmp_path / "marker"
    version = seen("plan.odt", linking.with_macro(str(marker)))
    assert (version.preview, marker.exists()) == ("ready", False)


def test_what_libreoffice_cannot_read_has_a_reason_and_another_try(seen, sign_in):
    version = seen("plan.docx", linking.docx()[:-300])
    assert (version.preview, version.preview_fault) == ("failed", office.DAMAGED)
    client = sign_in(version.evidence.assignment.candidate.user)
    page = client.get(reverse("evidence-view", args=[version.evidence_id])).content.decode()
    assert office.DAMAGED in page and reverse("preview-again", args=[version.pk]) in page


CASES = Path(__file__).parents[1] / "hostile" / "cases" / "doc"


@pytest.mark.parametrize(
    "name", ["rtf-named.doc", "rezipped.odt", "macro-word-in-types.docx", "scripts.docx"]
)
def test_case_is_drawn(seen, name):
    version = seen(name, (CASES / name).read_bytes())
    assert version.kind == "office"
    assert version.renditions.get().kind == "page"


def test_letters_without_a_font_are_named_beside_the_pages(seen):
    """Sumerian characters, which no machine of ours can draw; checked inside the sandbox."""
    sumerian = linking.open_document("text", "<text:p>The river \U00012000\U00012001</text:p>")
    version = seen("essay.odt", sumerian)
    assert (version.preview, version.preview_fault) == (
        "partly",
        "Characters are missing here (Cuneiform): this portal has no font for them. Download the file to see them.",
    )
    assert seen("plain.odt", TEXT).preview_fault == ""
