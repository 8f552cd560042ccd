"""The environment file and README's table list exactly the variables that the settings read."""

import re

from django.conf import settings

READ = re.compile(r'\benv\.\w+\(\s*"([A-Z0-9_]+)"')
OF_MAKE_RUN = {"PORT", "LISTEN_ADDRESS"}  # in the table, and of no concern to a deployed portal
OF_THE_DEMO = {"DEMO", "STATIC_ROOT"}  # in the file only: whoever runs a portal for real is not to be tempted


def read_by_settings() -> set[str]:
    return set(READ.findall((settings.BASE_DIR / "portal" / "settings.py").read_text()))


def test_environment_file_has_every_variable_once():
    lines = (settings.BASE_DIR / "deploy" / "portal.env").read_text().splitlines()
    listed = [found[1] for line in lines if (found := re.match(r"#?([A-Z][A-Z0-9_]*)=", line))]
    assert sorted(listed) == sorted(read_by_settings())


def test_readme_has_every_variable_once():
    text = (settings.BASE_DIR / "README.md").read_text()
    rows = re.findall(r"^\| (`[A-Z0-9_`, ]+`) \|", text, re.MULTILINE)
    listed = [name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)]
    assert sorted(listed) == sorted((read_by_settings() | OF_MAKE_RUN) - OF_THE_DEMO)
