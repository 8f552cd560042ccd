from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CandidatesConfig(AppConfig):
    name = "candidates"
    verbose_name = "Candidates"

    def ready(self) -> None:
        """Load what each room does when candidates are merged and shows on their page, and what this room does with
        processed orders."""
        autodiscover_modules("merging", "overview")
        import_module("candidates.actions")
