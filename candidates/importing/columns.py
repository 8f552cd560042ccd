"""Which column of a file contains what: the possible fields, and a guess from the headings."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Field(NamedTuple):
    """What a column can contain. `others`: headings with the same meaning, in lower case, without spaces and dots."""

    label: str
    is_required: bool
    others: str = ""


FIELDS: dict[str, Field] = {
    "number": Field(
        "Candidate number",
        True,
        "candidateno candno examcandidatenumber examnumber examno candidate number no",
    ),
    "first_names": Field(
        "First names",
        True,
        "firstname forename forenames givenname givennames legalforename legalforenames legalfirstname "
        "legalfirstnames",
    ),
    "last_name": Field("Last name", True, "surname familyname legalsurname legallastname"),
    "known_as": Field("Known as", False, "preferredname preferredforename preferredfirstname chosenname"),
    "date_of_birth": Field("Date of birth", True, "dob birthdate dateborn birthday born"),
    "group": Field(
        "Group", False, "groups class teachinggroup reg reggroup registrationgroup form tutorgroup"
    ),
    "uci": Field("UCI", False, "uniquecandidateidentifier ucinumber ucino"),
    "uln": Field("ULN", False, "uniquelearnernumber ulnnumber"),
}


VAGUE = {"no", "number", "candidate", "form", "class"}  # headings that may mean something else
_HOW_TO_FILL_IN = re.compile(
    r"[(\[][dmy/.\- ]{3,}[)\]]|\bd{1,2}[/.\- ]?m{1,2}[/.\- ]?y{2,4}\b"
    r"|[(\[](?:\d+|four) (?:digits?|figures|characters|letters)[)\]]|[(\[](?:required|mandatory|optional)[)\]]",
    re.IGNORECASE,
)


def plain_heading(heading: str) -> str:
    """In lower case, only letters and figures, without instructions for filling in the column: "(dd/mm/yyyy)"."""
    heading = _HOW_TO_FILL_IN.sub("", heading)
    return "".join(letter for letter in heading.casefold() if letter.isalnum())


def _meant(fields: Mapping[str, Field]) -> dict[str, str]:
    """{plain heading: field} for every known heading."""
    return {
        plain: key
        for key, field in fields.items()
        for plain in (plain_heading(field.label), *field.others.split())
    }


def guess(
    headings: Sequence[str], remembered: Mapping[str, str], fields: Mapping[str, Field] = FIELDS
) -> list[str]:
    """The field of each column, "" for none; each field once. `remembered`: {plain heading: field} from last time.

    Of two columns for one field the first is used, but "Candidate number" before "No.", which may count lines.
    """
    meant = _meant(fields)
    plain = [plain_heading(heading) for heading in headings]
    said = [remembered.get(each, meant.get(each, "")) for each in plain]
    columns = ["" for _ in headings]
    for place in sorted(range(len(plain)), key=lambda place: plain[place] in VAGUE - remembered.keys()):
        if said[place] not in columns:
            columns[place] = said[place]
    return columns


def remember(headings: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    """{plain heading: field}, for the next file. Of two equal headings, the one that was used counts."""
    remembered: dict[str, str] = {}
    for heading, column in zip(headings, columns, strict=True):
        if heading:
            plain = plain_heading(heading)
            remembered[plain] = remembered.get(plain) or column
    return remembered


def are_headings(remembered: Mapping[str, str], fields: Mapping[str, Field] = FIELDS):
    """A function that says whether a line contains headings: at least two columns are known."""

    def says(cells: Sequence[str]) -> bool:
        return sum(bool(field) for field in guess(cells, remembered, fields)) > 1

    return says


def missing(columns: Sequence[str], fields: Mapping[str, Field] = FIELDS) -> list[Field]:
    """The required fields that no column fills."""
    return [field for key, field in fields.items() if field.is_required and key not in columns]


def headings_for_export() -> list[str]:
    return [field.label for field in FIELDS.values()]
