"""Hold back whoever asks too often: counted in the shared cache, by address and minute."""

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone


def is_too_often(request, name: str, *, a_minute: int) -> bool:
    """Count one request of this address for `name`; True once it has made more than `a_minute` this minute."""
    key = f"throttle:{name}:{address_of(request)}:{timezone.now():%Y%m%d%H%M}"
    cache.add(key, 0, timeout=90)
    try:
        return cache.incr(key) > a_minute
    except ValueError:  # it ran out between the two lines
        return False


def address_of(request) -> str:
    """Who asks. Behind a proxy the last address it forwards is the one it saw itself; those before are claims."""
    if settings.SECURE_PROXY_SSL_HEADER and (forwarded := request.headers.get("X-Forwarded-For")):
        return forwarded.rsplit(",", 1)[-1].strip()
    return request.META.get("REMOTE_ADDR", "")
