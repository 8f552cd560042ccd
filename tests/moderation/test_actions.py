"""What actions on claims write: all of it or nothing."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from centres.ledger import NotEnoughEntries
from centres.models import EntryAccount, LedgerLine
from moderation import actions, rules
from moderation.models import Allocation, Claim, ClaimLine, Conflict, Decision, SampleMember
from moderation.views.common import history_of
from portal.kit.models import Event, OutboxEntry
from portal.kit.stateful import TransitionRefused
from portfolios.models import Assignment
from tests.factories import accounts, candidates, catalogue, centres, portfolios
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db


def balances(claim):
    account = EntryAccount.objects.get(centre=claim.centre, qualification=claim.qualification)
    return account.available, account.reserved, account.used


def states_of(rows):
    return sorted(rows.values_list("state", flat=True))


def everything(claim):
    """What a refused action must leave unchanged."""
    return (
        Claim.objects.get(pk=claim.pk).state,
        states_of(claim.lines),
        states_of(Assignment.objects.filter(claim_lines__claim=claim)),
        balances(claim),
        LedgerLine.objects.count(),
        Decision.objects.count(),
        Event.objects.count(),
        OutboxEntry.objects.count(),
    )


def test_submitting_reserves_an_entry_a_line_and_freezes_names_and_work():
    claim = make.draft_claim(3, entries=5)
    actions.submit_claim(claim, by=claim.created_by)

    assert balances(claim) == (2, 3, 0)
    assert states_of(claim.lines) == ["pending"] * 3
    assert {line.assignment.state for line in claim.lines.all()} == {"claimed"}
    for line in claim.lines.all():
        candidate = line.assignment.candidate
        assert (line.certificate_name, line.date_of_birth) == (
            candidate.certificate_name,
            candidate.date_of_birth,
        )
    assert OutboxEntry.objects.filter(kind="propose-sample", subject_id=claim.pk).count() == 1
    submitted = Event.objects.about(claim).get(verb="submit")
    assert (submitted.by, submitted.after, submitted.why) == (
        claim.created_by,
        "submitted",
        actions.DECLARATION,
    )


def test_claim_with_too_few_entries_is_refused_and_nothing_is_written():
    claim = make.draft_claim(3, entries=2)
    before = everything(claim)

    with pytest.raises(NotEnoughEntries) as refusal:
        actions.submit_claim(claim, by=claim.created_by)

    assert everything(claim) == before
    assert "1 more for" in refusal.value.for_people()
    assert rules.missing_entries(claim) == 1


def test_claim_with_work_returned_meanwhile_is_refused_and_nothing_is_written():
    claim = make.draft_claim(2)
    from portfolios import actions as work_actions

    work = claim.lines.first().assignment
    work_actions.return_for_further_work(work, why="One more look", by=portfolios.tutor_of(work))
    before = everything(claim)
    with pytest.raises(TransitionRefused):
        actions.submit_claim(claim, by=claim.created_by)
    assert everything(claim) == before


def test_withdrawn_approval_stops_start_and_submit():
    claim = make.draft_claim()
    claim.centre.approvals.get().move("withdraw", by=accounts.staff())
    with pytest.raises(TransitionRefused, match="not approved"):
        actions.submit_claim(claim, by=claim.created_by)
    actions.discard_claim(claim, by=claim.created_by)
    with pytest.raises(TransitionRefused, match="not approved"):
        actions.start_claim(claim.centre, claim.qualification, by=claim.created_by)


def test_one_open_draft_for_a_centre_and_qualification():
    first = make.draft_claim()
    with pytest.raises(TransitionRefused, match="draft claim"):
        actions.start_claim(first.centre, first.qualification, by=first.created_by)
    with pytest.raises(IntegrityError, match="claim_one_open_draft"), transaction.atomic():
        Claim.objects.create(
            number="X", centre=first.centre, qualification=first.qualification, created_by=first.created_by
        )
    actions.submit_claim(first, by=first.created_by)
    second = actions.start_claim(first.centre, first.qualification, by=first.created_by)
    assert (first.number[-4:], second.number[-4:]) == ("0001", "0002")


def test_only_a_second_draft_is_told_as_one(monkeypatch):
    taken = make.draft_claim()
    other = make.draft_claim()
    actions.discard_claim(other, by=other.created_by)
    monkeypatch.setattr("moderation.actions.claiming.next_number", lambda *_, **__: taken.number)
    with pytest.raises(IntegrityError, match="number"), transaction.atomic():
        actions.start_claim(other.centre, other.qualification, by=other.created_by)


def test_work_stands_on_one_line_at_a_time():
    first = make.submitted_claim()
    work = first.lines.get().assignment
    second = actions.start_claim(first.centre, first.qualification, by=first.created_by)
    with pytest.raises(TransitionRefused, match="Cannot be claimed now"):
        actions.set_lines(second, [work], by=first.created_by)
    with pytest.raises(IntegrityError, match="claim_line_unit_once"), transaction.atomic():
        ClaimLine.objects.create(claim=second, assignment=work, assessor=first.created_by, grade="PASS")


def test_work_of_another_centre_or_not_achieved_cannot_be_put_on_a_draft():
    claim = make.draft_claim()
    unit = claim.lines.get().assignment.unit
    for work in (
        portfolios.achieved(candidates.candidate(), unit),
        portfolios.handed_in(candidates.candidate(claim.centre), unit),
    ):
        with pytest.raises(TransitionRefused, match="Cannot be claimed now"):
            actions.set_lines(claim, [work], by=claim.created_by)


def test_discarded_draft_gives_its_work_back():
    claim = make.draft_claim(2)
    work = [line.assignment for line in claim.lines.all()]
    actions.discard_claim(claim, by=claim.created_by)
    assert (claim.state, claim.lines.count()) == ("discarded", 0)
    assert set(rules.claimable(claim.centre, claim.qualification)) == set(work)


def test_sample_is_drawn_from_the_stored_seed_once():
    claim = make.submitted_claim(8)
    actions.propose_sample(claim)
    drawn = list(claim.lines.filter(sampled__isnull=False).values_list("pk", flat=True))
    actions.propose_sample(claim)

    from moderation.sampling import propose

    again = propose(actions.claimed_lines(claim), seed=claim.sample_seed)
    assert sorted(drawn) == sorted(pick.line for pick in again)
    assert len(drawn) == 6
    assert Event.objects.about(claim).filter(verb="propose_sample").count() == 1


def test_moderator_adds_to_the_sample_before_sending_it():
    claim = make.submitted_claim(8)
    by = make.moderator(claim.centre, claim.qualification).user
    actions.propose_sample(claim)
    (added, _) = claim.lines.filter(sampled=None).for_pages()
    assert actions.add_to_sample(claim, [added], by=by) == 1
    actions.send_sample(claim, by=by)

    assert claim.lines.filter(sampled__is_added=True).get() == added
    kept = Event.objects.about(claim).get(verb="add to sample")
    assert (kept.by, kept.details) == (by, {"lines": [str(added.assignment)]})
    words = f"Added to the sample: {added.assignment}"
    assert [
        words in [row["what"] for row in history_of(claim, for_centre=side)] for side in (False, True)
    ] == [
        True,
        False,
    ]
    assert (claim.state, claim.in_moderation_by) == ("in_moderation", by)
    with pytest.raises(TransitionRefused):
        actions.send_sample(claim, by=by)


def test_line_is_never_in_the_sample_twice():
    claim = make.submitted_claim(8)
    actions.propose_sample(claim)
    claim.refresh_from_db()
    proposed = claim.lines.exclude(sampled=None).for_pages()[0]
    outside = claim.lines.filter(sampled=None).for_pages()[0]
    by = make.moderator().user
    assert actions.add_to_sample(claim, [outside, proposed, outside], by=by) == 1
    assert actions.add_to_sample(claim, [outside], by=by) == 0
    assert claim.lines.exclude(sampled=None).count() == 7
    assert list(SampleMember.objects.filter(is_added=True).values_list("line", flat=True)) == [outside.pk]


def test_only_lines_of_a_claim_in_moderation_are_decided():
    by = make.moderator().user
    draft = make.draft_claim().lines.for_pages().get()
    with pytest.raises(TransitionRefused, match="not in moderation"):
        actions.decide_line(draft, outcome="agreed", comment="", by=by)
    assert not Decision.objects.exists()


def test_decision_against_needs_a_comment_and_none_is_ever_changed():
    claim = make.claim_in_moderation()
    line = claim.lines.for_pages().get()
    with pytest.raises(IntegrityError, match="decision_against_has_comment"), transaction.atomic():
        actions.decide_line(line, outcome="not_agreed", comment="", by=claim.in_moderation_by)
    made = actions.decide_line(line, outcome="agreed", comment="", by=claim.in_moderation_by)
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=made.pk).update(outcome="withdrawn", comment="No")
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=made.pk).delete()


def test_newest_decision_counts_and_the_tutors_word_stays():
    claim = make.claim_in_moderation()
    by = claim.in_moderation_by
    line = claim.lines.for_pages().get()
    judged = list(line.assignment.judgements.values_list("pk", "outcome", "side"))
    actions.decide_line(line, outcome="not_agreed", comment="Where is the plan?", by=by)
    actions.decide_line(line, outcome="agreed", comment="Found it.", by=by)
    actions.conclude(claim, rest={}, report="Good.", by=by)

    line.refresh_from_db()
    assert line.state == "confirmed"
    assert line.decisions.count() == 2
    assert list(line.assignment.judgements.values_list("pk", "outcome", "side")) == judged


def test_claim_is_not_concluded_while_a_sampled_line_is_undecided():
    claim = make.claim_in_moderation(2)
    before = everything(claim)
    with pytest.raises(TransitionRefused, match="2 sampled lines have no decision yet"):
        actions.conclude(claim, rest={}, report="", by=claim.in_moderation_by)
    assert everything(claim) == before


def decide_sample(claim, outcome="agreed", comment=""):
    for line in claim.lines.for_pages():
        if rules.is_sampled(line):
            actions.decide_line(line, outcome=outcome, comment=comment, by=claim.in_moderation_by)


def test_lines_outside_the_sample_need_a_decision_of_their_group():
    claim = make.claim_in_moderation(8)
    decide_sample(claim)
    before = everything(claim)
    with pytest.raises(TransitionRefused, match="Decide the lines outside the sample"):
        actions.conclude(claim, rest={}, report="", by=claim.in_moderation_by)
    assert everything(claim) == before

    groups = [group for group in rules.Review(claim).groups if group.others]
    rest = {group.key: ("not_agreed", "The sample shows a pattern.") for group in groups}
    actions.conclude(claim, rest=rest, report="", by=claim.in_moderation_by)
    assert states_of(claim.lines.filter(sampled__isnull=False)) == ["confirmed"] * 6
    assert states_of(claim.lines.filter(sampled=None)) == ["returned"] * 2
    assert set(Decision.objects.filter(looked_at=False).values_list("line__sampled", flat=True)) == {None}


def test_line_withdrawn_for_error_releases_its_entry_and_the_work_can_be_claimed_as_it_is():
    claim = make.claim_in_moderation(2, entries=3)
    work = claim.lines.first().assignment
    assessor, recorded_at, claimed = work.achieved_by, work.achieved_at, claim.lines.first().round
    decide_sample(claim, "withdrawn", "Claimed twice.")
    actions.conclude(claim, rest={}, report="Read on.", by=claim.in_moderation_by)

    work.refresh_from_db()
    assert states_of(claim.lines) == ["withdrawn"] * 2
    assert balances(claim) == (3, 0, 0)
    assert (work.state, work.achieved_by, work.achieved_at) == ("achieved", assessor, recorded_at)
    again = actions.start_claim(claim.centre, claim.qualification, by=claim.created_by)
    actions.set_lines(again, [work], by=claim.created_by)
    actions.submit_claim(again, by=claim.created_by)
    line = again.lines.get()
    assert (line.assessor, line.round, line.state) == (assessor, claimed, "pending")
    assert work.rounds.get() == claimed


def test_allocation_barred_by_a_conflict_or_a_post_is_without_effect():
    by, rows = accounts.staff(), []
    for _ in range(3):
        rows.append(make.moderator(centres.centre(), catalogue.qualification()).allocations.get())
    actions.record_conflict(Conflict(moderator=rows[0].moderator, centre=rows[0].centre, reason="Kin"), by=by)
    rows[1].moderator.user.memberships.create(centre=rows[1].centre, role="tutor")
    assert set(Allocation.objects.without_effect()) == {rows[0], rows[1]}
    assert set(Allocation.objects.standing()) == {rows[2]}


def test_concluded_claim_cannot_be_concluded_again():
    claim = make.concluded_claim(2)
    before = everything(claim)
    with pytest.raises(TransitionRefused):
        actions.conclude(claim, rest={}, report="Again", by=claim.in_moderation_by)
    assert everything(claim) == before


def test_allocation_is_refused_for_a_conflict_and_while_another_stands():
    centre, qualification, by = centres.centre(), catalogue.qualification(), accounts.staff()
    first, second = make.moderator(), make.moderator()
    actions.record_conflict(Conflict(moderator=first, centre=centre, reason="Taught there"), by=by)
    with pytest.raises(TransitionRefused, match="conflict of interest"):
        actions.allocate(first, centre, qualification, by=by)
    standing = actions.allocate(second, centre, qualification, by=by)
    with pytest.raises(TransitionRefused, match="End that allocation first"):
        actions.allocate(make.moderator(), centre, qualification, by=by)
    with pytest.raises(IntegrityError, match="allocation_one_moderator"), transaction.atomic():
        Allocation.objects.create(moderator=first, centre=centre, qualification=qualification)
    actions.end_allocation(standing, by=by)
    with pytest.raises(TransitionRefused, match="has already ended"):
        actions.end_allocation(standing, by=by)
    assert actions.allocate(make.moderator(), centre, qualification, by=by).ended_at is None
    assert list(Event.objects.about(standing).values_list("verb", flat=True)) == [
        "allocate",
        "end allocation",
    ]
