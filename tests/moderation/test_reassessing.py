"""A unit that was not agreed is judged again before it can be claimed again; what was claimed never changes."""

import re
from dataclasses import dataclass

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from moderation import actions, rules
from moderation.models import Claim, ClaimLine
from portal.accounts.models import User
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from portfolios import actions as work_actions
from portfolios import rules as work_rules
from portfolios.models import Assignment, EvidenceVersion, Judgement, Round
from portfolios.refusals import refusal_of
from portfolios.rounds import evidence_in
from portfolios.sides import MODERATOR, TUTOR, Side
from tests.factories import catalogue, portfolios
from tests.factories import moderation as make
from tests.pages import html_of

pytestmark = pytest.mark.django_db


@dataclass
class Story:
    """A claim of one line, and the people involved."""

    claim: Claim
    line: ClaimLine
    work: Assignment
    tutor: User
    moderator: User

    @property
    def criteria(self) -> list:
        return work_rules.criteria_of(self.work)

    def look_again(self) -> None:
        self.work = Assignment.objects.for_pages().get(pk=self.work.pk)
        self.line = self.claim.lines.for_pages().get()

    def conclude(self, outcome: str, comment: str, **words: str) -> None:
        actions.decide_line(self.line, outcome=outcome, comment=comment, by=self.moderator, **words)
        actions.conclude(self.claim, rest={}, report="Read on.", by=self.moderator)
        self.look_again()

    def judge(self, criterion, outcome: str, *, side: Side = TUTOR, comment: str = "") -> Judgement | None:
        by = self.tutor if side is TUTOR else self.moderator
        seen = portfolios.seen_of(self.work, criterion, side)
        return work_actions.judge(
            self.work, criterion, side=side, outcome=outcome, comment=comment, seen=seen, by=by
        )

    def next_line(self, entries: int = 1) -> ClaimLine:
        """Put the unit on another claim, in moderation with the same moderator."""
        claim = make.claimed_again(self.claim, entries=entries)
        actions.propose_sample(claim)
        claim.refresh_from_db()
        actions.send_sample(claim, by=self.moderator)
        return claim.lines.for_pages().get()


@pytest.fixture
def story() -> Story:
    claim = make.claim_in_moderation(1)
    line = claim.lines.for_pages().get()
    work = Assignment.objects.for_pages().get(pk=line.assignment_id)
    return Story(claim, line, work, portfolios.tutor_of(work), claim.in_moderation_by)


@pytest.fixture
def refused(story) -> Story:
    """The moderator did not agree; the first criterion is in doubt."""
    story.judge(story.criteria[0], "not_yet", side=MODERATOR, comment="Whose plan is it?")
    story.conclude("not_agreed", "The plan is not theirs.", for_candidate="Show your own plan.")
    return story


def text(response) -> str:
    return html_of(response)


def facts(this_round: Round) -> tuple:
    return (
        this_round.statement,
        this_round.handed_in_at,
        this_round.handed_in_by,
        list(this_round.versions.order_by("pk")),
    )


# --- what is claimed, by round ------------------------------------------------------------------


def test_draft_line_follows_the_newest_achieved_hand_in_until_it_is_submitted():
    claim = make.draft_claim(1)
    line = claim.lines.get()
    work, by = line.assignment, portfolios.tutor_of(line.assignment)
    assert line.round == work.rounds.get()
    work_actions.return_for_further_work(work, why="More", by=by)
    portfolios.evidence(work, file=portfolios.text_file("more.txt", b"More"))
    work_actions.hand_in(work, by=work.candidate.user)
    portfolios.record_achieved(work)

    (shown,) = rules.follow_newest_rounds(claim.lines.for_pages())
    actions.submit_claim(claim, by=claim.created_by)

    line.refresh_from_db()
    assert (shown.round.number, line.round.number, line.round.frozen_at is not None) == (2, 2, True)


def test_assessor_is_who_recorded_the_unit_last_when_the_claim_is_submitted():
    claim = make.draft_claim(1)
    work = claim.lines.get().assignment
    first = portfolios.tutor_of(work)
    second = portfolios.centres.person(claim.centre, "tutor")
    work_actions.return_for_further_work(work, why="More", by=first)
    portfolios.evidence(work, file=portfolios.text_file("more.txt", b"More"))
    work_actions.hand_in(work, by=work.candidate.user)
    work_actions.record_achieved(work, comment="", by=second, untagged="In the plan.")
    assert claim.lines.get().assessor == first
    actions.submit_claim(claim, by=claim.created_by)
    assert claim.lines.get().assessor == second


def test_submitted_line_never_leaves_its_hand_in(refused):
    other = refused.work.rounds.get(number=2)
    with pytest.raises(DatabaseError, match="stays with its hand-in"), transaction.atomic():
        ClaimLine.objects.filter(pk=refused.line.pk).update(round=other)
    elsewhere = portfolios.achieved()
    with pytest.raises(DatabaseError, match="stays with its hand-in"), transaction.atomic():
        ClaimLine.objects.filter(pk=refused.line.pk).update(assignment=elsewhere)


def test_line_is_not_submitted_without_an_achieved_and_frozen_hand_in_of_its_work():
    draft = make.draft_claim(1).lines.get()
    named = {"certificate_name": "A", "date_of_birth": "2008-01-01", "state": "pending"}
    for this_round in (None, draft.round, portfolios.achieved().rounds.get()):
        with pytest.raises(DatabaseError, match="names an achieved hand-in"), transaction.atomic():
            ClaimLine.objects.filter(pk=draft.pk).update(round=this_round, **named)


@pytest.mark.parametrize(
    "change",
    [
        lambda r: Round.objects.filter(pk=r.pk).update(comment="Other words"),
        lambda r: Round.objects.filter(pk=r.pk).update(kept={}),
        lambda r: Round.objects.filter(pk=r.pk).update(frozen_at=None),
        lambda r: r.versions.remove(*r.versions.all()),
        lambda r: r.doubted.add(work_rules.criteria_of(r.assignment)[0]),
        lambda r: Judgement.objects.create(
            assignment=r.assignment,
            criterion=work_rules.criteria_of(r.assignment)[0],
            round_number=r.number,
            side="tutor",
            outcome="not_yet",
            by=r.decided_by,
        ),
    ],
)
def test_hand_in_that_a_line_names_never_changes(story, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change(story.line.round)


def test_tags_titles_and_notes_of_a_claimed_hand_in_stay_whatever_is_changed_later(story):
    # A line of its own: the evidence of the fixture carries no tags.
    work = portfolios.handed_in(story.work.candidate, catalogue.unit(qualification=story.claim.qualification))
    (item,), (first, second, *_) = work.evidence.all(), work_rules.criteria_of(work)
    work_actions.tag(item, [first], by=story.tutor)
    portfolios.judge_all(work)
    work_actions.record_achieved(work, comment="", by=story.tutor)
    make.centres.entries(story.claim.centre, story.claim.qualification, 1)
    by = story.claim.created_by
    claim = actions.start_claim(story.claim.centre, story.claim.qualification, by=by)
    actions.set_lines(claim, [work], by=by)
    actions.submit_claim(claim, by=by)
    claimed = work.rounds.get()

    work.refresh_from_db()
    work.move("reopen", by=story.moderator)
    work_actions.return_for_further_work(work, why="More", by=story.tutor)
    item.refresh_from_db()
    item.title, item.note = "Another plan", "Changed"
    work_actions.change_evidence(item, by=work.candidate.user, criteria=[second])

    def said(items):
        return [(found.title, found.note, list(found.criteria.all())) for found in items]

    assert said(evidence_in(claimed)) == [("Plan", "", [first])]
    assert said(work.evidence.all()) == [("Another plan", "Changed", [second])]


def test_what_is_returned_after_an_error_is_a_copy_of_the_hand_in_that_was_claimed(story):
    claimed = story.line.round
    story.conclude("withdrawn", "Claimed twice.")
    work_actions.return_for_further_work(story.work, why="Name the sources.", by=story.tutor)
    claimed.refresh_from_db()
    copy = story.work.rounds.get(number=2)
    assert (claimed.outcome, copy.outcome, copy.comment) == ("achieved", "returned", "Name the sources.")
    assert facts(copy) == facts(claimed)


# --- not agreed: judged again -------------------------------------------------------------------


def test_unit_not_agreed_is_with_the_tutor_again_as_a_new_hand_in_of_the_same_files(refused):
    first, second = refused.work.rounds.order_by("number")
    assert (refused.work.state, refused.work.achieved_at, refused.work.achieved_by) == (
        "handed_in",
        None,
        None,
    )
    assert facts(second) == facts(first)
    assert Event.objects.about(refused.work).last().why == f"Re-assessment after claim {refused.claim.number}"
    assert (second.number, second.outcome, second.after_claim, second.tutor_statement) == (
        2,
        "",
        refused.claim.number,
        "",
    )
    assert list(second.doubted.all()) == refused.criteria[:1]
    assert refused.line.round == first
    assert not rules.claimable(refused.claim.centre, refused.claim.qualification).exists()


def test_without_criteria_named_every_one_is_in_doubt(story):
    story.conclude("not_agreed", "Not one of them.")
    assert list(story.work.rounds.get(number=2).doubted.order_by("pk")) == sorted(
        story.criteria, key=lambda found: found.pk
    )
    assert work_rules.unmet(story.work) == story.criteria


def test_it_is_not_recorded_again_before_what_is_in_doubt_is_judged_again(refused):
    doubted = refused.criteria[0]
    assert work_rules.unmet(refused.work) == [doubted]
    with pytest.raises(TransitionRefused, match="Not every required criterion"):
        portfolios.record_achieved(refused.work)
    line = work_rules.checklist_view(refused.work, [], before=[TUTOR, MODERATOR])[0][1][0]
    assert line.judgement is None
    assert [(side, said.outcome, said.comment) for side, said in line.before.items()] == [
        (MODERATOR, "not_yet", "Whose plan is it?"),
        (TUTOR, "met", ""),
    ]

    refused.judge(doubted, "met", comment="He showed me the sketches.")
    portfolios.record_achieved(refused.work, comment="Asked him about the plan.")
    assert rules.claimable(refused.claim.centre, refused.claim.qualification).get() == refused.work


def test_what_was_judged_again_is_the_new_hand_ins_and_the_old_one_reads_as_before(refused):
    doubted = refused.criteria[0]
    refused.judge(doubted, "not_yet", comment="Indeed.")
    first, second = refused.work.rounds.order_by("number")

    def said(this_round):
        sides = [TUTOR, MODERATOR]
        line = work_rules.checklist_view(refused.work, [], of=this_round, sides=sides)[0][1][0]
        return {side: said.outcome for side, said in line.said.items()}

    assert said(first) == {TUTOR: "met", MODERATOR: "not_yet"}
    assert said(second) == {TUTOR: "not_yet"}
    assert [found.outcome for found in work_rules.judged_in(first)] == ["met"] * len(refused.criteria)


def test_tutor_may_return_it_for_new_files_and_the_doubt_stands_in_the_next_hand_in(refused):
    work_actions.return_for_further_work(refused.work, why="Show the sketches.", by=refused.tutor)
    portfolios.evidence(refused.work, file=portfolios.text_file("sketches.txt", b"Mine"), title="Sketches")
    work_actions.hand_in(refused.work, by=refused.work.candidate.user)
    assert work_rules.unmet(refused.work) == refused.criteria[:1]
    refused.judge(refused.criteria[0], "met")
    portfolios.record_achieved(refused.work)
    line = refused.next_line()
    assert (line.round.number, line.round.is_reassessment) == (3, False)


# --- who reads what -----------------------------------------------------------------------------


def test_tutor_reads_the_reason_and_the_criteria_where_they_work(refused, client):
    client.force_login(refused.tutor)
    work = refused.work
    for name in ("assignment", "marking", "record-achieved", "return-work", "work-feedback"):
        html = text(client.get(reverse(name, args=[work.pk])))
        for words in ("The plan is not theirs.", "Whose plan is it?", refused.claim.number):
            assert words in html, (name, words)
        assert "Recorded as achieved" not in html, name
    html = text(client.get(reverse("to-mark", args=[work.candidate.centre.number])))
    assert f"Re-assessment after claim {refused.claim.number}: The plan is not theirs." in html


def who_said(page) -> list[str]:
    """The sides whose judgements a page shows, in its order."""
    return re.findall('<p class="said__who">([^<]+)</p>', text(page))


def test_what_was_said_before_stands_at_its_criterion_and_what_is_said_now_waits_for_the_decision(
    refused, client
):
    marking, before = reverse("marking", args=[refused.work.pk]), "Moderator, on the earlier claim"
    client.force_login(refused.tutor)
    assert who_said(client.get(marking)) == [before, "Tutor, before the claim"]

    refused.judge(refused.criteria[0], "met", comment="He showed me the sketches.")
    portfolios.record_achieved(refused.work)
    line = refused.next_line()
    refused.judge(refused.criteria[1], "not_yet", side=MODERATOR, comment="And the audience?")
    assert who_said(client.get(marking)) == [before, "Tutor, before the claim"]

    client.force_login(refused.moderator)
    page = client.get(reverse("moderated-line", args=[line.pk]))
    assert who_said(page) == [before, *["Tutor", "Moderator"] * len(refused.criteria)]


def test_candidate_reads_it_in_words_for_them_alone(refused, client):
    client.force_login(refused.work.candidate.user)
    for name in ("assignment", "work-feedback"):
        html = text(client.get(reverse(name, args=[refused.work.pk])))
        assert "The moderator did not agree that this unit is achieved yet." in html
        assert "Show your own plan." in html
        assert refused.criteria[0].text in html
        for words in ("The plan is not theirs.", "Whose plan is it?", "Recorded as achieved"):
            assert words not in html, (name, words)
    assert "Not agreed by the moderator yet" in text(client.get(reverse("my-work")))


def test_nobody_at_the_centre_reads_a_decision_before_the_claim_is_concluded(story, client):
    story.judge(story.criteria[0], "not_yet", side=MODERATOR, comment="Whose plan is it?")
    actions.decide_line(story.line, outcome="not_agreed", comment="Not theirs.", by=story.moderator)
    for person in (story.tutor, story.work.candidate.user, story.claim.created_by):
        client.force_login(person)
        html = text(client.get(story.work.get_absolute_url()))
        assert "Not theirs." not in html and "Whose plan is it?" not in html
    assert refusal_of(story.work) is None


def test_reason_of_a_line_withdrawn_for_error_is_shown_to_tutor_and_on_the_next_draft(story, client):
    story.conclude("withdrawn", "Claimed twice.")
    client.force_login(story.tutor)
    html = text(client.get(story.work.get_absolute_url()))
    assert f"Withdrawn from claim {story.claim.number}, as claimed in error." in html
    assert "Claimed twice." in html
    draft = actions.start_claim(story.claim.centre, story.claim.qualification, by=story.claim.created_by)
    client.force_login(story.claim.created_by)
    assert "Claimed twice." in text(client.get(draft.get_absolute_url()))


def test_next_moderator_sees_the_earlier_decision_and_opens_what_was_claimed_then(refused, client):
    refused.judge(refused.criteria[0], "met", comment="He showed me the sketches.")
    portfolios.record_achieved(refused.work, comment="Asked him about the plan.")
    line = refused.next_line()
    client.force_login(refused.moderator)
    html = text(client.get(reverse("moderated-line", args=[line.pk])))
    for words in (
        "Earlier claims",
        refused.claim.number,
        "The plan is not theirs.",
        "Asked him about the plan.",
    ):
        assert words in html
    url = reverse("earlier-line", args=[line.pk, refused.line.pk])
    assert url in html
    earlier = text(client.get(url))
    assert "Whose plan is it?" in earlier and "The plan is not theirs." in earlier
    assert "He showed me the sketches." not in earlier
    assert "Save decision" not in earlier and client.post(url).status_code == 405
    assert client.get(reverse("earlier-zip", args=[line.pk, refused.line.pk])).status_code == 200
    # Not the other way round: later work does not belong to the first claim.
    assert client.get(reverse("earlier-line", args=[refused.line.pk, line.pk])).status_code == 404


def test_another_moderator_of_the_next_claim_opens_the_earlier_files_and_nothing_later(refused, client):
    first_file = EvidenceVersion.objects.get(evidence__assignment=refused.work)
    work_actions.return_for_further_work(refused.work, why="More", by=refused.tutor)
    (item,) = refused.work.evidence.all()
    work_actions.replace_file(item, portfolios.text_file("new.txt", b"New"), by=refused.work.candidate.user)
    work_actions.hand_in(refused.work, by=refused.work.candidate.user)
    refused.judge(refused.criteria[0], "met")
    portfolios.record_achieved(refused.work)
    second_file = EvidenceVersion.objects.get(stored__name="new.txt")
    line = refused.next_line()
    allocation = refused.moderator.moderator.allocations.get()
    actions.end_allocation(allocation, by=refused.tutor)
    other = make.moderator(line.claim.centre, line.claim.qualification).user

    def answers(person):
        client.force_login(person)
        urls = [
            reverse("line-file", args=[first_file.pk]),
            reverse("line-file", args=[second_file.pk]),
            reverse("earlier-line", args=[line.pk, refused.line.pk]),
        ]
        return [client.get(url).status_code for url in urls]

    assert answers(other) == [200, 200, 200]
    assert answers(refused.moderator) == [404, 404, 404]


def test_only_what_the_last_moderator_did_not_find_met_is_in_doubt(refused):
    refused.judge(refused.criteria[0], "met", comment="He showed me the sketches.")
    portfolios.record_achieved(refused.work)
    line = refused.next_line()
    again = Story(line.claim, line, refused.work, refused.tutor, refused.moderator)
    again.look_again()
    again.judge(again.criteria[1], "not_yet", side=MODERATOR, comment="Where are the costs?")
    again.conclude("not_agreed", "The costs are missing.")
    newest = again.work.rounds.get(number=line.round.number + 1)
    assert list(newest.doubted.all()) == [again.criteria[1]]


def test_refused_unit_ends_as_a_certificate(refused):
    refused.judge(refused.criteria[0], "met", comment="Seen.")
    portfolios.record_achieved(refused.work)
    line = refused.next_line()
    actions.decide_line(line, outcome="agreed", comment="", by=refused.moderator)
    actions.conclude(line.claim, rest={}, report="", by=refused.moderator)
    refused.look_again()
    assert (refused.line.state, line.assignment_id) == ("returned", refused.work.pk)
    assert (refused.work.state, refusal_of(refused.work)) == ("confirmed", None)
