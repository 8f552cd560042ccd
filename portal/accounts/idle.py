"""Nobody sits at a computer that was left: a session that was not used for a while ends.

What is posted then is kept and can be sent again after signing in; "Sign out" is simply done. A page that asks by
itself how far some work has got (header `X-Poll`) is not somebody who uses it.
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
NOTED_SECONDS = 60  # the session is not written more often than this


@receiver(user_logged_in)
def begin(sender, request, user, **kwargs) -> None:
    request.session[KEY] = time.time()


def idle(get_response):
    """Middleware: sign out whoever comes back too late; awarding-body staff, who can do more, sooner."""

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
