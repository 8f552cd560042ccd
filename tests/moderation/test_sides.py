"""The moderator's side of the e-checklist, and a side that is only a row."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from centres.access import may
from moderation import actions
from moderation.models import Conflict
from portal.accounts.roles import Permission
from portal.kit.stateful import TransitionRefused
from portfolios import actions as work_actions
from portfolios import rules as work_rules
from portfolios.marking import MarkingForm
from portfolios.models import Assignment, Judgement
from portfolios.sides import MODERATOR, SIDES, VERIFIER, Side
from tests.factories import accounts, centres, portfolios
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db


def judge(work, by) -> None:
    criterion, *_ = work_rules.criteria_of(work)
    seen = portfolios.seen_of(work, criterion, MODERATOR)
    outcome = "met" if seen else "not_yet"
    work_actions.judge(work, criterion, side=MODERATOR, outcome=outcome, comment="", seen=seen, by=by)


def test_only_the_allocated_moderator_judges_for_the_moderator_and_only_in_moderation():
    claim = make.submitted_claim(1)
    work = claim.lines.get().assignment
    moderator, other = make.moderator(claim.centre, claim.qualification), make.moderator()

    def refused(*people) -> None:
        for person in people:
            with pytest.raises(PermissionDenied):
                judge(work, person)

    refused(moderator.user)  # the sample is not sent yet
    actions.propose_sample(claim)
    claim.refresh_from_db()
    actions.send_sample(claim, by=moderator.user)
    refused(other.user, portfolios.tutor_of(work), work.candidate.user, accounts.staff())
    judge(work, moderator.user)
    conflict = Conflict.objects.create(moderator=moderator, centre=claim.centre, reason="Taught there")
    refused(moderator.user)
    conflict.delete()
    judge(work, moderator.user)
    assert Judgement.objects.filter(side="moderator").count() == 2

    actions.decide_line(claim.lines.for_pages().get(), outcome="agreed", comment="", by=moderator.user)
    actions.conclude(claim, rest={}, report="", by=moderator.user)
    with pytest.raises(TransitionRefused, match="cannot be marked"):
        judge(work, moderator.user)


# --- a side that is a row -----------------------------------------------------------------------

WORDS = "Not sure about the audience."


@pytest.fixture
def verifier(monkeypatch):
    """A row that gives the verifier's side a voice: whoever manages people at the centre, once work is handed in."""
    row = Side(
        "verifier",
        "Internal verifier",
        may_write=lambda user, work: may(user, Permission.MANAGE_PEOPLE, at=work.candidate.centre),
        judges=lambda work: work.state == Assignment.State.HANDED_IN,
        may_read=VERIFIER.may_read,
    )
    monkeypatch.setitem(SIDES, "verifier", row)
    return row


def verify(work, side, by) -> None:
    """Judge the first criterion on the form that tutors have."""
    criterion, *_ = work_rules.criteria_of(work)
    data = {
        f"c{criterion.pk}-outcome": "not_yet",
        f"c{criterion.pk}-comment": WORDS,
        f"c{criterion.pk}-seen": "",
    }
    form = MarkingForm(
        data, view=work_rules.checklist_view(work, []), side=side, scale=work.unit.qualification.scale
    )
    assert form.save(work, by=by) == 1


def shown(user, name, *args) -> str:
    client = Client()
    client.force_login(user, backend="portal.accounts.backends.ByName")
    page = client.get(reverse(name, args=args))
    assert page.status_code == 200
    return page.content.decode()


def test_side_is_added_by_a_row(verifier):
    work = portfolios.handed_in()
    tutor, officer = portfolios.tutor_of(work), centres.person(work.candidate.centre)
    portfolios.judge_all(work, by=tutor)
    with pytest.raises(PermissionDenied):
        verify(work, verifier, tutor)
    verify(work, verifier, officer)
    assert work_rules.unmet(work) == []  # it stands beside what the tutor says

    marking = shown(tutor, "marking", work.pk)
    assert WORDS in marking and '<p class="said__who">Internal verifier</p>' in marking
    for name in ("assignment", "work-check", "work-feedback"):
        page = shown(work.candidate.user, name, work.pk)
        assert WORDS not in page and "Internal verifier" not in page

    portfolios.record_achieved(work)
    centres.entries(work.candidate.centre, work.unit.qualification, 1)
    claim = actions.start_claim(work.candidate.centre, work.unit.qualification, by=officer)
    actions.set_lines(claim, [work], by=officer)
    actions.submit_claim(claim, by=officer)
    moderator = make.moderator(claim.centre, claim.qualification).user
    line = shown(moderator, "moderated-line", claim.lines.get().pk)
    assert WORDS in line and line.count('<p class="said__who">Internal verifier</p>') == 4
    assert '<p class="said__who">Moderator</p>' not in line


def sides_to_filter_by() -> list[str]:
    page = shown(accounts.staff(), "admin:portfolios_judgement_changelist")
    return [side for side in ("tutor", "verifier", "moderator") if f"side__exact={side}" in page]


def test_side_that_never_judges_is_offered_nowhere():
    assert sides_to_filter_by() == ["tutor", "moderator"]


def test_side_that_judges_is_offered(verifier):
    assert sides_to_filter_by() == ["tutor", "verifier", "moderator"]
