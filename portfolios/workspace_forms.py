"""The forms of the workspace."""

from pathlib import PurePath
from typing import cast

from django import forms

from portal.kit.forms import Form, ModelForm, TwoTabs

from . import actions
from .forms import MAX_FILES, EvidenceFilesField, each_by_itself, file_field
from .models import Assignment, WorkspaceFile


class KeepForm(Form):
    """Files for the workspace, each judged by itself: a bad one does not stop the others."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["files"] = file_field(EvidenceFilesField, max_files=MAX_FILES, label="Files")

    def save(self, candidate, *, by) -> tuple[list[WorkspaceFile], list[str]]:
        """(files kept, why the others were not), in the order chosen."""

        def keep(file) -> WorkspaceFile:
            title = PurePath(file.name).stem[:120]
            return actions.keep_in_workspace(candidate, file, title=title, by=by)

        return each_by_itself(self.cleaned_data["files"], keep)


class RenameForm(TwoTabs, ModelForm):
    class Meta:
        model = WorkspaceFile
        fields = ["title"]


class UnitField(forms.ModelChoiceField):
    """One of the candidate's assignments, shown as its unit."""

    def label_from_instance(self, work) -> str:
        return f"{work.unit.code} {work.unit.title}"


class AddToUnitForm(Form):
    """Which open unit a file goes into."""

    unit = UnitField(queryset=Assignment.objects.none(), widget=forms.RadioSelect, empty_label=None)
    keep = forms.BooleanField(required=False, label="Also keep it in the workspace, to use in another unit")

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        cast(UnitField, self.fields["unit"]).queryset = units
