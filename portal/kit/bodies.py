"""Bodies of requests that are read as they come, by views that do so themselves."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.http import HttpResponse

SILENCE_SECONDS = 60  # so long a line may bring nothing before it counts as cut
LOWEST_BYTES_A_SECOND = 4_000  # as a bad mobile line has them
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def takes_body_as_it_comes(view: Callable) -> Callable:
    """Mark a view that reads its body by itself, for people who are signed in."""
    view.takes_body_as_it_comes = True  # type: ignore[attr-defined]
    return view


def is_taken_as_it_comes(view: Callable) -> bool:
    """Whether the view was marked so."""
    return getattr(view, "takes_body_as_it_comes", False)


def not_from_strangers() -> HttpResponse:
    """Plain words: the page for refusals looks for a form's token, and so waits for the body."""
    return HttpResponse("Sign in to upload.\n", status=403, content_type="text/plain")


class Bounded:
    """The body of a request, whose line counts as cut once it is silent for too long, or slower than the lowest rate.

    A laptop that was closed says no goodbye, and who sends a byte a minute is never silent: both would hold a worker.
    A read ends then with what has come by that rate, and nothing follows. Only gunicorn hands its line on.
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
    """Cut the line then: whoever waits for more is told that no more comes, and an answer can still be sent."""

    def cut() -> None:
        with suppress(OSError):  # the other side was faster
            line.shutdown(socket.SHUT_RD)

    alarm = threading.Timer(seconds, cut)
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()


def unread_bodies(get_response):
    """Turn strangers away from such views, and forms, before anything waits for the body: for the proxy in front passes
    theirs on as they come, and who withholds one would hold a worker."""

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
