"""States of certificates and of revocations."""

from portal.kit.states import States, Tone


class CertificateState(States):
    ISSUED = "issued", Tone.GOOD, "Issued"
    REPLACED = "replaced", Tone.NEUTRAL, "Replaced"
    REVOKED = "revoked", Tone.BAD, "Revoked"


class RevocationState(States):
    PROPOSED = "proposed", Tone.WAITING, "Waiting for a second person"
    APPROVED = "approved", Tone.GOOD, "Approved"
    REJECTED = "rejected", Tone.BAD, "Rejected"
