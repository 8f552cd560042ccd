"""What every answer of the portal carries."""

from django.utils.cache import add_never_cache_headers


def no_store(get_response):
    """Keep pages of signed-in people out of every cache: centre computers are shared."""

    def middleware(request):
        response = get_response(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            add_never_cache_headers(response)
        return response

    return middleware
