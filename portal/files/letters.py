"""Characters without a stated encoding, and characters that are visible only together with others."""

import re
import unicodedata
from collections.abc import Iterable

# In emoji of several people, in Persian and in Indian scripts they come between two characters that they join or
# separate; the flags of England, Scotland and Wales are a black flag followed by invisible characters.
JOINERS = re.compile(
    "(?<=[^\x00-\u058f\u2000-\u206f])[\u200c\u200d](?=[^\x00-\u058f\u2000-\u206f])"
    "|(?<=\U0001f3f4)[\U000e0020-\U000e007e]{2,8}\U000e007f"
)
ONE_BYTE = ("cp1252", "cp850")
BIDIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
UNSEEN = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u3164\ufeff\uffa0"
)
# Names that Windows reserves, whatever ending follows.
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\..*)?", re.IGNORECASE)
RARE = frozenset("ðÐþÞµıõÕãÃªº¹²³")
INSIDE_WORDS = frozenset("’-–·")
BESIDE_WORDS = frozenset("‘’“”–—…£€°½¼§©®™•·«»¿¡¢\xa0")


def without_joiners(text: str) -> str:
    """The part of a name that is left to judge: everything but joiners that join something."""
    return JOINERS.sub("", text)


def is_plain(letter: str) -> bool:
    """Whether it is printable, or a space of any width: Macs put narrow ones in the names of screenshots."""
    return letter.isprintable() or unicodedata.category(letter) == "Zs"


def misleads(name: str) -> bool:
    """Whether a name looks like another one, cannot be printed, or is reserved for a device."""
    held = set(without_joiners(name))
    return (
        bool(held & (BIDIRECTIONAL | UNSEEN))
        or not all(is_plain(letter) for letter in held)
        or bool(DEVICES.fullmatch(name.strip()))
    )


def composed(text: str) -> str:
    """The form to search for: é as one character (NFC), however the machine wrote it."""
    return unicodedata.normalize("NFC", text)


def code_of(texts: Iterable[bytes]) -> str:
    """The encoding of texts from one source: UTF-8 if they all are, else that of Windows or of DOS.

    Windows writes names in zips as DOS did (code page 850), other programs as Windows does elsewhere (1252). Both
    decode to characters, so the one whose result looks more like words is chosen.
    """
    joined = b"\n".join(texts)
    try:
        joined.decode("utf-8")
    except UnicodeDecodeError:
        return max(ONE_BYTE, key=lambda code: _likeness(joined.decode(code, errors="replace")))
    return "utf-8"


def _likeness(text: str) -> int:
    """How much the characters beyond ASCII look like parts of words, or like what comes between words."""
    padded = f" {text} "
    found = (at for at, letter in enumerate(padded) if letter > "\x7f")
    return sum(_fit(padded[at - 1], padded[at], padded[at + 1]) for at in found)


def _fit(before: str, letter: str, after: str) -> int:
    if letter in "£€" and after.isdigit():
        return 3
    if letter.isalpha() and letter not in "ªº":
        if letter.isupper() and before.islower():
            return -2
        if letter.islower() and before.isupper() and after.isupper():
            return -1
        return 1 if letter in RARE else 2
    is_inside = before.isalpha() and after.isalpha()
    if letter in INSIDE_WORDS:
        return 1
    if letter in BESIDE_WORDS:
        return -2 if is_inside else 1
    return -3
