"""Passkeys and the authenticator app in Chromium, with a virtual authenticator; every page is checked with axe."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from portal.accounts import actions
from portal.accounts.second_step import factors
from portal.kit.models import Event
from tests.factories import centres
from tests.factories.accounts import PASSWORD
from tests.factories.second_step import app_of, code_of

from .person import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def duty(settings, live_server):
    """Passkeys belong to one address, which must be localhost without TLS."""
    settings.SECOND_FACTOR_REQUIRED = True
    settings.SITE_URL = live_server.url


def with_fingerprint(person: Person) -> None:
    """Give the browser a device that always recognises its owner."""
    session = person.page.context.new_cdp_session(person.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(person: Person, user) -> None:
    person.open("/sign-in/")
    person.fill(login=user.email, password=PASSWORD)
    person.press("Sign in", exact=True)


def sign_out(person: Person) -> None:
    person.press("Sign out")


def test_passkey_is_set_up_at_first_sign_in_and_is_enough_from_then_on(browser, live_server, duty):
    officer = centres.person(centres.centre(name="Harbour College"))
    person = Person(browser, live_server.url)
    with_fingerprint(person)
    sign_in(person, officer)
    assert person.reads("Set up two-step verification")
    person.follow("Use a passkey")
    with person.page.expect_navigation():
        person.page.get_by_role("button", name="Set up passkey").click()
    person.look()
    assert person.reads("Your recovery codes"), (person.page.url, person.page.inner_text("main"))
    person.follow("I have kept them: continue")
    assert person.reads("To do")

    sign_out(person)
    with person.page.expect_navigation(url=live_server.url + "/"):
        person.page.get_by_role("button", name="Sign in with a passkey").click()
    person.look()
    assert person.reads("Harbour College")

    sign_out(person)
    sign_in(person, officer)
    with person.page.expect_navigation(url=live_server.url + "/"):
        person.page.get_by_role("button", name="Use a passkey").click()
    person.look()
    person.open(reverse("second-step"))
    assert Authenticator.objects.get(type="webauthn").last_used_at
    assert person.faults == []


def test_passkey_of_nobody_is_refused_with_words(browser, live_server, duty):
    person = Person(browser, live_server.url)
    with_fingerprint(person)
    person.open("/sign-in/")
    person.page.get_by_role("button", name="Sign in with a passkey").click()
    person.page.get_by_text("The passkey was not used").wait_for()
    assert person.faults == []


def test_invited_person_gets_to_work_without_script_and_by_keyboard(browser, live_server, duty):
    centre = centres.centre(name="Harbour College")
    officer, tutor = centres.person(centre), centres.person(centre, password=None)
    link = actions.invite(tutor, by=officer)
    person = Person(browser, live_server.url, java_script_enabled=False)
    page = person.page
    page.goto(live_server.url + reverse("invitation", args=[link.pk, link.token]))
    for field in page.locator("main input[type=password]").all():
        field.fill("purple bicycle rain")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Use an authenticator app").press("Enter")
    assert page.get_by_role("button", name="Use a passkey").count() == 0
    secret = page.locator("#secret").inner_text().replace(" ", "")
    page.get_by_label("Code from the app").fill(code_of(secret))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    codes = page.locator(".recovery li").all_inner_texts()
    assert len(codes) == 10 and all(re.fullmatch(r"\d{4} \d{4}", code) for code in codes)
    page.get_by_role("link", name="I have kept them: continue").press("Enter")
    page.get_by_role("heading", name="To do").wait_for()
    assert factors.has_factor(tutor)


def test_pages_about_people_and_the_second_step_are_without_fault(browser, live_server, settings):
    settings.SITE_URL = live_server.url
    centre = centres.centre(name="Harbour College")
    officer, tutor = centres.person(centre), centres.person(centre, "tutor", name="Tom Tutor")
    officer.memberships.create(centre=centres.centre(name="Cwm Tawe"), role="tutor")
    app_of(officer)
    app_of(tutor)
    for size in ({"width": 1280, "height": 900}, {"width": 360, "height": 800}):
        person = Person(browser, live_server.url, viewport=size)
        sign_in(person, officer)
        person.fill(code=factors.recovery_codes(officer)[0])
        person.press("Sign in", exact=True)
        base = f"/centres/{centre.number}/people/"
        for path in (base, base + "add/", f"{base}{tutor.pk}/", f"{base}{tutor.pk}/end/",
                     f"{base}{tutor.pk}/reset-second-step/", "/centre/change/", "/account/second-step/",
                     "/account/second-step/codes/", "/account/second-step/codes/renew/",
                     "/account/second-step/passkey/", "/account/confirm/"):  # fmt: skip
            person.open(path)
        assert person.faults == []
    assert Event.objects.filter(verb="use recovery code").count() == 2
