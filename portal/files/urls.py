from django.urls import path

from .tus import upload

urlpatterns = [path("uploads/<uuid:key>/", upload, name="upload")]
