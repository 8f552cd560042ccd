"""A class: Ana (0012) has both units, Ben (0047) one; and a zip of their files."""

import io
import zipfile
from dataclasses import dataclass

import pytest

from centres.models import Centre
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.catalogue.models import Unit
from portfolios.models import Assignment, BulkUpload, Upload
from tests.factories import candidates, catalogue, centres, portfolios
from tests.portfolios.conftest import count_queries, sign_in  # noqa: F401 - fixtures


@dataclass
class Class:
    centre: Centre
    tutor: User
    first: Unit
    second: Unit
    ana: Assignment
    ana_second: Assignment
    ben: Assignment

    def bulk(self, unit: Unit | None = None) -> BulkUpload:
        return portfolios.bulk(self.centre, unit=unit, by=self.tutor)


@pytest.fixture
def group(db) -> Class:
    centre = centres.centre(name="Riverside School")
    tutor = centres.person(centre, Role.TUTOR, name="Tomos Tutor")
    ana = candidates.candidate(centre, number="0012", first_names="Ana", last_name="Nowak")
    ben = candidates.candidate(centre, number="0047", first_names="Ben", last_name="Owen")
    first, second = catalogue.unit(code="IM201"), catalogue.unit(code="IM202")
    catalogue.unit(code="IM209")  # nobody has it
    made = [portfolios.assignment(*which) for which in ((ana, first), (ana, second), (ben, first))]
    return Class(centre, tutor, first, second, *made)


def zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def states(bulk: BulkUpload) -> dict[str, str]:
    """{path or name: state} of all files, in order of arrival."""
    return {upload.path or upload.file_name: upload.state for upload in Upload.objects.filter(bulk=bulk)}
