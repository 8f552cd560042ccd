"""Fixtures shared by the tests of awards."""

import pytest

from portal.catalogue.models import Award
from tests.factories import catalogue


@pytest.fixture
def level():
    """A qualification with a mandatory unit, five others, and both awards."""
    qualification = catalogue.qualification()
    for number in range(1, 7):
        catalogue.unit(qualification=qualification, number=number, is_mandatory=number == 1)
    catalogue.award(qualification=qualification)
    catalogue.award(qualification=qualification, kind=Award.Kind.DIPLOMA)
    return qualification
