"""The tus 1.0 protocol (https://tus.io): creation, creation-with-upload, checksum, expiration, termination.

Bodies are read in blocks as they arrive; nothing here touches `request.body` or `request.POST`. The header
X-CSRFToken keeps out cross-site requests. The body of a refusal is a message for people, which the script shows.
"""

import base64
import binascii
from collections.abc import Callable
from functools import wraps

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.utils.http import http_date

from portal.kit.amounts import filesize_uk
from portal.kit.bodies import Bounded, takes_body_as_it_comes
from portal.kit.stateful import TransitionRefused

from . import receiving, storage, uses
from .incoming import ALGORITHMS, Checksum, Incoming
from .models import StoredFile

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
PART_TYPE = "application/offset+octet-stream"
MAX_NUMBER_LETTERS = 18
ANSWERS = {  # why no more is accepted: (status, words)
    receiving.WrongOffset: (409, "The upload is at a different position. Ask where it is."),
    receiving.Busy: (423, "Another request is sending a part of this file."),
    receiving.Gone: (410, "This upload was cancelled or was not finished in time. Start again."),
    receiving.WrongChecksum: (460, "What arrived does not have the announced checksum. Send it again."),
}
NO_ROOM = "There is no room for the file at the moment. What arrived is kept. Try again later."


class Refused(Exception):
    """An answer that refuses what the client asked for."""

    def __init__(self, status: int, words: str):
        super().__init__(words)
        self.status, self.words = status, words


def speaks_tus(view):
    """Answer refusals as the protocol says. People who are not signed in do not get this far."""

    @takes_body_as_it_comes
    @wraps(view)
    def wrapper(request, *args, **kwargs):
        try:
            response = view(request, *args, **kwargs)
        except Refused as refusal:
            response = _plain(refusal.status, refusal.words)
        except receiving.CannotAppend as refusal:
            response = _plain(*ANSWERS[type(refusal)])
        except storage.NoRoom:
            response = _plain(507, NO_ROOM)
        except TransitionRefused as refusal:
            response = _plain(403, refusal.for_people())
        response.headers["Tus-Resumable"] = VERSION
        response.headers["Cache-Control"] = "no-store"
        return response

    return wrapper


@speaks_tus
def upload(request, key):
    """Say how far it is (HEAD), add to it (PATCH), cancel it (DELETE). Only for the person who started it."""
    found = get_object_or_404(StoredFile, key=key, sender=request.user)
    use = uses.of(found)
    use.require_sender(request.user, found)
    if request.method == "OPTIONS":
        return _abilities(use.most_bytes_of(found))
    _require_version(request)
    answer = {"HEAD": _head, "PATCH": _patch, "DELETE": _delete}.get(request.method)
    return (
        answer(request, found) if answer else HttpResponseNotAllowed(["HEAD", "PATCH", "DELETE", "OPTIONS"])
    )


def _head(request, found: StoredFile) -> HttpResponse:
    if found.state == StoredFile.State.CANCELLED:
        raise Http404
    if found.state in (StoredFile.State.RECEIVING, StoredFile.State.EXPIRED) and not found.may_go_on:
        raise receiving.Gone
    response = _progress(found, 200)
    response.headers["Upload-Length"] = str(found.size_bytes)
    return response


def _patch(request, found: StoredFile) -> HttpResponse:
    if request.content_type != PART_TYPE:
        raise Refused(415, f"Send a part as {PART_TYPE}.")
    _append(request, found, _number(request, "Upload-Offset"))
    return _progress(found, 204)


def _delete(request, found: StoredFile) -> HttpResponse:
    if found.state == StoredFile.State.CANCELLED:
        raise Http404
    receiving.cancel_alone(found, by=request.user)
    return HttpResponse(status=204)


def create(request, begin: Callable[..., StoredFile], *, most_bytes: int) -> HttpResponse:
    """Answer a request for a new upload, and keep any part of the file that comes with it.

    `begin(told, file_name, size_bytes, mark, by)`: lists the file with its use; `told` is the client's metadata.
    """
    if request.method == "OPTIONS":
        return _abilities(most_bytes)
    _require_version(request)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST", "OPTIONS"])
    begun = _begin(request, begin, most_bytes)
    if request.content_type == PART_TYPE and not begun.is_complete:
        _append(request, begun, 0)
    response = _progress(begun, 201)
    response.headers["Location"] = begun.get_absolute_url()
    return response


def _begin(request, begin: Callable[..., StoredFile], most_bytes: int) -> StoredFile:
    size_bytes = _number(request, "Upload-Length")
    if size_bytes > most_bytes:
        most = filesize_uk(most_bytes)
        raise Refused(413, f"The file is {filesize_uk(size_bytes)}. The largest allowed is {most}.")
    told = _metadata(request.headers.get("Upload-Metadata", ""))
    try:
        return begin(
            told,
            file_name=told.get("filename", "").replace("\\", "/").rpartition("/")[2],
            size_bytes=size_bytes,
            mark=told.get("mark", ""),
            by=request.user,
        )
    except ValidationError as refusal:
        too_much = any(fault.code in ("too-much", "too-many") for fault in refusal.error_list)
        raise Refused(413 if too_much else 400, refusal.messages[0]) from None


def _append(request, found: StoredFile, offset: int) -> None:
    receiving.refuse_wrong_offset(found, offset)
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length > found.size_bytes - offset:
        raise Refused(413, "The file is larger than announced.")
    try:
        header = request.headers.get("Upload-Checksum")
        checksum = Checksum.read(header) if header else None
    except ValueError as fault:
        raise Refused(400, str(fault)) from None
    receiving.append(found, offset, Incoming(Bounded(request), most=length, checksum=checksum))


def _progress(found: StoredFile, status: int) -> HttpResponse:
    response = HttpResponse(status=status)
    response.headers["Upload-Offset"] = str(found.received_bytes)
    if found.state == StoredFile.State.RECEIVING:
        response.headers["Upload-Expires"] = http_date(found.expires_at.timestamp())
    return response


def _abilities(most_bytes: int) -> HttpResponse:
    response = HttpResponse(status=204)
    response.headers["Tus-Version"] = VERSION
    response.headers["Tus-Extension"] = EXTENSIONS
    response.headers["Tus-Max-Size"] = str(most_bytes)
    response.headers["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    return response


def _require_version(request) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise Refused(412, f"This server uses tus {VERSION}.")


def _number(request, header: str) -> int:
    value = request.headers.get(header, "")
    if not (value.isascii() and value.isdigit() and len(value) <= MAX_NUMBER_LETTERS):
        raise Refused(400, f"{header} must be a number of bytes.")
    return int(value)


def _metadata(header: str) -> dict[str, str]:
    """`Upload-Metadata`: pairs of a name and a value in Base64, or a name alone; it may be empty."""
    found = {}
    for pair in header.split(","):
        name, _, encoded = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(encoded.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Refused(400, "Upload-Metadata has values that are not text in Base64.") from None
        if "\0" in found[name]:
            raise Refused(400, "Upload-Metadata has a null character.")
    return found


def _plain(status: int, words: str) -> HttpResponse:
    response = HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    if status == 412:
        response.headers["Tus-Version"] = VERSION
    return response
