"""Files of candidates, from upload to import."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from centres.models import Centre
from portal.kit.stateful import (
    Stateful,
    allowed_moves,
    refuses,
    stamped_by_someone,
    state_field,
)

from ..querysets import CandidateImportQuerySet
from ..states import ImportState


@refuses("The file has problems. Correct it and upload it again.")
def has_no_problems(file: "CandidateImport") -> bool:
    return not file.problem_count


@refuses("Nobody would be added. Upload another file.")
def adds_somebody(file: "CandidateImport") -> bool:
    return file.to_add > 0


@refuses("Some likely duplicates have no answer yet.")
def is_answered(file: "CandidateImport") -> bool:
    return not file.unanswered


@refuses("Some names have not been checked yet.")
def has_names_confirmed(file: "CandidateImport") -> bool:
    return file.names_are_confirmed


@allowed_moves
class CandidateImport(Stateful):
    """A CSV file of candidates, kept until it is imported or discarded.

    `headings` and `columns` belong together: the heading of each column of the file, and the field that it fills ("":
    none). `rows`, `problems`, `first_rows` and `duplicates` are what the last check found. `answers` says for each
    likely duplicate whether it is the same person ("same", the row is skipped) or another ("other"), and under
    "names" which `name_questions` have been checked and found right.
    """

    State = ImportState

    state = state_field(State, State.UPLOADED)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="candidate_imports")
    file_name = models.CharField(max_length=200)
    text = models.TextField()
    headings = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    rows = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list, help_text="[[line, column, reason], …], the first of them")
    problem_count = models.PositiveIntegerField(default=0)
    faulty_lines = models.PositiveIntegerField(default=0)
    first_rows = models.JSONField(default=list)
    duplicates = models.JSONField(default=list)
    name_questions = models.JSONField(default=list, help_text="[[line, name, why to check it], …]")
    mended = models.JSONField(default=list, help_text="[[word as it is in the file, word as it was read], …]")
    answers = models.JSONField(default=dict)
    refusal = models.TextField(blank=True, help_text="Why the last import added nobody.")
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True, editable=False)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    importing_at = models.DateTimeField(null=True, editable=False)
    importing_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField(null=True, editable=False)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = CandidateImportQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = "import"
        constraints = [
            stamped_by_someone("imported", "import_imported_by_someone"),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("candidate-import", args=[self.centre.number, self.pk])

    @property
    def unanswered(self) -> list[dict]:
        """The likely duplicates that nobody has answered yet."""
        return [found for found in self.duplicates if found["key"] not in self.answers]

    @property
    def names_are_confirmed(self) -> bool:
        return self.answers.get("names", []) == self.name_questions

    @property
    def skipped(self) -> set[int]:
        """Lines that are not added, as the person is already a candidate at the centre or in the file."""
        return {found["line"] for found in self.duplicates if self.answers.get(found["key"]) == "same"}

    @property
    def to_add(self) -> int:
        return self.rows - len(self.skipped)

    @transition("state", source=[State.UPLOADED, State.CHECKED], target=State.CHECKED)
    def check_columns(self):
        """The columns are matched and every row has been checked; nothing has been added."""

    @transition(
        "state",
        source=State.CHECKED,
        target=State.IMPORTING,
        conditions=[has_no_problems, adds_somebody, has_names_confirmed, is_answered],
    )
    def start(self):
        """A worker adds the candidates."""
        self.refusal = ""

    @transition("state", source=State.IMPORTING, target=State.CHECKED, custom={"stamps": False})
    def give_back(self):
        """Nobody was added: the file no longer fits, as candidates have changed in the meantime."""

    @transition("state", source=State.IMPORTING, target=State.IMPORTED)
    def complete(self):
        """All candidates in the file have been added together."""
        self.rows = self.to_add
        self.forget()

    @transition("state", source=[State.UPLOADED, State.CHECKED], target=State.DISCARDED)
    def discard(self):
        """Nobody was added, and what the file says about people is not kept."""
        self.forget()

    def forget(self) -> None:
        """Delete what the file says about people; headings and columns are kept to help with the next file."""
        self.text = ""
        self.problems, self.first_rows, self.duplicates, self.answers = [], [], [], {}
        self.name_questions, self.mended = [], []
