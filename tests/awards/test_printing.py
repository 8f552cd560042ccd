"""A printed certificate: its words, its QR code, its appearance, and what stops it from being printed."""

import io
from datetime import date
from urllib.parse import urlsplit

import pypdf
import pypdfium2
import pytest
import zxingcpp
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.urls import resolve

from moderation.awards import numbers, tasks
from moderation.awards.models import Certificate
from portal.files.printing import CannotPrint, draw, refuse_unwritable
from portal.kit import outbox
from portal.kit.models import OutboxEntry
from tests.factories import catalogue
from tests.factories import moderation as make

WELSH = "Gwenllïan Siân Ŵyn-Ŷnysŵr ap Llywelyn Ôl-Gruffydd-Cadwaladr"
POLISH = "Świętosława Grzegżółka-Brzęczyszczykiewicz Żądło-Dźwięk"
LONGEST = (
    "Maximiliana Wilhelmina Theodora Constantia Annabella Louises "
    + "Wolfeschlegel-Steinhausen " * 2
    + "Berg"
)


def sample(**values) -> Certificate:
    """A certificate that is drawn but never saved."""
    unit = {
        "kind": "unit", "number": "7KQM-3FPX-R2WA", "awarding_body": "OCR", "certificate_name": "Megan Evans",
        "date_of_birth": date(2010, 3, 14), "ocr_number": "12345678", "centre_number": "20001",
        "centre_name": "Riverside School", "title": "Pre-production skills", "code": "IM201", "level": 2,
        "qualification_title": "Level 2 iMedia", "qan": "500/1234/5", "glh": 30, "awarded_on": date(2026, 11, 22),
    }  # fmt: skip
    return Certificate(**{**unit, **values})


AWARD = {
    "kind": "award", "size": "Diploma", "title": "OCR Level 2 Diploma for iMedia Users (iMedia)",
    "code": "IM2D", "glh": 150,
    "units": [[f"IM20{number}", f"Digital product number {number}"] for number in range(1, 6)],
}  # fmt: skip


def pdf_of(certificate: Certificate) -> bytes:
    context = {"document": certificate, "awarding_body": "OCR", **certificate.print_context()}
    return draw(render_to_string(certificate.template_name, context))


def words_of(pdf: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 1
    return " ".join(reader.pages[0].extract_text().split())


def codes_in(pdf: bytes) -> list[str]:
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil()
    return [code.text for code in zxingcpp.read_barcodes(picture)]


@pytest.mark.django_db
@pytest.mark.usefixtures("store")
def test_printed_certificate_carries_name_unit_number_and_a_code_that_opens_the_check():
    unit = catalogue.unit(title="Digital sound")
    claim = make.draft_claim(unit=unit)
    candidate = claim.lines.get().assignment.candidate
    candidate.first_names, candidate.last_name = "Siân", "Ŵyn"
    candidate.save()
    make.certificate_for(claim)

    outbox.work_all()

    certificate = Certificate.objects.get()
    with certificate.pdf.open() as stored:
        pdf = stored.read()
    words = words_of(pdf)
    for printed in ("Siân Ŵyn", "Digital sound", certificate.number, unit.code, "14 March 2010", "OCR"):
        assert printed in words
    assert codes_in(pdf) == [certificate.check_url]
    match = resolve(urlsplit(certificate.check_url).path)
    assert (match.url_name, match.kwargs["number"]) == ("check-certificate", certificate.number)
    assert numbers.is_seal(match.kwargs["seal"], certificate.number)


@pytest.mark.django_db
@pytest.mark.usefixtures("store")
def test_printing_twice_stores_one_file():
    certificate = make.certificated_claim().lines.get().certificates.get()
    tasks.print_certificate(certificate.pk)
    first = Certificate.objects.get().pdf.name
    tasks.print_certificate(certificate.pk)
    assert Certificate.objects.get().pdf.name == first
    _, files = default_storage.listdir(f"certificates/{certificate.number}")
    assert len(files) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("store")
def test_name_with_a_missing_glyph_stops_the_printer_with_a_reason():
    claim = make.draft_claim(1)
    candidate = claim.lines.get().assignment.candidate
    candidate.last_name = "林"
    candidate.save()
    make.certificate_for(claim)

    outbox.work_all()

    certificate = Certificate.objects.get()
    entry = OutboxEntry.objects.get(kind="print-certificate", subject_id=certificate.pk)
    assert not certificate.is_printed
    assert entry.state != "done"
    assert "林 (U+6797)" in entry.last_error
    assert not default_storage.exists("certificates")


@pytest.mark.parametrize("name", ["Megan Evans", "Suharto", WELSH, POLISH, LONGEST, "Đặng Thuỳ Trâm"])
@pytest.mark.parametrize("values", [{}, AWARD], ids=["unit", "award"])
def test_any_name_fits_on_one_page_and_is_written_as_it_is(name, values):
    pdf = pdf_of(sample(certificate_name=name, **values))
    words = words_of(pdf)
    assert name in words or name.replace(" ", "") in words.replace(" ", "")
    assert codes_in(pdf) == [sample().check_url]


def test_accent_typed_as_a_mark_of_its_own_is_printed_as_the_letter():
    assert "Siân" in words_of(pdf_of(sample(certificate_name="Sia\u0302n Evans")))


def test_award_lists_its_units_and_unit_says_it_is_part_of_a_larger_award():
    award, unit = words_of(pdf_of(sample(**AWARD))), words_of(pdf_of(sample()))
    for code, title in AWARD["units"]:
        assert f"{code} {title}" in award
    assert "has been awarded the" in award
    assert "Level 2 Diploma" in award
    assert "Level 2 award" not in award
    assert "a larger award" not in award
    assert "has achieved the unit" in unit
    assert "one unit of Level 2 iMedia, a larger award" in unit


def test_grade_is_printed_in_a_graded_scheme_only():
    assert "with the grade Distinction" in words_of(pdf_of(sample(grade="Distinction")))
    assert "grade" not in words_of(pdf_of(sample()))


def test_pdf_is_tagged_and_says_its_language_and_title():
    reader = pypdf.PdfReader(io.BytesIO(pdf_of(sample())))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert reader.metadata.title == "Certificate 7KQM-3FPX-R2WA"
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_only_bundled_faces_are_in_the_pdf():
    reader = pypdf.PdfReader(io.BytesIO(pdf_of(sample(certificate_name=POLISH))))
    fonts = reader.pages[0]["/Resources"]["/Font"]
    assert all("Cert-Garamond" in font.get_object()["/BaseFont"] for font in fonts.values())


def test_letters_that_no_face_has_are_named():
    with pytest.raises(CannotPrint, match=r"林 \(U\+6797\)"):
        refuse_unwritable("Mei 林")
    refuse_unwritable(WELSH + POLISH)


def test_statement_of_entries_is_drawn_without_names_of_people():
    from types import SimpleNamespace

    line = {
        "code": "IMEDIA-L2", "title": "Level 2 iMedia", "level": 2, "product": "Unit entry", "quantity": 40,
        "unit_price": "12.00", "available": 52,
    }  # fmt: skip
    statement = SimpleNamespace(
        number="SE-20001-000012", issued_on=date(2026, 11, 22), centre_number="20001",
        centre_name="Ysgol Ŵyn", order_number="PO-17", lines=[line],
    )  # fmt: skip
    html = render_to_string("pdf/statement_of_entries.html", {"document": statement, "awarding_body": "OCR"})
    words = words_of(draw(html))
    for printed in ("SE-20001-000012", "22 November 2026", "20001 Ysgol Ŵyn", "PO-17", "£12.00", "52"):
        assert printed in words
