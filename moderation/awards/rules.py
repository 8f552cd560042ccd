"""Answers about certificates, without writing."""

import re
import unicodedata
from datetime import date

from .models import Certificate

# Letters that Unicode does not take apart into a plain letter and a mark.
PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)


def is_holder(certificate: Certificate, last_name: str, date_of_birth: date | None) -> bool:
    """Whether what was said of the holder fits what is printed; at least one of both must have been said."""
    said = [
        not last_name or _ends_with(certificate.certificate_name, last_name),
        date_of_birth is None or date_of_birth == certificate.date_of_birth,
    ]
    return bool(last_name or date_of_birth) and all(said)


def _ends_with(name: str, last_name: str) -> bool:
    """Whether a name ends with these words, whatever their capitals, accents, hyphens and apostrophes."""
    words, wanted = _words(name), _words(last_name)
    return bool(wanted) and words[-len(wanted) :] == wanted


def _words(name: str) -> list[str]:
    apart = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(PLAIN)
    return re.findall(r"\w+", re.sub(r"['’`]", "", plain))
