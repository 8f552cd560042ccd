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
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, StreamingHttpResponse

from portal.accounts.models import User

from . import inside, letters
from .checks import archives
from .checks.faults import Fault
from .kinds import Kind
from .storage import BLOCK_BYTES

LINK_SECONDS = 600
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
        "frame-src 'self'",  # by whom it is framed cannot be said, as a page in a sandbox has no origin
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


def _entry(version, path: str):
    stored = version.file.open("rb")
    try:
        opened = archives.opened(stored)
    except Fault:
        stored.close()
        return _words("This web site is damaged.", 404)
    held = inside.entries(opened)
    entry = inside.find(held, path)
    if entry is None:
        stored.close()
        return _words("There is no such file in this web site.", 404)
    if _is_folder_page(entry.name, path):
        stored.close()
        return HttpResponseRedirect(f"{quote(path.rpartition('/')[2])}/")  # what it names lies beside it
    if not archives.is_opened(entry.info, version.size_bytes):
        stored.close()
        return _words("This file of the web site is not opened here. Download the zip to look at it.", 403)
    return _sent(opened, entry, stored)


def _is_folder_page(name: str, path: str) -> bool:
    """Whether the page of a folder was asked for by the folder's name, without the / behind it."""
    return (
        bool(path)
        and not path.endswith("/")
        and name.casefold().startswith(f"{letters.composed(path).casefold()}/")
    )


def _sent(opened: zipfile.ZipFile, entry: inside.Entry, stored) -> StreamingHttpResponse:
    ending = posixpath.splitext(entry.name)[1].lower().lstrip(".")
    response = StreamingHttpResponse(
        _content(opened, entry.info, stored),
        content_type=MEDIA_TYPES.get(ending, "application/octet-stream"),
    )
    response.headers["Content-Length"] = str(entry.info.file_size)
    if ending not in MEDIA_TYPES:
        response.headers["Content-Disposition"] = "attachment"
    return response


def _content(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, stored) -> Iterator[bytes]:
    """Straight from the zip, a piece at a time; never more than the entry says that it holds."""
    with stored, opened, opened.open(entry) as content:
        while block := content.read(BLOCK_BYTES):
            yield block


def _words(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
