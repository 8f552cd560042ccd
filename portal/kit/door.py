"""The one door through which stored files leave: asked, recorded, and never able to run (design, rule 8).

The view that calls it has found the file by `visible_to(user)`. S3 and local folders answer alike.
"""

import re
from collections.abc import Iterator

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header

from . import audit, printing

CHUNK_BYTES = 256 * 1024
# Shown in the page. Anything else is handed out as an attachment with a neutral type.
INLINE_TYPES = {
    "image/png", "image/jpeg", "image/gif", "image/webp",
    "audio/mpeg", "audio/mp4", "audio/ogg", "audio/x-wav", "audio/wav",
    "video/mp4", "video/webm", "video/ogg", "application/pdf",
}  # fmt: skip
SANDBOX = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"


def send(request, stored, *, name: str, media_type: str, subject, inline: bool = False):
    """Answer with the stored file (a FieldFile), by Range where the browser asks for a part.

    `inline` is granted for kinds that cannot run; a download is recorded in the audit trail against `subject`.
    """
    inline = inline and media_type in INLINE_TYPES
    if not inline:
        audit.record("download", subject, by=request.user, file=name)
    size = stored.size
    first, last = _range(request.headers.get("Range", ""), size)
    if first is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = _answer(stored, first, last, size)
    _harmless(response, media_type if inline else "application/octet-stream", name, inline=inline)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Length"] = str(last - first + 1)
    return response


def hand_out(request, content: bytes, *, name: str, media_type: str, subject):
    """Answer with a file that was made for this request, as an attachment; recorded against `subject`."""
    audit.record("download", subject, by=request.user, file=name)
    response = HttpResponse(content)
    _harmless(response, media_type, name)
    return response


def draw(request, template_name: str, context: dict, *, name: str, subject, back: str):
    """Draw a PDF for this request and hand it out. What cannot be written faithfully is refused with words
    on the page `back`."""
    context = {"awarding_body": settings.AWARDING_BODY, **context}
    try:
        pdf = printing.draw(render_to_string(template_name, context))
    except printing.CannotPrint as fault:
        messages.error(request, f"This cannot be printed. {fault}")
        return redirect(back)
    return hand_out(request, pdf, name=name, media_type="application/pdf", subject=subject)


def _harmless(response, media_type: str, name: str, *, inline: bool = False) -> None:
    for header, value in {
        "Content-Type": media_type,
        "Content-Disposition": content_disposition_header(not inline, name),
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
    }.items():
        response.headers[header] = value


def _answer(stored, first: int, last: int, size: int):
    handle = stored.open("rb")
    if last - first + 1 == size:
        return FileResponse(handle)
    response = StreamingHttpResponse(_part(handle, first, last), status=206)
    response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _part(handle, first: int, last: int) -> Iterator[bytes]:
    with handle:
        handle.seek(first)
        left = last - first + 1
        while left > 0 and (block := handle.read(min(CHUNK_BYTES, left))):
            left -= len(block)
            yield block


def _range(header: str, size: int) -> tuple[int | None, int]:
    """(first, last) byte asked for; all of it where the header is absent or not of one part.

    (None, …) where the part lies outside the file (RFC 9110, 14.1.2).
    """
    asked = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", header.strip())
    if not asked or asked.group(1) == asked.group(2) == "":
        return 0, size - 1
    start, end = asked.groups()
    first, last = (
        (int(start), int(end) if end else size - 1) if start else (max(size - int(end), 0), size - 1)
    )
    if first >= size or last < first:
        return None, size
    return first, min(last, size - 1)
