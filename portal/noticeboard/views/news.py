"""News."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from portal.kit.paging import paginate

from ..models import NewsItem


def news(request):
    page = paginate(request, NewsItem.objects.visible_to(request.user), 10)
    return render(request, "noticeboard/news.html", {"page": page})


def news_item(request, pk):
    item = get_object_or_404(NewsItem.objects.visible_to(request.user), pk=pk)
    context = {"item": item, "breadcrumbs": [("News", reverse("news")), (item.title, None)]}
    return render(request, "noticeboard/news_item.html", context)
