"""Two-step verification for adults: set up at first sign-in, used at each one, asked for again, lost and reset."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse

from centres.models import EntryOrder
from portal.accounts import actions, tries
from portal.accounts.second_step import factors
from portal.kit import outbox
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from tests.factories import accounts, candidates, catalogue, centres
from tests.factories.second_step import app_of, code_for, code_of

from .test_sign_in import sign_in, sign_in_candidate, words

pytestmark = pytest.mark.django_db
EMAIL = "ann@example.org"
WRONG = "This code is wrong"
OVERVIEW = reverse("second-step")
NOTHING = "000000"


@pytest.fixture
def ann():
    return accounts.adult(email=EMAIL, name="Ann Adult")


@pytest.fixture
def duty(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def give_code(client, code, **more):
    return client.post(reverse("sign-in-code"), {"code": code, **more})


def signed_in(client, person):
    """`client`, in which `person` has signed in with both steps."""
    sign_in(client, person.email)
    assert give_code(client, code_for(person)).status_code == 302
    return client


def secret_on(page) -> str:
    return re.search(r'id="secret">([A-Z2-7 ]+)<', words(page)).group(1).replace(" ", "")


def verbs_about(person) -> list[str]:
    return list(Event.objects.about(person).values_list("verb", flat=True))


# --- the duty -----------------------------------------------------------------------------


def test_first_sign_in_leads_through_setting_up_to_where_one_was_going(client, ann, duty):
    going = reverse("change-password") + "?a=b"
    assert sign_in(client, EMAIL, next=going).url == going
    assert client.get(going).url == OVERVIEW
    page = words(client.get(OVERVIEW))
    assert "Set up two-step verification" in page and 'aria-label="Main"' not in page

    page = client.get(reverse("second-step-app"))
    assert 'src="data:image/svg+xml' in words(page)
    secret = secret_on(page)
    assert secret_on(client.get(reverse("second-step-app"))) == secret  # opened again, it is the same
    answer = client.post(reverse("second-step-app"), {"code": code_of(secret)})

    assert answer.url == reverse("second-step-codes")
    page = words(client.get(answer.url))
    codes = factors.recovery_codes(ann)
    assert len(codes) == 10 and all(code in page for code in codes)
    assert f'href="{going}"' in page
    assert client.get(going).status_code == 200
    assert "set up second step" in verbs_about(ann)


@pytest.mark.parametrize("page", ["home", "account-home", "catalogue", "admin:index", "mail-settings"])
def test_nothing_else_opens_before_the_second_step_is_set_up(client, duty, page):
    client.force_login(accounts.staff())
    assert client.get(reverse(page)).url == OVERVIEW


def test_what_was_posted_before_setting_up_is_kept(client, ann, duty):
    sign_in(client, EMAIL)
    client.post(reverse("mail-settings"), {"news": "typed this"})
    secret = secret_on(client.get(reverse("second-step-app")))
    client.post(reverse("second-step-app"), {"code": code_of(secret)})
    assert f'href="{reverse("kept-post")}"' in words(client.get(reverse("second-step-codes")))
    assert "typed this" in words(client.get(reverse("kept-post")))


def test_health_and_sign_out_stay_open(client, ann, duty):
    sign_in(client, EMAIL)
    assert client.get("/healthz").status_code == 200
    assert client.post(reverse("sign-out")).url == reverse("sign-in")


def test_candidates_are_never_asked_and_have_no_such_pages(client, duty):
    candidate = candidates.candidate(password=accounts.PASSWORD)
    sign_in_candidate(client, candidate, accounts.PASSWORD)
    assert client.get(reverse("my-work")).status_code == 200
    pages = ["second-step", "second-step-app", "second-step-passkey", "second-step-codes", "confirm"]
    assert {client.get(reverse(page)).status_code for page in pages} == {404}


def test_without_the_duty_nobody_is_asked(client, ann):
    sign_in(client, EMAIL)
    assert client.get(reverse("home")).status_code == 200
    assert client.get(reverse("second-step-app")).status_code == 200


def test_first_factor_takes_a_fresh_password(client, ann, duty):
    client.force_login(ann)  # an old session
    page = reverse("second-step-app")
    asked = client.get(page)
    assert asked.url == f"{reverse('confirm')}?next=%2Faccount%2Fsecond-step%2Fapp%2F"
    assert "not your password" in words(client.post(asked.url, {"password": "guess"}))
    assert client.post(asked.url, {"password": accounts.PASSWORD}).url == page
    assert client.get(page).status_code == 200


# --- the app ------------------------------------------------------------------------------


def test_wrong_first_code_sets_nothing_up(client, ann):
    sign_in(client, EMAIL)
    secret = secret_on(client.get(reverse("second-step-app")))
    for wrong in (NOTHING, "", code_of(secret, steps=5)):
        page = words(client.post(reverse("second-step-app"), {"code": wrong}))
        assert "Error:" in page
    assert not factors.has_factor(ann)
    assert secret_on(client.get(reverse("second-step-app"))) == secret


def test_secrets_lie_sealed_in_the_database_and_the_session(client, ann, settings):
    sign_in(client, EMAIL)
    secret = secret_on(client.get(reverse("second-step-app")))
    assert secret not in str([session.get_decoded() for session in Session.objects.all()])
    client.post(reverse("second-step-app"), {"code": code_of(secret)})
    held = Authenticator.objects.get(user=ann, type="totp").data["secret"]
    assert secret not in held and decrypt(held) == secret

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new one", [settings.SECRET_KEY]
    assert decrypt(held) == secret
    assert factors.use_code(ann, code_of(secret, steps=1))
    settings.SECRET_KEY_FALLBACKS = []
    assert factors.use_code(ann, code_of(secret, steps=1)) is None


# --- using it ----------------------------------------------------------------------------


def test_right_password_alone_lets_nobody_in(client, ann):
    app_of(ann)
    assert sign_in(client, EMAIL, next="/account/").url == reverse("sign-in-code")
    assert not get_user(client).is_authenticated
    assert client.get("/account/").url.startswith(reverse("sign-in"))
    assert "Signing in as ann@example.org" in words(client.get(reverse("sign-in-code")))
    assert give_code(client, code_for(ann)).url == "/account/"
    assert get_user(client) == ann
    assert client.session.get_expire_at_browser_close()


def test_code_page_is_closed_without_the_password(client, ann):
    app_of(ann)
    assert client.get(reverse("sign-in-code")).url == reverse("sign-in")
    assert give_code(client, code_for(ann)).url == reverse("sign-in")


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_codes_of_clocks_half_a_minute_off_are_right(client, ann, steps, monkeypatch):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)  # the next half minute does not begin during the test
    app_of(ann)
    sign_in(client, EMAIL)
    assert give_code(client, code_for(ann, steps=steps)).status_code == 302


def test_code_works_once_and_no_earlier_one_after_it(client, ann):
    app_of(ann)
    code, earlier, later = (code_for(ann, steps=steps) for steps in (0, -1, 1))
    sign_in(client, EMAIL)
    give_code(client, code)
    for again in (code, earlier):
        other = Client()
        sign_in(other, EMAIL)
        assert WRONG in words(give_code(other, again))
    assert give_code(other, later).status_code == 302


def test_code_with_which_the_app_was_set_up_is_used(client, ann):
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    factors.add_app(ann, secret, int(time.time()) // 30)
    assert factors.use_code(ann, code_of(secret)) is None


def test_recovery_code_lets_in_once_and_is_told(client, ann):
    app_of(ann)
    code = factors.recovery_codes(ann)[3]
    sign_in(client, EMAIL)
    assert give_code(client, code).url == reverse("home")
    assert code not in factors.recovery_codes(ann)
    other = Client()
    sign_in(other, EMAIL)
    assert WRONG in words(give_code(other, code))
    outbox.work_all()
    assert any("One of your recovery codes was used" in message.body for message in mail.outbox)


def test_wrong_codes_are_held_back_without_locking_the_owner_out(client, ann):
    app_of(ann)
    signed_in(client, ann)
    client.post(reverse("sign-out"))
    thief = Client()  # somebody who has learnt the password
    for _ in range(4):
        sign_in(thief, EMAIL)
        for _ in range(3):
            page = words(give_code(thief, NOTHING))
    assert "Too many attempts" in page
    sign_in(client, EMAIL)
    assert give_code(client, code_for(ann, steps=1)).status_code == 302


def test_owner_is_told_that_codes_were_guessed_also_when_passwords_were(client, ann, settings):
    settings.SIGN_IN_TRIES_AN_HOUR = 2
    app_of(ann)
    actions.warn_of_guessing(EMAIL)
    for number in range(4):
        thief = Client(REMOTE_ADDR=f"203.0.113.{number}")
        sign_in(thief, EMAIL)
        give_code(thief, NOTHING)
    outbox.work_all()
    _set_up, passwords, codes = mail.outbox
    assert "Many wrong passwords were entered" in passwords.subject
    assert "Somebody may know your password" in codes.subject
    assert "If it was not you, somebody knows your password. Choose a new one now:" in codes.body
    assert actions.guesses_since(ann, None) == ["sign-in", "second-step"]
    tries.renew([EMAIL])
    sign_in(client, EMAIL)
    page = words(client.post(reverse("sign-in-code"), {"code": code_for(ann)}, follow=True))
    assert "many wrong passwords for your account" in page
    assert "many wrong two-step verification codes" in page and "change it now" in page


def test_who_wants_to_be_somebody_else_starts_again(client, ann):
    app_of(ann)
    sign_in(client, EMAIL)
    client.post(reverse("sign-out"))
    assert client.get(reverse("sign-in")).status_code == 200


@pytest.mark.parametrize(
    "rubbish", ["", "{}", "[]", "null", '{"id": 1}', '{"response": "x"}', "nonsense", '"a"']
)
def test_nonsense_instead_of_a_passkey_is_refused(client, ann, rubbish):
    app_of(ann)
    credential = {"credential": rubbish}
    assert client.post(reverse("sign-in-passkey"), credential).url == reverse("sign-in")
    sign_in(client, EMAIL)
    assert "The passkey did not work" in words(client.post(reverse("sign-in-code"), credential))
    give_code(client, code_for(ann))
    page = words(client.post(reverse("second-step-passkey"), {"name": "x", **credential}))
    assert "Error:" in page
    assert Authenticator.objects.filter(type="webauthn").count() == 0


# --- again --------------------------------------------------------------------------------


@pytest.fixture
def order():
    """A draft order of a centre, whose exams officer has an authenticator app."""
    centre, qualification = centres.centre(), catalogue.qualification()
    centres.approval(centre, qualification)
    draft = centres.order(centre, qualification)
    app_of(draft.created_by)
    return draft


def later(monkeypatch, minutes):
    now = time.time()
    monkeypatch.setattr("portal.accounts.second_step.afresh.time.time", lambda: now + minutes * 60)


def submit(client, order):
    return client.post(reverse("order-submit", args=[order.centre.number, order.pk]), {"total": "120.00"})


def test_order_within_a_quarter_of_an_hour_goes_through(client, order):
    signed_in(client, order.created_by)
    assert submit(client, order).url == order.get_absolute_url()
    assert EntryOrder.objects.get().state == "submitted"


def test_order_later_is_kept_until_the_second_step_is_taken_again(client, order, monkeypatch):
    officer = order.created_by
    signed_in(client, officer)
    later(monkeypatch, 16)
    asked = submit(client, order)
    assert asked.url == f"{reverse('confirm')}?next=%2Fkept%2F"
    assert EntryOrder.objects.get().state == "draft"
    assert "What you sent is kept" in words(client.get(asked.url))
    assert WRONG in words(client.post(asked.url, {"code": NOTHING}))

    monkeypatch.undo()
    assert client.post(asked.url, {"code": code_for(officer, steps=1)}).url == reverse("kept-post")
    page = words(client.get(reverse("kept-post")))
    address = reverse("order-submit", args=[order.centre.number, order.pk])
    assert "Send it now" in page and f'action="{address}"' in page
    assert submit(client, order).url == order.get_absolute_url()
    assert EntryOrder.objects.get().state == "submitted"
    assert client.get(reverse("kept-post")).url == reverse("home")


def test_page_is_asked_for_first_and_comes_back(client, order, monkeypatch):
    officer = order.created_by
    client.force_login(officer)
    page = reverse("person-add", args=[order.centre.number]) + "?x=1"
    asked = client.get(page)
    assert client.post(asked.url, {"code": code_for(officer)}).url == page
    assert client.get(page).status_code == 200


def test_confirming_never_leads_elsewhere(client, order):
    client.force_login(order.created_by)
    asked = reverse("confirm") + "?next=https://evil.example/"
    assert client.post(asked, {"code": code_for(order.created_by)}).url == reverse("home")


def test_without_factor_and_duty_nothing_is_asked(client):
    draft = centres.order(centres.centre(), qualification := catalogue.qualification())
    centres.approval(draft.centre, qualification)
    client.force_login(draft.created_by)
    assert submit(client, draft).url == draft.get_absolute_url()


def test_staff_confirm_before_money_and_powers_move(client, order):
    staff = accounts.staff()
    app_of(staff)
    order.move("submit", by=order.created_by)
    client.force_login(staff)
    changelist = reverse("admin:centres_entryorder_changelist")
    assert client.get(changelist).status_code == 200
    chosen = {"action": "process", "_selected_action": [order.pk]}
    asked = client.post(changelist, chosen)
    assert client.post(asked.url, {"code": code_for(staff)}).url == reverse("kept-post")
    assert f'name="_selected_action" value="{order.pk}"' in words(client.get(reverse("kept-post")))
    client.post(changelist, {**chosen, "confirmed": "yes"})
    assert EntryOrder.objects.get(pk=order.pk).state == "processed"


# --- changing and losing it ---------------------------------------------------------------


def test_last_factor_stays_where_it_is_a_duty(client, ann, duty):
    factor = app_of(ann)
    signed_in(client, ann)
    page = words(client.post(reverse("second-step-remove", args=[factor.pk]), follow=True))
    assert "This is your only two-step verification method" in page
    assert factors.has_factor(ann)


def test_last_factor_goes_with_its_recovery_codes_where_it_is_none(client, ann):
    factor = app_of(ann)
    signed_in(client, ann)
    assert "Remove the authenticator app?" in words(
        client.get(reverse("second-step-remove", args=[factor.pk]))
    )
    client.post(reverse("second-step-remove", args=[factor.pk]))
    assert not Authenticator.objects.filter(user=ann).exists()
    assert verbs_about(ann)[-1] == "remove second step"


def test_nobody_removes_another_persons_factor(client, ann):
    factor = app_of(accounts.adult())
    app_of(ann)
    signed_in(client, ann)
    assert client.post(reverse("second-step-remove", args=[factor.pk])).status_code == 404


def test_recovery_codes_are_a_file_and_can_be_made_anew(client, ann):
    app_of(ann)
    signed_in(client, ann)
    before = factors.recovery_codes(ann)
    file = client.get(reverse("second-step-codes-file"))
    assert "attachment" in file["Content-Disposition"] and file["Content-Type"].startswith("text/plain")
    assert file.content.decode().split("\r\n")[3:13] == before
    assert client.get(reverse("second-step-codes-renew")).status_code == 200
    client.post(reverse("second-step-codes-renew"))
    after = factors.recovery_codes(ann)
    assert len(after) == 10 and not set(after) & set(before)
    assert factors.use_code(ann, before[0]) is None


def test_pages_about_the_second_step_need_it_afresh(client, ann, monkeypatch):
    factor = app_of(ann)
    signed_in(client, ann)
    later(monkeypatch, 16)
    for page in (
        reverse("second-step-codes"),
        reverse("second-step-codes-file"),
        reverse("second-step-codes-renew"),
        reverse("second-step-app"),
        reverse("second-step-passkey"),
        reverse("second-step-remove", args=[factor.pk]),
    ):
        assert client.get(page).url.startswith(reverse("confirm")), page


def test_superuser_resets_anybodys_second_step_and_the_person_is_told(client, ann):
    app_of(ann)
    staff = accounts.staff(name="Sam Staff")
    client.force_login(staff)
    chosen = {"action": "reset_second_step", "_selected_action": [ann.pk, staff.pk]}
    page = words(client.post(reverse("admin:accounts_user_changelist"), chosen, follow=True))
    assert "1 reset." in page and "You cannot reset your own two-step verification" in page
    assert not Authenticator.objects.filter(user=ann).exists()
    assert Event.objects.about(ann).last().by == staff
    outbox.work_all()
    (letter,) = [letter for letter in mail.outbox if "has reset" in letter.body]
    assert (
        letter.to == [EMAIL] and "Sam Staff has reset two-step verification for your account" in letter.body
    )


def test_ordinary_staff_reset_nobodys(client, ann):
    from portal.accounts.staff_group import load_staff_group

    app_of(ann)
    helper = accounts.adult(is_staff=True)
    helper.groups.add(load_staff_group())
    client.force_login(helper)
    chosen = {"action": "reset_second_step", "_selected_action": [ann.pk]}
    client.post(reverse("admin:accounts_user_changelist"), chosen, follow=True)
    assert factors.has_factor(ann)


def test_reset_of_nothing_is_refused(ann):
    with pytest.raises(TransitionRefused, match="has not set up"):
        factors.reset(ann, by=accounts.staff())


def test_new_password_by_link_does_not_go_past_the_second_step(client, ann):
    app_of(ann)
    client.post(reverse("forgotten-password"), {"email": EMAIL})
    outbox.work_all()
    link = next(line for line in mail.outbox[-1].body.splitlines() if "reset-password" in line)
    page = client.get(link.removeprefix("http://testserver"), follow=True)
    chosen = {"password1": "purple bicycle rain", "password2": "purple bicycle rain"}
    client.post(page.request["PATH_INFO"], chosen)
    assert sign_in(client, EMAIL, "purple bicycle rain").url == reverse("sign-in-code")
    assert not get_user(client).is_authenticated
