"""PDF documents: page images, each with its text."""

from pathlib import Path

import pypdfium2

from .output import MAX_SIDE_PIXELS, CannotPreview, Output

MAX_PAGES = 40
SCALE = 1.6  # 72 dpi × 1.6, readable at the page's own size


def make(source: Path, ending: str, output: Output) -> None:
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError:
        raise CannotPreview("The PDF is damaged or protected with a password.") from None
    with document:
        pages = len(document)
        if not pages:
            raise CannotPreview("The PDF has no pages.")
        output.facts(pages=pages)
        shown = min(pages, MAX_PAGES)
        for number in range(1, shown + 1):
            output.progress(number - 1, shown)
            _page(document, number, output)
    if pages > shown:
        output.note(f"The first {shown} of {pages} pages are shown. Download the file to read all of it.")


def _page(document, number: int, output: Output) -> None:
    try:
        page = document[number - 1]
        picture = page.render(scale=_scale(page)).to_pil().convert("RGB")
        text = page.get_textpage().get_text_bounded()
    except pypdfium2.PdfiumError:
        words = f"Page {number} of the PDF is damaged."
        raise CannotPreview(words if number == 1 else f"{words} The pages before it are shown.") from None
    output.picture(picture, text=text)


def _scale(page) -> float:
    return min(SCALE, MAX_SIDE_PIXELS / max(*page.get_size(), 1))
