from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django_fsm import FSMFieldMixin


class KitConfig(AppConfig):
    name = "portal.kit"
    label = "kit"
    verbose_name = "Audit trail and outbox"

    def ready(self) -> None:
        """Load every room's tasks, so that the outbox knows its handlers in whichever process it runs."""
        autodiscover_modules("tasks")
        _spare_historical_models()


def _spare_historical_models() -> None:
    """Migrations make thousands of models, none of which has transitions.

    django-fsm-2 would connect a receiver for every one of them, each called for every later one: on an empty
    database that was most of the time that migrating took.
    """
    contribute = FSMFieldMixin.contribute_to_class

    def contribute_to_class(self, cls, name, **kwargs):
        if cls.__module__ == "__fake__":
            super(FSMFieldMixin, self).contribute_to_class(cls, name, **kwargs)
        else:
            contribute(self, cls, name, **kwargs)

    FSMFieldMixin.contribute_to_class = contribute_to_class  # type: ignore[method-assign]
