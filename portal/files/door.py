"""The only way out for stored files: checked, recorded, and never able to run (design, rule 8).

The calling view has found the file with `visible_to(user)`. S3 and local folders answer in the same way.
"""

import hashlib
import logging
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.db.models import Model
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers, get_conditional_response
from django.utils.http import content_disposition_header, http_date
from zipstream import ZipStream

from portal.kit import audit, csv_files

from . import printing, storage
from .storage import Facts

logger = logging.getLogger(__name__)

NEUTRAL = "application/octet-stream"
# Shown in the page. Anything else is sent as an attachment with a neutral type.
INLINE_TYPES = {
    "image/png", "image/jpeg", "image/gif", "image/webp",
    "audio/mpeg", "audio/mp4", "audio/ogg", "audio/x-wav", "audio/wav",
    "video/mp4", "video/webm", "video/ogg", "application/pdf",
}  # fmt: skip
BY_NGINX = "/stored-files/"  # the location in deploy/nginx/locations.conf
SANDBOX = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"


def send(request, stored, *, name: str, media_type: str, subject, inline: bool = False):
    """Answer with the stored file (a FieldFile), or the Range that the browser asks for.

    `inline` is granted for kinds that cannot run; a download is recorded in the audit trail against `subject`
    before anything is sent. With `S3_SIGNED_LINKS`, a file on S3 is downloaded from there by a short-lived link;
    what is shown in the page always comes from the portal, the only origin that its pages may load from.
    With `NGINX_SENDS_FILES`, nginx sends what is in a local folder: it alone looks at Range then.
    """
    inline = inline and media_type in INLINE_TYPES
    try:
        facts = storage.facts(stored.storage, stored.name)
    except FileNotFoundError:
        return _missing(request, stored, name)
    if answer := get_conditional_response(request, _etag(facts), int(facts.modified_at.timestamp())):
        return answer
    first, last = _part_asked_for(request, facts)
    if first is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{facts.size_bytes}"})
    if request.method != "HEAD" and not inline:
        _record_once(request, stored, subject, name)
        if settings.S3_SIGNED_LINKS and storage.is_s3(stored.storage):
            return _send_there(stored, name)
    if settings.NGINX_SENDS_FILES and not storage.is_s3(stored.storage):
        response = HttpResponse(headers={"X-Accel-Redirect": f"{BY_NGINX}{quote(stored.name)}"})
    else:
        response = _answer(request, stored, facts, first, last)
    _harmless(response, media_type if inline else NEUTRAL, name, inline=inline)
    return response


def send_printed(request, document):
    """Answer with the PDF of a PrintedDocument that is printed; the download is recorded."""
    return send(
        request, document.pdf, name=document.file_name, media_type="application/pdf", subject=document
    )


def hand_out(
    request,
    content: bytes | Iterable[bytes],
    *,
    name: str,
    media_type: str,
    subject,
    verb: str = "download",
    **more,
):
    """Answer with a file that is made for this request, in advance or while it is sent, as an attachment.

    Recorded against `subject` as `verb`, with any further details, as in `audit.record`.
    """
    audit.record(verb, subject, by=request.user, file=name, **more)
    response: HttpResponseBase
    response = HttpResponse(content) if isinstance(content, bytes) else StreamingHttpResponse(content)
    _harmless(response, media_type, name)
    return response


def hand_out_csv(request, rows: Iterable[Iterable], *, name: str, subject, **more):
    """As `hand_out`: a CSV file written while it is sent."""
    content = csv_files.streamed(rows)
    return hand_out(
        request, content, name=name, media_type="text/csv; charset=utf-8", subject=subject, **more
    )


def hand_out_zip(request, packed: ZipStream, *, name: str, subjects: Sequence[Model], **details):
    """Answer with a zip packed while it is sent; recorded against each of `subjects`, with `details`."""
    response: HttpResponseBase = HttpResponse()
    if request.method != "HEAD":
        changes = [(subject, "", "") for subject in subjects]
        audit.record_all("download", changes, by=request.user, file=name, **details)
        response = StreamingHttpResponse(packed)
    _harmless(response, "application/zip", name)
    if packed.sized:
        response.headers["Content-Length"] = str(len(packed))
    return response


def draw(request, template_name: str, context: dict, *, name: str, subject, back: str, **more):
    """Render a PDF for this request and send it, as `hand_out` does. If it cannot be rendered faithfully, say so on
    the page `back`."""
    context = {"awarding_body": settings.AWARDING_BODY, **context}
    try:
        pdf = printing.draw_now(render_to_string(template_name, context))
    except printing.CannotPrint as fault:
        messages.error(request, f"This cannot be printed. {fault}")
        return redirect(back)
    return hand_out(request, pdf, name=name, media_type="application/pdf", subject=subject, **more)


def _harmless(response, media_type: str, name: str, *, inline: bool = False) -> None:
    for header, value in {
        "Content-Type": media_type,
        "Content-Disposition": content_disposition_header(not inline, name),
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
    }.items():
        response.headers[header] = value


def _record_once(request, stored, subject, name: str) -> None:
    """One audit line for each person, file and session: a player or a lost connection asks many times.

    The shared cache remembers them; without it, each time is recorded.
    """
    what = f"{request.session.session_key} {subject._meta.label} {subject.pk} {stored.name}"
    key = f"downloaded:{hashlib.sha256(what.encode()).hexdigest()}"
    if cache.get(key) is None:
        audit.record("download", subject, by=request.user, file=name)
        cache.set(key, True, timeout=settings.SESSION_COOKIE_AGE)


def _answer(request, stored, facts: Facts, first: int, last: int):
    is_part = last - first + 1 < facts.size_bytes
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse()
    else:
        content = storage.blocks(stored.storage, stored.name, first, last if is_part else None)
        response = StreamingHttpResponse(content)
    if is_part:
        response.status_code = 206
        response.headers["Content-Range"] = f"bytes {first}-{last}/{facts.size_bytes}"
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Length"] = str(last - first + 1)
    response.headers["ETag"] = _etag(facts)
    response.headers["Last-Modified"] = http_date(facts.modified_at.timestamp())
    return response


def _send_there(stored, name: str):
    """Redirect to the file on S3. The link works for anybody, so it lasts for a minute and is never cached."""
    response = redirect(
        storage.link(
            stored.storage,
            stored.name,
            disposition=content_disposition_header(True, name),
            media_type=NEUTRAL,
        )
    )
    add_never_cache_headers(response)
    return response


def _missing(request, stored, name: str):
    logger.error("The stored file %s is missing; `manage.py check_files` lists all that are.", stored.name)
    return render(request, "files/file_missing.html", {"name": name}, status=500)


def _etag(facts: Facts) -> str:
    """As nginx makes it, so that it does not matter which of the two answers. What is stored never changes."""
    return f'"{int(facts.modified_at.timestamp()):x}-{facts.size_bytes:x}"'


def _part_asked_for(request, facts: Facts) -> tuple[int | None, int]:
    """As `_range`. The whole file for HEAD, and where `If-Range` names a different file."""
    condition = request.headers.get("If-Range", "")
    is_this_one = condition in ("", _etag(facts), http_date(facts.modified_at.timestamp()))
    asked = request.headers.get("Range", "") if request.method == "GET" and is_this_one else ""
    return _range(asked, facts.size_bytes)


def _range(header: str, size: int) -> tuple[int | None, int]:
    """(first, last) byte asked for; the whole file where the header is absent or asks for more than one part, which
    no viewer of evidence does.

    (None, …) where the part is outside the file (RFC 9110, 14.1.2).
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
