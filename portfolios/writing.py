"""What people write besides the files: plan, review, comments on them, and messages. Nothing typed is ever lost."""

from typing import cast

from django import forms
from django.http import QueryDict

from portal.kit.forms import Form

from . import actions
from .models import PAPERS, Assignment, Plan, Review
from .models.messages import LONGEST


def _lines(text: str) -> str:
    """The text as it is stored: browsers send line ends of two characters."""
    return text.replace("\r\n", "\n")


class PaperForm(Form):
    """The plan or the review of one assignment. `theirs` is set if somebody else has changed it since."""

    marks_optional = False  # all fields are optional
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    theirs: Plan | Review | None = None

    def __init__(self, *args, work: Assignment, paper: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.work, self.paper = work, paper
        kind = PAPERS[paper]
        held = kind.objects.filter(assignment=work).first() or kind(assignment=work)
        for question in kind.questions():
            self.fields[question.name] = forms.CharField(
                required=False,
                label=str(question.verbose_name).capitalize(),
                help_text=question.help_text,
                initial=getattr(held, question.name),
                widget=forms.Textarea(attrs={"rows": 4}),
            )
        self.fields["seen"].initial = held.text_mark()

    def save(self, *, by) -> bool:
        """Save what was typed; returns whether anything changed. Raises StalePaper or TransitionRefused."""
        texts = {name: _lines(text) for name, text in self.cleaned_data.items() if name != "seen"}
        return actions.save_paper(self.work, self.paper, texts, seen=self.cleaned_data["seen"], by=by)

    def show_both(self, newest: Plan | Review) -> None:
        """Show what somebody else saved beside what was typed; the last save wins by design."""
        self.theirs = newest
        data = cast(QueryDict, self.data).copy()
        data["seen"] = newest.text_mark()
        self.data = data
        self.add_error(
            None, f"Somebody changed the {self.paper} while you were writing. Compare, then save again."
        )


class WordsForm(Form):
    """One text: a message, or a comment."""

    text = forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST}))

    def __init__(self, *args, label: str, help_text: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label, self.fields["text"].help_text = label, help_text

    def clean_text(self) -> str:
        return _lines(self.cleaned_data["text"])
