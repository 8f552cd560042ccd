"""States of e-mails."""

from portal.kit.states import States, Tone


class EMailState(States):
    WAITING = "waiting", Tone.WAITING, "Waiting"
    SENT = "sent", Tone.GOOD, "Sent"
    DROPPED = "dropped", Tone.NEUTRAL, "No longer wanted"
