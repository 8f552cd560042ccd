"""Bodies of requests that are read as they come, by views that do so themselves."""

from collections.abc import Callable

from django.http import HttpResponse

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
