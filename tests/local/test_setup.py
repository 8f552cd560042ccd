"""What setup installs if it can, and the line it prints if it cannot: LibreOffice, fonts, ClamAV."""

import fcntl
import shutil
import socket
import subprocess
from pathlib import Path
from shlex import quote

import pytest
from django.conf import settings

SETUP = settings.BASE_DIR / "portal" / "local" / "setup.sh"
PACKAGES = "libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui"
INSTALLING = "Installing LibreOffice, which draws office documents…\n"
LACKS = f"LibreOffice is missing ({PACKAGES}): office documents can be downloaded but not previewed.\n"


@pytest.fixture
def machine(tmp_path) -> Path:
    """The only folder of programs on a machine that has little more than a shell."""
    for name in ("bash", "chmod", "dirname", "env", "find", "sh", "touch"):
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    put(tmp_path / "sudo", 'shift; "$@"')
    return tmp_path


def put(program: Path, lines: str) -> None:
    program.write_text(f"#!/bin/sh\n{lines}\n")
    program.chmod(0o755)


def setup_says(machine: Path, step: str = "install_libreoffice") -> str:
    own = f"asked={machine}/asked-for; nginx={machine}/nginx"
    lines = f"source {quote(str(SETUP))}; {own}; {step}; echo and goes on"
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
    assert setup_says(machine) == ""  # it is installed now


def test_portal_goes_on_where_libreoffice_cannot_be_had(machine):
    put(machine / "apt-get", "echo no such package >&2; exit 100")
    assert setup_says(machine) == INSTALLING + LACKS
    assert setup_says(machine) == LACKS  # apt is not tried again on the same day


def test_machine_without_apt_is_told_what_is_missing(machine):
    assert setup_says(machine) == LACKS


def test_either_name_will_do(machine):
    put(machine / "libreoffice", "")
    assert setup_says(machine) == ""


FONTS = (
    "fonts-lohit-deva fonts-lohit-beng-bengali fonts-lohit-guru fonts-lohit-gujr fonts-lohit-taml fonts-tlwg-loma-ttf "
    "fonts-nanum fonts-droid-fallback fonts-symbola fonts-opensymbol"
)
FONTS_LACK = f"Fonts are missing ({FONTS}): previews of office documents say which characters they lack.\n"
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


FETCHING = "Downloading nginx, which keeps slow connections away from the web server…\n"
LACKS_NGINX = "nginx is missing: the portal runs without it, but slow or idle connections can block it.\n"


@pytest.fixture
def without_nginx(machine):
    """The machine also has none in the other folders that are searched."""
    if any(Path(folder, "nginx").exists() for folder in ("/usr/sbin", "/usr/local/sbin")):
        pytest.skip("this machine has an nginx of its own")
    for name in ("mkdir", "rm"):
        (machine / name).symlink_to(shutil.which(name) or name)
    return machine


def test_nginx_is_fetched_without_being_installed(without_nginx):
    put(without_nginx / "apt-get", '[ "$1" != download ] || : > nginx_1.deb')
    put(
        without_nginx / "dpkg-deb",
        f"mkdir -p usr/sbin; : > usr/sbin/nginx; {shutil.which('chmod')} +x usr/sbin/nginx",
    )
    assert setup_says(without_nginx, "fetch_nginx") == FETCHING
    assert (without_nginx / "nginx" / "usr" / "sbin" / "nginx").exists()
    assert setup_says(without_nginx, "fetch_nginx") == ""


def test_portal_goes_on_where_nginx_cannot_be_had(without_nginx):
    put(without_nginx / "apt-get", "exit 100")
    assert setup_says(without_nginx, "fetch_nginx") == FETCHING + LACKS_NGINX
    assert setup_says(without_nginx, "fetch_nginx") == LACKS_NGINX


def refusal(does: str, lock: Path = Path("/nowhere/lock"), **environment: str) -> str:
    """What setup says before it gives up. `lock`: the file that a running portal of this checkout would lock."""
    run = subprocess.run(
        ["bash", "-c", f"source {quote(str(SETUP))}; lock={lock}; {does}"],
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (1, "")
    return run.stderr


def test_port_is_asked_before_anything_is_installed():
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        line.listen()
        port = line.getsockname()[1]
        assert refusal("main run", PORT=str(port)) == (
            f"Port {port} is in use. Choose another: make run PORT={port + 1}\n"
        )


def test_second_portal_of_a_checkout_is_told_so_whatever_its_port(tmp_path):
    lock = tmp_path / "lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert refusal("main run", lock, PORT="1") == (
            "The portal of this checkout is already running. "
            "Stop it first, with Ctrl-C where it was started.\n"
        )


def test_port_of_another_address_is_none_of_its_business():
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        line.listen()
        port = str(line.getsockname()[1])
        goes_on = refusal("ask_for_port; stop and goes on", PORT=port, LISTEN_ADDRESS="127.0.0.2")
        assert goes_on == "and\ngoes\non\n"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "error: dns error: failed to lookup",
            "Python packages cannot be downloaded. Check the network connection and try again.\n",
        ),
        ("no such package", "no such package\n\nInstalling Python packages failed.\n"),
    ],
)
def test_missing_network_is_one_sentence(said, words):
    assert refusal(f"unreachable '{said}'") == words
