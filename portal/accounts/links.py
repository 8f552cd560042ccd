"""Links of e-mails: their secret goes out of the address as soon as it was followed.

So it stands in no history of a shared computer, and is passed on to no other page: the session keeps it.
"""

from allauth.account.utils import get_next_redirect_url
from django.shortcuts import redirect

OPENED = "opened"  # stands in the address instead of the secret


def secret_of(request, route: str, token: str) -> str:
    """The secret of the link to the page `route`, which `token` is or stands for."""
    return request.session.get(_key(route), "") if token == OPENED else token


def hidden(request, route: str, pk: int, token: str):
    """The way to the same page without the secret; None if it is gone from the address already."""
    if token == OPENED:
        return None
    request.session[_key(route)] = token
    return redirect(route, pk, OPENED)


def forget(request, route: str) -> None:
    """The link was used."""
    request.session.pop(_key(route), None)


def next_page(request) -> str | None:
    """Where to go after this, as the page before asked: a path of the portal. None if it asked for none."""
    asked = get_next_redirect_url(request)
    return asked if asked and asked.startswith("/") else None


def _key(route: str) -> str:
    return f"link:{route}"
