"""The portal's addresses: each room has its own."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

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
    # The admin's own page would keep a password that is sent after the session has ended, and does not limit tries.
    path("admin/password_change/", RedirectView.as_view(pattern_name="change-password")),
    path("admin/", admin.site.urls),
]
