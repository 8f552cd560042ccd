"""Every module can be imported by itself, and there are no circular imports."""

import os
import subprocess
import sys

from .imports import circles, imports


def test_every_module_can_be_imported_by_itself():
    # Libraries may log at INFO that they were loaded.
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings", "LOG_LEVEL": "WARNING"}
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.alone"], env=environment, capture_output=True, text=True
    )
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_no_module_needs_one_that_needs_it():
    assert circles() == []


def test_the_check_sees_packages_that_are_imported_on_the_way():
    graph = imports()
    assert "portfolios.actions" in graph["portfolios.sorting.confirming"]
    assert "portfolios.models" not in graph["portfolios.models.uploads"]  # it is in that package
