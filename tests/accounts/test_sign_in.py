"""Signing in: adults by e-mail, candidates by number, with the same message for every mistake and a limit."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from candidates import actions as candidate_actions
from portal.accounts import actions
from portal.accounts.models import SignInCode
from portal.kit.models import Event
from tests.factories import accounts, candidates, centres

pytestmark = pytest.mark.django_db

WRONG_ADULT = "The e-mail address or password is wrong."
WRONG_CANDIDATE = "These details do not match."
TOO_MANY = "Too many attempts"
NEW_PASSWORD = "purple bicycle rain"


def sign_in(client, email, password=accounts.PASSWORD, **more):
    return client.post(reverse("sign-in"), {"login": email, "password": password, **more})


def sign_in_candidate(client, candidate, secret, **more):
    typed = {"centre_number": candidate.centre.number, "candidate_number": candidate.number, "secret": secret}
    return client.post(reverse("sign-in-candidate"), {**typed, **more})


def code_for(candidate) -> SignInCode:
    candidate_actions.issue_slips([candidate], by=accounts.adult())
    return candidate.user.signincodes.get(ended_at=None)


def words(response) -> str:
    return response.content.decode()


# --- adults -------------------------------------------------------------------------------


def test_adult_signs_in_by_email_and_goes_home(client):
    person = accounts.adult(email="ann@example.org")
    answer = sign_in(client, "Ann@Example.org")
    assert (answer.status_code, answer.url) == (302, reverse("home"))
    assert get_user(client) == person
    assert client.session.get_expire_at_browser_close()


@pytest.mark.parametrize("email", ["ann@example.org", "nobody@example.org"])
def test_wrong_password_and_unknown_address_get_the_same_words(client, email):
    accounts.adult(email="ann@example.org")
    page = words(sign_in(client, email, "not the password"))
    assert WRONG_ADULT in page
    assert "not the password" not in page
    assert not get_user(client).is_authenticated


def test_invited_adult_without_a_password_gets_the_same_words(client):
    accounts.adult(email="new@example.org", password=None)
    assert WRONG_ADULT in words(sign_in(client, "new@example.org", "anything at all"))


def test_inactive_adult_is_told_so_only_with_the_right_password(client):
    accounts.adult(email="ann@example.org", is_active=False)
    assert WRONG_ADULT in words(sign_in(client, "ann@example.org", "guess"))
    answer = sign_in(client, "ann@example.org")
    assert answer.url == reverse("account-inactive")
    assert "This account is closed" in words(client.get(answer.url))
    assert not get_user(client).is_authenticated


def test_sign_in_goes_on_to_where_it_was_asked_from(client):
    accounts.adult(email="ann@example.org")
    assert sign_in(client, "ann@example.org", next="/account/?a=b").url == "/account/?a=b"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_sign_in_never_goes_on_to_another_site(client, elsewhere):
    accounts.adult(email="ann@example.org")
    assert sign_in(client, "ann@example.org", next=elsewhere).url == reverse("home")
    client.logout()
    candidate = candidates.candidate(password=accounts.PASSWORD)
    assert sign_in_candidate(client, candidate, accounts.PASSWORD, next=elsewhere).url == reverse("home")


def test_eleventh_try_for_a_name_is_not_even_looked_at(client):
    accounts.adult(email="ann@example.org")
    for _ in range(10):
        assert WRONG_ADULT in words(sign_in(client, "ann@example.org", "guess"))
    assert TOO_MANY in words(sign_in(client, "ann@example.org"))
    assert not get_user(client).is_authenticated
    accounts.adult(email="bob@example.org")
    assert sign_in(client, "bob@example.org").status_code == 302


def test_who_is_signed_in_already_is_sent_home(client):
    client.force_login(accounts.adult())
    for name in ("sign-in", "sign-in-candidate"):
        assert client.get(reverse(name)).url == reverse("home")


def test_each_sign_in_page_leads_to_the_other(client):
    assert f'href="{reverse("sign-in-candidate")}?next=/account/"' in words(
        client.get("/sign-in/?next=/account/")
    )
    assert f'href="{reverse("sign-in")}?next=/account/"' in words(
        client.get("/sign-in/candidate/?next=/account/")
    )


def test_signing_out_takes_a_post(client):
    client.force_login(accounts.adult())
    assert client.get(reverse("sign-out")).status_code == 405
    assert client.post(reverse("sign-out")).url == reverse("sign-in")
    assert not get_user(client).is_authenticated


# --- candidates ---------------------------------------------------------------------------


def test_candidate_signs_in_with_both_numbers_and_the_password(client):
    candidate = candidates.candidate(number="0007", password=accounts.PASSWORD)
    typed = {"centre_number": f" {candidate.centre.number} ", "candidate_number": "7"}
    answer = client.post(reverse("sign-in-candidate"), {**typed, "secret": accounts.PASSWORD})
    assert (answer.status_code, answer.url) == (302, reverse("home"))
    assert get_user(client) == candidate.user
    assert client.session.get_expire_at_browser_close()


def test_every_wrong_thing_of_a_candidate_gets_the_same_words(client):
    known = candidates.candidate(password=accounts.PASSWORD)
    fresh = candidates.candidate(at=known.centre)
    elsewhere = candidates.candidate(password="another long secret")
    closed = candidates.candidate(at=known.centre, password=accounts.PASSWORD)
    closed.user.is_active = False
    closed.user.save()
    right = {
        "centre_number": known.centre.number,
        "candidate_number": known.number,
        "secret": accounts.PASSWORD,
    }
    for wrong in (
        {"secret": "guess"},
        {"candidate_number": "9998"},
        {"centre_number": "99999"},
        {"centre_number": elsewhere.centre.number, "candidate_number": elsewhere.number},
        {"candidate_number": fresh.number},
        {"candidate_number": closed.number},
    ):
        page = words(client.post(reverse("sign-in-candidate"), {**right, **wrong}))
        assert WRONG_CANDIDATE in page, wrong
        assert accounts.PASSWORD not in page
    assert not get_user(client).is_authenticated


def test_candidate_has_ten_tries_too_and_others_in_the_room_have_theirs(client):
    candidate = candidates.candidate(password=accounts.PASSWORD)
    beside = candidates.candidate(at=candidate.centre, password=accounts.PASSWORD)
    for _ in range(10):
        assert WRONG_CANDIDATE in words(sign_in_candidate(client, candidate, "guess"))
    assert TOO_MANY in words(sign_in_candidate(client, candidate, accounts.PASSWORD))
    assert sign_in_candidate(client, beside, accounts.PASSWORD).status_code == 302


def test_codes_cannot_be_guessed_past_the_limit(client):
    candidate = candidates.candidate()
    code = code_for(candidate).code
    for _ in range(10):
        sign_in_candidate(client, candidate, "AAAA-AAAA")
    assert TOO_MANY in words(sign_in_candidate(client, candidate, code))


def test_right_codes_and_passwords_are_not_counted_as_tries(client, settings):
    candidate = candidates.candidate()
    code = code_for(candidate).code
    for _ in range(7):
        assert sign_in_candidate(client, candidate, code).status_code == 302


# --- the one-time code --------------------------------------------------------------------


def test_one_time_code_leads_to_an_own_password_and_in(client):
    candidate = candidates.candidate()
    code = code_for(candidate)
    answer = sign_in_candidate(client, candidate, code.code.lower().replace("-", " "))
    assert answer.url == reverse("choose-password")
    assert not get_user(client).is_authenticated
    assert candidate.user.name in words(client.get(answer.url))

    answer = client.post(answer.url, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert answer.url == reverse("home")
    assert get_user(client) == candidate.user
    assert get_user(client).check_password(NEW_PASSWORD)
    assert Event.objects.filter(verb="first sign-in", by=candidate.user).count() == 1
    client.logout()
    assert sign_in_candidate(client, candidate, NEW_PASSWORD).url == reverse("home")


def test_one_time_code_goes_on_to_where_it_was_asked_from(client):
    candidate = candidates.candidate()
    sign_in_candidate(client, candidate, code_for(candidate).code, next="/account/")
    chosen = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post(reverse("choose-password"), chosen).url == "/account/"


def test_one_time_code_works_once(client):
    candidate = candidates.candidate()
    code = code_for(candidate).code
    sign_in_candidate(client, candidate, code)
    client.post(reverse("choose-password"), {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    client.logout()
    assert WRONG_CANDIDATE in words(sign_in_candidate(client, candidate, code))


def test_expired_code_does_not_work(client):
    candidate = candidates.candidate()
    code = code_for(candidate)
    SignInCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert WRONG_CANDIDATE in words(sign_in_candidate(client, candidate, code.code))


def test_replaced_code_does_not_work_and_the_new_one_does(client):
    candidate = candidates.candidate()
    old = code_for(candidate).code
    new = code_for(candidate).code
    assert WRONG_CANDIDATE in words(sign_in_candidate(client, candidate, old))
    assert sign_in_candidate(client, candidate, new).url == reverse("choose-password")


def test_code_of_another_candidate_does_not_work(client):
    candidate = candidates.candidate()
    code_for(candidate)
    other = candidates.candidate(at=candidate.centre)
    assert WRONG_CANDIDATE in words(sign_in_candidate(client, candidate, code_for(other).code))


def test_code_that_is_used_or_replaced_while_the_password_is_chosen_lets_nobody_in(client):
    candidate = candidates.candidate()
    sign_in_candidate(client, candidate, code_for(candidate).code)
    code_for(candidate)
    answer = client.post(reverse("choose-password"), {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert answer.url == reverse("sign-in-candidate")
    assert not get_user(client).is_authenticated
    candidate.user.refresh_from_db()
    assert not candidate.user.has_usable_password()


def test_password_is_chosen_within_fifteen_minutes(client):
    candidate = candidates.candidate()
    sign_in_candidate(client, candidate, code_for(candidate).code)
    session = client.session
    session["sign_in_code"] = {**session["sign_in_code"], "until": timezone.now().timestamp() - 1}
    session.save()
    assert client.get(reverse("choose-password")).url == reverse("sign-in-candidate")


def test_choosing_a_password_needs_a_code_first(client):
    assert client.get(reverse("choose-password")).url == reverse("sign-in-candidate")


@pytest.mark.parametrize(
    ("first", "second", "complaint"),
    [
        ("short", "short", "too short"),
        ("password123", "password123", "too common"),
        (NEW_PASSWORD, NEW_PASSWORD + "y", "same password each time"),
    ],
)
def test_weak_or_mistyped_password_is_refused_and_the_code_stays(client, first, second, complaint):
    candidate = candidates.candidate()
    code = code_for(candidate)
    sign_in_candidate(client, candidate, code.code)
    assert complaint in words(
        client.post(reverse("choose-password"), {"password1": first, "password2": second})
    )
    code.refresh_from_db()
    assert code.is_open


def test_candidate_whose_number_changes_signs_in_with_the_new_one(client):
    candidate = candidates.candidate(at=centres.centre(), number="0012", password=accounts.PASSWORD)
    candidate.number = "0034"
    candidate_actions.change_candidate(candidate, by=accounts.adult())
    assert sign_in_candidate(client, candidate, accounts.PASSWORD).status_code == 302
    client.logout()
    candidate.number = "0012"
    assert WRONG_CANDIDATE in words(sign_in_candidate(client, candidate, accounts.PASSWORD))


def test_codes_are_not_passwords_elsewhere(client):
    """The page for adults accepts no candidate, with a password or a code."""
    candidate = candidates.candidate(password=accounts.PASSWORD)
    answer = sign_in(client, candidate.user.sign_in_name)
    assert answer.status_code == 200
    assert not get_user(client).is_authenticated


def test_code_is_issued_with_an_audit_line():
    candidate = candidates.candidate()
    by = accounts.adult()
    actions.issue_codes([candidate.user], by=by)
    assert list(Event.objects.about(candidate.user).values_list("verb", "by")) == [
        ("issue sign-in code", by.pk)
    ]


def test_who_has_a_password_gets_no_code():
    candidate = candidates.candidate()
    stale = [candidate.user]
    actions.set_password(candidate.user.__class__.objects.get(pk=candidate.user.pk), NEW_PASSWORD)
    assert actions.issue_codes(stale, by=accounts.adult()) == []


# --- back to the right page ---------------------------------------------------------------


def test_candidate_signs_out_to_the_page_for_candidates(client):
    candidate = candidates.candidate(password=accounts.PASSWORD)
    sign_in_candidate(client, candidate, accounts.PASSWORD)
    assert client.post(reverse("sign-out")).url == reverse("sign-in-candidate")


def test_candidate_whose_session_ended_is_led_to_the_page_for_candidates(client):
    candidate = candidates.candidate(password=accounts.PASSWORD)
    sign_in_candidate(client, candidate, accounts.PASSWORD)
    Session.objects.all().delete()
    assert client.get(reverse("my-work")).url == f"{reverse('sign-in-candidate')}?next={reverse('my-work')}"
    accounts.adult(email="ann@example.org")
    sign_in(client, "ann@example.org")
    assert client.post(reverse("sign-out")).url == reverse("sign-in")
    assert client.get(reverse("account-home")).url.startswith(f"{reverse('sign-in')}?")
