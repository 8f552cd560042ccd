"""States of claims and their lines, and what a moderator decides."""

from portal.kit.states import States, Tone


class ClaimState(States):
    DRAFT = "draft", Tone.NEUTRAL, "Draft"
    SUBMITTED = "submitted", Tone.WAITING, "Submitted"
    SAMPLE_PROPOSED = "sample_proposed", Tone.WAITING, "Sample proposed"
    IN_MODERATION = "in_moderation", Tone.ACTIVE, "In moderation"
    CONCLUDED = "concluded", Tone.GOOD, "Concluded"
    DISCARDED = "discarded", Tone.NEUTRAL, "Discarded"


WITH_MODERATOR = (ClaimState.SUBMITTED, ClaimState.SAMPLE_PROPOSED, ClaimState.IN_MODERATION)


class LineState(States):
    DRAFT = "draft", Tone.NEUTRAL, "Not submitted"
    PENDING = "pending", Tone.WAITING, "Waiting for a decision"
    CONFIRMED = "confirmed", Tone.GOOD, "Confirmed"
    VOIDED = "voided", Tone.BAD, "Certificate revoked"
    RETURNED = "returned", Tone.WARN, "Not agreed"
    WITHDRAWN = "withdrawn", Tone.NEUTRAL, "Withdrawn"


UNFINISHED = (LineState.DRAFT, LineState.PENDING)
HOLDS_THE_UNIT = (*UNFINISHED, LineState.CONFIRMED)  # while there is one, the unit cannot go on another line


class DecisionOutcome(States):
    AGREED = "agreed", Tone.GOOD, "Agree with the centre"
    NOT_AGREED = "not_agreed", Tone.WARN, "Do not agree: return to the centre"
    WITHDRAWN = "withdrawn", Tone.NEUTRAL, "Withdraw: claimed in error"
