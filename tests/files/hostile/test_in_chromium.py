"""Accepted files that contain scripts are opened in Chromium as the portal serves them: nothing in them runs.

The scripts would call `/ran-here`, another host, and `alert`; each file is opened as a page, and from a page
of the portal as a script, a frame and an object.
"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from playwright.sync_api import Error

from portal.files.tasks import make_preview
from portfolios.models import EvidenceVersion
from tests.factories import portfolios as make

from . import corpus

pytestmark = pytest.mark.django_db(transaction=True)

EMBED = """address => new Promise(done => {
  const script = Object.assign(document.createElement('script'), {src: address});
  const frame = Object.assign(document.createElement('iframe'), {src: address});
  const object = Object.assign(document.createElement('object'), {data: address});
  document.body.append(script, frame, object);
  setTimeout(() => done(Boolean(window.ran)), 300);
})"""


class Watched:
    """A page of somebody signed in; records what ran and what was requested."""

    def __init__(self, browser, base: str, session: str):
        context = browser.new_context(accept_downloads=True)
        context.add_cookies([{"name": "sessionid", "value": session, "url": base}])
        self.base, self.ran, self.downloads = base, [], 0
        self.page = context.new_page()
        self.page.on("dialog", self._dialog)
        self.page.on("download", self._download)
        context.on("request", self._request)

    def _dialog(self, dialog) -> None:
        self.ran.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _download(self, _download) -> None:
        self.downloads += 1

    def _request(self, request) -> None:
        is_inside = request.url.startswith((self.base, "data:", "blob:", "about:", "chrome"))
        if not is_inside or "ran-here" in request.url:
            self.ran.append(f"asked for {request.url}")

    def open(self, path: str) -> None:
        """Go there. A download ends the navigation with an error, as it should."""
        try:
            self.page.goto(self.base + path)
        except Error as ended:
            assert "Download is starting" in str(ended) or "ERR_ABORTED" in str(ended)
        self.page.wait_for_timeout(150)


def opened(samples, world, sign_in, watched: Watched) -> int:
    """Upload each, make its preview, and open it in every way; returns how many."""
    number = 0
    for sample in samples:
        number += 1
        file = SimpleUploadedFile(sample.name, sample.make())
        version: EvidenceVersion = make.evidence(world.work, file=file, title=sample.name).current
        if version.preview == "waiting":
            make_preview(version.stored_id)
        address = reverse("evidence-file", args=[version.pk])
        view = reverse("evidence-view", args=[version.evidence_id])
        for path in (address, f"{address}?inline=1"):
            watched.open(path)
            watched.open(view)
            assert watched.page.evaluate("window.ran") is None
            assert not watched.page.evaluate(EMBED, path)
    return number


@pytest.fixture
def watched(browser, live_server, world, sign_in):
    session = sign_in(world.candidate).cookies["sessionid"].value
    watched = Watched(browser, live_server.url, session)
    yield watched
    watched.page.context.close()


def test_the_watcher_would_see_it(live_server, watched):
    """The same scripts, run on purpose on a page of the portal, to prove that the page would notice them."""
    watched.open("/sign-in/")
    watched.page.evaluate("fetch('/ran-here')")
    watched.page.evaluate("setTimeout(() => alert(1))")
    watched.page.wait_for_timeout(300)
    assert sorted(watched.ran) == [f"asked for {live_server.url}/ran-here", "dialog 1"]


def test_a_drawing_with_a_script_does_not_run(world, sign_in, watched):
    sample = next(corpus.inert())
    assert opened([sample], world, sign_in, watched) == 1
    assert watched.ran == []
    assert watched.downloads > 0


@pytest.mark.hostile
def test_nothing_that_was_taken_runs_or_calls_out(world, sign_in, watched):
    number = opened(corpus.inert(), world, sign_in, watched)
    print(f"\n{number} files with scripts opened in Chromium: {len(watched.ran)} ran or called out,"
          f" {watched.downloads} downloads")  # fmt: skip
    assert watched.ran == []
    assert number >= 20
