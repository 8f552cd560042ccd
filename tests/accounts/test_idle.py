"""A session that has not been used for a while ends; what is posted after that is not lost."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user
from django.urls import reverse

from portal.accounts import idle, keeping
from portal.catalogue.models import Qualification
from tests.factories import accounts, catalogue, centres, portfolios

pytestmark = pytest.mark.django_db


@pytest.fixture
def after(monkeypatch):
    """Let this many minutes pass."""
    now = [time.time()]
    monkeypatch.setattr(idle.time, "time", lambda: now[0])

    def pass_by(minutes: float) -> None:
        now[0] += minutes * 60

    return pass_by


def is_in(client) -> bool:
    client.get(reverse("home"))
    return get_user(client).is_authenticated


@pytest.mark.parametrize(
    ("make", "minutes"), [(accounts.staff, 30), (accounts.adult, 120)], ids=["staff", "others"]
)
def test_session_ends_when_it_was_not_used(client, after, make, minutes):
    client.force_login(make())
    for _ in range(3):  # people who keep working stay signed in
        after(minutes - 1)
        assert is_in(client)
    after(minutes + 1)
    assert not is_in(client)


def test_page_that_asks_by_itself_is_nobody_who_uses_it(client, after):
    client.force_login(accounts.adult())
    for _ in range(13):
        after(10)
        client.get(reverse("home"), headers={"X-Poll": "1"})
    assert not get_user(client).is_authenticated


def test_session_is_noted_once_a_minute(client, after, queries_of):
    client.force_login(accounts.adult())
    page = lambda: client.get(reverse("account-home"))  # noqa: E731
    page()
    usual = queries_of(page)
    after(0.5)
    assert queries_of(page) == usual
    after(2)
    assert queries_of(page) > usual


def test_what_staff_typed_in_the_admin_is_kept(client, after):
    staff = accounts.staff()
    client.force_login(staff)
    url = reverse("admin:centres_centre_change", args=[centres.centre().pk])
    after(31)
    answer = client.post(url, {"name": "Typed for an hour"})
    assert parse_qs(urlsplit(answer.url).query)["next"] == [reverse("kept-post")]
    client.force_login(staff)
    assert "Typed for an hour" in client.get(reverse("kept-post")).content.decode()


def test_what_a_tutor_typed_is_kept(client, after):
    centre = centres.centre()
    officer = centres.person(centre)
    client.force_login(officer)
    after(121)
    answer = client.post(reverse("group-add", args=[centre.number]), {"name": "10A"})
    assert parse_qs(urlsplit(answer.url).query)["next"] == [reverse("kept-post")]
    assert not centre.groups.exists()


def test_public_pages_are_shown_all_the_same(client, after):
    catalogue.qualification()
    client.force_login(accounts.adult())
    after(121)
    assert client.get(reverse("qualification", args=[Qualification.objects.get().code])).status_code == 200


@pytest.mark.parametrize("page", ["change-password", "confirm"])
def test_passwords_typed_too_late_are_not_kept(client, after, page):
    person = accounts.adult()
    client.force_login(person)
    after(121)
    answer = client.post(reverse(page), {"oldpassword": accounts.PASSWORD, "password": accounts.PASSWORD})
    assert parse_qs(urlsplit(answer.url).query)["next"] == [reverse(page)]
    assert keeping.SESSION_KEY not in client.session
    client.force_login(person)
    assert client.get(reverse("kept-post")).url == reverse("home")


@pytest.mark.parametrize(("make", "page"), [(accounts.adult, "sign-out"), (accounts.staff, "admin:logout")])
def test_whoever_signs_out_too_late_is_out(client, after, make, page):
    client.force_login(make())
    after(121)
    answer = client.post(reverse(page))
    assert keeping.SESSION_KEY not in client.session
    assert "kept" not in answer.headers.get("Location", "")
    assert not is_in(client)


def test_upload_that_goes_on_too_late_is_told_to_sign_in(client, after):
    begun = portfolios.begun_upload(portfolios.assignment()).stored
    address = begun.get_absolute_url()
    for send in (client.patch, client.post):
        client.force_login(begun.sender)
        after(121)
        answer = send(address, b"more", content_type="application/offset+octet-stream")
        assert (answer.status_code, answer.content) == (403, b"Sign in to upload.\n")
        assert keeping.SESSION_KEY not in client.session
