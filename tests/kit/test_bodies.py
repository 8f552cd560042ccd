"""Bodies passed on as they arrive are not waited for if nobody wants them."""

import pytest
from django.test import Client

from tests.factories import portfolios as make

pytestmark = pytest.mark.django_db


class Withheld:
    """A body that never arrives."""

    def read(self, *args):
        raise AssertionError("The body was waited for.")

    readline = read


def sent(client: Client, method: str, url: str, kind: str):
    """The answer to a request whose CSRF token would have to be read from the body."""
    client.cookies["csrftoken"] = "a" * 32
    told = {"CONTENT_LENGTH": "1000", "CONTENT_TYPE": kind, "wsgi.input": Withheld()}
    return client.generic(method, url, **told)


@pytest.mark.parametrize("kind", ["application/offset+octet-stream", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_body_of_a_stranger_is_not_waited_for(kind, method):
    work = make.assignment()
    begun = make.begun_upload(work, name="plan.txt", size_bytes=1000)
    client = Client(enforce_csrf_checks=True)
    for url in (f"/work/{work.pk}/uploads/", begun.get_absolute_url()):
        assert sent(client, method, url, kind).status_code == 403


def test_form_is_refused_before_anything_looks_for_its_token():
    work = make.assignment()
    client = Client(enforce_csrf_checks=True)
    client.force_login(work.candidate.user, backend="portal.accounts.backends.ByName")
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        assert sent(client, "POST", f"/work/{work.pk}/uploads/", kind).status_code == 415
