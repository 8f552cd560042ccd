from django.urls import path

from . import views

urlpatterns = [
    path("guide/", views.guides, name="guides"),
    path("guide/<slug:role>.pdf", views.guide_pdf, name="guide-pdf"),
    path("guide/<slug:role>/", views.guide, name="guide"),
    path("guide/<slug:role>/<slug:part>/", views.guide_part, name="guide-part"),
]
