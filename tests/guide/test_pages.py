"""The guides as pages: every part can be read, every link works, every picture exists."""

import re

import pytest
from django.conf import settings
from PIL import Image

from portal.guide.contents import GUIDES
from portal.guide.pictures import NAMES, PICTURES
from tests.factories import centres

PARTS = [part for guide in GUIDES.values() for part in guide.parts]
TEMPLATES = settings.BASE_DIR / "templates" / "guide"
SHOTS = settings.BASE_DIR / "static" / "guide"

pytestmark = pytest.mark.django_db


def read(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.guide}/{part.slug}")
def test_part_says_what_it_is_for_what_to_do_and_what_can_go_wrong(part, client):
    words = read(client, part.get_absolute_url()).partition("<main")[2]
    assert part.title in words
    assert '<p class="lead">' in words
    assert 3 <= words.partition('<ol class="steps">')[2].partition("</ol>")[0].count("<li>") <= 8
    assert "<h2>If something goes wrong</h2>" in words


def test_every_template_of_a_part_is_in_the_contents():
    files = {str(path.relative_to(TEMPLATES.parent)) for path in TEMPLATES.glob("*/*.html")}
    files = {name for name in files if not name.startswith("guide/shared/")}
    assert files == {part.template for part in PARTS} | {guide.quick for guide in GUIDES.values()}


def test_every_link_of_the_guides_leads_somewhere(client):
    seen, waiting = set(), {"/guide/"}
    while waiting:
        path = waiting.pop()
        seen.add(path)
        words = read(client, path).partition("<main")[2].partition("</main>")[0]
        found = {link.partition("?")[0].partition("#")[0] for link in re.findall(r'href="([^"]+)"', words)}
        assert all(link.startswith("/") or not link for link in found)
        guides = {link for link in found if link.startswith("/guide/") and not link.endswith(".pdf")}
        for link in found - guides - {""}:
            assert client.get(link).status_code in (200, 202, 302), link
        waiting |= guides - seen
    assert {part.get_absolute_url() for part in PARTS} <= seen


def test_every_picture_is_taken_listed_and_used():
    used = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'{% picture "([^"]+)"', path.read_text())
    }
    files = {path.stem: path for path in SHOTS.glob("*.png")}
    assert used == NAMES == set(files)
    assert len(PICTURES) == len(NAMES)
    assert {name for name, path in files.items() if path.stat().st_size > 80_000} == set()
    assert sum(path.stat().st_size for path in files.values()) < 2_500_000
    for path in files.values():
        with Image.open(path) as image:
            assert image.width <= 1600


def test_pictures_say_in_words_what_they_show():
    for path in TEMPLATES.rglob("*.html"):
        for alt in re.findall(r'{% picture "[^"]+" alt="([^"]*)"', path.read_text()):
            assert len(alt) > 30, path


def test_quick_guides_have_ten_lines(client):
    for guide in GUIDES.values():
        words = (
            read(client, guide.get_absolute_url()).partition('<ol class="quick">')[2].partition("</ol>")[0]
        )
        assert words.count("<li>") == 10, guide.slug


def test_reader_finds_the_way_back_also_after_turning_pages(client):
    words = read(client, "/guide/tutor/marking/?from=/work/7/mark/%3Fx%3D1")
    assert '<a class="back" href="/work/7/mark/?x=1">' in words
    assert 'href="/guide/tutor/returning/?from=%2Fwork%2F7%2Fmark%2F%3Fx%3D1"' in words


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil"]
)
def test_way_back_never_leads_elsewhere(client, elsewhere):
    answer = client.get("/guide/tutor/marking/", {"from": elsewhere})
    assert 'class="back"' not in answer.content.decode()


def test_own_guide_comes_first(client):
    client.force_login(centres.person(centres.centre()))
    words = read(client, "/guide/").partition("<main")[2]
    assert words.index("Your guide") < words.index("/guide/exams-officer/") < words.index("Other guides")


def test_what_does_not_exist_is_not_found(client):
    for path in ("/guide/nobody/", "/guide/nobody.pdf", "/guide/tutor/nothing/", "/guide/nobody/marking/"):
        assert client.get(path).status_code == 404
