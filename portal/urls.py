"""The portal's addresses: each room brings its own."""

from django.contrib import admin
from django.urls import include, path

from . import home

handler500 = "portal.files.views.server_error"

urlpatterns = [
    path("", home.home, name="home"),
    path("", include("portal.accounts.urls")),
    path("", include("portal.files.urls")),
    path("", include("portal.guide.urls")),
    path("", include("portal.catalogue.urls")),
    path("", include("centres.urls")),
    path("", include("portal.noticeboard.urls")),
    path("", include("candidates.urls")),
    path("", include("portfolios.urls")),
    path("", include("moderation.urls")),
    path("", include("moderation.awards.urls")),
    path("admin/", admin.site.urls),
]
