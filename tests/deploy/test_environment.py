"""The environment file and README's table list exactly the variables that the settings read."""

import re
import subprocess

import pytest
from django.conf import settings

READ = re.compile(r'\benv\.\w+\(\s*"([A-Z0-9_]+)"')
OF_MAKE_RUN = {
    "PORT",
    "LISTEN_ADDRESS",
    "PORTAL_NGINX",
    "PORTAL_SERVERS",
}  # in the table, but not used by a deployed portal
OF_THE_DEMO = {"DEMO", "STATIC_ROOT"}  # only in the file: not to be suggested to those who run a real portal


def read_by_settings() -> set[str]:
    return set(READ.findall((settings.BASE_DIR / "portal" / "settings.py").read_text()))


def test_environment_file_has_every_variable_once():
    lines = (settings.BASE_DIR / "deploy" / "portal.env").read_text().splitlines()
    listed = [found[1] for line in lines if (found := re.match(r"#?([A-Z][A-Z0-9_]*)=", line))]
    assert sorted(listed) == sorted(read_by_settings())


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_shell_reads_environment_file_as_systemd_does(shell, tmp_path):
    """Including the commented-out defaults. systemd uses text between single quotes as it is."""
    text = (settings.BASE_DIR / "deploy" / "portal.env").read_text()
    uncommented = re.sub(r"^#(?=[A-Z][A-Z0-9_]*=)", "", text, flags=re.MULTILINE)
    (tmp_path / "portal.env").write_text(uncommented)
    written = dict(re.findall(r"^([A-Z][A-Z0-9_]*)='?(.*?)'?$", uncommented, re.MULTILINE))
    run = subprocess.run(
        [shell, "-euc", "set -a; . ./portal.env; env"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    heard = dict(line.split("=", 1) for line in run.stdout.splitlines())
    assert run.stderr == ""
    assert {name: heard[name] for name in written} == written


def test_readme_has_every_variable_once():
    text = (settings.BASE_DIR / "README.md").read_text()
    rows = re.findall(r"^\| (`[A-Z0-9_`, ]+`) \|", text, re.MULTILINE)
    listed = [name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)]
    assert sorted(listed) == sorted((read_by_settings() | OF_MAKE_RUN) - OF_THE_DEMO)
