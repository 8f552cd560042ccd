"""Files as candidates upload them, and what a worker makes of them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.files import taking
from portal.files.checks import judging
from portal.files.tasks import make_preview
from portfolios.models import EvidenceVersion
from tests.factories import portfolios as make
from tests.portfolios.conftest import count_queries, messages_of, sign_in, world  # noqa: F401  (the same people)


@pytest.fixture(autouse=True)
def whatever_passed(monkeypatch):
    """Making previews must survive whatever the checks may one day accept, so here only the type is checked."""
    monkeypatch.setattr(
        taking, "inspect", lambda file, use: judging.check(file, use.types, max_bytes=use.most_bytes)
    )


@pytest.fixture
def seen(db):
    """`seen("poster.jpg", content)`: the file after a worker has handled it."""

    def uploaded(name: str, content: bytes, *, work=None) -> EvidenceVersion:
        file = SimpleUploadedFile(name, content)
        version = make.evidence(work or make.assignment(), file=file).current
        make_preview(version.stored_id)
        version.refresh_from_db()
        return version

    return uploaded
