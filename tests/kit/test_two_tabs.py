"""Two tabs of one form: a page never undoes what somebody saved after it was opened."""

import pytest
from django import forms
from django.contrib import admin
from django.http import QueryDict
from django.urls import reverse

from portal.catalogue.models import Award
from portal.kit.admin import LookOnlyAdmin, ReadOnlyAdmin, ReadOnlyInline, TwoTabsAdmin, TwoTabsInline
from portal.kit.forms import DateField, Form, TwoTabs, changes_of
from portal.kit.forms.two_tabs import Conflict
from portal.kit.models import Event
from portal.noticeboard.models import Service
from tests.factories import accounts, catalogue


class PaperForm(TwoTabs, Form):
    title = forms.CharField()
    note = forms.CharField(required=False)
    tags = forms.MultipleChoiceField(choices=[("1", "One"), ("2", "Two"), ("3", "Three")], required=False)
    day = DateField(required=False)


HELD = {"title": "A", "note": "x\ny", "tags": ["1", "2"], "day": None}


def posted(page: Form, **typed) -> QueryDict:
    """What a browser sends from `page` with `typed` changed."""
    data = QueryDict(mutable=True)
    values = {name: page[name].value() for name in ("title", "note", "tags", "seen")} | typed
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def saved(now: dict, **typed) -> PaperForm:
    """The form as it is read when `now` is stored, sent from a page that showed HELD."""
    form = PaperForm(posted(PaperForm(initial=HELD), **typed), initial={**HELD, **now})
    form.is_valid()
    return form


def test_nothing_changed_meanwhile_saves_what_was_typed():
    form = saved({}, title="B", tags=["3"])
    assert (form.errors, form.cleaned_data) == (
        {},
        {"title": "B", "note": "x\ny", "tags": ["3"], "day": None},
    )


def test_what_was_left_alone_stays_as_somebody_else_saved_it():
    form = saved({"tags": ["1", "2", "3"], "note": "new"}, title="B")
    assert (form.errors, form.cleaned_data["tags"], form.cleaned_data["note"]) == ({}, ["1", "2", "3"], "new")
    assert changes_of(form) == {"title": ["A", "B"]}


def test_what_both_changed_alike_is_no_conflict():
    assert saved({"title": "B"}, title="B").errors == {}


def test_what_both_changed_is_stopped_and_shows_both_and_the_next_save_wins():
    form = saved({"tags": ["1", "2", "3"]}, tags=["1"])
    assert form.conflicts == [Conflict("Tags", "One, Two, Three")]
    assert "It is now “One, Two, Three”" in form.errors["tags"][0]
    assert form["tags"].value() == ["1"] and "This is what is saved now" in str(form)
    again = PaperForm(posted(form), initial={**HELD, "tags": ["1", "2", "3"]})
    assert again.is_valid() and again.cleaned_data["tags"] == ["1"]


@pytest.mark.parametrize("seen", ["", "no JSON", "[1]"])
def test_page_without_marks_saves_as_before(seen):
    form = saved({}, title="B", seen=seen)
    assert form.is_valid() and form.cleaned_data["title"] == "B"


def test_every_form_of_the_admin_stops_the_second_save():
    typed = [
        type(each).__name__
        for each in admin.site._registry.values()
        if not isinstance(each, ReadOnlyAdmin | LookOnlyAdmin | TwoTabsAdmin)
        and each.model._meta.app_label
        in ("accounts", "catalogue", "centres", "moderation", "noticeboard", "awards")
    ]
    assert typed == []


@pytest.mark.django_db
def test_second_save_in_the_admin_is_stopped_and_shows_both(client):
    award = catalogue.size()
    client.force_login(accounts.staff())
    url = reverse("admin:catalogue_award_change", args=[award.pk])
    page = client.get(url).context["adminform"].form
    typed = {name: "" if (value := page[name].value()) is None else value for name in page.fields}
    Award.objects.filter(pk=award.pk).update(title="Theirs")
    answer = client.post(url, {**typed, "title": "Mine"})
    assert (
        "It is now “Theirs”" in answer.content.decode() and answer.content.decode().count('name="seen"') == 1
    )
    award.refresh_from_db()
    assert award.title == "Theirs"


def test_every_line_that_is_typed_in_the_admin_stops_the_second_save():
    lines = [line for each in admin.site._registry.values() for line in each.inlines]
    assert [line for line in lines if not issubclass(line, ReadOnlyInline | TwoTabsInline)] == []


@pytest.mark.django_db
def test_second_save_of_a_line_in_the_admin_is_stopped_and_others_stay(client):
    unit = catalogue.unit(title="One")
    other = catalogue.unit(title="Two", qualification=unit.qualification)
    client.force_login(accounts.staff())
    url = reverse("admin:catalogue_qualification_change", args=[unit.qualification_id])
    page = client.get(url).context
    forms_shown = [page["adminform"].form]
    for each in page["inline_admin_formsets"]:
        forms_shown += [each.formset.management_form, *each.formset.forms]
    shown = {form.add_prefix(name): form[name].value() for form in forms_shown for name in form.fields}
    typed = {name: "" if value is None else value for name, value in shown.items() if value is not False}
    (mine,) = (name for name, value in typed.items() if value == "Two" and name.endswith("title"))
    type(unit).objects.filter(pk=unit.pk).update(title="Theirs")
    assert client.post(url, {**typed, mine: "Mine"}).status_code == 302
    assert set(unit.qualification.units.values_list("title", flat=True)) == {"Theirs", "Mine"}
    answer = client.post(url, {**typed, mine: "Other"})
    assert "It is now “Mine”" in answer.content.decode()
    other.refresh_from_db()
    assert other.title == "Mine"


def test_browsers_are_asked_not_to_fill_in_again_what_may_be_older():
    page = PaperForm(initial=HELD)
    assert [name for name in page.fields if "autocomplete" in str(page[name])] == [
        "title",
        "note",
        "tags",
        "day",
    ]


@pytest.mark.django_db
def test_audit_of_the_admin_says_from_and_to(client):
    service = Service.objects.create(name="Review", per="unit")
    client.force_login(accounts.staff())
    url = reverse("admin:noticeboard_service_change", args=[service.pk])
    client.post(
        url, {"name": "Review of moderation", "per": "unit", "note": "", "position": "0", "is_offered": "on"}
    )
    event = Event.objects.about(service).get()
    assert event.details == {"changed": {"name": ["Review", "Review of moderation"]}}
    assert event.what == "Change: name from “Review” to “Review of moderation”"
