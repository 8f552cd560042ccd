"""What staff enter in the admin is in the audit trail: the rule of an award decides what is printed."""

import pytest
from django.contrib import admin
from django.forms import inlineformset_factory

from portal.catalogue.models import Qualification, Unit
from portal.kit.admin import ReadOnlyAdmin
from portal.kit.models import Event
from tests.factories import accounts, catalogue


def test_every_admin_that_types_something_writes_an_audit_line():
    silent = [
        model.__name__
        for model, page in admin.site._registry.items()
        if type(page).save_model is admin.ModelAdmin.save_model
        and not isinstance(page, ReadOnlyAdmin)
        and not type(page).__module__.startswith(
            ("django.", "allauth.")
        )  # groups and addresses have their own
    ]
    assert silent == []


@pytest.mark.django_db
def test_lines_on_the_page_of_a_qualification_are_audited(rf):
    kept = catalogue.unit(number=1, glh=30)
    gone = catalogue.unit(qualification=kept.qualification, number=2)
    Units = inlineformset_factory(Qualification, Unit, fields=["number", "code", "title", "glh"], extra=1)
    rows = [(kept.pk, 1, kept.code, 60), (gone.pk, 2, gone.code, 30), ("", 3, "NEW3", 30)]
    data = {"units-TOTAL_FORMS": "3", "units-INITIAL_FORMS": "2", "units-1-DELETE": "on"}
    for place, (key, number, code, glh) in enumerate(rows):
        typed = {"id": key, "number": number, "code": code, "title": "A unit", "glh": glh}
        data |= {f"units-{place}-{name}": str(value) for name, value in typed.items()}
    formset = Units(data, instance=kept.qualification)
    assert formset.is_valid(), formset.errors
    request = rf.post("/")
    request.user = accounts.staff()
    page = admin.site._registry[Qualification]
    page.save_formset(request, None, formset, True)
    lines = Event.objects.filter(verb__in=["add", "change", "delete"], subject_type__model="unit")
    assert sorted(lines.values_list("verb", "subject_id")) == sorted(
        [("change", kept.pk), ("delete", gone.pk), ("add", Unit.objects.get(code="NEW3").pk)]
    )
    assert lines.get(verb="change").details["changed"]["glh"] == ["30", "60"]
