"""Migration operations."""

from django.db.migrations.operations.base import Operation
from pgtrigger.migrations import AddTrigger


class InstallTriggers(Operation):
    """Install the triggers in the options of newly created `models`.

    Like pgtrigger's AddTrigger for each trigger, which would render all related models again each time.
    """

    def __init__(self, models: list[str]):
        self.models = models

    def state_forwards(self, app_label, state) -> None:
        """The models have them already."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        for name in self.models:
            for trigger in to_state.models[app_label, name].options["triggers"]:
                AddTrigger(name, trigger).database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        """They go with their tables."""

    def describe(self) -> str:
        return f"Install the triggers of {', '.join(self.models)}"
