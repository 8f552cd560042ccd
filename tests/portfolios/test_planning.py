"""Plan and review: drafts while the work is open, frozen at hand-in, comments beside them, nothing typed is lost."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from portal.accounts.roles import Role
from portal.kit.stateful import TransitionRefused
from portfolios import actions
from portfolios.models import Plan, PlanningComment, Round
from portfolios.sides import TUTOR
from tests.factories import centres
from tests.factories import portfolios as make

pytestmark = pytest.mark.django_db
EMPTY = dict.fromkeys(("aim", "audience", "tools", "assets", "timetable"), "")


def write(work, *, by, **texts) -> bool:
    held = Plan.objects.filter(assignment=work).first() or Plan(assignment=work)
    return actions.save_paper(work, "plan", {**EMPTY, **texts}, seen=held.text_mark(), by=by)


def test_candidate_saves_drafts_and_begins_the_work(world, sign_in, messages_of):
    client, url = sign_in(world.candidate), reverse("work-plan", args=[world.work.pk])
    seen = client.get(url).context["form"]["seen"].value()
    page = client.post(url, {"aim": "A poster\r\nfor the fair", "seen": seen}, follow=True)
    assert messages_of(page) == ["The plan was saved."]
    world.work.refresh_from_db()
    assert world.work.plan.texts() == {**EMPTY, "aim": "A poster\nfor the fair"}
    assert (world.work.state, world.work.plan.updated_by) == ("in_progress", world.candidate)
    again = page.context["form"]["seen"].value()
    assert messages_of(client.post(url, {"aim": "A poster\r\nfor the fair", "seen": again}, follow=True)) == [
        "Nothing was changed."
    ]


def test_stale_save_shows_both_texts_and_the_next_one_wins(world, sign_in):
    client, url = sign_in(world.candidate), reverse("work-plan", args=[world.work.pk])
    seen = client.get(url).context["form"]["seen"].value()
    write(world.work, by=world.tutor, aim="Typed by the tutor")
    page = client.post(url, {"aim": "Typed by the candidate", "seen": seen})
    text = page.content.decode()
    assert "Typed by the tutor" in text and "Typed by the candidate" in text
    assert Plan.objects.get().aim == "Typed by the tutor"
    client.post(url, {"aim": "Typed by the candidate", "seen": page.context["form"]["seen"].value()})
    assert Plan.objects.get().aim == "Typed by the candidate"


def test_hand_in_keeps_the_text_as_the_tutor_saw_it(world, sign_in):
    make.evidence(world.work)
    write(world.work, by=world.candidate, aim="First aim")
    actions.hand_in(world.work, by=world.candidate)
    with pytest.raises(TransitionRefused):
        write(world.work, by=world.candidate, aim="Too late")
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.update(aim="Past the verbs")
    actions.return_for_further_work(world.work, why="More", by=world.tutor)
    write(world.work, by=world.candidate, aim="Second aim")
    actions.hand_in(world.work, by=world.candidate)
    assert [found.plan for found in world.work.rounds.all()] == [
        [["Aim", "First aim"]],
        [["Aim", "Second aim"]],
    ]
    with pytest.raises(DatabaseError), transaction.atomic():
        Round.objects.update(planning={})
    first = sign_in(world.tutor).get(reverse("round", args=[world.work.pk, 1])).content.decode()
    assert "First aim" in first and "Second aim" not in first


def test_what_is_typed_after_the_hand_in_stays_on_the_page(world, sign_in):
    make.evidence(world.work)
    actions.hand_in(world.work, by=world.candidate)
    page = sign_in(world.candidate).post(reverse("work-plan", args=[world.work.pk]), {"aim": "Too late"})
    assert "Too late" in page.content.decode() and "It is not saved" in page.content.decode()
    assert not Plan.objects.exists()


def test_tutor_comments_beside_and_never_over(world, sign_in):
    write(world.work, by=world.candidate, aim="A poster")
    url = reverse("work-plan-comment", args=[world.work.pk])
    sign_in(world.tutor).post(url, {"text": "For <b>whom</b>?"})
    comment = PlanningComment.objects.get()
    assert (comment.paper, comment.text, comment.by) == ("plan", "For <b>whom</b>?", world.tutor)
    page = sign_in(world.candidate).get(reverse("work-plan", args=[world.work.pk])).content.decode()
    assert "For &lt;b&gt;whom&lt;/b&gt;?" in page and "A poster" in page
    assert Plan.objects.get().aim == "A poster"
    assert sign_in(world.candidate).post(url, {"text": "Me"}).status_code == 403
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanningComment.objects.update(text="Other words")


def test_only_those_who_work_on_it_may_write(world, sign_in):
    head = sign_in(centres.person(world.centre, Role.HEAD_OF_CENTRE))
    url = reverse("work-review", args=[world.work.pk])
    page = head.get(url)
    assert (page.status_code, page.context["form"]) == (200, None)
    assert head.post(url, {"went_well": "All"}).status_code == 403
    stranger = sign_in(centres.person(centres.centre(), Role.TUTOR))
    assert stranger.get(url).status_code == 404


def test_hand_in_says_sources_and_ai_and_tutor_reads_them(world, sign_in):
    make.evidence(world.work)
    client, url = sign_in(world.candidate), reverse("hand-in", args=[world.work.pk])
    said = {"agreed": "on", "sources": "A drum loop, CC0", "ai_use": "used"}
    page = client.post(url, said)
    assert page.context["form"].errors == {"ai_note": ["Say which AI tool was used, and what for"]}
    assert "A drum loop, CC0" in page.content.decode()
    client.post(url, {**said, "ai_note": "A chat tool, for three names"})
    this_round = world.work.rounds.get()
    assert (this_round.sources, this_round.ai_use, this_round.ai_note) == (
        "A drum loop, CC0",
        "used",
        "A chat tool, for three names",
    )
    marking = sign_in(world.tutor).get(reverse("marking", args=[world.work.pk])).content.decode()
    for words in ("A drum loop, CC0", "A chat tool, for three names", actions.STATEMENT):
        assert words in marking


def test_check_names_gaps_and_feedback_what_is_still_to_do(world, sign_in):
    make.evidence(world.work, criteria=world.criteria[:2])
    actions.hand_in(world.work, by=world.candidate)
    for criterion, outcome in zip(world.criteria, ("met", "not_yet"), strict=False):
        actions.judge(
            world.work, criterion, side=TUTOR, outcome=outcome, comment=f"On {criterion.ref}", seen=0,
            by=world.tutor,
        )  # fmt: skip
    actions.return_for_further_work(world.work, why="Ask a visitor", by=world.tutor)
    client = sign_in(world.candidate)
    check = client.get(reverse("work-check", args=[world.work.pk]))
    assert check.context["missing"] == world.criteria[2:]
    assert check.context["progress"].met == 1
    feedback = client.get(reverse("work-feedback", args=[world.work.pk]))
    assert [line.criterion for line in feedback.context["to_do"]] == [world.criteria[1]]
    assert [line.criterion for line in feedback.context["met"]] == [world.criteria[0]]
    text = feedback.content.decode()
    assert "Ask a visitor" in text and text.index("On " + world.criteria[1].ref) < text.index(
        "On " + world.criteria[0].ref
    )
    assert reverse("hand-in", args=[world.work.pk]) in text


def test_who_handed_in_again_is_told_that_the_answer_is_older_and_who_goes_on_where_it_is(world, sign_in):
    make.evidence(world.work)
    actions.hand_in(world.work, by=world.candidate)
    actions.return_for_further_work(world.work, why="Name your sources.", by=world.tutor)
    client = sign_in(world.candidate)
    feedback = reverse("work-feedback", args=[world.work.pk])
    assert "Handed in again" not in client.get(feedback).content.decode()
    make.evidence(world.work, title="Sources")
    world.work.refresh_from_db()
    page = client.get(world.work.get_absolute_url()).content.decode()
    assert (world.work.state, "Read what your tutor says is still to do" in page) == ("in_progress", True)
    actions.hand_in(world.work, by=world.candidate)
    page = client.get(feedback).content.decode()
    assert "Name your sources." in page and "Your tutor has not answered yet." in page


@pytest.mark.parametrize("page", ["work-plan", "work-check", "work-feedback"])
def test_pages_make_the_same_number_of_queries_for_more_of_everything(world, sign_in, count_queries, page):
    make.evidence(world.work, criteria=world.criteria[:1])
    write(world.work, by=world.candidate, aim="A poster")
    actions.comment_on_paper(world.work, "plan", "Good", by=world.tutor)
    make.judge_all(world.work, "met")
    client, url = sign_in(world.candidate), reverse(page, args=[world.work.pk])
    few = count_queries(client, url)
    for number in range(5):
        make.evidence(world.work, title=f"Item {number}", criteria=world.criteria)
        actions.comment_on_paper(world.work, "plan", "More", by=world.tutor)
    assert count_queries(client, url) == few
