"""Groups, their members, and their sign-in slips."""

from string import ascii_uppercase

import pytest
from django.urls import reverse
from django.utils import timezone

from candidates import actions
from candidates.models import Group
from portal.accounts.models import SignInCode, User
from portal.accounts.roles import Role
from portal.kit.models import Event
from tests.factories import accounts, candidates, centres
from tests.pages import html_of

pytestmark = pytest.mark.django_db


def page_of(client, name, *args, **asked) -> str:
    answer = client.get(reverse(name, args=args), asked)
    assert answer.status_code == 200
    return html_of(answer)


def numbers_in(group) -> list[str]:
    return sorted(group.candidates.values_list("number", flat=True))


# --- groups -------------------------------------------------------------------------------


def test_group_is_made_and_renamed(office):
    client, centre = office
    answer = client.post(reverse("group-add", args=[centre.number]), {"name": " 10B   iMedia "})
    group = Group.objects.get()
    assert (group.name, answer.url) == ("10B iMedia", group.get_absolute_url())
    client.post(reverse("group-edit", args=[centre.number, group.pk]), {"name": "11B iMedia"})
    group.refresh_from_db()
    assert group.name == "11B iMedia"
    assert list(Event.objects.about(group).values_list("verb", flat=True)) == ["create group", "rename group"]


def test_name_of_a_group_is_used_once_at_a_centre(office):
    client, centre = office
    candidates.group(centre, name="10B")
    candidates.group(centres.centre(), name="11B")
    url = reverse("group-add", args=[centre.number])
    assert "Your centre already has a group with this name." in html_of(client.post(url, {"name": "10B"}))
    assert client.post(url, {"name": "11B"}).status_code == 302


def test_list_counts_members_and_who_never_signed_in(office):
    client, centre = office
    first, second = candidates.candidate(centre), candidates.candidate(centre)
    User.objects.filter(pk=first.user_id).update(last_login=timezone.now())
    candidates.group(centre, first, second, name="10B")
    candidates.group(centre, name="11B")
    candidates.candidate(centre)
    answer = client.get(reverse("groups", args=[centre.number]))
    assert [(group.size, group.waiting) for group in answer.context["page"]] == [(2, 1), (0, 0)]
    assert "1 candidate is not in a group." in html_of(answer)


def test_list_of_groups_takes_the_same_queries_for_one_and_for_three(office, queries_of):
    client, centre = office
    url = reverse("groups", args=[centre.number])
    candidates.group(centre, candidates.candidate(centre))
    client.get(url)
    before = queries_of(lambda: client.get(url))
    for _ in range(2):
        candidates.group(centre, candidates.candidate(centre))
    assert queries_of(lambda: client.get(url)) == before


def test_list_of_groups_has_pages_of_25(office):
    client, centre = office
    Group.objects.bulk_create(Group(centre=centre, name=f"10{letter}") for letter in ascii_uppercase)
    assert "Showing 1 to 25 of 26" in html_of(client.get(reverse("groups", args=[centre.number])))


def test_group_takes_the_same_queries_for_one_and_for_three(office, queries_of):
    client, centre = office
    group = candidates.group(centre, candidates.candidate(centre))
    candidates.candidate(centre)  # in no group, so offered
    client.get(group.get_absolute_url())
    before = queries_of(lambda: client.get(group.get_absolute_url()))
    for _ in range(2):
        group.candidates.add(candidates.candidate(centre))
        candidates.candidate(centre)
    assert queries_of(lambda: client.get(group.get_absolute_url())) == before


def test_ticked_candidates_are_added_and_taken_out(office):
    client, centre = office
    one, two, three = (candidates.candidate(centre, number=number) for number in ("0001", "0002", "0003"))
    group = candidates.group(centre, one)
    url = group.get_absolute_url()
    page = html_of(client.post(url, {"do": "add", "candidates": [two.pk, three.pk]}, follow=True))
    assert "2 candidates were added to" in page
    assert numbers_in(group) == ["0001", "0002", "0003"]
    client.post(url, {"do": "remove", "candidates": [one.pk]})
    assert numbers_in(group) == ["0002", "0003"]
    assert list(Event.objects.about(group).values_list("before", "after")) == [("1", "3"), ("3", "2")]


def test_candidates_to_add_are_found_or_else_those_in_no_group(office):
    client, centre = office
    member = candidates.candidate(centre, first_names="Megan", last_name="Member")
    candidates.candidate(centre, first_names="Megan", last_name="Alone")
    candidates.group(
        centre, candidates.candidate(centre, first_names="Megan", last_name="Elsewhere"), name="Other"
    )
    group = candidates.group(centre, member)
    found = client.get(group.get_absolute_url()).context["found"]
    assert [candidate.last_name for candidate in found] == ["Alone"]
    answer = client.get(group.get_absolute_url(), {"find": "meg"})
    assert [candidate.last_name for candidate in answer.context["found"]] == ["Alone", "Elsewhere"]
    assert "Nobody else was found" in html_of(client.get(group.get_absolute_url(), {"find": "zzz"}))


def test_nobody_of_another_centre_is_added(office):
    client, centre = office
    group, theirs = candidates.group(centre), candidates.candidate()
    page = client.post(group.get_absolute_url(), {"do": "add", "candidates": [theirs.pk]}, follow=True)
    assert "Choose from the list" in html_of(page)
    assert group.candidates.count() == 0


def test_nothing_ticked_is_said(office):
    client, centre = office
    group = candidates.group(centre)
    page = html_of(client.post(group.get_absolute_url(), {"do": "add"}, follow=True))
    assert "Select at least one candidate" in page


def test_tutor_sees_groups_and_issues_codes_but_changes_no_members(client):
    centre = centres.centre()
    candidate = candidates.candidate(centre)
    group = candidates.group(centre, candidate)
    client.force_login(centres.person(centre, Role.TUTOR))
    page = page_of(client, "group", centre.number, group.pk)
    assert "Sign-in slips" in page and "Remove selected" not in page and "Add candidates" not in page
    assert (
        client.post(group.get_absolute_url(), {"do": "remove", "candidates": [candidate.pk]}).status_code
        == 403
    )
    assert client.post(reverse("slips-issue", args=[centre.number, group.pk])).status_code == 302
    assert SignInCode.objects.count() == 1


def test_groups_of_another_centre_are_not_found(office):
    client, centre = office
    theirs = candidates.group(centres.centre())
    assert client.get(theirs.get_absolute_url()).status_code == 404
    assert client.get(reverse("group", args=[centre.number, theirs.pk])).status_code == 404
    assert client.post(reverse("slips-issue", args=[theirs.centre.number, theirs.pk])).status_code == 404


# --- slips --------------------------------------------------------------------------------


def test_slips_are_for_those_without_a_password(office, settings):
    client, centre = office
    waiting = candidates.candidate(
        centre, number="0012", first_names="Megan", last_name="Evans", known_as="Meg"
    )
    ready = candidates.candidate(centre, first_names="Ready", password=accounts.PASSWORD)
    group = candidates.group(centre, waiting, ready)
    url = reverse("slips", args=[centre.number, group.pk])
    assert "Issue codes for 1 candidate" in html_of(client.get(url))

    page = html_of(client.post(reverse("slips-issue", args=[centre.number, group.pk]), follow=True))

    code = SignInCode.objects.get()
    assert code.user == waiting.user
    for words in ("Meg Evans", "0012", centre.number, code.code, "testserver/sign-in/candidate/"):
        assert words in page
    assert "Megan Evans" not in page and "Ready" not in page
    ready.user.refresh_from_db()
    assert ready.user.check_password(accounts.PASSWORD)


def test_slips_show_only_codes_that_work(office):
    client, centre = office
    open_one, expired, never = (candidates.candidate(centre) for _ in range(3))
    group = candidates.group(centre, open_one, expired, never)
    actions.issue_slips([open_one, expired], by=accounts.adult())
    SignInCode.objects.filter(user=expired.user).update(expires_at=timezone.now())
    answer = client.get(reverse("slips", args=[centre.number, group.pk]))
    assert answer.context["candidates"] == [open_one]
    page = html_of(answer)
    assert "Issue new codes for all 3" in page and "Issue codes for 2 candidates" in page


def test_codes_issued_again_replace_the_earlier_ones(office):
    client, centre = office
    candidate = candidates.candidate(centre)
    group = candidates.group(centre, candidate)
    for _ in range(2):
        client.post(reverse("slips-issue", args=[centre.number, group.pk]))
    old, new = SignInCode.objects.order_by("pk")
    assert (old.is_open, new.is_open) == (False, True)
    page = page_of(client, "slips", centre.number, group.pk)
    assert new.code in page and old.code not in page


def test_printing_slips_again_shows_the_same_codes(office):
    client, centre = office
    candidate = candidates.candidate(centre)
    actions.issue_slips([candidate], by=accounts.adult())
    url = reverse("candidate-slip", args=[centre.number, candidate.number])
    code = SignInCode.objects.get().code
    assert code in html_of(client.get(url))
    assert code in html_of(client.get(url))


def test_group_where_everybody_has_a_password_needs_no_slips(office):
    client, centre = office
    group = candidates.group(centre, candidates.candidate(centre, password=accounts.PASSWORD))
    assert "Nobody needs a slip." in page_of(client, "slips", centre.number, group.pk)
    page = html_of(client.post(reverse("slips-issue", args=[centre.number, group.pk]), follow=True))
    assert "Nobody here needs a code." in page
    assert not SignInCode.objects.exists()


def test_slips_take_the_same_queries_for_one_and_for_three(office, queries_of):
    client, centre = office
    group = candidates.group(centre, candidates.candidate(centre))
    actions.issue_slips(group.candidates.all(), by=accounts.adult())
    url = reverse("slips", args=[centre.number, group.pk])
    client.get(url)
    before = queries_of(lambda: client.get(url))
    group.candidates.add(*(candidates.candidate(centre) for _ in range(2)))
    actions.issue_slips(group.candidates.all(), by=accounts.adult())
    assert queries_of(lambda: client.get(url)) == before


def test_forgotten_password_is_reset_by_a_new_code_and_ends_the_session(office):
    client, centre = office
    candidate = candidates.candidate(centre, password=accounts.PASSWORD)
    theirs = type(client)()
    theirs.force_login(candidate.user)
    answer = client.post(reverse("candidate-code", args=[centre.number, candidate.number]))
    assert answer.url == reverse("candidate-slip", args=[centre.number, candidate.number])
    candidate.user.refresh_from_db()
    assert not candidate.user.has_usable_password()
    assert SignInCode.objects.get().code in html_of(client.get(answer.url))
    assert theirs.get(reverse("account-home")).status_code == 302


def test_codes_need_the_permission_to_issue_them(client):
    candidate = candidates.candidate()
    actions.issue_slips([candidate], by=accounts.adult())
    centre = candidate.centre
    client.force_login(centres.person(centre, Role.STANDARDISER))
    args = [centre.number, candidate.number]
    assert client.get(reverse("candidate", args=args)).status_code == 200
    assert client.get(reverse("candidate-slip", args=args)).status_code == 403
    assert client.post(reverse("candidate-code", args=args)).status_code == 403
    assert SignInCode.objects.get().code not in html_of(client.get(reverse("candidate", args=args)))
    assert SignInCode.objects.get().is_open
