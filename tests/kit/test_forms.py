"""Forms name the field that is wrong, keep what was typed, and enforce the limits of files."""

import datetime

import pytest
from django import forms as django_forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import formset_factory
from django.test.html import parse_html
from django.utils.datastructures import MultiValueDict

from portal.kit.forms import DateField, FilterForm, Form, FormSet, MultipleFileField, Renderer, with_article
from tests.pages import flat


class UnitForm(Form):
    unit_title = django_forms.CharField(max_length=10)
    your_name = django_forms.CharField()
    ucas_points = django_forms.IntegerField(label="UCAS points", min_value=1)
    level = django_forms.ChoiceField(choices=[("", "---------"), ("1", "Level 1"), ("2", "Level 2")])
    kind = django_forms.ChoiceField(widget=django_forms.RadioSelect, choices=[("a", "A"), ("b", "B")])
    own_work = django_forms.BooleanField(label="This is my own work")
    notes = django_forms.CharField(widget=django_forms.Textarea, required=False)


class DateForm(Form):
    finished_on = DateField(
        label="Finished on", earliest=datetime.date(2026, 1, 1), latest=datetime.date(2026, 12, 31)
    )


class FilesForm(Form):
    files = MultipleFileField(max_bytes=1000, max_files=2, extensions=["png", "pdf"])


def dated(day="", month="", year=""):
    return DateForm({"finished_on_day": day, "finished_on_month": month, "finished_on_year": year})


def with_files(*files):
    return FilesForm({}, MultiValueDict({"files": list(files)}))


def png(name="poster.png", size=10):
    return SimpleUploadedFile(name, b"x" * size)


def test_every_empty_field_is_asked_for_by_its_name():
    assert dict(UnitForm({}).errors) == {
        "unit_title": ["Enter the unit title"],
        "your_name": ["Enter your name"],
        "ucas_points": ["Enter the UCAS points"],
        "level": ["Choose the level"],
        "kind": ["Choose the kind"],
        "own_work": ["Select “This is my own work”"],
    }


def test_wrong_values_are_explained_by_the_name_of_the_field():
    form = UnitForm(
        {
            "unit_title": "x" * 11,
            "your_name": "A",
            "ucas_points": "0",
            "level": "9",
            "kind": "c",
            "own_work": "on",
        }
    )
    assert dict(form.errors) == {
        "unit_title": ["Unit title must be 10 characters or fewer"],
        "ucas_points": ["UCAS points must be 1 or more"],
        "level": ["Choose the level from the list"],
        "kind": ["Choose the kind from the list"],
    }


def test_message_written_by_the_author_of_a_form_stays():
    class Own(Form):
        reason = django_forms.CharField(error_messages={"required": "Say why"})

    assert Own({}).errors["reason"] == ["Say why"]


def test_label_changed_after_the_form_was_made_is_the_one_in_the_message():
    class Renamed(Form):
        verdict = django_forms.CharField()

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["verdict"].label = "Judgement on 1.2"

    assert Renamed({}).errors["verdict"] == ["Enter the judgement on 1.2"]


def test_per_cent_sign_in_a_label_does_no_harm():
    class Percent(Form):
        share = django_forms.CharField(label="100% share", max_length=2)

    assert Percent({"share": "abc"}).errors["share"] == ["100% share must be 2 characters or fewer"]
    assert Percent({}).errors["share"] == ["Enter the 100% share"]


def test_question_as_label_is_quoted_not_bent_into_a_sentence():
    class Asked(Form):
        equipment = django_forms.CharField(label="Which cameras do you have?")

    assert Asked({}).errors["equipment"] == ["Answer “Which cameras do you have?”"]


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Unit title", "the unit title"),
        ("GLH", "the GLH"),
        ("Your name", "your name"),
        ("E-mail address:", "the e-mail address"),
    ],
)
def test_label_inside_a_sentence(label, words):
    assert with_article(label) == words


def test_controls_carry_the_design_system_classes_and_their_errors():
    html = UnitForm({"ucas_points": "many"}).as_div()
    assert 'class="govuk-input"' in html
    assert 'aria-describedby="id_unit_title_error"' in html
    assert 'class="govuk-select"' in html
    assert '<legend class="govuk-fieldset__legend">Kind' in html
    assert 'class="govuk-checkboxes__input"' in html
    assert 'value="many"' in html, "a number that is none is shown again, not dropped"
    assert 'type="number"' not in html


def test_only_fields_that_may_stay_empty_are_marked_optional():
    assert str(UnitForm()).count("(optional)") == 1


def test_list_filter_marks_nothing_optional_and_offers_all():
    class Filter(FilterForm):
        level = django_forms.ChoiceField(required=False, choices=[("", "---------"), ("1", "Level 1")])

    html = str(Filter())
    assert "(optional)" not in html
    assert '<option value="" selected>All</option>' in html


def test_forms_of_others_keep_django_looks_and_words():
    class Stock(django_forms.Form):
        unit_title = django_forms.CharField()

    form = Stock({})
    assert form.errors["unit_title"] == ["This field is required."]
    assert "govuk" not in str(form)
    UnitForm({}).is_valid()
    assert "govuk" not in str(Stock({}))


def test_forms_in_a_set_are_drawn_by_our_renderer():
    made = formset_factory(UnitForm, formset=FormSet, extra=1)()
    assert isinstance(made.renderer, Renderer)
    assert isinstance(made.forms[0].renderer, Renderer)
    assert 'class="govuk-input"' in str(made.forms[0])


# --- dates ---


@pytest.mark.parametrize("month", ["3", "03", "March", "mar", "MAR."])
def test_date_is_read_with_the_month_as_number_or_word(month):
    form = dated("9", month, "2026")
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"finished_on": datetime.date(2026, 3, 9)}


@pytest.mark.parametrize(
    ("typed", "message", "faulty"),
    [
        (("", "", ""), "Enter a date for “Finished on”", {"day", "month", "year"}),
        (("9", "", "2026"), "Finished on must include a month", {"month"}),
        (("", "", "2026"), "Finished on must include a day and a month", {"day", "month"}),
        (("9", "3", "26"), "Finished on must have a year of 4 digits, like 2026", {"year"}),
        (("9", "13", "2026"), "Finished on must be a real date, like 27 9 2026", {"month"}),
        (("x", "3", "2026"), "Finished on must be a real date, like 27 9 2026", {"day"}),
        (("²", "3", "2026"), "Finished on must be a real date, like 27 9 2026", {"day"}),
        (("31", "2", "2026"), "Finished on must be a real date, like 27 9 2026", {"day", "month", "year"}),
        (("31", "12", "2025"), "Finished on must be on or after 1 January 2026", {"day", "month", "year"}),
        (("1", "1", "2027"), "Finished on must be on or before 31 December 2026", {"day", "month", "year"}),
    ],
)
def test_date_that_is_none_says_what_is_wrong_with_it(typed, message, faulty):
    form = dated(*typed)
    assert form.errors["finished_on"] == [message]
    assert form.fields["finished_on"].widget.faulty == faulty


def test_what_was_typed_as_a_date_is_shown_again():
    html = str(dated("31", "Feb", "2026"))
    assert 'value="31"' in html
    assert 'value="Feb"' in html
    assert 'value="2026"' in html


def test_date_shows_its_initial_value_and_knows_when_it_changed():
    form = DateForm(initial={"finished_on": datetime.date(2026, 3, 9)})
    assert 'name="finished_on_day" value="9"' in flat(str(form))
    same = DateForm(
        {"finished_on_day": "9", "finished_on_month": "3", "finished_on_year": "2026"},
        initial={"finished_on": datetime.date(2026, 3, 9)},
    )
    assert not same.has_changed()


def test_optional_date_may_stay_empty():
    class Optional(Form):
        ends_on = DateField(required=False)

    form = Optional({})
    assert form.is_valid()
    assert form.cleaned_data == {"ends_on": None}


# --- files ---


def test_several_files_come_as_a_list_in_the_order_chosen():
    form = with_files(png("b.png"), png("a.PDF"))
    assert form.is_valid(), form.errors
    assert [file.name for file in form.cleaned_data["files"]] == ["b.png", "a.PDF"]


def test_every_faulty_file_is_named():
    form = with_files(png("a.png", size=1001), png("run.exe"), png("empty.png", size=0))
    assert form.errors["files"] == [
        "You chose 3 files. The most allowed at a time is 2",
        "a.png is 1,001 bytes. The largest allowed is 1,000 bytes",
        "run.exe cannot be used here. Choose a file of one of these kinds: pdf, png",
        "empty.png is empty",
    ]


def test_no_file_is_asked_for():
    assert with_files().errors["files"] == ["Choose at least one file"]


def test_limits_are_shown_beside_the_picker_and_given_to_the_script():
    html = flat(str(FilesForm()))
    assert "Up to 1 kB each, 2 files at a time. Kinds of file: PDF, PNG." in html
    assert 'data-max-bytes="1000"' in html
    assert 'accept=".pdf,.png"' in html
    assert " multiple" in html


def test_line_break_counts_as_one_letter_as_in_browsers():
    class TextForm(Form):
        text = django_forms.CharField(max_length=5, widget=django_forms.Textarea)

    form = TextForm({"text": "a\r\nb\r\nc"})
    assert form.is_valid() and form.cleaned_data["text"] == "a\nb\nc"
    assert TextForm({"text": "a\r\nb\r\ncd"}).errors == {"text": ["Text must be 5 characters or fewer"]}


def test_filters_in_use_are_those_that_narrow_the_list():
    class Filter(FilterForm):
        find = django_forms.CharField(required=False)
        level = django_forms.ChoiceField(required=False, choices=[("", "All"), ("1", "Level 1")])
        since = django_forms.DateField(required=False)
        order = django_forms.ChoiceField(required=False, choices=[("name", "Name"), ("due", "Due first")])

    everything = {"find": "ann", "level": "1", "since": "2026-02-01", "order": "due"}
    assert Filter().in_use == 0
    assert Filter({"find": "  ", "level": "", "order": "due"}).in_use == 0
    assert Filter({"level": "9"}).in_use == 1, "an unknown value is shown as in use, with what is wrong"
    assert Filter(everything).in_use == 3


class WithoutB(django_forms.Select):
    """Its second option cannot be chosen."""

    def create_option(self, *args, **kwargs):
        option = super().create_option(*args, **kwargs)
        return option | {"attrs": option["attrs"] | {"disabled": True}} if option["value"] == "b" else option


@pytest.mark.parametrize("several", [False, True])
def test_drop_down_list_is_what_django_would_make(several):
    more = ("More", [("c", "C"), ("d", "D")])
    choices = [("", "All"), ('<a">', "A <b> & Co"), ("b", "B"), (3, "Three"), more]
    widget = WithoutB(attrs={"class": "govuk-select", "id": "unit"}, choices=choices)
    widget.allow_multiple_selected = several
    chosen = (['<a">', "3", "d"] if several else ["3"],)
    djangos = widget.render("unit", *chosen, renderer=Renderer())
    widget.template_name = "forms/widgets/select.html"
    ours = widget.render("unit", *chosen, renderer=Renderer())
    assert parse_html(ours) == parse_html(djangos)
    assert ours.count(" selected") == len(chosen[0])
