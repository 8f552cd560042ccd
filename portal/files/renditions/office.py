"""Office documents: LibreOffice, if this machine has it, converts them to PDF, whose pages are shown.

LibreOffice gets a new profile for each file (macros off, links not followed) in the maker's folder, which is deleted
with all that is in it. `walls` keeps it from anything elsewhere that a document names, whatever its settings say.
"""

import hashlib
import os
import resource
import shutil
import subprocess
from pathlib import Path

from . import documents, lacking
from .output import CannotPreview, NotShown, Output

PROGRAMS = ("soffice", "libreoffice")
# Whatever TMPDIR says, it makes a socket there, for a second LibreOffice to connect to, and removes it at the end.
MEETS_IN = Path("/tmp")  # noqa: S108
SECONDS = 150  # the pages of the PDF also need some of the parent's time
DAMAGED = "The document is damaged or protected with a password."
TOO_MUCH = (
    "The document needs more memory than a preview may use. Make its pictures smaller, or save it as a PDF."
)
# When memory runs out it leaves out pictures silently, though the last few hundred MB were only reserved.
RESERVED_BYTES = 512 * 1024**2
MAY_LACK = "The document is so large that pictures may be missing here. Download the file to see all of it."
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{items}
</oor:items>
"""
ITEM = '<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
SECURITY, PDF = "Common/Security/Scripting", "Common/Filter/PDF/Export"
SETTINGS = (
    (SECURITY, "MacroSecurityLevel", "3"),
    (SECURITY, "DisableMacrosExecution", "true"),
    (SECURITY, "BlockUntrustedRefererLinks", "true"),
    ("Writer/Content/Update", "Link", "2"),
    ("Calc/Content/Update", "Link", "2"),
    (
        PDF,
        "ReduceImageResolution",
        "false",
    ),  # it takes longer than all the rest, and pages are shown small anyway
)


def make(source: Path, ending: str, output: Output) -> None:
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise NotShown("This portal cannot show Office documents. Download the file to view it.")
    named = output.folder / f"document.{ending}"
    named.symlink_to(source)  # LibreOffice goes by the ending
    documents.make(_pdf(program, named, output.folder), "pdf", output)
    if _was_short_of_memory():
        output.note(MAY_LACK)
    elif not output.noted and (words := lacking.note(source, output.texts)):
        output.note(words)


def tidy(folder: Path) -> None:
    """Remove what it leaves outside its folder when it is killed. For the parent."""
    _meeting_place(_profile(folder)).unlink(missing_ok=True)


def _profile(folder: Path) -> Path:
    return (folder / "profile").resolve()


def _pdf(program: str, source: Path, folder: Path) -> Path:
    profile = _profile(folder)
    _write_settings(profile)
    command = [program, "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"]
    command += [f"-env:UserInstallation={profile.as_uri()}"]
    command += ["--convert-to", "pdf", "--outdir", str(folder), str(source)]
    try:
        subprocess.run(
            command, check=True, timeout=SECONDS, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        raise CannotPreview(f"Showing the document took longer than {SECONDS} seconds.") from None
    except subprocess.CalledProcessError:
        raise CannotPreview(TOO_MUCH) from None
    pdf = source.with_suffix(".pdf")
    if not pdf.exists():  # it reports success even if it cannot read a file
        raise CannotPreview(DAMAGED)
    return pdf


def _was_short_of_memory() -> bool:
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return used > most - RESERVED_BYTES


def _write_settings(profile: Path) -> None:
    (profile / "user").mkdir(parents=True)
    items = "\n".join(
        ITEM.format(path=f"/org.openoffice.Office.{part}", name=name, value=value)
        for part, name, value in SETTINGS
    )
    (profile / "user" / "registrymodifications.xcu").write_text(PROFILE.format(items=items))


def _meeting_place(profile: Path) -> Path:
    """The socket, as LibreOffice names it."""
    digest = hashlib.md5(profile.as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    return MEETS_IN / f"OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{''.join(f'{byte:x}' for byte in digest)}"
