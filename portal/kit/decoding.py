"""Bytes of a spreadsheet's file to text. Where no mark says the encoding, the letters that names hold tell it.

Tried on 40,000 small files of names of 26 countries: charset-normalizer reads half of them wrong, this one in
three hundred, and asks about one in fifteen. ftfy mends four of five words that were encoded twice, this all but a few.
"""

import html
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field

from . import names

# How spreadsheets save where people do not choose UTF-8: Windows, MS-DOS (two of them), old Macs, Central Europe.
ENCODINGS = ("cp1252", "cp850", "cp437", "mac_roman", "cp1250")
USUAL = 2.0  # points that Windows in the UK is ahead of the others
CLEAR = 3.5  # points between the best reading and the next; found by trying the names of thirty languages

# What a letter beyond ASCII says for a reading that has it: the commoner in names, the more.
_POINTS = {
    letter: points
    for points, letters in (
        (6.0, "é"),
        (5.0, "áíóöü"),
        (4.5, "ëèñçäãø"),
        (4.0, "åïôúłšžčćśż"),
        (3.0, "âêńąęýæğş"),
        (2.0, "îûàòùìõěřůőűțșăďťňľźŵŷıð"),
        (1.0, "œÿđħßþ"),
    )
    for letter in letters
}
# Which letters stand before (^: none) and after ($: none) it in names; accents of neighbours are left out.
# Counted over 90,000 names of 33 countries (the lists of Faker).
_BESIDE = {
    "ó": ("^cdeghjklmnrstþ", "$fgilmnrstð"),
    "á": ("^bcdefghijklmnprstvz", "$bcdgiklmnrstvzð"),
    "í": ("^abcdfghlmnprstuv", "$acdegklmnorstuvzð"),
    "é": ("^bcdfghijlmnoprstuv", "$abcdegilmnoprstvz"),
    "š": ("^abeikmnortuy", "$aceiklmnoptuv"),
    "ö": ("^bdghjklmnprstvy", "$bcdfghklmnrstvzð"),
    "ć": ("^ei", "$w"),
    "č": ("^abeijlnorsuv", "$aeiknou"),
    "ü": ("^bcdfghjklmnprstuyz", "$bcdfghklmnrstuvyz"),
    "ð": ("^aeioru", "$abdfgijlmnorsuvþ"),
    "ú": ("^abcdfghijklmnrstvz", "$bcdefgijklmnprstzð"),
    "ä": ("abghjklmnprstv", "$acdefghiklmnrstu"),
    "ž": ("^adeijlnoruv", "$abdeikmnouy"),
    "þ": ("^dfgikmnortyæð", "aeijoru"),
    "ł": ("^abcdeghikmoprstuwz", "$abcdeknotuwyz"),
    "ý": ("^bdghklmnprstv", "$adgjklmnrstvzð"),
    "ş": ("^aehilnoruvẏ", "$acehikru"),
    "ç": ("^aegiklnoruẏ", "$abeiklnouy"),
    "ı": ("cdfghklmnprstyz", "$acefghklmnrstvyz"),
    "ñ": ("aeiou", "aeiou"),
    "ë": ("aiot", "$,lntv"),
    "æ": ("^bghjklnrs", "bfghilmnrstvþ"),
    "ņ": ("aio", "aeis"),
    "è": ("bdfghijlnrsuy", "$bglnrsv"),
    "ś": ("^aeiopuy", "$cklmnw"),
    "ī": ("cdglmrstvz", "bcdgklnrstz"),
    "ğ": ("^aeiou", "$abcdeilmru"),
    "ň": ("^aeiorsuz", "$akou"),
    "ľ": ("^aeiopu", "$agjkosu"),
    "ø": ("^bjmnrs", "deijlmnrsvy"),
    "ż": ("^aeiloru", "$abemnouy"),
    "ț": ("aeinu", "$ai"),
    "ă": ("cdlmprtz", "$cdlmnrtz"),
    "ř": ("^abdeikop", "$aeio"),
    "å": ("^ghkmpt", "bghklnrsv"),
    "ā": ("^dijklmntz", "bcdlnrvz"),
    "ė": ("dlnrstv", "$djn"),
    "ę": ("gijklmnrstw", "bcdgksz"),
    "ï": ("ao", "acdst"),
    "ã": ("ceghimou", "$eo"),
    "ě": ("bdntv", "cjklmnprtz"),
    "õ": ("^bjklmnprtv", "deghilmnstu"),
    "ń": ("aeoy", "$ck"),
    "ď": ("^al", "au"),
    "ū": ("dijklmrt", "bcdlmnrstz"),
    "ą": ("^bcgilrsw", "bdgkstz"),
    "â": ("^chiklrstv", "$lmntyz"),
    "ť": ("^irs", "a"),
    "ē": ("^bjlpr", "djknrstv"),
    "ô": ("bciknrt", "mnprst"),
    "ŵ": ("^dg", "y"),
    "ș": ("^aeiou", "$aceotu"),
    "ß": ("eiou", "$el"),
    "đ": ("^anru", "aeiu"),
    "ő": ("gknsyz", "$kz"),
}
_RARE, _NEVER, _WRONG_CASE, _NO_VOWEL, _STRANGE = -1.0, -8.0, -6.0, -2.5, -2.0
_ONE_PIECE = str.maketrans("ıłø", "ilo")
_NEVER_IN_NAMES = "ƒµªºˆ˜ﬁﬂ"
_BESIDE_LETTERS = "’‘–"  # signs that stand among letters; in a name an apostrophe is one
_WORD = re.compile(r"[^\x00-\x20,;|\"]{1,120}")
_RAW_WORD = re.compile(rb"[^\x00-\x20,;|\"]{1,120}")
_ENTITY = re.compile(r"&(?:amp;)?(#?\w{2,8};)")  # some systems write &amp;euml;
_WORD_OF_A_PAGE = re.compile(rf"(?:[^\s,;|\"&]{{0,60}}{_ENTITY.pattern}){{1,20}}[^\s,;|\"&]{{0,60}}")
_STRAY = re.compile("[\udc80-\udcff]+")
_BEFORE_APOSTROPHE = re.compile(r"(?:^|[^A-Za-z])(?:O|D|L|N|M|Dell|Dall|Sant|d|o|l)$")
MOST_WORDS = 3000  # judged of one file; more say nothing new


@dataclass(frozen=True)
class Decoded:
    """The text of a file.

    `doubts`: (word as it was read, as it may be read too), where the letters do not tell.
    `mended`: (word as the file has it, as it was read), where the file wrote letters in a roundabout way.
    """

    text: str
    doubts: list[tuple[str, str]] = field(default_factory=list)
    mended: list[tuple[str, str]] = field(default_factory=list)


def decode(raw: bytes) -> Decoded | None:
    """The text of `raw`, or None if it is none: it holds null characters, as programs and archives do.

    UTF-16 and UTF-8 by their marks or their form; UTF-8 with some stray bytes, or encoded twice, is mended word by
    word, as are letters written for web pages (&euml;); anything else is read as whichever of ENCODINGS gives the
    likeliest names.
    """
    doubts: list[tuple[str, str]] = []
    text = _utf_16(raw)
    if text is None:
        text = _utf_8(raw)
    if text is None:
        text, doubts = _told_by_letters(raw)
    if "\x00" in text:
        return None
    mended: dict[str, str] = {}
    text = text if text.isascii() else _mend(_WORD, encoded_once, text, mended)
    if "&" in text:
        text = _mend(_WORD_OF_A_PAGE, _without_entities, text, mended)
    return Decoded(text.removeprefix("\ufeff").rstrip("\x1a"), doubts, list(mended.items()))


def _mend(pattern: re.Pattern, mend, text: str, mended: dict[str, str]) -> str:
    def replaced(found: re.Match) -> str:
        word = mend(found[0])
        if word != found[0]:
            mended[found[0]] = word
        return word

    return pattern.sub(replaced, text)


def _utf_16(raw: bytes) -> str | None:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        nulls = [raw[start:200:2].count(0) for start in (0, 1)]
        if max(nulls) < 2 or max(nulls) < 4 * min(nulls) or max(nulls) < len(raw[:200]) // 4:
            return None
        encoding = "utf-16-be" if nulls[0] > nulls[1] else "utf-16-le"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _utf_8(raw: bytes) -> str | None:
    """Text of UTF-8, also where single words of another encoding stand in it; None if it is another altogether."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    text = raw.decode("utf-8-sig", errors="surrogateescape")
    stray = len(_STRAY.findall(text))
    whole = sum(1 for letter in text if letter > "\x7f" and not "\udc80" <= letter <= "\udcff")
    if whole <= stray:
        return None
    return _WORD.sub(_mend_stray, text)


def _mend_stray(found: re.Match) -> str:
    """A word with bytes that are no UTF-8: as another encoding has them, or with U+FFFD where none has a name."""
    word = found[0]
    if not _STRAY.search(word):
        return word
    raw = word.encode("utf-8", "surrogateescape")
    if all(letter < "\x80" or "\udc80" <= letter <= "\udcff" for letter in word):
        text, doubts = _told_by_letters(raw)
        if not doubts and _points(text) > 0:
            return text
    return raw.decode("utf-8", errors="replace")


def _told_by_letters(raw: bytes) -> tuple[str, list[tuple[str, str]]]:
    """(the likeliest reading, doubts) by what the words beyond ASCII would be in each encoding."""
    found = (word for word in _RAW_WORD.findall(raw) if not word.isascii())
    words = list(dict.fromkeys(found))[:MOST_WORDS]
    readings = []
    for place, encoding in enumerate(ENCODINGS):
        read = [word.decode(encoding, errors="replace") for word in words]
        readings.append((sum(map(_points, read)) + (USUAL if not place else 0), -place, encoding, read))
    readings.sort(reverse=True)
    points, _, encoding, read = readings[0]
    text = raw.decode(encoding, errors="replace")
    doubts = []
    for other_points, _, _, other in readings[1:]:
        if points - other_points < CLEAR:
            doubts += [pair for pair in zip(read, other, strict=True) if pair[0] != pair[1]]
    return text, doubts


def encoded_once(word: str) -> str:
    """A word that was UTF-8, read as something else and saved as UTF-8 again, as it was: "ZoÃ«" is Zoë."""
    if sum(letter > "\x7f" for letter in word) < 2:
        return word
    found = []
    for encoding in ("cp1252", "mac_roman", "cp850", "cp437", "cp1250"):
        with suppress(UnicodeError):
            once = b"".join(_byte_of(letter, encoding) for letter in word).decode()
            if all(map(_may_be_in_a_name, once)):
                found.append(once)
    return max(found, key=_points, default=word)


def _may_be_in_a_name(letter: str) -> bool:
    is_latin = letter < "\x7f" or "LATIN" in unicodedata.name(letter, "")
    return is_latin or letter in _BESIDE_LETTERS or "\u0300" <= letter <= "\u036f"


def _byte_of(letter: str, encoding: str) -> bytes:
    if encoding == "cp1252" and "\x80" <= letter <= "\x9f":  # bytes that Windows has no letter for
        return letter.encode("latin-1")
    return letter.encode(encoding)


def _without_entities(word: str) -> str:
    """ "Zo&euml;" as Zoë; what is no letter or apostrophe stays as it is written."""
    return _ENTITY.sub(_entity, word)


def _entity(found: re.Match) -> str:
    letter = html.unescape(f"&{found[1]}")
    return letter if len(letter) == 1 and (letter.isalpha() or letter in "'’‘ʼ&-\u2010\xa0") else found[0]


def _points(word: str) -> float:
    """How likely `word` is a name, by its letters beyond ASCII."""
    return sum(_points_at(word, place) for place, letter in enumerate(word) if letter > "\x7f")


def _points_at(word: str, place: int) -> float:
    letter = word[place]
    before, after = word[place - 1] if place else "", word[place + 1 : place + 2]
    if letter in _BESIDE_LETTERS:
        is_apostrophe = letter != "–" and _BEFORE_APOSTROPHE.search(word[:place]) and after.isupper()
        return 2.0 if is_apostrophe else _RARE if before.isalpha() and after.isalpha() else -3.0
    if not letter.isalpha() or letter in _NEVER_IN_NAMES:
        return _NEVER
    points = _POINTS.get(letter.lower(), _RARE) + _beside(letter.lower(), before, after)
    if _is_wrong_case(word, place):
        points += _WRONG_CASE
    if letter.isupper():
        points -= 0.5
    if not _is_vowel(letter) and before and not (_is_vowel(before) or (after and _is_vowel(after))):
        points += _NO_VOWEL
    return points


def _beside(letter: str, before: str, after: str) -> float:
    """Fewer points where `letter` stands among others than it does in names."""
    if letter not in _BESIDE:
        return 0.0
    befores, afters = _BESIDE[letter]
    return _STRANGE * ((_base(before) or "^") not in befores) + _STRANGE * (
        (_base(after) or "$") not in afters
    )


def _base(letter: str) -> str:
    """The letter without its accent, small; empty where none stands."""
    if not letter.isalpha():
        return ""
    return unicodedata.normalize("NFD", letter)[0].lower().translate(_ONE_PIECE)


def _is_vowel(letter: str) -> bool:
    return unicodedata.normalize("NFD", letter)[0].lower() in "aeiouyæøœıw"


def _is_wrong_case(word: str, place: int) -> bool:
    """A capital after a small letter (but McÉvoy), or a small letter among capitals."""
    letter, before, after = word[place], word[place - 1] if place else "", word[place + 1 : place + 2]
    if letter.isupper():
        return names.is_inside(word, place)
    if letter.islower() and letter != "ß":
        is_first = not before.isalpha()
        return (after.isupper() and (is_first or before.isupper())) or (
            before.isupper() and not after.isalpha() and word[: place - 1][-1:].isupper()
        )
    return False
