"""Adults set up two-step verification before they see anything else (setting SECOND_FACTOR_REQUIRED)."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from .. import keeping
from . import factors

AFTER_KEY = "second_step_after"  # in the session: where the person was going
OPEN = {
    "second-step", "second-step-app", "second-step-passkey", "second-step-codes", "second-step-codes-file",
    "confirm", "sign-out", "admin:logout",
}  # fmt: skip


def duty(get_response):
    """Middleware: send anybody without a factor to the page for setting one up."""

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        if not factors.is_due(request.user):
            return None
        request.second_step_is_due = True
        if request.resolver_match.view_name in OPEN:
            return None
        _remember(request)
        return redirect("second-step")

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def _remember(request) -> None:
    if request.method in ("GET", "HEAD"):
        request.session[AFTER_KEY] = request.get_full_path()
    else:
        request.session[AFTER_KEY] = keeping.way_back(request)


def take_after(request) -> str:
    """Where the person was going when they were asked to set up; home if nowhere."""
    after = request.session.pop(AFTER_KEY, "")
    return after if url_has_allowed_host_and_scheme(after, None) else reverse("home")
