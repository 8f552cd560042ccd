"""Reads a catalogue file: a pattern of criteria, filled with the words of each unit, once for every level."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# An e-checklist as plain values: ((number, title, guidance, ((ref, text, required), …)), …)
Sheet = tuple[tuple[int, str, str, tuple[tuple[str, str, bool], ...]], ...]

QUALIFICATION_FIELDS = [
    "code", "title", "level", "qan", "subject_area", "grade_scale",
    "entry_route", "moderation_mode", "digital_only", "position",
]  # fmt: skip
AWARD_FIELDS = ["kind", "code", "title", "units_needed", "needs_mandatory", "position"]


class CatalogueFileError(Exception):
    """The catalogue file cannot be loaded; says where it is wrong."""


@dataclass(frozen=True)
class UnitSeed:
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
        return [_qualification(table, found["unit"], found["objective"]) for table in found["qualification"]]
    except OSError as error:
        raise CatalogueFileError(f"{path}: {error.strerror}.") from None
    except tomllib.TOMLDecodeError as error:
        raise CatalogueFileError(f"{path}: {error}.") from None
    except KeyError as error:
        raise CatalogueFileError(f"{path}: {error} is missing.") from None


def _qualification(table: dict, units: list[dict], objectives: list[dict]) -> QualificationSeed:
    level = str(table["level"])
    return QualificationSeed(
        fields={name: table[name] for name in QUALIFICATION_FIELDS},
        awards=[
            {name: award[name] for name in AWARD_FIELDS}
            | {"ucas_points": award.get("ucas_points"), "performance": award.get("performance", "")}
            for award in table["award"]
        ],
        units=[_unit(table, unit, objectives) for unit in units if level in unit["summary"]],
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
        tuple((f"{number}.{place}", text.format_map(words), True) for place, text in criteria),
    )


def _at(level: str, value):
    """`value` itself, or what it holds for `level` where it is a table by level."""
    return value[level] if isinstance(value, dict) else value
