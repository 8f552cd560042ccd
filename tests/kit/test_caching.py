"""A form with faults stays in its person's browser until they sign out; nothing else of them does."""

import pytest
from django.http import HttpResponse
from django.urls import reverse

from portal.kit.caching import limit_keeping
from tests.factories import accounts, centres
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db
KEPT = {"private", "no-cache", "max-age=0"}


def keeping(answer) -> set[str]:
    return set(answer["Cache-Control"].split(", "))


def test_a_form_with_faults_is_kept_and_the_empty_form_is_not(client):
    centre = centres.centre()
    client.force_login(centres.person(centre))
    url = reverse("candidate-add", args=[centre.number])
    assert "no-store" in keeping(client.get(url))
    answer = client.post(url, {"last_name": "Evans"})
    assert (answer.status_code, keeping(answer), answer.headers.get("Vary")) == (200, KEPT, None)
    assert client.get(url).headers.get("Clear-Site-Data") is None


def test_a_form_of_the_admin_with_faults_is_kept(client):
    client.force_login(accounts.staff())
    answer = client.post(reverse("admin:catalogue_qualification_add"), {"code": "x"})
    assert (answer.status_code, keeping(answer)) == (200, KEPT)


def test_pages_that_take_passwords_are_never_kept(client):
    client.force_login(accounts.adult())
    answer = client.post(
        reverse("change-password"), {"oldpassword": "wrong", "password1": "a", "password2": "b"}
    )
    assert answer.status_code == 200
    assert "no-store" in keeping(answer)


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse(status=302),
        HttpResponse(status=409),
        HttpResponse("1,2", content_type="text/csv"),
        HttpResponse(headers={"Content-Disposition": 'attachment; filename="page.html"'}),
        HttpResponse(headers={"Cache-Control": "no-store"}),
    ],
)
def test_nothing_else_that_a_form_leads_to_is_kept(rf, answer):
    request = rf.post("/")
    request.resolver_match = None
    limit_keeping(request, answer)
    assert "no-store" in keeping(answer)


@pytest.mark.parametrize("way", ["sign-out", "idle"])
def test_what_was_kept_is_dropped_when_the_session_ends(client, settings, way):
    user = accounts.adult()
    client.force_login(user)
    assert "Clear-Site-Data" not in client.get("/").headers
    if way == "idle":
        settings.IDLE_MINUTES = 0
        session = client.session
        session["used_at"] -= 1
        session.save()
        answer = client.get(reverse("account-home"))
    else:
        answer = client.post(reverse("sign-out"))
    assert answer["Clear-Site-Data"] == '"cache"'


def test_signing_in_drops_nothing(client):
    user = accounts.adult()
    answer = client.post(reverse("sign-in"), {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302 and "Clear-Site-Data" not in answer.headers
