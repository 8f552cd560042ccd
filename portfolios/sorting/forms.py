"""The forms of a bulk upload: the unit meant, the files, and where each of them goes."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from candidates.importing import candidate_number
from portal.catalogue.models import Unit
from portal.files import filetypes, inside
from portal.kit.amounts import filesize_uk
from portal.kit.forms import Form
from portal.kit.stateful import TransitionRefused

from ..actions.uploading import leave_out
from ..forms import MAX_FILES, EvidenceFilesField, each_by_itself
from ..models import Assignment, BulkUpload, Upload
from . import arriving, confirming, labels
from .roster import Roster, Unsorted


class StartForm(Form):
    """Which unit is meant if a file's name does not give one."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        required=False,
        empty_label="Use the file names",
        help_text="A unit in a file name comes first.",
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class BulkFilesForm(Form):
    """Files and zips, each judged by itself: a bad one does not stop the others."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        one = filesize_uk(settings.EVIDENCE_FILE_LIMIT_BYTES)
        many = filesize_uk(settings.BULK_UPLOAD_LIMIT_BYTES)
        self.fields["files"] = EvidenceFilesField(
            extensions=filetypes.endings(),
            is_brief=True,
            max_files=MAX_FILES,
            label="Files, or a zip of files",
            help_text=f"Up to {one} each, {MAX_FILES} at a time. A zip of many files can be up to {many}.",
            error_messages={"required": "Choose at least one file"},
        )

    def save(self, bulk: BulkUpload, *, by) -> tuple[list[Upload], list[str]]:
        """(files received, why the others were not accepted). Files that systems leave in a folder are skipped."""
        files = self.cleaned_data["files"]
        work = [file for file in files if not inside.is_left_over(file.name)]
        return each_by_itself(work or files, lambda file: arriving.receive(bulk, file, by=by))


class SortForm(Form):
    """Where one file goes. `work`: the open work found for what was typed; None if nothing was found."""

    marks_optional = False
    work: Assignment | None = None

    number = forms.CharField(
        required=False,
        max_length=10,
        label="Candidate number",
        widget=forms.TextInput(
            attrs={
                "class": "govuk-input--width-5",
                "inputmode": "numeric",
                "list": "candidates",
                "autocomplete": "off",
            }
        ),
    )
    unit = forms.ChoiceField(required=False)
    leave_out = forms.BooleanField(required=False, label="Exclude")

    def __init__(self, data, *, upload: Upload, bulk: BulkUpload, roster: Roster):
        self.upload, self.roster = upload, roster
        self.row_label = upload.full_name
        read = roster.propose(upload.full_name, bulk.unit)
        initial = upload.typed or {"number": read.number, "unit": read.code}
        super().__init__(data, prefix=prefix_of(upload), initial=initial)
        units = [(unit.code, str(unit)) for unit in roster.units]
        self.fields["unit"].choices = [("", "Choose one"), *units]  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        typed = self.cleaned_data["number"]
        return candidate_number(typed) or typed

    def clean(self):
        values = super().clean() or {}
        if self.errors or values["leave_out"]:
            return values
        try:
            if values["number"]:
                self.work = self.roster.resolve(values["number"], values["unit"])
            elif values["unit"]:
                raise Unsorted("Enter the candidate number as well.")
        except Unsorted as why:
            self.add_error(why.field, str(why))
        return values

    def correct(self, *, by) -> None:
        """Save what was typed, if it differs from what was shown or is wrong now; nothing is confirmed."""
        if not self.has_changed() and not self.errors and self.work == self.upload.proposed:
            return
        work, reason = self.work, ""
        if self.cleaned_data.get("leave_out"):
            work, reason = self.upload.proposed, self.upload.remark
        elif not work:
            faults = [str(words) for field in self.errors.values() for words in field]
            reason = " ".join(faults) or "There is no candidate number."
        typed = {name: self[name].value() for name in self.fields}
        confirming.correct(self.upload, work, reason, typed=typed, by=by)

    def confirm(self, *, by) -> bool:
        """Confirm the file, or exclude it. False, with the error at the number, if it still has to be sorted."""
        try:
            if self.cleaned_data.get("leave_out"):
                leave_out(self.upload, by=by)
            elif self.work:
                confirming.confirm(self.upload, self.work, by=by)
            else:
                return False
        except ValidationError as refusal:
            self.add_error("number", refusal)
            return False
        except TransitionRefused as refusal:
            self.add_error("number", refusal.for_people())
            return False
        return True


def prefix_of(upload: Upload) -> str:
    return f"file-{upload.pk}"


def sort_forms(bulk: BulkUpload, data=None) -> list[SortForm]:
    """One form for each file to be sorted: those with a problem first, then by candidate.

    `data`: what was posted; files that arrived after the page was shown are not in it, and stay as they are.
    """
    waiting = list(
        bulk.uploads.in_state(Upload.State.SORTING).select_related(
            "stored", "bulk", "proposed__candidate", "proposed__unit"
        )
    )
    numbers = {number for upload in waiting for number in labels.numbers(upload.full_name)}
    numbers |= {upload.proposed.candidate.number for upload in waiting if upload.proposed}
    posted = {upload.pk: (data or {}).get(f"{prefix_of(upload)}-number") for upload in waiting}
    numbers |= {candidate_number(typed.strip()) or "" for typed in posted.values() if typed}
    roster = Roster(bulk.centre, numbers)
    forms = [
        SortForm(data if posted[upload.pk] is not None else None, upload=upload, bulk=bulk, roster=roster)
        for upload in waiting
    ]
    return sorted(forms, key=_place)


def _place(form: SortForm) -> tuple:
    work = form.upload.proposed
    number, code = (work.candidate.number, work.unit.code) if work else ("", "")
    return (bool(work), number, code, form.upload.full_name)
