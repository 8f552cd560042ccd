"""Documents, tables and zips: limited, with a note of how much is shown, and never calculated or run."""

import io
import json
import os
import socket
import stat
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from shlex import quote

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from portal.files.models import StoredFile
from portal.files.renditions import making, text
from portal.files.renditions.office import MAY_LACK, TOO_MUCH

from . import files

pytestmark = pytest.mark.django_db


def page_of(sign_in, version) -> str:
    client = sign_in(version.evidence.assignment.candidate.user)
    return client.get(reverse("evidence-view", args=[version.evidence_id])).content.decode()


def test_long_pdf_is_shown_in_part_and_says_so(seen, sign_in):
    version = seen("diary.pdf", files.pdf(45))
    assert (version.preview, version.pages, version.renditions.count()) == ("partly", 45, 40)
    assert version.preview_fault == "The first 40 of 45 pages are shown. Download the file to read all of it."
    page = page_of(sign_in, version)
    assert "45 pages" in page and version.preview_fault in page


def test_pdf_with_a_password_says_so(seen):
    version = seen("locked.pdf", files.pdf(1, password="secret"))
    assert (version.preview, version.preview_fault) == (
        "failed",
        "The PDF is damaged or protected with a password.",
    )


def test_progress_is_told_page_by_page(seen, monkeypatch):
    told = []
    monkeypatch.setattr(making, "PROGRESS_SECONDS", -1)
    monkeypatch.setattr(making.Outcome, "fail", lambda *_: pytest.fail("it can be shown"))
    listen = making._rendition

    def watch(version, index, part, folder):
        told.append(StoredFile.objects.get(pk=version.pk).progress)
        return listen(version, index, part, folder)

    monkeypatch.setattr(making, "_rendition", watch)
    version = seen("plan.pdf", files.pdf(3))
    assert told == ["page 1 of 3", "page 2 of 3", "page 3 of 3"]
    assert (version.preview, version.stored.preview_done) == ("ready", None)


def test_preview_whose_time_runs_out_is_stopped_with_all_that_it_started(seen, settings, office):
    settings.RENDITION_SECONDS = 3
    folder = office("(sleep 61.5; true) & wait")
    started, running = time.monotonic(), []
    watch = threading.Timer(2, lambda: running.extend(processes_of(folder)))
    watch.start()
    version = seen("essay.odt", odt())
    watch.join()
    assert time.monotonic() - started < 20
    assert (version.preview, version.preview_fault) == ("failed", making.TOOK_TOO_LONG)
    assert (len(running) > 1, processes_of(folder)) == (True, [])


def processes_of(folder: Path) -> list[str]:
    """The command lines of running processes that name a program in `folder`."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has just ended
            lines.append(path.read_text(errors="replace"))
    return [line for line in lines if str(folder) in line]


def test_maker_reads_no_other_file_and_calls_nobody(seen, office, settings):
    """What a program taken over by a hostile document tries; it draws only if it did not succeed."""
    stored = default_storage.path(default_storage.save("evidence/of-somebody-else", ContentFile(b"secret")))
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        folder = office(
            f"cat {stored} && exit 1; cat /proc/$PPID/environ && exit 1; echo > {{folder}}/left && exit 1\n"
            f"{quote(sys.executable)} -c 'import socket; socket.create_connection((\"127.0.0.1\", {port}))' && exit 1\n"
            f"{COPY.format(drawn='{folder}/drawn.pdf')}"
        )
        (folder / "drawn.pdf").write_bytes(files.pdf(1))
        assert seen("essay.odt", odt()).preview == "ready"


def odt() -> bytes:
    """An OpenDocument text: its type comes first, uncompressed."""
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        made.writestr("content.xml", "<office/>")
    return stored.getvalue()


@pytest.fixture
def office(tmp_path, monkeypatch):
    """A program in place of LibreOffice that runs the given shell lines; yields its folder, which it can read."""

    def put(lines: str) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir()
        program = folder / "soffice"
        program.write_text(f"#!/bin/sh\n{lines.format(folder=folder)}\n")
        program.chmod(program.stat().st_mode | stat.S_IEXEC)
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        return folder

    return put


COPY = 'for last; do :; done; cp {drawn} "${{{{last%.odt}}}}.pdf"'


def test_office_document_is_shown_as_the_pages_that_the_office_program_draws(seen, office):
    folder = office(
        f'test -n "$HOME" || exit 1; env | grep -qE "SECRET_KEY|DATABASE_URL" && exit 1\n'
        f"{COPY.format(drawn='{folder}/drawn.pdf')}"
    )
    (folder / "drawn.pdf").write_bytes(files.pdf(2))
    version = seen("essay.odt", odt())
    assert (version.kind, version.preview, version.pages) == ("office", "ready", 2)
    assert list(version.renditions.values_list("kind", flat=True)) == ["page", "page"]


def test_office_program_that_breaks_down_is_told_apart_from_a_damaged_document(seen, office):
    office("kill -ABRT $$")
    version = seen("essay.odt", odt())
    assert (version.preview, version.preview_fault) == ("failed", TOO_MUCH)


def test_office_document_without_an_office_program_is_there_to_download(seen, sign_in, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    version = seen("essay.odt", odt())
    assert (version.preview, version.renditions.count()) == ("none", 0)
    assert "This portal cannot show Office documents." in page_of(sign_in, version)


@pytest.mark.parametrize(("megabytes", "note"), [(1, []), (300, [MAY_LACK])])
def test_document_for_which_memory_was_short_may_lack_pictures_and_says_so(office, tmp_path, megabytes, note):
    python = quote(sys.executable)
    eats = f"{python} -c 'len(bytes([1]) * ({megabytes} << 20))'"
    folder = office(f"{eats}\n{COPY.format(drawn='{folder}/drawn.pdf')}")
    (folder / "drawn.pdf").write_bytes(files.pdf(1))
    (tmp_path / "made").mkdir()
    (tmp_path / "essay").write_bytes(odt())
    child = f"{python} -m portal.files.renditions.child office odt {tmp_path}/essay {tmp_path}/made"
    told = subprocess.run(
        ["bash", "-c", f"ulimit -v 700000; {child}"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        check=True,
    )
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert [line["note"] for line in lines if "note" in line] == note
    assert {"facts": {"pages": 1}} in lines


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("Zoë’s café\n".encode() * 9 + b"\xff", "Zoë’s café\n" * 9 + "\ufffd"),
        ("Zoë’s café\n".encode("cp1252"), "Zoë’s café\n"),
        ("Zoë’s café".encode() + b"\0", "Zoë’s café"),
        ("Zoë’s café".encode("utf-16-le"), "Zoë’s café"),
        (b"The end\x1a", "The end"),
        (b"Our plan\x0bfor the site", "Our plan\nfor the site"),
    ],
)
def test_text_is_read_as_it_was_written(tmp_path, content, shown):
    (tmp_path / "plan.txt").write_bytes(content)
    assert text.read(tmp_path / "plan.txt", 1000) == (shown, True)


def test_formulas_in_a_table_are_text(seen, sign_in):
    version = seen("survey.csv", b'Name;Total\n"=HYPERLINK(""http://x"")";=1+1\n<b>Ann</b>\n')
    assert (version.kind, version.preview) == ("table", "ready")
    assert version.renditions.get().data == {
        "rows": [["Name", "Total"], ['=HYPERLINK("http://x")', "=1+1"], ["<b>Ann</b>", ""]]
    }
    page = page_of(sign_in, version)
    assert "<td>=1+1</td>" in page and "<td>&lt;b&gt;Ann&lt;/b&gt;</td>" in page


def test_table_is_read_as_lists_of_candidates_are(seen):
    """One reader for all: separators outside quotation marks, sep=, and MS-DOS characters."""
    version = seen(
        "survey.csv", 'sep=;\n"Name, first";Vote\nZoë;yes, no, yes, no\nNúñez;no\n'.encode("cp850")
    )
    assert version.renditions.get().data == {
        "rows": [["Name, first", "Vote"], ["Zoë", "yes, no, yes, no"], ["Núñez", "no"]]
    }


def test_large_table_is_shown_in_part(seen):
    line = ",".join(str(number) for number in range(50))
    version = seen("numbers.csv", "\n".join([line] * 1000).encode())
    rows = version.renditions.get().data["rows"]
    assert (len(rows), {len(row) for row in rows}, version.preview) == (200, {30}, "partly")


def test_zip_lists_what_is_inside(seen, sign_in):
    site = {"site/css/a.css": b"p{}", "site/pages/index.html": b"deep", "site/index.htm": b"top"}
    version = seen("site.zip", files.zipped({**site, "site/ex\u202efdp.html": b"x"}))
    assert (version.kind, version.preview) == ("zip", "partly")
    assert version.preview_fault == (
        "Left out here because they are shortcuts, links or misleading names: “site/ex\ufffdfdp.html”."
    )
    assert version.renditions.get().data == {
        "files": [
            ["site/css/a.css", 3],
            ["site/pages/index.html", 4],
            ["site/index.htm", 3],
        ],
        "count": 3,
        "bytes": 10,
        "start": "site/index.htm",
    }
    assert "site/pages/index.html" in page_of(sign_in, version)


def test_cut_zip_says_that_it_is_damaged(seen):
    version = seen("site.zip", files.zipped({"index.html": bytes(1000)})[:60])
    assert (version.preview, version.preview_fault) == ("failed", "The zip file is damaged.")
