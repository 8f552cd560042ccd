"""Count attempts to sign in without locking the owner out (docs/decisions/sign-in.md).

A browser in which somebody has signed in before is known by a signed cookie and has its own allowance for them.
Other browsers have a narrow limit for name and address together, so that somebody guessing from elsewhere keeps
nobody out. Behind it are two wide limits: one for a name, wherever the attempts come from, after which unknown
browsers need an e-mail link or a new slip and the owner is told; and one for an address, far above the mistakes of
a school, as a whole school may share one address and keep no cookies. A right attempt is not counted. It makes no
difference whether a name exists.
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
PEOPLE_KEPT = 20  # in one browser: a class shares the same computers
SECONDS, HOUR = 5 * 60, 60 * 60
OF_A_NAME_AT_AN_ADDRESS, OF_A_KNOWN_BROWSER = 10, 10
OF_AN_ADDRESS = 300  # wrong attempts from a school of 1,000: every third pupil mistypes once in 5 minutes


class TooManyTries(Exception):
    """No attempt is left for `seconds`. `of_name`: for this name, in all unknown browsers together."""

    def __init__(self, seconds: int, *, of_name: bool = False):
        super().__init__(f"No attempt is left for {seconds} seconds")
        self.seconds = seconds
        self.of_name = of_name

    @property
    def wait(self) -> str:
        """How long, for a sentence: "3 minutes"."""
        minutes = -(-self.seconds // 60)
        return f"{minutes} minute{'' if minutes == 1 else 's'}"


@dataclass
class Try:
    """One counted attempt."""

    counted: list[Allowance]

    def give_back(self) -> None:
        """It was right, so it was not a guess."""
        for allowance in self.counted:
            allowance.give_back()


def begin(request, name: str, *, kind: str = "sign-in") -> Try:
    """Count an attempt to sign in as `name`. Raises TooManyTries; the attempt must then not be looked at at all."""
    counted: list[Allowance] = []
    for allowance in _allowances(request, name, kind):
        if seconds := allowance.take():
            Try(counted).give_back()  # it was not looked at
            raise TooManyTries(seconds, of_name=allowance.of_name)
        counted.append(allowance)
    return Try(counted)


@dataclass(frozen=True)
class _Limit(Allowance):
    """`of_name`: the limit of a name, wherever the attempts come from."""

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
    """Whether the owner has not been told yet, this hour, that strangers used up all attempts of a kind."""
    return cache.add(f"told:{kind}:{_digest(name)}", 1, timeout=HOUR)


def renew(names: Iterable[str]) -> None:
    """Forget earlier attempts by strangers, for people who have been given a new way in."""
    for name in names:
        cache.set(f"renewed:{_digest(name)}", secrets.token_hex(4), timeout=HOUR)


def know_browser(request, response, name: str) -> None:
    """Remember this browser as one of the person who signs in as `name`."""
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
    """A name as stored in the cookie and the cache: the next person at the computer cannot read it."""
    return salted_hmac(SALT, name.strip().lower(), algorithm="sha256").hexdigest()[:16]
