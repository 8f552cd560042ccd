"""The lists and records of the admin, all of them alike."""

import pytest
from django.contrib import admin
from django.contrib.admin.filters import RelatedFieldListFilter
from django.core.exceptions import FieldError
from django.urls import reverse

from portal.catalogue.models import Award, Qualification
from portal.kit.admin import ReadOnlyAdmin, StaffAdmin
from portal.noticeboard.models import Service
from portfolios import actions
from portfolios.models import Plan
from tests.factories import accounts, catalogue, centres, moderation, noticeboard, portfolios

pytestmark = pytest.mark.django_db
OURS = {model: page for model, page in admin.site._registry.items() if isinstance(page, StaffAdmin)}
FEW = {Qualification, Award, Service}  # whose rows all fit beside a list


@pytest.fixture
def staff(client):
    client.force_login(accounts.staff())
    return client


@pytest.fixture
def shown(rf):
    """A list of the admin, for staff who may see everything."""
    person = accounts.staff()

    def show(kind, **query):
        request = rf.get("/", query)
        request.user = person
        return kind.get_changelist_instance(request)

    return show


def address(model, page: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_every_record_kind_of_the_portal_is_one_of_ours():
    others = {model._meta.label_lower for model in admin.site._registry if model not in OURS}
    assert others == {"auth.group"}


def test_every_column_that_sorts_a_list_can_sort_it(shown):
    """A heading must sort by a column, not by a search lookup."""
    refused = []
    for kind in admin.site._registry.values():
        for place, column in enumerate(shown(kind).list_display):
            try:
                list(shown(kind, o=place).result_list)
            except FieldError:
                refused.append((kind.__class__.__name__, column))
    assert refused == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_list_is_searched_with_any_accent_and_says_what_for(shown, model):
    page = OURS[model]
    if not page.search_fields:
        pytest.skip("nothing to search")
    list(shown(page, q="Wiśniewska 10101").result_list)
    texts = [name for name in page.search_fields if not name.startswith("=") and not name.endswith("__holds")]
    assert {name.rsplit("__", 1)[-1] for name in texts} <= {
        "number",
        "centre_number",
        "ocr_number",
        "endswith",
    }


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_filter_loads_thousands_of_choices(shown, model):
    loaded = {
        spec.field.remote_field.model
        for spec in shown(OURS[model]).filter_specs
        if isinstance(spec, RelatedFieldListFilter)
    }
    assert loaded <= FEW
    free = [
        spec.title
        for spec in shown(OURS[model]).filter_specs
        if isinstance(spec, admin.AllValuesFieldListFilter)
        and model._meta.label not in ("catalogue.Qualification",)
    ]
    assert free == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_list_opens_for_everybody_who_may_see_it_and_counts_nothing_twice(staff, model):
    page = staff.get(address(model, "changelist"))
    assert page.status_code == 200
    assert not OURS[model].show_full_result_count


def many_things() -> None:
    """A record of most kinds."""
    claim = moderation.certificated_claim()
    work = claim.lines.get().assignment
    moderation.moderator(claim.centre, catalogue.qualification())
    actions.write_message(work, "Which size?", by=work.candidate.user)
    other = portfolios.assignment()
    by = other.candidate.user
    actions.save_paper(other, "plan", {**Plan().texts(), "aim": "A film"}, seen=Plan().text_mark(), by=by)
    portfolios.in_workspace(other.candidate)
    portfolios.begun_upload(other)
    for make in (
        noticeboard.news_item, noticeboard.key_date, noticeboard.interest, noticeboard.training_request,
        noticeboard.enquiry, noticeboard.service_fee, centres.application,
    ):  # fmt: skip
        make()
    centres.adjusted(centres.entries(centres.centre(), catalogue.qualification()).centre.entry_accounts.get())


def test_records_show_nothing_empty_no_dead_save_and_no_help_for_whoever_typed_them(staff):
    """Where nothing can be typed there is no Save; where something can, there is one."""
    many_things()
    wrong, looked_at = [], set()
    for model, kind in OURS.items():
        row = kind.get_queryset(staff.get("/").wsgi_request).first()
        if row is None:
            continue
        looked_at.add(model._meta.model_name)
        page = staff.get(address(model, "change", row.pk))
        html = page.content.decode()
        form = page.context["adminform"]
        typed = [name for name in form.form.fields if name != "seen"]
        if bool(typed) != ('name="_save"' in html):
            wrong.append((model.__name__, "Save", typed))
        empty = [
            field.field["name"]
            for fieldset in form
            for line in fieldset
            for field in line
            if getattr(field, "is_readonly", False) and field.contents() in ("-", "")
        ]
        if empty:
            wrong.append((model.__name__, "empty", empty))
        if isinstance(kind, ReadOnlyAdmin) and 'class="help"' in html:
            wrong.append((model.__name__, "help"))
    assert wrong == []
    assert len(looked_at) > 30, looked_at


def test_nothing_is_posted_to_a_record_that_nobody_types(staff):
    many_things()
    codes = set()
    for model, kind in OURS.items():
        row = kind.get_queryset(staff.get("/").wsgi_request).first()
        if row is not None and isinstance(kind, ReadOnlyAdmin):
            codes.add(staff.post(address(model, "change", row.pk), {"state": "x"}).status_code)
    assert codes == {403}


def test_state_comes_first_and_moments_read_as_everywhere(staff):
    approval = centres.approval(centres.centre())
    page = staff.get(address(type(approval), "change", approval.pk))
    (fieldset,) = page.context["adminform"]
    assert next(name for line in fieldset for name in line.fields) == "state"
    lapses = type(approval).objects.with_activity().get().lapses_on
    assert f"{lapses:%-d %B %Y}" in page.content.decode()
