"""Limit how often somebody may ask: counted in the shared cache; without it nobody is limited."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache


def is_too_often(request, name: str, *, a_minute: int) -> bool:
    """Count one request from this address for `name`; True once it has made more than `a_minute` in a minute."""
    return Allowance(f"{name}:{address_of(request)}", a_minute, 60).take() > 0


@dataclass(frozen=True)
class Allowance:
    """A number of attempts in a number of seconds, counted from the first one. `key`: whose, and what for."""

    key: str
    tries: int
    seconds: int

    def take(self) -> int:
        """Count one attempt: 0 if there was one left; otherwise the seconds until there will be."""
        now = time.time()
        name = f"tries:{self.key}"
        cache.add(name, now + self.seconds, timeout=self.seconds)
        until = cache.get(name) or now
        if _count(f"{name}:{until}", self.seconds) <= self.tries:
            return 0
        return max(1, round(until - now))

    def give_back(self) -> None:
        """Uncount the last attempt, as it was right."""
        until = cache.get(f"tries:{self.key}")
        if until and cache.get(f"tries:{self.key}:{until}"):
            cache.incr(f"tries:{self.key}:{until}", -1)

    def renew(self) -> None:
        """Forget what was counted."""
        cache.delete(f"tries:{self.key}")


def _count(key: str, seconds: int) -> int:
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key)
    except ValueError:  # it expired between the two lines, or there is no cache
        return 0


def address_of(request) -> str:
    """The address of the sender. Behind a proxy, only the last forwarded address is sure: the proxy saw it itself."""
    if settings.SECURE_PROXY_SSL_HEADER and (forwarded := request.headers.get("X-Forwarded-For")):
        return forwarded.rsplit(",", 1)[-1].strip()
    return request.META.get("REMOTE_ADDR", "")
