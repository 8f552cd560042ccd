from django.urls import path

from . import views

urlpatterns = [
    path("qualifications/", views.catalogue, name="catalogue"),
    path("qualifications/<slug:code>/", views.qualification, name="qualification"),
    path("units/<slug:code>/", views.unit, name="unit"),
    path("questions/", views.questions, name="questions"),
]
