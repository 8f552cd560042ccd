"""Office documents: made a PDF by LibreOffice, where this machine has it, and shown as its pages.

LibreOffice gets a new profile for each file (macros off, links not updated), no network, and ends with its parent.
"""

import os
import shutil
import subprocess
from pathlib import Path

from . import documents
from .output import CannotPreview, NotShown, Output

MEETS_IN = Path("/tmp")  # whatever TMPDIR says, there it makes the socket where a second of it would knock
PROGRAMS = ("soffice", "libreoffice")
SECONDS = 150  # the pages of the PDF need some of the parent's time, too
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{items}
</oor:items>
"""
ITEM = '<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
SAFE = (
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "2"),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "2"),
)


def make(source: Path, ending: str, output: Output) -> None:
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise NotShown("This portal has no program that draws office documents. Download it to look at it.")
    named = output.folder / f"document.{ending}"
    named.symlink_to(source)  # LibreOffice goes by the ending
    documents.make(_pdf(program, named, output.folder), "pdf", output)


def _pdf(program: str, source: Path, folder: Path) -> Path:
    profile = folder / "profile"
    _write_settings(profile)
    command = [
        *(program, "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"),
        f"-env:UserInstallation={profile.as_uri()}",
        *("--convert-to", "pdf", "--outdir", str(folder), str(source)),
    ]
    try:
        subprocess.run(
            command,
            check=True,
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(folder)},
        )
    except subprocess.TimeoutExpired:
        raise CannotPreview(f"Drawing the document took longer than {SECONDS} seconds.") from None
    except subprocess.CalledProcessError:
        raise CannotPreview("The document is damaged or protected with a password.") from None
    pdf = source.with_suffix(".pdf")
    if not pdf.exists():  # it ends well even where it cannot read a file
        raise CannotPreview("The document is damaged or protected with a password.")
    return pdf


def _write_settings(profile: Path) -> None:
    (profile / "user").mkdir(parents=True)
    items = "\n".join(ITEM.format(path=path, name=name, value=value) for path, name, value in SAFE)
    (profile / "user" / "registrymodifications.xcu").write_text(SETTINGS.format(items=items))
