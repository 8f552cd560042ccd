"""What browsers may keep of a person's pages: nothing, as centre computers are shared, except their own unsaved form.

A form with faults is the answer to a POST. If nothing of it is kept, browsers show an error page in its place after
Back, and what was typed is lost. So such a page may stay in the person's own browser, where only Back leads to it, and
is dropped when they sign out or their session ends. Pages that take passwords or codes are never kept.
"""

from functools import wraps

from django.utils.cache import add_never_cache_headers, patch_cache_control


def limit_keeping(request, response) -> None:
    """Set the headers of an answer that only this person may see. A view that forbids keeping has the last word."""
    if may_be_gone_back_to(request, response):
        patch_cache_control(response, private=True, no_cache=True, max_age=0)
        response.may_be_gone_back_to = True
    else:
        add_never_cache_headers(response)


def may_be_gone_back_to(request, response) -> bool:
    """Whether the answer is a page, in answer to a form, that shows no secrets."""
    view = getattr(request.resolver_match, "func", None)
    return (
        request.method == "POST"
        and response.status_code == 200
        and response.get("Content-Type", "").startswith("text/html")
        and "Content-Disposition" not in response
        and "no-store" not in response.get("Cache-Control", "")
        and not getattr(view, "takes_secrets", None)
    )


def whatever_cookies(get_response):
    """Middleware, before all that read cookies: let Back find a kept page although cookies have changed since.

    Browsers compare the cookies then and now if `Vary` names them. Such a page is found by its form's own key anyway.
    """

    def middleware(request):
        response = get_response(request)
        if getattr(response, "may_be_gone_back_to", False):
            response.headers.pop("Vary", None)
        return response

    return middleware


def forget_pages(response) -> None:
    """Let the browser drop everything it kept of the portal. Browsers do so only over HTTPS, and on this machine."""
    response.headers["Clear-Site-Data"] = '"cache"'


def for_one_person(view):
    """For pages of people who have not signed in, which only they may see."""

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        limit_keeping(request, response)
        return response

    return wrapper
