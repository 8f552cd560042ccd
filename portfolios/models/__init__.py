"""The e-portfolio: one candidate's work for one unit, its evidence, hand-ins and judgements."""

from .assignment import Assignment
from .evidence import Evidence, EvidenceVersion
from .judgements import Judgement
from .messages import Message, ReadMark
from .planning import PAPERS, Plan, PlanningComment, Review
from .rounds import Round, RoundDoubt, RoundFile
from .uploads import BulkUpload, Upload
from .workspace import WorkspaceFile

__all__ = [
    "PAPERS",
    "Assignment",
    "BulkUpload",
    "Evidence",
    "EvidenceVersion",
    "Judgement",
    "Message",
    "Plan",
    "PlanningComment",
    "ReadMark",
    "Review",
    "Round",
    "RoundDoubt",
    "RoundFile",
    "Upload",
    "WorkspaceFile",
]
