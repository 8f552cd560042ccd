"""What every answer of the portal carries."""

from django.core.exceptions import BadRequest
from django.utils.cache import add_never_cache_headers


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
