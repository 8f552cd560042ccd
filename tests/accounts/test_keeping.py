"""What is sent after the session has ended is kept, only for the same person, and can be sent again."""

import re
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from candidates.models import Candidate
from portal.accounts import keeping, views
from portal.accounts.tasks import forget_ended_sessions
from tests.factories import accounts, candidates, centres

pytestmark = pytest.mark.django_db

TYPED = {
    "number": "0900", "first_names": "Ann \"Lee\" <b>", "last_name": "O'Typed", "known_as": "Anni",
    "date_of_birth_day": "14", "date_of_birth_month": "3", "date_of_birth_year": "2010",
}  # fmt: skip


def token_in(page) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode()).group(1)


class Browser(Client):
    """A client that checks CSRF as the portal does, and fills in forms from the page it is on."""

    def __init__(self):
        super().__init__(enforce_csrf_checks=True)

    def sign_in(self, person, **more):
        page = self.get(reverse("sign-in"))
        typed = {
            "login": person.email,
            "password": accounts.PASSWORD,
            "csrfmiddlewaretoken": token_in(page),
            **more,
        }
        return self.post(reverse("sign-in"), typed)


@pytest.fixture
def officer():
    return centres.person(centres.centre())


@pytest.fixture
def visitor(officer):
    """Signed in, on the page for adding a candidate, as its session ends."""
    visitor = Browser()
    visitor.sign_in(officer)
    visitor.address = reverse("candidate-add", args=[officer.memberships.get().centre.number])
    visitor.token = token_in(visitor.get(visitor.address))
    Session.objects.all().delete()
    return visitor


def send(visitor, typed=TYPED, **more):
    return visitor.post(visitor.address, {**typed, "csrfmiddlewaretoken": visitor.token, **more})


def test_typed_text_survives_the_end_of_the_session(visitor, officer):
    answer = send(visitor)
    assert urlsplit(answer.url).path == reverse("sign-in")
    after = parse_qs(urlsplit(answer.url).query)["next"][0]
    assert after == reverse("kept-post")
    assert visitor.sign_in(officer, next=after).url == after

    page = visitor.get(after)
    shown = page.content.decode()
    assert "Your session ended" in shown
    assert "O&#x27;Typed" in shown and "Ann &quot;Lee&quot; &lt;b&gt;" in shown
    assert f'action="{visitor.address}"' in shown
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shown))
    assert {name for name in again if name != "csrfmiddlewaretoken"} == set(TYPED)

    mended = {**TYPED, "first_names": "Ann Lee"}  # no name contains <b>
    answer = visitor.post(visitor.address, {**mended, "csrfmiddlewaretoken": token_in(page)})

    assert answer.url == Candidate.objects.get(number="0900").get_absolute_url()
    assert keeping.SESSION_KEY not in visitor.session
    assert visitor.get(after).url == reverse("home")


def test_kept_text_is_not_for_the_next_person_at_the_computer(visitor, officer):
    send(visitor)
    other = centres.person(officer.memberships.get().centre)
    visitor.sign_in(other)
    answer = visitor.get(reverse("kept-post"))
    assert answer.url == reverse("home")
    assert keeping.SESSION_KEY not in visitor.session


def test_kept_text_is_forgotten_after_half_an_hour(visitor, officer, monkeypatch):
    send(visitor)
    visitor.sign_in(officer)
    late = time.time() + keeping.KEPT_SECONDS
    monkeypatch.setattr("portal.accounts.keeping.time.time", lambda: late)
    assert visitor.get(reverse("kept-post")).url == reverse("home")
    assert keeping.SESSION_KEY not in visitor.session


def test_kept_text_can_be_discarded(visitor, officer):
    send(visitor)
    visitor.sign_in(officer)
    page = visitor.get(reverse("kept-post"))
    answer = visitor.post(reverse("kept-discard"), {"csrfmiddlewaretoken": token_in(page)})
    assert answer.url == reverse("home")
    assert keeping.SESSION_KEY not in visitor.session
    assert not Candidate.objects.filter(number="0900").exists()


def test_only_text_is_kept_and_files_are_named(visitor, officer):
    send(visitor, photo=SimpleUploadedFile("me.png", b"not kept"))
    kept = visitor.session[keeping.SESSION_KEY]
    assert kept["files"] == ["me.png"]
    assert dict(kept["fields"]) == TYPED
    assert "not kept" not in str(dict(visitor.session))
    visitor.sign_in(officer)
    assert "Choose them again: me.png" in visitor.get(reverse("kept-post")).content.decode()


def test_values_of_one_name_are_all_sent_again(visitor, officer):
    send(visitor, {**TYPED, "groups": ["3", "1", "2", "7", "5", "9", "8"]})
    visitor.sign_in(officer)
    shown = visitor.get(reverse("kept-post")).content.decode()
    assert re.findall(r'name="groups" value="(\d)"', shown) == ["3", "1", "2", "7", "5", "9", "8"]
    assert "and 2 more" in shown


def test_too_much_text_is_not_kept(visitor):
    answer = send(visitor, {**TYPED, "known_as": "x" * keeping.KEPT_BYTES})
    assert parse_qs(urlsplit(answer.url).query)["next"] == [visitor.address]
    assert keeping.SESSION_KEY not in visitor.session


def test_nothing_is_kept_of_somebody_who_never_signed_in():
    address = reverse("candidate-add", args=[centres.centre().number])
    visitor = Client()
    visitor.cookies[keeping.COOKIE] = "1:forged:signature"
    answer = visitor.post(address, TYPED)
    assert parse_qs(urlsplit(answer.url).query)["next"] == [address]
    assert keeping.SESSION_KEY not in visitor.session


def test_a_post_without_a_token_is_refused_before_anything_is_kept(visitor):
    visitor.token = "wrong"
    assert send(visitor).status_code == 403
    assert keeping.SESSION_KEY not in visitor.session


def test_candidate_reaches_what_was_kept_through_the_other_sign_in_page(visitor):
    answer = send(visitor)
    page = visitor.get(answer.url).content.decode()
    assert f"{reverse('sign-in-candidate')}?next=/kept/" in page
    candidate = candidates.candidate(password=accounts.PASSWORD)
    typed = {"centre_number": candidate.centre.number, "candidate_number": candidate.number}
    typed |= {
        "secret": accounts.PASSWORD,
        "next": "/kept/",
        "csrfmiddlewaretoken": token_in(visitor.get(answer.url)),
    }
    assert visitor.post(reverse("sign-in-candidate"), typed).url == "/kept/"


# --- passwords and codes ------------------------------------------------------------------

SECRETS = {"password": "my own secret", "password1": "my own secret", "code": "123456"}


def routes(patterns):
    for pattern in patterns:
        yield from routes(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern]


def pages_that_take_secrets() -> set[str]:
    every = routes(get_resolver().url_patterns)
    return {route.name for route in every if getattr(route.callback, "takes_secrets", None)}


def test_these_pages_take_passwords_and_codes():
    assert pages_that_take_secrets() == {
        "sign-in", "sign-in-candidate", "choose-password", "invitation", "reset-password", "change-password",
        "second-step-app", "confirm", "sign-in-code", "role-offer", "account_login", "mfa_authenticate",
    }  # fmt: skip


def test_page_for_a_password_that_says_nothing_is_found(client, officer, monkeypatch):
    client.force_login(officer)
    monkeypatch.delattr(views.change_password, "takes_secrets")
    with pytest.raises(AssertionError, match="/account/password/: mark its view with takes_secrets"):
        client.get(reverse("change-password"))


def test_no_password_and_no_code_is_kept_when_the_session_has_ended(visitor, officer):
    for name in sorted(pages_that_take_secrets()):
        arguments = [1, "a-link"] if name in ("invitation", "reset-password", "role-offer") else []
        visitor.address = reverse(name, args=arguments)
        send(visitor, SECRETS)
        assert keeping.SESSION_KEY not in visitor.session, name
    visitor.address = reverse("change-password")
    answer = send(visitor, SECRETS)
    assert parse_qs(urlsplit(answer.url).query)["next"] == [visitor.address]
    assert "what you sent was not saved" in visitor.get(answer.url).content.decode()
    assert visitor.sign_in(officer, next=visitor.address).url == visitor.address


def test_what_ended_sessions_held_is_forgotten(visitor):
    send(visitor)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    forget_ended_sessions()
    assert not Session.objects.exists()
