"""Forms for claims, samples and decisions."""

from django import forms

from portal.catalogue.models import Unit
from portal.kit.forms import Form
from portfolios.models import Assignment

from .models import ClaimLine, Decision
from .rules import GroupView


def choose_from(form: Form, **querysets) -> None:
    """Limit the choices of the named fields of `form`."""
    for name, rows in querysets.items():
        form.fields[name].queryset = rows  # type: ignore[attr-defined]


class LinesForm(Form):
    """Which work is on a draft: `shown` is what the page listed, `work` is what was selected.

    Lines that the page did not list stay as they are, so that a long list can be built page by page.
    """

    shown = forms.ModelMultipleChoiceField(Assignment.objects.none(), required=False)
    work = forms.ModelMultipleChoiceField(Assignment.objects.none(), required=False)
    whole_unit = forms.ModelChoiceField(Unit.objects.none(), required=False)

    def __init__(self, *args, claim, **kwargs):
        super().__init__(*args, **kwargs)
        self.claim = claim
        self.of_centre = Assignment.objects.filter(
            candidate__centre=claim.centre, unit__qualification=claim.qualification
        ).select_related("candidate", "unit", "achieved_by")
        choose_from(
            self, shown=self.of_centre, work=self.of_centre, whole_unit=claim.qualification.units.all()
        )

    def wanted(self, claimable) -> list[Assignment]:
        """All the work that should be on the draft. `claimable`: what can be added when a whole unit is claimed."""
        on_other_pages = self.of_centre.filter(claim_lines__claim=self.claim).exclude(
            pk__in=[work.pk for work in self.cleaned_data["shown"]]
        )
        wanted = {work.pk: work for work in [*on_other_pages, *self.cleaned_data["work"]]}
        if unit := self.cleaned_data["whole_unit"]:
            wanted |= {work.pk: work for work in claimable.filter(unit=unit)}
        return list(wanted.values())


class SubmitClaimForm(Form):
    """What the centre declares when it submits."""

    is_authenticated = forms.BooleanField(
        label="The work is the candidates’ own",
        help_text="Each candidate has declared this, and so has the tutor who recorded each unit, as listed.",
    )
    is_standardised = forms.BooleanField(
        label="Marking was standardised within the centre",
        help_text="Tutors who marked the same unit have compared their judgements and agree on the standard.",
    )


class DropForm(Form):
    """Why a proposed line is removed from the sample, and which line replaces it."""

    instead = forms.ModelChoiceField(
        ClaimLine.objects.none(),
        required=False,
        label="Look at another line instead",
        empty_label="None",
    )
    why = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Reason",
        help_text="Kept in the claim’s history.",
    )

    def __init__(self, *args, line: ClaimLine, **kwargs):
        super().__init__(*args, **kwargs)
        of_the_group = line.claim.lines.filter(
            sampled=None,
            assignment__unit=line.assignment.unit_id,
            assessor=line.assessor_id,
            grade=line.grade,
        )
        choose_from(self, instead=of_the_group.select_related("assignment__unit", "assignment__candidate"))
        field = self.fields["instead"]
        field.label_from_instance = lambda found: str(found.assignment.candidate)  # type: ignore[attr-defined]


class AddForm(Form):
    """Lines that the moderator adds to the proposed sample."""

    added = forms.ModelMultipleChoiceField(ClaimLine.objects.none())

    def __init__(self, *args, claim, **kwargs):
        super().__init__(*args, **kwargs)
        choose_from(self, added=claim.lines.all())


class DecisionForm(Form):
    """The moderator's decision on a line. No outcome is chosen in advance."""

    outcome = forms.ChoiceField(choices=Decision.Outcome, widget=forms.RadioSelect, label="Do you agree?")
    comment = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        label="Comment to the centre",
        help_text="You need to comment unless you agree. Say which criteria you mean and what is missing.",
    )
    for_candidate = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        label="Comment to the candidate",
        help_text="The candidate sees this if you do not agree. They do not see your comment to the centre.",
    )
    marks_optional = False

    def clean(self):
        cleaned = super().clean() or {}
        outcome = cleaned.get("outcome")
        if outcome and outcome != Decision.Outcome.AGREED and not cleaned.get("comment", "").strip():
            self.add_error("comment", "Enter a comment: the centre needs to know why you do not agree")
        return cleaned


class GroupForm(DecisionForm):
    """One decision on all lines of a group that were not looked at."""

    def __init__(self, *args, group: GroupView, **kwargs):
        super().__init__(*args, prefix=f"group-{group.key}", **kwargs)
        self.group = group
        del self.fields["for_candidate"]
        count = group.others
        lines = "the line" if count == 1 else f"the {count} lines"
        self.fields["outcome"].label = f"Your decision on {lines} of {group.unit.code} outside the sample"
        if group.why_reason_needed:
            self.fields["comment"].label = "Comment to the centre, and your reason if you agree"
            self.fields["comment"].help_text = "You need to comment whatever you decide. The centre reads it."

    def clean(self):
        cleaned = super().clean()
        is_agreed = cleaned.get("outcome") == Decision.Outcome.AGREED
        if is_agreed and not cleaned.get("comment", "").strip() and self.group.why_reason_needed:
            self.add_error(
                "comment", "Enter your reason for agreeing, or decide more lines of the group first"
            )
        return cleaned


class ReportForm(Form):
    """What the moderator tells the centre about the claim as a whole."""

    report = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 10}),
        label="Report to the centre",
        help_text="The standard of marking in each unit, good practice, and what to do before the next claim.",
    )
