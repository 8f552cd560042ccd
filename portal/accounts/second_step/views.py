"""Views: set up two-step verification, use it at sign-in, and verify again."""

from functools import wraps

import segno
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import Login
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.utils import decrypt, encrypt
from allauth.mfa.webauthn.internal.auth import begin_authentication, begin_registration
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from portal.kit.stateful import TransitionRefused
from portal.kit.throttle import is_too_often

from ..keeping import kept, signed_in, takes_secrets
from ..links import next_page
from . import factors
from .afresh import with_fresh_sign_in
from .duty import take_after
from .forms import AppForm, CodeForm, NewPasskeyForm, PasskeySignInForm, PasswordForm, proof_by_passkey

TITLE = "Two-step verification"
SECRET_KEY = "second_step_secret"  # noqa: S105 - in the session, sealed: for an app that is being set up


# --- the person's own factors --------------------------------------------------------------------


def adults(view):
    """Candidates have no two-step verification: for them these pages do not exist."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if not request.user.email:
            raise Http404("Candidates have no two-step verification.")
        return view(request, *args, **kwargs)

    return wrapper


@signed_in
@adults
@require_GET
def second_step(request):
    """What is set up, and what can be."""
    found = list(factors.factors_of(request.user))
    is_due = getattr(request, "second_step_is_due", False)
    context = {
        "is_due": is_due,
        "breadcrumbs": [] if is_due else [_account(), (TITLE, None)],
        "factors": found,
        "has_app": any(factor.type == factors.Type.TOTP for factor in found),
        "codes_left": len(factors.recovery_codes(request.user)),
    }
    return render(request, "accounts/second_step.html", context)


def _account() -> tuple[str, str]:
    return "Your account", reverse("account-home")


def _below(request, here: str) -> list[tuple]:
    """Breadcrumbs of a page below this one. While it is due, nothing else of the account can be opened."""
    trail = [] if getattr(request, "second_step_is_due", False) else [_account()]
    return [*trail, (TITLE, reverse("second-step")), (here, None)]


@takes_secrets("code")
@signed_in
@adults
@with_fresh_sign_in
@require_http_methods(["GET", "POST"])
def app(request):
    """Set up an authenticator app: the secret as a QR code and as text, then its first code."""
    secret = _secret(request)
    form = AppForm(request, secret, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            factor = factors.add_app(request.user, secret, form.counter)
        except TransitionRefused as refusal:
            messages.error(request, refusal.for_people())
            return redirect("second-step")
        del request.session[SECRET_KEY]
        return _is_set_up(request, factor, "The authenticator app is set up.")
    url = get_adapter().build_totp_url(request.user, secret)
    context = {
        "form": form,
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "picture": segno.make(url, error="m").svg_data_uri(scale=5, border=2, dark="#000", light="#fff"),
        "breadcrumbs": _below(request, "Authenticator app"),
    }
    return render(request, "accounts/second_step_app.html", context)


def _secret(request) -> str:
    """The secret stays the same until it is used, even if the page is opened again."""
    if SECRET_KEY not in request.session:
        request.session[SECRET_KEY] = encrypt(generate_totp_secret())
    return decrypt(request.session[SECRET_KEY])


@signed_in
@adults
@with_fresh_sign_in
@require_http_methods(["GET", "POST"])
def passkey(request):
    """Add a passkey; this needs script, as browsers offer no other way."""
    form = NewPasskeyForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        factor = factors.add_passkey(request.user, form.cleaned_data["name"], form.cleaned_data["credential"])
        return _is_set_up(request, factor, "The passkey is set up.")
    context = {
        "form": form,
        "options": begin_registration(request.user, passwordless=True),
        "breadcrumbs": _below(request, "Passkey"),
    }
    return render(request, "accounts/second_step_passkey.html", context)


def _is_set_up(request, factor, words: str):
    """Setting up counts as verifying. The recovery codes are shown after the first factor."""
    post_authentication(request, factor, reauthenticated=True)
    messages.success(request, words)
    return redirect("second-step-codes" if factors.factors_of(request.user).count() == 1 else "second-step")


@signed_in
@adults
@with_fresh_sign_in
@require_http_methods(["GET", "POST"])
def remove(request, pk):
    """Ask first, then remove one factor."""
    factor = get_object_or_404(factors.factors_of(request.user), pk=pk)
    if request.method == "POST":
        try:
            factors.remove(factor, by=request.user)
            messages.success(request, "The two-step verification method has been removed.")
        except TransitionRefused as refusal:
            messages.error(request, refusal.for_people())
        return redirect("second-step")
    return render(request, "accounts/second_step_remove.html", {"factor": factor})


@signed_in
@adults
@with_fresh_sign_in
@require_GET
def codes(request):
    """The recovery codes that still work, to print or to download."""
    found = factors.recovery_codes(request.user)
    if not found:
        return redirect("second-step")
    trail = _below(request, "Recovery codes")
    context = {"codes": found, "after": take_after(request), "breadcrumbs": trail}
    return render(request, "accounts/second_step_codes.html", context)


@signed_in
@adults
@with_fresh_sign_in
@require_GET
def codes_file(request):
    lines = [
        f"Recovery codes of {request.user.email}, {timezone.localdate():%d/%m/%Y}",
        "Each works once, in place of your app or passkey.",
        "",
        *factors.recovery_codes(request.user),
    ]
    answer = HttpResponse("\r\n".join(lines) + "\r\n", content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    return answer


@signed_in
@adults
@with_fresh_sign_in
@require_http_methods(["GET", "POST"])
def codes_renew(request):
    """Ask first, then make new recovery codes."""
    if not factors.has_factor(request.user):
        return redirect("second-step")
    if request.method == "POST":
        factors.renew_recovery_codes(request.user)
        messages.success(request, "You have new recovery codes. The earlier ones no longer work.")
        return redirect("second-step-codes")
    return render(request, "accounts/second_step_renew.html")


# --- using it ----------------------------------------------------------------------------


@takes_secrets("code")
@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="sign-in")
@require_http_methods(["GET", "POST"])
def sign_in_code(request):
    """Two-step verification, after the right password."""
    stage = request._login_stage
    form = CodeForm(request, stage.login.user, request.POST if "code" in request.POST else None)
    factor = _taken(request, stage.login.user, form)
    if factor:
        post_authentication(request, factor)
        return stage.exit()
    return render(request, "accounts/sign_in_code.html", _way_to_take(stage.login.user, form))


@takes_secrets("code", "password")
@signed_in
@adults
@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request):
    """Verify again, with the password where there is no factor; then back to the page that needed it."""
    after = next_page(request) or "home"
    if not factors.has_factor(request.user):
        return _confirm_password(request, after)
    form = CodeForm(request, request.user, request.POST if "code" in request.POST else None)
    factor = _taken(request, request.user, form)
    if factor:
        post_authentication(request, factor, reauthenticated=True)
        return redirect(after)
    context = {**_way_to_take(request.user, form), "after": after, "has_kept": kept(request) is not None}
    return render(request, "accounts/confirm.html", context)


def _confirm_password(request, after: str):
    form = PasswordForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        record_authentication(request, request.user, "password", reauthenticated=True)
        return redirect(after)
    return render(request, "accounts/confirm.html", {"form": form, "after": after})


def _taken(request, user, form: CodeForm):
    """The factor that the person verified with, by code or passkey; None if they did not."""
    if form.is_bound:
        return form.factor if form.is_valid() else None
    if request.method != "POST":
        return None
    found = proof_by_passkey(request.POST, user)
    if found is None:
        messages.error(request, "The passkey did not work. Try again, or enter a code.")
    return found


def _way_to_take(user, form: CodeForm) -> dict:
    types = set(factors.factors_of(user).values_list("type", flat=True))
    return {
        "form": form,
        "person": user,
        "has_app": factors.Type.TOTP in types,
        "options": begin_authentication(user) if factors.Type.WEBAUTHN in types else None,
    }


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_passkey(request):
    """Sign in with a passkey alone: GET tells the script what to ask the device for, POST carries its answer."""
    if request.user.is_authenticated:
        return redirect("home")
    if is_too_often(request, "passkey", a_minute=120):
        return render(request, "429.html", status=429)
    if request.method == "GET":
        return JsonResponse(begin_authentication())
    form = PasskeySignInForm(data=request.POST)
    if not form.is_valid():
        messages.error(request, "The passkey did not work. Sign in with your e-mail address and password.")
        return redirect("sign-in")
    factor = form.cleaned_data["credential"]
    login = Login(user=factor.user, redirect_url=next_page(request))
    return perform_passwordless_login(request, factor, login)
