"""Whether a name is another spelling of a printed one, or another name; without writing."""

import re

from rapidfuzz import fuzz

from portal.files.printing import unwritable
from portal.kit.names import plain

ALIKE = 60  # per cent of the letters of a word: Smyth and Smith, Jon and John; not Evans and Jones


def why_no_correction(printed: str, right: str) -> str:
    """Why a certificate is not corrected from `printed` to `right`, with the way out; empty when it can be.

    Whole names are not changed (domain reference 7): word for word, in whatever order, each is a spelling of one
    that is printed, or only gaps and marks between the letters differ.
    """
    if printed == right:
        return f"“{printed}” is how the name is spelt on it already."
    if letters := unwritable(right):
        return f"Certificates cannot be printed with these letters: {' '.join(letters)}."
    if _is_spelling(_words(printed), _words(right)):
        return ""
    return (
        f"“{right}” is not another spelling of “{printed}”: a name is added, left out or changed. A certificate keeps "
        "the name at the time of award, whatever the holder is called since. If it was wrong then, propose to "
        "revoke the certificate; the centre corrects the candidate’s details and claims the unit again."
    )


def _is_spelling(printed: list[str], right: list[str]) -> bool:
    if "".join(printed) == "".join(right):
        return True
    left = list(printed)
    for word in right:
        best = max(left, key=lambda other: fuzz.ratio(word, other), default="")
        if fuzz.ratio(word, best) < ALIKE:
            return False
        left.remove(best)
    return not left


def _words(name: str) -> list[str]:
    """Its words in plain letters; what is no letter is left out, as it is what a wrong encoding leaves behind."""
    plain_words = (plain(re.sub(r"\W|_", "", word)) for word in re.split(r"[\s-]+", name))
    return [word for word in plain_words if word]
