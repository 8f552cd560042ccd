"""Actions on claims and in moderation, one module for each story.

Locks are always taken in the same order: claim, work, lines, entry accounts.
"""

from .allocating import allocate, appoint, end_allocation, record_conflict, remove_conflict
from .claiming import DECLARATION, discard_claim, set_lines, start_claim, submit_claim
from .moderating import (
    MOVES,
    add_to_sample,
    claimed_lines,
    conclude,
    decide_line,
    drop_from_sample,
    propose_sample,
    send_sample,
)

__all__ = [
    "DECLARATION",
    "MOVES",
    "add_to_sample",
    "allocate",
    "appoint",
    "claimed_lines",
    "conclude",
    "decide_line",
    "discard_claim",
    "drop_from_sample",
    "end_allocation",
    "propose_sample",
    "record_conflict",
    "remove_conflict",
    "send_sample",
    "set_lines",
    "start_claim",
    "submit_claim",
]
