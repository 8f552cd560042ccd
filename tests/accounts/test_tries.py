"""Guessing is limited, but the owner never is: known browsers, the narrow limit for a name, and no cache at all."""

import logging
import time

import pytest
from django.contrib.auth import get_user
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal.accounts import actions, tries
from portal.accounts.models import EMail, User
from portal.kit import outbox
from portal.kit.cache import ForgivingRedisCache
from portal.kit.models import Event
from portal.kit.throttle import Allowance
from tests.factories import accounts, candidates

from .test_sign_in import code_for, sign_in, sign_in_candidate, words

pytestmark = pytest.mark.django_db
EMAIL = "ann@example.org"
TOO_MANY = "Too many attempts. Wait "


def guess(times=11, email=EMAIL, visitor=None, address="203.0.113.1"):
    """A stranger guesses; returns the last page."""
    visitor = visitor or Client(REMOTE_ADDR=address)
    for _ in range(times):
        answer = sign_in(visitor, email, "guess")
    return words(answer)


@pytest.fixture
def ann():
    return accounts.adult(email=EMAIL)


@pytest.fixture
def known(ann):
    """A browser in which Ann has signed in before."""
    browser = Client()
    sign_in(browser, EMAIL)
    browser.post(reverse("sign-out"))
    return browser


def test_strangers_who_guess_do_not_lock_the_owner_out_of_any_browser(ann, known):
    assert TOO_MANY in guess(20)
    assert TOO_MANY in guess(1)
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert [sign_in(browser, EMAIL).status_code for browser in (known, elsewhere)] == [302, 302]
    assert get_user(known) == get_user(elsewhere) == ann


def test_strangers_at_the_same_address_do_not_lock_a_known_browser_out(ann, known):
    for number in range(30):
        guess(10, f"{number}@example.org")
    assert TOO_MANY in guess(1, "another@example.org")
    assert sign_in(known, EMAIL).status_code == 302


def test_guesses_from_everywhere_end_at_the_limit_of_the_name_and_the_owner_is_told(ann, known, settings):
    settings.SIGN_IN_TRIES_AN_HOUR = 12
    for number in range(12):
        page = guess(1, address=f"203.0.113.{number}")
    assert "Too many" not in page and not Event.objects.filter(verb__in=actions.GUESSED_AT.values()).exists()
    for number in (50, 51):
        page = guess(1, address=f"203.0.113.{number}")
        assert "There were too many wrong attempts on this account. To sign in now, ask for a link" in page
    assert "too many wrong attempts" in words(sign_in(Client(), EMAIL))
    assert "Too many" not in guess(1, "bob@example.org")
    outbox.work_all()
    (letter,) = mail.outbox
    assert letter.to == [EMAIL] and "Somebody entered many wrong passwords with your e-mail" in letter.body
    assert "Nobody got in" not in letter.body  # the portal does not know that
    page = words(known.post(reverse("sign-in"), {"login": EMAIL, "password": accounts.PASSWORD}, follow=True))
    assert "Since you last signed in, somebody has entered many wrong passwords" in page
    known.post(reverse("sign-out"))
    page = words(known.post(reverse("sign-in"), {"login": EMAIL, "password": accounts.PASSWORD}, follow=True))
    assert "many wrong passwords" not in page


def test_limit_of_a_name_that_nobody_has_says_the_same(settings):
    settings.SIGN_IN_TRIES_AN_HOUR = 2
    for number in range(3):
        page = guess(1, "nobody@example.org", address=f"203.0.113.{number}")
    assert "There were too many wrong attempts on this account. To sign in now, ask for a link" in page
    assert not EMail.objects.exists()


def test_candidate_guessed_at_gets_in_by_a_new_slip_and_is_told(settings, django_capture_on_commit_callbacks):
    settings.SIGN_IN_TRIES_AN_HOUR = 2
    candidate = candidates.candidate()
    for number in range(3):
        page = words(sign_in_candidate(Client(REMOTE_ADDR=f"203.0.113.{number}"), candidate, "AAAA-AAAA"))
    assert "To sign in now, ask your tutor or exams officer for a new slip." in page
    with django_capture_on_commit_callbacks(execute=True):
        code = code_for(candidate).code
    browser = Client()
    chosen = sign_in_candidate(browser, candidate, code).url
    new = dict.fromkeys(["password1", "password2"], "purple bicycle rain")
    assert "many wrong passwords" in words(browser.post(chosen, new, follow=True))


# --- a school: many people, one address, no cookies kept ----------------------------------


def test_school_signs_in_from_one_address_with_no_cookies_whatever_is_mistyped():
    """A class of 30: everybody mistypes nine times, and one of them guesses a neighbour's password."""
    people = [candidates.candidate(password=accounts.PASSWORD) for _ in range(30)]
    for person in people:
        for _ in range(9):
            assert TOO_MANY not in words(sign_in_candidate(Client(), person, "wrong"))
    victim, *others = people
    for _ in range(3):
        page = words(sign_in_candidate(Client(), victim, "wrong"))
    assert TOO_MANY in page
    for person in others:
        assert sign_in_candidate(Client(), person, accounts.PASSWORD).status_code == 302
    at_home = Client(REMOTE_ADDR="198.51.100.7")
    assert sign_in_candidate(at_home, victim, accounts.PASSWORD).status_code == 302


def test_right_passwords_of_a_whole_school_are_never_counted():
    person = candidates.candidate(password=accounts.PASSWORD)
    answers = {sign_in_candidate(Client(), person, accounts.PASSWORD).status_code for _ in range(310)}
    assert answers == {302}


# --- known browsers -----------------------------------------------------------------------


def test_known_browser_has_ten_tries_of_its_own(ann, known):
    for _ in range(10):
        assert TOO_MANY not in guess(1, visitor=known)
    assert TOO_MANY in words(sign_in(known, EMAIL))
    assert sign_in(Client(), EMAIL).status_code == 302


def test_known_browser_is_known_for_one_person_alone(known):
    other = accounts.adult(email="bob@example.org")
    guess(10, other.email, address="127.0.0.1")
    assert TOO_MANY in words(sign_in(known, other.email))


def test_cookie_is_signed_and_says_nothing(ann, known):
    value = known.cookies[tries.COOKIE].value
    assert EMAIL not in value and "ann" not in value
    assert known.cookies[tries.COOKIE]["httponly"]
    guess(10, address="127.0.0.1")
    for forged in (value[:-2] + "xx", "rubbish", ""):
        stranger = Client()
        stranger.cookies[tries.COOKIE] = forged
        assert TOO_MANY in words(sign_in(stranger, EMAIL)), forged


def test_browser_of_a_whole_class_knows_the_last_twenty(rf):
    request = rf.get("/")
    for number in range(25):
        response = HttpResponse()
        tries.know_browser(request, response, f"20001/{number:04}")
        request.COOKIES[tries.COOKIE] = response.cookies[tries.COOKIE].value
    assert len(request.COOKIES[tries.COOKIE]) < 1500
    people = dict(tries._people_known_in(request))
    assert [tries._digest(f"20001/{number:04}") in people for number in (4, 5, 24)] == [False, True, True]


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org"])
def test_refusal_is_the_same_whether_or_not_the_account_exists(ann, email):
    page = guess(11, email)
    assert TOO_MANY in page
    assert "ask for a link by e-mail" in page and "ask your exams officer" in page
    assert reverse("forgotten-password") in page


def test_new_password_by_the_link_lets_the_owner_in_while_strangers_guess(ann):
    owner = Client()
    guess(11, address="127.0.0.1")
    owner.post(reverse("forgotten-password"), {"email": EMAIL})
    outbox.work_all()
    link = next(line for line in mail.outbox[-1].body.splitlines() if "reset-password" in line)
    page = owner.get(link.removeprefix("http://testserver"), follow=True)
    chosen = {"password1": "purple bicycle rain", "password2": "purple bicycle rain"}
    owner.post(page.request["PATH_INFO"], chosen)
    guess(11, address="127.0.0.1")
    assert sign_in(owner, EMAIL, "purple bicycle rain").status_code == 302


def test_new_slip_forgets_what_strangers_tried(django_capture_on_commit_callbacks):
    candidate = candidates.candidate()
    code_for(candidate)
    for _ in range(11):
        page = words(sign_in_candidate(Client(), candidate, "AAAA-AAAA"))
    assert TOO_MANY in page and "ask your tutor or exams officer for a new slip" in page
    with django_capture_on_commit_callbacks(execute=True):
        code = code_for(candidate).code
    assert sign_in_candidate(Client(), candidate, code).status_code == 302


def test_unknown_candidate_is_refused_in_the_same_words():
    known = candidates.candidate(password=accounts.PASSWORD)
    pages = []
    for number in (known.number, "9876"):
        typed = {"centre_number": known.centre.number, "candidate_number": number, "secret": "guess"}
        answers = [words(Client().post(reverse("sign-in-candidate"), typed)) for _ in range(11)]
        pages.append(["These details do not match" in answers[9], TOO_MANY in answers[10]])
    assert pages == [[True, True], [True, True]]


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.org"])
def test_asking_for_a_link_says_the_same_whether_or_not_the_account_exists(ann, client, email):
    answer = client.post(reverse("forgotten-password"), {"email": email}, follow=True)
    assert "If somebody here has this address" in words(answer)
    outbox.work_all()
    assert [message.to for message in mail.outbox] == [[email]]


def test_every_sign_in_takes_the_same_hashing(ann, monkeypatch):
    """So that nobody can time which names exist."""
    accounts.adult(email="new@example.org", password=None)
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: (hashed.append(1), encode(*args))[1])
    counts = []
    for email in (EMAIL, "new@example.org", "nobody@example.org"):
        hashed.clear()
        guess(1, email)
        counts.append(len(hashed))
    known, fresh = candidates.candidate(password=accounts.PASSWORD), candidates.candidate()
    code_for(fresh)
    for centre, number in (
        (known.centre.number, known.number), (fresh.centre.number, fresh.number), ("99999", "0001"),
    ):  # fmt: skip
        hashed.clear()
        typed = {"centre_number": centre, "candidate_number": number, "secret": "guess"}
        Client().post(reverse("sign-in-candidate"), typed)
        counts.append(len(hashed))
    assert len(set(counts[:3])) == 1 and len(set(counts[3:])) == 1, counts


# --- the counting -------------------------------------------------------------------------


def test_allowance_counts_gives_back_and_runs_out():
    allowance = Allowance("test", tries=2, seconds=60)
    assert [allowance.take(), allowance.take()] == [0, 0]
    assert 1 <= allowance.take() <= 60
    allowance.give_back()
    allowance.give_back()
    assert allowance.take() == 0
    allowance.renew()
    assert [allowance.take(), allowance.take()] == [0, 0]


def test_wait_is_told_in_whole_minutes():
    waits = [tries.TooManyTries(seconds).wait for seconds in (1, 60, 61, 300)]
    assert waits == ["1 minute", "1 minute", "2 minutes", "5 minutes"]


def test_allowance_is_whole_again_after_its_time():
    allowance = Allowance("short", tries=1, seconds=1)
    begun = time.monotonic()
    assert allowance.take() == 0
    while allowance.take():
        assert time.monotonic() - begun < 30
        time.sleep(0.05)
    assert time.monotonic() - begun > 0.9


# --- without Redis ------------------------------------------------------------------------


@pytest.fixture
def no_redis(settings):
    """A shared cache at a port where nothing listens."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:9/0"}}
    assert isinstance(cache._connections["default"], ForgivingRedisCache)


def test_people_sign_in_while_the_cache_is_down(ann, no_redis, client, caplog):
    candidate = candidates.candidate(password=accounts.PASSWORD)
    with caplog.at_level(logging.ERROR, logger="portal.kit.reach"):
        assert guess(12).count("The e-mail address or password is wrong.") >= 1
        assert sign_in(client, EMAIL).status_code == 302
        assert sign_in_candidate(Client(), candidate, accounts.PASSWORD).status_code == 302
        assert client.get("/check/", {"number": "7KQM-3FPX-AAAA", "last_name": "x"}).status_code < 500
        assert Client().post(reverse("forgotten-password"), {"email": EMAIL}).status_code == 302
    assert "The shared cache, without which nothing is throttled, cannot be reached" in caplog.text


def test_cache_that_is_down_is_empty_and_takes_everything(no_redis):
    assert cache.get("a", 1) == 1
    assert cache.get_many(["a"]) == {}
    assert cache.add("a", 1) is True
    assert cache.set("a", 1) is None
    assert (cache.touch("a"), cache.delete("a"), cache.has_key("a")) == (False, False, False)
    with pytest.raises(ValueError):
        cache.incr("a")
    assert User.objects.count() == 0
