"""What is installed beforehand where it may be, and the line about it where it cannot: LibreOffice, fonts, ClamAV."""

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


def setup_says(machine: Path, step: str = "install_libreoffice") -> str:
    lines = f"source {SETUP}; asked={machine}/asked-for; {step}; echo and goes on"
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


FONTS = (
    "fonts-lohit-deva fonts-lohit-beng-bengali fonts-lohit-guru fonts-lohit-gujr fonts-lohit-taml fonts-tlwg-loma-ttf "
    "fonts-nanum fonts-droid-fallback fonts-symbola fonts-opensymbol"
)
FONTS_LACK = f"Fonts are missing ({FONTS}): previews of office documents say which letters they lack.\n"
SCANNER_LACKS = "ClamAV is missing (clamav-daemon): the virus scanner is not tested.\n"


def test_fonts_are_asked_for_by_a_letter_of_each_script(machine):
    put(machine / "fc-list", "true")
    assert setup_says(machine, "install_fonts") == FONTS_LACK
    put(machine / "fc-list", "echo a.ttf")
    assert setup_says(machine, "install_fonts") == ""


def test_scanner_of_the_tests_is_installed_where_apt_can(machine):
    put(machine / "apt-get", f"[ $1 = update ] || {{ : > {machine}/clamd; chmod +x {machine}/clamd; }}")
    assert setup_says(machine, f"has_scanner() {{ [[ -x {machine}/clamd ]]; }}; install_scanner") == (
        "Installing ClamAV, for the tests of the virus scanner…\n"
    )


def test_its_lack_is_said(machine):
    assert setup_says(machine, "has_scanner() { false; }; install_scanner") == SCANNER_LACKS
