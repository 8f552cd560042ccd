"""Reads a catalogue file: a pattern of criteria, filled with the words of each unit, once for every level."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# An e-checklist as plain values: ((number, title, guidance, assessor_notes, ((ref, text, required), …)), …)
Sheet = tuple[tuple[int, str, str, str, tuple[tuple[str, str, bool], ...]], ...]

QUALIFICATION_FIELDS = [
    "code", "title", "level", "qan", "subject_area", "grade_scale",
    "entry_route", "moderation_mode", "digital_only", "position",
]  # fmt: skip
AWARD_FIELDS = ["kind", "code", "title", "position"]
AWARD_DEFAULTS: dict[str, Any] = {
    "rule": "THRESHOLD", "units_needed": None, "glh": None, "needs_mandatory": False, "is_provisional": False,
    "ucas_points": None, "performance": "",
}  # fmt: skip


class CatalogueFileError(Exception):
    """The catalogue file cannot be loaded; says where it is wrong."""


@dataclass(frozen=True)
class UnitSeed:
    """`sheet` is empty for a unit that has no e-checklist."""

    fields: dict[str, Any]
    sheet: Sheet


@dataclass(frozen=True)
class QualificationSeed:
    fields: dict[str, Any]
    awards: list[dict[str, Any]]
    units: list[UnitSeed]


def read(path: Path) -> list[QualificationSeed]:
    """The qualifications of the file at `path`, each with its awards, units and e-checklists.

    Raises CatalogueFileError.
    """
    try:
        with path.open("rb") as file:
            found = tomllib.load(file)
        return [_qualification(table, found) for table in found["qualification"]]
    except OSError as error:
        raise CatalogueFileError(f"{path}: {error.strerror}.") from None
    except tomllib.TOMLDecodeError as error:
        raise CatalogueFileError(f"{path}: {error}.") from None
    except KeyError as error:
        raise CatalogueFileError(f"{path}: {error} is missing.") from None


def _qualification(table: dict, found: dict) -> QualificationSeed:
    return QualificationSeed(
        fields={name: table[name] for name in QUALIFICATION_FIELDS},
        awards=[
            {name: award[name] for name in AWARD_FIELDS}
            | {name: award.get(name, default) for name, default in AWARD_DEFAULTS.items()}
            for award in table["award"]
        ],
        units=_own_units(table, found["objective"]) if "unit" in table else _units_of_level(table, found),
    )


def _units_of_level(table: dict, found: dict) -> list[UnitSeed]:
    """Units that are in the file once for all its levels."""
    level = str(table["level"])
    return [_unit(table, unit, found["objective"]) for unit in found["unit"] if level in unit["summary"]]


def _own_units(qualification: dict, objectives: list[dict]) -> list[UnitSeed]:
    """Units listed with their qualification: a title each, and the general e-checklist unless examined."""
    return [_own_unit(qualification, unit, objectives) for unit in qualification["unit"]]


def _own_unit(qualification: dict, unit: dict, objectives: list[dict]) -> UnitSeed:
    is_examined = unit.get("is_examined", False)
    words = {"title": unit["title"]}
    level = str(qualification["level"])
    return UnitSeed(
        fields={
            "number": unit["number"],
            "code": qualification["unit_code"].format(number=unit["number"]),
            "title": unit["title"],
            "glh": unit.get("glh", qualification["unit_glh"]),
            "is_mandatory": False,
            "is_examined": is_examined,
            "summary": "",
        },
        sheet=() if is_examined else tuple(_objective(objective, level, words) for objective in objectives),
    )


def _unit(qualification: dict, unit: dict, objectives: list[dict]) -> UnitSeed:
    level = str(qualification["level"])
    words = {name: _at(level, value) for name, value in unit["words"].items()}
    return UnitSeed(
        fields={
            "number": unit["number"],
            "code": qualification["unit_code"].format(number=unit["number"]),
            "title": unit["title"],
            "glh": qualification["unit_glh"],
            "is_mandatory": unit.get("is_mandatory", False),
            "is_examined": False,
            "summary": unit["summary"][level],
        },
        sheet=tuple(_objective(objective, level, words) for objective in objectives),
    )


def _objective(objective: dict, level: str, words: dict[str, str]):
    number = objective["number"]
    criteria = enumerate(_at(level, objective["criteria"]), start=1)
    return (
        number,
        objective["title"].format_map(words),
        objective["guidance"].format_map(words),
        objective["assessor_notes"].format_map(words),
        tuple((f"{number}.{place}", text.format_map(words), True) for place, text in criteria),
    )


def _at(level: str, value):
    """`value` itself, or its entry for `level` if it is a table by level."""
    return value[level] if isinstance(value, dict) else value
