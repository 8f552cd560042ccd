"""The guides as PDFs: drawn once by a worker, kept until something they are drawn from changes."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from pypdf import PdfReader

from portal.files import printing
from portal.guide import pdf
from portal.guide.contents import GUIDES
from portal.kit import outbox
from portal.kit.models import OutboxEntry

MODERATOR = GUIDES["moderator"]


@pytest.fixture(scope="module")
def drawn() -> PdfReader:
    """The shortest guide, really drawn."""
    return PdfReader(io.BytesIO(printing.draw(pdf.html_of(MODERATOR), family=pdf.FAMILY)))


def test_every_part_is_in_it_in_order(drawn):
    outline = [entry.title for entry in drawn.outline if not isinstance(entry, list)]
    parts = [f"{number}{part.title}" for number, part in enumerate(MODERATOR.parts, start=1)]
    assert outline == ["Contents", *parts, "Quick guide"]


def test_contents_name_the_page_of_each_part(drawn):
    starts = [entry for entry in drawn.outline if not isinstance(entry, list)][1:]
    numbers = [(drawn.get_destination_page_number(entry) or 0) + 1 for entry in starts]
    assert sorted(set(numbers)) == numbers
    assert "".join(drawn.pages[1].extract_text().split()).startswith("".join(map(str, numbers)) + "Contents")


def test_it_is_tagged_and_its_pictures_are_described(drawn):
    assert drawn.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert drawn.trailer["/Root"]["/Lang"] == "en-GB"
    objects = [drawn.get_object(number) for number in range(1, drawn.trailer["/Size"])]
    figures = [found for found in objects if isinstance(found, dict) and found.get("/S") == "/Figure"]
    assert len(figures) == pdf.html_of(MODERATOR).count("<figure")
    assert all(len(figure["/Alt"]) > 30 for figure in figures)


def test_links_of_the_pdf_lead_into_it_or_to_the_portal(drawn, settings):
    addresses = {
        note.get_object()["/A"]["/URI"]
        for page in drawn.pages
        for note in page.get("/Annots", [])
        if "/URI" in note.get_object().get("/A", {})
    }
    assert addresses
    assert {found for found in addresses if not found.startswith(settings.SITE_URL)} == set()


@pytest.mark.django_db
def test_page_sends_what_a_worker_has_drawn(client, monkeypatch):
    monkeypatch.setattr(printing, "draw", lambda html, family: b"%PDF-1.7 " + family.encode())
    assert client.get(MODERATOR.pdf_url).status_code == 202
    call_command("build_guides")
    assert OutboxEntry.objects.filter(kind="draw-guide").count() == len(GUIDES)
    outbox.work_all()
    answer = client.get(MODERATOR.pdf_url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="moderator-guide.pdf"'
    assert answer.getvalue() == b"%PDF-1.7 AtkinsonHyperlegibleNext"


@pytest.mark.django_db
def test_nothing_is_drawn_twice(monkeypatch):
    drawn = []
    monkeypatch.setattr(printing, "draw", lambda html, family: drawn.append(html) or b"%PDF-1.7")
    for _ in range(2):
        call_command("build_guides", now=True)
    assert len(drawn) == len(GUIDES)
    assert pdf.have_drawn() == []
    assert not OutboxEntry.objects.exists()


def test_what_is_drawn_from_settings_has_another_name_when_they_change(settings):
    before = pdf.name_of.__wrapped__(MODERATOR)
    settings.AWARDING_BODY = "Another body"
    assert before == pdf.name_of(MODERATOR) != pdf.name_of.__wrapped__(MODERATOR)


def test_fetcher_reaches_pictures_of_the_guides_and_nothing_beside_them():
    _, fetcher, _ = printing._warm()
    picture = next(printing.PICTURES.glob("*.png"))
    assert fetcher.fetch(picture.as_uri())
    for url in (
        "https://example.com/x.png",
        (printing.ASSETS.parent / "images" / "mark.svg").as_uri(),
        printing.PICTURES.as_uri() + "/../images/mark.svg",
        printing.PICTURES.as_uri() + "-other/x.png",
    ):
        with pytest.raises(ValueError, match="not a bundled asset"):
            fetcher.fetch(url)


def test_draft_in_storage_is_left_alone(monkeypatch):
    default_storage.save(pdf.name_of(MODERATOR), ContentFile(b"%PDF-1.7"))
    monkeypatch.setattr(printing, "draw", None)
    pdf.draw_once(MODERATOR)
