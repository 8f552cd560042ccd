"""Request bodies that a view reads itself, as they arrive."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.http import HttpResponse

SILENCE_SECONDS = 60  # how long a connection may be silent before it counts as lost
LOWEST_BYTES_A_SECOND = 4_000  # as on a bad mobile connection
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def takes_body_as_it_comes(view: Callable) -> Callable:
    """Mark a view that reads its body itself, for signed-in people."""
    view.takes_body_as_it_comes = True  # type: ignore[attr-defined]
    return view


def is_taken_as_it_comes(view: Callable) -> bool:
    """Whether the view is marked with `takes_body_as_it_comes`."""
    return getattr(view, "takes_body_as_it_comes", False)


def not_from_strangers() -> HttpResponse:
    """A refusal as plain text: the usual page looks for a form's token, and so waits for the body."""
    return HttpResponse("Sign in to upload.\n", status=403, content_type="text/plain")


class Bounded:
    """A request body whose connection counts as lost once it is silent for too long, or slower than the lowest rate.

    A closed laptop sends no goodbye, and a sender of one byte a minute is never silent: both would occupy a worker.
    The read then ends with what has arrived, and nothing follows. Only gunicorn passes on its connection.
    """

    def __init__(self, request):
        self.request, self.line = request, request.META.get("gunicorn.socket")

    def read(self, size: int) -> bytes:
        if self.line is None:
            return self.request.read(size)
        with (
            _silent_at_most(self.line),
            _read_within(self.line, SILENCE_SECONDS + size / LOWEST_BYTES_A_SECOND),
        ):
            return self.request.read(size)


@contextmanager
def _silent_at_most(line: socket.socket) -> Iterator[None]:
    before = line.gettimeout()
    line.settimeout(SILENCE_SECONDS)
    try:
        yield
    finally:
        line.settimeout(before)


@contextmanager
def _read_within(line: socket.socket, seconds: float) -> Iterator[None]:
    """Close the connection for reading after `seconds`: the reader gets no more, and can still send an answer."""

    def cut() -> None:
        with suppress(OSError):  # the other side closed it first
            line.shutdown(socket.SHUT_RD)

    alarm = threading.Timer(seconds, cut)
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()


def unread_bodies(get_response):
    """Middleware: refuse strangers, and forms, at such views before anything waits for the body.

    The proxy passes these bodies on as they arrive, so a sender who withholds one would occupy a worker.
    """

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        if is_taken_as_it_comes(view):
            if not request.user.is_authenticated:
                return not_from_strangers()
            if request.content_type in FORMS:
                return HttpResponse(
                    "Files are not sent as forms here.\n", status=415, content_type="text/plain"
                )
        return None

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware
