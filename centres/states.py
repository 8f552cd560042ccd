"""States of applications, approvals, orders and corrections of balances."""

from portal.kit.states import States, Tone


class ApplicationState(States):
    DRAFT = "draft", Tone.NEUTRAL, "Draft"
    SUBMITTED = "submitted", Tone.WAITING, "Waiting for a decision"
    MORE_INFORMATION = "more_information", Tone.WARN, "More information needed"
    APPROVED = "approved", Tone.GOOD, "Approved"
    REFUSED = "refused", Tone.BAD, "Refused"
    WITHDRAWN = "withdrawn", Tone.NEUTRAL, "Withdrawn"


CHANGEABLE = (ApplicationState.DRAFT, ApplicationState.MORE_INFORMATION)
OPEN = (*CHANGEABLE, ApplicationState.SUBMITTED)


class ApplicationLineOutcome(States):
    OPEN = "", Tone.NEUTRAL, "Not decided yet"
    APPROVED = "approved", Tone.GOOD, "Approved"
    REFUSED = "refused", Tone.BAD, "Refused"


class ApprovalState(States):
    APPROVED = "approved", Tone.GOOD, "Approved"
    WITHDRAWN = "withdrawn", Tone.NEUTRAL, "Withdrawn"
    LAPSED = "lapsed", Tone.NEUTRAL, "Lapsed"


class OrderState(States):
    DRAFT = "draft", Tone.NEUTRAL, "Draft"
    SUBMITTED = "submitted", Tone.WAITING, "Waiting to be processed"
    PROCESSED = "processed", Tone.GOOD, "Processed"
    REFUSED = "refused", Tone.BAD, "Refused"
    WITHDRAWN = "withdrawn", Tone.NEUTRAL, "Withdrawn by the centre"


UNDECIDED = (OrderState.DRAFT, OrderState.SUBMITTED)
# Orders whose entries count. Any other was refused or withdrawn, and its entries are void.
HOLDING_ENTRIES = (*UNDECIDED, OrderState.PROCESSED)


class AdjustmentState(States):
    PROPOSED = "proposed", Tone.WAITING, "Waiting for a second person"
    APPROVED = "approved", Tone.GOOD, "Approved"
    REJECTED = "rejected", Tone.BAD, "Rejected"
