"""Breadcrumbs: one way for every page, drawn by the layouts from the context's `breadcrumbs`."""

import pytest
from django.urls import reverse
from lxml import html

from moderation.models import Moderator
from portal.accounts.roles import Role
from tests.factories import accounts, candidates, catalogue, centres, moderation, noticeboard, portfolios

pytestmark = pytest.mark.django_db


def trail(client, url: str) -> list[tuple[str, str | None]]:
    page = html.fromstring(client.get(url).content.decode())
    assert page.xpath("//a[@class='back']") == []
    return [
        (" ".join(item.text_content().split()), next(iter(item.xpath("a/@href")), None))
        for item in page.xpath("//nav[@class='crumbs']//li")
    ]


@pytest.fixture
def officer(client):
    found = centres.person(centres.centre())
    client.force_login(found)
    return found


@pytest.fixture
def centre(officer):
    return officer.memberships.get().centre


def test_orders_are_below_entries(client, centre, officer):
    qualification = catalogue.qualification()
    centres.approval(centre, qualification)
    order = centres.order(centre, qualification, by=officer)
    above = [
        ("Entries", reverse("entries", args=[centre.number])),
        ("Orders", reverse("orders", args=[centre.number])),
    ]
    own = (f"Order {order}", order.get_absolute_url())
    assert trail(client, above[1][1]) == [above[0], ("Orders", None)]
    assert trail(client, own[1]) == [*above, (own[0], None)]
    for route, words in (
        ("order-submit", "Check and submit"),
        ("order-edit", "Change"),
        ("order-delete", "Delete"),
    ):
        assert trail(client, reverse(route, args=[centre.number, order.pk])) == [*above, own, (words, None)]
    new = reverse("order-new", args=[centre.number])
    assert trail(client, new) == [*above, ("Order unnamed entries", None)]


def test_people_and_the_centres_papers_are_below_the_centre(client, centre):
    tutor = centres.person(centre, Role.TUTOR, name="Tia Two")
    above = ("Centre", centre.get_absolute_url())
    people = ("People", reverse("people", args=[centre.number]))
    assert trail(client, people[1]) == [above, ("People", None)]
    person = reverse("person", args=[centre.number, tutor.pk])
    assert trail(client, person) == [above, people, ("Tia Two", None)]
    adding = reverse("person-add", args=[centre.number])
    assert trail(client, adding) == [above, people, ("Add a person", None)]
    pack = reverse("welcome-pack", args=[centre.number])
    assert trail(client, pack) == [above, ("Welcome pack", None)]


def test_parts_of_an_application_are_below_it(client, centre):
    application = centres.draft_application(centre=centre)
    above = ("Centre", centre.get_absolute_url())
    own = ("Application for approval", application.get_absolute_url())
    assert trail(client, own[1]) == [above, (own[0], None)]
    check = reverse("application-check", args=[application.pk])
    assert trail(client, check) == [above, own, ("Check your answers", None)]


def test_candidates_and_their_work_begin_with_the_entry_of_the_navigation(client, centre):
    work = portfolios.assignment(candidates.candidate(centre))
    one = work.candidate
    listed = ("Candidates", reverse("candidates", args=[centre.number]))
    assert trail(client, one.get_absolute_url()) == [listed, (str(one), None)]
    above = ("Candidates’ work", reverse("to-mark", args=[centre.number]))
    own = (f"{one.display_name}, {work.unit.code}", work.get_absolute_url())
    assert trail(client, own[1]) == [above, (own[0], None)]
    assert trail(client, reverse("work-messages", args=[work.pk])) == [above, own, ("Messages", None)]
    client.force_login(one.user)
    name = f"{work.unit.code} {work.unit.title}"
    assert trail(client, own[1]) == [("My units", reverse("my-work")), (name, None)]


def test_what_everybody_may_read_needs_no_account(client):
    event, item = noticeboard.training_event(), noticeboard.news_item()
    training = ("Training", reverse("training"))
    assert trail(client, event.get_absolute_url()) == [training, (event.title, None)]
    asking = reverse("training-interest", args=[event.pk])
    own = (event.title, event.get_absolute_url())
    assert trail(client, asking) == [training, own, ("Ask for a place", None)]
    assert trail(client, item.get_absolute_url()) == [("News", reverse("news")), (item.title, None)]
    guide = reverse("guide", args=["tutor"])
    (above, here) = trail(client, guide)
    assert (above, here[1]) == (("User guides", reverse("guides")), None)


def test_parts_of_an_account_are_below_it(client):
    client.force_login(accounts.staff())
    own, verification = ("Your account", reverse("account-home")), reverse("second-step")
    assert trail(client, reverse("mail-settings")) == [own, ("Your e-mails", None)]
    assert trail(client, verification) == [own, ("Two-step verification", None)]


def test_while_two_step_verification_is_due_nothing_else_is_linked(client, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(accounts.adult())
    assert trail(client, reverse("second-step")) == []


def test_claims_are_below_the_list_of_the_side_that_reads_them(client):
    claim = moderation.claim_in_moderation()
    line = claim.lines.get()
    number = claim.centre.number
    client.force_login(centres.person(claim.centre))
    assert trail(client, claim.get_absolute_url()) == [
        ("Claims", reverse("claims", args=[number])),
        (str(claim), None),
    ]
    client.force_login(Moderator.objects.get().user)
    above = [
        ("Moderation", reverse("moderator-claims")),
        (str(claim), reverse("moderation-claim", args=[claim.pk])),
    ]
    assert trail(client, above[1][1]) == [above[0], (str(claim), None)]
    assert trail(client, reverse("moderated-line", args=[line.pk])) == [*above, (str(line.assignment), None)]
    assert trail(client, reverse("claim-conclude", args=[claim.pk])) == [*above, ("Conclude", None)]


def test_checking_and_discarding_are_below_the_draft(client):
    draft = moderation.draft_claim()
    client.force_login(draft.created_by)
    above = [
        ("Claims", reverse("claims", args=[draft.centre.number])),
        (str(draft), draft.get_absolute_url()),
    ]
    for route, words in (("claim-submit", "Check and submit"), ("claim-discard", "Discard")):
        assert trail(client, reverse(route, args=[draft.pk])) == [*above, (words, None)]
