"""The home page: what there is to do for each role; every count is the length of the list it links to."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from centres import actions as centre_actions
from centres.models import RoleOffer
from portal.accounts.roles import Role
from tests.factories import accounts, candidates, catalogue, centres, moderation, noticeboard, portfolios

pytestmark = pytest.mark.django_db


def tiles_of(client) -> dict[str, dict]:
    panels = client.get(reverse("home")).context["panels"]
    return {tile["label"]: tile for panel in panels for tile in panel.tiles}


def length_of(page) -> int:
    """How many records a list page shows or counts, whichever list it is."""
    context = page.context
    if "cl" in context:  # a list of the admin
        return context["cl"].result_count
    if "openings" in context and not page.request["QUERY_STRING"]:
        return sum(opening.ready for opening in context["openings"])
    if context.get("only_invited"):
        return len(context["offers"])
    for name in ("low", "applications", "unfinished"):
        if name in context:
            return len(context[name])
    return context["page"].paginator.count


@pytest.fixture
def centre():
    """A centre with one, two or three of everything to do."""
    made = centres.centre()
    unit = catalogue.unit()
    catalogue.checklist(unit=unit)
    qualification = unit.qualification
    officer = centres.person(made)
    centres.entries(made, qualification, 3)
    centres.order(made, qualification)
    for _ in range(2):
        sent = centres.order(made, qualification)
        centre_actions.submit_order(sent, by=sent.created_by)
    for _ in range(3):
        invited = centres.offer(made, by=officer)
    RoleOffer.objects.filter(pk=invited.pk).update(expires_at=timezone.now() - timedelta(days=1))
    portfolios.handed_in(candidates.candidate(made), unit)
    portfolios.achieved(candidates.candidate(made), unit)
    moderation.draft_claim(1, at=made, unit=unit)
    candidates.group(made, candidates.candidate(made, password="long enough"))
    centre_actions.start_application(centre=made, by=officer)
    return made, officer


def test_every_count_is_the_length_of_its_list(client, centre):
    _, officer = centre
    client.force_login(officer)
    tiles = tiles_of(client)
    assert {label: tile["count"] for label, tile in tiles.items()} == {
        label: length_of(client.get(tile["url"])) for label, tile in tiles.items()
    }
    counts = {label: tile["count"] for label, tile in tiles.items()}
    assert counts["Draft orders"] == 1
    assert counts["Orders waiting to be processed"] == 2
    assert counts["Low balances"] == 1
    assert counts["Invitations not accepted yet"] == 3
    assert counts["Applications in progress"] == 1
    assert counts["Draft claims"] == 1
    assert counts["Achieved, not on a claim yet"] == 1


def test_work_under_an_approval_that_ended_is_not_offered_for_claim(client, centre):
    made, officer = centre
    for approval in made.approvals.all():
        approval.move("withdraw", by=accounts.staff(), why="Closed")
    client.force_login(officer)
    tile = tiles_of(client)["Achieved, not on a claim yet"]
    assert (tile["count"], length_of(client.get(tile["url"]))) == (0, 0)


def test_work_that_came_back_waits_until_it_is_judged_again(client):
    claim = moderation.concluded_claim(outcome="not_agreed", comment="More, please.")
    client.force_login(claim.submitted_by)
    tile = tiles_of(client)["Claims with work to assess again"]
    assert (tile["count"], length_of(client.get(tile["url"]))) == (1, 1)
    moderation.judged_again(claim)
    assert tiles_of(client)["Claims with work to assess again"]["count"] == 0


def test_work_withdrawn_as_claimed_in_error_needs_no_assessment(client):
    claim = moderation.concluded_claim(outcome="withdrawn", comment="Claimed twice.")
    client.force_login(claim.submitted_by)
    assert tiles_of(client)["Claims with work to assess again"]["count"] == 0


def test_staff_counts_are_the_lengths_of_the_admins_lists(client, centre):
    noticeboard.enquiry()
    client.force_login(accounts.staff())
    tiles = tiles_of(client)
    assert {label: tile["count"] for label, tile in tiles.items()} == {
        label: length_of(client.get(tile["url"])) for label, tile in tiles.items()
    }
    assert tiles["Orders to process"]["count"] == 2
    assert tiles["Enquiries to answer"]["count"] == 1


def test_tutors_have_their_own_panels_alone(client, centre):
    made, _ = centre
    client.force_login(centres.person(made, Role.TUTOR))
    headings = [panel.heading for panel in client.get(reverse("home")).context["panels"]]
    assert headings == ["Candidates’ work", "Claims", "Messages"]


def test_the_page_makes_the_same_number_of_queries_for_more_of_everything(client, centre, queries_of):
    made, officer = centre
    client.force_login(officer)
    client.get(reverse("home"))
    before = queries_of(lambda: client.get(reverse("home")))
    for _ in range(3):
        candidates.candidate(made)
        centres.person(made, Role.TUTOR)
    assert queries_of(lambda: client.get(reverse("home"))) == before


def test_what_there_is_none_of_is_one_line_at_the_end(client, centre):
    _, officer = centre
    client.force_login(officer)
    page = client.get(reverse("home"))
    none = [label for label, tile in tiles_of(client).items() if not tile["count"]]
    shown = html.fromstring(page.content.decode())
    (line,) = shown.xpath("//p[@class='hint quiet']")
    assert none == [
        "Returned, not handed in again",
        "Claims with work to assess again",
        "Unfinished files of candidates",
    ]
    assert " ".join(line.text_content().split()) == f"None at the moment: {', '.join(none)}"
    assert "0" not in shown.xpath("//*[@class='tile__count']/text()")


def test_parts_with_nothing_to_do_have_no_heading(client):
    officer = centres.person(centres.centre())
    client.force_login(officer)
    page = html.fromstring(client.get(reverse("home")).content.decode())
    assert page.xpath("//main//h2/text()") == []
    assert page.xpath("//main//*[@class='lead']/text()") == ["Nothing is waiting for you."]


def test_a_candidate_has_one_home_page(client):
    candidate = candidates.candidate(password="long enough")
    client.force_login(candidate.user)
    assert client.get(reverse("home")).url == reverse("my-work")
    navigation = client.get(reverse("my-work")).context["main_nav"]
    assert [(item["label"], item["current"]) for item in navigation] == [
        ("My units", True),
        ("Workspace", False),
        ("My certificates", False),
    ]


def test_everybody_else_has_a_home_page_of_their_own(client):
    for user in (
        centres.person(centres.centre()),
        moderation.moderator().user,
        accounts.staff(),
        accounts.adult(),
    ):
        client.force_login(user)
        page = client.get(reverse("home"))
        assert (page.status_code, page.context["main_nav"][0]["label"]) == (200, "Home")
