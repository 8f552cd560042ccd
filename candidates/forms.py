"""Forms for candidates and groups."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from portal.kit import names
from portal.kit.decoding import Decoded, decode
from portal.kit.forms import DateField, FileField, FilterForm, Form, ModelForm, TwoTabs, with_article

from . import actions, comparing, identifiers
from .importing import FIELDS, Table, Unreadable, candidate_number, unprintable
from .importing.columns import missing
from .importing.values import why_unlikely
from .matching import Lookalikes
from .models import Candidate, Group


class CandidateForm(TwoTabs, ModelForm):
    """One candidate, entered by hand, and the groups they are taught in."""

    number = forms.CharField(
        label="Candidate number",
        max_length=4,
        help_text="4 digits, 0001 to 9999. The candidate signs in with it.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-5"}),
    )

    one_name = forms.BooleanField(
        label="They have one name only", required=False, help_text="Leave the other name box empty."
    )

    class Meta:
        model = Candidate
        fields = [
            "number",
            "first_names",
            "last_name",
            "one_name",
            "known_as",
            "date_of_birth",
            "uci",
            "uln",
            "entered_number",
        ]
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
        for name in ("first_names", "last_name"):  # at least one of them, and both for nearly everybody
            self.fields[name].is_asked_for = True
        self.fields["one_name"].initial = bool(self.instance.pk) and self.instance.has_one_name
        entered = self.fields["entered_number"]
        entered.label = f"Candidate number of {settings.AWARDING_BODY}"
        entered.widget.attrs |= {
            "inputmode": "numeric",
            "class": "govuk-input govuk-input--width-10",
            "autocomplete": "off",
        }
        self.fields["date_of_birth"].help_text = "For example, 27 9 2010"
        for name, longest in (("uci", 20), ("uln", 20)):  # as typed, with spaces
            field = self.fields[name]
            field.max_length = longest
            field.validators = []
            field.widget.attrs |= {
                "maxlength": longest,
                "class": "govuk-input govuk-input--width-10",
                "autocomplete": "off",
            }

    def clean_number(self):
        """Spreadsheets and people drop leading zeros: 7 means 0007."""
        number = candidate_number(self.cleaned_data["number"].strip())
        if number is None:
            raise ValidationError("Candidate number must be 4 digits, from 0001 to 9999")
        return number

    def clean_first_names(self):
        return self._name("first_names")

    def clean_last_name(self):
        return self._name("last_name")

    def clean_known_as(self):
        return self._name("known_as")

    def _name(self, field: str) -> str:
        """Names are printed on certificates and slips, in fonts that do not have every letter."""
        value = names.tidy(self.cleaned_data[field])
        if value and names.is_stand_in(value):
            raise ValidationError(f"“{value}” is not a name. Leave the box empty if there is no such name")
        if letters := unprintable(value):
            raise ValidationError(f"{', '.join(letters[:5])} cannot be printed on certificates")
        if signs := names.signs(value):
            raise ValidationError(f"A name cannot contain {' '.join(signs[:5])}")
        return value

    def clean(self):
        """A person has both names, or one and a statement that there is no other."""
        values = super().clean() or self.cleaned_data
        empty = [name for name in ("first_names", "last_name") if values.get(name) == ""]
        if len(empty) == 2 or (empty and not values.get("one_name")):
            for name in empty:
                thing = with_article(str(self.fields[name].label))
                self.add_error(name, f"Enter {thing}, or select “They have one name only”")
        return values

    def clean_date_of_birth(self):
        day = self.cleaned_data["date_of_birth"]
        if wrong := why_unlikely(day, f"{day:%-d %-m %Y}"):
            raise ValidationError(wrong.removesuffix("."))
        return day

    def clean_uci(self):
        return self._identifier("uci", identifiers.uci)

    def clean_uln(self):
        return self._identifier("uln", identifiers.uln)

    def _identifier(self, name: str, judge) -> str:
        typed = self.cleaned_data[name]
        try:
            return judge(typed) if typed.strip() else ""
        except identifiers.BadIdentifier as fault:
            raise ValidationError(str(fault).removesuffix(".")) from fault

    def _post_clean(self):
        super()._post_clean()
        if not self.errors:
            for name in actions.taken_fields(self.instance):
                self.add_error(name, actions.Taken(name).for_people())

    def lookalikes(self) -> list:
        """Candidates at the centre who may be the same person, to check before adding another."""
        others = comparing.people_of(self.instance.centre.candidates.exclude(pk=self.instance.pk))
        return Lookalikes(others).of(comparing.person_of(self.instance))


class GroupForm(TwoTabs, ModelForm):
    class Meta:
        model = Group
        fields = ["name"]
        help_texts = {"name": "For example, 10B iMedia"}

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        if self.instance.centre.groups.filter(name=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError("Your centre already has a group with this name.")
        return name


class CandidateFilter(FilterForm):
    """Filters of the list of candidates. Unknown values are ignored."""

    NO_GROUP = "none"

    WORK = {
        "to_mark": "Work to mark",
        "returned": "Work returned",
        "to_do": "Work to do",
        "none": "No unit assigned",
    }

    find = forms.CharField(label="Name or number", required=False)
    signed_in = forms.ChoiceField(
        label="Sign-in",
        required=False,
        choices=[("", "All"), ("never", "Never signed in"), ("yes", "Has signed in")],
    )

    work = forms.ChoiceField(label="Work", required=False, choices=[("", "All"), *WORK.items()])

    def __init__(self, *args, centre, **kwargs):
        super().__init__(*args, **kwargs)
        groups = [(str(group.pk), group.name) for group in centre.groups.all()]
        choices = [("", "All"), (self.NO_GROUP, "Not in a group"), *groups]
        self.fields["group"] = forms.ChoiceField(label="Group", required=False, choices=choices)
        self.order_fields(["find", "group", "signed_in", "work"])

    def narrow(self, candidates):
        self.is_valid()  # a value that is not offered is left out of cleaned_data
        asked = self.cleaned_data
        candidates = candidates.search(asked.get("find", ""))
        if asked.get("group") == self.NO_GROUP:
            candidates = candidates.in_no_group()
        elif asked.get("group"):
            candidates = candidates.filter(groups=asked["group"])
        if asked.get("signed_in"):
            never = asked["signed_in"] == "never"
            candidates = candidates.never_signed_in() if never else candidates.signed_in()
        return candidates.with_units(asked["work"]) if asked.get("work") else candidates


class FindForm(FilterForm):
    """Finds candidates by name or number."""

    find = forms.CharField(label="Name or number", required=False)


class MembersForm(Form):
    """The selected candidates, of those that `candidates` offers."""

    def __init__(self, *args, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["candidates"] = forms.ModelMultipleChoiceField(
            queryset=candidates, error_messages={"required": "Select at least one candidate."}
        )


class GroupChoiceForm(MembersForm):
    """The selected candidates, and the group to put them in."""

    group = forms.ModelChoiceField(
        queryset=Group.objects.none(),
        label="Group for selected candidates",
        error_messages={"required": "Choose a group"},
    )

    def __init__(self, *args, centre, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = centre.groups.all()


class CsvForm(Form):
    """A CSV file. Valid with `decoded`: its text, and how it was decoded."""

    file = FileField(label="CSV file", extensions=["csv"], max_bytes=settings.CANDIDATE_IMPORT_LIMIT_BYTES)

    decoded: Decoded

    def clean_file(self):
        file = self.cleaned_data["file"]
        decoded = decode(file.read())
        if decoded is None:
            raise ValidationError(
                f"{file.name} is not a CSV file. In the spreadsheet, choose Save as and then “CSV UTF-8”."
            )
        self.decoded = decoded
        return file


class ImportForm(CsvForm):
    """A CSV file of candidates, not too long, with no doubt about its letters."""

    def clean_file(self):
        file = super().clean_file()
        if self.decoded.doubts:
            pairs = "; ".join(f"“{one}” or “{other}”" for one, other in self.decoded.doubts[:3])
            raise ValidationError(
                f"The file does not show which letters are meant: {pairs}? "
                "In the spreadsheet, choose Save as and then “CSV UTF-8”, and upload that file."
            )
        try:
            Table(self.decoded.text).count()
        except Unreadable as fault:
            raise ValidationError(str(fault)) from fault
        return file


class ColumnsForm(Form):
    """What each column of a file contains. `columns`: the field of each, once the form is valid."""

    marks_optional = False
    nothing_chosen = "Leave out"

    def __init__(self, *args, headings: list[str], columns: list[str], values: list[list[str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.values = values
        choices = [("", "Leave out"), *((key, field.label) for key, field in FIELDS.items())]
        for place, heading in enumerate(headings):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading or f"Column {place + 1}, without a heading",
                choices=choices,
                required=False,
                initial=columns[place] if place < len(columns) else "",
            )

    def rows(self):
        """(field, its first values) of each column, for the page."""
        return [(self[name], values) for name, values in zip(self.fields, self.values, strict=True)]

    @property
    def columns(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]

    def clean(self):
        values = super().clean() or {}
        first: dict[str, str] = {}
        for name in self.fields:
            key = values.get(name)
            if key and first.setdefault(key, name) != name:
                self.add_error(
                    name,
                    f"“{self.fields[first[key]].label}” is already {FIELDS[key].label}. Choose one of the two",
                )
        if lacking := missing(list(values.values())):
            labels = ", ".join(field.label for field in lacking)
            self.add_error(
                None,
                f"Choose the column for: {labels}. If the headings below are not those of your file, put them in "
                "its first line, above the candidates, and upload it again",
            )
        return values
