"""The table of demo sign-ins, for anybody who tries the portal."""

from django.urls import reverse

from portal.accounts.roles import Role

from . import PASSWORD
from .people import (
    CWM_TAWE,
    HARBOUR,
    JOANNE,
    KWAME,
    NORTHFIELD,
    PATRICIA,
    RUTH,
    SANJAY,
    TOMASZ,
    Adult,
    DemoCentre,
)

CANDIDATES = [(HARBOUR, "0101"), (CWM_TAWE, "0006"), (NORTHFIELD, "0001")]


def table(site: str) -> str:
    """One row for each person, under the address of the page where they sign in; `site` goes before each path."""
    parts = [
        ("Sign in", "sign-in", [*_at_centres(), *_moderators()]),
        ("Candidates sign in", "sign-in-candidate", _candidates()),
        ("Awarding-body staff", "admin:index", _staff()),
    ]
    return "\n".join(
        line for heading, route, lines in parts for line in _part(heading, site + reverse(route), lines)
    )


Line = tuple[str, str, str, str, str]  # role, name, centre, sign-in name, password


def _part(heading: str, address: str, lines: list[Line]) -> list[str]:
    lines = [("Role", "Name", "Centre", "Sign-in name", "Password"), *lines]
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    rows = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    return [f"{heading}: {address}", *(f"  {row.rstrip()}" for row in rows), ""]


def _at_centres() -> list[Line]:
    people: list[tuple[Role, Adult, DemoCentre]] = [
        (Role.EXAMS_OFFICER, JOANNE, HARBOUR),
        (Role.TUTOR, TOMASZ, HARBOUR),
        (Role.HEAD_OF_CENTRE, HARBOUR.head, HARBOUR),
        (Role.EXAMS_OFFICER, CWM_TAWE.exams_officer, CWM_TAWE),
        (Role.TUTOR, CWM_TAWE.tutors[0], CWM_TAWE),
        (Role.EXAMS_OFFICER, NORTHFIELD.exams_officer, NORTHFIELD),
    ]
    return [(role.label, adult.name, at.name, adult.email, PASSWORD) for role, adult, at in people]


def _candidates() -> list[Line]:
    return [
        (
            "Candidate",
            candidate.display_name,
            given.name,
            candidate.user.sign_in_name,
            _way_in(candidate.user),
        )
        for given, number in CANDIDATES
        for candidate in given.row.candidates.filter(number=number).select_related("user")
    ]


def _way_in(user) -> str:
    code = user.signincodes.filter(ended_at=None).first()
    return f"first time, code {code.code}" if code else PASSWORD


def _moderators() -> list[Line]:
    return [("Moderator", adult.name, "", adult.email, PASSWORD) for adult in (RUTH, SANJAY)]


def _staff() -> list[Line]:
    people = [("Superuser", PATRICIA), ("Staff", KWAME)]
    return [(role, adult.name, "", adult.email, PASSWORD) for role, adult in people]
