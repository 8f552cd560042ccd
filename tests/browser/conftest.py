"""What tests in Chromium share."""

import pytest


@pytest.fixture(autouse=True)
def windows_are_closed(browser):
    """An open window keeps its line to the server, and with it a session at the database."""
    yield
    for context in browser.contexts:
        context.close()
