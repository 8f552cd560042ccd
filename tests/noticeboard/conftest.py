"""The throttle counts in the shared cache: each test starts from zero."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nobody_sent_anything():
    cache.clear()
