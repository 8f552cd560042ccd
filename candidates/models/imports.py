"""Files of candidates, from the dry run on."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from centres.models import Centre
from portal.kit.stateful import Stateful, allowed_moves, known_states, stamped_by_someone, state_field

from ..querysets import CandidateImportQuerySet


@allowed_moves
class CandidateImport(Stateful):
    """A CSV file of candidates, kept from its dry run until it is imported or discarded.

    `text` is the file as uploaded; `problems` and `rows` are what the dry run found (see importing.py).
    """

    class State(models.TextChoices):
        CHECKED = "checked", "Checked, not imported"
        IMPORTED = "imported", "Imported"
        DISCARDED = "discarded", "Discarded"

    state = state_field(State, State.CHECKED)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="candidate_imports")
    file_name = models.CharField(max_length=200)
    text = models.TextField()
    rows = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list, help_text="[[line, column, reason], …]")
    checked_at = models.DateTimeField(default=timezone.now, editable=False)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(null=True, editable=False)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = CandidateImportQuerySet.as_manager()

    class Meta:
        ordering = ["-checked_at"]
        verbose_name = "import"
        constraints = [
            known_states(["checked", "imported", "discarded"], "import_known_state"),
            stamped_by_someone("imported", "import_imported_by_someone"),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("candidate-import", args=[self.centre.number, self.pk])

    @transition("state", source=State.CHECKED, target=State.IMPORTED)
    def complete(self):
        """Its candidates are the centre's; all of them were added together."""
        self.text = ""

    @transition("state", source=State.CHECKED, target=State.DISCARDED)
    def discard(self):
        """Nothing was added, and what the file said of people is not kept."""
        self.text = ""
