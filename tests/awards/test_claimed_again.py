"""Units voided and claimed again: after a re-assessment, at other centres, and with corrected names."""

import pytest

from candidates.models import LearnerPair
from centres.models import EntryAccount
from moderation import actions as claim_actions
from moderation import rules as claim_rules
from moderation.awards import actions
from moderation.awards.models import Certificate, Result, Revocation
from moderation.models import Claim
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from portfolios import rules as work_rules
from tests.awards.confirming import claim_and_confirm, confirm, propose, restore, revoke
from tests.factories import accounts, candidates, centres
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def candidate():
    return candidates.candidate()


def unit_certificate(candidate, number: int) -> Certificate:
    return candidate.certificates.get(line__assignment__unit__number=number, state="issued")


def states_of(candidate, number: int) -> list[tuple[str, str, int]]:
    """[(state of the line, state of its certificate, number of the hand-in)] for a unit, claim by claim."""
    (work,) = candidate.assignments.filter(unit__number=number)
    lines = work.claim_lines.select_related("round").order_by("pk")
    return [
        (line.state, ", ".join(row.state for row in line.certificates.order_by("pk")), line.hand_in.number)
        for line in lines
    ]


def refuse(candidate, qualification, number: int) -> Claim:
    """Put the unit on another claim, in which the moderator does not agree."""
    centre = candidate.centre
    centres.entries(centre, qualification, 1)
    by, moderator = centres.person(centre), accounts.adult()
    claim = claim_actions.start_claim(centre, qualification, by=by)
    claim_actions.set_lines(claim, candidate.assignments.filter(unit__number=number), by=by)
    claim_actions.submit_claim(claim, by=by)
    claim_actions.propose_sample(claim)
    claim.refresh_from_db()
    claim_actions.send_sample(claim, by=moderator)
    line = claim.lines.for_pages().get()
    claim_actions.decide_line(line, outcome="not_agreed", comment="Not theirs.", by=moderator)
    claim_actions.conclude(claim, rest={}, report="", by=moderator)
    assert actions.record_results(claim) == []
    return claim


def test_voided_unit_that_is_not_agreed_is_judged_again_and_gets_a_new_certificate(candidate, level):
    confirm(candidate, level, 2)
    first = unit_certificate(candidate, 2)
    revoke(first)
    refused = refuse(candidate, level, 2)
    work = refused.lines.get().assignment
    assert (work.state, work.rounds.count()) == ("handed_in", 2)
    assert not claim_rules.claimable(candidate.centre, level).exists()
    assert len(work_rules.unmet(work)) == len(work_rules.criteria_of(work))

    make.judged_again(refused)
    claim_and_confirm(candidate, level, 2)

    second = unit_certificate(candidate, 2)
    assert states_of(candidate, 2) == [
        ("voided", "revoked", 1),
        ("returned", "", 1),
        ("confirmed", "issued", 2),
    ]
    assert (second.number != first.number, second.supersedes, second.entry != first.entry) == (
        True,
        None,
        True,
    )
    assert [result.stands for result in Result.objects.order_by("pk")] == [False, True]
    account = EntryAccount.objects.get(centre=candidate.centre)
    assert (account.used, account.reserved) == (2, 0)


def why_not_restored(certificate: Certificate) -> str:
    with pytest.raises(TransitionRefused) as refused:
        propose(Certificate.objects.get(pk=certificate.pk), Revocation.Kind.RESTORE)
    return refused.value.for_people()


def test_voided_unit_is_not_restored_once_a_newer_hand_in_was_made_of_it(candidate, level):
    confirm(candidate, level, 2)
    first = unit_certificate(candidate, 2)
    revoke(first)
    refused = refuse(candidate, level, 2)
    assert "is being worked on again: it is “Handed in”" in why_not_restored(first)
    make.judged_again(refused)
    assert why_not_restored(first) == (
        f"{first.code} has been recorded again since, for a newer hand-in. It gets a new certificate when "
        "that hand-in is claimed and confirmed."
    )


def test_voided_unit_claimed_again_counts_at_both_centres_in_a_new_award(level):
    same = {"uci": "123456789012A", "first_names": "Siân", "last_name": "Evans"}
    one = candidates.candidate(**same)
    other = candidates.candidate(**same, date_of_birth=one.date_of_birth)
    confirm(one, level, 1, 2)
    confirm(other, level, 3)
    assert LearnerPair.objects.get().state == "joined"
    (award,) = Certificate.objects.filter(kind="award")
    assert (award.candidate, award.state) == (other, "issued")

    revoke(unit_certificate(one, 2))
    award.refresh_from_db()
    assert (award.state, award.because_of.certificate.candidate) == ("revoked", one)

    claim_and_confirm(one, level, 2)
    newest = Certificate.objects.get(kind="award", state="issued")
    assert (newest.candidate, newest.supersedes, newest.ocr_number) == (one, None, award.ocr_number)
    assert [code for code, _ in newest.units] == [level.units.get(number=number).code for number in (1, 2, 3)]


# --- names --------------------------------------------------------------------------------------


def correct(certificate: Certificate, name: str) -> Certificate:
    return actions.correct_name(
        certificate, name=name, why="Misspelt.", evidence="Passport.", by=accounts.staff()
    )


@pytest.fixture
def misspelt(level):
    """Three units and a fourth, so that an award is superseded when one of the three is revoked."""
    found = candidates.candidate(first_names="Jon", last_name="Smyth")
    confirm(found, level, 1, 2, 3)
    confirm(found, level, 4)
    return found


def award_names(candidate) -> list[tuple[str, str]]:
    rows = candidate.certificates.filter(kind="award").order_by("pk")
    return [(row.state, row.certificate_name) for row in rows]


def test_name_is_corrected_on_the_award_that_took_the_place_and_not_on_the_one_before(misspelt):
    old = misspelt.certificates.get(kind="award")
    revoke(unit_certificate(misspelt, 2))
    old.refresh_from_db()
    before = Event.objects.count()
    with pytest.raises(TransitionRefused):
        correct(old, "Jon Smith")
    assert Event.objects.count() == before
    correct(misspelt.certificates.get(kind="award", state="issued"), "Jon Smith")
    assert award_names(misspelt) == [
        ("replaced", "Jon Smyth"),
        ("replaced", "Jon Smyth"),
        ("issued", "Jon Smith"),
    ]


def test_corrected_name_stays_on_what_takes_the_place_when_a_unit_is_revoked_and_restored(misspelt, level):
    unit = unit_certificate(misspelt, 2)
    correct(misspelt.certificates.get(kind="award"), "Jon Smith")
    revoke(unit)
    restore(unit)
    assert award_names(misspelt) == [
        ("replaced", "Jon Smyth"),
        ("replaced", "Jon Smith"),
        ("replaced", "Jon Smith"),
        ("issued", "Jon Smith"),
    ]
    newest = misspelt.certificates.get(kind="award", state="issued")
    assert [code for code, _ in newest.units] == [level.units.get(number=number).code for number in (1, 2, 3)]
