from django.urls import path, re_path

from . import mail_views, views

RESET_LINK = r"^reset-password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/candidate/", views.sign_in_candidate, name="sign-in-candidate"),
    path("sign-in/choose-password/", views.choose_password, name="choose-password"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("invitation/<int:pk>/<str:token>/", views.invitation, name="invitation"),
    path("forgotten-password/", views.forgotten_password, name="forgotten-password"),
    path("forgotten-password/sent/", views.forgotten_password_sent, name="forgotten-password-sent"),
    path("reset-password/done/", views.reset_password_done, name="reset-password-done"),
    re_path(RESET_LINK, views.reset_password, name="reset-password"),
    path("account/", views.account_home, name="account-home"),
    path("account/password/", views.change_password, name="change-password"),
    path("account/e-mails/", mail_views.mail_settings, name="mail-settings"),
    path("account/inactive/", views.inactive, name="account-inactive"),
    path("kept/", views.kept_post, name="kept-post"),
    path("kept/discard/", views.kept_discard, name="kept-discard"),
    # The names by which django-allauth itself goes to some of these pages.
    path("sign-in/", views.sign_in, name="account_login"),
    path("account/inactive/", views.inactive, name="account_inactive"),
    re_path(RESET_LINK, views.reset_password, name="account_reset_password_from_key"),
]
