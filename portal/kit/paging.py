"""Show lists one page at a time."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest


def paginate(request: HttpRequest, queryset: Any, per_page: int = 25, *, param: str = "page") -> Page[Any]:
    """The page of `queryset` (anything ordered) that `?page=` asks for; otherwise the first or last."""
    return Paginator(queryset, per_page).get_page(request.GET.get(param))
