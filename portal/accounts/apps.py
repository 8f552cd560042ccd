from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        from . import failures, idle  # noqa: F401 - listen to work that fails, and to sign-ins
