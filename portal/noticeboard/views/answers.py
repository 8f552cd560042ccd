"""Responses that several pages give: calendars, and an error for anybody who sends too much."""

from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from portal.kit.throttle import is_too_often

from ..calendars import MEDIA_TYPE

TOO_OFTEN = "Too many messages came from your network just now. Wait a minute and send it again."
A_MINUTE = 10


def feed(request: HttpRequest, content: bytes, *, changed_at) -> HttpResponse:
    """A calendar that is fetched again and again: 304 while it is the same. `changed_at`: None if it is empty."""
    etag = f'"{sha256(content).hexdigest()}"'
    last_modified = int(changed_at.timestamp()) if changed_at else None
    answer = HttpResponse(content, content_type=f"{MEDIA_TYPE}; charset=utf-8")
    answer["ETag"] = etag
    answer["Cache-Control"] = "max-age=3600"
    if last_modified:
        answer["Last-Modified"] = http_date(last_modified)
    return get_conditional_response(request, etag, last_modified, answer) or answer


def download(content: bytes, name: str) -> HttpResponse:
    """One entry, to keep in a calendar."""
    answer = HttpResponse(content, content_type=f"{MEDIA_TYPE}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def link_is_over(request: HttpRequest) -> HttpResponse:
    """The page of a link whose secret this browser no longer has, as after signing out."""
    return render(request, "noticeboard/link_over.html", status=410)


def may_send(request: HttpRequest, form) -> bool:
    """Whether something valid was sent. Too much from one address is an error; what was typed is kept."""
    if request.method != "POST":
        return False
    if is_too_often(request, "noticeboard", a_minute=A_MINUTE):
        form.add_error(None, TOO_OFTEN)
    return form.is_valid()
