"""The world is built once for the matrix; what one request changes is rolled back before the next."""

import pytest
from django.db import transaction
from django.test import override_settings

from .world import two_centres


@pytest.fixture(scope="module", autouse=True)
def own_files(tmp_path_factory):
    """Files outlive a single test here, as the world does."""
    stored = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path_factory.mktemp("media")), "base_url": None},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(STORAGES=stored):
        yield


@pytest.fixture(scope="module")
def world(own_files, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield two_centres()
        transaction.set_rollback(True)


@pytest.fixture
def untouched(world, django_db_blocker):
    """Undo whatever a test changes in the world."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
