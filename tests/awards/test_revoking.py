"""Revoke and restore: it takes two people, and the awards that depend on a unit change with it."""

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, transaction

from candidates.models import Candidate
from centres.access import people_who_may
from centres.models import EntryAccount
from moderation import actions as claim_actions
from moderation import rules as claim_rules
from moderation.awards import actions, standing, tasks
from moderation.awards.actions import revoking
from moderation.awards.models import Certificate, Result, Revocation
from portal.accounts import mailing
from portal.accounts.models import EMail
from portal.accounts.roles import Permission, Role
from portal.catalogue.models import Award
from portal.kit.models import Event, OutboxEntry
from portal.kit.stateful import TransitionRefused
from tests.awards.confirming import claim_and_confirm, confirm, propose, restore, revoke
from tests.factories import accounts, candidates, centres
from tests.factories import moderation as make
from tests.states import bypassing_moves, moves_made

pytestmark = pytest.mark.django_db
Kind = Revocation.Kind


@pytest.fixture
def candidate():
    return candidates.candidate()


def unit_certificate(candidate, number: int) -> Certificate:
    return candidate.certificates.get(line__assignment__unit__number=number, state="issued")


def awards(candidate) -> list[tuple[str, str, list[int]]]:
    """[(size, state, unit numbers)] of every award certificate, in order of issue."""
    found = candidate.certificates.filter(kind="award").select_related("award__qualification").order_by("pk")
    return [(row.size, row.state, [int(code.split("-")[-1]) for code, _ in row.units]) for row in found]


def test_revoking_a_unit_voids_result_and_line_and_frees_the_unit(candidate, level):
    claim = confirm(candidate, level, 2)
    found = unit_certificate(candidate, 2)
    stock = EntryAccount.objects.get(centre=candidate.centre)

    assert revoke(found) == []

    found.refresh_from_db()
    line = claim.lines.get()
    assert (found.state, line.state, line.assignment.state) == ("revoked", "voided", "achieved")
    assert not Result.objects.get().stands
    assert not Result.objects.standing_of(level, candidate).exists()
    assert list(claim_rules.claimable(candidate.centre, level)) == [line.assignment]
    after = EntryAccount.objects.get(pk=stock.pk)
    assert (after.available, after.reserved, after.used) == (stock.available, stock.reserved, 1)


def test_results_are_seen_by_their_candidate_and_at_their_centre_alone(candidate, level):
    confirm(candidate, level, 2)
    seen = Result.objects.visible_to
    here, elsewhere = (centres.person(at) for at in (candidate.centre, centres.centre()))
    other = candidates.candidate(candidate.centre)
    assert [seen(user).count() for user in (candidate.user, here, other.user, elsewhere)] == [1, 1, 0, 0]


def test_unit_is_claimed_again_with_a_new_entry_and_a_new_certificate(candidate, level):
    confirm(candidate, level, 2)
    first = unit_certificate(candidate, 2)
    revoke(first)
    claim_and_confirm(candidate, level, 2)
    second = unit_certificate(candidate, 2)
    assert second != first
    assert second.supersedes is None
    assert second.entry != first.entry
    assert EntryAccount.objects.get(centre=candidate.centre).used == 2
    assert Result.objects.standing_of(level, candidate).get().line == second.line


def test_award_still_met_by_other_units_is_superseded_by_one_that_lists_them(candidate, level):
    confirm(candidate, level, 1, 2, 3)
    confirm(candidate, level, 4)
    old = candidate.certificates.get(kind="award")

    followed = revoke(unit_certificate(candidate, 2))

    assert awards(candidate) == [("Certificate", "replaced", [1, 2, 3]), ("Certificate", "issued", [1, 3, 4])]
    new = candidate.certificates.get(kind="award", state="issued")
    assert (new.supersedes, new.certificate_name) == (old, old.certificate_name)
    codes = [level.units.get(number=number).code for number in (1, 3, 4)]
    assert followed == [
        f"Certificate {old} ({old.certificate_name}) still has the units it needs, and is replaced by one that lists "
        f"{', '.join(codes)}."
    ]
    assert OutboxEntry.objects.filter(kind="print-certificate", subject_id=new.pk, state="due").exists()


def test_award_no_longer_met_is_revoked_because_of_the_unit(candidate, level):
    confirm(candidate, level, 1, 2, 3)
    unit = unit_certificate(candidate, 2)
    revoke(unit)
    assert awards(candidate) == [("Certificate", "revoked", [1, 2, 3])]
    award = candidate.certificates.get(kind="award")
    assert award.because_of.certificate == unit
    assert award.why_revoked() == "A unit that it counted was revoked."
    assert award.why_revoked_at_the_centre() == f"Certificate {unit} for {unit.code} was revoked."
    assert Event.objects.about(award).get(verb="revoke").why == (
        f"Because certificate {unit} for {unit.code} was revoked."
    )


def test_one_revocation_supersedes_one_award_and_pulls_down_another(candidate, level):
    confirm(candidate, level, 1, 2, 3)
    confirm(candidate, level, 4, 5)
    revoke(unit_certificate(candidate, 3))
    assert awards(candidate) == [
        ("Certificate", "replaced", [1, 2, 3]),
        ("Diploma", "revoked", [1, 2, 3, 4, 5]),
        ("Certificate", "issued", [1, 2, 4]),
    ]


def test_award_that_does_not_list_the_unit_stays(candidate, level):
    confirm(candidate, level, 1, 2, 3)
    confirm(candidate, level, 4)
    assert revoke(unit_certificate(candidate, 4)) == []
    assert awards(candidate) == [("Certificate", "issued", [1, 2, 3])]


def test_who_loses_a_diploma_gets_the_certificate_that_was_contained_in_it(candidate, level):
    confirm(candidate, level, 1, 2, 3, 4, 5)
    revoke(unit_certificate(candidate, 2))
    assert awards(candidate) == [
        ("Diploma", "revoked", [1, 2, 3, 4, 5]),
        ("Certificate", "issued", [1, 3, 4]),
    ]


def test_without_the_mandatory_unit_nothing_is_left(candidate, level):
    confirm(candidate, level, 1, 2, 3, 4, 5)
    revoke(unit_certificate(candidate, 1))
    assert awards(candidate) == [("Diploma", "revoked", [1, 2, 3, 4, 5])]


def test_award_met_again_later_is_issued_anew(candidate, level):
    confirm(candidate, level, 1, 2, 3)
    revoke(unit_certificate(candidate, 2))
    confirm(candidate, level, 4)
    assert awards(candidate) == [("Certificate", "revoked", [1, 2, 3]), ("Certificate", "issued", [1, 3, 4])]
    newest = candidate.certificates.get(kind="award", state="issued")
    assert newest.supersedes is None


def test_revoked_unit_does_not_count_in_what_is_issued_later(candidate, level):
    confirm(candidate, level, 1, 2, 3)
    revoke(unit_certificate(candidate, 3))
    confirm(candidate, level, 4, 5)
    assert awards(candidate)[1:] == [("Certificate", "issued", [1, 2, 4])]


def test_award_revoked_for_its_own_sake_does_not_come_back_by_itself(candidate, level):
    confirm(candidate, level, 1, 2, 3)
    revoke(candidate.certificates.get(kind="award"))
    assert [row.state for row in candidate.certificates.filter(kind="unit")] == ["issued"] * 3
    confirm(candidate, level, 4)
    assert awards(candidate) == [("Certificate", "revoked", [1, 2, 3])]
    restore(candidate.certificates.get(kind="award"))
    assert awards(candidate) == [("Certificate", "issued", [1, 2, 3])]


def test_award_revoked_for_its_own_sake_does_not_come_back_with_a_unit(candidate, level):
    confirm(candidate, level, 1, 2, 3)
    revoke(candidate.certificates.get(kind="award"))
    unit = unit_certificate(candidate, 2)
    revoke(unit)
    restore(unit)
    assert awards(candidate) == [("Certificate", "revoked", [1, 2, 3])]


def test_restoring_is_the_reverse(candidate, level):
    claim = confirm(candidate, level, 1, 2, 3)
    confirm(candidate, level, 4, 5)
    unit = unit_certificate(candidate, 3)
    revoke(unit)

    restore(unit)

    unit.refresh_from_db()
    assert (unit.state, unit.revoked_at, unit.revoked_by, unit.because_of) == ("issued", None, None, None)
    line = claim.lines.get(assignment__unit__number=3)
    assert (line.state, line.assignment.state) == ("confirmed", "confirmed")
    assert awards(candidate) == [
        ("Certificate", "replaced", [1, 2, 3]),
        ("Diploma", "issued", [1, 2, 3, 4, 5]),
        ("Certificate", "replaced", [1, 2, 4]),
        ("Certificate", "issued", [1, 2, 3]),
    ]


def test_award_replaced_by_a_restoration_says_so(candidate, level):
    confirm(candidate, level, 1, 2, 3)
    confirm(candidate, level, 4)
    unit = unit_certificate(candidate, 2)
    revoke(unit)
    second = candidate.certificates.get(kind="award", state="issued")
    restore(unit)
    why = Event.objects.about(second).get(verb="replace").why
    assert why == f"Because certificate {unit} for {unit.code} was restored."


def following(candidate, level, kind: str, number: int) -> list[str]:
    """What the approver reads, with unit numbers in place of codes."""
    found = candidate.certificates.filter(line__assignment__unit__number=number).latest("pk")
    sentences = standing.consequences(Revocation(certificate=found, kind=kind))
    for unit in level.units.all():
        sentences = [sentence.replace(unit.code, str(unit.number)) for sentence in sentences]
    return sentences


def test_who_approves_reads_what_will_be_issued(candidate, level):
    confirm(candidate, level, 1, 2, 3, 4, 5)
    (diploma,) = candidate.certificates.filter(kind="award")
    smaller = level.awards.get(kind=Award.Kind.CERTIFICATE)
    assert following(candidate, level, Kind.REVOKE, 2) == [
        "2 no longer counts. It can be claimed again with a new entry.",
        f"Diploma {diploma} ({diploma.certificate_name}) no longer has the units it needs, and is also revoked.",
        f"Certificate {smaller.code} is issued, listing 1, 3, 4.",
    ]
    revoke(unit_certificate(candidate, 2))
    assert awards(candidate)[-1] == ("Certificate", "issued", [1, 3, 4])


def test_who_approves_reads_what_will_be_replaced_and_issued_on_restoring(candidate, level):
    confirm(candidate, level, 1, 2, 3)
    confirm(candidate, level, 4)
    revoke(unit_certificate(candidate, 2))
    second = candidate.certificates.get(kind="award", state="issued")
    confirm(candidate, level, 5)
    larger = level.awards.get(kind=Award.Kind.DIPLOMA)
    assert following(candidate, level, Kind.RESTORE, 2) == [
        "2 counts again.",
        f"Certificate {second} ({second.certificate_name}) still has the units it needs, and is replaced by one that "
        "lists 1, 2, 3.",
        f"Diploma {larger.code} is issued, listing 1, 2, 3, 4, 5.",
    ]
    restore(candidate.certificates.get(line__assignment__unit__number=2))
    assert awards(candidate)[2:] == [
        ("Certificate", "issued", [1, 2, 3]),
        ("Diploma", "issued", [1, 2, 3, 4, 5]),
    ]


def test_award_restored_with_its_unit_is_not_also_said_to_be_issued(candidate, level):
    confirm(candidate, level, 1, 2, 3)
    revoke(unit_certificate(candidate, 2))
    award = candidate.certificates.get(kind="award")
    assert following(candidate, level, Kind.RESTORE, 2) == [
        "2 counts again.",
        f"Certificate {award} is also restored.",
    ]


def test_unit_claimed_at_the_moment_of_restoring_is_refused_in_words(candidate, level, monkeypatch):
    confirm(candidate, level, 2)
    unit = unit_certificate(candidate, 2)
    revoke(unit)
    by = centres.person(candidate.centre)
    claim = claim_actions.start_claim(candidate.centre, level, by=by)
    claim_actions.set_lines(claim, candidate.assignments.all(), by=by)
    monkeypatch.setattr(standing, "why_not", lambda certificate, kind: "")
    with pytest.raises(TransitionRefused, match="has just been claimed again"), transaction.atomic():
        restore(unit)


def test_any_other_fault_of_the_database_is_not_told_as_a_claim(candidate, level, monkeypatch):
    confirm(candidate, level, 2)
    unit = unit_certificate(candidate, 2)

    def broken(revocation, *, by):
        Candidate.objects.filter(pk=candidate.pk).update(number="0000")

    monkeypatch.setattr(revoking, "_revoke", broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        revoke(unit)


def test_award_that_lost_two_units_comes_back_with_the_second(candidate, level):
    confirm(candidate, level, 1, 2, 3)
    two, three = unit_certificate(candidate, 2), unit_certificate(candidate, 3)
    revoke(two)
    revoke(three)
    restore(two)
    assert awards(candidate) == [("Certificate", "revoked", [1, 2, 3])]
    restore(three)
    assert awards(candidate) == [("Certificate", "issued", [1, 2, 3])]


def refusal_of(act, *args, **values) -> str:
    before = (Revocation.objects.count(), Event.objects.count())
    with pytest.raises(TransitionRefused) as refused:
        act(*args, **values)
    assert (Revocation.objects.count(), Event.objects.count()) == before
    return refused.value.for_people()


def test_restoring_is_refused_with_the_certificate_issued_since(candidate, level):
    confirm(candidate, level, 2)
    first = unit_certificate(candidate, 2)
    revoke(first)
    claim_and_confirm(candidate, level, 2)
    second = unit_certificate(candidate, 2)
    first.refresh_from_db()
    assert refusal_of(propose, first, Kind.RESTORE) == (
        f"{first.code} has been claimed again since, on claim {second.claim}, and certificate {second} was issued for "
        "it."
    )


def test_restoring_is_refused_with_the_award_issued_since(candidate, level):
    confirm(candidate, level, 1, 2, 3)
    unit = unit_certificate(candidate, 2)
    revoke(unit)
    confirm(candidate, level, 4)
    award = candidate.certificates.get(kind="award", state="issued")
    unit.refresh_from_db()
    assert refusal_of(propose, unit, Kind.RESTORE) == (
        f"Certificate {award} has been issued for {award.code} since. Revoke that one first."
    )


def test_restoring_is_refused_while_the_work_is_done_again(candidate, level):
    claim = confirm(candidate, level, 2)
    unit = unit_certificate(candidate, 2)
    revoke(unit)
    claim.lines.get().assignment.move("send_back", by=accounts.staff())
    unit.refresh_from_db()
    assert "is being worked on again: it is “Returned for further work”" in refusal_of(
        propose, unit, Kind.RESTORE
    )


def test_award_pulled_down_is_restored_with_its_unit_only(candidate, level):
    confirm(candidate, level, 1, 2, 3)
    unit = unit_certificate(candidate, 2)
    revoke(unit)
    award = candidate.certificates.get(kind="award")
    assert refusal_of(propose, award, Kind.RESTORE) == (
        f"Certificate {award} was revoked because {unit} ({unit.code}) was. Restore that one: the awards that "
        "counted it are then restored."
    )


def test_award_is_not_restored_while_a_unit_that_it_counts_is_revoked(candidate, level):
    confirm(candidate, level, 1, 2, 3)
    award, unit = candidate.certificates.get(kind="award"), unit_certificate(candidate, 2)
    revoke(award)
    revoke(unit)
    award.refresh_from_db()
    assert (
        refusal_of(propose, award, Kind.RESTORE)
        == f"{award.code} includes {unit.code}, which no longer counts."
    )


def test_replaced_certificate_is_not_revoked_and_the_newer_one_is_named(candidate, level):
    confirm(candidate, level, 2)
    old = unit_certificate(candidate, 2)
    middle = actions.reissue(old, by=accounts.staff(), why="Lost")
    new = actions.reissue(middle, by=accounts.staff(), why="Lost again")
    old.refresh_from_db()
    words = f"Certificate {old} was replaced by {new}. Revoke that one instead."
    assert refusal_of(propose, old) == words


def test_what_was_replaced_since_it_was_proposed_is_not_revoked(candidate, level):
    confirm(candidate, level, 2)
    old = unit_certificate(candidate, 2)
    proposal = propose(old)
    new = actions.reissue(old, by=accounts.staff(), why="Lost")
    words = refusal_of(actions.approve_revocation, proposal, by=accounts.staff())
    assert words == f"Certificate {old} was replaced by {new}. Revoke that one instead."
    proposal.refresh_from_db()
    assert proposal.state == "proposed"


def test_nobody_approves_their_own(candidate, level):
    confirm(candidate, level, 2)
    one = accounts.staff()
    proposal = propose(unit_certificate(candidate, 2), by=one)
    assert "Somebody else has to approve it" in refusal_of(actions.approve_revocation, proposal, by=one)
    with pytest.raises(IntegrityError), transaction.atomic():
        proposal.move("approve", by=one)
    assert unit_certificate(candidate, 2)


def test_only_one_proposal_is_open_for_a_certificate(candidate, level):
    confirm(candidate, level, 2)
    found = unit_certificate(candidate, 2)
    propose(found)
    assert (
        refusal_of(propose, found)
        == f"A proposal for certificate {found} is already waiting for a second person."
    )


def test_what_was_decided_is_not_decided_again(candidate, level):
    confirm(candidate, level, 2)
    proposal = propose(unit_certificate(candidate, 2))
    actions.reject_revocation(proposal, by=accounts.staff(), why="No reason to.")
    assert "Rejected" in refusal_of(actions.approve_revocation, proposal, by=accounts.staff())
    assert unit_certificate(candidate, 2)


def test_no_certificate_is_revoked_past_the_two_people(candidate, level):
    confirm(candidate, level, 2)
    found = unit_certificate(candidate, 2)
    with pytest.raises(DatabaseError), transaction.atomic():
        found.move("revoke", by=accounts.staff())
    with pytest.raises(DatabaseError), transaction.atomic():
        found.move("revoke", by=accounts.staff(), because_of=propose(found))


@pytest.mark.parametrize("field", ["reason", "ground", "kind"])
def test_proposal_stays_as_it_was_proposed(candidate, level, field):
    confirm(candidate, level, 2)
    proposal = propose(unit_certificate(candidate, 2))
    value = {"reason": "Another", "ground": "error", "kind": "restore"}[field]
    with pytest.raises(DatabaseError), transaction.atomic():
        Revocation.objects.filter(pk=proposal.pk).update(**{field: value})


def test_revocation_moves_as_the_table_says():
    made = {("proposed", "approve", "approved"), ("proposed", "reject", "rejected")}

    def proposal():
        return propose(make.certificated_claim().lines.get().certificates.get())

    assert moves_made(proposal, by=accounts.staff()) == made
    assert bypassing_moves(proposal) <= {(source, target) for source, _, target in made}


def test_certificate_revoked_before_its_turn_is_not_printed_and_one_restored_is(candidate, level):
    confirm(candidate, level, 2)
    found = unit_certificate(candidate, 2)
    OutboxEntry.objects.filter(kind="print-certificate").update(state="done")
    revoke(found)
    tasks.print_certificate(found.pk)
    found.refresh_from_db()
    assert not found.is_printed
    restore(found)
    assert OutboxEntry.objects.filter(kind="print-certificate", subject_id=found.pk, state="due").exists()
    tasks.print_certificate(found.pk)
    found.refresh_from_db()
    assert found.is_printed


def test_certificate_revoked_while_it_is_drawn_stays_revoked(candidate, level, monkeypatch):
    from portal.files import printing

    confirm(candidate, level, 2)
    found = unit_certificate(candidate, 2)
    drawn = printing.draw

    def draw(html, **options):
        revoke(Certificate.objects.get(pk=found.pk))
        return drawn(html, **options)

    monkeypatch.setattr(printing, "draw", draw)
    tasks.print_certificate(found.pk)
    found.refresh_from_db()
    assert (found.state, Certificate.objects.standing().count()) == ("revoked", 0)


def test_exams_officers_are_told_why_and_what_followed(candidate, level):
    confirm(candidate, level, 1, 2, 3)
    centres.person(candidate.centre, Role.TUTOR)
    unit = unit_certificate(candidate, 2)
    revoke(unit)
    told = EMail.objects.filter(kind="revocation")
    officers = people_who_may(Permission.MANAGE_CANDIDATES, at=candidate.centre)
    assert {email.user for email in told} == set(officers)
    email = told.first()
    mail.outbox.clear()
    mailing.send(email)
    (sent,) = mail.outbox
    award = candidate.certificates.get(kind="award")
    assert sent.subject == f"Certificate {unit} was revoked"
    for words in (
        "Reason: The work was copied.",
        f"- Certificate {award} ({award.certificate_name}) no longer has the units it needs, and is also revoked.",
        "you can claim it again, with a new entry",
    ):
        assert words in sent.body
