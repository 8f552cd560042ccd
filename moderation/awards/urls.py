from django.urls import path

from . import views

urlpatterns = [
    path("centres/<str:number>/certificates/", views.certificates, name="certificates"),
    path("centres/<str:number>/certificates.zip", views.certificates_zip, name="certificates-zip"),
    path("certificates/<str:number>.pdf", views.certificate_download, name="certificate-download"),
    path("my/certificates/", views.my_certificates, name="my-certificates"),
    path("check/", views.check, name="check"),
    path("check/<str:number>/<str:seal>/", views.check_certificate, name="check-certificate"),
]
