"""Bodies that are passed on as they come are not waited for where nobody wants them."""

import pytest
from django.test import Client

from tests.factories import portfolios as make

pytestmark = pytest.mark.django_db


class Withheld:
    """A body that never comes."""

    def read(self, *args):
        raise AssertionError("The body was waited for.")

    readline = read


@pytest.mark.parametrize("kind", ["application/offset+octet-stream", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_body_of_a_stranger_is_not_waited_for(kind, method):
    work = make.assignment()
    begun = make.begun_upload(work, name="plan.txt", size_bytes=1000)
    for url in (f"/work/{work.pk}/uploads/", begun.get_absolute_url()):
        told = {"CONTENT_LENGTH": "1000", "wsgi.input": Withheld()}
        answer = Client(enforce_csrf_checks=True).generic(method, url, content_type=kind, **told)
        assert answer.status_code == 403


def test_form_is_refused_before_anything_looks_for_its_token():
    work = make.assignment()
    client = Client(enforce_csrf_checks=True)
    client.force_login(work.candidate.user, backend="django.contrib.auth.backends.ModelBackend")
    told = {"CONTENT_LENGTH": "1000", "wsgi.input": Withheld()}
    answer = client.generic(
        "POST", f"/work/{work.pk}/uploads/", content_type="application/x-www-form-urlencoded", **told
    )
    assert answer.status_code == 415
