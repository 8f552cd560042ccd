"""People of a centre: who may do what, by page and by action; resets; more than one centre; two at once."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from centres import actions
from portal.accounts.models import User
from portal.accounts.roles import PERMISSIONS, Permission, Role
from portal.accounts.second_step import factors
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from tests.factories import accounts, catalogue, centres, moderation
from tests.factories.second_step import app_of
from tests.moderation.test_racing import at_once
from tests.pages import html_of

pytestmark = pytest.mark.django_db
Officer, Head, Tutor, Standardiser, _Claims = Role


@pytest.fixture
def office(client):
    """(client, centre, its exams officer, who is signed in)."""
    centre = centres.centre(name="Harbour College")
    officer = centres.person(centre, name="Olive Officer")
    client.force_login(officer)
    return client, centre, officer


def roles_of(user, centre):
    return set(centre.memberships.active().filter(user=user).values_list("role", flat=True))


def table_of(answer) -> str:
    """The text of the rows in the list."""
    return words(answer).partition("<tbody>")[2]


def words(answer) -> str:
    return html_of(answer)


# --- the page of all ----------------------------------------------------------------------


def test_page_says_who_may_do_what_and_how_far_everybody_has_got(office):
    client, centre, officer = office
    never, closed = centres.person(centre, Head, name="Nora Never"), centres.person(centre, name="Cal Closed")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    app_of(never)
    answer = client.get(reverse("people", args=[centre.number]))
    for person, way_in in {
        officer: "Has signed in",
        never: "Never signed in",
        closed: "Account closed",
    }.items():
        row = table_of(answer).partition(f">{person.name}</a>")[2].partition("</tr>")[0]
        assert way_in in row, person
        assert row.count("<strong>Yes</strong>") == 1
        assert ("No two-step verification" in row) == (person != never)
    page = words(answer)
    for permission in PERMISSIONS[Tutor]:
        assert escape(permission.label) in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"find": "TOM"}, {"Tom Tutor"}),
        ({"role": "tutor"}, {"Tom Tutor", "Tia Two"}),
        ({"role": "head_of_centre"}, {"Tia Two"}),
        ({"way_in": "active"}, {"Olive Officer"}),
        ({"find": "nobody"}, set()),
    ],
)
def test_list_can_be_filtered(office, asked, found):
    client, centre, _ = office
    centres.person(centre, Tutor, name="Tom Tutor")
    two = centres.person(centre, Tutor, name="Tia Two")
    two.memberships.create(centre=centre, role=Head)
    centres.person(centres.centre(), Tutor, name="Tom Elsewhere")
    answer = client.get(reverse("people", args=[centre.number]), asked)
    names = {"Olive Officer", "Tom Tutor", "Tia Two", "Tom Elsewhere"}
    assert {name for name in names if f">{name}</a>" in table_of(answer)} == found
    assert ("No people match" in words(answer)) == (not found)


# --- changing and ending ------------------------------------------------------------------


def test_roles_are_changed_by_ticking_and_hold_from_the_next_request(office):
    client, centre, officer = office
    tutor = centres.person(centre, Tutor)
    url = reverse("person", args=[centre.number, tutor.pk])
    page = words(client.get(url))
    assert Permission.MARK_WORK.label in page and 'value="tutor" ' in page
    client.post(url, {"roles": [Head, Standardiser]})
    assert roles_of(tutor, centre) == {"head_of_centre", "standardiser"}
    events = Event.objects.filter(by=officer).order_by("pk").values_list("verb", "before", "after")
    assert list(events) == [
        ("give role", "", "head_of_centre"), ("give role", "", "standardiser"), ("end role", "tutor", ""),
    ]  # fmt: skip
    assert "Ended role: tutor" in words(client.get(url))


def test_taking_all_roles_away_is_not_a_change(office):
    client, centre, _ = office
    tutor = centres.person(centre, Tutor)
    assert "Select at least one role" in words(client.post(reverse("person", args=[centre.number, tutor.pk])))
    assert roles_of(tutor, centre) == {"tutor"}


def test_last_exams_officer_stays_and_a_closed_account_does_not_count(office):
    client, centre, officer = office
    centres.person(centre)
    User.objects.exclude(pk=officer.pk).update(is_active=False)
    answer = client.post(reverse("person", args=[centre.number, officer.pk]), {"roles": [Tutor]})
    assert "A centre needs an exams officer" in words(answer)
    client.post(reverse("person-end", args=[centre.number, officer.pk]))
    assert roles_of(officer, centre) == {"exams_officer"}


@pytest.mark.django_db(transaction=True)
def test_two_exams_officers_who_end_each_other_leave_one():
    centre = centres.centre()
    one, two = centres.person(centre), centres.person(centre)
    outcome = at_once(
        lambda: actions.end_access(centre, one, by=two), lambda: actions.end_access(centre, two, by=one)
    )
    assert sorted(outcome) == ["TransitionRefused", "won"]
    assert centre.memberships.active().count() == 1


def test_ended_access_is_gone_with_the_next_request(office, client):
    _, centre, officer = office
    tutor = centres.person(centre, Tutor)
    tutor.memberships.create(centre=centre, role=Standardiser)
    assert "lose all their roles at this centre" in words(
        client.get(reverse("person-end", args=[centre.number, tutor.pk]))
    )
    client.force_login(tutor)
    page = reverse("people", args=[centre.number])
    assert client.get(page).status_code == 200
    actions.end_access(centre, tutor, by=officer)
    assert client.get(page).status_code == 404
    assert "You have no role at a centre" in words(client.get(reverse("home")))


def test_whoever_ends_their_own_access_goes_home(office):
    client, centre, officer = office
    centres.person(centre)
    answer = client.post(reverse("person-end", args=[centre.number, officer.pk]))
    assert answer.url == reverse("home")


def test_history_tells_nothing_of_other_centres(office):
    client, centre, officer = office
    other = centres.centre()
    boss = centres.person(other, name="Boss Elsewhere")
    person = centres.person(centre, Tutor)
    person.memberships.create(centre=other, role=Tutor)
    actions.change_roles(other, person, [Head], by=boss)
    actions.change_roles(centre, person, [Head], by=officer)
    page = words(client.get(reverse("person", args=[centre.number, person.pk])))
    assert "Ended role: tutor" in page and "Olive Officer" in page
    assert "Boss Elsewhere" not in page


# --- a lost phone -------------------------------------------------------------------------


def test_exams_officer_resets_the_second_step_of_a_tutor(office):
    client, centre, officer = office
    tutor = centres.person(centre, Tutor)
    app_of(tutor)
    url = reverse("person-reset", args=[centre.number, tutor.pk])
    assert "ideally face to face" in words(client.get(url))
    assert "They will be asked to set it up again." in words(client.post(url, follow=True))
    assert not factors.has_factor(tutor)
    event = Event.objects.about(tutor).last()
    assert (event.verb, event.by, event.details) == ("reset second step", officer, {"centre": centre.number})


def tutor_elsewhere():
    return centres.person(centres.centre(), Tutor)


def moderator():
    return moderation.moderator(centres.centre(), catalogue.qualification()).user


@pytest.mark.parametrize("somebody", [tutor_elsewhere, accounts.staff, moderator])
def test_who_also_works_elsewhere_is_reset_by_the_awarding_body(office, somebody):
    client, centre, _ = office
    user = somebody()
    user.memberships.create(centre=centre, role=Tutor)
    app_of(user)
    answer = client.post(reverse("person-reset", args=[centre.number, user.pk]), follow=True)
    assert "Ask the awarding body" in words(answer)
    assert factors.has_factor(user)


def test_nobody_resets_their_own(office):
    _, centre, officer = office
    app_of(officer)
    with pytest.raises(TransitionRefused, match="your own"):
        actions.reset_second_step(centre, officer, by=officer)


# --- many centres -------------------------------------------------------------------------


def test_person_of_two_centres_switches_between_them(office):
    client, centre, officer = office
    other = centres.centre(name="Cwm Tawe")
    assert "Change centre" not in words(client.get(reverse("home")))
    officer.memberships.create(centre=other, role=Tutor)
    page = words(client.get(reverse("change-centre")))
    assert "Harbour College" in page and "Cwm Tawe" in page and "Tutor" in page

    for chosen, not_chosen in ((centre, other), (other, centre)):
        answer = client.post(reverse("change-centre"), {"number": chosen.number})
        assert answer.url == reverse("home")
        page = words(client.get(answer.url))
        assert f"at {chosen.name}" in page and "Change centre" in page
        assert chosen.name in page and not_chosen.name not in page
        assert f'href="{reverse("candidates", args=[chosen.number])}"' in page


@pytest.mark.parametrize("number", ["", "99999", "x"])
def test_nobody_switches_to_where_they_do_not_work(office, number):
    client, _, _ = office
    theirs = centres.centre()
    for each in (number, theirs.number):
        assert client.post(reverse("change-centre"), {"number": each}).status_code == 404


def test_person_page_costs_the_same_however_long_the_history(office, queries_of):
    client, centre, officer = office
    tutor = centres.person(centre, Tutor)
    url = reverse("person", args=[centre.number, tutor.pk])
    client.get(url)
    before = queries_of(lambda: client.get(url))
    for roles in ([Head], [Tutor], [Head], [Tutor]):
        actions.change_roles(centre, tutor, roles, by=officer)
    assert queries_of(lambda: client.get(url)) == before


def test_second_of_two_tabs_takes_no_role_away(office):
    client, centre, _ = office
    tutor = centres.person(centre, Tutor)
    url = reverse("person", args=[centre.number, tutor.pk])
    seen = client.get(url).context["form"]["seen"].value()
    client.post(url, {"roles": [Tutor, Head], "seen": seen})
    answer = client.post(url, {"roles": [Tutor, Standardiser], "seen": seen})
    assert answer.status_code == 200 and roles_of(tutor, centre) == {Tutor, Head}
    assert "This is what is saved now" in answer.content.decode()
    client.post(url, {"roles": [Tutor], "seen": seen})  # they changed nothing, so nothing is taken away
    assert roles_of(tutor, centre) == {Tutor, Head}
