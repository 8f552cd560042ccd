"""States of named entries, imports and pairs of candidates who may be one person."""

from portal.kit.states import States, Tone


class Standing(States):
    """The status of an entry, including that of its order. Claims need a processed entry."""

    PROCESSED = "processed", Tone.GOOD, "Entered"
    SUBMITTED = "submitted", Tone.WAITING, "Waiting to be processed"
    DRAFT = "draft", Tone.NEUTRAL, "On a draft order"
    REFUSED = "refused", Tone.BAD, "Void: the order was not accepted"
    WITHDRAWN = "withdrawn", Tone.NEUTRAL, "Withdrawn"
    TRANSFERRED = "transferred", Tone.NEUTRAL, "Transferred"


class NamedEntryState(States):
    ENTERED = "entered", Tone.GOOD, "Entered"
    WITHDRAWN = "withdrawn", Tone.NEUTRAL, "Withdrawn"
    TRANSFERRED = "transferred", Tone.NEUTRAL, "Transferred"


class ImportState(States):
    UPLOADED = "uploaded", Tone.WAITING, "Columns not matched yet"
    CHECKED = "checked", Tone.WAITING, "Checked, not imported"
    IMPORTING = "importing", Tone.ACTIVE, "Importing"
    IMPORTED = "imported", Tone.GOOD, "Imported"
    DISCARDED = "discarded", Tone.NEUTRAL, "Discarded"


UNFINISHED = (ImportState.UPLOADED, ImportState.CHECKED, ImportState.IMPORTING)


class LearnerPairState(States):
    OPEN = "open", Tone.WAITING, "Waiting for a decision"
    JOINED = "joined", Tone.GOOD, "One person"
    SEPARATE = "separate", Tone.GOOD, "Two people"
