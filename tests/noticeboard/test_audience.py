"""Who a notice is for, in both directions."""

from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser

from centres import actions as centre_actions
from portal.accounts.roles import Role
from portal.noticeboard.models import Audience, NewsItem
from portal.noticeboard.querysets import people_of
from tests.factories import accounts, candidates, catalogue, centres, moderation, noticeboard

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """One centre approved for `two`, one for `three`; people of every kind at or for each."""
    two, three = catalogue.qualification(), catalogue.qualification()
    people = {}
    for name, qualification in (("two", two), ("three", three)):
        centre = centres.centre()
        centres.approval(centre, qualification)
        people |= {
            f"officer_{name}": centres.person(centre),
            f"tutor_{name}": centres.person(centre, Role.TUTOR),
            f"head_{name}": centres.person(centre, Role.HEAD_OF_CENTRE),
            f"candidate_{name}": candidates.candidate(centre).user,
            f"moderator_{name}": moderation.moderator(centre, qualification).user,
        }
        if name == "two":
            people["officer_two_tutor_three"] = centres.person(centre)
        else:
            people["officer_two_tutor_three"].memberships.create(centre=centre, role=Role.TUTOR)
    people["nobody"] = accounts.adult()
    return people, two, three


def addressed(people, audience, *qualifications) -> set[str]:
    found = set(people_of(audience, list(qualifications)))
    return {name for name, person in people.items() if person in found}


def test_exams_officers_of_one_qualification(world):
    people, two, _ = world
    assert addressed(people, Audience.EXAMS_OFFICERS, two) == {"officer_two", "officer_two_tutor_three"}


def test_role_at_one_centre_is_not_mixed_with_approval_of_another(world):
    people, _, three = world
    assert addressed(people, Audience.EXAMS_OFFICERS, three) == {"officer_three"}
    assert addressed(people, Audience.TUTORS, three) == {"tutor_three", "officer_two_tutor_three"}


def test_public_news_about_a_qualification_is_sent_to_those_concerned(world):
    people, two, _ = world
    concerned = {"officer_two", "tutor_two", "head_two", "candidate_two", "moderator_two"}
    assert addressed(people, Audience.EVERYBODY, two) == concerned | {"officer_two_tutor_three"}
    assert addressed(people, Audience.EVERYBODY) == set(people)


def test_who_is_told_is_who_may_read(world):
    """Both directions agree, for every kind of person, audience and qualification."""
    people, two, three = world
    choices = ([], [two], [three], [two, three])
    for audience, qualifications in product(Audience.values, choices):
        item = noticeboard.news_item(*qualifications, audience=audience)
        readers = {
            name
            for name, person in people.items()
            if NewsItem.objects.visible_to(person).filter(pk=item.pk).exists()
        }
        if audience == Audience.EVERYBODY:
            assert readers == set(people)
        else:
            assert readers == addressed(people, audience, *qualifications), (audience, qualifications)


def test_withdrawn_approval_and_ended_membership_narrow(world):
    people, two, _ = world
    membership = people["tutor_two"].memberships.get()
    membership.centre.approvals.get().move("withdraw", by=accounts.staff(), why="Inactive")
    assert addressed(people, Audience.TUTORS, two) == set()
    centre_actions.end_membership(membership, by=people["officer_two"])
    assert "tutor_two" not in addressed(people, Audience.TUTORS)


def test_only_public_news_for_a_stranger():
    public = noticeboard.news_item()
    noticeboard.news_item(audience=Audience.TUTORS)
    assert list(NewsItem.objects.visible_to(AnonymousUser())) == [public]


def test_inactive_person_is_not_addressed(world):
    people, *_ = world
    people["nobody"].is_active = False
    people["nobody"].save()
    assert "nobody" not in addressed(people, Audience.EVERYBODY)
