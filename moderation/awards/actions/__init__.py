"""Actions on results, certificates and learners, one module for each story."""

from .issuing import record_results, test_awards
from .learners import (
    join_learners,
    match_learner,
    match_learners,
    separate_learners,
    undo_learners,
)
from .readiness import see_whether_ready, tell_ready
from .replacing import correct_name, reissue
from .revoking import approve_revocation, propose_revocation, reject_revocation

__all__ = [
    "approve_revocation",
    "correct_name",
    "join_learners",
    "match_learner",
    "match_learners",
    "propose_revocation",
    "record_results",
    "reissue",
    "reject_revocation",
    "see_whether_ready",
    "separate_learners",
    "tell_ready",
    "test_awards",
    "undo_learners",
]
