"""Names of files: what could mislead a reader, or harm the computer that the file is saved on.

Inside an archive, names here only identify programs: names that mislead are left out there (`inside`).
"""

import re
from pathlib import PurePath

from .. import letters
from .faults import Fault

MAX_LETTERS, MAX_SHOWN = 150, 80
# What a double click starts. Scripts of web pages (.js, .html) are not among them: websites are coursework.
PROGRAMS = frozenset(
    (
        "apk", "app", "appimage", "bat", "cmd", "com", "command", "cpl", "deb", "dll", "dmg", "docm", "dotm",
        "exe", "gadget", "hta", "inf", "ins", "iso", "jar", "jse", "lnk", "msc", "msi", "msix", "msp", "mst",
        "pif", "pkg", "potm", "ppam", "ppsm", "pptm", "ps1", "psm1", "reg", "rpm", "run", "scf", "scr", "sct",
        "sh", "so", "swb", "sys", "url", "vb", "vbe", "vbs", "wsc", "wsf", "wsh", "xlam", "xlsm", "xltm",
    )
)  # fmt: skip
# Harmless where another ending follows: site.com.zip, first.run.mp4, so.so.txt.
HARMLESS_BEFORE = frozenset({"com", "run", "so", "url", "sys", "inf", "ins", "reg", "vb"})
# They point elsewhere; the portal never follows them. Windows ones that start something are recognised by content.
SHORTCUTS = frozenset({"desktop", "lnk", "url", "webloc"})


def look(name: str) -> None:
    """Raise Fault if a file may not have this name."""
    if len(name) > MAX_LETTERS:
        raise Fault(f"its name is longer than {MAX_LETTERS} characters. Give it a shorter name.")
    look_at_letters(name)
    if "/" in name or "\\" in name or re.match(r"[A-Za-z]:", name):
        raise Fault("its name contains a path. Rename it without slashes or drive letters.")
    look_at_device(name)
    look_at_endings(name)


def look_at_device(name: str) -> None:
    if letters.DEVICES.fullmatch(name.strip()):
        raise Fault(
            "its name is reserved for a device in Windows, so it could not be saved there. Rename it."
        )


def look_at_letters(name: str) -> None:
    held = set(letters.without_joiners(name))
    if held & letters.BIDIRECTIONAL:
        raise Fault(
            "its name contains characters that change the direction of writing and can hide its real ending. Rename it."
        )
    if held & letters.UNSEEN:
        raise Fault("its name contains invisible characters. Rename it.")
    if not all(letters.is_plain(letter) for letter in held):
        raise Fault("its name contains characters that cannot be printed. Rename it.")


def look_at_endings(name: str) -> None:
    """A program behind or before another ending is a disguise: work.pdf.exe, photo.exe.jpg."""
    _, *endings = (part.strip().lower() for part in name.split("."))
    if len(endings) < 2:
        return
    *before, last = endings
    if last in PROGRAMS:
        raise Fault(
            f"its name ends in .{before[-1]} and then in .{last}, as disguised programs do. Programs are not accepted."
        )
    for ending in before:
        if ending in PROGRAMS - HARMLESS_BEFORE:
            raise Fault(
                f"its name ends in .{ending} and then in .{last}, as disguised programs do. Rename it with one ending."
            )


def is_program(name: str) -> bool:
    return ending(name) in PROGRAMS - SHORTCUTS


def ending(name: str) -> str:
    return PurePath(name.replace("\\", "/")).suffix.lower().lstrip(".").strip()


def shown(name: str) -> str:
    """The name as it can be shown without misleading, cut where it is very long."""
    whole = spelt(name)
    return whole if len(whole) <= MAX_SHOWN else f"{whole[:MAX_SHOWN]}…"


def spelt(name: str) -> str:
    """The name with invisible characters spelt out; a name that `look` accepts is unchanged."""
    unseen = letters.BIDIRECTIONAL | letters.UNSEEN
    joined = {at for found in letters.JOINERS.finditer(name) for at in range(*found.span())}
    return "".join(
        letter
        if at in joined or (letters.is_plain(letter) and letter not in unseen)
        else f"<U+{ord(letter):04X}>"
        for at, letter in enumerate(name)
    )
