"""What every answer of the portal carries."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.utils.cache import add_never_cache_headers

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def no_store(get_response):
    """Keep pages of signed-in people out of every cache: centre computers are shared."""

    def middleware(request):
        was_signed_in = request.user.is_authenticated
        response = get_response(request)
        if was_signed_in or request.user.is_authenticated:
            add_never_cache_headers(response)
        return response

    return middleware


def no_null(get_response):
    """Turn away addresses that hold a null character, which PostgreSQL cannot store or compare: nobody types one."""

    def middleware(request):
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("The address holds a null character.")
        return get_response(request)

    return middleware


def takes_body_as_it_comes(view: Callable) -> Callable:
    """Mark a view that reads its body by itself, for people who are signed in."""
    view.takes_body_as_it_comes = True  # type: ignore[attr-defined]
    return view


def unread_bodies(get_response):
    """Turn strangers away from such views, and forms, before anything waits for the body: for the proxy in front passes
    theirs on as they come, and who withholds one would hold a worker."""

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        if getattr(view, "takes_body_as_it_comes", False):
            if not request.user.is_authenticated:
                # Plain words: the page for refusals looks for a form's token, and so waits for the body.
                return HttpResponse("Sign in to upload.\n", status=403, content_type="text/plain")
            if request.content_type in FORMS:
                return HttpResponse(
                    "Files are not sent as forms here.\n", status=415, content_type="text/plain"
                )
        return None

    middleware.process_view = process_view
    return middleware
