"""Nothing typed is lost on the way to sign-in or two-step verification (design, rule 7).

What somebody posts after their session has ended, or where they must verify again, is kept in the session, shown
to them after they have signed in or confirmed, and can be sent again. Text fields only, for 30 minutes, and only
for the same person: a signed cookie says whose page it was, as centre computers are shared. Pages that ask for a
password or a code are marked with `takes_secrets`: nothing from them is kept.
"""

import time
from dataclasses import asdict, dataclass
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

KEPT_SECONDS = 30 * 60
KEPT_BYTES = 200 * 1024
SESSION_KEY = "kept_post"
COOKIE = f"{settings.COOKIE_PREFIX}page_of"  # whose page it is: the person's key, signed
CANDIDATE_COOKIE = f"{settings.COOKIE_PREFIX}signs_in_as"  # in a browser last used by a candidate
CANDIDATE_DAYS = 30
SALT = "portal.accounts.keeping"
LEFT_OUT = {"csrfmiddlewaretoken"}


@dataclass
class KeptPost:
    """What was posted: `fields` are (name, value) as sent, `files` the names of files, which are not kept.

    `signed_in`: whether the session was still open and the person only had to verify again.
    """

    whose: int
    path: str
    fields: list[list[str]]
    files: list[str]
    at: float
    signed_in: bool = False


def takes_secrets(*names: str):
    """Mark a view whose page has passwords or codes in the fields `names`: they are neither kept nor reported.

    Put it first, before all other decorators, as these may answer without calling the view.
    """

    def decorator(view):
        marked = sensitive_post_parameters(*names)(view)
        marked.takes_secrets = frozenset(names)
        return marked

    return decorator


def secrets_taken_by(request) -> frozenset[str]:
    """The names of the fields for passwords and codes on the requested page."""
    return getattr(request.resolver_match.func, "takes_secrets", frozenset())


def signed_in(view):
    """Like `login_required`, for pages with forms: what is posted after the session has ended is kept."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if request.user.is_authenticated:
            return _as_oneself(request, view, *args, **kwargs)
        return ask_to_sign_in(request)

    return wrapper


def ask_to_sign_in(request, whose: int | None = None):
    """Redirect to the sign-in page, and from there back to the requested page; what `whose` posted is kept."""
    page = sign_in_page(request)
    if request.method == "POST" and keep(request, whose):
        return redirect_to_login(reverse("kept-post"), page)
    if request.method == "POST":
        messages.warning(
            request, "Your session ended, so what you sent was not saved. Sign in and send it again."
        )
    return redirect_to_login(request.get_full_path(), page)


def way_back(request) -> str:
    """Where to continue once the person has confirmed: with what was posted, if kept; otherwise they are told."""
    if keep(request):
        return reverse("kept-post")
    if secrets_taken_by(request):
        messages.warning(
            request, "What you sent was not saved: passwords and codes are not kept. Send it again."
        )
        return request.get_full_path()
    messages.warning(request, "What you sent was too large to keep, so it was not saved.")
    return reverse("home")


def sign_in_page(request) -> str:
    """The name of the sign-in page for the person who last used this browser."""
    return "sign-in-candidate" if request.COOKIES.get(CANDIDATE_COOKIE) == "candidate" else "sign-in"


def remember_way_in(response, user) -> None:
    """Remember in the browser whether the last person to sign in was a candidate."""
    if user.email is None:
        seconds = CANDIDATE_DAYS * 24 * 60 * 60
        response.set_cookie(
            CANDIDATE_COOKIE, "candidate", max_age=seconds, httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    else:
        response.delete_cookie(CANDIDATE_COOKIE, samesite="Lax")


def keep(request, whose: int | None = None) -> bool:
    """Keep what this request posted. False if the owner is unknown, or it is too large or secret."""
    if secrets_taken_by(request):
        return False
    is_signed_in = request.user.is_authenticated
    whose = whose or (
        request.user.pk if is_signed_in else request.get_signed_cookie(COOKIE, default=None, salt=SALT)
    )
    fields = [
        [name, value] for name, values in request.POST.lists() if name not in LEFT_OUT for value in values
    ]
    size = sum(len(name.encode()) + len(value.encode()) for name, value in fields)
    if whose is None or size > KEPT_BYTES:
        return False
    files = [file.name for _, files in request.FILES.lists() for file in files]
    post = KeptPost(int(whose), request.get_full_path(), fields, files, time.time(), is_signed_in)
    request.session[SESSION_KEY] = asdict(post)
    if not is_signed_in:
        request.session.set_expiry(KEPT_SECONDS)  # of the anonymous session; signing in sets its own
    return True


def kept(request) -> KeptPost | None:
    """What was kept for the signed-in person. Anything too old or of somebody else is dropped."""
    stored = request.session.get(SESSION_KEY)
    if stored is None:
        return None
    post = KeptPost(**stored)
    if post.whose == request.user.pk and time.time() - post.at < KEPT_SECONDS:
        return post
    drop(request)
    return None


def drop(request) -> None:
    request.session.pop(SESSION_KEY, None)


def _as_oneself(request, view, *args, **kwargs):
    """The answer to a signed-in person, marked as theirs; what was kept and is now sent again is dropped."""
    before = kept(request) if request.method == "POST" else None
    response = view(request, *args, **kwargs)
    # The view may have kept it again, because the person had to verify.
    if before and before.path == request.get_full_path() and kept(request) == before:
        drop(request)
    response.set_signed_cookie(
        COOKIE,
        request.user.pk,
        salt=SALT,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
