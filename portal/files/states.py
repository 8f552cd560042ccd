"""States of stored files."""

from portal.kit.states import States, Tone


class FileState(States):
    RECEIVING = "receiving", Tone.ACTIVE, "Being uploaded"
    RECEIVED = "received", Tone.WAITING, "Being checked"
    READY = "ready", Tone.GOOD, "Ready"
    REFUSED = "refused", Tone.BAD, "Not accepted"
    HELD = "held", Tone.WARN, "Waiting to be checked"
    CANCELLED = "cancelled", Tone.BAD, "Cancelled"
    EXPIRED = "expired", Tone.WARN, "Not finished in time"


TO_CHECK = (FileState.RECEIVED, FileState.HELD)
UNDER_WAY = (FileState.RECEIVING, *TO_CHECK)
