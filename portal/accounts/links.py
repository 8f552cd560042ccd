"""Links of e-mails: their secret goes out of the address as soon as it was followed.

So it stands in no history of a shared computer, and is passed on to no other page: the session keeps it, for each link.
"""

from allauth.account.utils import get_next_redirect_url
from django.shortcuts import redirect

OPENED = "opened"  # stands in the address instead of the secret
KEY = "link:"


def secret_of(request, route: str, key: int | str, token: str) -> str:
    """The secret of the link to the page `route`, which `token` is or stands for; empty if not followed here."""
    return request.session.get(_session_key(route, key), "") if token == OPENED else token


def hidden(request, route: str, key: int | str, token: str):
    """The way to the same page without the secret; None if it is gone from the address already."""
    if token == OPENED:
        return None
    request.session[_session_key(route, key)] = token
    if not request.user.is_authenticated:
        request.session.set_expiry(0)  # ends with the browser: computers are shared
    return redirect(route, key, OPENED)


def forget(request, route: str, key: int | str) -> None:
    """The link was used."""
    request.session.pop(_session_key(route, key), None)


def forget_all(request) -> None:
    """Somebody leaves: whoever sits down next opens nothing by the history."""
    for key in [key for key, _ in request.session.items() if key.startswith(KEY)]:
        del request.session[key]


def next_page(request) -> str | None:
    """Where to go after this, as the page before asked: a path of the portal. None if it asked for none."""
    asked = get_next_redirect_url(request)
    return asked if asked and asked.startswith("/") else None


def _session_key(route: str, key: int | str) -> str:
    return f"{KEY}{route}:{key}"
