"""What the tutor saw, in Chromium: found from the unit's page by keyboard, read at two widths, downloaded as a zip."""

import zipfile

import pytest
from django.test import Client

from portfolios import actions
from tests.factories import portfolios

from .person import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [1280, 360])
def test_hand_in_is_found_read_and_downloaded(browser, live_server, width):
    work = portfolios.handed_in()
    tutor = portfolios.tutor_of(work)
    actions.return_for_further_work(work, why="Say who it is for.", by=tutor)
    better = portfolios.text_file("a-much-longer-name-than-most-files-have-in-this-portal.txt", b"For all.")
    actions.replace_file(work.evidence.get(), better, by=work.candidate.user)
    actions.hand_in(work, by=work.candidate.user)
    session = Client()
    session.force_login(tutor, backend="portal.accounts.backends.ByName")
    reader = Person(browser, live_server.url, viewport={"width": width, "height": 800})
    reader.page.context.add_cookies(
        [{"name": "sessionid", "value": session.cookies["sessionid"].value, "url": live_server.url}]
    )
    reader.open(work.get_absolute_url())
    reader.page.get_by_text("1 file and the statement").last.click()
    link = reader.page.get_by_role("link", name="What the tutor saw, with checksums of hand-in 1")
    link.focus()
    reader.enter()
    assert reader.page.inner_text("h1").endswith("Hand-in 1: what the tutor saw")
    assert reader.reads("Replaced: version 2 is the newest")
    with reader.page.expect_download() as waiting:
        reader.page.get_by_role("link", name="Download as a zip").click()
    with zipfile.ZipFile(waiting.value.path()) as archive:
        assert [archive.read(name) for name in archive.namelist()][1:] == [b"Purpose, audience, ideas.\n"]
    assert reader.faults == []
