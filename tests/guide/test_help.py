"""Every page of the portal links to the part of the guide that explains it, for everybody who may open it."""

import pytest
from django.test import RequestFactory
from django.urls import resolve, reverse

from portal.accounts.roles import Role
from portal.guide.contents import CANDIDATE, EXAMS_OFFICER, GUIDES, MODERATOR, TUTOR
from portal.guide.help import NO_PART, PAGES, guides_of, page_help, part_for
from tests.access.test_matrix import ACCESS, named_pages
from tests.factories import accounts, candidates, catalogue, centres, moderation

GUIDES_OF = {  # as `guides_of` finds them for the people of the matrix
    "anonymous": list(GUIDES),
    "our_exams_officer": [EXAMS_OFFICER, TUTOR],
    "our_head": [EXAMS_OFFICER, TUTOR],
    "our_tutor": [TUTOR, EXAMS_OFFICER],
    "our_candidate": [CANDIDATE],
    "our_moderator": [MODERATOR],
}


def test_every_page_is_explained_or_listed_as_needing_no_explanation():
    assert named_pages() == set(PAGES) | NO_PART
    assert set(PAGES) & NO_PART == set()


@pytest.mark.parametrize("person", GUIDES_OF)
def test_who_may_open_a_page_has_a_part_that_explains_it(person):
    opens = {
        name
        for name, (method, answers) in ACCESS.items()
        if method == "get"
        and answers[person] == 200
        and (person == "anonymous" or answers["anonymous"] != 200)
    }
    assert {name for name in opens - NO_PART if part_for(name, GUIDES_OF[person]) is None} == set()


def test_every_part_named_for_a_page_exists():
    named = {(guide, part) for parts in PAGES.values() for guide, part in parts.items()}
    assert {(guide, part) for guide, part in named if GUIDES[guide].part(part) is None} == set()


@pytest.mark.django_db
def test_guides_of_each_person():
    centre = centres.centre()
    qualification = catalogue.unit().qualification
    people = {
        "our_exams_officer": centres.person(centre),
        "our_tutor": centres.person(centre, Role.TUTOR),
        "our_head": centres.person(centre, Role.HEAD_OF_CENTRE),
        "our_candidate": candidates.candidate(centre).user,
        "our_moderator": moderation.moderator(centre, qualification).user,
    }
    at_centre = {"our_exams_officer", "our_tutor", "our_head"}
    found = {
        person: guides_of(user, centre if person in at_centre else None) for person, user in people.items()
    }
    assert found == {person: GUIDES_OF[person] for person in people}
    assert guides_of(centres.person(centre, Role.STANDARDISER), centre) == [TUTOR, EXAMS_OFFICER]
    assert guides_of(accounts.staff(), None) == []


def helped(path: str, user, centre=None) -> dict:
    request = RequestFactory().get(path)
    request.user, request.resolver_match = user, resolve(path.partition("?")[0])
    return page_help(request, centre)


@pytest.mark.django_db
def test_link_leads_to_the_part_and_knows_the_way_back():
    centre = centres.centre()
    path = reverse("people", args=[centre.number])
    assert helped(f"{path}?page=2", centres.person(centre), centre) == {
        "url": f"/guide/exams-officer/people/?from=%2Fcentres%2F{centre.number}%2Fpeople%2F%3Fpage%3D2",
        "label": "Help with this page",
    }


@pytest.mark.django_db
def test_page_that_needs_no_explanation_leads_to_the_own_guide():
    tutor = centres.person(centres.centre(), Role.TUTOR)
    centre = tutor.memberships.get().centre
    assert helped("/questions/", tutor, centre) == {"url": "/guide/tutor/", "label": "Help"}
    assert helped("/questions/", accounts.staff()) == {"url": "/guide/", "label": "Help"}


@pytest.mark.django_db
def test_address_with_a_secret_is_passed_on_to_no_page(client):
    answer = client.get("/reset-password/1/no-such-key/")
    assert 'href="/guide/tutor/signing-in/"' in answer.content.decode()
    assert "no-such-key" not in answer.content.decode().partition("<main")[0]


@pytest.mark.django_db
def test_help_stands_at_the_same_place_on_every_page(client):
    """The last link in the header before signing in or out (WCAG 3.2.6)."""
    for path in ("/", "/sign-in/", "/sign-in/candidate/", "/questions/", "/guide/", "/guide/tutor/marking/"):
        links = client.get(path).content.decode().partition('<ul class="who__links">')[2]
        assert links.split("<li>")[1].startswith('<a href="/guide/'), path


@pytest.mark.django_db
def test_first_page_belongs_to_no_role(client):
    assert '<a href="/guide/">Help</a>' in client.get("/").content.decode()
