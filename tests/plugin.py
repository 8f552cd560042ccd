"""Starts servers for the tests before Django reads its settings.

A plugin rather than a part of conftest.py, because pytest-django loads the settings before any hook there.
"""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from portal.local import services
from portal.local.processes import Unavailable

SETTINGS = {
    "SECRET_KEY": "only-for-tests",
    "DEBUG": "0",
    "DEMO": "0",
    "SECOND_FACTOR_REQUIRED": "0",  # tests about it turn it on
    "SITE_URL": "http://testserver",
    "USER_CONTENT_ORIGIN": "http://content.testserver",
    # Static files are not collected for tests: the finders serve what a browser requests.
    "STATIC_ROOT": "var/test/no-static",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    # Playwright runs an event loop in the thread of the test.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config):
    """Start the servers in the controlling process; its xdist workers inherit their addresses."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        _start_servers(early_config)
        os.environ.update(SETTINGS)
    else:
        _take_own_redis(worker)
    return (yield)


def _start_servers(config):
    servers = ExitStack()
    config.add_cleanup(servers.close)
    try:
        os.environ |= servers.enter_context(services.running(Path("var/test"), durable=False))
    except Unavailable as problem:
        raise pytest.UsageError(str(problem)) from None


def _take_own_redis(worker):
    """A worker's cache and queue are its own, as its test database is."""
    number = int(worker.removeprefix("gw")) + 1
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].replace("?db=0", f"?db={number}")
