"""End a session that has not been used for a while, so that nobody can use a computer that was left signed in.

What is posted then is kept and can be sent again after signing in; "Sign out" simply signs out. A page that polls
for progress by itself (header `X-Poll`) does not count as use.
"""

import time

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from portal.kit import bodies

from . import keeping

KEY = "used_at"
WAYS_OUT = {"sign-out", "admin:logout"}
NOTED_SECONDS = 60  # the session is written at most this often


@receiver(user_logged_in)
def begin(sender, request, user, **kwargs) -> None:
    request.session[KEY] = time.time()


def idle(get_response):
    """Middleware: sign out anybody who comes back too late; awarding-body staff sooner, as they can do more."""

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        if not request.user.is_authenticated:
            return None
        now = time.time()
        unused = now - request.session.get(KEY, now)
        if unused > 60 * (settings.STAFF_IDLE_MINUTES if request.user.is_staff else settings.IDLE_MINUTES):
            whose = request.user.pk
            logout(request)
            if bodies.is_taken_as_it_comes(view):
                return bodies.not_from_strangers()
            if request.method == "POST" and request.resolver_match.view_name not in WAYS_OUT:
                return keeping.ask_to_sign_in(request, whose)
            return None
        if "X-Poll" not in request.headers and (unused > NOTED_SECONDS or KEY not in request.session):
            request.session[KEY] = now
        return None

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware
