"""Middleware for every response of the portal."""

import logging

from django.core.exceptions import BadRequest, ObjectDoesNotExist
from django.db import DatabaseError, DataError, IntegrityError
from django.shortcuts import render

from .caching import forget_pages, limit_keeping
from .stateful import TransitionRefused

logger = logging.getLogger(__name__)
# PostgreSQL: serialisation failure, deadlock, lock not available; and the errors of our triggers.
REFUSED = {"40001", "40P01", "55P03", "P0001"}


def no_store(get_response):
    """Keep the pages of signed-in people out of caches (caching.py), and clear the browser's when they sign out."""

    def middleware(request):
        was_signed_in = request.user.is_authenticated
        response = get_response(request)
        if was_signed_in or request.user.is_authenticated:
            limit_keeping(request, response)
        if was_signed_in and not request.user.is_authenticated:
            forget_pages(response)
        return response

    return middleware


def no_null(get_response):
    """Refuse addresses with a null character, which PostgreSQL cannot store or compare: nobody types one."""

    def middleware(request):
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("The address contains a null character.")
        return get_response(request)

    return middleware


def too_late(get_response):
    """Answer a lost race with a page, where the action itself does not explain it: nothing was changed.

    A second click, or somebody else, was first: the row is gone, or there may be only one. Logged, as our own
    mistakes can cause the same errors.
    """

    def middleware(request):
        return get_response(request)

    def process_exception(request, problem):
        if _is_nonsense_key(request, problem):
            return render(request, "400.html", status=400)
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return None
        if isinstance(problem, TransitionRefused):
            return render(request, "409.html", {"words": problem.for_people()}, status=409)
        if _is_lost_race(problem):
            logger.warning("Too late: %s %s", request.method, request.path, exc_info=problem)
            return render(request, "409.html", status=409)
        if isinstance(problem, DataError):
            logger.error("Cannot be stored: %s %s", request.method, request.path, exc_info=problem)
            return render(request, "400.html", status=400)
        return None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def _is_lost_race(problem: Exception) -> bool:
    if isinstance(problem, DatabaseError) and getattr(problem.__cause__, "sqlstate", None) in REFUSED:
        return True
    return isinstance(problem, IntegrityError | ObjectDoesNotExist)


def _is_nonsense_key(request, problem: Exception) -> bool:
    """Django's admin fails when it shows a chosen row again whose key is not a number."""
    in_admin = request.resolver_match is not None and request.resolver_match.namespace == "admin"
    return in_admin and isinstance(problem, ValueError) and "expected a number but got" in str(problem)


def known_keys(get_response):
    """Refuse admin actions on rows whose keys are not numbers: the pages of the admin never send such keys."""

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        if request.resolver_match.namespace != "admin" or request.method != "POST":
            return
        if not all(key.isascii() and key.isdigit() for key in request.POST.getlist("_selected_action")):
            raise BadRequest("The key of a chosen row is not a number.")

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware
