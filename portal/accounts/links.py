"""Links in e-mails: the secret is removed from the address as soon as the link is followed.

So it is not in the history of a shared computer and is not passed to other pages. The session keeps it, for each link.
"""

from allauth.account.utils import get_next_redirect_url
from django.shortcuts import redirect

OPENED = "opened"  # in the address in place of the secret
KEY = "link:"


def secret_of(request, route: str, key: int | str, token: str) -> str:
    """The secret of the link to the page `route`: `token`, or what it stands for; empty if not followed here."""
    return request.session.get(_session_key(route, key), "") if token == OPENED else token


def hidden(request, route: str, key: int | str, token: str):
    """A redirect to the same page without the secret; None if it is already gone from the address."""
    if token == OPENED:
        return None
    request.session[_session_key(route, key)] = token
    if not request.user.is_authenticated:
        request.session.set_expiry(0)  # ends with the browser: computers are shared
    return redirect(route, key, OPENED)


def forget(request, route: str, key: int | str) -> None:
    """Forget a link that has been used."""
    request.session.pop(_session_key(route, key), None)


def forget_all(request) -> None:
    """Forget all links when somebody signs out, so that the next person opens nothing from the history."""
    for key in [key for key, _ in request.session.items() if key.startswith(KEY)]:
        del request.session[key]


def next_page(request) -> str | None:
    """The path to go to next, as the page before asked; None if it did not ask."""
    asked = get_next_redirect_url(request)
    return asked if asked and asked.startswith("/") else None


def _session_key(route: str, key: int | str) -> str:
    return f"{KEY}{route}:{key}"
