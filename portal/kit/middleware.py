"""What every answer of the portal carries."""

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
