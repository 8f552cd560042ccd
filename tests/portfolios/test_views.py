"""The candidate's pages and the centre's lists: who sees what, what is to do, and the same queries for any length."""

from datetime import date, timedelta

import pytest
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from lxml import html

from portal.accounts.roles import Role
from portal.catalogue.models import Award
from portfolios import actions
from portfolios.models import Assignment
from portfolios.sides import TUTOR
from tests.factories import accounts, candidates, catalogue, centres, noticeboard
from tests.factories import portfolios as make

pytestmark = pytest.mark.django_db


def my_groups(page) -> list[tuple[str, list[str]]]:
    return [(heading, [work.unit.code for work, _ in rows]) for heading, _, rows in page.context["groups"]]


# --- the candidate ---------------------------------------------------------------------------------


def test_my_units_are_grouped_by_what_waits(sign_in):
    candidate = candidates.candidate()
    qualification = catalogue.qualification()
    units = [catalogue.unit(qualification=qualification) for _ in range(5)]
    for unit in units:
        catalogue.checklist(unit=unit)
    make.achieved(candidate, units[0])
    make.handed_in(candidate, units[1])
    later, sooner = make.assignment(candidate, units[2]), make.assignment(candidate, units[3])
    Assignment.objects.filter(pk=sooner.pk).update(due_on=date(2020, 1, 1))
    returned = make.handed_in(candidate, units[4])
    actions.return_for_further_work(returned, why="More", by=make.tutor_of(returned))
    page = sign_in(candidate.user).get(reverse("my-work"))
    assert my_groups(page) == [
        ("Returned to you", [units[4].code]),
        ("To do", [sooner.unit.code, later.unit.code]),
        ("Handed in", [units[1].code]),
        ("Achieved", [units[0].code]),
    ]
    assert "Was due 1 January 2020" in page.content.decode()


def test_my_units_show_how_far_an_award_is(sign_in):
    candidate = candidates.candidate()
    qualification = catalogue.qualification()
    units = [catalogue.unit(qualification=qualification, is_mandatory=number == 0) for number in range(5)]
    for kind in (Award.Kind.CERTIFICATE, Award.Kind.DIPLOMA):
        catalogue.award(qualification=qualification, kind=kind)
    for unit in units[1:3]:
        make.achieved(candidate, unit)
    make.assignment(candidate, units[0])
    page = sign_in(candidate.user).get(reverse("my-work"))
    ((found, lines),) = page.context["towards"]
    assert found == qualification
    assert [(line.award.kind, line.counted, line.missing.for_people()) for line in lines] == [
        ("CERTIFICATE", 2, "The mandatory unit"),
        ("DIPLOMA", 2, "3 more units, one of them the mandatory unit"),
    ]


def test_award_by_points_is_not_counted_in_units(sign_in):
    candidate, size = candidates.candidate(), catalogue.size()
    make.assignment(candidate, catalogue.unit(qualification=size.qualification))
    page = sign_in(candidate.user).get(reverse("my-work"))
    assert page.context["towards"] == [(size.qualification, [])]
    assert "OCR works out the award from your grades." in page.content.decode()


def test_candidate_without_units_is_told_who_assigns_them(sign_in):
    page = sign_in(candidates.candidate().user).get(reverse("my-work")).content.decode()
    assert "No unit is assigned to you yet" in page


def test_my_units_are_for_candidates(world, sign_in):
    assert sign_in(world.tutor).get(reverse("my-work")).status_code == 404
    assert sign_in(accounts.staff()).get(reverse("my-work")).status_code == 404


def test_candidate_sees_own_work_alone(world, sign_in):
    neighbour = make.handed_in(candidates.candidate(world.centre), world.work.unit)
    item = neighbour.evidence.get()
    client = sign_in(world.candidate)
    assert client.get(world.work.get_absolute_url()).status_code == 200
    for route, pk in (
        ("assignment", neighbour.pk),
        ("evidence-add", neighbour.pk),
        ("hand-in", neighbour.pk),
        ("marking", neighbour.pk),
        ("evidence-edit", item.pk),
        ("evidence-view", item.pk),
    ):
        assert client.get(reverse(route, args=[pk])).status_code == 404, route
    for route in ("evidence-remove", "evidence-restore"):
        assert client.post(reverse(route, args=[item.pk])).status_code == 404
    number = world.centre.number
    for route in ("to-mark", "assign-unit", "progress"):
        assert client.get(reverse(route, args=[number])).status_code == 404
    page = client.get(reverse("my-work"))
    assert [work.pk for _, _, rows in page.context["groups"] for work, _ in rows] == [world.work.pk]


def test_my_units_make_the_same_number_of_queries_for_1_and_3(sign_in, count_queries):
    candidate = candidates.candidate()
    qualification = catalogue.qualification()
    catalogue.award(qualification=qualification)
    make.evidence(make.assignment(candidate, catalogue.unit(qualification=qualification)))
    client = sign_in(candidate.user)
    one = count_queries(client, reverse("my-work"))
    for _ in range(2):
        make.assignment(candidate, catalogue.unit(qualification=qualification))
    assert count_queries(client, reverse("my-work")) == one


def test_my_units_show_the_news_for_candidates_and_no_other_peoples(world, sign_in):
    noticeboard.news_item(title="For tutors", audience="tutors")
    for_all = noticeboard.news_item(title="For all")
    for_candidates = noticeboard.news_item(title="For candidates", audience="candidates")
    page = sign_in(world.candidate).get(reverse("my-work"))
    assert {item.pk for item in page.context["news"]} == {for_all.pk, for_candidates.pk}
    assert "For candidates" in page.content.decode()


def test_progress_shows_everybody_with_work_once_and_costs_the_same_for_1_and_3(
    world, sign_in, count_queries
):
    candidates.candidate(world.centre, number="0100")  # has no unit
    client, url = sign_in(world.tutor), reverse("progress", args=[world.centre.number])
    one = count_queries(client, url)
    more = [candidates.candidate(world.centre, last_name=name) for name in ("Zia", "Zoe")]
    for person in more:
        make.assignment(person)
        make.assignment(person)
    page = client.get(url)
    assert [row.pk for row, _ in page.context["rows"]] == [
        world.work.candidate.pk, more[0].pk, more[1].pk,
    ]  # fmt: skip
    assert page.context["page"].paginator.count == 3
    assert count_queries(client, url) == one


def test_filter_of_the_list_offers_the_units_that_candidates_here_have(world, sign_in):
    catalogue.unit()
    make.assignment(candidates.candidate())  # at another centre
    mine = make.assignment(world.work.candidate)
    page = sign_in(world.tutor).get(reverse("to-mark", args=[world.centre.number]))
    offered = page.context["filter"].filters["unit"].queryset
    assert {unit.pk for unit in offered} == {world.work.unit_id, mine.unit_id}


# --- one assignment --------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["assignment", "marking"])
def test_pages_of_a_unit_make_15_queries_for_1_and_for_3_of_everything(world, sign_in, count_queries, page):
    client, url = sign_in(world.tutor), reverse(page, args=[world.work.pk])

    def once_more():
        kept, removed = (make.evidence(world.work, criteria=world.criteria[:1]) for _ in range(2))
        actions.remove_evidence(removed, by=world.candidate)
        actions.hand_in(world.work, by=world.candidate)
        outcome = {"outcome": "not_yet", "comment": f"See {kept.pk}", "by": world.tutor}
        seen = world.work.judgements.aggregate(newest=Max("pk"))["newest"] or 0
        actions.judge(world.work, world.criteria[0], side=TUTOR, seen=seen, **outcome)
        actions.return_for_further_work(world.work, why="More.", by=world.tutor)

    once_more()
    one = count_queries(client, url)
    once_more()
    once_more()
    assert (count_queries(client, url), one <= 15) == (one, True)


def test_page_shows_gaps_judgement_manifest_and_history(world, sign_in):
    item = make.evidence(world.work, criteria=world.criteria[:1])
    actions.judge(
        world.work,
        world.criteria[0],
        side=TUTOR,
        outcome="not_yet",
        comment="For whom?",
        seen=0,
        by=world.tutor,
    )
    page = sign_in(world.candidate).get(world.work.get_absolute_url()).content.decode()
    assert page.count("Nothing tagged yet") == 3
    assert "For whom?" in page and "Not yet met" in page
    assert "plan.txt · Text · 26 bytes" in page
    viewed = sign_in(world.candidate).get(reverse("evidence-view", args=[item.pk])).content.decode()
    assert item.current.sha256 in viewed
    assert "Not handed in yet." in page
    actions.hand_in(world.work, by=world.candidate)
    page = sign_in(world.tutor).get(world.work.get_absolute_url()).content.decode()
    assert "1 file and the statement" in page and actions.STATEMENT in page
    assert reverse("marking", args=[world.work.pk]) in page


@pytest.mark.parametrize("state", ["assigned", "in_progress", "handed_in", "returned", "achieved"])
def test_page_offers_exactly_what_may_be_done(world, sign_in, state):
    work = world.work
    if state != "assigned":
        make.evidence(work)
    if state in ("handed_in", "returned", "achieved"):
        actions.hand_in(work, by=world.candidate)
    if state == "returned":
        actions.return_for_further_work(work, why="More", by=world.tutor)
    if state == "achieved":
        make.judge_all(work)
        make.record_achieved(work)
    is_open = state in ("assigned", "in_progress", "returned")

    def offers(user):
        page = sign_in(user).get(work.get_absolute_url())
        return {
            name: page.context[name]
            for name in ("may_change", "may_hand_in", "may_mark", "may_tag", "may_return")
        }

    own = {
        "may_change": is_open,
        "may_hand_in": state in ("in_progress", "returned"),
        "may_mark": False,
        "may_tag": False,
        "may_return": False,
    }
    assert offers(world.candidate) == own
    assert offers(world.exams_officer) == own
    assert offers(world.tutor) == {
        **own,
        "may_mark": state in ("in_progress", "handed_in", "returned"),
        "may_tag": state == "handed_in",
        "may_return": state in ("handed_in", "achieved"),
    }
    assert offers(centres.person(world.centre, Role.HEAD_OF_CENTRE)) == dict.fromkeys(own, False)


def test_page_makes_the_same_number_of_queries_for_more_of_everything(world, sign_in, count_queries):
    make.evidence(world.work, criteria=world.criteria[:1])
    client = sign_in(world.candidate)
    few = count_queries(client, world.work.get_absolute_url())
    for number in range(6):
        make.evidence(world.work, title=f"Item {number}", criteria=world.criteria)
    make.judge_all(world.work)
    assert count_queries(client, world.work.get_absolute_url()) == few


# --- handing in ------------------------------------------------------------------------------------


def test_check_page_names_what_is_missing(world, sign_in):
    client = sign_in(world.candidate)
    url = reverse("hand-in", args=[world.work.pk])
    assert "There is nothing to hand in yet" in client.get(url).content.decode()
    tagged = make.evidence(world.work, criteria=world.criteria[:3])
    untagged = make.evidence(world.work, title="Loose page")
    page = client.get(url)
    assert page.context["missing"] == world.criteria[3:]
    assert page.context["untagged"] == [untagged]
    assert page.context["evidence"] == [tagged, untagged]
    assert actions.STATEMENT in page.content.decode()


def test_handing_in_takes_the_statement(world, sign_in, messages_of):
    make.evidence(world.work)
    client = sign_in(world.candidate)
    url = reverse("hand-in", args=[world.work.pk])
    page = client.post(url)
    assert page.context["form"].errors == {
        "ai_use": ["Answer “Was an AI tool used?”"],
        "agreed": ["Select the statement to hand in"],
    }
    assert world.work.rounds.count() == 0
    page = client.post(url, {"agreed": "on", "ai_use": "none"}, follow=True)
    assert messages_of(page) == ["The work was handed in. It is now with the tutor."]
    assert world.work.rounds.get().handed_in_by == world.candidate
    again = client.post(url, {"agreed": "on", "ai_use": "none"}, follow=True)
    assert messages_of(again) == ["The work is with the tutor: “Handed in”."]
    assert world.work.rounds.count() == 1


def test_tutor_hands_in_on_behalf_and_others_may_not(world, sign_in):
    make.evidence(world.work)
    url = reverse("hand-in", args=[world.work.pk])
    head = centres.person(world.centre, Role.HEAD_OF_CENTRE)
    assert sign_in(head).get(url).status_code == 403
    client = sign_in(world.tutor)
    assert "Hand in on behalf of Megan Evans" in client.get(url).content.decode()
    client.post(url, {"agreed": "on", "ai_use": "none"})
    assert world.work.rounds.get().statement == actions.STATEMENT_ON_BEHALF


# --- the centre's lists ----------------------------------------------------------------------------


@pytest.fixture
def classroom(world):
    """Three candidates with one unit: assigned, in progress, handed in; the last two in a group."""
    unit = world.work.unit
    busy = make.assignment(candidates.candidate(world.centre, last_name="Busy"), unit)
    make.evidence(busy)
    ready = make.handed_in(candidates.candidate(world.centre, last_name="Ready"), unit)
    group = candidates.group(world.centre, busy.candidate, ready.candidate)
    make.handed_in()  # at another centre
    return {"new": world.work, "busy": busy, "ready": ready, "group": group, "unit": unit}


def listed(client, centre, **query):
    page = client.get(reverse("to-mark", args=[centre.number]), query)
    assert page.status_code == 200
    return [work for work, _ in page.context["rows"]]


def test_list_starts_with_what_waits_for_marking(world, classroom, sign_in):
    client = sign_in(world.tutor)
    assert listed(client, world.centre) == [classroom["ready"]]
    page = client.get(reverse("to-mark", args=[world.centre.number]))
    assert [(tab["key"], tab["count"]) for tab in page.context["tabs"]] == [
        ("waiting", 1),
        ("working", 2),
        ("achieved", 0),
        ("claimed", 0),
        ("all", 3),
    ]


def test_list_is_narrowed_and_sorted(world, classroom, sign_in):
    client = sign_in(world.tutor)
    new, busy, ready = classroom["new"], classroom["busy"], classroom["ready"]

    def found(**query):
        return set(listed(client, world.centre, show="all", **query))

    assert found() == {new, busy, ready}
    assert found(state="assigned") == {new}
    assert found(group=classroom["group"].pk) == {busy, ready}
    assert found(unit=classroom["unit"].pk) == {new, busy, ready}
    assert found(find="busy") == {busy}
    assert found(find=new.candidate.number) == {new}
    assert found(find="nobody") == set()
    assert listed(client, world.centre, show="all", sort="name") == [busy, new, ready]
    assert listed(client, world.centre, show="all", sort="-name") == [ready, new, busy]
    assert listed(client, world.centre, show="nonsense", sort="nonsense", page="99") == [ready]


def test_list_says_what_is_late_and_when_it_is_empty(world, classroom, sign_in):
    client = sign_in(world.tutor)
    yesterday = timezone.localdate() - timedelta(days=1)
    Assignment.objects.filter(pk__in=[classroom["new"].pk, classroom["ready"].pk]).update(due_on=yesterday)
    page = client.get(reverse("to-mark", args=[world.centre.number]), {"show": "all"})
    assert dict(page.context["rows"]) == {
        classroom["new"]: True,
        classroom["busy"]: False,
        classroom["ready"]: True,  # handed in today, after the date
    }
    assert page.content.decode().count('<strong class="late">Late</strong>') == 2
    Assignment.objects.filter(pk=classroom["ready"].pk).update(
        handed_in_at=timezone.now() - timedelta(days=1)
    )
    page = client.get(reverse("to-mark", args=[world.centre.number]))
    assert dict(page.context["rows"]) == {classroom["ready"]: False}
    page = client.get(reverse("to-mark", args=[world.centre.number]), {"find": "nobody"}).content.decode()
    assert "No work matches" in page
    other = centres.person(centres.centre(), Role.TUTOR)
    centre = other.memberships.get().centre
    page = sign_in(other).get(reverse("to-mark", args=[centre.number])).content.decode()
    assert "Nothing to mark" in page


@pytest.mark.parametrize("route", ["to-mark", "progress"])
def test_lists_make_the_same_number_of_queries_for_1_and_3(world, sign_in, count_queries, route):
    client = sign_in(world.tutor)
    url = reverse(route, args=[world.centre.number]) + "?show=all"
    one = count_queries(client, url)
    for _ in range(2):
        candidate = candidates.candidate(world.centre)
        make.assignment(candidate, world.work.unit)
    assert count_queries(client, url) == one


def test_lists_of_another_centre_are_absent(world, sign_in):
    stranger = sign_in(centres.person(centres.centre()))
    for route in ("to-mark", "assign-unit", "progress"):
        assert stranger.get(reverse(route, args=[world.centre.number])).status_code == 404
    head = sign_in(centres.person(world.centre, Role.HEAD_OF_CENTRE))
    assert [
        head.get(reverse(route, args=[world.centre.number])).status_code for route in ("to-mark", "progress")
    ] == [
        200,
        200,
    ]
    assert head.get(reverse("assign-unit", args=[world.centre.number])).status_code == 403


def test_progress_shows_candidates_against_units(world, classroom, sign_in):
    client = sign_in(world.tutor)
    url = reverse("progress", args=[world.centre.number])
    page = client.get(url)
    assert page.context["units"] == [classroom["unit"]]
    assert [(candidate, cells) for candidate, cells in page.context["rows"]] == [
        (classroom[name].candidate, [classroom[name]]) for name in ("busy", "new", "ready")
    ]
    page = client.get(url, {"group": classroom["group"].pk})
    assert [candidate for candidate, _ in page.context["rows"]] == [
        classroom[name].candidate for name in ("busy", "ready")
    ]


def test_progress_has_short_words_for_states_with_the_long_ones_beside_them(world, classroom, sign_in):
    returned = classroom["ready"]
    actions.return_for_further_work(returned, why="More", by=world.tutor)
    page = html.fromstring(
        sign_in(world.tutor).get(reverse("progress", args=[world.centre.number])).content.decode()
    )
    cells = [
        (link.get("title"), " ".join(link.text_content().split()), link.get("href"))
        for link in page.xpath("//table//td//a")
    ]
    assert cells == [
        ("In progress", "Started", classroom["busy"].get_absolute_url()),
        ("Assigned", "Assigned", classroom["new"].get_absolute_url()),
        ("Returned for further work", "Returned", returned.get_absolute_url()),
    ]
    names = [link.get("href") for link in page.xpath("//table//th[@scope='row']//a")]
    assert names == [classroom[name].candidate.get_absolute_url() for name in ("busy", "new", "ready")]
    legend = [" ".join(one.text_content().split()) for one in page.xpath("//*[@class='legend__one']")]
    assert legend == ["Started In progress", "Returned Returned for further work", "Claimed On a claim"]


# --- assigning -------------------------------------------------------------------------------------


def test_only_units_of_approved_qualifications_with_a_checklist_are_offered(world, sign_in):
    approved = catalogue.checklist().unit
    centres.approval(world.centre, approved.qualification)
    catalogue.unit(qualification=approved.qualification)  # has no e-checklist
    url = reverse("assign-unit", args=[world.centre.number])
    client = sign_in(world.tutor)
    assert list(client.get(url).context["units"]) == [approved]
    assert client.get(url, {"unit": world.work.unit.code}).context["form"] is None


def test_unit_goes_to_groups_and_single_candidates_and_says_who_had_it(world, sign_in, messages_of):
    unit = world.work.unit
    centres.approval(world.centre, unit.qualification)
    new = [candidates.candidate(world.centre) for _ in range(3)]
    group = candidates.group(world.centre, world.work.candidate, new[0], name="10A")
    client = sign_in(world.tutor)
    url = f"{reverse('assign-unit', args=[world.centre.number])}?unit={unit.code}"
    page = client.get(url)
    assert "10A: 2 candidates, 1 of them already have it" in page.content.decode()
    assert list(page.context["have_it"]) == [world.work]
    page = client.post(
        url,
        {
            "groups": [group.pk],
            "candidates": f"{new[1].number}, {new[0].number}",
            "due_on_day": "1",
            "due_on_month": "3",
            "due_on_year": "2031",
        },
        follow=True,
    )
    assert messages_of(page) == [
        f"{unit} was assigned to 2 candidates. 1 already had it. Nothing changed for them."
    ]
    made = Assignment.objects.exclude(pk=world.work.pk)
    assert {(work.candidate, work.due_on, work.assigned_by) for work in made} == {
        (new[0], date(2031, 3, 1), world.tutor),
        (new[1], date(2031, 3, 1), world.tutor),
    }


def test_assigning_names_what_is_wrong_and_keeps_what_was_typed(world, sign_in):
    unit = world.work.unit
    centres.approval(world.centre, unit.qualification)
    stranger = candidates.candidate()
    client = sign_in(world.exams_officer)
    url = f"{reverse('assign-unit', args=[world.centre.number])}?unit={unit.code}"
    assert client.post(url, {}).context["form"].errors == {
        "groups": ["Choose a group, or enter candidate numbers"]
    }
    foreign = candidates.group(stranger.centre, stranger)
    assert "groups" in client.post(url, {"groups": [foreign.pk]}).context["form"].errors
    page = client.post(
        url, {"candidates": "9999 abcd", "due_on_day": "31", "due_on_month": "2", "due_on_year": "2030"}
    )
    assert page.context["form"].errors == {
        "candidates": ["No candidate of your centre has the number 9999, abcd"],
        "due_on": ["Due date must be a real date, like 27 9 2026"],
    }
    assert "9999 abcd" in page.content.decode()
    assert Assignment.objects.count() == 1


def test_a_due_date_is_not_in_the_past(world, sign_in):
    centres.approval(world.centre, world.work.unit.qualification)
    url = f"{reverse('assign-unit', args=[world.centre.number])}?unit={world.work.unit.code}"
    past = {"due_on_day": "1", "due_on_month": "3", "due_on_year": "2020"}
    number = candidates.candidate(world.centre).number
    page = sign_in(world.tutor).post(url, {"candidates": number, **past})
    assert "must be on or after" in page.context["form"].errors["due_on"][0]


def test_numbers_may_lack_their_zeros_and_an_empty_group_is_nobody(world, sign_in, messages_of):
    centres.approval(world.centre, world.work.unit.qualification)
    url = f"{reverse('assign-unit', args=[world.centre.number])}?unit={world.work.unit.code}"
    client = sign_in(world.tutor)
    empty = candidates.group(world.centre)
    page = client.post(url, {"groups": [empty.pk]})
    assert "nobody in the groups you chose" in page.context["form"].errors["groups"][0]
    short = world.work.candidate.number.lstrip("0")
    page = client.post(url, {"candidates": short}, follow=True)
    assert messages_of(page) == [f"Everybody you chose already has {world.work.unit}. Nothing was changed."]
