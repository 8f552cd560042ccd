"""A large claim is recorded piece by piece, in a fixed number of queries, and the centre is told at its end."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from moderation import actions as claim_actions
from moderation import rules
from moderation.awards import actions, tasks
from moderation.awards.actions import issuing
from moderation.awards.models import Certificate, Result
from moderation.models import SampleMember
from portal.kit import outbox
from portal.kit.models import Event, OutboxEntry
from tests.awards.confirming import kinds_of
from tests.factories import accounts, candidates, centres, portfolios
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def by_two(monkeypatch):
    """Pieces of two lines."""
    monkeypatch.setattr(issuing, "PIECE", 2)


def is_due(claim) -> bool:
    return outbox.is_due("record-results", claim)


def test_pieces_follow_each_other_until_every_line_has_its_certificate(by_two):
    claim = make.concluded_claim(5)
    issued = []
    for left in (3, 1, 0):
        OutboxEntry.objects.filter(kind="record-results").update(state="done")
        issued.append(len(actions.record_results(claim)))
        assert (claim.lines.without_result().count(), is_due(claim)) == (left, left > 0)
    assert issued == [2, 2, 1]
    assert sorted(Certificate.objects.values_list("line", flat=True)) == sorted(
        claim.lines.values_list("pk", flat=True)
    )


def test_worker_does_all_pieces_and_the_centre_is_told_once(by_two):
    make.concluded_claim(5)
    outbox.work_all()
    assert Result.objects.count() == 5
    assert [event.after for event in Event.objects.filter(verb="certificates ready")] == ["5"]


def test_centre_is_not_told_while_a_piece_is_left(by_two):
    claim = make.concluded_claim(3)
    for certificate in actions.record_results(claim):
        tasks.print_certificate(certificate.pk)
    assert not outbox.is_due("certificates-ready", claim)
    for certificate in actions.record_results(claim):
        tasks.print_certificate(certificate.pk)
    assert outbox.is_due("certificates-ready", claim)


def claim_of(level, people: int, units: int):
    """A concluded claim of `units` units of each of `people` candidates."""
    centre = centres.centre()
    centres.entries(centre, level, people * units)
    by = centres.person(centre)
    work = [
        portfolios.achieved(person, unit)
        for person in [candidates.candidate(centre) for _ in range(people)]
        for unit in level.units.order_by("number")[:units]
    ]
    claim = claim_actions.start_claim(centre, level, by=by)
    claim_actions.set_lines(claim, work, by=by)
    return claim


def in_moderation(claim):
    """Propose the sample of a submitted claim, and send its first line alone. Returns the moderator."""
    by = accounts.adult()
    claim_actions.propose_sample(claim)
    claim.refresh_from_db()
    SampleMember.objects.filter(line__claim=claim).exclude(line=claim.lines.first()).delete()
    claim_actions.send_sample(claim, by=by)
    line = claim.lines.sampled().for_pages().get()
    claim_actions.decide_line(line, outcome="agreed", comment="", by=by)
    return by


def conclude(claim, *, by) -> None:
    rest = {group.key: ("agreed", "Seen.") for group in rules.Review(claim).groups if group.others}
    claim_actions.conclude(claim, rest=rest, report="", by=by)


def test_candidates_are_not_divided_so_that_the_largest_award_alone_is_issued(level, by_two):
    claim = claim_of(level, people=2, units=5)
    claim_actions.submit_claim(claim, by=claim.created_by)
    conclude(claim, by=in_moderation(claim))
    assert len(actions.record_results(claim)) == 6, "five units and the Diploma of one candidate"
    actions.record_results(claim)
    people = {line.assignment.candidate for line in claim.lines.all()}
    assert [kinds_of(person) for person in people] == [["DIPLOMA"] + ["UNIT"] * 5] * 2


def queries(act, *values, **options) -> int:
    with CaptureQueriesContext(connection) as captured:
        act(*values, **options)
    return len(captured)


def test_submitting_concluding_and_recording_take_as_many_queries_for_1_as_for_4_candidates(level, settings):
    settings.LOW_BALANCE_ENTRIES = 0  # nobody is told
    counts = []
    for people in (1, 1, 4):  # the first fills caches
        claim = claim_of(level, people=people, units=3)
        actions.match_learners(claim.centre)
        counts.append([queries(claim_actions.submit_claim, claim, by=claim.created_by)])
        by = in_moderation(claim)
        counts[-1] += [queries(conclude, claim, by=by), queries(actions.record_results, claim)]
    assert counts[1] == counts[2]
