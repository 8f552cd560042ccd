"""What tests of candidates share."""

import pytest

from tests.factories import centres


@pytest.fixture
def office(client):
    """A signed-in exams officer: (client, centre)."""
    centre = centres.centre()
    client.force_login(centres.person(centre))
    return client, centre
