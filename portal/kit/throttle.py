"""Hold back whoever asks too often: counted in the shared cache; without it nobody is held back."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache


def is_too_often(request, name: str, *, a_minute: int) -> bool:
    """Count one request of this address for `name`; True once it has made more than `a_minute` in a minute."""
    return Allowance(f"{name}:{address_of(request)}", a_minute, 60).take() > 0


@dataclass(frozen=True)
class Allowance:
    """So many tries in so many seconds, counted from the first one on. `key`: whose, and what for."""

    key: str
    tries: int
    seconds: int

    def take(self) -> int:
        """Count one try: 0 if there was one left, else in how many seconds there will be."""
        now = time.time()
        name = f"tries:{self.key}"
        cache.add(name, now + self.seconds, timeout=self.seconds)
        until = cache.get(name) or now
        if _count(f"{name}:{until}", self.seconds) <= self.tries:
            return 0
        return max(1, round(until - now))

    def give_back(self) -> None:
        """The try that was counted last was none: it was right."""
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
    except ValueError:  # it ran out between the two lines, or there is no cache
        return 0


def address_of(request) -> str:
    """Who asks. Behind a proxy the last address it forwards is the one it saw itself; those before are claims."""
    if settings.SECURE_PROXY_SSL_HEADER and (forwarded := request.headers.get("X-Forwarded-For")):
        return forwarded.rsplit(",", 1)[-1].strip()
    return request.META.get("REMOTE_ADDR", "")
