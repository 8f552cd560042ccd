import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def no_earlier_tries():
    """Sign-in tries are counted in the cache, which outlives a test."""
    cache.clear()
