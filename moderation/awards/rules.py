"""Rules about certificates. Nothing here writes to the database."""

from datetime import date

from portal.kit.names import words

from .models import Certificate


def is_holder(certificate: Certificate, last_name: str, date_of_birth: date | None) -> bool:
    """Whether the details entered match the printed holder; at least one of the two must be entered."""
    said = [
        not last_name or _ends_with(certificate.certificate_name, last_name),
        date_of_birth is None or date_of_birth == certificate.date_of_birth,
    ]
    return bool(last_name or date_of_birth) and all(said)


def _ends_with(name: str, last_name: str) -> bool:
    """Whether a name ends with these words, ignoring capitals, accents, hyphens and apostrophes."""
    printed, wanted = words(name), words(last_name)
    return bool(wanted) and printed[-len(wanted) :] == wanted
