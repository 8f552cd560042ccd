from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CandidatesConfig(AppConfig):
    name = "candidates"
    verbose_name = "Candidates"

    def ready(self) -> None:
        """Load what each room does when two candidates are merged."""
        autodiscover_modules("merging")
