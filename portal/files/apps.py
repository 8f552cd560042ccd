from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class FilesConfig(AppConfig):
    name = "portal.files"
    label = "files"
    verbose_name = "Stored files"

    def ready(self) -> None:
        """Load what every room keeps in the storage, so that the sweep knows it, and what rooms receive files for."""
        autodiscover_modules("stored", "uses")
