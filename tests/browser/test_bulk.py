"""A tutor uploads the files of a class in Chromium: by keyboard and without JavaScript, on a desktop and a phone."""

import pytest
from playwright.sync_api import expect

from portal.accounts.roles import Role
from portal.kit import outbox
from portfolios.models import Evidence, Upload
from tests.factories import candidates, catalogue, centres, portfolios
from tests.factories.accounts import PASSWORD
from tests.sorting.conftest import zipped

from .person import Person
from .typist import Typist

pytestmark = pytest.mark.django_db(transaction=True)


def a_text(name: str) -> dict:
    return {"name": name, "mimeType": "text/plain", "buffer": f"The words of {name}.\n".encode()}


CLASS_ZIP = {
    "name": "class 9.zip",
    "mimeType": "application/zip",
    "buffer": zipped({"0012 Ana/IM201/poster.txt": b"A poster in words", "0047/tool.exe": b"MZ\0\0"}),
}


def bring(person: Person, files: list[dict]) -> None:
    """Choose and send them; the page shows the proposals."""
    person.attach("files", files)
    person.page.get_by_role("button", name="Upload", exact=True).focus()
    person.page.keyboard.press("Enter")
    waits = isinstance(person, Typist) or any(file is CLASS_ZIP for file in files)
    # A form checks a file before it responds.
    shown = "being checked" if waits else "Check where the files go"
    expect(person.page.get_by_text(shown).first).to_be_visible(timeout=20_000)
    outbox.work_all()
    person.catch_up()
    assert person.reads("Check where the files go")


@pytest.mark.parametrize("width", [1280, 360])
def test_files_of_a_class_are_brought_sorted_corrected_and_confirmed(meet, width):
    centre = centres.centre(name="Ysgol Gyfun Llanfair")
    tutor = centres.person(centre, Role.TUTOR)
    ana = candidates.candidate(centre, number="0012", first_names="Ana", last_name="Nowak")
    ben = candidates.candidate(centre, number="0047", first_names="Ben", last_name="Owen")
    unit = catalogue.unit(code="IM201", title="Planning and making of an interactive multimedia product")
    works = [portfolios.assignment(candidate, unit) for candidate in (ana, ben)]

    me = meet(width=width)
    me.open("/sign-in/")
    me.fill(login=tutor.email, password=PASSWORD)
    me.press("Sign in", exact=True)
    me.open(f"/centres/{centre.number}/work/?show=working")
    me.follow("Upload for a group")
    me.press("Continue")
    bring(me, [a_text("0047 notes.txt"), a_text("sketch.txt"), CLASS_ZIP])
    assert me.reads("Choose where these go")
    assert me.reads("Its name does not start with a candidate number.")
    assert me.reads("files ending in .exe are not accepted")
    assert Evidence.objects.count() == 0

    sketch = Upload.objects.get(stored__name="sketch.txt")
    me.fill(**{f"file-{sketch.pk}-number": "74"})
    me.press("Confirm sorting")
    assert me.reads("No candidate of your centre has the number 0074.")
    assert me.reads("2 files are now in the units.")
    outbox.work_all()
    me.fill(**{f"file-{sketch.pk}-number": "47"})
    me.press("Save without confirming")
    assert me.reads("Your changes are saved") and me.reads("Ben Owen")
    me.press("Confirm sorting")
    outbox.work_all()
    me.catch_up()
    assert me.reads("Confirmed")
    found = {(item.assignment, item.title) for item in Evidence.objects.all()}
    assert found == {(works[0], "poster"), (works[1], "notes"), (works[1], "sketch")}
    assert all(item.is_on_behalf and item.uploaded_by == tutor for item in Evidence.objects.all())

    bring(me, [a_text("0012 IM201 late.txt")])
    me.follow("Exclude all")
    me.press("Exclude files")
    assert me.reads("1 file was excluded.")
    assert Evidence.objects.count() == 3
