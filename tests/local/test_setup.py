"""What `make run` installs beforehand: LibreOffice where it may, and a line about it where it cannot."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

SETUP = settings.BASE_DIR / "portal" / "local" / "setup.sh"
PACKAGES = "libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui"
INSTALLING = "Installing LibreOffice, which draws office documents…\n"
LACKS = f"LibreOffice is missing ({PACKAGES}): office documents can be downloaded, but not looked at.\n"


@pytest.fixture
def machine(tmp_path) -> Path:
    """The only folder with programs of a machine that has little but a shell."""
    for name in ("bash", "chmod", "dirname", "env", "find", "sh", "touch"):
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    put(tmp_path / "sudo", 'shift; "$@"')
    return tmp_path


def put(program: Path, lines: str) -> None:
    program.write_text(f"#!/bin/sh\n{lines}\n")
    program.chmod(0o755)


def setup_says(machine: Path) -> str:
    lines = f"source {SETUP}; asked={machine}/asked-for-it; install_libreoffice; echo and goes on"
    run = subprocess.run(
        [machine / "bash", "-c", lines],
        env={"PATH": str(machine)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stderr == ""
    assert run.stdout.endswith("and goes on\n")
    return run.stdout.removesuffix("and goes on\n")


def test_libreoffice_is_installed_where_apt_can(machine):
    put(
        machine / "apt-get",
        f'echo "$*" >> {machine}/asked\n[ "$1" = update ] || {{ : > {machine}/soffice; chmod +x {machine}/soffice; }}',
    )
    assert setup_says(machine) == INSTALLING
    assert (machine / "asked").read_text() == f"update\ninstall -y --no-install-recommends {PACKAGES}\n"
    assert setup_says(machine) == ""  # it is there now


def test_portal_goes_on_where_libreoffice_cannot_be_had(machine):
    put(machine / "apt-get", "echo no such package >&2; exit 100")
    assert setup_says(machine) == INSTALLING + LACKS
    assert setup_says(machine) == LACKS  # apt is not asked again on the same day


def test_machine_without_apt_is_told_what_is_missing(machine):
    assert setup_says(machine) == LACKS


def test_either_name_will_do(machine):
    put(machine / "libreoffice", "")
    assert setup_says(machine) == ""
