"""Forms about candidates' work: uploads, hand-ins, assigning, returning, recording."""

import re
from collections.abc import Callable, Iterable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from candidates.importing import candidate_number
from candidates.models import Candidate, Group
from portal.catalogue.models import Criterion, Unit
from portal.files import filetypes
from portal.kit.forms import DateField, FileField, Form, ModelForm, MultipleFileField, TwoTabs
from portal.kit.stateful import TransitionRefused

from . import actions, rules
from .marking import MarkingForm
from .models import Assignment, Evidence, EvidenceVersion, Round

__all__ = [
    "AchievedForm",
    "AssignForm",
    "EvidenceForm",
    "HandInForm",
    "MarkingForm",
    "ReplaceForm",
    "ReturnForm",
    "TagForm",
    "UploadForm",
]
MAX_FILES = 100  # Django accepts no more in one request


class CriteriaBoxes(forms.CheckboxSelectMultiple):
    """Below each criterion, `hints` ({its key: words})."""

    hints: dict[int, str] = {}

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        option["hint"] = self.hints.get(value, "")
        return option


class CriteriaField(forms.ModelMultipleChoiceField):
    """Criteria of one e-checklist, under their objectives. `show(assignment, …)` gives it its choices."""

    widget = CriteriaBoxes

    def __init__(self, **kwargs):
        super().__init__(
            queryset=Criterion.objects.none(),
            required=False,
            label="Criteria covered",
            **kwargs,
        )

    def show(self, assignment: Assignment, files: Iterable[Evidence], *, of: Evidence | None = None) -> None:
        """Choose among the criteria of `assignment`. Each says which of its `files` cover it, other than `of`."""
        self.widget.hints = rules.covered_by(assignment, files, but=of)
        self.queryset = Criterion.objects.filter(objective__checklist=assignment.checklist_id)
        self.widget.choices = [
            (
                f"{objective.number}. {objective.title}",
                [
                    (criterion.pk, f"{criterion.ref} {criterion.text}")
                    for criterion in objective.criteria.all()
                ],
            )
            for objective in assignment.checklist.objectives.all()
        ]


class EvidenceFilesField(MultipleFileField):
    """Several files, each judged by itself when it is saved: a bad one does not stop the others."""

    def clean(self, data, initial=None):
        files = list(data or [])
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        return files


def each_by_itself(files: Iterable, take: Callable[[Any], Any]) -> tuple[list, list[str]]:
    """(what `take` made of the files, why the others were not accepted), in the order chosen."""
    taken, refused = [], []
    for file in files:
        try:
            taken.append(take(file))
        except ValidationError as refusal:
            refused += refusal.messages
        except TransitionRefused as refusal:
            refused.append(f"“{file.name}” was not accepted: {refusal.for_people()}")
    return taken, refused


def file_field(kind, **kwargs):
    """A file picker that says how large a file may be; `portfolios/_limits.html` on its page says the rest."""
    limits = {"max_bytes": settings.EVIDENCE_FILE_LIMIT_BYTES, "extensions": filetypes.endings()}
    return kind(is_brief=True, **limits, **kwargs)


class UploadForm(Form):
    """Files for one unit. `save` adds them one by one."""

    title = forms.CharField(
        required=False,
        max_length=120,
        help_text="If you leave it empty, the file name is used. Several files always keep their own names.",
    )
    note = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What it shows, and which work of others or AI tool you used.",
    )
    criteria = CriteriaField(help_text="You can also do this later.")

    def __init__(self, *args, assignment: Assignment, files: Iterable[Evidence], **kwargs):
        """`files`: what the unit has already, with tags."""
        super().__init__(*args, **kwargs)
        self.assignment = assignment
        picker = file_field(EvidenceFilesField, max_files=MAX_FILES, label="Files")
        self.fields = {"files": picker, **self.fields}
        cast(CriteriaField, self.fields["criteria"]).show(assignment, files)

    def save(self, *, by) -> tuple[list[Evidence], list[str]]:
        """(what was added, why the other files were not accepted), in the order chosen."""
        files = self.cleaned_data["files"]
        about = {
            "title": self.cleaned_data["title"] if len(files) == 1 else "",
            "note": self.cleaned_data["note"],
            "criteria": self.cleaned_data["criteria"],
        }
        return each_by_itself(files, lambda file: actions.upload(self.assignment, file, by=by, **about))


class EvidenceForm(TwoTabs, ModelForm):
    """Title, note and tags."""

    criteria = CriteriaField()

    class Meta:
        model = Evidence
        fields = ["title", "note", "criteria"]
        widgets = {"note": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, files: Iterable[Evidence], **kwargs):
        """`files`: all of the unit, with tags."""
        super().__init__(*args, **kwargs)
        cast(CriteriaField, self.fields["criteria"]).show(self.instance.assignment, files, of=self.instance)

    def save_all(self, *, by) -> None:
        """Save what was typed. Raises as the action does."""
        actions.change_evidence(self.instance, by=by, criteria=self.cleaned_data["criteria"])


class ReplaceForm(Form):
    """One file to replace an item's current one."""

    def __init__(self, *args, evidence: Evidence, **kwargs):
        super().__init__(*args, **kwargs)
        self.evidence = evidence
        self.fields["file"] = file_field(FileField, label="New file")

    def save(self, *, by) -> EvidenceVersion:
        """Make it the next version. Raises ValidationError or TransitionRefused."""
        return actions.replace_file(self.evidence, self.cleaned_data["file"], by=by)


class TagForm(TwoTabs, Form):
    """Only tags: what a tutor may change while the files are frozen."""

    criteria = CriteriaField()

    def __init__(self, *args, evidence: Evidence, files: Iterable[Evidence], **kwargs):
        """`files`: all of the unit, with tags."""
        kwargs.setdefault("initial", {"criteria": [criterion.pk for criterion in evidence.criteria.all()]})
        super().__init__(*args, **kwargs)
        self.evidence = evidence
        cast(CriteriaField, self.fields["criteria"]).show(evidence.assignment, files, of=evidence)

    def save_all(self, *, by) -> None:
        actions.tag(self.evidence, self.cleaned_data["criteria"], by=by)


class HandInForm(Form):
    """What was used, and the authenticity statement in the words kept with the hand-in."""

    sources = forms.CharField(
        required=False,
        label="Work of others that was used",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Images, audio, text, ideas: what, by whom and from where. Leave it empty if there is none.",
    )
    ai_use = forms.ChoiceField(
        label="Was an AI tool used?",
        choices=[choice for choice in Round.AIUse.choices if choice[0]],
        widget=forms.RadioSelect,
    )
    ai_note = forms.CharField(
        required=False,
        label="If one was used: which AI tool, and what for",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Keep what it gave you, in case your tutor asks.",
    )
    agreed = forms.BooleanField(error_messages={"required": "Select the statement to hand in"})

    def __init__(self, *args, statement: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agreed"].label = statement

    def clean(self):
        values = super().clean() or {}
        if values.get("ai_use") == Round.AIUse.USED and not values.get("ai_note"):
            self.add_error("ai_note", "Say which AI tool was used, and what for")
        if values.get("ai_use") == Round.AIUse.NONE and values.get("ai_note"):
            self.add_error(
                "ai_use", "You say below what an AI tool was used for. Choose “An AI tool was used”"
            )
        return values

    @property
    def declared(self) -> actions.Declared:
        return actions.Declared(
            **{name: self.cleaned_data[name] for name in ("sources", "ai_use", "ai_note")}
        )


class ReturnForm(Form):
    reason = forms.CharField(
        label="What is still to do",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="The candidate reads this at the top of their work.",
    )


class AchievedForm(Form):
    comment = forms.CharField(
        required=False,
        label="Comment for the candidate",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    untagged = forms.CharField(
        label="No file is tagged with a criterion. Where is the evidence for the criteria?",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The moderator reads this. Or go back and tag the files first.",
    )
    is_authentic = forms.BooleanField(
        label="I declare that this is the candidate’s own work",
        help_text=actions.TUTOR_STATEMENT,
        error_messages={"required": "Select the declaration to record the unit as achieved"},
    )

    def __init__(self, *args, is_untagged: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_untagged:
            del self.fields["untagged"]


class GroupsField(forms.ModelMultipleChoiceField):
    """Groups, with how many candidates are in each and how many of these already have the unit."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, group: Any) -> str:
        have = f", {group.have_it} of them already have it" if group.have_it else ""
        return f"{group.name}: {group.size} candidate{'' if group.size == 1 else 's'}{have}"


class AssignForm(Form):
    """Who gets `unit`, and by when. `groups`: those of the centre, with `size` and `have_it`."""

    marks_optional = False  # one of the first two is needed

    groups = GroupsField(queryset=Group.objects.none(), required=False)
    candidates = forms.CharField(
        required=False,
        label="Individual candidates",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Their candidate numbers, for example 0012 0047.",
    )
    due_on = DateField(
        required=False, label="Due date", help_text="For example, 27 9 2026. Leave it empty if there is none."
    )

    def __init__(self, *args, centre, unit: Unit, **kwargs):
        super().__init__(*args, **kwargs)
        self.centre, self.unit = centre, unit
        cast(DateField, self.fields["due_on"]).earliest = timezone.localdate()
        cast(GroupsField, self.fields["groups"]).queryset = rules.groups_for(centre, unit)

    def clean_candidates(self) -> list[Candidate]:
        typed = re.findall(r"[^\s,;]+", self.cleaned_data["candidates"])
        numbers = [candidate_number(number) or number for number in typed]
        found = {found.number: found for found in self.centre.candidates.filter(number__in=numbers)}
        missing = [number for number in numbers if number not in found]
        if missing:
            raise ValidationError(f"No candidate of your centre has the number {', '.join(missing)}")
        return list(found.values())

    def clean(self):
        values = super().clean() or {}
        if not self.errors and not values["groups"] and not values["candidates"]:
            self.add_error("groups", "Choose a group, or enter candidate numbers")
        elif not self.errors and not self.chosen():
            self.add_error("groups", "There is nobody in the groups you chose. Add candidates to one first")
        return values

    def chosen(self) -> list[Candidate]:
        """Everybody chosen, once each, in list order."""
        numbers = [candidate.pk for candidate in self.cleaned_data["candidates"]]
        in_groups = self.cleaned_data["groups"].order_by().values("candidates")
        return list(
            self.centre.candidates.filter(pk__in=in_groups) | self.centre.candidates.filter(pk__in=numbers)
        )
