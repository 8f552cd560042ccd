"""Joining a centre: the same answer for every address, nothing granted or disclosed before its owner accepts."""

import re
from uuid import uuid4

import pytest
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centres import actions
from centres.models import Centre, Membership, RoleOffer
from moderation.models import Allocation, Claim
from portal.accounts.models import User
from portal.accounts.roles import Permission, Role
from portal.kit import outbox
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from tests.factories import accounts, catalogue, centres, moderation
from tests.factories.second_step import app_of
from tests.moderation.test_racing import at_once

from .test_people import office, roles_of, words  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
Officer, Head, Tutor, Standardiser, *_ = Role
ADDRESS = "pat@example.org"
NEW = dict.fromkeys(["password1", "password2"], "purple bicycle rain")


def nobody():
    """Nobody has the address."""


def known():
    return centres.person(centres.centre(), name="Real Name", email=ADDRESS)


def of_no_centre():
    return accounts.adult(name="Real Name", email=ADDRESS)


def moderator():
    made = moderation.moderator(centres.centre(), catalogue.qualification()).user
    User.objects.filter(pk=made.pk).update(email=ADDRESS, sign_in_name=ADDRESS, name="Real Name")
    return made


def staff():
    return accounts.staff(name="Real Name", email=ADDRESS)


def closed():
    return accounts.adult(name="Real Name", email=ADDRESS, is_active=False)


def never_chose_a_password():
    return accounts.adult(name="Real Name", email=ADDRESS, password=None)


EVERYBODY = [nobody, known, of_no_centre, moderator, staff, closed, never_chose_a_password]


def invite(client, centre, roles=(Tutor,), email=ADDRESS):
    typed = {"name": "Pat Typed", "email": email, "roles": list(roles), "once": uuid4().hex}
    return client.post(reverse("person-add", args=[centre.number]), typed, follow=True)


def letter() -> mail.EmailMessage:
    outbox.work_all()
    return next(message for message in mail.outbox if message.to == [ADDRESS])


def link() -> str:
    return re.search(r"http://testserver(/invitation/\S+)", letter().body).group(1)


def without_numbers(page: str) -> str:
    """The page without what differs from one request to the next, whoever is invited."""
    page = re.sub(r'value="(?:[0-9A-Za-z]{64}|[0-9a-f]{32})"', "", page)
    return re.sub(r"/invited/\d+/|\d\d:\d\d|Harbour College|centres(/|%2F)\d+", "", page)


def test_centre_gets_the_same_pages_whoever_has_the_address(office):  # noqa: F811
    client, _, officer = office
    pages = set()
    for number, make in enumerate(EVERYBODY):
        User.objects.filter(email=ADDRESS).update(
            email=f"{number}@old.example", sign_in_name=f"{number}@old.example"
        )
        user = make()
        if user:
            app_of(user)
            User.objects.filter(pk=user.pk).update(last_login=timezone.now())
        centre = centres.centre(name="Harbour College")
        officer.memberships.create(centre=centre, role=Officer)
        page = words(invite(client, centre))
        assert "Invitation sent." in page and "Pat Typed" in page
        assert "Real Name" not in page
        assert not Membership.objects.filter(user=user, centre=centre).exists()
        pages.add(without_numbers(page))
    assert len(pages) == 1


def test_new_person_chooses_a_password_and_has_all_the_roles(office):  # noqa: F811
    client, centre, officer = office
    invite(client, centre, [Tutor, Standardiser], email="Pat@Example.org")
    path = link()
    assert not User.objects.filter(email=ADDRESS).exists()
    visitor = Client()
    page = visitor.get(path, follow=True)
    assert page.request["PATH_INFO"].endswith("/opened/")
    assert "Harbour College" in words(page) and "Tutor, Lead for internal standardisation" in words(page)
    assert visitor.post(page.request["PATH_INFO"], NEW).url == reverse("home")
    user = User.objects.get(email=ADDRESS)
    assert get_user(visitor) == user and user.name == "Pat Typed"
    assert roles_of(user, centre) == {"tutor", "standardiser"}
    events = Event.objects.order_by("pk").values_list("verb", "by", "after")
    assert list(events) == [
        ("offer roles", officer.pk, "Tutor, Lead for internal standardisation"),
        ("accept invitation", user.pk, ""),
        ("accept roles", user.pk, "Tutor, Lead for internal standardisation"),
        ("give role", user.pk, "tutor"),
        ("give role", user.pk, "standardiser"),
    ]
    assert Client().get(path).status_code == visitor.get(path).status_code == 410


def test_person_with_an_account_signs_in_and_accepts(office):  # noqa: F811
    client, centre, _ = office
    user = known()
    invite(client, centre)
    visitor = Client()
    page = visitor.get(link(), follow=True)
    assert page.request["PATH_INFO"] == reverse("sign-in")
    back = visitor.post(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {
        "login": ADDRESS, "password": accounts.PASSWORD,
    }).url  # fmt: skip
    assert "Nothing changes until you accept" in words(visitor.get(back))
    assert roles_of(user, centre) == set()
    assert "You can now work at Harbour College." in words(visitor.post(back, {"accept": "1"}, follow=True))
    assert roles_of(user, centre) == {"tutor"}
    user.refresh_from_db()
    assert user.name == "Real Name" and user.check_password(accounts.PASSWORD)


def test_person_with_an_account_declines(office):  # noqa: F811
    client, centre, _ = office
    user = known()
    invite(client, centre)
    visitor = Client()
    visitor.force_login(user)
    page = visitor.get(link(), follow=True)
    assert "You have declined" in words(
        visitor.post(page.request["PATH_INFO"], {"decline": "1"}, follow=True)
    )
    assert roles_of(user, centre) == set()
    assert not RoleOffer.objects.waiting().exists()


def test_somebody_else_cannot_accept(office):  # noqa: F811
    client, centre, officer = office
    known()
    invite(client, centre)
    page = client.get(link(), follow=True)
    assert f"It was sent to {ADDRESS}" in words(page)
    client.post(page.request["PATH_INFO"], {"accept": "1"})
    assert roles_of(officer, centre) == {"exams_officer"}
    with pytest.raises(TransitionRefused, match="was sent to"):
        actions.accept_offer(RoleOffer.objects.get(), officer)


@pytest.mark.parametrize(
    ("make", "who"), [(moderator, "a moderator"), (staff, "a member of staff")], ids=["moderator", "staff"]
)
def test_moderator_or_staff_cannot_accept_and_the_awarding_body_is_told(office, make, who):  # noqa: F811
    client, centre, _ = office
    boss = accounts.staff(email="boss@example.org")
    user = make()
    invite(client, centre)
    words_of_letter = letter().body
    assert "cannot be used at a centre" in words_of_letter and "/invitation/" not in words_of_letter
    told = next(message for message in mail.outbox if message.to == ["boss@example.org"])
    assert f"This is the address of {who}: Real Name." in told.body
    offer = RoleOffer.objects.get()
    visitor = Client()
    visitor.force_login(user)
    page = visitor.get(reverse("role-offer", args=[offer.pk, offer.token]), follow=True)
    assert "You cannot accept this invitation" in words(page)
    visitor.post(page.request["PATH_INFO"], {"accept": "1"})
    with pytest.raises(TransitionRefused, match="cannot be used at a centre"):
        actions.accept_offer(offer, user)
    assert not Membership.objects.filter(user=user, centre=centre).exists()
    visitor.force_login(boss)
    assert ADDRESS in words(
        visitor.get(reverse("admin:centres_roleoffer_changelist"), {"is_barred__exact": 1})
    )
    assert "Moderators or staff invited to a centre" in words(visitor.get(reverse("home")))


def test_allocated_moderator_who_is_invited_keeps_the_claims(office):  # noqa: F811
    client, centre, _ = office
    claim = moderation.claim_in_moderation(1, at=centre)
    invite(client, centre, email=claim.in_moderation_by.email)
    assert list(Claim.objects.moderated_by(claim.in_moderation_by)) == [claim]


def test_closed_account_is_told_to_ask(office):  # noqa: F811
    client, centre, _ = office
    closed()
    invite(client, centre)
    assert "is closed. Ask the awarding body" in letter().body


# --- again, withdrawn, expired, too many --------------------------------------------------


def test_new_link_ends_the_old_one_and_taking_back_ends_both(office):  # noqa: F811
    client, centre, _ = office
    invite(client, centre)
    first = link()
    offer = RoleOffer.objects.get()
    answer = client.post(reverse("role-offer-again", args=[centre.number, offer.pk]), follow=True)
    assert "New invitation sent." in words(answer)
    mail.outbox.clear()
    second = link()
    assert [Client().get(path).status_code for path in (first, second)] == [410, 302]
    answer = client.post(reverse("role-offer-end", args=[centre.number, offer.pk]), follow=True)
    assert "Invitation withdrawn." in words(answer) and "Pat Typed" not in words(answer)
    assert Client().get(second).status_code == 410
    answer = client.post(
        reverse("role-offer-again", args=[centre.number, offer.pk]), {"once": "b"}, follow=True
    )
    assert "accepted, declined, replaced or withdrawn" in words(answer)


def test_expired_link_is_over_and_listed(office):  # noqa: F811
    client, centre, _ = office
    invite(client, centre)
    path = link()
    RoleOffer.objects.update(expires_at=timezone.now())
    assert Client().get(path).status_code == 410
    assert "Expired" in words(client.get(reverse("people", args=[centre.number])))


def test_same_invitation_again_is_one_and_other_roles_replace_it(office):  # noqa: F811
    client, centre, _ = office
    assert "Invitation sent." in words(invite(client, centre, [Tutor, Standardiser]))
    for roles in ([Tutor, Standardiser], [Standardiser, Tutor]):
        page = words(invite(client, centre, roles))
        assert "Invitation sent." not in page
        assert (
            "Pat Typed has already been invited. To send the link again, choose “Send again” beside the name."
            in page
        )
    assert Event.objects.filter(verb="offer roles").count() == 1
    invite(client, centre, [Head])
    assert [offer.roles for offer in RoleOffer.objects.waiting()] == [["head_of_centre"]]
    replaced = RoleOffer.objects.exclude(ended_at=None).get()
    verbs = [event.verb for event in Event.objects.about(replaced).order_by("pk")]
    assert (replaced.roles, verbs) == (["tutor", "standardiser"], ["offer roles", "replace roles"])


def test_one_address_is_not_flooded(office):  # noqa: F811
    client, centre, officer = office
    offer = centres.offer(centre, by=officer)
    for _ in range(2):
        actions.send_offer_again(offer, by=officer)
    for _ in range(2):  # nor by withdrawing and inviting again
        with pytest.raises(TransitionRefused, match="3 e-mails went to"):
            actions.send_offer_again(offer, by=officer)
    actions.take_back_offer(offer, by=officer)
    assert "3 e-mails went to" in words(invite(client, centre, email=offer.email))


def test_a_centre_invites_so_many_a_day(office, monkeypatch):  # noqa: F811
    client, centre, _ = office
    monkeypatch.setattr("centres.actions.offers.OFFERS_A_DAY", 2)
    pages = [words(invite(client, centre, email=f"{number}@example.org")) for number in range(3)]
    assert ["Invitation sent." in page for page in pages] == [True, True, False]
    assert "has invited 2 people today" in pages[2] and "2@example.org" in pages[2]


def test_nobody_is_invited_without_a_role(office):  # noqa: F811
    client, centre, _ = office
    assert "Select at least one role" in words(invite(client, centre, []))
    assert not RoleOffer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_person_who_follows_two_links_at_once_is_one_person():
    offers = [centres.offer(centres.centre(), email=ADDRESS) for _ in range(2)]
    outcomes = at_once(
        *(lambda offer=offer: actions.join_by_offer(offer, "purple bicycle rain") for offer in offers)
    )
    assert sorted(outcomes) == ["TransitionRefused", "won"]
    assert User.objects.filter(email=ADDRESS).count() == Membership.objects.count() == 1


# --- allocations that a membership voids --------------------------------------------------


def test_moderator_who_works_at_the_centre_is_listed_for_staff(client):
    centre, qualification = centres.centre(), catalogue.qualification()
    works_there = moderation.moderator(centre, qualification)
    moderation.moderator(centres.centre(), qualification)
    assert list(Allocation.objects.without_effect()) == []
    works_there.user.memberships.create(centre=centre, role=Tutor)
    assert list(Allocation.objects.without_effect()) == [works_there.allocations.get()]
    client.force_login(accounts.staff())
    assert "Allocations without effect" in words(client.get(reverse("home")))
    page = client.get(reverse("admin:moderation_allocation_changelist"), {"effect": "none"})
    assert list(page.context["cl"].queryset) == [works_there.allocations.get()]


def test_moderator_is_not_allocated_to_where_they_work():
    from moderation.rules import why_not_allocatable

    centre = centres.centre()
    somebody = moderation.moderator()
    somebody.user.memberships.create(centre=centre, role=Tutor)
    assert (
        why_not_allocatable(somebody, centre, catalogue.qualification()) == f"{somebody} works at {centre}."
    )


def test_invited_for_claims_may_make_claims_and_nothing_that_costs_or_lets_people_in():
    place = centres.centre()
    person = actions.join_by_offer(centres.offer(place, Role.CLAIMS), "three words together")

    def may(permission: Permission) -> bool:
        return Centre.objects.where(person, may=permission).filter(pk=place.pk).exists()

    assert {permission for permission in Permission if may(permission)} == {
        Permission.SEE_CENTRE,
        Permission.SEE_CANDIDATES,
        Permission.SEE_CLAIMS,
        Permission.BUILD_CLAIM,
        Permission.SUBMIT_CLAIM,
    }
