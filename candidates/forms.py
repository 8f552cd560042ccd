"""What people type about candidates and groups."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from portal.kit.forms import DateField, FileField, FilterForm, Form, ModelForm

from .importing import candidate_number, decode, is_likely_birth
from .models import Candidate, Group

NUMBER_TAKEN = "Another candidate of your centre has this number."


class CandidateForm(ModelForm):
    """One candidate by hand, and the groups they are taught in."""

    number = forms.CharField(
        label="Candidate number",
        max_length=4,
        help_text="Four digits, 0001 to 9999. The candidate signs in with it.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-5"}),
    )

    class Meta:
        model = Candidate
        fields = ["number", "first_names", "last_name", "known_as", "date_of_birth"]
        field_classes = {"date_of_birth": DateField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        groups = self.instance.centre.groups.all()
        if groups:
            self.fields["groups"] = forms.ModelMultipleChoiceField(
                queryset=groups,
                required=False,
                initial=self.instance.groups.all() if self.instance.pk else [],
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields["date_of_birth"].help_text = "For example, 27 9 2010"

    def clean_number(self):
        """Spreadsheets and people drop leading zeros: 7 means 0007."""
        number = candidate_number(self.cleaned_data["number"].strip())
        if number is None:
            raise ValidationError("Candidate number must be four digits, from 0001 to 9999")
        others = self.instance.centre.candidates.exclude(pk=self.instance.pk)
        if others.filter(number=number).exists():
            raise ValidationError(NUMBER_TAKEN)
        return number

    def clean_date_of_birth(self):
        day = self.cleaned_data["date_of_birth"]
        if not is_likely_birth(day):
            raise ValidationError(f"{day:%-d %-m %Y} is not a likely date of birth")
        return day


class GroupForm(ModelForm):
    class Meta:
        model = Group
        fields = ["name"]
        help_texts = {"name": "For example, 10B iMedia"}

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        if self.instance.centre.groups.filter(name=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError("Your centre has a group of this name.")
        return name


class CandidateFilter(FilterForm):
    """What the list of candidates is narrowed to. What is not understood is left out."""

    NO_GROUP = "none"

    q = forms.CharField(label="Name or number", required=False)
    signed_in = forms.ChoiceField(
        label="Sign-in",
        required=False,
        choices=[("", "All"), ("never", "Never signed in"), ("yes", "Has signed in")],
    )

    def __init__(self, *args, centre, **kwargs):
        super().__init__(*args, **kwargs)
        groups = [(str(group.pk), group.name) for group in centre.groups.all()]
        choices = [("", "All"), (self.NO_GROUP, "In no group"), *groups]
        self.fields["group"] = forms.ChoiceField(label="Group", required=False, choices=choices)
        self.order_fields(["q", "group", "signed_in"])

    def narrow(self, candidates):
        self.is_valid()  # a value that is not offered is left out of what was understood
        asked = self.cleaned_data
        candidates = candidates.search(asked.get("q", ""))
        if asked.get("group") == self.NO_GROUP:
            candidates = candidates.in_no_group()
        elif asked.get("group"):
            candidates = candidates.filter(groups=asked["group"])
        if asked.get("signed_in"):
            never = asked["signed_in"] == "never"
            candidates = candidates.never_signed_in() if never else candidates.signed_in()
        return candidates


class MembersForm(Form):
    """The candidates ticked, of those that `candidates` offers."""

    def __init__(self, *args, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["candidates"] = forms.ModelMultipleChoiceField(
            queryset=candidates, error_messages={"required": "Tick at least one candidate."}
        )


class ImportForm(Form):
    """A CSV file of candidates. Valid with `text`: the file, read."""

    file = FileField(label="CSV file", extensions=["csv"], max_bytes=settings.CANDIDATE_IMPORT_LIMIT_BYTES)

    text = ""

    def clean_file(self):
        file = self.cleaned_data["file"]
        text = decode(file.read())
        if text is None:
            raise ValidationError(
                f"{file.name} is not a CSV file. In the spreadsheet, choose Save as and then “CSV UTF-8”."
            )
        self.text = text
        return file
