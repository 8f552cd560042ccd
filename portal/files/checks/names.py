"""Names of files: what could mislead a reader, or harm the computer that the file is saved on.

Of files inside an archive only programs are told by their names here: what misleads there is left out (`inside`).
"""

import re
from pathlib import PurePath

from .. import letters
from .faults import Fault

MAX_LETTERS, MAX_SHOWN = 150, 80
# What a double click starts. Scripts of web pages (.js, .html) are not among them: web sites are coursework.
PROGRAMS = frozenset(
    (
        "apk", "app", "appimage", "bat", "cmd", "com", "command", "cpl", "deb", "dll", "dmg", "docm", "dotm",
        "exe", "gadget", "hta", "inf", "ins", "iso", "jar", "jse", "lnk", "msc", "msi", "msix", "msp", "mst",
        "pif", "pkg", "potm", "ppam", "ppsm", "pptm", "ps1", "psm1", "reg", "rpm", "run", "scf", "scr", "sct",
        "sh", "so", "swb", "sys", "url", "vb", "vbe", "vbs", "wsc", "wsf", "wsh", "xlam", "xlsm", "xltm",
    )
)  # fmt: skip
# Stand before another ending in names that mean no harm: site.com.zip, first.run.mp4, so.so.txt.
HARMLESS_BEFORE = frozenset({"com", "run", "so", "url", "sys", "inf", "ins", "reg", "vb"})
# They lead elsewhere; nobody is sent there from here. Those of Windows that start something are told by their content.
SHORTCUTS = frozenset({"desktop", "lnk", "url", "webloc"})


def look(name: str) -> None:
    """Raises Fault if a file may not be called so."""
    if len(name) > MAX_LETTERS:
        raise Fault(f"its name is longer than {MAX_LETTERS} letters. Give it a shorter name.")
    look_at_letters(name)
    if "/" in name or "\\" in name or re.match(r"[A-Za-z]:", name):
        raise Fault("its name holds a path. Rename it, without slashes and drive letters.")
    look_at_device(name)
    look_at_endings(name)


def look_at_device(name: str) -> None:
    if letters.DEVICES.fullmatch(name.strip()):
        raise Fault("its name is kept for a device by Windows, where it could not be saved. Rename it.")


def look_at_letters(name: str) -> None:
    held = set(letters.without_joiners(name))
    if held & letters.BIDIRECTIONAL:
        raise Fault(
            "its name holds letters that turn the direction of writing, which can hide its real ending. Rename it."
        )
    if held & letters.UNSEEN:
        raise Fault("its name holds letters that cannot be seen. Rename it.")
    if not all(letters.is_plain(letter) for letter in held):
        raise Fault("its name holds letters that cannot be printed. Rename it.")


def look_at_endings(name: str) -> None:
    """A program behind or before another ending is a disguise: work.pdf.exe, photo.exe.jpg."""
    _, *endings = (part.strip().lower() for part in name.split("."))
    if len(endings) < 2:
        return
    *before, last = endings
    if last in PROGRAMS:
        raise Fault(
            f"its name ends in .{before[-1]} and then in .{last}, as disguised programs do. Programs are not taken."
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
    """The name with what cannot be seen spelt out; a name that `look` has nothing against stays as it is."""
    unseen = letters.BIDIRECTIONAL | letters.UNSEEN
    joined = {at for found in letters.JOINERS.finditer(name) for at in range(*found.span())}
    return "".join(
        letter
        if at in joined or (letters.is_plain(letter) and letter not in unseen)
        else f"<U+{ord(letter):04X}>"
        for at, letter in enumerate(name)
    )
