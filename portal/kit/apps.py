from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django_fsm import FSMFieldMixin


class KitConfig(AppConfig):
    name = "portal.kit"
    label = "kit"
    verbose_name = "Audit trail and outbox"

    def ready(self) -> None:
        """Load every room's tasks, so that the outbox knows its handlers in every process."""
        autodiscover_modules("tasks")
        _spare_historical_models()


def _spare_historical_models() -> None:
    """Leave out the thousands of models that migrations make, none of which has transitions.

    django-fsm-2 would connect a receiver for each of them, called for every later one: on an empty database that
    took most of the time of migrating.
    """
    contribute = FSMFieldMixin.contribute_to_class

    def contribute_to_class(self, cls, name, **kwargs):
        if cls.__module__ == "__fake__":
            super(FSMFieldMixin, self).contribute_to_class(cls, name, **kwargs)
        else:
            contribute(self, cls, name, **kwargs)

    FSMFieldMixin.contribute_to_class = contribute_to_class  # type: ignore[method-assign]
