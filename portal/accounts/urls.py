from django.urls import path

from . import mail_views, views
from .second_step import views as second_step

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/candidate/", views.sign_in_candidate, name="sign-in-candidate"),
    path("sign-in/choose-password/", views.choose_password, name="choose-password"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("invitation/<int:pk>/<str:token>/", views.invitation, name="invitation"),
    path("forgotten-password/", views.forgotten_password, name="forgotten-password"),
    path("forgotten-password/sent/", views.forgotten_password_sent, name="forgotten-password-sent"),
    path("reset-password/done/", views.reset_password_done, name="reset-password-done"),
    path("reset-password/<int:pk>/<str:token>/", views.reset_password, name="reset-password"),
    path("account/", views.account_home, name="account-home"),
    path("account/password/", views.change_password, name="change-password"),
    path("account/e-mails/", mail_views.mail_settings, name="mail-settings"),
    path("account/inactive/", views.inactive, name="account-inactive"),
    path("account/second-step/", second_step.second_step, name="second-step"),
    path("account/second-step/app/", second_step.app, name="second-step-app"),
    path("account/second-step/passkey/", second_step.passkey, name="second-step-passkey"),
    path("account/second-step/<int:pk>/remove/", second_step.remove, name="second-step-remove"),
    path("account/second-step/codes/", second_step.codes, name="second-step-codes"),
    path("account/second-step/codes/file/", second_step.codes_file, name="second-step-codes-file"),
    path("account/second-step/codes/renew/", second_step.codes_renew, name="second-step-codes-renew"),
    path("account/confirm/", second_step.confirm, name="confirm"),
    path("sign-in/second-step/", second_step.sign_in_code, name="sign-in-code"),
    path("sign-in/passkey/", second_step.sign_in_passkey, name="sign-in-passkey"),
    path("kept/", views.kept_post, name="kept-post"),
    path("kept/discard/", views.kept_discard, name="kept-discard"),
    # The names by which django-allauth itself goes to some of these pages.
    path("sign-in/", views.sign_in, name="account_login"),
    path("sign-in/second-step/", second_step.sign_in_code, name="mfa_authenticate"),
    path("account/inactive/", views.inactive, name="account_inactive"),
]
