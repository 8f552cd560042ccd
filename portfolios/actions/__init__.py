"""Verbs of the e-portfolio, a module a story."""

from .assigning import assign
from .evidence import (
    StaleEvidence,
    change_evidence,
    remove_evidence,
    replace_file,
    restore_evidence,
    tag,
    text_mark,
    upload,
)
from .handing_in import STATEMENT, STATEMENT_ON_BEHALF, hand_in, record_achieved, return_for_further_work
from .judging import StaleJudgement, judge
from .previewing import make_preview_again

__all__ = [
    "STATEMENT",
    "STATEMENT_ON_BEHALF",
    "StaleEvidence",
    "StaleJudgement",
    "assign",
    "change_evidence",
    "hand_in",
    "judge",
    "make_preview_again",
    "record_achieved",
    "remove_evidence",
    "replace_file",
    "restore_evidence",
    "return_for_further_work",
    "tag",
    "text_mark",
    "upload",
]
