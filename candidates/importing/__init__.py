"""Read a CSV file of candidates: match columns, and turn every row into a Row or Problems with line and reason."""

from .columns import FIELDS, Field, are_headings, guess, headings_for_export, remember
from .files import MAX_ROWS, Table, Unreadable, tidy_headings
from .rows import Known, Problem, Row, check_rows, read_rows
from .values import MAX_NAME, candidate_number, is_likely_birth, unprintable

__all__ = [
    "FIELDS",
    "MAX_NAME",
    "MAX_ROWS",
    "Field",
    "Known",
    "Problem",
    "Row",
    "Table",
    "Unreadable",
    "are_headings",
    "candidate_number",
    "check_rows",
    "guess",
    "headings_for_export",
    "is_likely_birth",
    "read_rows",
    "remember",
    "tidy_headings",
    "unprintable",
]
