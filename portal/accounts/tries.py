"""Tries to get in are counted without locking the owner out (docs/decisions/sign-in.md).

A browser in which somebody has signed in before is known by a signed cookie and has an allowance of its own
for them. Others are counted by name and address together, narrowly, so that whoever guesses from elsewhere keeps
nobody out. Two wide limits stand behind: of a name, wherever the tries come from, after which unknown browsers
need an e-mail link or a new slip and the owner is told; and of an address, far above what a school's slips come
to, as a whole school may share one and keep no cookies. A right try is none. Whether a name exists makes no
difference.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from portal.kit.throttle import Allowance, address_of

COOKIE = f"{settings.COOKIE_PREFIX}known_here"
SALT = "portal.accounts.tries"
COOKIE_DAYS = 180
PEOPLE_KEPT = 20  # of one browser: a class signs in at the same computers
SECONDS, HOUR = 5 * 60, 60 * 60
OF_A_NAME_AT_AN_ADDRESS, OF_A_KNOWN_BROWSER = 10, 10
OF_AN_ADDRESS = 300  # wrong ones of a school of 1,000: every third pupil mistypes once in five minutes


class TooManyTries(Exception):
    """No try is left for `seconds`. `of_name`: wherever they come from, for all unknown browsers together."""

    def __init__(self, seconds: int, *, of_name: bool = False):
        super().__init__(f"No try is left for {seconds} seconds")
        self.seconds = seconds
        self.of_name = of_name

    @property
    def wait(self) -> str:
        """How long, for a sentence: "3 minutes"."""
        minutes = -(-self.seconds // 60)
        return f"{minutes} minute{'' if minutes == 1 else 's'}"


@dataclass
class Try:
    """One try that was counted."""

    counted: list[Allowance]

    def give_back(self) -> None:
        """It was right, so it was not a guess."""
        for allowance in self.counted:
            allowance.give_back()


def begin(request, name: str, *, kind: str = "sign-in") -> Try:
    """Count a try to get in as `name`. Raises TooManyTries; then it must not even be looked at."""
    counted: list[Allowance] = []
    for allowance in _allowances(request, name, kind):
        if seconds := allowance.take():
            Try(counted).give_back()  # it was not looked at
            raise TooManyTries(seconds, of_name=allowance.of_name)
        counted.append(allowance)
    return Try(counted)


@dataclass(frozen=True)
class _Limit(Allowance):
    """`of_name`: of a name, wherever the tries come from."""

    of_name: bool = False


def _allowances(request, name: str, kind: str) -> list[_Limit]:
    known = dict(_people_known_in(request)).get(_digest(name))
    if known:
        return [_Limit(f"{kind}:browser:{known}", OF_A_KNOWN_BROWSER, SECONDS)]
    address = address_of(request)
    since = cache.get(f"renewed:{_digest(name)}") or ""
    of_name = f"{kind}:name:{_digest(name)}:{since}"
    return [
        _Limit(f"{kind}:address:{address}", OF_AN_ADDRESS, SECONDS),
        _Limit(f"{of_name}:{address}", OF_A_NAME_AT_AN_ADDRESS, SECONDS),
        _Limit(of_name, settings.SIGN_IN_TRIES_AN_HOUR, HOUR, of_name=True),
    ]


def is_to_be_told(name: str, kind: str) -> bool:
    """Whether the owner is still to be told, this hour, that strangers have used up all tries of a kind."""
    return cache.add(f"told:{kind}:{_digest(name)}", 1, timeout=HOUR)


def renew(names: Iterable[str]) -> None:
    """These have been given a new way in: what strangers tried before is forgotten."""
    for name in names:
        cache.set(f"renewed:{_digest(name)}", secrets.token_hex(4), timeout=HOUR)


def know_browser(request, response, name: str) -> None:
    """From now on this browser is known as one of the person who signs in as `name`."""
    others = [[digest, key] for digest, key in _people_known_in(request) if digest != _digest(name)]
    people = [*others, [_digest(name), secrets.token_hex(8)]][-PEOPLE_KEPT:]
    response.set_cookie(
        COOKIE,
        signing.dumps(people, salt=SALT),
        max_age=COOKIE_DAYS * 24 * 60 * 60,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _people_known_in(request) -> list[list[str]]:
    """[digest of the name, key of the browser] of each person, the latest last."""
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_DAYS * 24 * 60 * 60)
    except signing.BadSignature:
        return []


def _digest(name: str) -> str:
    """A name as the cookie and the cache hold it: the next person at the computer cannot read it."""
    return salted_hmac(SALT, name.strip().lower(), algorithm="sha256").hexdigest()[:16]
