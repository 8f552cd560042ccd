from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PortfoliosConfig(AppConfig):
    name = "portfolios"
    verbose_name = "Portfolios"

    def ready(self) -> None:
        """Load who speaks for which side, as each room knows only its own people."""
        autodiscover_modules("sides")
