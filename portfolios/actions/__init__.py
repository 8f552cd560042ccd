"""Actions of the e-portfolio, one module for each task."""

from .assigning import assign
from .claiming import freeze_achieved, reassess
from .evidence import (
    change_evidence,
    remove_evidence,
    restore_evidence,
    tag,
)
from .handing_in import (
    STATEMENT,
    STATEMENT_ON_BEHALF,
    TUTOR_STATEMENT,
    Declared,
    hand_in,
    record_achieved,
    return_for_further_work,
)
from .judging import StaleJudgement, judge
from .messages import mark_as_read, write_message
from .planning import StalePaper, as_handed_in, comment_on_paper, save_paper
from .previewing import make_preview_again
from .uploading import check_again, replace_file, upload
from .workspace import add_to_unit, delete_from_workspace, keep_in_workspace, rename_in_workspace

__all__ = [
    "STATEMENT",
    "STATEMENT_ON_BEHALF",
    "TUTOR_STATEMENT",
    "Declared",
    "StaleJudgement",
    "StalePaper",
    "add_to_unit",
    "as_handed_in",
    "assign",
    "change_evidence",
    "check_again",
    "comment_on_paper",
    "delete_from_workspace",
    "freeze_achieved",
    "hand_in",
    "judge",
    "keep_in_workspace",
    "make_preview_again",
    "mark_as_read",
    "reassess",
    "record_achieved",
    "remove_evidence",
    "rename_in_workspace",
    "replace_file",
    "restore_evidence",
    "return_for_further_work",
    "save_paper",
    "tag",
    "upload",
    "write_message",
]
