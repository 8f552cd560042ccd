"""The shared cache. It counts attempts and contains nothing essential: without it everything still works."""

from functools import wraps

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError, TimeoutError

from .reach import Reach

CACHE = Reach("The shared cache, without which nothing is throttled,", pause_seconds=5)


def _or_else(name: str, answer):
    """The method `name` of Django's Redis cache; if Redis cannot be reached, `answer` and a line in the log."""
    method = getattr(RedisCache, name)

    @wraps(method)
    def wrapper(self, *args, **kwargs):
        if CACHE.is_given_up:
            return answer(*args, **kwargs)
        try:
            return method(self, *args, **kwargs)
        except (ConnectionError, TimeoutError, OSError) as problem:
            CACHE.give_up(problem)
            return answer(*args, **kwargs)

    return wrapper


def _missing(key, *args, **kwargs):
    raise ValueError(f"Key {key!r} is not found")


class ForgivingRedisCache(RedisCache):
    """While Redis is down, behaves as if it were empty and accepted everything: throttles fail open."""

    get = _or_else("get", lambda key, default=None, version=None: default)
    get_many = _or_else("get_many", lambda *args, **kwargs: {})
    has_key = _or_else("has_key", lambda *args, **kwargs: False)
    add = _or_else("add", lambda *args, **kwargs: True)
    set = _or_else("set", lambda *args, **kwargs: None)
    set_many = _or_else("set_many", lambda *args, **kwargs: [])
    touch = _or_else("touch", lambda *args, **kwargs: False)
    delete = _or_else("delete", lambda *args, **kwargs: False)
    delete_many = _or_else("delete_many", lambda *args, **kwargs: None)
    clear = _or_else("clear", lambda *args, **kwargs: False)
    incr = _or_else("incr", _missing)
