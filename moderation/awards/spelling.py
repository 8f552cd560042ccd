"""Whether a name is another spelling of the printed name, or a different name. Nothing here writes to the database."""

import re

from rapidfuzz import fuzz

from portal.files.printing import unwritable
from portal.kit.names import plain

ALIKE = 60  # per cent of the letters of a word: Smyth and Smith, Jon and John; not Evans and Jones


def why_no_correction(printed: str, right: str) -> str:
    """Why a certificate cannot be corrected from `printed` to `right`, and what to do instead; empty when it can be.

    A correction does not change the name itself (domain reference 7): each word, in any order, must be a spelling of a
    printed word, or only the gaps and marks between the letters differ.
    """
    if printed == right:
        return f"The certificate already has the spelling “{printed}”."
    if characters := unwritable(right):
        return f"Certificates cannot be printed with these characters: {' '.join(characters)}."
    if _is_spelling(_words(printed), _words(right)):
        return ""
    return (
        f"“{right}” is not another spelling of “{printed}”: a name is added, left out or changed. A certificate keeps "
        "the name at the time of award, even if the holder has changed their name since. If the name was wrong at that "
        "time, propose to revoke the certificate; the centre then corrects the candidate’s details and claims the unit "
        "again."
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
    """The words of a name in plain letters, without other characters, which a wrong encoding often leaves behind."""
    plain_words = (plain(re.sub(r"\W|_", "", word)) for word in re.split(r"[\s-]+", name))
    return [word for word in plain_words if word]
