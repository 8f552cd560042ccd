"""One valid catalogue object at a time. Keywords override defaults; required objects that are not given are made."""

from itertools import count

from portal.catalogue.models import Award, Checklist, Criterion, EntryRoute, Objective, Qualification, Unit

_numbers = count(1)
GUIDANCE = "Plan before you make anything."
NOTES = "Dates or file histories should show that the plan came first."


def qualification(**fields) -> Qualification:
    number = next(_numbers)
    return Qualification.objects.create(
        **{
            "code": f"QUAL-{number}",
            "title": f"Level 2 iMedia {number}",
            "level": 2,
            "subject_area": "Crafts, creative arts and design",
            **fields,
        }
    )


def unit(**fields) -> Unit:
    """Without `qualification`, it belongs to a new one; without `number`, it gets the next one in its qualification."""
    of = fields.pop("qualification", None) or qualification()
    number = fields.pop("number") if "number" in fields else of.units.count() + 1
    return Unit.objects.create(
        **{
            "qualification": of,
            "number": number,
            "code": f"U{of.pk}-{number}",
            "title": f"Digital graphics {number}",
            "glh": 30,
            **fields,
        }
    )


def checklist(*, published: bool = True, criteria: int = 4, by=None, **fields) -> Checklist:
    """One objective with `criteria` criteria, 1.1, 1.2 …; without `version`, the next of its unit."""
    of = fields.pop("unit", None) or unit()
    made = Checklist.objects.create(**{"unit": of, "version": of.checklists.count() + 1, **fields})
    objective = Objective.objects.create(
        checklist=made, number=1, title="Plan the product", guidance=GUIDANCE, assessor_notes=NOTES
    )
    Criterion.objects.bulk_create(
        Criterion(
            objective=objective, ref=f"1.{place}", text=f"Describe part {place} of the plan.", position=place
        )
        for place in range(1, criteria + 1)
    )
    if published:
        made.publish(by=by)
    return made


def award(**fields) -> Award:
    """A Certificate of three units, including the mandatory one."""
    of = fields.pop("qualification", None) or qualification()
    kind = fields.pop("kind", Award.Kind.CERTIFICATE)
    diploma = kind == Award.Kind.DIPLOMA
    return Award.objects.create(
        **{
            "qualification": of,
            "kind": kind,
            "code": f"AWARD-{of.pk}-{'D' if diploma else 'C'}",
            "title": f"OCR {of.title} {Award.Kind(kind).label}",
            "units_needed": 5 if diploma else 3,
            "position": 2 if diploma else 1,
            **fields,
        }
    )


def size(**fields) -> Award:
    """One size of a qualification on the named route, with a scheme code; pass only, so that it can be claimed."""
    of = fields.pop("qualification", None) or qualification(entry_route=EntryRoute.NAMED)
    number = next(_numbers)
    kinds = list(Award.Kind)
    kind = kinds[of.awards.count() % len(kinds)]
    return Award.objects.create(
        **{
            "qualification": of,
            "kind": kind,
            "code": f"{90000 + number}",
            "title": f"OCR {of.title} {kind.label}",
            "rule": Award.Rule.POINTS,
            "units_needed": None,
            "glh": 180,
            "needs_mandatory": False,
            **fields,
        }
    )
