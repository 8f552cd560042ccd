from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KitConfig(AppConfig):
    name = "portal.kit"
    label = "kit"
    verbose_name = "Audit trail and outbox"

    def ready(self) -> None:
        """Load every room's tasks, so that the outbox knows its handlers in whichever process it runs."""
        autodiscover_modules("tasks")
