"""Published e-checklists never change, whoever tries; the database also enforces the catalogue's rules."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from portal.accounts.models import User
from portal.catalogue.models import Checklist, Criterion, Objective, Qualification, Unit
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from tests.factories import catalogue as make

pytestmark = pytest.mark.django_db


def refused(words):
    return pytest.raises(IntegrityError, match=words)


@pytest.fixture
def staff():
    return User.objects.create_user("staff@body.example", name="Sam Staff")


# --- publishing -----------------------------------------------------------------------------------


def test_publishing_stamps_who_and_when_and_writes_the_audit_line(staff):
    checklist = make.checklist(published=False)
    checklist.publish(by=staff)

    stored = Checklist.objects.get()
    event = Event.objects.about(stored).get()
    assert stored.is_published
    assert stored.published_by == staff
    assert (event.by, event.verb, event.before, event.after) == (staff, "publish", "draft", "published")


@pytest.mark.parametrize("criteria", [None, 0])
def test_empty_checklist_is_not_published(criteria):
    if criteria is None:
        checklist = Checklist.objects.create(unit=make.unit())
    else:
        checklist = make.checklist(published=False, criteria=criteria)

    with pytest.raises(TransitionRefused, match="before publishing"):
        checklist.publish(by=None)
    assert not Checklist.objects.get().is_published
    assert not Event.objects.exists()


def test_published_checklist_is_not_published_again():
    checklist = make.checklist()
    with pytest.raises(TransitionRefused, match="already published"):
        checklist.publish(by=None)


def test_draft_older_than_a_published_version_is_not_published():
    unit = make.unit()
    draft = make.checklist(unit=unit, published=False)
    make.checklist(unit=unit)
    with pytest.raises(TransitionRefused, match="later than 1"):
        draft.publish(by=None)


def test_current_is_the_latest_published_of_each_unit():
    one, two, none = make.unit(), make.unit(), make.unit()
    make.checklist(unit=one)
    latest = make.checklist(unit=one)
    make.checklist(unit=one, published=False)
    other = make.checklist(unit=two)
    make.checklist(unit=none, published=False)

    assert set(Checklist.objects.current()) == {latest, other}
    assert one.current_checklist() == latest
    assert none.current_checklist() is None
    assert set(Unit.objects.with_checklist()) == {one, two}


# --- published is fixed ---------------------------------------------------------------------------

NO_NEW = "is published: no "
NO_CHANGE = "cannot be changed"
CHANGES = {
    "version": (NO_CHANGE, lambda sheet: Checklist.objects.update(version=9)),
    "unit": (NO_CHANGE, lambda sheet: Checklist.objects.update(unit=make.unit())),
    "unpublish": (NO_CHANGE, lambda sheet: Checklist.objects.update(published_at=None)),
    "delete": ("cannot be deleted", lambda sheet: Checklist.objects.all()._raw_delete("default")),
    "reword objective": (NO_CHANGE, lambda sheet: Objective.objects.update(title="Easier")),
    "delete objective": (NO_CHANGE, lambda sheet: Objective.objects.all().delete()),
    "add objective": (
        NO_NEW,
        lambda sheet: Objective.objects.create(checklist=sheet, number=2, title="More"),
    ),
    "reword criterion": (NO_CHANGE, lambda sheet: Criterion.objects.update(text="Easier")),
    "relax criterion": (NO_CHANGE, lambda sheet: Criterion.objects.update(is_required=False)),
    "delete criterion": (NO_CHANGE, lambda sheet: Criterion.objects.first().delete()),
    "add criterion": (
        NO_NEW,
        lambda sheet: Criterion.objects.create(objective=sheet.objectives.get(), ref="1.9", text="More"),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_database_refuses_to_change_a_published_checklist(name):
    checklist = make.checklist(criteria=2)
    words, change = CHANGES[name]

    with refused(words), transaction.atomic():
        change(checklist)
    assert [str(criterion) for criterion in Criterion.objects.all()] == [
        "1.1 Describe part 1 of the plan.",
        "1.2 Describe part 2 of the plan.",
    ]


@pytest.mark.parametrize("name", sorted(set(CHANGES) - {"unpublish"}))
def test_draft_may_be_changed(name):
    checklist = make.checklist(published=False, criteria=2)
    if name == "delete":
        checklist.delete()
    else:
        CHANGES[name][1](checklist)


def test_criterion_is_not_moved_into_or_out_of_a_published_checklist():
    published, draft = make.checklist(), make.checklist(published=False)
    inside, outside = Criterion.objects.filter(objective__checklist=published), draft.objectives.get()
    with refused(NO_CHANGE), transaction.atomic():
        inside.filter(ref="1.1").update(objective=outside, ref="7.1")
    with refused(NO_NEW), transaction.atomic():
        outside.criteria.filter(ref="1.1").update(objective=published.objectives.get(), ref="7.1")


@pytest.mark.django_db(transaction=True)
def test_criterion_added_while_the_checklist_is_being_published_is_refused():
    checklist = make.checklist(published=False)

    def add():
        try:
            Criterion.objects.create(objective=checklist.objectives.get(), ref="1.9", text="Late")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            checklist.publish(by=None)
            added = other.submit(add)
            with pytest.raises(TimeoutError):
                added.result(timeout=0.5)  # it waits for this transaction
        with refused(NO_NEW):
            added.result(timeout=10)
    assert not Criterion.objects.filter(ref="1.9").exists()


def test_published_checklist_may_be_saved_unchanged():
    make.checklist()
    Checklist.objects.get().save()


# --- constraints ----------------------------------------------------------------------------------


def test_one_mandatory_unit_in_a_qualification():
    first = make.unit(is_mandatory=True)
    make.unit(is_mandatory=True)  # of another qualification
    with refused("unit_one_mandatory_in_qualification"), transaction.atomic():
        make.unit(qualification=first.qualification, is_mandatory=True)


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("qualification_level_1_to_8", lambda: make.qualification(level=0)),
        ("qualification_level_1_to_8", lambda: make.qualification(level=9)),
        (
            "qualification_entries_end_before_certification",
            lambda: make.qualification(
                last_entry_on=date(2027, 1, 2), last_certification_on=date(2027, 1, 1)
            ),
        ),
        ("unit_glh_above_0", lambda: make.unit(glh=0)),
        ("unit_number_from_1", lambda: make.unit(number=0)),
        ("award_size_fits_its_rule", lambda: make.award(units_needed=0)),
        ("award_size_fits_its_rule", lambda: make.award(units_needed=None)),
        ("award_size_fits_its_rule", lambda: make.award(glh=180)),
        ("award_size_fits_its_rule", lambda: make.award(rule="POINTS", units_needed=3, glh=180)),
        ("award_size_fits_its_rule", lambda: make.award(rule="POINTS", units_needed=None)),
        ("checklist_version_from_1", lambda: make.checklist(version=0)),
    ],
)
def test_database_refuses_nonsense(constraint, wrong):
    with refused(constraint), transaction.atomic():
        wrong()


def test_twice_the_same_number_version_or_kind_is_refused():
    unit = make.unit(number=1)
    make.checklist(unit=unit, version=1)
    award = make.award()
    for again in (
        lambda: make.unit(qualification=unit.qualification, number=1, code="OTHER"),
        lambda: make.checklist(unit=unit, version=1),
        lambda: make.award(qualification=award.qualification, code="OTHER"),
    ):
        with refused("duplicate key"), transaction.atomic():
            again()


# --- dates ----------------------------------------------------------------------------------------


def test_last_days_are_included():
    day, after = date(2027, 7, 31), date(2027, 8, 1)
    open_ended = make.qualification()
    ending = make.qualification(last_entry_on=day, last_certification_on=day)

    assert [ending.is_open_for_entry(on) for on in (day, after)] == [True, False]
    assert [ending.is_open_for_certification(on) for on in (day, after)] == [True, False]
    assert open_ended.is_open_for_entry(after) and open_ended.is_open_for_certification(after)
    assert list(Qualification.objects.open_for_entry(day)) == [open_ended, ending]
    assert list(Qualification.objects.open_for_entry(after)) == [open_ended]
