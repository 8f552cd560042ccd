"""The candidate's own pages in Chromium: by keyboard alone and without JavaScript, on a desktop and a phone."""

import pytest
from django.urls import reverse

from portal.accounts.roles import Role
from portal.kit import outbox
from portfolios import actions, rules
from portfolios.models import Evidence, Plan, WorkspaceFile
from portfolios.sides import TUTOR
from tests.factories import candidates, catalogue, centres, portfolios

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "purple bicycle rain"
IDEA = {"name": "idea.txt", "mimeType": "text/plain", "buffer": b"A lighthouse that blinks the time.\n"}


def sign_in(person, candidate) -> None:
    person.open("/sign-in/candidate/")
    person.fill(centre_number=candidate.centre.number, candidate_number=candidate.number, secret=PASSWORD)
    person.press("Sign in", exact=True)


def open_unit(person) -> None:
    person.follow("My units")
    person.follow("Pre-production skills", exact=True)


@pytest.mark.parametrize("width", [1280, 360])
def test_plan_workspace_question_hand_in_feedback_and_again(meet, width):
    centre = centres.centre(number="10777", name="Ysgol Gyfun Llanfair")
    tutor = centres.person(centre, Role.TUTOR)
    candidate = candidates.candidate(centre, password=PASSWORD)
    work = portfolios.assignment(candidate, catalogue.unit(title="Pre-production skills"))
    me = meet(width=width)
    sign_in(me, candidate)
    assert me.reads("My units")

    open_unit(me)
    me.follow("Plan", exact=True)
    me.fill(aim="A film about the harbour", audience="Visitors")
    me.press("Save", exact=True)
    assert me.reads("The plan was saved")

    me.follow("Workspace", exact=True)
    me.attach("files", IDEA)
    me.press("Upload", exact=True)
    assert me.reads("is in your workspace")
    me.follow("Add to unit…")
    me.tick("unit", str(work.pk))
    me.press("Add to the unit")
    assert (Evidence.objects.get().title, WorkspaceFile.objects.count()) == ("idea", 0)

    me.follow("Messages", exact=True)
    me.fill(text="Is one page enough?")
    me.press("Send", exact=True)
    assert me.reads("Is one page enough?")
    actions.write_message(work, "Make it two.", by=tutor)
    me.follow("My units")
    me.follow("Units with unread messages")
    me.follow("Pre-production skills")
    assert me.reads("Make it two.")

    open_unit(me)
    me.follow("Check against the criteria")
    assert me.reads("4 required criteria have nothing tagged")
    hand_in(me)
    work.refresh_from_db()
    assert (work.state, work.rounds.get().plan[0]) == ("handed_in", ["Aim", "A film about the harbour"])

    first = rules.criteria_of(work)[0]
    actions.judge(work, first, side=TUTOR, outcome="not_yet", comment="For whom?", seen=0, by=tutor)
    actions.return_for_further_work(work, why="Say who it is for.", by=tutor)
    outbox.work_all()
    me.follow("My units")
    me.follow("Returned to you")
    me.follow("Pre-production skills", exact=True)
    me.follow("Feedback", exact=True)
    assert me.reads("Say who it is for.") and me.reads("For whom?")
    open_unit(me)
    me.follow("Change or tag idea")
    me.tick("criteria", str(first.pk))
    me.press("Save", exact=True)
    open_unit(me)
    me.follow("review", exact=True)
    me.fill(went_well="The light")
    me.press("Save", exact=True)
    hand_in(me)
    second = work.rounds.get(number=2)
    assert (second.ai_use, second.review, Plan.objects.count()) == (
        "used",
        [["What went well", "The light"]],
        1,
    )
    me.open(reverse("round", args=[work.pk, 1]))
    assert me.reads("A film about the harbour") and not me.reads("The light")


def hand_in(person) -> None:
    open_unit(person)
    person.follow("Check and hand in")
    person.fill(sources="A map by the harbour office, with leave")
    person.tick("ai_use", "used")
    person.fill(ai_note="A chat tool, for a list of names")
    person.tick("agreed")
    person.press("Hand in", exact=True)
    assert person.reads("The work was handed in")
