"""The one centre of the upload tests, with room for every accepted file."""

import pytest

from tests.portfolios.conftest import sign_in, world  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def enough_room(settings):
    settings.EVIDENCE_FILE_LIMIT_BYTES = 20_000_000
    settings.APPLICATION_FILE_LIMIT_BYTES = 20_000_000
    settings.EVIDENCE_UNIT_LIMIT_BYTES = 2_000_000_000
    settings.EVIDENCE_UNIT_FILES_LIMIT = 1_000
