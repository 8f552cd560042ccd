"""The origin of user content: where a zipped web site may run, far from the portal's cookies and pages.

The setting USER_CONTENT_ORIGIN names a host that leads to this same server. On that host nothing of the portal
answers but the files inside zips, by links that are signed for one version and one person and last some minutes; on
every other host they do not exist. No session is read there and no cookie set. Scripts may run, as web sites are what
candidates make here, but in a sandbox without an origin, and they reach nothing beyond their own zip.
"""

import posixpath
import zipfile
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from django.apps import apps
from django.conf import settings
from django.core import signing
from django.http import HttpResponse, HttpResponseNotAllowed, StreamingHttpResponse

from portal.accounts.models import User

from .kinds import Kind
from .storage import BLOCK_BYTES

LINK_SECONDS = 600
MAX_ENTRIES = 5_000
MAX_ENTRY_BYTES = 100_000_000
MAX_RATIO = 200  # times as large unpacked as packed, past the first megabyte
PLAIN_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
MEDIA_TYPES = {
    "html": "text/html", "htm": "text/html", "css": "text/css", "js": "text/javascript", "mjs": "text/javascript",
    "json": "application/json", "xml": "application/xml", "txt": "text/plain",
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "svg": "image/svg+xml", "ico": "image/x-icon", "bmp": "image/bmp",
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "wav": "audio/wav", "ogg": "audio/ogg",
    "mp4": "video/mp4", "webm": "video/webm",
    "woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "otf": "font/otf",
}  # fmt: skip
POLICY = "; ".join(
    [
        "sandbox allow-scripts",
        "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:",
        "connect-src 'none'",
        "form-action 'none'",
        "frame-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "webrtc 'block'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-DNS-Prefetch-Control": "off",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",  # the sandbox has no origin: to itself it is a stranger
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), payment=()",
    "Cache-Control": "private, no-store",
}


def is_open() -> bool:
    """Whether this portal has such an origin."""
    return bool(settings.USER_CONTENT_ORIGIN)


def link(version, entry: str, *, user: User) -> str:
    """An address at which `user` may look at the web site for some minutes, beginning at `entry`."""
    seal = signing.dumps({"version": version.pk, "user": user.pk}, salt=__name__)
    return f"{settings.USER_CONTENT_ORIGIN}/{seal}/{quote(entry)}"


def middleware(get_response):
    """Answer here whatever is asked of the content's host, before sessions, cookies and the portal's addresses."""

    def answer(request):
        if is_open() and request.get_host() == urlsplit(settings.USER_CONTENT_ORIGIN).netloc:
            return _harmless(_answer(request))
        return get_response(request)

    return answer


def _harmless(response):
    for header, value in HEADERS.items():
        response.headers[header] = value
    return response


def _answer(request):
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    seal, _, entry = request.path_info.lstrip("/").partition("/")
    version = _version(seal)
    if version is None:
        return _words("This link is over. Go back to the portal and open the web site again.", 403)
    return _entry(version, entry)


def _version(seal: str):
    """The version that a link still opens, for a person who may still sign in."""
    try:
        told = signing.loads(seal, salt=__name__, max_age=LINK_SECONDS)
    except signing.BadSignature:
        return None
    if not User.objects.filter(pk=told["user"], is_active=True).exists():
        return None
    return (
        apps.get_model("portfolios", "EvidenceVersion")
        .objects.filter(pk=told["version"], kind=Kind.ZIP)
        .first()
    )


def _entry(version, name: str):
    stored = version.file.open("rb")
    try:
        opened = zipfile.ZipFile(stored)
        entry = _find(opened, name)
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        entry = None
    if entry is None:
        stored.close()
        return _words("There is no such file in this web site.", 404)
    if not _is_bounded(entry):
        stored.close()
        return _words(
            "This file of the web site is too large, or packed in a way that is not opened here.", 403
        )
    ending = posixpath.splitext(entry.filename)[1].lower().lstrip(".")
    response = StreamingHttpResponse(
        _content(opened, entry, stored), content_type=MEDIA_TYPES.get(ending, "application/octet-stream")
    )
    response.headers["Content-Length"] = str(entry.file_size)
    if ending not in MEDIA_TYPES:
        response.headers["Content-Disposition"] = "attachment"
    return response


def _find(opened: zipfile.ZipFile, name: str) -> zipfile.ZipInfo | None:
    """The entry of exactly this name: nothing outside the zip has one."""
    if len(opened.filelist) > MAX_ENTRIES:
        return None
    return next((entry for entry in opened.infolist() if entry.filename == name and not entry.is_dir()), None)


def _is_bounded(entry: zipfile.ZipInfo) -> bool:
    is_encrypted = entry.flag_bits & 0x1
    is_bomb = entry.file_size > 1_000_000 and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
    return (
        not (is_encrypted or is_bomb)
        and entry.file_size <= MAX_ENTRY_BYTES
        and entry.compress_type in PLAIN_METHODS
    )


def _content(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, stored) -> Iterator[bytes]:
    """Straight from the zip, a piece at a time; never more than the entry says that it holds."""
    with stored, opened, opened.open(entry) as content:
        while block := content.read(BLOCK_BYTES):
            yield block


def _words(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
