import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def no_earlier_tries():
    """Counted sign-in tries live in the cache, which outlives a test."""
    cache.clear()
