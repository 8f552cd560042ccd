"""The origin of user content: where a zipped website may run, away from the portal's cookies and pages.

The setting USER_CONTENT_ORIGIN names a host that leads to this same server. That host serves only the
files inside zips, by links for one file and one person; on every other host these do not exist. Every request checks
who may read the file, and a link ends with the session it was made in. No session is read there and no cookie is set.
Scripts may run, as candidates make websites, but in a sandbox without an origin, and they reach nothing beyond their
own zip.
"""

import hashlib
import posixpath
import secrets
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, StreamingHttpResponse
from django.http.request import split_domain_port
from django.utils import timezone

from portal.accounts.models import User

from . import inside, letters, storage, uses
from .checks import archives
from .checks.faults import Fault
from .kinds import Kind
from .models import ContentLink, StoredFile

LINK_SECONDS = 60 * 60
MEDIA_TYPES = {
    "html": "text/html", "htm": "text/html", "shtml": "text/html", "xhtml": "application/xhtml+xml",
    "css": "text/css", "js": "text/javascript", "mjs": "text/javascript",
    "json": "application/json", "xml": "application/xml", "txt": "text/plain",
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "svg": "image/svg+xml", "ico": "image/x-icon", "cur": "image/x-icon", "bmp": "image/bmp",
    "jfif": "image/jpeg", "jpe": "image/jpeg", "apng": "image/apng", "avif": "image/avif",
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "wav": "audio/wav", "ogg": "audio/ogg", "oga": "audio/ogg",
    "opus": "audio/ogg", "aac": "audio/aac", "flac": "audio/flac", "vtt": "text/vtt",
    "mp4": "video/mp4", "m4v": "video/mp4", "mov": "video/quicktime", "ogv": "video/ogg", "webm": "video/webm",
    "woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "otf": "font/otf",
}  # fmt: skip
POLICY = "; ".join(
    [
        "sandbox allow-scripts",
        "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:",
        "connect-src 'none'",
        "form-action 'none'",
        "frame-src 'self'",  # its framing page cannot be named, as a page in a sandbox has no origin
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
    "Cross-Origin-Resource-Policy": "cross-origin",  # the sandbox has no origin, so it is cross-origin to itself
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), payment=()",
    "Cache-Control": "private, no-store",
}


def is_open() -> bool:
    """Whether this portal has such an origin."""
    return bool(settings.USER_CONTENT_ORIGIN)


def link(stored: StoredFile, entry: str, *, use: str, user: User, session_key: str) -> str:
    """An address where `user` may view the website, starting at `entry`, for an hour or until they sign out."""
    key = secrets.token_urlsafe(24)
    ContentLink.objects.create(
        digest=_digest(key), stored=stored, use=use, user=user, session_key=session_key
    )
    return f"{settings.USER_CONTENT_ORIGIN}/{key}/{quote(entry)}"


def middleware(get_response):
    """Answer all requests to the content's host here, before sessions, cookies and the portal's addresses."""

    def answer(request):
        if is_open() and _is_of_content(request.get_host()):
            return _harmless(_answer(request))
        return get_response(request)

    return answer


def _is_of_content(host: str) -> bool:
    """Whether it is the content's host, however the name is written: in any case, with a final dot, with any port."""
    name, port = split_domain_port(host)
    content, portal = urlsplit(settings.USER_CONTENT_ORIGIN), urlsplit(settings.SITE_URL)
    if content.hostname == portal.hostname:  # only their ports differ
        return (name, port) == split_domain_port(content.netloc)
    return name == content.hostname


def _harmless(response):
    for header, value in HEADERS.items():
        response.headers[header] = value
    return response


def _answer(request):
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    key, _, entry = request.path_info.lstrip("/").partition("/")
    stored = _stored(key)
    if stored is None:
        return _words("This link has expired. Go back to the portal and open the website again.", 403)
    return _entry(stored, entry)


def _stored(key: str) -> StoredFile | None:
    """The file that a link still opens: the person is signed in, and the use still lets them read it."""
    since = timezone.now() - timedelta(seconds=LINK_SECONDS)
    found = (
        ContentLink.objects.filter(digest=_digest(key), given_at__gt=since)
        .select_related("stored", "user")
        .first()
    )
    if found is None or not _is_signed_in(found.session_key):
        return None
    is_site = found.stored.kind == Kind.ZIP
    return found.stored if is_site and uses.may_read(found.user, found.stored, use=found.use) else None


def _is_signed_in(session_key: str) -> bool:
    return Session.objects.filter(session_key=session_key, expire_date__gt=timezone.now()).exists()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _entry(found: StoredFile, path: str):
    content = storage.seekable(found.file.storage, str(found.file.name), found.size_bytes)
    try:
        opened = archives.opened(content)
    except Fault:
        return _words("This website is damaged.", 404)
    held = inside.entries(opened)
    entry = inside.find(held, path)
    if entry is None:
        return _words("This file is not in the website.", 404)
    if _is_folder_page(entry.name, path):
        return HttpResponseRedirect(
            f"{quote(path.rpartition('/')[2])}/"
        )  # its relative links start from there
    if not archives.is_opened(entry.info, found.size_bytes):
        return _words("This file cannot be opened here. Download the zip to view it.", 403)
    return _sent(opened, entry)


def _is_folder_page(name: str, path: str) -> bool:
    """Whether the page of a folder was asked for by the folder's name without a final /."""
    return (
        bool(path)
        and not path.endswith("/")
        and name.casefold().startswith(f"{letters.composed(path).casefold()}/")
    )


def _sent(opened: zipfile.ZipFile, entry: inside.Entry) -> StreamingHttpResponse:
    ending = posixpath.splitext(entry.name)[1].lower().lstrip(".")
    response = StreamingHttpResponse(
        _content(opened, entry.info),
        content_type=MEDIA_TYPES.get(ending, "application/octet-stream"),
    )
    response.headers["Content-Length"] = str(entry.info.file_size)
    if ending not in MEDIA_TYPES:
        response.headers["Content-Disposition"] = "attachment"
    return response


def _content(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Straight from the zip, a piece at a time; never more than the size that the entry states."""
    with opened, opened.open(entry) as content:
        while block := content.read(storage.BLOCK_BYTES):
            yield block


def _words(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
