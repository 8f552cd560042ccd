"""Show lists one page at a time."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest


def paginate(
    request: HttpRequest,
    queryset: Any,
    per_page: int = 25,
    *,
    param: str = "page",
    dress: Callable[[list], Iterable] | None = None,
    count: int | None = None,
) -> Page[Any]:
    """The page of `queryset` (anything ordered) that `?page=` asks for, otherwise the first or last.

    With `dress`, the queryset is one of keys: it is sorted, counted and cut without what a list shows, and `dress`
    loads the rows of the page from their keys, in any order. `count`: how many there are, where that is known.
    """
    paginator = Paginator(queryset, per_page)
    if count is not None:
        paginator.count = count
    page = paginator.get_page(request.GET.get(param))
    if dress:
        keys = list(page.object_list)
        rows = {row.pk: row for row in dress(keys)}
        page.object_list = [rows[key] for key in keys if key in rows]
    return page
