"""Candidates, their groups, and the files from which they are added."""

from .candidate import Candidate, DifferentPeople, Group
from .imports import CandidateImport
from .learners import Learner, LearnerPair
from .named import NamedEntry, Standing

__all__ = [
    "Candidate",
    "CandidateImport",
    "DifferentPeople",
    "Group",
    "Learner",
    "LearnerPair",
    "NamedEntry",
    "Standing",
]
