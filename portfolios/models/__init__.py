"""The e-portfolio: one candidate's work for one unit, its evidence, hand-ins and judgements."""

from .assignment import Assignment
from .evidence import Evidence, EvidenceVersion, Rendition
from .judgements import Judgement
from .rounds import Round
from .uploads import Upload, UploadPart

__all__ = [
    "Assignment",
    "Evidence",
    "EvidenceVersion",
    "Judgement",
    "Rendition",
    "Round",
    "Upload",
    "UploadPart",
]
