"""Judging on the e-checklist: one form for many criteria, in which nothing typed is ever lost.

Every side judges on the same form: the tutor here, the moderator in a room below.
"""

from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict

from portal.catalogue.grades import Scale
from portal.kit.forms import Form

from . import actions
from .models import Judgement
from .rules import CriterionView
from .sides import Side
from .standing import by_criterion, standing_at

NOT_JUDGED = ("", "Not judged")


def _values(judgement: Judgement | None) -> dict:
    """A judgement as the form's values; None is “not judged”."""
    if judgement is None:
        return {"outcome": "", "comment": "", "seen": 0}
    return {"outcome": judgement.outcome, "comment": judgement.comment, "seen": judgement.pk}


class CriterionForm(Form):
    """One criterion as one side judges it. `theirs` is set if somebody else has judged it since."""

    outcome = forms.ChoiceField(required=False, widget=forms.RadioSelect(attrs={"inline": True}))
    comment = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, line: CriterionView, side: Side, scale: Scale):
        self.line, self.side, self.outcomes = line, side, scale.outcomes
        self.theirs: Judgement | None = None
        super().__init__(data, prefix=f"c{line.criterion.pk}", initial=_values(self.mine))
        # A judgement can be changed but not taken back.
        choices = self.outcomes if self.mine else [*self.outcomes, NOT_JUDGED]
        cast(forms.ChoiceField, self.fields["outcome"]).choices = choices
        self.fields["outcome"].label = line.criterion.ref

    @property
    def mine(self) -> Judgement | None:
        """What this side says now."""
        return self.line.said.get(self.side)

    @property
    def others(self) -> list[tuple[Side, Judgement]]:
        """What the other sides say."""
        return [(side, said) for side, said in self.line.said.items() if said and side is not self.side]

    def clean_comment(self) -> str:
        return self.cleaned_data["comment"].replace("\r\n", "\n")

    def clean_seen(self) -> int:
        return self.cleaned_data["seen"] or 0

    def clean(self):
        values = super().clean() or {}
        if values.get("comment") and values.get("outcome") == "":
            ref, words = self.line.criterion.ref, " or ".join(dict(self.outcomes).values())
            self.add_error("outcome", f"Choose {words} for {ref}, so that its comment can be saved")
        return values

    def differs_from(self, seen: Judgement | None) -> bool:
        """Whether something was typed, compared with the judgement that the page showed."""
        shown = _values(seen)
        return any(self.cleaned_data[name] != shown[name].strip() for name in ("outcome", "comment"))

    def save(self, assignment, *, by) -> bool:
        """Judge the criterion; returns whether anything was written. Raises TransitionRefused."""
        try:
            return bool(
                actions.judge(
                    assignment,
                    self.line.criterion,
                    side=self.side,
                    outcome=self.cleaned_data["outcome"],
                    comment=self.cleaned_data["comment"],
                    seen=self.cleaned_data["seen"],
                    by=by,
                )
            )
        except actions.StaleJudgement as stale:
            self.theirs = stale.newest
            ref = self.line.criterion.ref
            words = f"{stale.newest.by} judged {ref} while you were writing. Compare, then save again"
            self.add_error("outcome", ValidationError(words, code="stale"))
            return False

    def show_again(self, newest: Judgement | None) -> None:
        """Show the current judgement: the last save wins by design. What could not be saved stays as typed."""
        data = self.data.dict() if isinstance(self.data, QueryDict) else dict(self.data)
        if self.theirs:
            data[self.add_prefix("seen")] = str(self.theirs.pk)
        elif not self.errors:
            for name, value in _values(newest).items():
                data[self.add_prefix(name)] = str(value)
        self.data = data


class MarkingForm:
    """The whole e-checklist of one side, on the unit's scale of grades.

    `view`: `rules.checklist_view(…)`; `data`: request.POST or None.
    """

    def __init__(self, data=None, *, view, side: Side, scale: Scale):
        self.side = side
        self.objectives = [
            (objective, [CriterionForm(data, line=line, side=side, scale=scale) for line in lines])
            for objective, lines in view
        ]
        self.rows = [row for _, rows in self.objectives for row in rows]

    @transaction.atomic
    def save(self, assignment, *, by) -> int:
        """Judge every criterion for which something was typed; the number of judgements written.

        One with an error, or a stale one, does not stop the others: it is shown again as typed, and `is_clean`
        is False. Raises TransitionRefused if the work cannot be judged now; then nothing is written.
        """
        good = [row for row in self.rows if row.is_valid()]
        seen = assignment.judgements.filter(side=self.side.code).in_bulk(
            [row.cleaned_data["seen"] for row in good]
        )
        saved = 0
        for row in good:
            if row.differs_from(seen.get(row.cleaned_data["seen"])) and row.cleaned_data["outcome"]:
                saved += row.save(assignment, by=by)
        newest = by_criterion(assignment.judgements.standing(standing_at(assignment), self.side))
        for row in self.rows:
            row.show_again(newest.get(row.line.criterion.pk))
        return saved

    @property
    def errors(self) -> list:
        return [row.errors for row in self.rows if row.errors]

    @property
    def is_clean(self) -> bool:
        """Whether everything typed was saved."""
        return not self.errors
