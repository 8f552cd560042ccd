"""What an application for approval asks, part by part, and which answers are missing (domain reference 2.3).

The models import this module, so an application here is any object with these attributes.
"""

from dataclasses import dataclass

QUALIFICATIONS = "qualifications"  # chosen, not typed: one line each


@dataclass(frozen=True)
class Part:
    """One page of the application. `needed`: without these it cannot be submitted."""

    slug: str
    title: str
    fields: tuple[str, ...]
    needed: tuple[str, ...]


CENTRE = Part(
    "centre",
    "The centre",
    ("centre_name", "centre_kind", "centre_number", "address", "site_url"),
    ("centre_name", "centre_kind", "address"),
)
PEOPLE = Part(
    "people",
    "The people",
    (
        "head_of_centre",
        "contact_name",
        "contact_email",
        "contact_phone",
        "coordinator_name",
        "coordinator_email",
    ),
    ("head_of_centre", "contact_name", "contact_email", "coordinator_name", "coordinator_email"),
)
LEVELS = Part("qualifications", "Qualifications and levels", (QUALIFICATIONS,), (QUALIFICATIONS,))
TEACHING = Part(
    "teaching",
    "Teaching and equipment",
    ("staffing", "equipment", "site_contact"),
    ("staffing", "equipment", "site_contact"),
)
ELSEWHERE = Part(
    "approvals",
    "Other approvals and attachments",
    ("approved_elsewhere", "other_approvals"),
    ("approved_elsewhere",),
)
PARTS = (CENTRE, PEOPLE, LEVELS, TEACHING, ELSEWHERE)


def parts_of(application) -> list[Part]:
    """The parts that `application` is asked: a centre that uses the portal is not asked who it is."""
    is_new = application.applicant_email or application.centre_id is None
    return [part for part in PARTS if part is not CENTRE or is_new]


def missing_in(application, part: Part) -> list[str]:
    """The names of the fields of `part` that still need an answer."""
    needed = list(part.needed)
    if part is ELSEWHERE and application.approved_elsewhere == "yes":
        needed.append("other_approvals")
    return [name for name in needed if not _is_answered(application, name)]


def _is_answered(application, name: str) -> bool:
    if name == QUALIFICATIONS:
        return bool(application.lines.all())
    return bool(getattr(application, name))


def label_of(application, name: str) -> str:
    """A field's name in words."""
    if name == QUALIFICATIONS:
        return "qualifications and levels"
    return str(application._meta.get_field(name).verbose_name)


def missing(application) -> list[str]:
    """Everything that still needs an answer, in words; empty if the application can be submitted."""
    return [
        label_of(application, name)
        for part in parts_of(application)
        for name in missing_in(application, part)
    ]


@dataclass(frozen=True)
class Answer:
    """One line of “Check your answers”. `value`: text, or a list of choices."""

    field: str
    label: str
    value: str | list[str]
    is_missing: bool


@dataclass(frozen=True)
class Answered:
    """One part of an application with its answers."""

    part: Part
    answers: list[Answer]

    @property
    def missing(self) -> list[str]:
        return [answer.label for answer in self.answers if answer.is_missing]

    @property
    def is_started(self) -> bool:
        return any(answer.value for answer in self.answers)


def answered(application) -> list[Answered]:
    """Every part that `application` is asked, with its answers."""
    return [
        Answered(part, [_answer(application, name, part) for name in part.fields])
        for part in parts_of(application)
    ]


def _answer(application, name: str, part: Part) -> Answer:
    value: str | list[str]
    if name == QUALIFICATIONS:
        value = [str(line) for line in application.lines.all()]
    else:
        shown = getattr(application, f"get_{name}_display", None)
        value = str(shown() if shown else getattr(application, name))
    return Answer(name, label_of(application, name), value, name in missing_in(application, part))
