"""Where a test stores files: a test that uses `store` runs twice, on a local folder and on a real S3 server.

For a module whose tests all do: `pytestmark = pytest.mark.usefixtures("store")`.
"""

from uuid import uuid4

import pytest
from django.core.files.storage import default_storage

from portal.settings import s3_storage

from . import seaweed


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seaweed")
    (folder / "log").mkdir()
    with seaweed.running(folder) as address:
        yield address


@pytest.fixture
def s3(s3_server, settings):
    """The portal's files on S3, configured as in settings.py, in a folder for this test."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": s3_storage(
            seaweed.BUCKET,
            addressing_style="path",
            endpoint_url=s3_server,
            region_name="us-east-1",
            access_key=seaweed.KEY,
            secret_key=seaweed.SECRET,
            querystring_expire=60,
            location=uuid4().hex,
        ),
    }
    return default_storage


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.s3)])
def store(request, own_files):
    """Django's default storage, on either."""
    return request.getfixturevalue("s3") if request.param == "s3" else default_storage
