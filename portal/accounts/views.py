"""Views: signing in and out, first and forgotten passwords, and the person's own account."""

import time

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.account.views import (
    AccountInactiveView,
    LoginView,
    PasswordResetDoneView,
    PasswordResetFromKeyDoneView,
    PasswordResetView,
)
from allauth.decorators import rate_limit
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.forms.utils import pretty_name
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.text import Truncator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.kit.stateful import TransitionRefused

from . import actions, keeping, links, tries
from .forms import CandidateSignInForm, ChangePasswordForm, NewPasswordForm
from .keeping import signed_in, takes_secrets
from .links import next_page
from .models import SignInCode

CODE_SECONDS = 15 * 60  # between entering the code and choosing a password
CODE_KEY = "sign_in_code"
SHOWN_VALUES = 5  # of one field, on the page that shows what was kept

sign_in = takes_secrets("password")(LoginView.as_view(template_name="accounts/sign_in.html"))
inactive = AccountInactiveView.as_view(template_name="accounts/inactive.html")
forgotten_password = PasswordResetView.as_view(
    template_name="accounts/forgotten_password.html", success_url=reverse_lazy("forgotten-password-sent")
)
forgotten_password_sent = PasswordResetDoneView.as_view(template_name="accounts/forgotten_password_sent.html")


reset_password_done = PasswordResetFromKeyDoneView.as_view(template_name="accounts/reset_password_done.html")


@takes_secrets("secret")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_candidate(request):
    """With a password: sign in. With a one-time code: continue to choosing a password."""
    after = next_page(request)
    if request.user.is_authenticated:
        return redirect(after or "home")
    form = CandidateSignInForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        if form.code:
            request.session[CODE_KEY] = {
                "pk": form.code.pk,
                "until": time.time() + CODE_SECONDS,
                "after": after,
            }
            return redirect("choose-password")
        return let_in(request, form.user, after)
    return render(request, "accounts/sign_in_candidate.html", {"form": form, "after": after})


@takes_secrets("password1", "password2")
@never_cache
@require_http_methods(["GET", "POST"])
def choose_password(request):
    """A candidate chooses a password, after the right one-time code."""
    held = request.session.get(CODE_KEY) or {"until": 0}
    code = (
        SignInCode.objects.filter(pk=held["pk"], user__is_active=True).select_related("user").first()
        if held["until"] > time.time()
        else None
    )
    if code is None or not code.is_open:
        return _code_is_over(request)
    form = NewPasswordForm(request.POST if request.method == "POST" else None, user=code.user)
    if form.is_valid():
        try:
            user = actions.use_code(code, form.cleaned_data["password1"])
        except TransitionRefused:
            return _code_is_over(request)
        del request.session[CODE_KEY]
        messages.success(request, "Your password is set. Use it from now on; the code no longer works.")
        return let_in(request, user, held["after"])
    return render(request, "accounts/choose_password.html", {"form": form, "person": code.user})


def _code_is_over(request):
    request.session.pop(CODE_KEY, None)
    messages.warning(request, "The time for choosing a password has run out. Enter your one-time code again.")
    return redirect("sign-in-candidate")


@takes_secrets("password1", "password2")
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request, pk, token):
    """An invited adult chooses a first password."""
    found = actions.find_invitation(pk, links.secret_of(request, "invitation", pk, token))
    if found is None:
        return render(request, "accounts/invitation_over.html", status=410)
    if answer := links.hidden(request, "invitation", pk, token):
        return answer
    form = NewPasswordForm(request.POST if request.method == "POST" else None, user=found.user)
    if form.is_valid():
        try:
            user = actions.accept_invitation(found, form.cleaned_data["password1"])
        except TransitionRefused:
            return render(request, "accounts/invitation_over.html", status=410)
        links.forget(request, "invitation", pk)
        messages.success(request, "Your password is set and you are signed in.")
        return let_in(request, user)
    return render(request, "accounts/invitation.html", {"form": form, "person": found.user})


@takes_secrets("password1", "password2")
@never_cache
@require_http_methods(["GET", "POST"])
def reset_password(request, pk, token):
    """A new password, by the link in an e-mail. Whoever has it is the owner, so this browser is remembered."""
    found = actions.find_password_request(pk, links.secret_of(request, "reset-password", pk, token))
    if found is None:
        return _link_is_over(request)
    if answer := links.hidden(request, "reset-password", pk, token):
        return answer
    form = NewPasswordForm(request.POST if request.method == "POST" else None, user=found.user)
    if form.is_valid():
        try:
            user = actions.answer_password_request(found, form.cleaned_data["password1"])
        except TransitionRefused:
            return _link_is_over(request)
        links.forget(request, "reset-password", pk)
        response = redirect("reset-password-done")
        tries.know_browser(request, response, user.sign_in_name)
        return response
    return render(request, "accounts/reset_password.html", {"form": form})


def _link_is_over(request):
    return render(request, "accounts/reset_password.html", {"is_over": True}, status=410)


def let_in(request, user, after: str | None = None):
    """Sign the person in and go to `after`, or home."""
    if request.user.is_authenticated and request.user != user:
        logout(request)
    record_authentication(request, user, "password")
    return perform_login(request, user, redirect_url=after)


@require_POST
def sign_out(request):
    """Sign out, and go back to the sign-in page that the person uses: candidates have their own."""
    page = keeping.sign_in_page(request)
    logout(request)
    messages.success(request, "You are signed out.")
    return redirect(page)


@signed_in
@require_GET
def account_home(request):
    context = {
        "candidate": getattr(request.user, "candidate", None),
        "is_moderator": hasattr(request.user, "moderator"),
    }
    return render(request, "accounts/account.html", context)


@takes_secrets("oldpassword", "password1", "password2")
@signed_in
@rate_limit(action="change_password")
@require_http_methods(["GET", "POST"])
def change_password(request):
    form = ChangePasswordForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.save()
        update_session_auth_hash(request, request.user)
        messages.success(request, "Your password has been changed. You are signed out everywhere else.")
        return redirect("account-home")
    return render(request, "accounts/change_password.html", {"form": form})


@signed_in
@require_GET
def kept_post(request):
    """What the person typed before they found that their session had ended, to send again or discard."""
    post = keeping.kept(request)
    if post is None:
        return redirect("home")
    return render(request, "accounts/kept.html", {"post": post, "rows": _rows_of(post)})


def _rows_of(post: keeping.KeptPost) -> list[dict]:
    """The fields to show: those that are not empty, each name once."""
    values: dict[str, list[str]] = {}
    for name, value in post.fields:
        if value.strip():
            values.setdefault(name, []).append(value)
    return [
        {
            "key": pretty_name(name.replace("-", "_")),
            "values": [Truncator(value).chars(5000) for value in found[:SHOWN_VALUES]],
            "more": max(len(found) - SHOWN_VALUES, 0),
        }
        for name, found in values.items()
    ]


@signed_in
@require_POST
def kept_discard(request):
    keeping.drop(request)
    messages.success(request, "What you typed was discarded.")
    return redirect("home")
