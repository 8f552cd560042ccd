"""Uploading in Chromium: a lost connection, a reload, the keyboard alone, a phone, and no JavaScript."""

import hashlib
import re
from contextlib import suppress

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Error, expect

from portal.files import taking
from portal.files.models import StoredFile
from portal.kit import outbox
from portfolios.models import Evidence, EvidenceVersion, Upload
from tests.browser.person import Person
from tests.browser.typist import Typist
from tests.factories import portfolios as make

from .conftest import text
from .test_receiving import received

pytestmark = pytest.mark.django_db(transaction=True)
PART_BYTES = 8 * 1024 * 1024


@pytest.fixture(autouse=True)
def windows_are_closed(browser):
    """An open window keeps its connection to the server, and with it a database session."""
    yield
    for context in browser.contexts:
        context.close()


@pytest.fixture
def at_work(browser, live_server, work):
    """Make the candidate, signed in, on the page of the unit."""

    def made(kind=Person, *, looks: bool = True, **context) -> Person:
        client = Client()
        client.force_login(work.candidate.user, backend=settings.AUTHENTICATION_BACKENDS[0])
        person = kind(browser, live_server.url, **context)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        person.page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
        )
        if looks:
            person.open(work.get_absolute_url())
        else:  # axe needs script
            person.page.goto(live_server.url + work.get_absolute_url())
        return person

    return made


@pytest.fixture
def big(tmp_path):
    """A file on disk, whose date stays the same when it is chosen again."""
    path = tmp_path / "diary.txt"
    path.write_bytes(text(18_000_000))
    return path


def pick(person: Person, *paths) -> None:
    person.page.locator("main input[name=files]").set_input_files(list(paths))


def press_key_on(person: Typist, name) -> None:
    """Reach the button called `name` and press Enter; the page stays."""
    person._reach(person.page.get_by_role("button", name=name, exact=True))
    person.page.keyboard.press("Enter")


def test_a_line_that_breaks_and_a_reload_cost_no_byte_that_arrived(at_work, big):
    person = at_work()
    offsets: list[int] = []

    def first_part_alone(route, request):
        if request.method == "PATCH":
            offsets.append(int(request.headers["upload-offset"]))
            if offsets[-1]:
                return route.abort("connectionreset")
        return route.fallback()

    person.page.route("**/uploads/**", first_part_alone)
    pick(person, big)
    person.page.get_by_role("button", name="Upload", exact=True).click()
    expect(person.page.locator(".file--upload progress")).to_have_count(1)
    expect(person.page.locator(".file--upload progress")).to_have_js_property(
        "value", PART_BYTES, timeout=20_000
    )
    person.page.wait_for_timeout(1500)  # it tries again, in vain
    person.page.reload()
    person.page.unroute("**/uploads/**")
    assert Upload.objects.get().received_bytes == PART_BYTES
    assert person.reads("To continue where it stopped, choose the same file again")

    offsets.clear()
    person.page.on(
        "request",
        lambda request: (
            offsets.append(int(request.headers["upload-offset"])) if request.method == "PATCH" else None
        ),
    )
    pick(person, big)
    person.page.get_by_role("button", name="Upload", exact=True).click()
    expect(person.page.get_by_text("1 file is being checked.")).to_be_visible(timeout=20_000)
    assert offsets == [PART_BYTES, 2 * PART_BYTES]
    outbox.work_all()
    expect(person.page.get_by_role("link", name="diary", exact=True)).to_be_visible()
    assert EvidenceVersion.objects.get().sha256 == hashlib.sha256(big.read_bytes()).hexdigest()


def test_a_file_that_replaces_another_goes_on_after_a_reload_by_keyboard_alone(at_work, work, big):
    item = make.evidence(work, title="Diary")
    person = at_work(Typist)
    person.open(reverse("evidence-edit", args=[item.pk]))
    person.follow("Replace the file")
    person.page.route(
        "**/uploads/**",
        lambda route, request: (
            route.abort("connectionreset")
            if request.headers.get("upload-offset") == str(PART_BYTES)
            else route.fallback()
        ),
    )
    person.page.locator("main input[name=file]").set_input_files(big)
    assert person.reads("18 MB to upload: about 29 s at 5 Mbit/s.")
    press_key_on(person, "Upload the new file")
    expect(person.page.locator(".file--upload progress")).to_have_js_property(
        "value", PART_BYTES, timeout=20_000
    )
    press_key_on(person, re.compile("Pause"))
    expect(person.page.get_by_text("Paused.", exact=True)).to_be_visible()
    person.page.reload()
    person.page.unroute("**/uploads/**")
    assert person.reads("To continue where it stopped, choose the same file again")
    person.look()
    person.page.locator("main input[name=file]").set_input_files(big)
    press_key_on(person, "Upload the new file")
    expect(person.page.get_by_text("1 file is being checked.")).to_be_visible(timeout=20_000)
    outbox.work_all()
    expect(person.page.get_by_text("diary.txt · Text · 18 MB · version 2")).to_be_visible()
    item = Evidence.objects.get()
    assert (item.title, item.current.sha256) == ("Diary", hashlib.sha256(big.read_bytes()).hexdigest())
    person.faults = [fault for fault in person.faults if "ERR_CONNECTION_RESET" not in fault]
    assert person.faults == []


def test_one_file_alone_is_dropped_where_one_is_replaced(at_work, work):
    item = make.evidence(work)
    person = at_work()
    person.open(reverse("evidence-replace", args=[item.pk]))
    files = person.page.evaluate_handle(
        """() => {
            const all = new DataTransfer();
            for (const name of ["one.txt", "two.txt"]) all.items.add(new File(["words"], name));
            return all;
        }"""
    )
    person.page.dispatch_event("form[data-uploads]", "drop", {"dataTransfer": files})
    assert person.page.locator("[data-chosen]").inner_text() == "one.txt, 5 bytes"
    assert person.faults == []


def test_several_files_paused_cancelled_and_refused_by_keyboard_alone(at_work, tmp_path, big):
    person = at_work(Typist)
    paths = [big]
    for name in ("plan.txt", "tool.exe"):
        path = tmp_path / name
        path.write_bytes(b"words")
        paths.append(path)
    # Connections are held until pause has been pressed.
    held = []
    person.page.route(
        "**/uploads/**",
        lambda route, request: held.append(route) if request.method == "PATCH" else route.fallback(),
    )
    picker = person.page.locator("main input[name=files]")
    person._reach(picker)
    picker.set_input_files(paths)
    person._reach(person.page.get_by_role("button", name="Upload", exact=True))
    person.page.keyboard.press("Enter")
    person._reach(person.page.get_by_role("button", name=re.compile("Pause.*diary.txt")))
    person.page.keyboard.press("Enter")
    expect(person.page.get_by_text("Paused.", exact=True)).to_be_visible()
    expect(person.page.get_by_role("button", name=re.compile("Continue.*diary.txt"))).to_be_focused()
    person._reach(person.page.get_by_role("button", name=re.compile("Cancel.*diary.txt")))
    person.page.keyboard.press("Enter")
    person.page.unroute("**/uploads/**")
    for route in held:
        with suppress(Error):  # the page has forgotten it
            route.continue_()
    expect(person.page.get_by_text("files ending in .exe are not accepted").first).to_be_visible()
    person.look()
    person.follow("Show the files that were uploaded")
    outbox.work_all()
    assert [item.title for item in Evidence.objects.all()] == ["plan"]
    person.faults = [fault for fault in person.faults if "400" not in fault]  # of the one refused
    assert person.faults == []


def test_without_script_the_form_does_the_same(at_work, work, live_server, tmp_path):
    page = at_work(java_script_enabled=False, looks=False).page
    for name, content in (("plan.txt", b"words"), ("film.mp4", bytes(range(256)))):
        (tmp_path / name).write_bytes(content)
    page.locator("main input[name=files]").set_input_files([tmp_path / "plan.txt", tmp_path / "film.mp4"])
    page.get_by_role("button", name="Upload", exact=True).click()
    for words in (
        "“plan.txt” was checked and added.",
        "“film.mp4” was not accepted: its name ends in .mp4",
    ):
        expect(page.get_by_text(words)).to_be_visible()
    outbox.work_all()
    page.goto(live_server.url + work.get_absolute_url())
    expect(page.get_by_role("link", name="plan", exact=True)).to_be_visible()

    page.get_by_role("link", name="Change or tag plan").click()
    page.get_by_role("link", name="Replace the file").click()
    (tmp_path / "plan-2.txt").write_bytes(b"more words")
    page.locator("main input[name=file]").set_input_files(tmp_path / "plan-2.txt")
    page.get_by_role("button", name="Upload the new file").click()
    expect(page.get_by_text("“plan-2.txt” was checked and is now the file of “plan”.")).to_be_visible()
    outbox.work_all()
    page.goto(live_server.url + work.get_absolute_url())
    expect(page.get_by_text("plan-2.txt · Text · 10 bytes · version 2")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_every_state_of_an_upload_is_fit_to_be_seen(at_work, work, width):
    make.evidence(work)
    StoredFile.objects.filter(pk=make.begun_upload(work, name="a" * 100 + ".mp4").stored_id).update(
        received_bytes=400
    )
    taking.hold(received(work, "held.txt").stored)
    refused = received(work, "refused.txt", b"other words")
    taking.refuse(refused.stored, "“refused.txt” was not accepted: it contains a macro.", "ab" * 32)
    received(work, "checked.txt", b"more words")
    person = at_work(viewport={"width": width, "height": 900})
    assert person.reads("Being uploaded") and person.reads("Not accepted") and person.reads("Being checked")
    person.open(f"/work/{work.pk}/hand-in/")
    assert person.faults == []
