"""Names of people as they are written: what is tidied by itself, what no name holds, and what is asked about."""

import re
import unicodedata

_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u2060\u202a-\u202e\ufeff]")
_TYPED_FOR_APOSTROPHE = re.compile(r"(?<=\w)[`´′＇‛ʹ](?=\w)")
_TYPED_FOR_HYPHEN = re.compile(r"(?<=\w)[‒–—−](?=\w)")
_JOINED_LETTERS = dict(zip(map(ord, "ﬀﬁﬂﬃﬄﬅﬆ"), ["ff", "fi", "fl", "ffi", "ffl", "st", "st"], strict=True))
_SLASH_IN_NAMES = re.compile(r"\b\w/\w\b")  # A/L, S/O: son of
_SIGNS_IN_NAMES = set(" -‐‑'’‘ʼʻ.·")
_NO_LETTERS_OF_NAMES = set("ƒµˆ˜")
_STAND_INS = {
    "na", "n a", "none", "null", "nil", "unknown", "not known", "not applicable", "not given", "none given", "tbc",
    "tba", "to be confirmed", "no name", "no surname", "no last name", "no first name", "surname", "last name",
    "first name", "first names", "forename", "test", "xx", "xxx", "missing", "blank", "empty", "undefined", "nan",
}  # fmt: skip
_BEFORE_CAPITAL = re.compile(r"(?:^|[^a-z])(?:Ma?c|Fitz|De|Di|Da|Du|La|Le|Van|Von|Ap)$")


def tidy(name: str) -> str:
    """One space between words, each letter whole with its accent, nothing unseen, the usual apostrophe and hyphen."""
    name = unicodedata.normalize("NFC", " ".join(_UNSEEN.sub("", name).split())).translate(_JOINED_LETTERS)
    return _TYPED_FOR_HYPHEN.sub("-", _TYPED_FOR_APOSTROPHE.sub("’", name))


def signs(name: str) -> list[str]:
    """What `name` holds that no name holds: "‰", "£", "(", a digit, or a letter that was lost; each once."""
    plain = _SLASH_IN_NAMES.sub("", name).replace(" @ ", " ")  # "Lim @ Tan": also called
    found = [letter for place, letter in enumerate(plain) if not _belongs(plain, place)]
    return list(dict.fromkeys(found))


def is_stand_in(name: str) -> bool:
    """Whether nobody is called so: "." or "-", where people had to write something."""
    return not any(letter.isalpha() for letter in name) or name.casefold().strip(". ") in ("n/a", "n.a")


def may_be_stand_in(name: str) -> bool:
    """Whether it is written where a name is not known, though somebody may be called so: "None", "Na"."""
    return re.sub(r"[\W_]+", " ", name.casefold()).strip() in _STAND_INS


def is_oddly_written(name: str) -> bool:
    """Whether a capital with an accent stands inside a word, as it does where letters were damaged: "ZoÃ"."""
    return any(
        letter > "\x7f" and letter.isupper() and _is_inside(name, place) for place, letter in enumerate(name)
    )


def _is_inside(name: str, place: int) -> bool:
    before, after = name[:place], name[place + 1 : place + 2]
    if not before[-1:].isalpha() or (before[-1:].isupper() and not after.islower()):
        return False
    return not (_BEFORE_CAPITAL.search(before) and after.islower())


def _belongs(name: str, place: int) -> bool:
    letter = name[place]
    if unicodedata.combining(letter):
        return place > 0 and (name[place - 1].isalpha() or bool(unicodedata.combining(name[place - 1])))
    is_letter = letter.isalpha() or unicodedata.category(letter) == "Mc"
    return (is_letter and letter not in _NO_LETTERS_OF_NAMES) or letter in _SIGNS_IN_NAMES
