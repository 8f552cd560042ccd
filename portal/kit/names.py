"""Names as they are written: what is tidied, what no name contains, what needs a question, and their plain letters.

Names are compared and found by their plain letters, whatever their capitals, accents and marks. PostgreSQL uses the
same table of letters (searching.py).
"""

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
# Letters that Unicode does not decompose into a plain letter and an accent.
ONE_LETTER = dict(zip("łŁøØđĐðÐıħĦ", "llooddddihh", strict=True))
SEVERAL_LETTERS = {"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th"}
LEFT_OUT = "'’‘ʼʻ‛′`´"  # marks inside a name: O’Neill is oneill
ACCENTS = r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"  # separate from their letter
_WITHOUT_MARKS = str.maketrans("", "", LEFT_OUT)
_PLAIN_LETTERS = str.maketrans({**ONE_LETTER, **SEVERAL_LETTERS})
_BEFORE_CAPITAL = re.compile(r"(?:^|[^a-z])(?:Ma?c|Fitz|De|Di|Da|Du|La|Le|Van|Von|Ap)$")


def tidy(name: str) -> str:
    """One space between words, letters composed with accents, nothing invisible, the usual apostrophe and hyphen."""
    name = unicodedata.normalize("NFC", " ".join(_UNSEEN.sub("", name).split())).translate(_JOINED_LETTERS)
    return _TYPED_FOR_HYPHEN.sub("-", _TYPED_FOR_APOSTROPHE.sub("’", name))


def signs(name: str) -> list[str]:
    """What `name` contains that no name does: "‰", "£", "(", a digit, or a letter that was lost; each once."""
    rest = _SLASH_IN_NAMES.sub("", name).replace(" @ ", " ")  # "Lim @ Tan": also called
    found = [letter for place, letter in enumerate(rest) if not _belongs(rest, place)]
    return list(dict.fromkeys(found))


def is_stand_in(name: str) -> bool:
    """Whether nobody has this name: "." or "-", where people had to write something."""
    return not any(letter.isalpha() for letter in name) or name.casefold().strip(". ") in ("n/a", "n.a")


def may_be_stand_in(name: str) -> bool:
    """Whether it is often written for an unknown name, though it may be a real one: "None", "Na"."""
    return re.sub(r"[\W_]+", " ", name.casefold()).strip() in _STAND_INS


def is_oddly_written(name: str) -> bool:
    """Whether a capital with an accent is inside a word, as in damaged text: "ZoÃ"."""
    return any(
        letter > "\x7f" and letter.isupper() and is_inside(name, place) for place, letter in enumerate(name)
    )


def is_inside(name: str, place: int) -> bool:
    """Whether the capital at `place` is where no name has one: after a lower-case letter, but not in McÉvoy."""
    before, after = name[:place], name[place + 1 : place + 2]
    if not before[-1:].isalpha() or (before[-1:].isupper() and not after.islower()):
        return False
    return not (_BEFORE_CAPITAL.search(before) and after.islower())


def plain(name: str) -> str:
    """`name` in lower case without accents and apostrophes, one space between words: "Smith-Jones" is two."""
    apart = unicodedata.normalize("NFKD", name.translate(_WITHOUT_MARKS))  # which turns "´" into an accent
    letters = re.sub(ACCENTS, "", apart).translate(_PLAIN_LETTERS).lower()
    return " ".join(re.sub(r"[\W_]+", " ", letters).split())


def words(name: str) -> list[str]:
    """The plain words of a name, or of typed text: "Wiśniewska, Zofia" is wisniewska and zofia."""
    return plain(name).split()


def _belongs(name: str, place: int) -> bool:
    letter = name[place]
    if unicodedata.combining(letter):
        return place > 0 and (name[place - 1].isalpha() or bool(unicodedata.combining(name[place - 1])))
    is_letter = letter.isalpha() or unicodedata.category(letter) == "Mc"
    return (is_letter and letter not in _NO_LETTERS_OF_NAMES) or letter in _SIGNS_IN_NAMES
