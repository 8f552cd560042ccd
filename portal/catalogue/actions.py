"""Changes to more than one record: loading the catalogue from a file, starting the next version of an e-checklist."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max

from portal.kit import audit
from portal.kit.stateful import TransitionRefused

from . import seed
from .models import Award, Checklist, Criterion, Objective, Qualification, Unit


@dataclass
class Loaded:
    """What loading a catalogue changed, in words, one line for each record."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)

    def __add__(self, other: "Loaded") -> "Loaded":
        return Loaded(
            self.created + other.created, self.updated + other.updated, self.published + other.published
        )

    @property
    def is_nothing(self) -> bool:
        return not (self.created or self.updated or self.published)


@transaction.atomic
def load_catalogue(path: Path) -> Loaded:
    """Bring the catalogue up to date with the file at `path`; loading it again changes nothing.

    Changed wording of an e-checklist is published as its next version: an assignment keeps the version it was
    made with. What the file does not name is left alone. Raises seed.CatalogueFileError.
    """
    loaded = Loaded()
    for given in seed.read(path):
        qualification = _bring_up_to_date(Qualification, "code", given.fields, loaded)
        # A unit that stops being mandatory goes first: there may be only one at a time.
        for unit_given in sorted(given.units, key=lambda unit: unit.fields["is_mandatory"]):
            fields = {"qualification": qualification, **unit_given.fields}
            unit = _bring_up_to_date(Unit, "code", fields, loaded)
            if unit_given.sheet:
                _publish_if_changed(unit, unit_given.sheet, loaded)
        for award_given in given.awards:
            fields = {"qualification": qualification, **award_given}
            _bring_up_to_date(Award, "code", fields, loaded)
    return loaded


def _bring_up_to_date(model: type[models.Model], key: str, fields: dict[str, Any], loaded: Loaded) -> Any:
    """The row of `model` that `key` finds, created or changed to have `fields`."""
    row: Any = model._default_manager.filter(**{key: fields[key]}).first() or model()
    changed = [name for name, value in fields.items() if getattr(row, name, None) != value]
    if row.pk and not changed:
        return row
    (loaded.updated if row.pk else loaded.created).append(f"{model._meta.verbose_name} {fields[key]}")
    for name in changed:
        setattr(row, name, fields[name])
    try:
        row.full_clean()
    except ValidationError as error:
        raise seed.CatalogueFileError(f"{fields[key]}: {' '.join(error.messages)}") from None
    row.save()
    return row


def _publish_if_changed(unit: Unit, sheet: seed.Sheet, loaded: Loaded) -> None:
    current = unit.checklists.current().with_criteria().first()
    if current and _sheet_of(current) == sheet:
        return
    checklist = Checklist.objects.create(unit=unit, version=_next_version(unit))
    _fill(checklist, sheet)
    checklist.publish(by=None)
    loaded.published.append(str(checklist))


def start_new_version(checklist: Checklist, *, by) -> Checklist:
    """Copy `checklist` to a draft that may be reworded and then published as the unit's next version.

    Raises TransitionRefused if the unit already has a draft, as nobody could tell the two apart.
    """
    with transaction.atomic():
        unit = Unit.objects.select_for_update(of=["self"]).get(pk=checklist.unit_id)
        if draft := unit.checklists.drafts().first():
            raise TransitionRefused(f"{unit} already has a draft, version {draft.version}.")
        copy = Checklist.objects.create(unit=unit, version=_next_version(unit))
        _fill(copy, _sheet_of(checklist))
        audit.record("start new version", copy, by=by, after="draft", copied_from=checklist.version)
    return copy


def _next_version(unit: Unit) -> int:
    return (unit.checklists.aggregate(last=Max("version"))["last"] or 0) + 1


def _sheet_of(checklist: Checklist) -> seed.Sheet:
    return tuple(
        (
            objective.number,
            objective.title,
            objective.guidance,
            objective.assessor_notes,
            tuple(
                (criterion.ref, criterion.text, criterion.is_required)
                for criterion in objective.criteria.all()
            ),
        )
        for objective in checklist.objectives.prefetch_related("criteria")
    )


def _fill(checklist: Checklist, sheet: seed.Sheet) -> None:
    objectives = Objective.objects.bulk_create(
        Objective(checklist=checklist, number=number, title=title, guidance=guidance, assessor_notes=notes)
        for number, title, guidance, notes, _ in sheet
    )
    Criterion.objects.bulk_create(
        Criterion(objective=objective, ref=ref, text=text, is_required=required, position=position)
        for objective, (*_, criteria) in zip(objectives, sheet, strict=True)
        for position, (ref, text, required) in enumerate(criteria, start=1)
    )
