"""Verify again before acts that cannot be undone: orders, claims, roles."""

import time
from functools import wraps
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse

from .. import keeping
from . import factors


def with_fresh_factor(view):
    """For pages that need two-step verification within the last minutes; put it under `signed_in`.

    A visitor is sent to the confirming page and back; what was posted is kept and can be sent again.
    People without a factor pass, where none is required.
    """

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        return ask_first(request) or view(request, *args, **kwargs)

    return wrapper


def with_fresh_sign_in(view):
    """Like `with_fresh_factor`, but people without a factor confirm their password: for pages about factors."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        return ask_first(request, or_password=True) or view(request, *args, **kwargs)

    return wrapper


def ask_first(request, *, or_password: bool = False):
    """A redirect to the confirming page, or None if nothing needs to be confirmed."""
    if not request.user.is_authenticated or is_fresh(request, or_password=or_password):
        return None
    after = keeping.way_back(request) if request.method == "POST" else request.get_full_path()
    return redirect(f"{reverse('confirm')}?{urlencode({'next': after})}")


def is_fresh(request, *, or_password: bool = False) -> bool:
    """Whether the person has confirmed in the last minutes; signing in counts."""
    has_factor = factors.has_factor(request.user)
    if not has_factor and not or_password:
        return True
    since = time.time() - settings.SECOND_FACTOR_FRESH_MINUTES * 60
    return any(
        record["method"] == ("mfa" if has_factor else "password") and record["at"] > since
        for record in get_authentication_records(request, request.user)
    )


class FreshFactorAdmin:
    """For a ModelAdmin whose actions and changes affect money, certificates or powers."""

    def changelist_view(self, request, *args, **kwargs):
        asked = ask_first(request) if request.method == "POST" else None
        return asked or super().changelist_view(request, *args, **kwargs)  # type: ignore[misc]

    def changeform_view(self, request, *args, **kwargs):
        asked = ask_first(request) if request.method == "POST" else None
        return asked or super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]
