"""States of work, hand-ins and uploads."""

from portal.files.states import FileState
from portal.kit.states import States, Tone


class AssignmentState(States):
    ASSIGNED = "assigned", Tone.ACTIVE, "Assigned"
    IN_PROGRESS = "in_progress", Tone.ACTIVE, "In progress"
    HANDED_IN = "handed_in", Tone.WAITING, "Handed in"
    RETURNED = "returned", Tone.WARN, "Returned for further work"
    ACHIEVED = "achieved", Tone.GOOD, "Achieved"
    CLAIMED = "claimed", Tone.WAITING, "On a claim"
    CONFIRMED = "confirmed", Tone.GOOD, "Confirmed"


TO_DO = (AssignmentState.ASSIGNED, AssignmentState.IN_PROGRESS)  # by the candidate, for the first time
OPEN = (*TO_DO, AssignmentState.RETURNED)  # evidence may be added, changed and removed
# Towards an award, in the centre's opinion.
COUNTS = (AssignmentState.ACHIEVED, AssignmentState.CLAIMED, AssignmentState.CONFIRMED)


class UploadState(States):
    RECEIVING = FileState.RECEIVING.again()
    RECEIVED = FileState.RECEIVED.again()
    SORTING = "sorting", Tone.WAITING, "To be sorted"
    READY = FileState.READY.again()
    REFUSED = FileState.REFUSED.again()
    HELD = FileState.HELD.again()
    CANCELLED = FileState.CANCELLED.again()
    EXPIRED = FileState.EXPIRED.again()
    UNPACKED = "unpacked", Tone.NEUTRAL, "Unpacked"


class RoundOutcome(States):
    WAITING = "", Tone.WAITING, "Waiting for the tutor"
    RETURNED = "returned", Tone.WARN, "Returned for further work"
    ACHIEVED = "achieved", Tone.GOOD, "Achieved"
