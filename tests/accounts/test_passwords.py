"""Invitations, forgotten passwords, and changing your own password."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth import get_user
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts import actions, mailing
from portal.accounts.models import EMail, Invitation, PasswordRequest, User
from portal.kit import outbox
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from tests.factories import accounts, candidates, centres

pytestmark = pytest.mark.django_db

NEW = {"password1": "purple bicycle rain", "password2": "purple bicycle rain"}


def link_to(invitation) -> str:
    return reverse("invitation", args=[invitation.pk, invitation.token])


def opened(client, invitation) -> str:
    """The address to which the link redirects, without its secret."""
    return client.get(link_to(invitation), follow=True).request["PATH_INFO"]


@pytest.fixture
def invitation():
    return actions.invite(
        accounts.adult(email="new@example.org", password=None), by=accounts.adult(name="Olive")
    )


# --- invitations --------------------------------------------------------------------------


def test_invitation_comes_by_email_sets_a_password_and_signs_in(client, invitation, settings):
    outbox.work_all()
    (message,) = mail.outbox
    link = settings.SITE_URL + link_to(invitation)
    assert message.to == ["new@example.org"]
    assert "Olive invites you" in message.body
    assert link in message.body
    assert f'href="{link}"' in message.alternatives[0].content

    assert "new@example.org" in client.get(opened(client, invitation)).content.decode()
    assert client.post(opened(client, invitation), NEW).url == reverse("home")

    assert get_user(client) == invitation.user
    assert Event.objects.filter(verb="accept invitation", by=invitation.user).count() == 1


def test_invitation_works_once(client, invitation):
    client.post(opened(client, invitation), NEW)
    again = Client().get(link_to(invitation))
    assert again.status_code == 410
    page = again.content.decode()
    assert "This link no longer works" in page
    assert reverse("forgotten-password") in page
    assert Client().post(link_to(invitation), NEW).status_code == 410


def test_expired_replaced_wrong_and_unknown_links_say_the_same(client, invitation):
    pages = set()
    new = actions.invite(invitation.user, by=None)
    wrong = reverse("invitation", args=[new.pk, "A" * 32])
    unknown = reverse("invitation", args=[new.pk + 1, new.token])
    for link in (link_to(invitation), wrong, unknown):
        answer = client.get(link)
        assert answer.status_code == 410
        pages.add(re.sub(r"csrf\S+", "", answer.content.decode()))
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = client.get(link_to(new))
    assert answer.status_code == 410
    assert len(pages | {answer.content.decode()}) == 1


def test_invitation_of_an_inactive_person_is_over(client, invitation):
    User.objects.filter(pk=invitation.user_id).update(is_active=False)
    assert client.get(link_to(invitation)).status_code == 410


def test_invitation_that_two_people_open_is_accepted_once(invitation):
    same = Invitation.objects.get(pk=invitation.pk)
    actions.accept_invitation(invitation, "purple bicycle rain")
    with pytest.raises(TransitionRefused):
        actions.accept_invitation(same, "green bicycle rain")
    same.user.refresh_from_db()
    assert same.user.check_password("purple bicycle rain")


def test_invitation_takes_over_from_who_was_signed_in_on_the_computer(client, invitation):
    client.force_login(accounts.adult())
    client.post(opened(client, invitation), NEW)
    assert get_user(client) == invitation.user


def test_secret_of_an_invitation_goes_out_of_the_address(client, invitation):
    address = opened(client, invitation)
    assert address == reverse("invitation", args=[invitation.pk, "opened"])
    assert client.session.get_expire_at_browser_close()
    assert Client().get(address).status_code == 410
    client.post(address, NEW)
    assert client.get(address).status_code == 410


def test_two_invitations_in_one_browser_both_work(client):
    first, second = (actions.invite(accounts.adult(password=None), by=None) for _ in range(2))
    addresses = [opened(client, found) for found in (first, second)]
    assert first.user.email in client.get(addresses[0]).content.decode()
    client.post(addresses[0], NEW)
    assert get_user(client) == first.user
    assert second.user.email in client.get(addresses[1]).content.decode()


# --- forgotten ----------------------------------------------------------------------------


def ask(client, email):
    answer = client.post(reverse("forgotten-password"), {"email": email}, follow=True)
    outbox.work_all()
    return answer


def link_in(message) -> str:
    return re.search(r"http://testserver(/reset-password/\S+)", message.body).group(1)


def test_forgotten_password_answers_the_same_for_known_and_unknown_addresses(client):
    accounts.adult(email="ann@example.org")
    known, unknown = (ask(client, f"{name}@example.org") for name in ("ann", "nobody"))
    assert known.redirect_chain == unknown.redirect_chain == [(reverse("forgotten-password-sent"), 302)]
    assert known.content == unknown.content
    assert [message.to for message in mail.outbox] == [["ann@example.org"], ["nobody@example.org"]]
    assert "/reset-password/" in mail.outbox[0].body
    assert "/reset-password/" not in mail.outbox[1].body


def test_no_link_for_a_new_password_lies_in_the_database(client):
    person = accounts.adult(email="ann@example.org")
    ask(client, person.email)
    secret = link_in(mail.outbox[0]).split("/")[3]
    (row,) = EMail.objects.select_related("event").all()
    assert (row.user, row.event.verb, row.event.subject) == (
        person, "ask for new password", person.passwordrequests.get()
    )  # fmt: skip
    for model in apps.get_models():
        stored = str(list(model.objects.values_list())) if hasattr(model, "objects") else ""
        assert secret not in stored, model


def test_stranger_who_asks_again_and_again_leaves_the_last_link_that_was_sent(client):
    accounts.adult(email="ann@example.org")
    for _ in range(mailing.UNASKED_A_DAY + 2):
        cache.clear()  # after a pause
        page = ask(client, "Ann@example.org").content.decode()
    assert "use the last link: it still works" in page
    assert len(mail.outbox) == PasswordRequest.objects.count() == mailing.UNASKED_A_DAY
    answer = client.get(link_in(mail.outbox[-1]), follow=True)
    assert client.post(answer.request["PATH_INFO"], NEW).url == reverse("reset-password-done")


def test_link_of_the_email_sets_a_new_password_once(client):
    person = accounts.adult(email="ann@example.org")
    ask(client, "Ann@example.org")
    link = link_in(mail.outbox[0])
    form_page = client.get(link, follow=True)
    assert form_page.request["PATH_INFO"].endswith("/opened/")  # the secret is out of the address

    answer = client.post(form_page.request["PATH_INFO"], NEW, follow=True)

    assert answer.redirect_chain == [(reverse("reset-password-done"), 302)]
    person.refresh_from_db()
    assert person.check_password(NEW["password1"])
    assert Event.objects.filter(verb="change password", by=person).count() == 1
    for browser in (Client(), client):
        again = browser.get(link)
        page = again.content.decode()
        assert again.status_code == 410
        assert "This link no longer works" in page and reverse("forgotten-password") in page
    assert client.post(form_page.request["PATH_INFO"], NEW).status_code == 410


def test_new_request_ends_the_link_of_the_earlier_one_and_so_does_any_new_password(client):
    person = accounts.adult(email="ann@example.org")
    for _ in range(2):
        ask(client, person.email)
    first, second = (link_in(message) for message in mail.outbox)
    assert [client.get(link).status_code for link in (first, second)] == [410, 302]
    actions.set_password(person, "purple bicycle rain")
    assert client.get(second).status_code == 410
    ask(client, person.email)
    person.passwordrequests.update(expires_at=timezone.now())
    assert client.get(link_in(mail.outbox[2])).status_code == 410


def test_link_that_was_opened_is_no_use_in_another_browser(client):
    ask(client, accounts.adult().email)
    opened = client.get(link_in(mail.outbox[0])).url
    assert client.get(opened).status_code == 200
    assert Client().get(opened).status_code == 410


def test_letter_for_a_replaced_request_is_dropped(client):
    person = accounts.adult()
    for _ in range(2):
        client.post(reverse("forgotten-password"), {"email": person.email})
    outbox.work_all()
    assert len(mail.outbox) == 1
    assert sorted(EMail.objects.values_list("state", flat=True)) == ["dropped", "sent"]


def test_password_email_never_takes_its_address_from_the_request(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    accounts.adult(email="ann@example.org")
    client.post(reverse("forgotten-password"), {"email": "ann@example.org"}, HTTP_HOST="evil.example")
    outbox.work_all()
    assert "evil.example" not in mail.outbox[0].body


def test_resetting_ends_an_open_invitation(client, invitation):
    actions.set_password(invitation.user, "purple bicycle rain")
    assert client.get(link_to(invitation)).status_code == 410


def test_inactive_people_and_candidates_get_no_link(client):
    accounts.adult(email="ann@example.org", is_active=False)
    candidate = candidates.candidate()
    ask(client, "ann@example.org")
    assert "/reset-password/" not in mail.outbox[0].body
    assert "Enter" in ask(client, candidate.user.sign_in_name).content.decode()
    assert len(mail.outbox) == 1


def test_asking_for_many_links_is_stopped(client):
    accounts.adult(email="ann@example.org")
    answers = [ask(client, "ann@example.org").status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


# --- your own ----------------------------------------------------------------------------


def test_changing_the_password_needs_the_current_one_and_keeps_this_session(client):
    person = accounts.adult()
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(person)
    url = reverse("change-password")
    page = client.post(url, {"oldpassword": "guess", **NEW}).content.decode()
    assert "This is not your current password." in page

    answer = client.post(url, {"oldpassword": accounts.PASSWORD, **NEW})

    assert answer.url == reverse("account-home")
    assert get_user(client) == person
    assert not get_user(elsewhere).is_authenticated
    person.refresh_from_db()
    assert person.check_password(NEW["password1"])


def test_account_page_says_who_one_is(client):
    centre = centres.centre(name="Riverside Academy")
    client.force_login(centres.person(centre, name="Olive Officer", email="olive@example.org"))
    page = client.get(reverse("account-home")).content.decode()
    for words in ("Olive Officer", "olive@example.org", "Exams officer", "Riverside Academy"):
        assert words in page

    candidate = candidates.candidate(at=centre, known_as="Beth", password=accounts.PASSWORD)
    client.force_login(candidate.user)
    page = client.get(reverse("account-home")).content.decode()
    for words in ("Beth", candidate.certificate_name, f"candidate number {candidate.number}"):
        assert words in page


def test_pages_of_people_signed_in_are_not_stored(client):
    client.force_login(accounts.adult())
    assert "no-store" in client.get(reverse("account-home"))["Cache-Control"]
